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
mod settle;
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
    settle::settle(reader.finish())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use serde::Deserialize;

    use super::read;
    use crate::extract::Period;
    use crate::knowledge::codebook;
    use crate::read::{Hints, from_text};
    use crate::repair::repair;

    /// A case: sentences and the figures that a careful reader takes, as `short` names of the codebook
    /// with `@` and the period where it is not the year.
    #[derive(Deserialize)]
    struct Case {
        text: String,
        title: String,
        year: i16,
        facts: Vec<(String, f64)>,
        rules: Vec<String>,
    }

    const CASES: &str = include_str!("../../../tests/cases/prose.jsonl");

    #[test]
    fn every_case_reads_as_written() -> Result<(), Box<dyn std::error::Error>> {
        let mut wrong = Vec::new();
        for line in CASES.lines() {
            let case: Case = serde_json::from_str(line)?;
            let document = from_text(&case.text, &Hints { title: Some(&case.title), ..Hints::default() })?;
            let extraction = read(&repair(&document), Some(case.year));
            let name = |code| {
                let code: &crate::knowledge::Code = &codebook()[code];
                code.short.clone()
            };
            let found: BTreeSet<String> = extraction
                .facts
                .iter()
                .filter(|f| f.subject.is_empty())
                .map(|f| {
                    let period = if f.period == Period::Year { String::new() } else { format!("@{}", f.period.as_str()) };
                    format!("{}{period}={}", name(f.code), f.value.unwrap_or(f64::NAN))
                })
                .collect();
            let wanted: BTreeSet<String> = case.facts.iter().map(|(key, value)| format!("{key}={value}")).collect();
            if found != wanted {
                wrong.push(format!("{}\n  found {found:?}\n  not   {wanted:?}", case.text));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok(())
    }

    #[test]
    fn every_rule_has_a_case() -> Result<(), serde_json::Error> {
        let mut rules: HashSet<String> = HashSet::new();
        for line in CASES.lines() {
            rules.extend(serde_json::from_str::<Case>(line)?.rules);
        }
        for rule in super::grammar::RULES {
            assert!(rules.contains(rule), "no case shows the rule `{rule}`");
        }
        Ok(())
    }

    #[test]
    fn every_figure_is_cut_from_its_place() -> Result<(), Box<dyn std::error::Error>> {
        let document = from_text("全年共主动公开1.3万余条,未收到申请。", &Hints::default())?;
        let clean = repair(&document);
        let extraction = read(&clean, None);
        let printed: Vec<&str> = extraction.facts.iter().map(|f| &clean.text()[f.span.clone()]).collect();
        assert_eq!(printed, ["1.3万余", "未收到"]);
        Ok(())
    }

    #[test]
    fn hostile_text_ends() -> Result<(), Box<dyn std::error::Error>> {
        for text in [
            "(".repeat(3000),
            "其中1条、".repeat(2000),
            "《".repeat(2000),
            "无、".repeat(3000),
            "公开1条(".repeat(1500),
            "一、".repeat(2000),
        ] {
            let document = from_text(&text, &Hints::default())?;
            read(&repair(&document), Some(2016));
        }
        Ok(())
    }
}
