//! Labels of the forms in running text: one pass over its Chinese characters finds them all, whatever
//! numbering, blanks and line breaks stand within.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::cell::Reading;
use super::rows::Slot;
use crate::knowledge::{FormTable, ItemKind, forms, label_char};

/// A place in a form: the table and the number of the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemRef {
    /// The table.
    pub table: FormTable,
    /// Number of the item in [`crate::knowledge::Forms::items`].
    pub item: usize,
}

/// A label that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// What it can be.
    pub items: &'static [ItemRef],
    /// Whether the wording is one of the form's, letter for letter.
    pub exact: bool,
    /// Bytes from its first to its last character.
    pub span: Range<usize>,
    /// Number of the slot in which it begins.
    pub slot: usize,
}

impl Hit {
    /// Its items in a table, of a kind.
    pub fn in_table(&self, table: FormTable, kind: ItemKind) -> impl Iterator<Item = usize> + '_ {
        self.items.iter().filter(move |i| i.table == table && forms().items(table)[i.item].kind == kind).map(|i| i.item)
    }

    /// Whether it can be an item of a kind in a table.
    pub fn is(&self, table: FormTable, kind: ItemKind) -> bool {
        self.in_table(table, kind).next().is_some()
    }
}

/// What a run of text slots consists of.
#[derive(Clone, Debug, PartialEq)]
pub enum Word {
    /// A label that stands for itself.
    Label(Hit),
    /// Words that no form prints, with the number of the slot in which they begin.
    Unknown(Range<usize>, usize),
}

struct Labels {
    words: Vec<(String, Vec<ItemRef>)>,
    letters: Vec<Vec<char>>,
    /// Of each word, what [`marks`] gives.
    marks: Vec<u64>,
    automaton: AhoCorasick,
}

#[expect(clippy::panic, reason = "embedded data; the automaton of some hundred short words always fits")]
static LABELS: LazyLock<Labels> = LazyLock::new(|| {
    let mut by_word: BTreeMap<String, Vec<ItemRef>> = BTreeMap::new();
    for table in FormTable::ALL {
        for (item, form_item) in forms().items(table).iter().enumerate() {
            for label in &form_item.labels {
                let refs = by_word.entry(label.clone()).or_default();
                let item = ItemRef { table, item };
                if !refs.contains(&item) {
                    refs.push(item);
                }
            }
        }
    }
    let words: Vec<_> = by_word.into_iter().collect();
    match AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words.iter().map(|(w, _)| w)) {
        Ok(automaton) => {
            let letters: Vec<Vec<char>> = words.iter().map(|(w, _)| w.chars().collect()).collect();
            Labels { marks: letters.iter().map(|w| marks(w)).collect(), letters, words, automaton }
        }
        Err(error) => panic!("labels of the forms: {error}"),
    }
});

/// A note in brackets is at most this long, in characters.
const LONGEST_NOTE: usize = 80;

/// A run reduced to the characters that count, with the way back.
#[derive(Default)]
struct Plain {
    text: String,
    /// For each byte of `text` that begins a character: byte in the source, bytes there, slot.
    chars: Vec<(usize, usize, usize, usize)>,
}

impl Plain {
    fn of(text: &str, slots: &[(usize, &Slot)]) -> Self {
        let mut plain = Self::default();
        let all: Vec<(usize, char, usize)> =
            slots.iter().flat_map(|(n, s)| text[s.span.clone()].char_indices().map(move |(at, c)| (s.span.start + at, c, *n))).collect();
        let mut i = 0;
        while i < all.len() {
            let (at, c, slot) = all[i];
            if is_open(c) {
                let close = all[i + 1..].iter().take(LONGEST_NOTE).position(|(_, c, _)| is_close(*c) || is_open(*c));
                if let Some(offset) = close.filter(|o| is_close(all[i + 1 + o].1)) {
                    i += offset + 2;
                    continue;
                }
            }
            if let Some(kept) = label_char(c) {
                plain.chars.push((plain.text.len(), at, c.len_utf8(), slot));
                plain.text.push(kept);
            }
            i += 1;
        }
        plain
    }

    fn index(&self, byte: usize) -> usize {
        self.chars.partition_point(|c| c.0 < byte)
    }

    fn str(&self, from: usize, to: usize) -> &str {
        let end = self.chars.get(to).map_or(self.text.len(), |c| c.0);
        self.chars.get(from).map_or("", |c| &self.text[c.0..end])
    }

    /// Bytes of the source and the slot of characters `from` to `to`, of which there is at least one.
    fn source(&self, from: usize, to: usize) -> (Range<usize>, usize) {
        let ((_, start, _, slot), (_, end, length, _)) = (self.chars[from], self.chars[to - 1]);
        (start..end + length, slot)
    }

    /// The heads of columns that a match over several slots is, where each slot is one: 本年度 | 累计.
    fn heads_of_slots(&self, from: usize, to: usize) -> Option<Vec<Stretch>> {
        if self.chars[from].3 == self.chars[to - 1].3 {
            return None;
        }
        let mut stretches = Vec::new();
        let mut tables = FormTable::ALL.to_vec();
        for slot in self.chars[from..to].chunk_by(|a, b| a.3 == b.3) {
            let from = stretches.last().map_or(from, |s: &Stretch| s.to);
            let to = from + slot.len();
            let word = self.str(from, to);
            let pattern = LABELS.words.binary_search_by(|(label, _)| label.as_str().cmp(word)).ok()?;
            let heads = |table: FormTable| {
                let is_head = |item: &ItemRef| forms().items(table)[item.item].kind == ItemKind::Column;
                LABELS.words[pattern].1.iter().any(|item| item.table == table && is_head(item))
            };
            tables.retain(|table| heads(*table));
            if tables.is_empty() {
                return None;
            }
            stretches.push(Stretch { from, to, pattern: Some(pattern), foreign: false });
        }
        Some(stretches)
    }

    /// Adds what lies between two labels, slot by slot.
    fn push_gap(&self, stretches: &mut Vec<Stretch>, from: usize, to: usize) {
        let mut at = from;
        while at < to {
            let slot = self.chars[at].3;
            let end = (at..to).find(|i| self.chars[*i].3 != slot).unwrap_or(to);
            stretches.push(Stretch { from: at, to: end, pattern: None, foreign: !is_numbering(self.str(at, end)) });
            at = end;
        }
    }
}

fn is_open(c: char) -> bool {
    matches!(c, '(' | '（' | '[' | '［' | '〔' | '【')
}

fn is_close(c: char) -> bool {
    matches!(c, ')' | '）' | ']' | '］' | '〕' | '】')
}

/// Numbering that is left when brackets and strokes are gone: 三、(一).
fn is_numbering(gap: &str) -> bool {
    gap.chars().count() <= 3 && gap.chars().all(|c| "一二三四五六七八九十第".contains(c))
}

/// A stretch of a run: a label, or what lies between labels within one slot.
struct Stretch {
    from: usize,
    to: usize,
    pattern: Option<usize>,
    /// Words that no form prints, or a label that such words touch.
    foreign: bool,
}

/// The labels and other words of a run of text slots, which may lie in several lines.
pub fn words(text: &str, slots: &[(usize, &Slot)]) -> Vec<Word> {
    let plain = Plain::of(text, slots);
    let mut stretches = Vec::new();
    let mut at = 0;
    for m in LABELS.automaton.find_iter(&plain.text) {
        let (from, to) = (plain.index(m.start()), plain.index(m.end()));
        plain.push_gap(&mut stretches, at, from);
        match plain.heads_of_slots(from, to) {
            Some(heads) => stretches.extend(heads),
            None => stretches.push(Stretch { from, to, pattern: Some(m.pattern().as_usize()), foreign: false }),
        }
        at = to;
    }
    plain.push_gap(&mut stretches, at, plain.chars.len());
    let touch = |a: &Stretch, b: &Stretch| plain.chars[a.to - 1].3 == plain.chars[b.from].3 && a.to == b.from;
    // 予以公开的, 结转下年度继续办理数量: an ending after the one label of a slot says nothing.
    for i in 1..stretches.len() {
        let (label, gap) = (&stretches[i - 1], &stretches[i]);
        let is_ending = gap.pattern.is_none()
            && label.pattern.is_some()
            && label.to - label.from >= SHORTEST_CUT
            && touch(label, gap)
            && forms().endings().iter().any(|ending| ending == plain.str(gap.from, gap.to));
        let opens = i < 2 || !touch(&stretches[i - 2], label) || stretches[i - 2].pattern.is_none() && !stretches[i - 2].foreign;
        if is_ending && opens && stretches.get(i + 1).is_none_or(|next| !touch(gap, next)) {
            stretches[i].foreign = false;
        }
    }
    // Words that touch a label within its slot make it another label.
    for i in 0..stretches.len() {
        if stretches[i].pattern.is_none() && stretches[i].foreign {
            if i > 0 && touch(&stretches[i - 1], &stretches[i]) {
                stretches[i - 1].foreign = true;
            }
            if i + 1 < stretches.len() && touch(&stretches[i], &stretches[i + 1]) {
                stretches[i + 1].foreign = true;
            }
        }
    }
    let mut words = Vec::new();
    let mut i = 0;
    while let Some(stretch) = stretches.get(i) {
        let mut end = i + 1;
        if stretch.foreign {
            while end < stretches.len() && stretches[end].foreign && touch(&stretches[end - 1], &stretches[end]) {
                end += 1;
            }
            let (span, slot) = plain.source(stretch.from, stretches[end - 1].to);
            words.push(Word::Unknown(span, slot));
        } else if let Some(pattern) = stretch.pattern {
            let (span, slot) = plain.source(stretch.from, stretch.to);
            words.push(Word::Label(Hit { items: &LABELS.words[pattern].1, exact: true, span, slot }));
        }
        i = end;
    }
    words
}

/// Whether a stretch of text is a label, with nothing but numbering and notes beside it.
pub fn is_label(text: &str, span: Range<usize>) -> bool {
    let slot = Slot { span, reading: Reading::Text, column: 0, colspan: 1, unit: None };
    let words = words(text, &[(0, &slot)]);
    !words.is_empty() && words.iter().all(|w| matches!(w, Word::Label(_)))
}

/// The label that a stretch of text is, with nothing but numbering and notes beside it.
pub fn sole(text: &str, span: Range<usize>) -> Option<Hit> {
    let slot = Slot { span, reading: Reading::Text, column: 0, colspan: 1, unit: None };
    let mut words = words(text, &[(0, &slot)]);
    match (words.pop(), words.pop()) {
        (Some(Word::Label(hit)), None) => Some(hit),
        _ => None,
    }
}

/// Whether a cell heads the labels of a table with one indicator a row: 统计指标.
pub fn heads_list(text: &str, span: Range<usize>) -> bool {
    let slot = Slot { span, reading: Reading::Text, column: 0, colspan: 1, unit: None };
    let lists = [FormTable::Annex2014, FormTable::Local2008];
    words(text, &[(0, &slot)]).iter().any(|w| matches!(w, Word::Label(hit) if lists.iter().any(|t| hit.is(*t, ItemKind::Remark))))
}

/// Whether a stretch of text holds a label of a kind among other words.
pub fn holds(text: &str, span: Range<usize>, table: FormTable, kind: ItemKind) -> bool {
    let slot = Slot { span, reading: Reading::Text, column: 0, colspan: 1, unit: None };
    let is_one = |item: &ItemRef| item.table == table && forms().items(table)[item.item].kind == kind;
    LABELS.automaton.find_iter(&Plain::of(text, &[(0, &slot)]).text).any(|m| LABELS.words[m.pattern()].1.iter().any(is_one))
}

/// Whether a cell heads a column of Article 20, of which no subtable has two alike.
pub fn heads_figures(text: &str, span: Range<usize>) -> bool {
    let slot = Slot { span, reading: Reading::Text, column: 0, colspan: 1, unit: None };
    words(text, &[(0, &slot)]).iter().any(|w| matches!(w, Word::Label(hit) if hit.is(FormTable::Article20, ItemKind::Column)))
}

/// The shortest and longest wording that is compared letter by letter, in characters.
const COMPARED: std::ops::RangeInclusive<usize> = 6..=44;
/// The shortest beginning by which a label that a line break cut is known.
const SHORTEST_CUT: usize = 4;

/// The one label that a wording misses by a slip or by a lost end.
pub fn closest(wording: &str) -> Option<&'static [ItemRef]> {
    let letters: Vec<char> = wording.chars().filter_map(label_char).take(COMPARED.end() + 1).collect();
    if !(SHORTEST_CUT..=*COMPARED.end()).contains(&letters.len()) {
        return None;
    }
    let mut best: Option<(usize, &'static [ItemRef])> = None;
    let mut tied = false;
    let own = marks(&letters);
    for ((label, letters_of), items) in LABELS.letters.iter().zip(&LABELS.marks).zip(LABELS.words.iter().map(|w| &w.1)) {
        if label.len() < *COMPARED.start() || label.len() + 4 < letters.len() && label.len() * 4 < letters.len() * 3 {
            continue;
        }
        let slips = match label.len() {
            0..12 => 1,
            12..18 => 2,
            _ => 3,
        };
        // Each letter that the label has not is a slip.
        if (own & !letters_of).count_ones() as usize > slips {
            continue;
        }
        let cut =
            letters.len() < label.len() && (label.starts_with(&letters) || letters.len() >= *COMPARED.start() && label.ends_with(&letters));
        let distance = match cut {
            true => Some(1),
            false if COMPARED.contains(&letters.len()) => distance(&letters, label, slips),
            false => None,
        };
        let Some(distance) = distance else { continue };
        match best {
            Some((d, held)) if d == distance && held != items.as_slice() => tied = true,
            Some((d, _)) if d <= distance => {}
            _ => {
                best = Some((distance, items));
                tied = false;
            }
        }
    }
    best.filter(|_| !tied).map(|(_, items)| items)
}

/// The letters of a word as a set of 64 kinds: a letter of another kind is another letter.
fn marks(word: &[char]) -> u64 {
    word.iter().fold(0, |marks, c| marks | 1 << (u32::from(*c) % 64))
}

/// Letters to change between two words, where there are no more than `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        let mut least = row[0];
        for (j, y) in b.iter().enumerate() {
            let next = (diagonal + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
            least = least.min(next);
        }
        if least > most {
            return None;
        }
    }
    row.last().copied().filter(|d| *d <= most)
}
