//! Identity: who reports, for which place and which year, from all evidence of a document.
//! Knows [`crate::repair`] and [`crate::knowledge`]; knows nothing of figures.
//!
//! A page is cut into zones (`page`); titles, lead, contacts and signature make statements about the body
//! and the year (`title`, `statement`); names are taken apart (`body`) and placed by all traces of
//! regions together (`place`). Each answer records what it rests on. Where the evidence does not tell,
//! the answer is `None`: a wrong region poisons a series, a missing one does not.

mod address;
mod body;
#[cfg(test)]
mod cases;
mod dates;
mod decide;
mod english;
mod genre;
mod identity;
mod page;
mod parts;
mod place;
mod published;
mod statement;
mod title;

pub use identity::{Genre, Identity, Level, OrgKind, Scope};
pub use parts::{Part, parts};

use crate::repair::Clean;

/// Finds out who reports. What cannot be known is `None`.
pub fn identify(clean: &Clean) -> Identity {
    decide::identify(clean)
}
