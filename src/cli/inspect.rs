//! `ogi inspect`: one document for human eyes, each of its reports in turn.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::ops::Range;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::Status;
use crate::check::{Checks, check_in_year};
use crate::extract::{Extraction, Fact, extract, outline};
use crate::identify::{Genre, Identity, Part, identify, parts};
use crate::knowledge::codebook;
use crate::read::Hints;
use crate::repair::{Clean, repair};

/// Arguments of `ogi inspect`.
#[derive(Debug, Args)]
pub(super) struct InspectArguments {
    /// The document
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(arguments: &InspectArguments) -> anyhow::Result<Status> {
    let name = arguments.file.display();
    let bytes = std::fs::read(&arguments.file).with_context(|| format!("{name} cannot be read"))?;
    let document = super::reader()?.read(&bytes, &Hints::default()).with_context(|| format!("{name} is no document that ogi reads"))?;
    let mut text = String::new();
    let clean = repair(&document);
    for Part { clean, .. } in parts(&clean) {
        let identity = identify(&clean);
        let extraction = extract(&clean, identity.year);
        let checks = check_in_year(&extraction, identity.year);
        let mut page = Page { text, clean: &clean, colour: std::io::stdout().is_terminal() };
        page.identity(&identity);
        page.outline();
        page.facts(&extraction, &checks);
        page.findings(&checks);
        page.unclaimed(&extraction);
        text = page.text;
    }
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("standard output cannot be written")?;
    Ok(Status::Done)
}

/// Characters of a sentence that are shown on each side of its figure.
const AROUND: usize = 40;

#[derive(Clone, Copy)]
enum Style {
    Head,
    Figure,
    Doubt,
}

struct Page<'a> {
    text: String,
    clean: &'a Clean,
    colour: bool,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn head(&mut self, words: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let words = self.styled(words, Style::Head);
        self.line(&words);
    }

    fn styled(&self, words: &str, style: Style) -> String {
        if !self.colour {
            return words.to_owned();
        }
        let code = match style {
            Style::Head => "1",
            Style::Figure => "1;32",
            Style::Doubt => "1;31",
        };
        format!("\u{1b}[{code}m{words}\u{1b}[0m")
    }

    fn identity(&mut self, identity: &Identity) {
        self.head("identity");
        let date = |date: Option<chrono::NaiveDate>| date.map(|d| d.to_string());
        let genre = match identity.genre {
            Genre::AnnualReport => "annual report",
            Genre::Other(reason) => reason,
        };
        let fields = [
            ("genre", Some(genre.to_owned())),
            ("title", identity.title.clone()),
            ("body", identity.org.clone()),
            ("kind", identity.org_kind.map(|k| k.as_str().to_owned())),
            ("body_id", identity.body_id.clone()),
            ("region", identity.region_code.clone()),
            ("province", identity.province.clone()),
            ("city", identity.city.clone()),
            ("county", identity.county.clone()),
            ("township", identity.township.clone()),
            ("year", identity.year.map(|y| y.to_string())),
            ("period from", date(identity.period_start)),
            ("period to", date(identity.period_end)),
            ("published", date(identity.published)),
            ("scope", Some(identity.scope.as_str().to_owned())),
            ("repairs", Some(self.clean.repairs.join(", "))),
        ];
        for (name, value) in fields {
            let value = value.filter(|v| !v.is_empty()).map_or_else(|| "-".to_owned(), |v| printable(&v));
            self.line(&format!("  {name:12} {value}"));
        }
        for evidence in &identity.evidence {
            self.line(&format!("  because      {}", printable(evidence)));
        }
    }

    fn outline(&mut self) {
        self.head("outline");
        for heading in outline(self.clean) {
            let indent = "  ".repeat(usize::from(heading.level.clamp(1, 6)));
            self.line(&format!("{indent}{}", printable(&heading.text)));
        }
    }

    fn facts(&mut self, extraction: &Extraction, checks: &Checks) {
        self.head(&format!("facts: {}", extraction.facts.len()));
        for (at, fact) in extraction.facts.iter().enumerate() {
            let mut line = format!("  {:4} {} = {}", at + 1, name_of(fact), value_of(fact));
            if fact.period.as_str() != "year" {
                let _ = write!(line, ", {}", fact.period.as_str());
            }
            if !fact.subject.is_empty() {
                let _ = write!(line, ", of {}", printable(&fact.subject));
            }
            let _ = write!(line, "  [{}]", fact.rule);
            if !checks.selected.get(at).copied().unwrap_or_default() {
                line.push_str(" not selected");
            }
            match checks.checked.get(at).copied().unwrap_or_default().as_str() {
                "broken" => line.push_str(&self.styled(" broken", Style::Doubt)),
                "held" => line.push_str(" held"),
                _ => {}
            }
            self.line(&line);
            let sentence = self.sentence(&fact.span, &fact.context);
            self.line(&format!("       {sentence}"));
        }
    }

    fn findings(&mut self, checks: &Checks) {
        self.head(&format!("identities: {} hold, {} are broken, {} are open", checks.held, checks.broken, checks.open));
        for finding in &checks.findings {
            let severity = self.styled(finding.severity.as_str(), Style::Doubt);
            self.line(&format!("  {severity} {}: {}", finding.check, printable(&finding.message_en)));
        }
    }

    fn unclaimed(&mut self, extraction: &Extraction) {
        let unclaimed: Vec<_> = extraction.mentions.iter().filter(|m| m.fact.is_none()).collect();
        self.head(&format!("quantities that no fact claims: {} of {}", unclaimed.len(), extraction.mentions.len()));
        for mention in unclaimed {
            let sentence = self.sentence(&mention.span, &(0..self.clean.text().len()));
            self.line(&format!("  {sentence}"));
            if let Some(reason) = mention.reason {
                self.line(&format!("       {}", self.styled(reason, Style::Doubt)));
            }
        }
    }

    /// The words around a figure, with the figure marked, on one line.
    fn sentence(&self, figure: &Range<usize>, context: &Range<usize>) -> String {
        let text = self.clean.text();
        let (start, end) = (context.start.min(figure.start), context.end.max(figure.end));
        let (Some(before), Some(marked), Some(after)) =
            (text.get(start..figure.start), text.get(figure.clone()), text.get(figure.end..end))
        else {
            return String::new();
        };
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let from = before.char_indices().rev().take(AROUND).last().map_or(before.len(), |(at, _)| at).max(line_start);
        let line_end = after.find('\n').unwrap_or(after.len());
        let to = after.char_indices().nth(AROUND).map_or(after.len(), |(at, _)| at).min(line_end);
        let marked = if marked.is_empty() { "[]".to_owned() } else { format!("[{}]", printable(marked)) };
        format!("{}{}{}", printable(&before[from..]), self.styled(&marked, Style::Figure), printable(&after[..to]))
    }
}

fn name_of(fact: &Fact) -> String {
    let code = &codebook()[fact.code];
    let mut name = code.indicator.clone();
    for part in [code.category.as_str(), fact.applicant.as_str()] {
        if !part.is_empty() {
            let _ = write!(name, " · {part}");
        }
    }
    name
}

fn value_of(fact: &Fact) -> String {
    let unit = &codebook()[fact.code].unit;
    match fact.value {
        Some(value) if fact.qualifier.as_str() == "exact" => format!("{value} {unit}"),
        Some(value) => format!("{value} {unit} ({})", fact.qualifier.as_str()),
        None => fact.qualifier.as_str().to_owned(),
    }
}

/// Text of a document without what a terminal would obey: controls and direction marks.
fn printable(text: &str) -> String {
    let obeyed =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    text.chars().map(|c| if c == '\t' { '|' } else { c }).filter(|&c| !obeyed(c)).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn a_document_cannot_command_the_terminal() {
        assert_eq!(printable(" 收到\u{1b}[31m申请\u{202e}5\t件\r\n"), "收到[31m申请5|件");
    }
}
