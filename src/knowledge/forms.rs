//! The statutory forms as data: what each prints, in its order, with the wordings seen for it.

use std::sync::LazyLock;

use serde::Deserialize;

use super::codebook::{CodeId, codebook};
use super::table::{DataTable, KnowledgeError, data_table};

const ITEMS: DataTable = data_table!("forms/items.csv");
const ENDINGS: DataTable = data_table!("forms/endings.csv");

/// The words for kinds of applicant, the columns of the application table, in the order of the form.
const APPLICANTS: [&str; 7] = ["natural_person", "business", "research", "public_interest", "legal_service", "other", "total"];
/// The words for columns of tables with one figure a row.
const COLUMNS: [&str; 8] = ["unit", "index", "remark", "year", "current", "part_year", "cumulative", "previous_year"];

/// The tables that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FormTable {
    /// Article 20 of the Regulations: subtables (一), (五), (六), (八), (九).
    Article20,
    /// Applications by kind of applicant.
    Applications,
    /// Reconsideration and litigation.
    Review,
    /// The annex table of 2014.
    Annex2014,
    /// Local annex forms before 2014: no statutory table.
    Local2008,
}

impl FormTable {
    /// All tables.
    pub const ALL: [Self; 5] = [Self::Article20, Self::Applications, Self::Review, Self::Annex2014, Self::Local2008];

    /// The word in `data/forms` and in the published tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Article20 => "article20",
            Self::Applications => "applications",
            Self::Review => "review",
            Self::Annex2014 => "annex2014",
            Self::Local2008 => "local2008",
        }
    }
}

/// What an item of a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A row with figures.
    Row,
    /// A heading: a row or a group label without figures.
    Heading,
    /// The head of a column.
    Column,
    /// Words that are printed and say nothing of a figure.
    Remark,
}

/// A row, heading, column or remark of a form.
#[derive(Clone, Debug)]
pub struct FormItem {
    /// What it is.
    pub kind: ItemKind,
    /// Subtable of Article 20; empty elsewhere.
    pub subtable: String,
    /// Editions that print it: `2008`, `2014`, `2019`, `2021`.
    pub editions: Vec<String>,
    /// Codebook name of a row; `dimension/category`, kind of applicant or period of a column.
    pub code: String,
    /// Wordings, reduced by [`plain_label`].
    pub labels: Vec<String>,
}

impl FormItem {
    /// Whether an edition prints it.
    pub fn in_edition(&self, edition: &str) -> bool {
        self.editions.iter().any(|e| e == edition)
    }
}

/// The forms.
#[derive(Debug)]
pub struct Forms {
    tables: Vec<Vec<FormItem>>,
    endings: Vec<String>,
}

impl Forms {
    /// The items of a table, in the order of the form.
    pub fn items(&self, table: FormTable) -> &[FormItem] {
        &self.tables[table as usize]
    }

    /// Words that may follow a label within its cell and say nothing, reduced by [`plain_label`].
    pub fn endings(&self) -> &[String] {
        &self.endings
    }

    fn read() -> Result<Self, KnowledgeError> {
        let mut tables: Vec<Vec<FormItem>> = FormTable::ALL.iter().map(|_| Vec::new()).collect();
        for (line, row) in ITEMS.rows::<Row>()? {
            let table = FormTable::ALL.into_iter().find(|t| t.as_str() == row.table).ok_or_else(|| {
                let known: Vec<_> = FormTable::ALL.iter().map(|t| t.as_str()).collect();
                ITEMS.error(line, format!("table `{}` is none of {}", row.table, known.join(", ")))
            })?;
            let kind = match row.kind.as_str() {
                "row" => ItemKind::Row,
                "heading" => ItemKind::Heading,
                "column" => ItemKind::Column,
                "remark" => ItemKind::Remark,
                other => return Err(ITEMS.error(line, format!("kind `{other}` is none of row, heading, column, remark"))),
            };
            let editions: Vec<String> = row.forms.split(';').filter(|e| !e.is_empty()).map(str::to_owned).collect();
            if let Some(unknown) = editions.iter().find(|e| !["2008", "2014", "2019", "2021"].contains(&e.as_str())) {
                return Err(ITEMS.error(line, format!("form `{unknown}` is none of 2008, 2014, 2019, 2021")));
            }
            let labels: Vec<String> = row.labels.split('|').map(plain_label).filter(|l| !l.is_empty()).collect();
            if labels.is_empty() {
                return Err(ITEMS.error(line, "an item needs a label"));
            }
            let known = match (table, kind) {
                (FormTable::Applications, ItemKind::Column) => APPLICANTS.contains(&row.code.as_str()),
                (FormTable::Annex2014 | FormTable::Local2008, ItemKind::Column) => COLUMNS.contains(&row.code.as_str()),
                (FormTable::Applications | FormTable::Annex2014 | FormTable::Local2008, ItemKind::Row) => code_of(&row.code, "").is_some(),
                _ => true,
            };
            if !known {
                return Err(ITEMS.error(line, format!("code `{}` is not known here", row.code)));
            }
            tables[table as usize].push(FormItem { kind, subtable: row.subtable, editions, code: row.code, labels });
        }
        let endings = ENDINGS.rows::<EndingRow>()?.into_iter().map(|(_, row)| plain_label(&row.ending)).collect();
        let forms = Self { tables, endings };
        for table in [FormTable::Article20, FormTable::Review] {
            forms.check_crossings(table)?;
        }
        Ok(forms)
    }

    /// Every crossing of a row and a column that one edition prints is a code.
    fn check_crossings(&self, table: FormTable) -> Result<(), KnowledgeError> {
        let items = self.items(table);
        for row in items.iter().filter(|i| i.kind == ItemKind::Row) {
            for column in items.iter().filter(|i| i.kind == ItemKind::Column && i.subtable == row.subtable) {
                if column.editions.iter().any(|e| row.in_edition(e)) && code_of(&row.code, &column.code).is_none() {
                    return Err(ITEMS.error(0, format!("`{}/{}` is not in the codebook", row.code, column.code)));
                }
            }
        }
        Ok(())
    }
}

/// The code of a row and a column; an empty column is the row's own.
pub fn code_of(row: &str, column: &str) -> Option<CodeId> {
    if column.is_empty() { codebook().parse(row) } else { codebook().parse(&format!("{row}/{column}")) }
}

#[derive(Deserialize)]
struct Row {
    table: String,
    subtable: String,
    kind: String,
    forms: String,
    code: String,
    labels: String,
}

#[derive(Deserialize)]
struct EndingRow {
    ending: String,
}

/// What of a character counts when labels are compared: Chinese characters, with spellings that are
/// used for one another made equal; nothing else.
pub fn label_char(c: char) -> Option<char> {
    Some(match c {
        '它' => '他',
        '帐' => '账',
        '做' => '作',
        '祕' => '秘',
        '複' | '覆' => '复',
        '於' => '于',
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}' => c,
        _ => return None,
    })
}

/// A label reduced to what counts when labels are compared.
pub fn plain_label(label: &str) -> String {
    label.chars().filter_map(label_char).collect()
}

static FORMS: LazyLock<Result<Forms, KnowledgeError>> = LazyLock::new(Forms::read);

/// Parses the forms.
pub(super) fn load() -> Result<(), KnowledgeError> {
    FORMS.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The forms.
///
/// # Panics
/// When the embedded file has a mistake, which [`super::load`] reports and a test excludes.
#[expect(clippy::panic, reason = "embedded data, validated before any input is read")]
pub fn forms() -> &'static Forms {
    match &*FORMS {
        Ok(forms) => forms,
        Err(error) => panic!("{error}"),
    }
}
