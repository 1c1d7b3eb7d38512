//! Runs of GBK text that lost a byte, so that each pair was read across two characters:
//! `?。ㄒ唬┙∪` is (一)健全. The bytes are those of the characters that stand there, one place off, until a
//! character whose second byte is ASCII puts reading and text in step again.
//!
//! Pairs that mean nothing in GBK vanished on the way, a conversion to Traditional characters or a gloss may
//! lie over the damage, and the byte at either end of a run is gone. So a run is read as the sequence of
//! characters and words that explains best what is left; where the loss leaves several readings open, a `?`
//! stays. A run is put back only where it then reads better than as it stands, by a margin.
//!
//! Digits belong to no run: they neither come out of one nor go into one.

use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::GBK;
use serde::Deserialize;

use super::{Draft, Edit, gloss, script};
use crate::knowledge::{DataTable, KnowledgeError, data_table, numeral};

const WORDS: DataTable = data_table!("repair/words.csv");
const REGIONS: DataTable = data_table!("regions/regions.csv");

#[derive(Deserialize)]
struct WordRow {
    word: String,
    frequency: u32,
}

#[derive(Deserialize)]
struct RegionRow {
    name: String,
}

/// Longest run, in characters as they stand.
const MAX_RUN: usize = 400;
/// How many runs of a document may fail: a report has some dozens, and a file that is no text has no end of them.
const MAX_FAILURES: usize = 200;
/// How much better a run must read before it is put back.
const MARGIN: i32 = 45;
/// How far a reading may fall behind the text as it stands before it is given up.
const FALL: i32 = 50;
/// What a character in a known word is worth.
const IN_WORD: i32 = 15;
/// What it is worth where a lost byte was guessed from the word.
const IN_GUESSED_WORD: i32 = 10;
/// What it costs to suppose that a pair vanished: within a phrase, and within a word of two or three characters.
const VANISHED_IN_PHRASE: i32 = -10;
const VANISHED_IN_WORD: i32 = -25;
/// How frequent a word must be that is read over vanished pairs: names of places are not.
const COMMON: u32 = 500;
/// How much more frequent a guessed word must be than the next one that fits as well.
const CLEARLY: u32 = 8;

/// Whether a character is one that ordinary text does not have and a shift leaves behind.
pub(super) fn is_residue(c: char) -> bool {
    matches!(c, '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{3105}'..='\u{3129}' | '\u{2501}'..='\u{254b}')
}

/// A character of GBK.
#[derive(Clone, Copy, Debug)]
struct Character {
    character: char,
    simplified: char,
    lead: u8,
    trail: u8,
    worth: i32,
}

struct Word {
    characters: Vec<char>,
    frequency: u32,
}

/// Lists by a character of the basic plane.
struct ByCharacter<T> {
    /// By code point: the list, from 1; 0 where there is none.
    places: Vec<u16>,
    lists: Vec<Vec<T>>,
}

impl<T> ByCharacter<T> {
    fn new() -> Self {
        Self { places: vec![0; 0x1_0000], lists: Vec::new() }
    }

    fn push(&mut self, c: char, value: T) {
        let Some(place) = self.places.get_mut(c as usize) else { return };
        if *place == 0 {
            self.lists.push(Vec::new());
            *place = u16::try_from(self.lists.len()).unwrap_or(0);
        }
        if let Some(list) = usize::from(*place).checked_sub(1).and_then(|i| self.lists.get_mut(i)) {
            list.push(value);
        }
    }

    fn of(&self, c: char) -> &[T] {
        let place = self.places.get(c as usize).copied().unwrap_or(0);
        usize::from(place).checked_sub(1).and_then(|i| self.lists.get(i)).map_or(&[], Vec::as_slice)
    }
}

/// GBK and the words of reports, made when the first damaged text needs them.
struct Knowledge {
    /// By [`place`]; `None` where the pair is no character.
    pairs: Vec<Option<Character>>,
    /// By code point: the place in `pairs`, from 1; 0 where it has none.
    places: Vec<u16>,
    /// The characters that are written as this one in Simplified text.
    forms: ByCharacter<Character>,
    /// By first character, longest first.
    words: ByCharacter<Word>,
}

static KNOWLEDGE: LazyLock<Result<Knowledge, KnowledgeError>> = LazyLock::new(|| {
    let mut words = ByCharacter::<Word>::new();
    let mut add = |text: &str, frequency| {
        let characters: Vec<char> = text.chars().collect();
        if let Some(first) = characters.first() {
            words.push(*first, Word { characters, frequency });
        }
    };
    for (line, row) in WORDS.rows::<WordRow>()? {
        if row.word.chars().count() < 2 || row.word.chars().any(is_digit) {
            return Err(WORDS.error(line, format!("`{}` is no word of two or more characters without digits", row.word)));
        }
        add(&row.word, row.frequency);
    }
    for (_, row) in REGIONS.rows::<RegionRow>()? {
        if row.name.chars().count() > 2 {
            add(&row.name, 1);
        }
    }
    for list in &mut words.lists {
        list.sort_by(|a, b| b.characters.len().cmp(&a.characters.len()).then(b.frequency.cmp(&a.frequency)));
    }
    let pairs = pairs();
    let mut places = vec![0; 0x1_0000];
    let mut forms = ByCharacter::<Character>::new();
    for (i, c) in pairs.iter().enumerate().filter_map(|(i, c)| Some((i, c.as_ref()?))) {
        if let (Some(place), Ok(i)) = (places.get_mut(c.character as usize), u16::try_from(i + 1)) {
            *place = i;
        }
        if !is_digit(c.character) {
            forms.push(c.simplified, *c);
        }
    }
    Ok(Knowledge { pairs, places, forms, words })
});

impl Knowledge {
    fn pair(&self, lead: u8, trail: u8) -> Option<&Character> {
        self.pairs.get(place(lead, trail)?)?.as_ref()
    }

    fn character(&self, c: char) -> Option<&Character> {
        let place = usize::from(*self.places.get(c as usize)?);
        self.pairs.get(place.checked_sub(1)?)?.as_ref()
    }

    fn simplified(&self, c: char) -> char {
        self.character(c).map_or(c, |c| c.simplified)
    }

    /// What a character by itself says for the text it stands in.
    fn worth(&self, c: char) -> i32 {
        match c {
            '?' | '_' | '^' | '`' => -10,
            _ if c.is_ascii() => 0,
            _ => self.character(c).map_or(-40, |c| c.worth),
        }
    }
}

/// Parses the words.
pub(super) fn load() -> Result<(), KnowledgeError> {
    KNOWLEDGE.as_ref().map(|_| ()).map_err(Clone::clone)
}

fn place(lead: u8, trail: u8) -> Option<usize> {
    ((0x81..=0xfe).contains(&lead) && (0x40..=0xfe).contains(&trail) && trail != 0x7f)
        .then(|| (usize::from(lead) - 0x81) * 0xbf + usize::from(trail) - 0x40)
}

fn pairs() -> Vec<Option<Character>> {
    let mut pairs = vec![None; 0x7e * 0xbf];
    for lead in 0x81..=0xfeu8 {
        for trail in 0x40..=0xfeu8 {
            let Some(place) = place(lead, trail) else { continue };
            let bytes = [lead, trail];
            let Some(text) = GBK.decode_without_bom_handling_and_without_replacement(&bytes) else { continue };
            let mut characters = text.chars();
            let (Some(character), None) = (characters.next(), characters.next()) else { continue };
            if matches!(character, '\u{e000}'..='\u{f8ff}') {
                continue;
            }
            let simplified = script::simplified_character(character);
            pairs[place] = Some(Character { character, simplified, lead, trail, worth: 0 });
        }
    }
    let bytes: HashMap<char, (u8, u8)> = pairs.iter().flatten().map(|c| (c.character, (c.lead, c.trail))).collect();
    for c in pairs.iter_mut().flatten() {
        c.worth = worth(c.simplified, bytes.get(&c.simplified).copied());
    }
    pairs
}

/// What a character of GBK by itself says for the text it stands in.
fn worth(c: char, bytes: Option<(u8, u8)>) -> i32 {
    match (c, bytes) {
        ('（' | '）' | '、' | '，' | '。' | '；' | '：' | '“' | '”' | '《' | '》' | '—' | '·' | '〔' | '〕' | '　', _) => {
            0
        }
        ('？' | '！' | '【' | '】' | '‘' | '’' | '…' | '％', _) => -5,
        // The common characters of GB 2312, then its rare ones.
        (_, Some((0xb0..=0xd7, 0xa1..=0xfe))) => 0,
        (_, Some((0xd8..=0xf7, 0xa1..=0xfe))) => -20,
        _ => -40,
    }
}

/// A character as it stands, with what may be laid over it.
struct Item {
    character: char,
    simplified: char,
    bytes: Bytes,
    /// In the text: with the gloss behind it.
    range: std::ops::Range<usize>,
    /// The gloss whose bracket went down with the character.
    reading: Option<String>,
}

/// Bytes that a character stands for in a run, each with what taking it so costs.
type Bytes = [Option<(u8, u8, i32)>; 2];

fn bytes_of(knowledge: &Knowledge, c: char) -> Bytes {
    match c {
        // Undefined pairs that some decoders map to private use.
        '\u{e7e7}'..='\u{e7f3}' => [Some((0xa9, 0x89 + (c as u32 - 0xe7e7) as u8, 0)), None],
        '\u{e000}'..='\u{f8ff}' => match GBK.encode(c.encode_utf8(&mut [0; 4])).0.as_ref() {
            [lead @ 0x81..=0xfe, trail @ 0x40..=0xfe] => [Some((*lead, *trail, 0)), None],
            _ => [None; 2],
        },
        '０'..='９' | '\u{fffd}' => [None; 2],
        // Full-width forms were made half-width after the damage.
        '?' => [Some((0xa3, 0xbf, -5)), None],
        'A'..='Z' | 'a'..='z' => [Some((0xa3, c as u8 | 0x80, -10)), None],
        _ if c.is_ascii() => [None; 2],
        _ => {
            let itself = knowledge.character(c);
            // The text was converted to Traditional characters after the damage.
            let other = itself.filter(|i| i.simplified != c).and_then(|i| knowledge.character(i.simplified));
            [itself.map(|c| (c.lead, c.trail, 0)), other.map(|c| (c.lead, c.trail, -3))]
        }
    }
}

/// How far a run is read: the item that comes next, and the byte read already of the character before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct State {
    next: usize,
    pending: Pending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Pending {
    /// The first byte of a character.
    Byte(u8),
    /// It is lost.
    Lost,
    /// Text and reading are in step.
    InStep,
}

/// A way to read one character at a state.
#[derive(Clone, Copy)]
struct Step {
    character: Character,
    to: State,
    cost: i32,
    /// Whether the bytes leave other characters open.
    guessed: bool,
}

/// One run of items on a line.
struct Run<'a> {
    knowledge: &'a Knowledge,
    items: &'a [Item],
    /// Simplified characters before the run, nearest first.
    left: Vec<char>,
    /// Whether pairs that mean nothing in GBK are gone: where some are left, none is.
    pairs_vanish: bool,
    /// Whether the run begins where only a blank can be lost.
    at_line_start: bool,
}

/// What a path through a run put down: how, and for which items.
struct Node {
    before: Option<usize>,
    state: State,
    text: String,
    score: i32,
    in_words: usize,
    characters: usize,
}

/// A run read.
struct Found {
    /// Texts with the items that each is made of.
    parts: Vec<(std::ops::Range<usize>, String)>,
    gain: i32,
}

impl Run<'_> {
    /// How a character of two bytes can be read at a state, and where that leads.
    fn fits(&self, c: &Character, state: State) -> impl Iterator<Item = Step> {
        let lost = match state.pending {
            Pending::Byte(lead) if lead == c.lead => Some(false),
            Pending::Lost => Some(true),
            _ => None,
        };
        let step =
            |next: usize, pending: Pending, cost: i32, guessed: bool| Step { character: *c, to: State { next, pending }, cost, guessed };
        let mut steps = [None; 4];
        if let Some(lost) = lost {
            let next = state.next + 1;
            if let Some(item) = self.items.get(state.next) {
                for (slot, bytes) in steps.iter_mut().zip(item.bytes) {
                    if let Some((_, second, cost)) = bytes.filter(|(first, ..)| *first == c.trail) {
                        *slot = Some(step(next, Pending::Byte(second), cost, lost));
                    }
                }
                steps[2] = match item.character {
                    '?' | '\u{fffd}' => {
                        let agrees = item.reading.as_ref().is_none_or(|reading| gloss::readings(c.character).any(|r| r == *reading));
                        agrees.then(|| step(next, Pending::InStep, -5, true))
                    }
                    '@'..='~' if item.character as u32 == u32::from(c.trail) => Some(step(next, Pending::InStep, 0, lost)),
                    _ => None,
                };
            }
            // A pair that begins so means nothing in GBK: it may have vanished.
            if self.pairs_vanish && matches!(c.trail, 0xaa..=0xaf | 0xf8..=0xfe) {
                steps[3] = Some(step(state.next, Pending::Lost, 0, true));
            }
        }
        steps.into_iter().flatten()
    }

    /// The characters that may stand at a state.
    fn candidates(&self, state: State) -> Vec<&Character> {
        let leads = match state.pending {
            Pending::Byte(b) => b..=b,
            Pending::Lost => 0x81..=0xfe,
            Pending::InStep => return Vec::new(),
        };
        let item = self.items.get(state.next);
        let mut trails: Vec<u8> = item.into_iter().flat_map(|i| i.bytes.into_iter().flatten().map(|(first, ..)| first)).collect();
        match item.map(|i| i.character) {
            Some(c @ '@'..='~') => trails.push(c as u8),
            // With neither byte known, only the words before it could tell.
            Some('?' | '\u{fffd}') if leads.len() == 1 && self.is_text_after(state.next) => trails.extend(0x40..=0xfe),
            _ => {}
        }
        if leads.len() == 1 && self.pairs_vanish {
            trails.extend((0xaa..=0xaf).chain(0xf8..=0xfe));
        }
        trails.sort_unstable();
        trails.dedup();
        leads
            .flat_map(|lead| trails.iter().filter_map(move |trail| self.knowledge.pair(lead, *trail)))
            .filter(|c| !is_digit(c.character))
            .collect()
    }

    /// Whether something follows an item that a word begun there could go on with, or a gloss tells what it was.
    fn is_text_after(&self, at: usize) -> bool {
        let follows = self.items.get(at + 1).is_some_and(|i| !i.character.is_ascii());
        follows || self.items.get(at).is_some_and(|i| i.reading.is_some())
    }

    /// All ways to read the rest of a word from a state on. What stands in step behind a run agrees or not.
    fn spell(&self, rest: &[char], state: State, so_far: &Spelt, found: &mut Vec<Spelt>) {
        if state.pending == Pending::InStep {
            let ahead = self.items[state.next.min(self.items.len())..].iter().map(|i| i.simplified);
            if ahead.take(rest.len()).eq(rest.iter().copied()) {
                found.push(Spelt { state, ..so_far.clone() });
            }
            return;
        }
        let Some((wanted, rest)) = rest.split_first() else {
            found.push(Spelt { state, ..so_far.clone() });
            return;
        };
        for form in self.knowledge.forms.of(*wanted) {
            for step in self.fits(form, state) {
                let mut spelt = so_far.clone();
                spelt.text.push(step.character.character);
                spelt.cost += step.cost;
                spelt.guessed |= step.guessed;
                spelt.vanished += i32::from(step.to.pending == Pending::Lost);
                self.spell(rest, step.to, &spelt, found);
            }
        }
    }

    /// Words that begin at a state; at the start of the run also those that begin before it.
    fn words(&self, state: State, is_start: bool) -> Vec<Reading> {
        let mut readings: Vec<Reading> = Vec::new();
        let mut spelt = Vec::new();
        let mut add = |word: &Word, skip: usize, spelt: &mut Vec<Spelt>| {
            let is_phrase = word.characters.len() > 3 || word.characters[0] == '（';
            let vanished = if is_phrase { VANISHED_IN_PHRASE } else { VANISHED_IN_WORD };
            for s in spelt.drain(..).filter(|s| !s.text.is_empty()) {
                // A numeral is not guessed, save in the brackets of a section.
                let may_be_guessed =
                    word.characters[0] == '（' || !word.characters.iter().any(|c| numeral::digit(*c).is_some() || *c == '十');
                if (s.guessed && !may_be_guessed) || (s.vanished > 0 && word.frequency < COMMON) {
                    continue;
                }
                let characters = s.text.chars().count();
                let each = if s.guessed { IN_GUESSED_WORD } else { IN_WORD };
                readings.push(Reading {
                    score: each * (characters + skip) as i32 + s.cost + s.vanished * vanished,
                    spelt: s,
                    characters,
                    length: word.characters.len(),
                    frequency: word.frequency,
                });
            }
        };
        let mut firsts: Vec<char> = self.candidates(state).iter().map(|c| c.simplified).collect();
        firsts.sort_unstable();
        firsts.dedup();
        let nothing = Spelt { text: String::new(), cost: 0, guessed: false, vanished: 0, state };
        for first in firsts {
            for word in self.knowledge.words.of(first) {
                self.spell(&word.characters, state, &nothing, &mut spelt);
                add(word, 0, &mut spelt);
            }
        }
        if is_start {
            for skip in 1..=self.left.len() {
                let before: Vec<char> = self.left[..skip].iter().rev().copied().collect();
                for word in self.knowledge.words.of(before[0]) {
                    if word.characters.len() > skip && word.characters.starts_with(&before) {
                        self.spell(&word.characters[skip..], state, &nothing, &mut spelt);
                        add(word, skip, &mut spelt);
                    }
                }
            }
        }
        certain(readings)
    }

    /// Reads the run: the best way from its start to a place where reading and text are in step again.
    fn read(&self) -> Option<Found> {
        let mut plain = vec![0];
        let mut nodes: Vec<Node> = Vec::new();
        let mut open: std::collections::BTreeMap<State, usize> = std::collections::BTreeMap::new();
        let start = State { next: 0, pending: Pending::Lost };
        nodes.push(Node { before: None, state: start, text: String::new(), score: 0, in_words: 0, characters: 0 });
        open.insert(start, 0);
        let mut best: Option<(i32, usize)> = None;
        while let Some((state, index)) = open.pop_first() {
            let (score, in_words, characters) = (nodes[index].score, nodes[index].in_words, nodes[index].characters);
            self.read_plainly(&mut plain, state.next);
            let gain = score - plain[state.next];
            if state.pending == Pending::InStep {
                // Where bytes may be gone without a trace, wrong characters come out that look like others.
                let share = if self.pairs_vanish { 4 * in_words >= 3 * characters } else { 2 * in_words >= characters };
                let sure = characters > 0 && share;
                if sure && best.is_none_or(|(b, _)| gain > b) {
                    best = Some((gain, index));
                }
                continue;
            }
            if gain < -FALL || state.next >= self.items.len() {
                continue;
            }
            let mut reach = |to: State, text: String, score: i32, words: usize, count: usize, nodes: &mut Vec<Node>| {
                let known = open.get(&to).map(|i| nodes[*i].score);
                // Where reading and text are in step, several ends may be reached: the best one stays.
                // A word that leaves nothing but losses leads nowhere.
                if to > state && known.is_none_or(|k| score > k) {
                    nodes.push(Node { before: Some(index), state: to, text, score, in_words: words, characters: count });
                    open.insert(to, nodes.len() - 1);
                }
            };
            for r in self.words(state, index == 0) {
                let (to, n) = (r.spelt.state, r.characters);
                reach(to, r.spelt.text, score + r.score, in_words + n, characters + n, &mut nodes);
            }
            let Some(item) = self.items.get(state.next) else { continue };
            if let Pending::Byte(_) = state.pending {
                let candidates = self.candidates(state);
                let steps: Vec<Step> =
                    candidates.iter().flat_map(|c| self.fits(c, state)).filter(|s| s.to.pending != Pending::Lost).collect();
                for s in steps.iter().filter(|s| !s.guessed) {
                    reach(
                        s.to,
                        s.character.character.to_string(),
                        score + s.character.worth + s.cost,
                        in_words,
                        characters + 1,
                        &mut nodes,
                    );
                }
                // The gloss of a character that is half lost may leave only one.
                let mut guessed = steps.iter().filter(|s| s.guessed && item.reading.is_some());
                if let (Some(only), None) = (guessed.next(), guessed.next()) {
                    reach(only.to, only.character.character.to_string(), score + only.cost, in_words, characters + 1, &mut nodes);
                }
            }
            // A byte of this character is lost and nothing tells which one it was.
            if state.pending == Pending::Lost {
                for (first, second, cost) in item.bytes.into_iter().flatten() {
                    let to = State { next: state.next + 1, pending: Pending::Byte(second) };
                    let blank = index == 0 && self.at_line_start && first == 0xa1;
                    let (text, worth) = if blank { ("　", 0) } else { ("?", -20) };
                    reach(to, text.to_owned(), score + worth + cost, in_words, characters, &mut nodes);
                }
            } else if matches!(item.character, '?' | '\u{fffd}') {
                let to = State { next: state.next + 1, pending: Pending::InStep };
                reach(to, "?".to_owned(), score - 10, in_words, characters, &mut nodes);
            }
        }
        let (gain, last) = best.filter(|(gain, _)| *gain >= MARGIN)?;
        let mut parts = Vec::new();
        let mut at = last;
        while let Some(before) = nodes[at].before {
            parts.push((nodes[before].state.next..nodes[at].state.next, std::mem::take(&mut nodes[at].text)));
            at = before;
        }
        parts.reverse();
        Some(Found { parts, gain })
    }

    /// How well the items read as they stand: for the first n of them, at n, as far as asked.
    fn read_plainly(&self, best: &mut Vec<i32>, until: usize) {
        while best.len() <= until {
            let end = best.len();
            let item = &self.items[end - 1];
            let mut score = best[end - 1] + self.knowledge.worth(item.character);
            for (start, before) in best.iter().enumerate().skip(end.saturating_sub(8)).take_while(|(start, _)| start + 1 < end) {
                let fits = |w: &Word| {
                    w.characters.len() == end - start
                        && self.items[start..end].iter().map(|i| i.simplified).eq(w.characters.iter().copied())
                };
                if self.knowledge.words.of(self.items[start].simplified).iter().any(fits) {
                    score = score.max(before + IN_WORD * (end - start) as i32);
                }
            }
            best.push(score);
        }
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '０'..='９')
}

/// A word, or the part of it that stands in the run, as its bytes give it.
#[derive(Clone)]
struct Spelt {
    text: String,
    cost: i32,
    guessed: bool,
    /// Pairs that must have vanished.
    vanished: i32,
    state: State,
}

struct Reading {
    spelt: Spelt,
    characters: usize,
    length: usize,
    frequency: u32,
    score: i32,
}

/// Of guessed words that lead to the same place and are equally long, only one that is clearly more
/// frequent than the others: else the bytes do not tell.
fn certain(mut readings: Vec<Reading>) -> Vec<Reading> {
    readings.sort_by(|a, b| {
        let key = |r: &Reading| (r.spelt.state, std::cmp::Reverse(r.length), std::cmp::Reverse(r.frequency));
        key(a).cmp(&key(b)).then_with(|| a.spelt.text.cmp(&b.spelt.text))
    });
    let mut kept: Vec<Reading> = Vec::new();
    let mut i = 0;
    while i < readings.len() {
        let same = |r: &Reading| r.spelt.state == readings[i].spelt.state && r.length == readings[i].length;
        let end = i + readings[i..].iter().take_while(|r| same(r)).count();
        let first = readings[i].frequency;
        let rival = readings[i + 1..end].iter().find(|r| r.spelt.guessed && r.spelt.text != readings[i].spelt.text);
        let clear = rival.is_none_or(|r| first / CLEARLY >= r.frequency);
        kept.extend(
            readings[i..end]
                .iter()
                .enumerate()
                .filter(|(k, r)| !r.spelt.guessed || (*k == 0 && clear))
                .map(|(_, r)| Reading { spelt: r.spelt.clone(), ..*r }),
        );
        i = end;
    }
    kept
}

/// Puts shifted runs back.
pub(super) fn repair(draft: &mut Draft) -> bool {
    let Ok(knowledge) = KNOWLEDGE.as_ref() else { return false };
    let mut edits = Vec::new();
    let mut failures = 0;
    let mut start = 0;
    for part in draft.as_str().split_inclusive(['\n', '\t', '|']) {
        if failures < MAX_FAILURES && part.contains(|c: char| matches!(c, '?' | '_') || is_residue(c)) {
            repair_part(knowledge, part, start, &mut failures, &mut edits);
        }
        start += part.len();
    }
    draft.apply(edits)
}

/// Whether a line or cell shows damage: a lone `?` with signs that no report uses, or what has no other origin.
pub(super) fn is_damaged(part: &str) -> bool {
    let is_strange = |c: char| {
        matches!(c, '\u{370}'..='\u{4ff}' | '\u{2170}'..='\u{2179}' | '\u{2208}'..='\u{22ff}' | '\u{2488}'..='\u{249b}' | '\u{3016}' | '\u{3017}'
            | '\u{3041}'..='\u{30ff}' | '\u{2500}'..='\u{257f}')
    };
    part.contains(is_residue) || (part.contains('?') && part.contains(is_strange))
}

/// Where text is left that is damaged: lines or cells, without the blanks around them.
pub(super) fn left_over(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for part in text.split_inclusive(['\n', '\t', '|']) {
        let body = part.trim_matches(['\n', '\t', '|', '\r', ' ']);
        if is_damaged(body) {
            let from = start + part.find(body).unwrap_or(0);
            found.push(from..from + body.len());
        }
        start += part.len();
    }
    found
}

/// Puts back the runs of a line or cell that begins at `offset`.
fn repair_part(knowledge: &Knowledge, part: &str, offset: usize, failures: &mut usize, edits: &mut Vec<Edit>) {
    let items = items(knowledge, part);
    let pairs_vanish = !part.contains(|c| matches!(c, '\u{e000}'..='\u{f8ff}'));
    let mut next = 0;
    // Up to where the items are decided.
    let mut done = 0;
    while next < items.len() && *failures < MAX_FAILURES {
        let Some(trigger) = items[next..].iter().position(|i| matches!(i.character, '?' | '_') || is_residue(i.character)) else { return };
        let trigger = next + trigger;
        next = trigger + 1;
        let lone = matches!(items[trigger].character, '?' | '\u{fffd}');
        // A byte that went without a trace left its run to begin some characters before the first odd one.
        let starts = if lone { trigger + 1..trigger + 2 } else { trigger.saturating_sub(3).max(done)..trigger + 1 };
        let mut best: Option<(usize, Found)> = None;
        for first in starts {
            let end = items.len().min(first + MAX_RUN);
            let from = if lone { trigger } else { first };
            let before = &items[..from];
            let run = Run {
                knowledge,
                items: &items[first.min(end)..end],
                left: before
                    .iter()
                    .rev()
                    .map(|i| script::simplified_character(i.character))
                    .take_while(|c| !c.is_ascii())
                    .take(4)
                    .collect(),
                pairs_vanish,
                at_line_start: before.last().is_none_or(|i| matches!(i.character, ' ' | '\u{a0}' | '　' | '。' | '；' | '：' | ';' | ':')),
            };
            if let Some(found) = run.read().filter(|f| best.as_ref().is_none_or(|(_, b)| f.gain > b.gain)) {
                best = Some((first, found));
            }
        }
        let Some((first, found)) = best else {
            *failures += 1;
            continue;
        };
        let mut from = if lone { items[trigger].range.start } else { items[first].range.start };
        for (range, text) in found.parts {
            let end = range.end.checked_sub(1).map_or(from, |last| items[first + last].range.end);
            let end = end.max(from);
            edits.push(Edit { range: offset + from..offset + end, text });
            from = end;
            done = first + range.end;
        }
        next = next.max(done);
    }
}

/// The characters of a line or cell. Glosses belong to the character before them.
fn items(knowledge: &Knowledge, part: &str) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut at = 0;
    while let Some(c) = part[at..].chars().next() {
        let end = at + c.len_utf8();
        let mut item =
            Item { character: c, simplified: knowledge.simplified(c), bytes: bytes_of(knowledge, c), range: at..end, reading: None };
        if matches!(c, '?' | '\u{fffd}')
            && let Some((reading, len)) = gloss::cut(&part[end..])
        {
            item.reading = Some(reading);
            item.range.end += len;
        } else if !c.is_ascii()
            && let Some(len) = gloss::of(c, &part[end..])
        {
            item.range.end += len;
        }
        at = item.range.end;
        items.push(item);
    }
    items
}
