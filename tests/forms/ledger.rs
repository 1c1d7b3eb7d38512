//! What came back of many forms, layout by layout: all that is wrong, and how much is missed.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::Write as _;

use ogi::extract::{Extraction, Fact, Origin, Period, Qualifier, extract};
use ogi::knowledge::codebook;
use ogi::read::{Document, Hints, from_html, from_text};
use ogi::repair::repair;

use super::printed::Promise;
use super::random::Form;

/// The figures of a page's tables.
pub fn read_page(page: &str) -> Extraction {
    from_html(page, &Hints::default()).map_or_else(|_| Extraction::default(), |document| read(&document))
}

/// The figures of a text's tables.
pub fn read_text(text: &str) -> Extraction {
    from_text(text, &Hints::default()).map_or_else(|_| Extraction::default(), |document| read(&document))
}

/// The figures of a document's tables.
pub fn read(document: &Document) -> Extraction {
    let clean = repair(document);
    let mut read = extract(&clean, None);
    for fact in &read.facts {
        assert!(clean.text().get(fact.span.clone()).is_some(), "a span off its text");
    }
    read.facts.retain(|fact| fact.origin == Origin::Table);
    read
}

/// The body's own figures of the year, each with its key in the form.
fn year_figures(read: &Extraction) -> impl Iterator<Item = ((String, &'static str), &Fact)> {
    read.facts.iter().filter(|f| f.subject.is_empty() && f.period == Period::Year).map(|fact| {
        let code = &codebook()[fact.code];
        let name = if code.dimension.is_empty() {
            code.indicator.clone()
        } else {
            format!("{}/{}/{}", code.indicator, code.dimension, code.category)
        };
        ((name, fact.applicant.as_str()), fact)
    })
}

/// Cells that a layout's forms state, and those that did not come back.
#[derive(Default)]
struct Count {
    figures: usize,
    missed: usize,
    blanks: usize,
    missed_blanks: usize,
}

/// Collects what forms state and what was read of them.
#[derive(Default)]
pub struct Ledger {
    layouts: BTreeMap<String, Count>,
    failures: Vec<String>,
    /// Numbers of forms with failures by layout.
    kinds: BTreeMap<String, Vec<usize>>,
}

/// Failures that are printed with the text they were read of.
const SHOWN: usize = 6;

impl Ledger {
    /// Compares what was read of a form's printing with what the form states: nothing may be wrong, and
    /// nothing of what the layout promises be missed.
    pub fn compare(&mut self, number: usize, layout: &str, promise: Promise, form: &Form, read: &Extraction, printed: &str) {
        let mut failures = Vec::new();
        let mut found: HashMap<(String, &'static str), Option<f64>> = HashMap::new();
        for (key, fact) in year_figures(read) {
            match form.truth.get(&key) {
                Some(expected) if *expected == fact.value => {}
                Some(expected) => failures.push(format!("{key:?} is {expected:?}, not {:?} ({})", fact.value, fact.rule)),
                None => failures.push(format!("{key:?} = {:?} is not in the form ({})", fact.value, fact.rule)),
            }
            if fact.value.is_none() && fact.qualifier != Qualifier::Blank {
                failures.push(format!("{key:?} is {}", fact.qualifier.as_str()));
            }
            found.insert(key, fact.value);
        }
        let full = form.truth.values().all(Option::is_some);
        let all = promise == Promise::All || promise == Promise::AllIfFull && full;
        let count = self.layouts.entry(format!("{layout}{}", if full { "" } else { ", with blanks" })).or_default();
        for (key, value) in &form.truth {
            let missed = !found.contains_key(key);
            if value.is_some() {
                count.figures += 1;
                count.missed += usize::from(missed);
                if missed && all {
                    failures.push(format!("{key:?} is missed"));
                }
            } else {
                count.blanks += 1;
                count.missed_blanks += usize::from(missed);
            }
        }
        if !failures.is_empty() {
            failures.sort();
            let mut told = format!("form {number}, {layout}: {} failures\n", failures.len());
            for failure in failures.iter().take(8) {
                let _ = writeln!(told, "    {failure}");
            }
            if self.failures.len() < SHOWN {
                let _ = writeln!(told, "{printed}\n{:#?}", read.notices);
            }
            self.failures.push(told);
            self.kinds.entry(layout.to_owned()).or_default().push(number);
        }
    }

    /// Prints the share of figures missed by layout; fails with all that was wrong.
    pub fn close(self) {
        let mut table =
            String::from("\n| layout | figures | missed | share | blank cells | missed |\n| --- | --- | --- | --- | --- | --- |\n");
        for (layout, count) in &self.layouts {
            let share = count.missed as f64 / count.figures.max(1) as f64;
            let Count { figures, missed, blanks, missed_blanks } = count;
            let _ = writeln!(table, "| {layout} | {figures} | {missed} | {share:.5} | {blanks} | {missed_blanks} |");
        }
        // Not `eprintln!`: the harness would hide it where nothing fails.
        if std::env::var_os("OGI_TEST_SCALE").is_some() {
            let _ = std::io::stderr().write_all(table.as_bytes());
        }
        let kinds: String =
            self.kinds.iter().map(|(kind, forms)| format!("{kind}: {} forms, {:?}\n", forms.len(), &forms[..forms.len().min(9)])).collect();
        assert!(self.failures.is_empty(), "{} printings failed\n{kinds}\n{}", self.failures.len(), self.failures.concat());
    }
}
