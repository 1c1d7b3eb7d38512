//! Extraction: typed figures from tables and prose. Knows [`crate::repair`] and [`crate::knowledge`];
//! knows nothing of who reports.

mod fact;
mod prose;
mod tables;

pub use fact::{Applicant, CellPlace, Extraction, Fact, Form, Mention, Notice, Origin, Period, Qualifier, TableRead, UnitFrom};

pub use prose::{Heading, outline};

use std::collections::HashMap;
use std::ops::Range;

use crate::knowledge::codebook;
use crate::repair::Clean;

/// Takes the figures of a document. `year` is the report year where it is known: it tells a figure of
/// this year from one of the year before or a plan for the next.
pub fn extract(clean: &Clean, year: Option<i16>) -> Extraction {
    let read = tables::extract(clean, year);
    let prose = without_pieces(outside_tables(prose::read(clean, year), &table_runs(clean.text(), &read.facts)));
    in_order(Extraction { facts: read.facts, mentions: Vec::new(), tables: read.tables, notices: read.notices }, prose)
}

/// Longest label between two cells of a flattened table, in bytes.
const LABEL: usize = 240;

/// Where cells follow each other with nothing but labels between them: a table, also where a page printed
/// it as text.
fn table_runs(text: &str, cells: &[Fact]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut spans: Vec<&Range<usize>> = cells.iter().map(|fact| &fact.span).collect();
    spans.sort_by_key(|span| (span.start, span.end));
    for span in spans {
        let joins = |run: &Range<usize>| {
            let between = text.get(run.end..span.start.max(run.end)).unwrap_or_default();
            between.len() <= LABEL && !between.contains('。')
        };
        match runs.last_mut() {
            Some(run) if joins(run) => run.end = run.end.max(span.end),
            _ => runs.push(span.clone()),
        }
    }
    runs
}

/// Leaves out the facts that prose took from the cells of a table: there a number means what its row and
/// column say.
fn outside_tables(prose: Extraction, runs: &[Range<usize>]) -> Extraction {
    let inside = |fact: &Fact| {
        let next = runs.partition_point(|run| run.end <= fact.span.start);
        runs.get(next).is_some_and(|run| run.start < fact.span.end.max(fact.span.start + 1))
    };
    let kept = prose.facts.iter().map(|fact| !inside(fact)).collect();
    keep(prose, kept)
}

/// Leaves out what one sentence says of one part with several values (省建议3件、市建议12件; 撤销2件、责令履行1件):
/// each is a piece of the part, and the sum is not said.
fn without_pieces(prose: Extraction) -> Extraction {
    let piece = |fact: &Fact| {
        let code = &codebook()[fact.code];
        !code.dimension.is_empty() || code.indicator.starts_with("proposals.")
    };
    let mut said: HashMap<_, (f64, bool)> = HashMap::new();
    let key = |fact: &Fact| (fact.context.start, fact.code, fact.applicant, fact.period, fact.subject.clone());
    for fact in prose.facts.iter().filter(|fact| piece(fact)) {
        let Some(value) = fact.value else { continue };
        let (first, differs) = said.entry(key(fact)).or_insert((value, false));
        *differs |= *first != value;
    }
    let kept = prose.facts.iter().map(|fact| !(piece(fact) && said.get(&key(fact)).is_some_and(|(_, differs)| *differs))).collect();
    keep(prose, kept)
}

/// Keeps some of the facts. The others stay as quantities.
fn keep(mut prose: Extraction, kept: Vec<bool>) -> Extraction {
    let mut count = 0;
    let place: Vec<Option<usize>> = kept
        .iter()
        .map(|kept| {
            count += usize::from(*kept);
            kept.then(|| count - 1)
        })
        .collect();
    let mut kept = kept.into_iter();
    prose.facts.retain(|_| kept.next().unwrap_or(true));
    for mention in &mut prose.mentions {
        mention.fact = mention.fact.and_then(|fact| place.get(fact).copied().flatten());
    }
    prose
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
