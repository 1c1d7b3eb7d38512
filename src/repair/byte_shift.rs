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
use crate::knowledge::{DataTable, KnowledgeError, data_table, gazetteer, lexicon, numeral};

const WORDS: DataTable = data_table!("repair/words.csv");

#[derive(Deserialize)]
struct WordRow {
    word: String,
    frequency: u32,
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
/// How frequent the wordings of the lexicon are taken to be: these are reports.
const OF_REPORTS: u32 = 30_000;
/// How much more frequent a guessed word must be than the next one that fits as well.
const CLEARLY: u32 = 8;

/// Whether a character is one that ordinary text does not have and a shift leaves behind.
pub(super) fn is_residue(c: char) -> bool {
    // Symbol fonts have U+F000 to U+F0FF: bullets, no characters of GBK.
    matches!(c, '\u{fffd}' | '\u{e000}'..='\u{efff}' | '\u{f100}'..='\u{f8ff}' | '\u{3105}'..='\u{3129}' | '\u{2501}'..='\u{254b}')
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

/// A place in the tree of words: what has been read of a word.
#[derive(Clone, Copy)]
struct Stem {
    /// Where its ways on begin and end among the edges.
    edges: (u32, u32),
    /// How frequent the word is that ends here; 0 where none does.
    frequency: u32,
    characters: u8,
    /// Whether losses within it cost less: a phrase, or what begins with the bracket of a section.
    is_phrase: bool,
    /// A numeral is not guessed, save in the brackets of a section.
    may_be_guessed: bool,
}

/// A way on from a stem: a character that is written as the next one of a word in Simplified text.
#[derive(Clone, Copy)]
struct Edge {
    character: Character,
    to: u32,
}

/// All words as a tree, so that words which begin alike are read once.
struct Words {
    stems: Vec<Stem>,
    /// Of each stem in the order of their bytes.
    edges: Vec<Edge>,
    /// The first characters of words by their first byte.
    by_lead: Vec<Vec<Edge>>,
    /// The same by their second byte.
    by_trail: Vec<Vec<Edge>>,
}

const ROOT: u32 = 0;

impl Words {
    fn new(mut words: Vec<(Vec<char>, u32)>, forms: &HashMap<char, Vec<Character>>) -> Self {
        words.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        words.dedup_by(|a, b| a.0 == b.0);
        let mut made = Self { stems: Vec::new(), edges: Vec::new(), by_lead: Vec::new(), by_trail: Vec::new() };
        made.grow(&words, 0, forms);
        let by = |byte: fn(&Character) -> u8| {
            let mut lists = vec![Vec::new(); 0x100];
            for edge in made.stems.first().map_or(&[][..], |root| made.of(root)) {
                if let Some(list) = lists.get_mut(usize::from(byte(&edge.character))) {
                    list.push(*edge);
                }
            }
            lists
        };
        let (by_lead, by_trail) = (by(|c| c.lead), by(|c| c.trail));
        Self { by_lead, by_trail, ..made }
    }

    /// Adds the stem of words that agree in their first `depth` characters and are in order.
    fn grow(&mut self, words: &[(Vec<char>, u32)], depth: usize, forms: &HashMap<char, Vec<Character>>) -> u32 {
        let this = self.stems.len();
        let characters = words.first().map_or(&[][..], |(word, _)| &word[..depth]);
        let is_section = characters.first() == Some(&'（');
        let ends = words.first().filter(|(word, _)| word.len() == depth).map(|(_, frequency)| (*frequency).max(1));
        self.stems.push(Stem {
            edges: (0, 0),
            frequency: ends.unwrap_or(0),
            characters: u8::try_from(depth).unwrap_or(u8::MAX),
            is_phrase: depth > 3 || is_section,
            may_be_guessed: is_section || !characters.iter().any(|c| numeral::digit(*c).is_some() || *c == '十'),
        });
        let longer = &words[usize::from(ends.is_some())..];
        let mut edges = Vec::new();
        for group in longer.chunk_by(|a, b| a.0[depth] == b.0[depth]) {
            let to = self.grow(group, depth + 1, forms);
            let written = group.first().and_then(|(word, _)| forms.get(&word[depth])).map_or(&[][..], Vec::as_slice);
            edges.extend(written.iter().map(|character| Edge { character: *character, to }));
        }
        edges.sort_by_key(|e| (e.character.lead, e.character.trail));
        let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let from = place(self.edges.len());
        self.edges.append(&mut edges);
        self.stems[this].edges = (from, place(self.edges.len()));
        place(this)
    }

    fn stem(&self, at: u32) -> &Stem {
        &self.stems[at as usize]
    }

    fn of(&self, stem: &Stem) -> &[Edge] {
        &self.edges[stem.edges.0 as usize..stem.edges.1 as usize]
    }

    /// The ways on from a stem whose characters begin with a byte.
    fn with_lead(&self, stem: &Stem, lead: u8) -> &[Edge] {
        let edges = self.of(stem);
        let from = edges.partition_point(|e| e.character.lead < lead);
        &edges[from..from + edges[from..].partition_point(|e| e.character.lead == lead)]
    }

    /// The way on from a stem with a Simplified character.
    fn next(&self, stem: &Stem, c: &Character) -> Option<u32> {
        let edges = self.of(stem);
        let at = edges.binary_search_by_key(&(c.lead, c.trail), |e| (e.character.lead, e.character.trail)).ok()?;
        Some(edges[at].to)
    }
}

/// GBK and the words of reports, made when the first damaged text needs them.
struct Knowledge {
    /// By [`place`]; `None` where the pair is no character.
    pairs: Vec<Option<Character>>,
    /// By code point: the place in `pairs`, from 1; 0 where it has none.
    places: Vec<u16>,
    words: Words,
}

static KNOWLEDGE: LazyLock<Result<Knowledge, KnowledgeError>> = LazyLock::new(|| {
    let mut words: Vec<(Vec<char>, u32)> = Vec::new();
    for (line, row) in WORDS.rows::<WordRow>()? {
        if row.word.chars().count() < 2 || row.word.chars().any(is_digit) {
            return Err(WORDS.error(line, format!("`{}` is no word of two or more characters without digits", row.word)));
        }
        words.push((row.word.chars().collect(), row.frequency));
    }
    let regions = gazetteer().rows().map(|(_, region)| region.name.chars().collect::<Vec<char>>());
    words.extend(regions.filter(|name| name.len() > 2).map(|name| (name, 1)));
    let wordings = lexicon().wordings().iter().map(|wording| wording.chars().collect::<Vec<char>>());
    words.extend(wordings.filter(|w| w.len() > 1 && !w.iter().any(|c| c.is_ascii() || is_digit(*c))).map(|w| (w, OF_REPORTS)));
    let pairs = pairs();
    let mut places = vec![0; 0x1_0000];
    let mut forms: HashMap<char, Vec<Character>> = HashMap::new();
    for (i, c) in pairs.iter().enumerate().filter_map(|(i, c)| Some((i, c.as_ref()?))) {
        if let (Some(place), Ok(i)) = (places.get_mut(c.character as usize), u16::try_from(i + 1)) {
            *place = i;
        }
        if !is_digit(c.character) {
            forms.entry(c.simplified).or_default().push(*c);
        }
    }
    Ok(Knowledge { pairs, places, words: Words::new(words, &forms) })
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
    character: char,
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
    text: Text,
    score: i32,
    in_words: usize,
    characters: usize,
}

/// Where the characters of a reading stand among those that were tried for a run.
type Text = std::ops::Range<usize>;

/// A run read.
struct Found {
    /// Texts with the items that each is made of.
    parts: Vec<(std::ops::Range<usize>, String)>,
    gain: i32,
}

/// What is tried for a run, from one run to the next.
#[derive(Default)]
struct Attempt {
    /// Characters of all readings.
    tried: Vec<char>,
    nodes: Vec<Node>,
    readings: Vec<Reading>,
    /// Characters of the reading that is being spelt.
    spelt: Vec<char>,
}

/// What has been spelt of a word.
#[derive(Clone, Copy)]
struct Spelt {
    state: State,
    cost: i32,
    guessed: bool,
    /// Pairs that must have vanished.
    vanished: i32,
    /// Characters of the word that stand before the run.
    skipped: usize,
    /// Whether the text bears no byte of the last character: any word could stand where two of them follow
    /// each other.
    is_bare: bool,
}

/// What comes next at a state.
struct Ahead<'a> {
    state: State,
    bytes: Bytes,
    /// The item that is no more than a sign that something is gone.
    gone: Option<&'a Item>,
    /// An ASCII letter, which may be a second byte.
    letter: Option<u8>,
    pairs_vanish: bool,
}

/// Whether a pair that begins with a byte means nothing in GBK, so that it may have vanished.
fn vanishes(lead: u8) -> bool {
    matches!(lead, 0xaa..=0xaf | 0xf8..=0xfe)
}

/// Edges that are too few to look places up among them.
const FEW: usize = 12;

impl Ahead<'_> {
    /// Of edges that begin with one byte and are in order, those that can fit.
    fn among<'e>(&self, edges: &'e [Edge]) -> impl Iterator<Item = &'e Edge> + use<'e> {
        let vanishing: [std::ops::RangeInclusive<u8>; 2] = [0xaa..=0xaf, 0xf8..=0xfe];
        let mut trails: [Option<std::ops::RangeInclusive<u8>>; 5] = Default::default();
        if self.gone.is_some() || edges.len() <= FEW || !matches!(self.state.pending, Pending::Byte(_)) {
            trails[0] = Some(0..=0xff);
        } else {
            let [first, second] = self.bytes.map(|b| b.map(|(first, ..)| first));
            let known = [first, second.filter(|b| Some(*b) != first), self.letter];
            let covered = |b: &u8| self.pairs_vanish && vanishing.iter().any(|range| range.contains(b));
            for (slot, byte) in trails.iter_mut().zip(known) {
                *slot = byte.filter(|b| !covered(b)).map(|b| b..=b);
            }
            if self.pairs_vanish {
                let [low, high] = vanishing;
                (trails[3], trails[4]) = (Some(low), Some(high));
            }
        }
        trails.into_iter().flatten().flat_map(move |range| {
            let from = edges.partition_point(|e| e.character.trail < *range.start());
            let rest = if *range.start() == 0 { edges } else { &edges[from..] };
            rest.iter().take_while(move |e| *range.start() == 0 || e.character.trail <= *range.end())
        })
    }

    /// Takes the ways to read a character of two bytes at the state.
    fn fits(&self, c: &Character, mut take: impl FnMut(Step)) {
        let guessed = match self.state.pending {
            Pending::Byte(lead) if lead == c.lead => false,
            Pending::Lost => true,
            _ => return,
        };
        let next = self.state.next + 1;
        let step = |next, pending, cost, guessed| Step { character: c.character, to: State { next, pending }, cost, guessed };
        for (first, second, cost) in self.bytes.into_iter().flatten() {
            if first == c.trail {
                take(step(next, Pending::Byte(second), cost, guessed));
            }
        }
        if let Some(item) = self.gone
            && item.reading.as_ref().is_none_or(|reading| gloss::reads_as(c.character, reading))
        {
            take(step(next, Pending::InStep, -5, true));
        }
        if self.letter == Some(c.trail) {
            take(step(next, Pending::InStep, 0, guessed));
        }
        // A pair that begins so means nothing in GBK: it may have vanished.
        if self.pairs_vanish && vanishes(c.trail) {
            take(step(self.state.next, Pending::Lost, 0, true));
        }
    }
}

impl Run<'_> {
    /// What a character at a state would have to end with, looked up once for all that are tried there.
    fn ahead(&self, state: State) -> Ahead<'_> {
        let item = self.items.get(state.next);
        let letter = item.map(|i| i.character).filter(|c| matches!(c, '@'..='~')).map(|c| c as u8);
        Ahead {
            state,
            bytes: item.map_or([None; 2], |i| i.bytes),
            gone: item.filter(|i| matches!(i.character, '?' | '\u{fffd}')),
            letter,
            pairs_vanish: self.pairs_vanish && item.is_some(),
        }
    }

    /// Whether something follows an item that a word begun there could go on with, or a gloss tells what it was.
    fn is_text_after(&self, at: usize) -> bool {
        let follows = self.items.get(at + 1).is_some_and(|i| !i.character.is_ascii());
        follows || self.items.get(at).is_some_and(|i| i.reading.is_some())
    }

    /// Words that begin at a state; at the start of the run also those that begin before it. They are left
    /// in `attempt.readings`.
    fn words(&self, state: State, is_start: bool, attempt: &mut Attempt) {
        attempt.readings.clear();
        attempt.spelt.clear();
        let words = &self.knowledge.words;
        let nothing = Spelt { state, cost: 0, guessed: false, vanished: 0, skipped: 0, is_bare: false };
        match state.pending {
            Pending::Byte(lead) => self.go_on(&words.by_lead[usize::from(lead)], nothing, attempt),
            Pending::Lost => {
                let mut trails = self.items.get(state.next).map(|i| i.bytes.map(|b| b.map(|(first, ..)| first))).unwrap_or_default();
                if trails[0] == trails[1] {
                    trails[1] = None;
                }
                for trail in trails.into_iter().flatten() {
                    self.go_on(&words.by_trail[usize::from(trail)], nothing, attempt);
                }
                if let Some(c @ '@'..='~') = self.items.get(state.next).map(|i| i.character) {
                    self.go_on(&words.by_trail[c as usize], nothing, attempt);
                }
            }
            Pending::InStep => {}
        }
        for skipped in 1..=if is_start { self.left.len() } else { 0 } {
            let mut stem = Some(ROOT);
            for c in self.left[..skipped].iter().rev() {
                stem = stem.and_then(|s| words.next(words.stem(s), self.knowledge.character(*c)?));
            }
            if let Some(stem) = stem {
                self.go_on(words.of(words.stem(stem)), Spelt { skipped, ..nothing }, attempt);
            }
        }
        certain(&mut attempt.readings, &attempt.tried);
    }

    /// All ways to go on from what has been spelt with one of the edges.
    fn go_on(&self, edges: &[Edge], so_far: Spelt, attempt: &mut Attempt) {
        let ahead = self.ahead(so_far.state);
        let is_first = attempt.spelt.is_empty() && so_far.skipped == 0;
        // With neither byte known, only the words before it could tell.
        let is_open = is_first && ahead.gone.is_some() && (so_far.state.pending == Pending::Lost || !self.is_text_after(so_far.state.next));
        for edge in ahead.among(edges) {
            ahead.fits(&edge.character, |step| {
                if is_open && step.to.pending == Pending::InStep {
                    return;
                }
                let has_first = matches!(so_far.state.pending, Pending::Byte(_));
                let has_second = match step.to.pending {
                    Pending::Byte(_) => true,
                    Pending::Lost => false,
                    Pending::InStep => ahead.gone.is_none(),
                };
                let is_bare = !has_first && !has_second;
                if is_bare && so_far.is_bare {
                    return;
                }
                attempt.spelt.push(step.character);
                let vanished = so_far.vanished + i32::from(step.to.pending == Pending::Lost);
                let (cost, guessed) = (so_far.cost + step.cost, so_far.guessed | step.guessed);
                self.spell(edge.to, Spelt { state: step.to, cost, guessed, vanished, is_bare, ..so_far }, attempt);
                attempt.spelt.pop();
            });
        }
    }

    /// Notes the word that ends at a stem, and goes on to longer ones. What stands in step behind a run
    /// agrees or not.
    fn spell(&self, stem: u32, spelt: Spelt, attempt: &mut Attempt) {
        let words = &self.knowledge.words;
        let mut stem = words.stem(stem);
        self.note(stem, spelt, attempt);
        match spelt.state.pending {
            Pending::Byte(lead) => self.go_on(words.with_lead(stem, lead), spelt, attempt),
            Pending::Lost => self.go_on(words.of(stem), spelt, attempt),
            Pending::InStep => {
                for item in &self.items[spelt.state.next.min(self.items.len())..] {
                    let next = self.knowledge.character(item.simplified).and_then(|c| words.next(stem, c));
                    let Some(next) = next else { return };
                    stem = words.stem(next);
                    self.note(stem, spelt, attempt);
                }
            }
        }
    }

    fn note(&self, stem: &Stem, spelt: Spelt, attempt: &mut Attempt) {
        if stem.frequency == 0 || (spelt.guessed && !stem.may_be_guessed) || (spelt.vanished > 0 && stem.frequency < COMMON) {
            return;
        }
        let characters = attempt.spelt.len();
        let each = if spelt.guessed { IN_GUESSED_WORD } else { IN_WORD };
        let vanished = if stem.is_phrase { VANISHED_IN_PHRASE } else { VANISHED_IN_WORD };
        let from = attempt.tried.len();
        attempt.tried.extend_from_slice(&attempt.spelt);
        attempt.readings.push(Reading {
            text: from..attempt.tried.len(),
            state: spelt.state,
            guessed: spelt.guessed,
            score: each * (characters + spelt.skipped) as i32 + spelt.cost + spelt.vanished * vanished,
            length: stem.characters,
            frequency: stem.frequency,
        });
    }

    /// Reads the run: the best way from its start to a place where reading and text are in step again.
    fn read(&self, attempt: &mut Attempt) -> Option<Found> {
        attempt.tried.clear();
        attempt.nodes.clear();
        let mut plain = Plain { best: vec![0], done: 0 };
        let mut open: std::collections::BTreeMap<State, usize> = std::collections::BTreeMap::new();
        let start = State { next: 0, pending: Pending::Lost };
        attempt.nodes.push(Node { before: None, state: start, text: 0..0, score: 0, in_words: 0, characters: 0 });
        open.insert(start, 0);
        let mut best: Option<(i32, usize)> = None;
        while let Some((state, index)) = open.pop_first() {
            let Node { score, in_words, characters, .. } = attempt.nodes[index];
            let gain = score - plain.until(state.next, self.knowledge, self.items);
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
            self.words(state, index == 0, attempt);
            let Attempt { tried, nodes, readings, .. } = attempt;
            let mut reach = |to: State, text: Text, score: i32, words: usize, count: usize| {
                let known = open.get(&to).map(|i| nodes[*i].score);
                // Where reading and text are in step, several ends may be reached: the best one stays.
                // A word that leaves nothing but losses leads nowhere.
                if to > state && known.is_none_or(|k| score > k) {
                    nodes.push(Node { before: Some(index), state: to, text, score, in_words: words, characters: count });
                    open.insert(to, nodes.len() - 1);
                }
            };
            for r in readings.drain(..) {
                let n = r.text.len();
                reach(r.state, r.text, score + r.score, in_words + n, characters + n);
            }
            let mut one = |c: char| {
                tried.push(c);
                tried.len() - 1..tried.len()
            };
            let Some(item) = self.items.get(state.next) else { continue };
            match state.pending {
                Pending::Byte(lead) => {
                    let itself = matches!(item.character, '@'..='~').then_some(item.character as u8);
                    let trails = item.bytes.into_iter().flatten().map(|(first, ..)| first).chain(itself);
                    let ahead = self.ahead(state);
                    for c in trails.filter_map(|trail| self.knowledge.pair(lead, trail)).filter(|c| !is_digit(c.character)) {
                        ahead.fits(c, |s| {
                            if !s.guessed {
                                reach(s.to, one(s.character), score + c.worth + s.cost, in_words, characters + 1);
                            }
                        });
                    }
                    if matches!(item.character, '?' | '\u{fffd}') {
                        // The gloss of a character that is half lost may leave only one.
                        if let (Some(_), Some(only)) = (&item.reading, self.only(lead, state)) {
                            reach(only.to, one(only.character), score + only.cost, in_words, characters + 1);
                        }
                        let to = State { next: state.next + 1, pending: Pending::InStep };
                        reach(to, one('?'), score - 10, in_words, characters);
                    }
                }
                // A byte of this character is lost and nothing tells which one it was.
                _ => {
                    for (first, second, cost) in item.bytes.into_iter().flatten() {
                        let to = State { next: state.next + 1, pending: Pending::Byte(second) };
                        let blank = index == 0 && self.at_line_start && first == 0xa1;
                        let (text, worth) = if blank { ('　', 0) } else { ('?', -20) };
                        reach(to, one(text), score + worth + cost, in_words, characters);
                    }
                }
            }
        }
        let (gain, last) = best.filter(|(gain, _)| *gain >= MARGIN)?;
        let mut parts: Vec<(std::ops::Range<usize>, String)> = Vec::new();
        let mut at = &attempt.nodes[last];
        while let Some(before) = at.before.map(|b| &attempt.nodes[b]) {
            parts.push((before.state.next..at.state.next, attempt.tried[at.text.clone()].iter().collect()));
            at = before;
        }
        parts.reverse();
        if let Some((_, text)) = parts.last_mut().filter(|(items, text)| self.may_hide_more(items.end, text)) {
            text.push('?');
        }
        Some(Found { parts, gain })
    }

    /// Whether the last character of a reading, whose second byte is gone, may have been followed by one more
    /// that is gone with that byte. Before a figure that one may say what is counted.
    fn may_hide_more(&self, end: usize, text: &str) -> bool {
        let last = text.chars().next_back().and_then(|c| self.knowledge.character(c));
        let is_gone = end.checked_sub(1).and_then(|at| self.items.get(at)).is_some_and(|i| matches!(i.character, '?' | '\u{fffd}'));
        let is_label = self.items.get(end).is_some_and(|i| i.character.is_ascii_digit() || i.character == ' ');
        self.pairs_vanish && is_gone && is_label && last.is_some_and(|c| vanishes(c.trail))
    }

    /// The one character that begins with a byte and has the reading of an item whose own byte is gone.
    fn only(&self, lead: u8, state: State) -> Option<Step> {
        let ahead = self.ahead(state);
        let mut steps = Vec::new();
        for c in (0x40..=0xfe).filter_map(|trail| self.knowledge.pair(lead, trail)).filter(|c| !is_digit(c.character)) {
            ahead.fits(c, |s| steps.extend((s.guessed && s.to.pending == Pending::InStep).then_some(s)));
        }
        if let [only] = steps[..] { Some(only) } else { None }
    }
}

/// How well the items of a run read as they stand.
struct Plain {
    /// For the first n of them, at n, as far as asked.
    best: Vec<i32>,
    /// Up to where words were looked for that begin there.
    done: usize,
}

/// Longest word that is looked for in text as it stands.
const LONGEST_PLAIN: usize = 8;

impl Plain {
    fn until(&mut self, until: usize, knowledge: &Knowledge, items: &[Item]) -> i32 {
        while self.done < until {
            let start = self.done;
            self.done += 1;
            let before = self.best[start];
            self.reach(start + 1, before + knowledge.worth(items[start].character));
            let mut stem = knowledge.words.stem(ROOT);
            for (n, item) in items[start..].iter().take(LONGEST_PLAIN).enumerate() {
                let next = knowledge.character(item.simplified).and_then(|c| knowledge.words.next(stem, c));
                let Some(next) = next else { break };
                stem = knowledge.words.stem(next);
                if stem.frequency > 0 {
                    self.reach(start + n + 1, before + IN_WORD * (n + 1) as i32);
                }
            }
        }
        self.best[until]
    }

    fn reach(&mut self, end: usize, score: i32) {
        match self.best.get_mut(end) {
            Some(best) => *best = score.max(*best),
            None => {
                self.best.resize(end, i32::MIN);
                self.best.push(score);
            }
        }
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '０'..='９')
}

/// A word, or the part of it that stands in the run, as its bytes give it.
struct Reading {
    text: Text,
    state: State,
    guessed: bool,
    length: u8,
    frequency: u32,
    score: i32,
}

/// Keeps of guessed words that lead to the same place and are equally long only one that is clearly more
/// frequent than the others: else the bytes do not tell.
fn certain(readings: &mut Vec<Reading>, tried: &[char]) {
    if !readings.iter().any(|r| r.guessed) {
        return;
    }
    let text = |r: &Reading| &tried[r.text.clone()];
    readings.sort_by(|a, b| {
        let key = |r: &Reading| (r.state, std::cmp::Reverse(r.length), std::cmp::Reverse(r.frequency));
        key(a).cmp(&key(b)).then_with(|| text(a).cmp(text(b)))
    });
    let mut keep = Vec::with_capacity(readings.len());
    for same in readings.chunk_by(|a, b| a.state == b.state && a.length == b.length) {
        let rival = same.iter().skip(1).find(|r| r.guessed && text(r) != text(&same[0]));
        let clear = rival.is_none_or(|r| same[0].frequency / CLEARLY >= r.frequency);
        keep.extend(same.iter().enumerate().map(|(k, r)| !r.guessed || (k == 0 && clear)));
    }
    let mut keep = keep.into_iter();
    readings.retain(|_| keep.next().unwrap_or(true));
}

/// Whether a text has a character at which a run can be found: a question mark, a low line, or a residue.
fn has_trace(text: &str) -> bool {
    let bytes = text.as_bytes();
    let may_be = |(at, byte): (usize, &u8)| {
        matches!(
            (byte, bytes.get(at + 1)),
            (b'?' | b'_' | 0xee, _) | (0xe2, Some(0x94 | 0x95)) | (0xe3, Some(0x84)) | (0xef, Some(0x80..=0xa3 | 0xbf))
        )
    };
    bytes.iter().enumerate().any(may_be) && text.contains(|c: char| matches!(c, '?' | '_') || is_residue(c))
}

/// Puts shifted runs back.
pub(super) fn repair(draft: &mut Draft) -> bool {
    let Ok(knowledge) = KNOWLEDGE.as_ref() else { return false };
    let mut edits = Vec::new();
    let mut failures = 0;
    let mut attempt = Attempt::default();
    let mut start = 0;
    for part in draft.as_str().split_inclusive(['\n', '\t', '|']) {
        if failures < MAX_FAILURES && has_trace(part) {
            repair_part(knowledge, part, start, &mut failures, &mut attempt, &mut edits);
        }
        start += part.len();
    }
    let restored = edits.iter().filter(|edit| edit.text.contains(numeral::is_chinese)).map(|edit| draft.text.to_source(&edit.range));
    draft.restored = restored.collect();
    draft.apply(edits)
}

/// Whether a line or cell shows damage: a lone `?` with signs that no report uses, or what has no other origin.
pub(super) fn is_damaged(part: &str) -> bool {
    let is_strange = |c: char| {
        matches!(c, '\u{370}'..='\u{4ff}' | '\u{2170}'..='\u{2179}' | '\u{2208}'..='\u{22ff}' | '\u{2474}'..='\u{249b}' | '\u{3016}' | '\u{3017}'
            | '\u{3041}'..='\u{30ff}' | '\u{2500}'..='\u{257f}')
    };
    part.contains(is_residue) || (part.contains('?') && part.contains(is_strange))
}

/// What is left of damage, in bytes of a text and in order.
#[derive(Default)]
pub(super) struct LeftOver {
    /// Sentences or cells, without the blanks around them.
    pub sentences: Vec<std::ops::Range<usize>>,
    /// Clauses of sound sentences in which a single character could not be decoded.
    pub clauses: Vec<std::ops::Range<usize>>,
}

/// Where text is left that is damaged. In a text with damage that is certain each question mark inside a sentence
/// is a byte that is lost.
pub(super) fn left_over(text: &str, was_shifted: bool) -> LeftOver {
    let was_shifted = was_shifted || (text.contains('?') && is_damaged(text));
    let mut found = Vec::new();
    let mut clauses = Vec::new();
    let mut start = 0;
    for part in text.split_inclusive(['\n', '\t', '|', '。', '；']) {
        if !has_trace(part) {
            start += part.len();
            continue;
        }
        let body = part.trim_matches(['\n', '\t', '|', '\r', ' ']);
        if !was_shifted && is_undecoded(body, part.ends_with(['。', '；'])) {
            let mut at = start + part.find(body).unwrap_or(0);
            for clause in body.split_inclusive(['，', ',']) {
                if clause.contains('\u{fffd}') {
                    clauses.push(at..at + clause.len());
                }
                at += clause.len();
            }
        } else if body.contains(is_residue)
            || (body.contains(['?', '_']) && (is_damaged(body) || has_lost(body, was_shifted) || is_out_of_words(body)))
        {
            let from = start + part.find(body).unwrap_or(0);
            found.push(from..from + body.len());
        }
        start += part.len();
    }
    LeftOver { sentences: whole_sentences(text, found), clauses }
}

/// Whether a sentence, which has a mark at its end or within, is sound but for characters that could not be decoded.
fn is_undecoded(body: &str, is_ended: bool) -> bool {
    let is_other = |c: char| matches!(c, '?' | '_') || (c != '\u{fffd}' && is_residue(c));
    body.contains('\u{fffd}') && (is_ended || body.contains(['，', ','])) && !body.contains("\u{fffd}\u{fffd}") && !body.contains(is_other)
}

/// How many lines of a sentence are looked at on either side of a damaged one.
const LINES: usize = 3;
/// A longer line without a mark of running text is no heading, in bytes.
const LONGEST_HEADING: usize = 120;

/// Widens damaged parts that a line end cuts to the sentences that they are parts of.
fn whole_sentences(text: &str, damaged: Vec<std::ops::Range<usize>>) -> Vec<std::ops::Range<usize>> {
    const MARKS: [char; 5] = ['，', '。', '；', ',', ';'];
    const ENDS: [char; 5] = ['。', '；', '：', '！', ':'];
    let is_blank = |c: char| matches!(c, ' ' | '\r' | '　');
    let mut whole: Vec<std::ops::Range<usize>> = Vec::with_capacity(damaged.len());
    for mut range in damaged {
        // A heading is no part of the sentence below it.
        let line =
            text[..range.start].rfind('\n').map_or(0, |at| at + 1)..text[range.end..].find('\n').map_or(text.len(), |at| range.end + at);
        let is_heading = line.len() < LONGEST_HEADING && !text[line].contains(MARKS);
        for _ in 0..if is_heading { 0 } else { LINES } {
            let Some(before) = text[..range.start].trim_end_matches(is_blank).strip_suffix('\n') else { break };
            let from = before.rfind('\n').map_or(0, |at| at + 1);
            let line = before[from..].trim_end();
            if !line.contains(MARKS) || line.ends_with(ENDS) {
                break;
            }
            let sentence = line.rfind(ENDS).and_then(|at| Some(at + line[at..].chars().next()?.len_utf8()));
            range.start = from + sentence.unwrap_or(0);
            if sentence.is_some() {
                break;
            }
        }
        for _ in 0..if is_heading { 0 } else { LINES } {
            let Some(after) = text[range.end..].trim_start_matches(is_blank).strip_prefix('\n') else { break };
            let line = after.split('\n').next().unwrap_or_default();
            if text[range.clone()].ends_with(ENDS) || !line.contains(MARKS) {
                break;
            }
            let sentence = line.find(ENDS).and_then(|at| Some(at + line[at..].chars().next()?.len_utf8()));
            range.end = text.len() - after.len() + sentence.unwrap_or(line.trim_end().len());
            if sentence.is_some() {
                break;
            }
        }
        match whole.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => *last = last.start.min(range.start)..last.end.max(range.end),
            None => whole.push(range),
        }
    }
    whole
}

/// Whether a question mark stands for a character: between a word and a number, behind a mark that ends a word,
/// and in a text that was shifted beside any word.
fn has_lost(part: &str, was_shifted: bool) -> bool {
    part.match_indices('?').any(|(at, _)| {
        let (left, right) = (&part[..at], &part[at + 1..]);
        let beside = [left.chars().next_back(), right.chars().next()];
        let is_word = |c: &Option<char>| c.is_some_and(|c| !c.is_ascii());
        let is_number = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let counts = is_number(left.trim_end().chars().next_back()) || is_number(right.trim_start().chars().next());
        let is_no_question = left.ends_with(['，', '；', '：', '、', '（', '《', '“']) && is_word(&beside[1]);
        (beside.iter().any(is_word) && (was_shifted || counts)) || is_no_question
    })
}

/// Whether characters that reports hardly use stand beside a question mark or low line.
fn is_out_of_words(part: &str) -> bool {
    let Ok(knowledge) = KNOWLEDGE.as_ref() else { return false };
    let is_trace = |c: char| matches!(c, '?' | '_');
    let ends = |c: char| c.is_ascii() || matches!(c, '，' | '；' | '：' | '、' | '（' | '）' | '《' | '》' | '“' | '”');
    let mut before = ' ';
    let mut rest = part;
    while !rest.is_empty() {
        let end = rest.find(ends).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let next = after.chars().next().unwrap_or(' ');
        if is_trace(before) || is_trace(next) {
            let rare = run.chars().filter(|c| knowledge.worth(*c) < 0).count();
            if rare > 0 && rare * 4 >= run.chars().count() {
                return true;
            }
        }
        before = next;
        rest = after.get(next.len_utf8()..).unwrap_or_default();
    }
    false
}

/// Puts back the runs of a line or cell that begins at `offset`.
fn repair_part(knowledge: &Knowledge, part: &str, offset: usize, failures: &mut usize, attempt: &mut Attempt, edits: &mut Vec<Edit>) {
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
            if let Some(found) = run.read(attempt).filter(|f| best.as_ref().is_none_or(|(_, b)| f.gain > b.gain)) {
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
