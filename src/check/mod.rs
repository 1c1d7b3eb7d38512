//! Checking: the identities of a report's own arithmetic, and what must hold between reports. Knows [`crate::extract`] and [`crate::knowledge`].
//! A printed figure is never corrected: a broken identity is reported.

mod across;
mod arithmetic;
mod select;

use std::collections::{BTreeMap, HashMap, HashSet};

pub use across::{Brief, Parts};

use crate::extract::{Applicant, Extraction, Fact, Origin, Qualifier, UnitFrom};
use crate::knowledge::{CodeId, codebook, identities, plausible};

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Arithmetic that must hold does not.
    Error,
    /// Something a user should look at.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word in the published tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A broken identity or another finding about the quality of the data.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Name of the check.
    pub check: String,
    /// How grave.
    pub severity: Severity,
    /// Applicant column, or empty.
    pub applicant: &'static str,
    /// Both sides as words of the codebook.
    pub expression: String,
    /// Left side.
    pub lhs: Option<f64>,
    /// Right side.
    pub rhs: Option<f64>,
    /// Index of the fact on the left; `None` for a sum.
    pub lhs_fact: Option<usize>,
    /// Index of the fact on the right; `None` for a sum.
    pub rhs_fact: Option<usize>,
    /// For people, in Chinese.
    pub message_zh: String,
    /// For people, in English.
    pub message_en: String,
    /// Indicators concerned.
    pub indicators: Vec<String>,
}

/// What the checks say of each fact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Checked {
    /// In no identity that could be computed.
    #[default]
    None,
    /// All its identities hold.
    Held,
    /// One of its identities is broken.
    Broken,
}

impl Checked {
    /// The word in the published tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Held => "held",
            Self::Broken => "broken",
        }
    }
}

/// The outcome of checking a report.
#[derive(Clone, Debug, Default)]
pub struct Checks {
    /// Broken identities and other findings.
    pub findings: Vec<Finding>,
    /// One for each fact.
    pub checked: Vec<Checked>,
    /// One for each fact: whether it is the one that counts among those of its key (`facts.selected`).
    pub selected: Vec<bool>,
    /// One for each fact: what the identities of a blank cell's row and column prove.
    pub implied: Vec<Option<f64>>,
    /// Identities that hold.
    pub held: usize,
    /// Identities that are broken.
    pub broken: usize,
    /// Identities that could not be computed for a missing figure.
    pub open: usize,
    /// The same by the name of the check.
    pub tally: BTreeMap<&'static str, Tally>,
}

/// How often an identity could be computed, and with what outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// It holds.
    pub held: usize,
    /// It is broken.
    pub broken: usize,
    /// A figure is missing.
    pub open: usize,
}

/// Checks a report: selects among figures of one key, then computes the identities over those selected.
pub fn check(extraction: &Extraction) -> Checks {
    check_in_year(extraction, None)
}

/// Checks a report of a year, which tells what tables the form of that year demands.
pub fn check_in_year(extraction: &Extraction, year: Option<i16>) -> Checks {
    let mut checks = check_facts(&extraction.facts, select::select(&extraction.facts));
    missing_tables(extraction, year, &mut checks);
    for notice in &extraction.notices {
        checks.findings.push(Finding {
            message_zh: notice.message_zh.clone(),
            message_en: notice.message_en.clone(),
            ..Finding::plain(notice.check, Severity::Warning)
        });
    }
    checks
}

/// Checks the facts of a report of which it is known which count (`facts.selected`): all that figures alone
/// can say. Whether a table is missing, and what was noticed while reading, is known to the reader only.
pub fn check_facts(facts: &[Fact], selected: Vec<bool>) -> Checks {
    let count = facts.len();
    let mut checks = Checks { checked: vec![Checked::None; count], selected, implied: vec![None; count], ..Checks::default() };
    arithmetic::compute(facts, &mut checks);
    second_values(facts, &mut checks);
    suspect_units(facts, &mut checks);
    checks
}

/// Whether [`check_facts`] can make findings of a check.
pub fn is_of_facts(check: &str) -> bool {
    [SECOND_VALUE, SUSPECT_UNIT].contains(&check) || identities().iter().any(|identity| identity.key == check)
}

const SECOND_VALUE: &str = "fact.second_value";
const SUSPECT_UNIT: &str = "unit.suspect";

impl Finding {
    /// A finding without operands.
    pub fn plain(check: &str, severity: Severity) -> Self {
        Self {
            check: check.to_owned(),
            severity,
            applicant: "",
            expression: String::new(),
            lhs: None,
            rhs: None,
            lhs_fact: None,
            rhs_fact: None,
            message_zh: String::new(),
            message_en: String::new(),
            indicators: Vec::new(),
        }
    }
}

/// Whether a fact states its figure exactly.
fn is_exact(fact: &Fact) -> bool {
    matches!(fact.qualifier, Qualifier::Exact | Qualifier::ZeroStated) && fact.value.is_some()
}

/// A second statement of a figure with another value. Two cells of one form cannot both be right; prose may
/// speak of another scope in words that no rule knows, and is a warning.
fn second_values(facts: &[Fact], checks: &mut Checks) {
    let mut chosen: HashMap<_, usize> = HashMap::new();
    // The total column and a figure without applicant are one quantity; the table's counts first.
    let key = |f: &Fact| {
        let applicant = if f.applicant == Applicant::Total { Applicant::None } else { f.applicant };
        (f.code, applicant, f.period, f.subject.clone())
    };
    for origin in [Origin::Table, Origin::Narrative] {
        for (n, fact) in facts.iter().enumerate() {
            if checks.selected[n] && is_exact(fact) && fact.origin == origin {
                chosen.entry(key(fact)).or_insert(n);
            }
        }
    }
    let mut told: HashSet<(usize, u64)> = HashSet::new();
    for (n, fact) in facts.iter().enumerate() {
        let Some(&first) = chosen.get(&key(fact)).filter(|first| **first != n && is_exact(fact)) else { continue };
        let (Some(one), Some(other)) = (facts[first].value, fact.value) else { continue };
        if same(one, other) || !told.insert((first, other.to_bits())) {
            continue;
        }
        let both_cells = facts[first].origin == Origin::Table && fact.origin == Origin::Table;
        let code = &codebook()[fact.code];
        checks.findings.push(Finding {
            applicant: fact.applicant.as_str(),
            expression: word(fact.code),
            lhs: Some(one),
            rhs: Some(other),
            lhs_fact: Some(first),
            rhs_fact: Some(n),
            message_zh: format!("“{}”在报告中有两个数：{} 与 {}", code.label_zh, number(one), number(other)),
            message_en: format!("{} is stated twice with different values: {} and {}", code.label_en, number(one), number(other)),
            indicators: vec![code.indicator.clone()],
            ..Finding::plain(SECOND_VALUE, if both_cells { Severity::Error } else { Severity::Warning })
        });
    }
}

/// Amounts whose unit is printed nowhere and whose size the form's unit makes implausible.
fn suspect_units(facts: &[Fact], checks: &mut Checks) {
    for (n, fact) in facts.iter().enumerate() {
        let Some(value) = fact.value.filter(|v| *v != 0.0 && fact.unit_from == UnitFrom::Form && fact.origin == Origin::Table) else {
            continue;
        };
        let Some(range) = plausible().iter().find(|p| p.code == fact.code) else { continue };
        if (range.low..=range.high).contains(&value) {
            continue;
        }
        let code = &codebook()[fact.code];
        checks.findings.push(Finding {
            applicant: fact.applicant.as_str(),
            expression: word(fact.code),
            lhs: Some(value),
            lhs_fact: Some(n),
            message_zh: format!("“{}”未标明单位，按表式以万元计为 {} 元，超出常见范围", code.label_zh, number(value)),
            message_en: format!(
                "{}: no unit is printed; in the form's unit it is {} yuan, outside the plausible range",
                code.label_en,
                number(value)
            ),
            indicators: vec![code.indicator.clone()],
            ..Finding::plain(SUSPECT_UNIT, Severity::Warning)
        });
    }
}

/// Statutory tables that the form demands and that were not found: the report was not observed there.
fn missing_tables(extraction: &Extraction, year: Option<i16>, checks: &mut Checks) {
    let found = |table: &str| extraction.tables.iter().any(|t| t.table == table);
    let three = ["article20", "applications", "review"];
    let (demanded, severity): (&[&str], _) = if year.is_some_and(|y| y >= 2019) || three.iter().any(|t| found(t)) {
        (&three, Severity::Warning)
    } else if year.is_some_and(|y| (2014..2019).contains(&y)) {
        // Many reports of these years state the annex's figures in prose.
        (&["annex2014"], Severity::Note)
    } else {
        return;
    };
    for table in demanded.iter().filter(|t| !found(t)) {
        checks.findings.push(Finding {
            expression: (*table).to_owned(),
            message_zh: format!("未找到法定表格 {table}：该部分未被观察到，不等于零"),
            message_en: format!("the statutory table {table} was not found: the report was not observed there, it was not silent"),
            ..Finding::plain("table.missing", severity)
        });
    }
}

/// The word of a code in expressions.
fn word(code: CodeId) -> String {
    let code = &codebook()[code];
    if code.dimension.is_empty() { code.indicator.clone() } else { format!("{}/{}/{}", code.indicator, code.dimension, code.category) }
}

/// A figure for people: without a fraction that it does not have.
fn number(value: f64) -> String {
    format!("{value}")
}

/// Whether two figures are one but for rounding.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}
