//! Figures in prose: quantities, headings, clauses, and the grammar that attaches figures to indicators.
//!
//! A sentence becomes tokens (wordings of the lexicon, quantities, punctuation, unknown words). A figure
//! takes its meaning from the labels in its clause, else from what the sentence and section are about.
//! Between a label and its figure only words that the lexicon knows may stand: an unknown word there
//! means an unknown thing is counted, and the figure stays a mention.

mod clauses;
mod grammar;
mod outline;
mod quantity;
mod standing;

pub use outline::{Heading, outline};

use crate::extract::Extraction;
use crate::read::BlockKind;
use crate::repair::Clean;

/// Takes the figures of a document's paragraphs; tables are not looked at.
pub(crate) fn read(clean: &Clean, year: Option<i16>) -> Extraction {
    let headings = outline(clean);
    let mut reader = grammar::Reader::new(clean, year);
    let text = clean.text();
    for block in &clean.blocks {
        if !matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_)) {
            continue;
        }
        let Some(part) = text.get(block.span.clone()) else { continue };
        reader.paragraph(part, block.span.start, &headings);
    }
    reader.finish()
}
