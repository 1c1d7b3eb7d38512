//! Figures in prose: quantities, headings, clauses, and the grammar that attaches figures to indicators.
//!
//! A sentence becomes tokens (wordings of the lexicon, quantities, punctuation, unknown words). A figure
//! takes its meaning from the labels in its clause, else from what the sentence and section are about.
//! Between a label and its figure only words that the lexicon knows may stand: an unknown word there
//! means an unknown thing is counted, and the figure stays a mention.

mod characters;
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
    settle::settle(reader.finish(), text)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use serde::Deserialize;

    use super::read;
    use crate::extract::Period;
    use crate::knowledge::{codebook, lexicon, with_labels};
    use crate::read::{Hints, ReadError, from_text};
    use crate::repair::repair;

    /// A case: sentences and the figures that a careful reader takes, as `short` names of the codebook
    /// with `#` and the kind of applicant, and `@` and the period where it is not the year.
    #[derive(Deserialize)]
    struct Case {
        text: String,
        title: String,
        year: i16,
        facts: Vec<(String, f64)>,
        rules: Vec<String>,
    }

    impl Case {
        fn wanted(&self) -> BTreeSet<String> {
            self.facts.iter().map(|(key, value)| format!("{key}={value}")).collect()
        }

        fn read(&self) -> Result<BTreeSet<String>, ReadError> {
            let document = from_text(&self.text, &Hints { title: Some(&self.title), ..Hints::default() })?;
            let extraction = read(&repair(&document), Some(self.year));
            let figures = extraction.facts.iter().filter(|f| f.subject.is_empty()).map(|f| {
                let mark = |sign: char, word: &str| if word.is_empty() { String::new() } else { format!("{sign}{word}") };
                let period = if f.period == Period::Year { "" } else { f.period.as_str() };
                let (applicant, period) = (mark('#', f.applicant.as_str()), mark('@', period));
                format!("{}{applicant}{period}={}", codebook()[f.code].short, f.value.unwrap_or(f64::NAN))
            });
            Ok(figures.collect())
        }
    }

    const CASES: &str = include_str!("../../../tests/cases/prose.jsonl");

    #[test]
    fn every_case_reads_as_written() -> Result<(), Box<dyn std::error::Error>> {
        let mut wrong = Vec::new();
        for line in CASES.lines() {
            let case: Case = serde_json::from_str(line)?;
            let (found, wanted) = (case.read()?, case.wanted());
            if found != wanted {
                wrong.push(format!("{}\n  found {found:?}\n  not   {wanted:?}", case.text));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok(())
    }

    #[test]
    fn the_readme_adds_a_wording() -> Result<(), Box<dyn std::error::Error>> {
        let readme = include_str!("../../../README.md");
        let section = readme.split_once("### Add a wording").map(|(_, section)| section).ok_or("README: section `Add a wording`")?;
        let block = |kind: &str| section.split_once(kind).and_then(|(_, rest)| rest.split_once("```")).map(|(block, _)| block.trim());
        let line = block("```csv\n").ok_or("README: the line of data")?;
        let case: Case = serde_json::from_str(block("```json\n").ok_or("README: the case")?)?;
        assert_ne!(case.read()?, case.wanted(), "the lexicon has the wording of the README's example: choose another");
        assert_eq!(with_labels(line, || case.read())??, case.wanted());
        Ok(())
    }

    /// Seconds that this thread ran, where the system tells: other work on the machine does not count.
    fn time_on_core() -> Option<f64> {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        told.split(' ').next()?.parse::<f64>().ok().map(|nanoseconds| nanoseconds / 1e9)
    }

    /// Prints MB of text a second on one core: `cargo test --release --lib speed_of_prose -- --ignored --nocapture`.
    #[test]
    #[ignore = "a measurement"]
    #[expect(clippy::print_stdout, reason = "what is measured is printed")]
    fn speed_of_prose() -> Result<(), Box<dyn std::error::Error>> {
        let mut texts = Vec::new();
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/data/sample/reports"))? {
            if let Ok(document) = crate::read::read(&std::fs::read(entry?.path())?, &Hints::default()) {
                texts.push(repair(&document));
            }
        }
        crate::knowledge::load()?;
        let (start, on_core) = (std::time::Instant::now(), time_on_core());
        let mut bytes = 0;
        while start.elapsed().as_secs() < 3 {
            for text in &texts {
                bytes += std::hint::black_box(text).text().len();
                std::hint::black_box(read(text, Some(2016)));
            }
        }
        let wall = start.elapsed().as_secs_f64();
        let taken = time_on_core().zip(on_core).map_or(wall, |(now, then)| now - then);
        println!("{:.1} MB/s of {} documents", bytes as f64 / 1e6 / taken, texts.len());
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
    fn words_in_any_order_end() -> Result<(), Box<dyn std::error::Error>> {
        const MARKS: [&str; 14] = ["，", ",", "、", "；", "。", "：", "（", "）", "“", "”", "《", "》", "\n", "某"];
        const FIGURES: [&str; 8] = ["5条", "12件", "3次", "130", "2万元", "40%", "2015年", "两人"];
        let words = lexicon().wordings();
        for seed in 0..400 {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut text = String::new();
            for _ in 0..400 {
                match random.u8(..4) {
                    0 => text += FIGURES[random.usize(..FIGURES.len())],
                    1 => text += MARKS[random.usize(..MARKS.len())],
                    _ => text += &words[random.usize(..words.len())],
                }
            }
            let document = from_text(&text, &Hints::default())?;
            let clean = repair(&document);
            for fact in read(&clean, Some(2015)).facts {
                assert!(clean.text().get(fact.span).is_some(), "seed {seed}");
            }
        }
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
