//! Extraction: typed figures from tables and prose. Knows [`crate::repair`] and [`crate::knowledge`];
//! knows nothing of who reports.

mod fact;
mod prose;
mod tables;

pub use fact::{Applicant, CellPlace, Extraction, Fact, Form, Mention, Notice, Origin, Period, Qualifier, TableRead, UnitFrom};

pub use prose::{Heading, outline};

use std::collections::HashMap;
use std::ops::Range;

use crate::knowledge::{CodeId, codebook};
use crate::repair::Clean;

/// Takes the figures of a document. `year` is the report year where it is known: it tells a figure of
/// this year from one of the year before or a plan for the next.
pub fn extract(clean: &Clean, year: Option<i16>) -> Extraction {
    let all = read(clean, year);
    if clean.repeats.is_empty() {
        return all;
    }
    let once = read(&clean.without_repeats(), year);
    // A page that stands twice may tear a table in two, and then none of its rows is certain.
    if clean.damaged.is_empty() && said(&once).len() < said(&all).len() { all } else { with_repeats(once, all, clean) }
}

fn read(clean: &Clean, year: Option<i16>) -> Extraction {
    let mut read = tables::extract(clean, year);
    let runs = table_runs(clean.text(), read.facts.iter().map(|fact| &fact.span).chain(&read.untaken).collect());
    read.facts.retain(|fact| is_named(fact, clean));
    let prose = outside_tables(undamaged(prose::read(clean, year), clean), &runs);
    joined(Extraction { facts: read.facts, mentions: Vec::new(), tables: read.tables, notices: read.notices }, prose)
}

/// What a figure is about.
type About = (CodeId, Applicant, String, Period);

fn about(fact: &Fact) -> About {
    (fact.code, fact.applicant, fact.subject.clone(), fact.period)
}

/// What figures are about, each with the value that stands first.
fn said(extraction: &Extraction) -> HashMap<About, Option<f64>> {
    let mut said = HashMap::new();
    for fact in &extraction.facts {
        said.entry(about(fact)).or_insert(fact.value);
    }
    said
}

/// Adds to what is said once the figures of repeated text, where they do not speak against it. Beside a damaged
/// row another one may be taken for it, so that damaged text adds only what is said already.
fn with_repeats(once: Extraction, all: Extraction, clean: &Clean) -> Extraction {
    let stands_again = |span: &Range<usize>| clean.repeats.iter().any(|r| r.start <= span.start && span.end <= r.end);
    let said = said(&once);
    let agrees = |fact: &Fact| said.get(&about(fact)).map_or(clean.damaged.is_empty(), |value| *value == fact.value);
    let kept: Vec<bool> = all.facts.iter().map(|fact| stands_again(&fact.span) && agrees(fact)).collect();
    let mut again = all.keep(&kept);
    again.mentions.retain(|mention| stands_again(&mention.span));
    again.notices.clear();
    joined(once, again)
}

/// Leaves out the figures of damaged sentences, and of clauses in which an advertisement stands: the words
/// that would say what is counted may be the ones that are gone. So are parts of numbers no figures. Of what is
/// left out for it, no other value stands in its place: whether that is the report's own cannot be told.
fn undamaged(prose: Extraction, clean: &Clean) -> Extraction {
    let is_whole = |fact: &Fact| {
        is_named(fact, clean)
            && !overlaps(&clean.damaged, &fact.context)
            && !overlaps(&clean.damaged, &fact.span)
            && !overlaps(&clean.torn, &fact.span)
    };
    let mut lost: HashMap<About, Vec<Option<f64>>> = HashMap::new();
    for fact in prose.facts.iter().filter(|fact| !is_whole(fact)) {
        lost.entry(about(fact)).or_default().push(fact.value);
    }
    let is_sound = |fact: &Fact| {
        is_whole(fact)
            && !is_part_of_one(fact)
            && !overlaps(&clean.cut, &fact.span)
            && !overlaps(&clean.spam, &clause(clean.text(), &fact.span))
            && lost.get(&about(fact)).is_none_or(|values| values.contains(&fact.value))
    };
    let kept: Vec<bool> = prose.facts.iter().map(is_sound).collect();
    prose.keep(&kept)
}

/// Whether one of some ranges, which are in order and apart, overlaps with another.
fn overlaps(ranges: &[Range<usize>], with: &Range<usize>) -> bool {
    let next = ranges.partition_point(|r| r.end <= with.start);
    ranges.get(next).is_some_and(|r| r.start < with.end)
}

/// Whether no damaged heading is taken for the name of what a figure is said of.
fn is_named(fact: &Fact, clean: &Clean) -> bool {
    fact.subject.is_empty() || !clean.damaged.iter().any(|damaged| clean.text()[damaged.clone()].contains(&fact.subject))
}

/// Whether a count is given with a fraction: of 1.234 the point is a separator, or a slip.
fn is_part_of_one(fact: &Fact) -> bool {
    codebook()[fact.code].value_type == "count" && fact.value.is_some_and(|value| value.fract() != 0.0)
}

/// The clause around a figure.
fn clause(text: &str, span: &Range<usize>) -> Range<usize> {
    const ENDS: [char; 8] = ['，', '。', '；', ',', ';', '\n', '\t', '|'];
    let start = text[..span.start].rfind(ENDS).unwrap_or(0);
    start..text[span.end..].find(ENDS).map_or(text.len(), |end| span.end + end)
}

/// Longest label between two cells of a flattened table, in bytes.
const LABEL: usize = 240;

/// Where cells follow each other with nothing but labels between them: a table, also where a page printed
/// it as text.
fn table_runs(text: &str, mut spans: Vec<&Range<usize>>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
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
    // A blank has a place and no length.
    let place = |fact: &Fact| fact.span.start..fact.span.end.max(fact.span.start + 1);
    let kept: Vec<bool> = prose.facts.iter().map(|fact| !overlaps(runs, &place(fact))).collect();
    prose.keep(&kept)
}

/// Joins what tables and prose state, facts in the order of the source.
fn joined(mut tables: Extraction, prose: Extraction) -> Extraction {
    let first = tables.facts.len();
    // A table that lost its grid reads as sentences, too: their quantities are those of its cells.
    let cells: HashMap<usize, usize> =
        tables.facts.iter().enumerate().filter(|(_, fact)| fact.value.is_some()).map(|(i, fact)| (fact.span.start, i)).collect();
    let claim = |m: &Mention| m.fact.map(|fact| first + fact).or_else(|| cells.get(&m.span.start).copied());
    tables.facts.extend(prose.facts);
    tables.mentions.extend(prose.mentions.into_iter().map(|m| Mention { fact: claim(&m), ..m }));
    tables.notices.extend(prose.notices);
    tables.in_order()
}

#[cfg(test)]
mod tests {
    use super::extract;
    use crate::read::{Hints, from_text};
    use crate::repair::repair;

    #[test]
    fn cells_of_a_table_in_one_line_claim_their_quantities() -> Result<(), Box<dyn std::error::Error>> {
        let text = "四、政府信息公开行政复议、行政诉讼情况 行政复议 行政诉讼 结果维持 结果纠正 其他结果 尚未审结 总计 未经复议直接起诉 复议后起诉 \
                    结果维持 结果纠正 其他结果 尚未审结 总计 结果维持 结果纠正 其他结果 尚未审结 总计 2 1 0 0 3 1 0 0 0 1 0 0 0 0 0\n";
        let extraction = extract(&repair(&from_text(text, &Hints::default())?), Some(2022));
        assert_eq!(extraction.facts.len(), 15);
        let claimed: Vec<Option<f64>> = extraction.mentions.iter().filter_map(|m| m.fact).map(|f| extraction.facts[f].value).collect();
        assert_eq!((claimed.len(), extraction.mentions.len()), (15, 15));
        assert!(extraction.mentions.iter().all(|m| m.fact.is_some_and(|f| extraction.facts[f].span.start == m.span.start)));
        Ok(())
    }
}
