//! Extraction: typed figures from tables and prose. Knows [`crate::repair`] and [`crate::knowledge`];
//! knows nothing of who reports.

mod fact;
mod tables;

pub use fact::{Applicant, CellPlace, Extraction, Fact, Form, Mention, Notice, Origin, Period, Qualifier, TableRead, UnitFrom};

use crate::repair::Clean;

/// Takes the figures of a document. `year` is the report year where it is known: it tells a figure of
/// this year from one of the year before or a plan for the next.
pub fn extract(clean: &Clean, year: Option<i16>) -> Extraction {
    let _ = year;
    let read = tables::extract(clean);
    Extraction { facts: read.facts, mentions: Vec::new(), tables: read.tables, notices: read.notices }
}
