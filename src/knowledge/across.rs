//! What must hold between two reports, as data.

use std::sync::LazyLock;

use serde::Deserialize;

use super::codebook::{CodeId, codebook};
use super::table::{DataTable, KnowledgeError, data_table};

const ACROSS: DataTable = data_table!("checks/across.csv");

/// Which reports a relation is about.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Neighbour {
    /// That of the same body for the year before.
    Previous,
    /// That of a body of the area, which speaks for itself.
    Part,
    /// Those of all bodies of the area that speak for themselves, added up.
    Parts,
}

/// A term of a sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AcrossTerm {
    /// The figure.
    pub code: CodeId,
    /// 1 or -1.
    pub sign: f64,
    /// Whether it is that of the year before.
    pub before: bool,
}

/// A relation between two reports.
#[derive(Clone, Debug)]
pub struct AcrossIdentity {
    /// Its name, the `check` of findings.
    pub key: String,
    /// Which reports.
    pub neighbour: Neighbour,
    /// The figure on the left.
    pub lhs: CodeId,
    /// Terms of the right side; none for [`Neighbour::Part`] and [`Neighbour::Parts`].
    pub rhs: Vec<AcrossTerm>,
    /// Whether it holds for each kind of applicant, or only for the total.
    pub each: bool,
    /// Both sides as written.
    pub expression: String,
    /// Largest difference that is none.
    pub tolerance: f64,
    /// Whether a broken one is a warning; else a note.
    pub warning: bool,
    /// What must hold, in Chinese.
    pub message_zh: String,
    /// What must hold, in English.
    pub message_en: String,
}

#[derive(Deserialize)]
struct Row {
    key: String,
    relation: Neighbour,
    lhs: String,
    rhs: String,
    columns: String,
    tolerance: f64,
    severity: String,
    message_zh: String,
    message_en: String,
}

fn read() -> Result<Vec<AcrossIdentity>, KnowledgeError> {
    let mut identities = Vec::new();
    for (line, row) in ACROSS.rows::<Row>()? {
        let error = |message: String| ACROSS.error(line, message);
        let code = |name: &str| codebook().parse(name).ok_or_else(|| error(format!("`{name}` is not in the codebook")));
        let mut rhs = Vec::new();
        for term in row.rhs.split_inclusive(['+', '-']).scan(1.0, |sign, piece| {
            let term = (*sign, piece.trim_end_matches(['+', '-']));
            *sign = if piece.ends_with('-') { -1.0 } else { 1.0 };
            Some(term)
        }) {
            let (sign, name) = term;
            let before = name.starts_with('<');
            rhs.push(AcrossTerm { code: code(name.trim_start_matches('<'))?, sign, before });
        }
        if rhs.is_empty() == (row.relation == Neighbour::Previous) {
            return Err(error("`previous` needs a right side, `part` and `parts` have none".to_owned()));
        }
        let each = match row.columns.as_str() {
            "each" => true,
            "one" => false,
            other => return Err(error(format!("columns `{other}` is neither each nor one"))),
        };
        let warning = match row.severity.as_str() {
            "warning" => true,
            "note" => false,
            other => return Err(error(format!("severity `{other}` is neither warning nor note: two reports can both be right"))),
        };
        identities.push(AcrossIdentity {
            neighbour: row.relation,
            lhs: code(&row.lhs)?,
            expression: match row.relation {
                Neighbour::Previous => format!("{} = {}", row.lhs, row.rhs),
                Neighbour::Part => format!("{0} >= {0}", row.lhs),
                Neighbour::Parts => format!("{0} >= sum({0})", row.lhs),
            },
            key: row.key,
            rhs,
            each,
            tolerance: row.tolerance,
            warning,
            message_zh: row.message_zh,
            message_en: row.message_en,
        });
    }
    Ok(identities)
}

static IDENTITIES: LazyLock<Result<Vec<AcrossIdentity>, KnowledgeError>> = LazyLock::new(read);

/// Parses the relations.
pub(super) fn load() -> Result<(), KnowledgeError> {
    IDENTITIES.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The relations between reports, in the order of the file.
///
/// # Panics
/// When the embedded file has a mistake, which [`super::load`] reports and a test excludes.
#[expect(clippy::panic, reason = "embedded data, validated before any input is read")]
pub fn across_identities() -> &'static [AcrossIdentity] {
    match &*IDENTITIES {
        Ok(identities) => identities,
        Err(error) => panic!("{error}"),
    }
}
