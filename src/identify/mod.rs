//! Identity: who reports, for which place and which year, from all evidence of a document.
//! Knows [`crate::repair`] and [`crate::knowledge`]; knows nothing of figures.

mod identity;

pub use identity::{Genre, Identity, Level, OrgKind, Scope};

use crate::repair::Clean;

/// Finds out who reports. What cannot be known is `None`.
pub fn identify(clean: &Clean) -> Identity {
    let _ = clean;
    Identity::default()
}
