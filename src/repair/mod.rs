//! Repair: clean Simplified text for the stages after it, with the way back to every character.
//!
//! Knows the document model of [`crate::read`] and [`crate::knowledge`]. A repair never changes a figure,
//! and never joins or crosses cells: an edit that reaches over a line end, a tab or a pipe is not made.
//! A new repair is one function and one line of [`REPAIRS`].

mod byte_shift;
mod compatibility;
mod entity;
mod gloss;
mod mapped;
mod script;
mod sign;
mod spacing;
mod spam;
mod width;

use std::ops::Range;

pub use mapped::{Edit, Mapped};

use crate::knowledge::KnowledgeError;
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
}

impl Clean {
    /// The repaired text.
    pub fn text(&self) -> &str {
        self.text.as_str()
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
const REPAIRS: [Repair; 9] = [
    Repair { name: "entities", signs: sign::ENTITY, act: entity::repair },
    Repair { name: "invisible", signs: sign::INVISIBLE, act: remove_invisible },
    Repair { name: "byte_shift", signs: sign::SHIFT, act: byte_shift::repair },
    Repair { name: "glosses", signs: sign::GLOSS, act: gloss::repair },
    Repair { name: "compatibility", signs: sign::COMPATIBILITY, act: compatibility::repair },
    Repair { name: "full_width", signs: sign::FULL_WIDTH, act: width::repair_width },
    Repair { name: "list_marks", signs: sign::LIST_MARK, act: width::repair_list_marks },
    Repair { name: "traditional", signs: sign::TRADITIONAL, act: script::repair },
    Repair { name: "spacing", signs: sign::SPACE, act: spacing::repair },
];

/// A text under repair.
struct Draft {
    text: Mapped,
    /// What stands in the text as it is now.
    scan: sign::Scan,
    /// Whether the source was written in Traditional characters.
    was_traditional: bool,
}

impl Draft {
    fn new(text: String) -> Self {
        let scan = sign::scan(&text);
        Self { text: Mapped::new(text), scan, was_traditional: false }
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
            if self.scan.signs & repair.signs != 0 && (repair.act)(self) {
                acted.push(repair.name);
                self.scan = sign::scan(self.as_str());
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
    let repairs = draft.repair();
    let spam = if draft.scan.signs & sign::SPAM == 0 { Vec::new() } else { spam::find(draft.as_str()) };
    Clean {
        blocks: document.blocks.iter().map(|b| translated(b, &draft.text)).collect(),
        title: document.title.as_deref().map(line),
        address: document.address.clone(),
        meta: document.meta.iter().map(|(name, value)| (name.clone(), line(value))).collect(),
        script: if draft.was_traditional { "Hant" } else { "Hans" },
        repairs,
        spam,
        text: draft.text,
    }
}

/// A block with its spans in the repaired text.
fn translated(block: &Block, text: &Mapped) -> Block {
    let mut block = block.clone();
    if text.is_identity() {
        return block;
    }
    block.span = text.to_repaired(&block.span);
    if let BlockKind::Table(grid) = &mut block.kind {
        for cell in &mut grid.cells {
            cell.span = text.to_repaired(&cell.span);
        }
    }
    block
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tables_are_sound() {
        assert_eq!(super::load(), Ok(()));
    }
}
