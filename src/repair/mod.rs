//! Repair: clean Simplified text for the stages after it, with the way back to every character.
//!
//! Knows the document model of [`crate::read`] and [`crate::knowledge`]. A repair never changes a figure.

mod mapped;

pub use mapped::{Edit, Mapped};

use crate::read::{Block, Document};

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
}

impl Clean {
    /// The repaired text.
    pub fn text(&self) -> &str {
        self.text.as_str()
    }
}

/// Repairs a document.
pub fn repair(document: &Document) -> Clean {
    Clean {
        text: Mapped::new(document.text.clone()),
        blocks: document.blocks.clone(),
        title: document.title.clone(),
        address: document.address.clone(),
        meta: document.meta.clone(),
        script: "Hans",
        repairs: Vec::new(),
    }
}
