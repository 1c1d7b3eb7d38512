//! Extraction: typed figures from tables and prose. Knows [`crate::repair`] and [`crate::knowledge`];
//! knows nothing of who reports.

mod fact;
mod prose;
mod tables;

pub use fact::{Applicant, CellPlace, Extraction, Fact, Form, Mention, Notice, Origin, Period, Qualifier, TableRead, UnitFrom};

pub use prose::{Heading, outline};

use crate::repair::Clean;

/// Takes the figures of a document. `year` is the report year where it is known: it tells a figure of
/// this year from one of the year before or a plan for the next.
pub fn extract(clean: &Clean, year: Option<i16>) -> Extraction {
    let read = tables::extract(clean);
    let prose = prose::read(clean, year);
    in_order(Extraction { facts: read.facts, mentions: Vec::new(), tables: read.tables, notices: read.notices }, prose)
}

/// Joins what tables and prose state, facts in the order of the source.
fn in_order(mut tables: Extraction, prose: Extraction) -> Extraction {
    let first = tables.facts.len();
    tables.facts.extend(prose.facts);
    let mut order: Vec<usize> = (0..tables.facts.len()).collect();
    order.sort_by_key(|i| (tables.facts[*i].span.start, *i));
    let mut place = vec![0; order.len()];
    for (new, old) in order.iter().enumerate() {
        place[*old] = new;
    }
    let mut facts: Vec<Option<Fact>> = tables.facts.into_iter().map(Some).collect();
    tables.facts = order.iter().filter_map(|i| facts[*i].take()).collect();
    let moved = prose.mentions.into_iter().map(|m| Mention { fact: m.fact.map(|f| place[first + f]), ..m });
    tables.mentions.extend(moved);
    tables.mentions.sort_by_key(|m| m.span.start);
    tables.notices.extend(prose.notices);
    tables
}
