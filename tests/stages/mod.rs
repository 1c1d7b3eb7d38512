//! The stages of the library in process, for tests over many generated reports.

use std::collections::BTreeMap;

use ogi::extract::Period;
use ogi::identify::Identity;
use ogi::knowledge::codebook;
use ogi::read::Hints;

use crate::corpus::{Report, Truth};

/// Indicator, dimension, category, applicant.
pub type Key = (String, String, String, String);

/// What the program takes from a document.
pub struct Taken {
    pub identity: Identity,
    /// By key: value and qualifier, of the figures selected that are the body's and the year's.
    pub facts: BTreeMap<Key, (Option<f64>, &'static str)>,
}

/// Runs the stages on a document.
pub fn take(bytes: &[u8]) -> Taken {
    let document = ogi::read::read(bytes, &Hints::default()).expect("a generated report can be read");
    let clean = ogi::repair::repair(&document);
    let identity = ogi::identify::identify(&clean);
    let extraction = ogi::extract::extract(&clean, identity.year);
    let checks = ogi::check::check(&extraction);
    let mut facts = BTreeMap::new();
    for (at, fact) in extraction.facts.iter().enumerate() {
        let source = clean.text.to_source(&fact.span);
        assert!(document.text.get(source).is_some(), "a span lies on character boundaries of the source");
        if !checks.selected[at] || fact.period != Period::Year || !fact.subject.is_empty() {
            continue;
        }
        let code = &codebook()[fact.code];
        let key = (code.indicator.clone(), code.dimension.clone(), code.category.clone(), fact.applicant.as_str().to_owned());
        let twice = facts.insert(key.clone(), (fact.value, fact.qualifier.as_str()));
        assert!(twice.is_none(), "two figures of one key are selected: {key:?}");
    }
    Taken { identity, facts }
}

/// What is wrong with what was taken from a generated report; empty if nothing.
pub fn differences(report: &Report, taken: &Taken) -> Vec<String> {
    compare(&report.facts, taken)
}

pub fn compare(truths: &[Truth], taken: &Taken) -> Vec<String> {
    let mut out = Vec::new();
    let mut expected: BTreeMap<Key, &Truth> = BTreeMap::new();
    for truth in truths {
        let key = (truth.indicator.into(), truth.dimension.into(), truth.category.into(), truth.applicant.into());
        expected.insert(key, truth);
    }
    for (key, truth) in &expected {
        match taken.facts.get(key) {
            None => out.push(format!("missed {key:?} = {:?} {}", truth.value, truth.qualifier)),
            Some((value, qualifier)) if !same(*value, truth.value) || *qualifier != truth.qualifier => {
                out.push(format!("wrong {key:?}: {value:?} {qualifier}, not {:?} {}", truth.value, truth.qualifier));
            }
            Some(_) => {}
        }
    }
    for (key, (value, _)) in &taken.facts {
        if !expected.contains_key(key) && value.is_some() && is_core(&key.0) {
            out.push(format!("false {key:?} = {value:?}"));
        }
    }
    out
}

/// Equal to the last digit that a form prints.
pub fn same(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0),
        (None, None) => true,
        _ => false,
    }
}

pub fn is_core(indicator: &str) -> bool {
    codebook().codes().any(|(_, code)| code.core == 1 && code.indicator == indicator)
}

/// Fails with the first few differences of each report that has any.
pub fn assert_none(failures: &[(String, Vec<String>)], of: u64) {
    let mut text = String::new();
    for (report, differences) in failures.iter().take(8) {
        text += &format!("{report}: {} differences\n", differences.len());
        for difference in differences.iter().take(6) {
            text += &format!("    {difference}\n");
        }
    }
    assert!(failures.is_empty(), "{} of {of} reports were not taken as they stand\n{text}", failures.len());
}
