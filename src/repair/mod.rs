//! Repair: clean Simplified text for the stages after it, with the way back to every character.
//!
//! Knows the document model of [`crate::read`] and [`crate::knowledge`]. A repair never changes a figure,
//! and never joins or crosses cells: an edit that reaches over a line end, a tab or a pipe is not made.
//! A new repair is one function and one line of `REPAIRS`.

mod byte_shift;
mod compatibility;
mod date;
mod entity;
mod gloss;
mod mapped;
mod repeat;
mod script;
mod sign;
mod spacing;
mod spam;
mod tag;
mod torn;
mod width;
mod wrap;

use std::ops::Range;

pub use mapped::{Edit, Mapped};

use crate::knowledge::{KnowledgeError, numeral};
use crate::read::{Block, BlockKind, Document};

/// A document whose text was repaired. Spans of blocks and cells point into the repaired text.
#[derive(Clone, Debug, Default)]
pub struct Clean {
    /// The repaired text.
    pub text: Mapped,
    /// The document's blocks, with spans in the repaired text.
    pub blocks: Vec<Block>,
    /// The title that stood beside the text, repaired.
    pub title: Option<String>,
    /// The address, as given.
    pub address: Option<String>,
    /// Names and values beside the text, values repaired.
    pub meta: Vec<(String, String)>,
    /// The script of the source: `Hans` or `Hant`.
    pub script: &'static str,
    /// Names of the repairs that acted, in the order of the list of repairs.
    pub repairs: Vec<&'static str>,
    /// Where words of advertisements stand, in bytes of the repaired text. What they replaced is not
    /// known: a name or wording that overlaps one is not to be trusted.
    pub spam: Vec<Range<usize>>,
    /// Where text is damaged that could not be put back, in bytes of the repaired text.
    pub damaged: Vec<Range<usize>>,
    /// Where numbers stand of which a part is in another line or hidden, and numerals that the source does not show,
    /// in order, in bytes of the repaired text: no part of one is a figure.
    pub torn: Vec<Range<usize>>,
    /// Clauses that a line end cuts or of which a character could not be decoded, in order, in bytes of the repaired
    /// text: what would label a figure in one may be cut in two.
    pub cut: Vec<Range<usize>>,
    /// Where text stands that stood before in the same order, in bytes of the repaired text.
    pub repeats: Vec<Range<usize>>,
}

impl Clean {
    /// The repaired text.
    pub fn text(&self) -> &str {
        self.text.as_str()
    }

    /// Where text stands, within a range of the text, that stood before in the same order within it.
    pub fn repeats_within(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let text = self.text().get(range.clone()).unwrap_or_default();
        repeat::find(&lines(text)).into_iter().map(|found| range.start + found.start..range.start + found.end).collect()
    }

    /// The document without what stands in it a second time; its text and places stay as they are.
    #[must_use]
    pub fn without_repeats(&self) -> Self {
        let stands_again = |span: &Range<usize>| self.repeats.iter().any(|r| r.start <= span.start && span.end <= r.end);
        let mut once = self.clone();
        once.blocks.retain_mut(|block| {
            if let BlockKind::Table(grid) = &mut block.kind {
                grid.cells.retain(|cell| !stands_again(&cell.span));
            }
            !stands_again(&block.span)
        });
        once
    }
}

/// A repair: the name that `reports.repairs` gives it, what must stand in a text for it to be tried, and
/// the function that acts and tells whether it did.
struct Repair {
    name: &'static str,
    signs: sign::Signs,
    act: fn(&mut Draft) -> bool,
}

/// All repairs, in their order: each finds the text as the ones before it left it. Glosses go before the
/// characters are simplified, since a reading belongs to the Traditional form.
const REPAIRS: [Repair; 11] = [
    Repair { name: "entities", signs: sign::ENTITY, act: entity::repair },
    Repair { name: "tags", signs: sign::TAG, act: tag::repair },
    Repair { name: "invisible", signs: sign::INVISIBLE, act: remove_invisible },
    Repair { name: "byte_shift", signs: sign::SHIFT, act: byte_shift::repair },
    Repair { name: "glosses", signs: sign::GLOSS, act: gloss::repair },
    Repair { name: "compatibility", signs: sign::COMPATIBILITY, act: compatibility::repair },
    Repair { name: "full_width", signs: sign::FULL_WIDTH, act: width::repair_width },
    Repair { name: "list_marks", signs: sign::LIST_MARK, act: width::repair_list_marks },
    Repair { name: "traditional", signs: sign::TRADITIONAL, act: script::repair },
    Repair { name: "spacing", signs: sign::SPACE, act: spacing::repair },
    Repair { name: "dates", signs: sign::RUN_TOGETHER, act: date::repair },
];

/// A text under repair.
struct Draft {
    text: Mapped,
    /// The text before each repair that changed its length. A page may have been set with the damage.
    before: Vec<Mapped>,
    /// What stands in the text as it is now.
    scan: sign::Scan,
    /// Whether the source was written in Traditional characters.
    was_traditional: bool,
    /// Where numerals were put back that the source does not show, in bytes of the source.
    restored: Vec<Range<usize>>,
}

impl Draft {
    fn new(text: String) -> Self {
        let scan = sign::scan(&text);
        Self { text: Mapped::new(text), before: Vec::new(), scan, was_traditional: false, restored: Vec::new() }
    }

    fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// Makes the edits, except those that reach over a line end or the border of a cell.
    fn apply(&mut self, mut edits: Vec<Edit>) -> bool {
        let text = self.text.as_str();
        edits.retain(|e| !text[e.range.clone()].contains(['\n', '\r', '\t', '|']) && text[e.range.clone()] != e.text);
        self.text.apply(&edits);
        !edits.is_empty()
    }

    /// Puts one character in the place of another.
    fn replace_characters(&mut self, other: impl Fn(char) -> Option<char>) -> bool {
        let found = self.as_str().char_indices().filter_map(|(at, c)| Some((at, c, other(c)?)));
        let edits = found.map(|(at, c, new)| Edit { range: at..at + c.len_utf8(), text: new.to_string() }).collect();
        self.apply(edits)
    }

    /// Takes out the line ends behind blocks that go on in the next one.
    fn join(&mut self, blocks: &[Block], broken: &[usize]) {
        let text = self.as_str();
        let joint = |i: &usize| {
            let (first, second) = (&text[blocks[*i].span.clone()], &text[blocks[wrap::next(blocks, *i)].span.clone()]);
            let range = blocks[*i].span.start + first.trim_end().len()..blocks[wrap::next(blocks, *i)].span.end - second.trim_start().len();
            // A blank between thousands is part of the number, wherever its line ended.
            let is_digit = |c: char| c.is_ascii_digit();
            let is_number = first.trim_end().ends_with(is_digit) && second.trim_start().starts_with(is_digit);
            let blank = if is_number && text[range.clone()].contains(' ') { " " } else { "" };
            Edit { range, text: blank.to_owned() }
        };
        let edits: Vec<Edit> = broken.iter().map(joint).collect();
        self.text.apply(&edits);
        self.scan = sign::scan(self.as_str());
    }

    /// Replaces the text by one whose characters have the same places.
    fn substitute(&mut self, text: String) -> bool {
        let changed = text != self.as_str();
        if changed {
            self.text.substitute(text);
        }
        changed
    }

    /// Runs the repairs that the text gives reason for, and names those that acted.
    fn repair(&mut self) -> Vec<&'static str> {
        let mut acted = Vec::new();
        for repair in &REPAIRS {
            if self.scan.signs & repair.signs == 0 {
                continue;
            }
            let before = self.text.clone();
            if (repair.act)(self) {
                acted.push(repair.name);
                self.scan = sign::scan(self.as_str());
                if before.as_str().len() != self.as_str().len() {
                    self.before.push(before);
                }
            }
        }
        acted
    }
}

fn remove_invisible(draft: &mut Draft) -> bool {
    let found = draft.as_str().char_indices().filter(|(_, c)| sign::is_invisible(*c));
    let edits = found.map(|(at, c)| Edit { range: at..at + c.len_utf8(), text: String::new() }).collect();
    draft.apply(edits)
}

/// Parses the tables of the repairs.
///
/// # Errors
/// The first mistake found, with file and line.
pub fn load() -> Result<(), KnowledgeError> {
    entity::load()?;
    compatibility::load()?;
    script::load()?;
    byte_shift::load()?;
    spam::load()
}

/// Repairs a short text that stands by itself: a title, a value beside the text.
pub fn line(text: &str) -> String {
    let mut draft = Draft::new(text.to_owned());
    draft.repair();
    draft.text.into_string()
}

/// Repairs a document.
pub fn repair(document: &Document) -> Clean {
    let mut draft = Draft::new(document.text.clone());
    let mut repairs = draft.repair();
    let mut blocks: Vec<Block> = document.blocks.iter().map(|b| translated(b, &draft.text)).collect();
    let broken = broken(&draft, &blocks, document);
    if !broken.is_empty() {
        draft.join(&blocks, &broken);
        // What the end of a line tore is whole only now: a gloss, the thousands of a number, a word of mirrors.
        let again = draft.repair();
        if draft.was_traditional {
            script::repair_vocabulary(&mut draft);
        }
        repairs = REPAIRS.iter().map(|r| r.name).filter(|name| repairs.contains(name) || again.contains(name)).collect();
        repairs.push("wraps");
        blocks = joined(&document.blocks, &broken).iter().map(|b| translated(b, &draft.text)).collect();
    }
    let spam = if draft.scan.signs & sign::SPAM == 0 { Vec::new() } else { spam::find(draft.as_str()) };
    let was_shifted = repairs.contains(&"byte_shift");
    let left_over =
        if draft.scan.signs & sign::SHIFT == 0 { Default::default() } else { byte_shift::left_over(draft.as_str(), was_shifted) };
    let mut damaged = left_over.sentences;
    let lines = printed_lines(draft.as_str(), &blocks);
    let mut torn = torn::at_line_ends(&lines);
    let mut cut = left_over.clauses;
    // Where words are missing a torn sentence may have lost what is said of its figures.
    if was_shifted || !damaged.is_empty() {
        damaged = torn::merged(damaged, wrap::torn_clauses(&lines));
    } else {
        cut = torn::merged(cut, wrap::torn_clauses(&lines));
    }
    if draft.scan.signs & sign::HIDDEN != 0 {
        torn = torn::merged(torn, torn::within_lines(draft.as_str()));
    }
    torn = torn::merged(torn, draft.restored.iter().flat_map(|range| numerals(draft.as_str(), draft.text.to_repaired(range))).collect());
    Clean {
        damaged,
        torn,
        cut,
        blocks,
        title: document.title.as_deref().map(line),
        address: document.address.clone(),
        meta: document.meta.iter().map(|(name, value)| (name.clone(), line(value))).collect(),
        script: if draft.was_traditional { "Hant" } else { "Hans" },
        repairs,
        spam,
        repeats: repeat::find(&lines),
        text: draft.text,
    }
}

/// The Chinese numerals in a range of a text.
fn numerals(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let found = text[range.clone()].char_indices().filter(|(_, c)| numeral::is_chinese(*c));
    found.map(move |(at, c)| range.start + at..range.start + at + c.len_utf8())
}

/// A line that is not blank.
struct Line<'t> {
    /// In the text, without the blanks at its end.
    range: Range<usize>,
    /// Without the blanks around it.
    body: &'t str,
}

/// The lines of a text, those apart that are no more than the number of a page.
fn printed_lines<'t>(text: &'t str, blocks: &[Block]) -> Vec<Line<'t>> {
    let mut lines = lines(text);
    let numbers: Vec<usize> = blocks.iter().filter(|b| wrap::is_page_number(b)).map(|b| b.span.start).collect();
    if !numbers.is_empty() {
        lines.retain(|line| numbers.binary_search(&line.range.start).is_err());
    }
    lines
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let printed = line.trim_end();
        if !printed.is_empty() {
            lines.push(Line { range: start..start + printed.len(), body: printed.trim_start() });
        }
        start += line.len();
    }
    lines
}

/// The blocks that a page broke, which go on in the next one: as the text is, or as it was when the page was set.
fn broken(draft: &Draft, blocks: &[Block], document: &Document) -> Vec<usize> {
    let text = draft.as_str();
    let now = |i: usize| wrap::width(&text[blocks[i].span.clone()]);
    let mut broken = wrap::broken(text, blocks, now);
    for before in &draft.before {
        let then = |i: usize| wrap::width(&before.as_str()[before.to_repaired(&document.blocks[i].span)]);
        broken.extend(wrap::broken(text, blocks, then));
    }
    broken.extend(wrap::parted(text, blocks));
    broken.sort_unstable();
    broken.dedup();
    broken
}

/// The blocks with those that are broken made one with the next; the number of a page between them is gone.
fn joined(blocks: &[Block], broken: &[usize]) -> Vec<Block> {
    let mut joined: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut goes_on = broken.iter().peekable();
    let mut is_rest = false;
    for (i, block) in blocks.iter().enumerate() {
        if is_rest && wrap::is_page_number(block) {
            continue;
        }
        match joined.last_mut().filter(|_| is_rest) {
            Some(last) => last.span.end = block.span.end,
            None => joined.push(block.clone()),
        }
        is_rest = goes_on.next_if(|g| **g == i).is_some();
    }
    joined
}

/// A block with its spans in the repaired text.
fn translated(block: &Block, text: &Mapped) -> Block {
    let mut block = block.clone();
    if text.is_identity() {
        return block;
    }
    block.span = text.to_repaired(&block.span);
    if let BlockKind::Table(grid) = &mut block.kind {
        grid.cells.retain_mut(|cell| {
            let was_blank = cell.span.is_empty();
            cell.span = text.to_repaired(&cell.span);
            // After the last pipe of a line there is no cell: what stood there printed nothing.
            was_blank || !cell.span.is_empty() || !ends_row(text.as_str(), cell.span.start)
        });
    }
    block
}

/// Whether nothing but blanks stands between a pipe and the end of its line.
fn ends_row(text: &str, at: usize) -> bool {
    text[..at].trim_end_matches(' ').ends_with('|') && text[at..].trim_start_matches([' ', '\r']).chars().next().is_none_or(|c| c == '\n')
}

#[cfg(test)]
mod tests {
    use super::{line, load, repair};
    use crate::read::{Hints, from_text};

    /// Text as damaged, as it must come out, the repairs that act, and of parts of the repaired text the parts of
    /// the damaged one that they came from.
    #[derive(serde::Deserialize)]
    struct Case {
        before: String,
        after: String,
        repairs: Vec<String>,
        #[serde(default)]
        map: Vec<(String, String)>,
    }

    const CASES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/repair.jsonl"));

    #[test]
    fn the_tables_are_sound() {
        assert_eq!(load(), Ok(()));
    }

    #[test]
    fn cases() -> Result<(), Box<dyn std::error::Error>> {
        let mut wrong = Vec::new();
        for (number, case) in CASES.lines().enumerate() {
            let case: Case = serde_json::from_str(case).map_err(|e| format!("case {}: {e}", number + 1))?;
            let clean = repair(&from_text(&case.before, &Hints::default())?);
            if clean.text() != case.after || clean.repairs != case.repairs {
                wrong.push(format!("case {}: {} became {} by {:?}", number + 1, case.before, clean.text(), clean.repairs));
            }
            for (part, source) in &case.map {
                let back = clean.text().find(part).map(|at| &case.before[clean.text.to_source(&(at..at + part.len()))]);
                if back != Some(source) {
                    wrong.push(format!("case {}: {part} came from {back:?}, not from {source}", number + 1));
                }
            }
            digits_keep_their_place(&case.before)?;
            assert_eq!(line(&case.after), case.after, "case {}: clean text stays as it is", number + 1);
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok(())
    }

    /// Every run of digits leads back to the same digits, in half or full width, or to a list mark.
    fn digits_keep_their_place(source: &str) -> Result<(), Box<dyn std::error::Error>> {
        let clean = repair(&from_text(source, &Hints::default())?);
        let text = clean.text();
        for (at, c) in text.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
            let back = &source[clean.text.to_source(&(at..at + 1))];
            let same = line(back).contains(c) || back.starts_with("&#");
            assert!(same, "{c} at {at} of {text} came from {back}");
        }
        Ok(())
    }
}
