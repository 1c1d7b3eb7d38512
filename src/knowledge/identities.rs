//! The arithmetic of a report as data: identities and plausible ranges.

use std::sync::LazyLock;

use serde::Deserialize;

use super::codebook::{CodeId, codebook};
use super::table::{DataTable, KnowledgeError, data_table};

const IDENTITIES: DataTable = data_table!("checks/identities.csv");
const PLAUSIBLE: DataTable = data_table!("checks/plausible.csv");

/// Over which figures an identity is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// For each kind of applicant in turn.
    Each,
    /// The total column against the six kinds, for every code with the identity's prefix.
    Row,
    /// Figures without applicant.
    None,
    /// A figure of prose against the total column of the table.
    Cross,
}

/// How the sides of an identity relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Both sides are equal.
    Equal,
    /// No term of the left side is larger than the right side.
    AtMost,
}

/// An identity.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its name, the `check` of findings.
    pub key: String,
    /// Over which figures.
    pub columns: Columns,
    /// Edition of the form it belongs to; empty: any.
    pub form: String,
    /// Comparison.
    pub relation: Comparison,
    /// Terms of the left side.
    pub lhs: Vec<CodeId>,
    /// Alternatives of the right side, each its terms.
    pub rhs: Vec<Vec<CodeId>>,
    /// For [`Columns::Row`]: the beginning of the indicators concerned.
    pub prefix: String,
    /// Sets of parts after which a list is whole although others are not stated; empty: all must be.
    pub complete: Vec<Vec<CodeId>>,
    /// Parts that may be counted within another part.
    pub optional: Vec<CodeId>,
    /// Largest difference that is none.
    pub tolerance: f64,
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// What must hold, in Chinese.
    pub message_zh: String,
    /// What must hold, in English.
    pub message_en: String,
}

/// The plausible range of an amount, in yuan.
#[derive(Clone, Copy, Debug)]
pub struct Plausible {
    /// The amount.
    pub code: CodeId,
    /// Smallest plausible value other than zero.
    pub low: f64,
    /// Largest.
    pub high: f64,
}

#[derive(Debug)]
struct Arithmetic {
    identities: Vec<Identity>,
    plausible: Vec<Plausible>,
}

#[derive(Deserialize)]
struct IdentityRow {
    key: String,
    columns: String,
    forms: String,
    relation: String,
    lhs: String,
    rhs: String,
    complete: String,
    optional: String,
    tolerance: f64,
    severity: String,
    message_zh: String,
    message_en: String,
}

#[derive(Deserialize)]
struct PlausibleRow {
    code: String,
    low: f64,
    high: f64,
}

impl Arithmetic {
    fn read() -> Result<Self, KnowledgeError> {
        let mut identities = Vec::new();
        for (line, row) in IDENTITIES.rows::<IdentityRow>()? {
            let error = |message: String| IDENTITIES.error(line, message);
            let terms = |side: &str| -> Result<Vec<CodeId>, KnowledgeError> {
                side.split('+')
                    .filter(|t| !t.is_empty())
                    .map(|t| codebook().parse(t).ok_or_else(|| error(format!("`{t}` is not in the codebook"))))
                    .collect()
            };
            let columns = match row.columns.as_str() {
                "each" => Columns::Each,
                "row" => Columns::Row,
                "none" => Columns::None,
                "cross" => Columns::Cross,
                other => return Err(error(format!("columns `{other}` is none of each, row, none, cross"))),
            };
            let relation = match row.relation.as_str() {
                "=" => Comparison::Equal,
                "<=" => Comparison::AtMost,
                other => return Err(error(format!("relation `{other}` is none of =, <="))),
            };
            if !["error", "warning", "note"].contains(&row.severity.as_str()) {
                return Err(error(format!("severity `{}` is none of error, warning, note", row.severity)));
            }
            let (lhs, prefix) = if columns == Columns::Row { (Vec::new(), row.lhs.clone()) } else { (terms(&row.lhs)?, String::new()) };
            let rhs = row.rhs.split('|').map(&terms).collect::<Result<Vec<_>, _>>()?;
            if columns != Columns::Row && (lhs.is_empty() || rhs.iter().any(Vec::is_empty)) {
                return Err(error("both sides need a term".into()));
            }
            let parts = rhs.first().cloned().unwrap_or_default();
            let mut complete = Vec::new();
            for set in row.complete.split('|').filter(|s| !s.is_empty() && *s != "all") {
                let named = set.split('+').map(|category| {
                    let found = parts.iter().find(|p| codebook()[**p].category == category);
                    found.copied().ok_or_else(|| error(format!("`{category}` is no part of the right side")))
                });
                complete.push(named.collect::<Result<Vec<_>, _>>()?);
            }
            identities.push(Identity {
                key: row.key,
                columns,
                form: row.forms,
                relation,
                lhs,
                rhs,
                prefix,
                complete,
                optional: terms(&row.optional)?,
                tolerance: row.tolerance,
                severity: row.severity,
                message_zh: row.message_zh,
                message_en: row.message_en,
            });
        }
        let mut plausible = Vec::new();
        for (line, row) in PLAUSIBLE.rows::<PlausibleRow>()? {
            let code =
                codebook().parse(&row.code).ok_or_else(|| PLAUSIBLE.error(line, format!("`{}` is not in the codebook", row.code)))?;
            plausible.push(Plausible { code, low: row.low, high: row.high });
        }
        Ok(Self { identities, plausible })
    }
}

static ARITHMETIC: LazyLock<Result<Arithmetic, KnowledgeError>> = LazyLock::new(Arithmetic::read);

/// Parses identities and ranges.
pub(super) fn load() -> Result<(), KnowledgeError> {
    ARITHMETIC.as_ref().map(|_| ()).map_err(Clone::clone)
}

#[expect(clippy::panic, reason = "embedded data, validated before any input is read")]
fn arithmetic() -> &'static Arithmetic {
    match &*ARITHMETIC {
        Ok(arithmetic) => arithmetic,
        Err(error) => panic!("{error}"),
    }
}

/// The identities, in the order of the file.
///
/// # Panics
/// When the embedded file has a mistake, which [`super::load`] reports and a test excludes.
pub fn identities() -> &'static [Identity] {
    &arithmetic().identities
}

/// The plausible ranges of amounts.
///
/// # Panics
/// When the embedded file has a mistake, which [`super::load`] reports and a test excludes.
pub fn plausible() -> &'static [Plausible] {
    &arithmetic().plausible
}
