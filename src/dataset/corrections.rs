//! Declared corrections: what people know better than the program, as data with a reason.
//!
//! A line names a report by its id, which is a hash of its content, what of it is wrong, the value that is
//! expected there, and who says so and why. Corrections are applied between the stages: an identity before
//! the figures are extracted, a figure before the sums are checked, a finding after it, and a finding between two
//! reports when they are written. A line that does not find what it expects fails the build, as does one whose
//! report is gone because its source changed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::check::{Checks, Severity};
use crate::extract::{Extraction, Fact, Qualifier};
use crate::identify::{Identity, Level, OrgKind, Scope};
use crate::knowledge::{across_identities, codebook};
use crate::schema::FindingRow;

/// Why a file of corrections cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CorrectionsError {
    /// It cannot be read.
    #[error("{}: the corrections cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line says nothing that can be done.
    #[error("{}, line {line}: {message}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong and what would be right.
        message: String,
    },
}

/// What is done to what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    /// Another value takes its place.
    Fix,
    /// It does not count.
    Suppress,
}

/// The tables that can be corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Target {
    Facts,
    Reports,
    Findings,
}

/// A line of the file.
#[derive(Clone, Debug, Deserialize)]
struct Correction {
    table: Target,
    report_id: String,
    #[serde(default)]
    indicator: String,
    #[serde(default)]
    dimension: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    applicant: String,
    #[serde(default)]
    period: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    check: String,
    #[serde(default)]
    expression: String,
    #[serde(default)]
    column: String,
    action: Action,
    expect: String,
    #[serde(default)]
    value: String,
    reason: String,
    by: String,
}

/// All declared corrections, and what came of each.
#[derive(Debug, Default)]
pub struct Corrections {
    path: PathBuf,
    sha256: Option<String>,
    by_report: HashMap<String, Vec<(u64, Correction)>>,
    /// The documents of those reports, by the ids of their first reports.
    by_document: HashSet<String>,
    outcomes: Mutex<BTreeMap<u64, Result<(), String>>>,
}

/// The corrections of one report.
#[derive(Clone, Copy, Debug)]
pub struct OfReport<'a> {
    all: &'a Corrections,
    lines: &'a [(u64, Correction)],
}

impl Corrections {
    /// Reads a CSV file with the columns `table`, `report_id`, `action`, `expect`, `value`, `reason`, `by`,
    /// and those that name a figure (`indicator`, `dimension`, `category`, `applicant`, `period`, `subject`),
    /// a column of `reports` (`column`) or a finding (`check`, `applicant`, `expression`).
    ///
    /// # Errors
    /// When the file cannot be read, or the first line that says nothing that can be done.
    pub fn read(path: &Path) -> Result<Self, CorrectionsError> {
        let content = std::fs::read(path).map_err(|source| CorrectionsError::Unreadable { path: path.to_owned(), source })?;
        let malformed = |line, message: String| CorrectionsError::Malformed { path: path.to_owned(), line, message };
        let text = content.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&content);
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text);
        let headers = reader.headers().map_err(|error| malformed(1, error.to_string()))?.clone();
        let mut corrections = Self {
            path: path.to_owned(),
            sha256: Some(Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect()),
            ..Self::default()
        };
        let mut record = csv::StringRecord::new();
        loop {
            let more =
                reader.read_record(&mut record).map_err(|e| malformed(e.position().map_or(0, csv::Position::line), e.to_string()))?;
            if !more {
                return Ok(corrections);
            }
            let line = record.position().map_or(0, csv::Position::line);
            let mut correction: Correction = record.deserialize(Some(&headers)).map_err(|error| malformed(line, error.to_string()))?;
            if correction.period.is_empty() {
                "year".clone_into(&mut correction.period);
            }
            correction.validate().map_err(|message| malformed(line, message))?;
            let document = correction.report_id.split('-').next().unwrap_or_default().to_owned();
            corrections.by_document.insert(document);
            corrections.by_report.entry(correction.report_id.clone()).or_default().push((line, correction));
        }
    }

    /// Hash of the file.
    pub fn sha256(&self) -> Option<&str> {
        self.sha256.as_deref()
    }

    /// The corrections of a report; `None` where there are none.
    pub fn of(&self, report_id: &str) -> Option<OfReport<'_>> {
        self.by_report.get(report_id).map(|lines| OfReport { all: self, lines })
    }

    /// Whether there are any for a report of a document, whose first report has this id.
    pub fn corrects(&self, first: &str) -> bool {
        self.by_document.contains(first)
    }

    /// Whether there are any.
    pub fn is_empty(&self) -> bool {
        self.by_report.is_empty()
    }

    /// The lines about documents that did not find what they expect, each with what is there. What is found
    /// between two reports is not known before they are written.
    pub fn failures_in_documents(&self) -> Vec<String> {
        self.failures_of(|correction| !correction.is_between_reports())
    }

    /// All lines that did not find what they expect.
    pub fn failures(&self) -> Vec<String> {
        self.failures_of(|_| true)
    }

    fn failures_of(&self, which: impl Fn(&Correction) -> bool) -> Vec<String> {
        let outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines: Vec<&(u64, Correction)> = self.by_report.values().flatten().filter(|(_, correction)| which(correction)).collect();
        lines.sort_by_key(|(line, _)| *line);
        let failure = |(line, correction): &(u64, Correction)| {
            let message = match outcomes.get(line) {
                Some(Ok(())) => return None,
                Some(Err(message)) => message.clone(),
                None => format!("no document is the report {}: its source changed, is gone or is no report", correction.report_id),
            };
            Some(format!("{}, line {line}: {message}", self.path.display()))
        };
        lines.into_iter().filter_map(failure).collect()
    }

    fn tell(&self, line: u64, outcome: Result<(), String>) {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).insert(line, outcome);
    }
}

impl Correction {
    fn validate(&self) -> Result<(), String> {
        let filled = |name: &str, value: &str| if value.is_empty() { Err(format!("{name} is empty")) } else { Ok(()) };
        filled("report_id", &self.report_id)?;
        filled("reason", &self.reason)?;
        filled("by", &self.by)?;
        if self.action == Action::Suppress && !self.value.is_empty() {
            return Err("what is suppressed gets no value: leave it empty, or give the action fix".to_owned());
        }
        match self.table {
            Target::Facts => {
                let word = [&self.indicator, &self.dimension, &self.category];
                codebook().find(word[0], word[1], word[2]).ok_or_else(|| format!("{} is no code of the codebook", self.name()))?;
                if self.action == Action::Fix && self.number().is_none() {
                    return Err(format!("the value {:?} is no number", self.value));
                }
            }
            Target::Reports => {
                let mut identity = Identity::default();
                let field = field(&mut identity, &self.column);
                let field = field
                    .ok_or_else(|| format!("{:?} is no column of reports that can be corrected: {}", self.column, FIELDS.join(", ")))?;
                field.set(&self.value).map_err(|()| format!("{:?} is no value of {}", self.value, self.column))?;
            }
            Target::Findings => {
                filled("check", &self.check)?;
                if self.action == Action::Fix {
                    return Err("a finding can be suppressed; to fix it, correct the figures that it is about".to_owned());
                }
            }
        }
        Ok(())
    }

    fn number(&self) -> Option<f64> {
        self.value.parse().ok().filter(|value: &f64| value.is_finite())
    }

    /// What the line is about, for people.
    fn name(&self) -> String {
        let parts: &[&String] = match self.table {
            Target::Facts => &[&self.indicator, &self.dimension, &self.category, &self.applicant, &self.period, &self.subject],
            Target::Reports => &[&self.column],
            Target::Findings => &[&self.check, &self.applicant, &self.expression],
        };
        parts.iter().filter(|part| !part.is_empty()).map(|part| part.as_str()).collect::<Vec<_>>().join("/")
    }

    /// The mark that corrected rows bear.
    fn mark(&self) -> String {
        let done = match self.action {
            Action::Fix => format!("fixed from {}", shown(&self.expect)),
            Action::Suppress => format!("suppressed {}", shown(&self.expect)),
        };
        format!("{done}: {} ({})", self.reason, self.by).replace(';', ",")
    }

    fn differs(&self, found: &[String]) -> String {
        let found = if found.is_empty() { "is not there".to_owned() } else { format!("is {}", found.join(" and ")) };
        format!("{} of {} {found}, where {} is expected: look at the report again", self.name(), self.report_id, shown(&self.expect))
    }

    fn is_between_reports(&self) -> bool {
        self.table == Target::Findings && across_identities().iter().any(|identity| identity.key == self.check)
    }

    fn is_of(&self, check: &str, applicant: &str, expression: &str) -> bool {
        check == self.check && applicant == self.applicant && (self.expression.is_empty() || expression == self.expression)
    }

    /// Lets `note` make notes of the findings that have the severity expected; an error where none has.
    fn suppress<F>(
        &self,
        findings: impl Iterator<Item = F>,
        severity: impl Fn(&F) -> String,
        mut note: impl FnMut(F),
    ) -> Result<(), String> {
        let (mut found, mut matched) = (Vec::new(), false);
        for finding in findings {
            let severity = severity(&finding);
            if severity == self.expect {
                matched = true;
                note(finding);
            } else {
                found.push(severity);
            }
        }
        if matched { Ok(()) } else { Err(self.differs(&found)) }
    }

    fn is_about(&self, fact: &Fact) -> bool {
        let code = &codebook()[fact.code];
        (code.indicator.as_str(), code.dimension.as_str(), code.category.as_str()) == (&*self.indicator, &*self.dimension, &*self.category)
            && fact.applicant.as_str() == self.applicant
            && fact.period.as_str() == self.period
            && fact.subject == self.subject
    }
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "nothing" } else { value }
}

impl OfReport<'_> {
    fn each(&self, which: impl Fn(&Correction) -> bool, mut apply: impl FnMut(&Correction) -> Result<(), String>) {
        for (line, correction) in self.lines.iter().filter(|(_, correction)| which(correction)) {
            self.all.tell(*line, apply(correction));
        }
    }

    /// Corrects the identity; the marks are those of the report.
    pub fn identity(&self, identity: &mut Identity) -> Option<String> {
        let mut marks = Vec::new();
        self.each(
            |correction| correction.table == Target::Reports,
            |correction| {
                let field = field(identity, &correction.column).ok_or_else(|| correction.differs(&[]))?;
                let found = field.text();
                if found != correction.expect {
                    return Err(correction.differs(&[shown(&found).to_owned()]));
                }
                field.set(&correction.value).map_err(|()| correction.differs(&[found]))?;
                if correction.column == "region_code" {
                    // Nothing is left open any more.
                    identity.region_choices.clear();
                }
                marks.push(format!("{} {}", correction.column, correction.mark()));
                Ok(())
            },
        );
        (!marks.is_empty()).then(|| marks.join(";"))
    }

    /// Corrects figures: every statement of the figure that has the value expected. A figure that is
    /// suppressed is one that cannot be read. Returns the mark of each that was corrected.
    pub fn figures(&self, extraction: &mut Extraction) -> HashMap<usize, String> {
        let mut marks: HashMap<usize, String> = HashMap::new();
        self.each(
            |correction| correction.table == Target::Facts,
            |correction| {
                let (mut found, mut matched) = (Vec::new(), false);
                for (at, fact) in extraction.facts.iter_mut().enumerate().filter(|(_, fact)| correction.is_about(fact)) {
                    let value = fact.value.map(|value| value.to_string()).unwrap_or_default();
                    if !is_equal(&value, &correction.expect) {
                        found.push(shown(&value).to_owned());
                        continue;
                    }
                    matched = true;
                    (fact.value, fact.qualifier) = match correction.action {
                        Action::Fix => (correction.number(), Qualifier::Exact),
                        Action::Suppress => (None, Qualifier::Unreadable),
                    };
                    let mark = correction.mark();
                    marks.entry(at).and_modify(|marks| *marks = format!("{marks};{mark}")).or_insert(mark);
                }
                if matched { Ok(()) } else { Err(correction.differs(&found)) }
            },
        );
        marks
    }

    /// Suppresses findings of the report itself: they become notes that tell who says so. Returns the mark of each.
    pub fn findings(&self, checks: &mut Checks) -> HashMap<usize, String> {
        let mut marks = HashMap::new();
        self.each(
            |correction| correction.table == Target::Findings && !correction.is_between_reports(),
            |correction| {
                let findings = checks.findings.iter_mut();
                let named = findings.enumerate().filter(|(_, f)| correction.is_of(&f.check, f.applicant, &f.expression));
                correction.suppress(
                    named,
                    |(_, finding)| finding.severity.as_str().to_owned(),
                    |(at, finding)| {
                        finding.severity = Severity::Note;
                        marks.insert(at, correction.mark());
                    },
                )
            },
        );
        marks
    }

    /// Suppresses findings between this report and another one.
    pub fn findings_between_reports(&self, findings: &mut [FindingRow]) {
        self.each(Correction::is_between_reports, |correction| {
            let named = findings.iter_mut().filter(|f| correction.is_of(&f.check, &f.applicant, &f.expression));
            correction.suppress(
                named,
                |finding| finding.severity.clone(),
                |finding| {
                    Severity::Note.as_str().clone_into(&mut finding.severity);
                    finding.correction = Some(correction.mark());
                },
            )
        });
    }
}

/// Whether two values are one: as numbers where they are numbers.
fn is_equal(found: &str, expected: &str) -> bool {
    match (found.parse::<f64>(), expected.parse::<f64>()) {
        (Ok(found), Ok(expected)) => (found - expected).abs() <= 1e-9 * found.abs().max(1.0),
        _ => found == expected,
    }
}

/// The columns of `reports` that can be corrected.
const FIELDS: [&str; 20] = [
    "title",
    "org",
    "org_kind",
    "body_id",
    "region_code",
    "region_code_latest",
    "township_code",
    "region_name",
    "level",
    "province",
    "city",
    "county",
    "township",
    "year",
    "period_start",
    "period_end",
    "published",
    "index_no",
    "doc_no",
    "scope",
];

/// A field of the identity that a column of `reports` shows.
enum Field<'a> {
    Text(&'a mut Option<String>),
    Year(&'a mut Option<i16>),
    Date(&'a mut Option<NaiveDate>),
    Kind(&'a mut Option<OrgKind>),
    Level(&'a mut Option<Level>),
    Scope(&'a mut Scope),
}

fn field<'a>(identity: &'a mut Identity, column: &str) -> Option<Field<'a>> {
    Some(match column {
        "title" => Field::Text(&mut identity.title),
        "org" => Field::Text(&mut identity.org),
        "org_kind" => Field::Kind(&mut identity.org_kind),
        "body_id" => Field::Text(&mut identity.body_id),
        "region_code" => Field::Text(&mut identity.region_code),
        "region_code_latest" => Field::Text(&mut identity.region_code_latest),
        "township_code" => Field::Text(&mut identity.township_code),
        "region_name" => Field::Text(&mut identity.region_name),
        "level" => Field::Level(&mut identity.level),
        "province" => Field::Text(&mut identity.province),
        "city" => Field::Text(&mut identity.city),
        "county" => Field::Text(&mut identity.county),
        "township" => Field::Text(&mut identity.township),
        "year" => Field::Year(&mut identity.year),
        "period_start" => Field::Date(&mut identity.period_start),
        "period_end" => Field::Date(&mut identity.period_end),
        "published" => Field::Date(&mut identity.published),
        "index_no" => Field::Text(&mut identity.index_no),
        "doc_no" => Field::Text(&mut identity.doc_no),
        "scope" => Field::Scope(&mut identity.scope),
        _ => return None,
    })
}

const KINDS: [OrgKind; 7] = [
    OrgKind::Government,
    OrgKind::Department,
    OrgKind::Township,
    OrgKind::Street,
    OrgKind::DevelopmentZone,
    OrgKind::Central,
    OrgKind::Other,
];
const LEVELS: [Level; 5] = [Level::Nation, Level::Province, Level::Prefecture, Level::County, Level::Township];
const SCOPES: [Scope; 3] = [Scope::Area, Scope::Own, Scope::Unknown];

impl Field<'_> {
    /// As the table shows it; empty where it is missing.
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.as_ref().cloned().unwrap_or_default(),
            Self::Year(year) => year.map(|year| year.to_string()).unwrap_or_default(),
            Self::Date(date) => date.map(|date| date.to_string()).unwrap_or_default(),
            Self::Kind(kind) => kind.map(OrgKind::as_str).unwrap_or_default().to_owned(),
            Self::Level(level) => level.map(Level::as_str).unwrap_or_default().to_owned(),
            Self::Scope(scope) => scope.as_str().to_owned(),
        }
    }

    /// Sets it; an empty text makes it missing.
    fn set(self, value: &str) -> Result<(), ()> {
        /// `None` for an empty text, else the value that it must be of.
        fn some<T>(value: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, ()> {
            if value.is_empty() { Ok(None) } else { parse(value).map(Some).ok_or(()) }
        }
        match self {
            Self::Text(text) => *text = some(value, |value| Some(value.to_owned()))?,
            Self::Year(year) => *year = some(value, |value| value.parse().ok())?,
            Self::Date(date) => *date = some(value, |value| value.parse().ok())?,
            Self::Kind(kind) => *kind = some(value, |value| KINDS.into_iter().find(|kind| kind.as_str() == value))?,
            Self::Level(level) => *level = some(value, |value| LEVELS.into_iter().find(|level| level.as_str() == value))?,
            Self::Scope(scope) => {
                *scope = some(value, |value| SCOPES.into_iter().find(|scope| scope.as_str() == value))?.unwrap_or_default();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, Identity, field, is_equal};
    use crate::schema::REPORTS;

    #[test]
    fn fields_are_columns_of_reports() {
        let mut identity = Identity::default();
        for name in FIELDS {
            assert!(REPORTS.field(name).is_some() && field(&mut identity, name).is_some(), "{name}");
        }
        assert!(field(&mut identity, "facts").is_none());
    }

    #[test]
    fn values_are_checked_and_come_back_as_written() {
        let mut identity = Identity::default();
        for (name, good, bad) in [
            ("year", "2018", "MMXVIII"),
            ("published", "2019-01-31", "2019-02-31"),
            ("org_kind", "street", "road"),
            ("level", "county", "planet"),
            ("scope", "own", "other"),
        ] {
            assert_eq!(field(&mut identity, name).map(|field| field.set(bad)), Some(Err(())), "{name}");
            assert_eq!(field(&mut identity, name).map(|field| field.set(good)), Some(Ok(())), "{name}");
            assert_eq!(field(&mut identity, name).map(|field| field.text()), Some(good.to_owned()));
        }
        assert!(is_equal("29", "29.0") && !is_equal("29", "") && is_equal("", "") && !is_equal("29", "30"));
    }
}
