//! The vocabulary of facts: one row per indicator, dimension and category.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::schema::CodebookRow;

use super::table::{DataTable, KnowledgeError, data_table};

const TABLE: DataTable = data_table!("codebook/indicators.csv");

const VALUE_TYPES: [&str; 4] = ["count", "signed_count", "amount", "rate"];
const MEASURES: [&str; 4] = ["flow", "stock", "change", "rate"];

/// A row of the codebook: its place in the file, which is also the order of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodeId(u16);

impl CodeId {
    /// Its place in [`Codebook::codes`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A row of the codebook.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Code {
    /// Indicator, such as `applications.received`.
    pub indicator: String,
    /// Dimension, such as `means`; empty for the indicator itself.
    pub dimension: String,
    /// Category within the dimension, such as `letter`.
    pub category: String,
    /// Chinese label, in the words of the form.
    pub label_zh: String,
    /// English label.
    pub label_en: String,
    /// Unit of values: item, document, case, occasion, piece, person, yuan, percent and others.
    pub unit: String,
    /// Editions in which the figure is printed, joined by `;`.
    pub forms: String,
    /// 1: scored.
    pub core: u8,
    /// count, signed_count, amount, rate.
    pub value_type: String,
    /// flow (of the year), stock (at a date: never summed over years), change, rate.
    pub measure: String,
    /// 1: siblings are disjoint and exhaustive.
    pub additive: u8,
    /// The category this one is part of; empty: the bare indicator; `-`: of nothing.
    pub parent: String,
    /// Column name in `panel`, at most 32 characters.
    pub short: String,
}

impl Code {
    /// As a row of the table `codebook`.
    pub fn row(&self) -> CodebookRow {
        CodebookRow {
            indicator: self.indicator.clone(),
            dimension: self.dimension.clone(),
            category: self.category.clone(),
            label_zh: self.label_zh.clone(),
            label_en: self.label_en.clone(),
            unit: self.unit.clone(),
            forms: self.forms.clone(),
            core: self.core == 1,
            value_type: self.value_type.clone(),
            measure: self.measure.clone(),
            additive: self.additive == 1,
            parent: self.parent.clone(),
            short: self.short.clone(),
        }
    }
}

/// The codebook.
#[derive(Debug)]
pub struct Codebook {
    codes: Vec<Code>,
    by_key: HashMap<String, CodeId>,
}

impl Codebook {
    /// All rows in the order of the file.
    pub fn codes(&self) -> impl ExactSizeIterator<Item = (CodeId, &Code)> {
        self.codes.iter().enumerate().map(|(i, code)| (CodeId(u16::try_from(i).unwrap_or(u16::MAX)), code))
    }

    /// The row of a key; empty strings where a part does not apply.
    pub fn find(&self, indicator: &str, dimension: &str, category: &str) -> Option<CodeId> {
        self.by_key.get(&key(indicator, dimension, category)).copied()
    }

    /// The row of `indicator`, `indicator/dimension/category`: how data files name a code.
    pub fn parse(&self, name: &str) -> Option<CodeId> {
        let mut parts = name.splitn(3, '/');
        self.find(parts.next()?, parts.next().unwrap_or(""), parts.next().unwrap_or(""))
    }

    /// `CODEBOOK.md`: the codes, then what the tables hold (`tables`, from the field table).
    pub fn markdown(&self, tables: &str) -> String {
        let mut out = String::from("# Codebook\n\n");
        out.push_str("| indicator | dimension | category | 名称 | label | unit | forms | measure | short |\n");
        out.push_str("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for code in &self.codes {
            let cells = [
                &code.indicator,
                &code.dimension,
                &code.category,
                &code.label_zh,
                &code.label_en,
                &code.unit,
                &code.forms,
                &code.measure,
                &code.short,
            ];
            let cells: Vec<String> = cells.iter().map(|c| c.replace('|', "\\|")).collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        out.push_str("\n# Tables\n\n");
        out.push_str(tables);
        out
    }

    fn read() -> Result<Self, KnowledgeError> {
        let mut codes: Vec<Code> = Vec::new();
        let mut by_key = HashMap::new();
        let mut shorts = HashMap::new();
        for (line, code) in TABLE.rows::<Code>()? {
            let id = CodeId(u16::try_from(codes.len()).map_err(|_| TABLE.error(line, "more than 65,535 codes"))?);
            if code.dimension.is_empty() != code.category.is_empty() {
                return Err(TABLE.error(line, "dimension and category go together: give both or neither"));
            }
            if !VALUE_TYPES.contains(&code.value_type.as_str()) {
                return Err(TABLE.error(line, format!("value_type `{}` is none of {}", code.value_type, VALUE_TYPES.join(", "))));
            }
            if !MEASURES.contains(&code.measure.as_str()) {
                return Err(TABLE.error(line, format!("measure `{}` is none of {}", code.measure, MEASURES.join(", "))));
            }
            let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if code.short.is_empty() || code.short.len() > 32 || !code.short.chars().all(allowed) {
                return Err(TABLE.error(line, format!("short `{}` is not 1 to 32 of a-z, 0-9 and _", code.short)));
            }
            if let Some(other) = shorts.insert(code.short.clone(), line) {
                return Err(TABLE.error(line, format!("short `{}` stands already at line {other}", code.short)));
            }
            let key = key(&code.indicator, &code.dimension, &code.category);
            if by_key.insert(key, id).is_some() {
                return Err(TABLE.error(line, format!("`{}/{}/{}` stands twice", code.indicator, code.dimension, code.category)));
            }
            codes.push(code);
        }
        Ok(Self { codes, by_key })
    }
}

fn key(indicator: &str, dimension: &str, category: &str) -> String {
    format!("{indicator}/{dimension}/{category}")
}

impl std::ops::Index<CodeId> for Codebook {
    type Output = Code;

    fn index(&self, id: CodeId) -> &Code {
        &self.codes[id.index()]
    }
}

static CODEBOOK: LazyLock<Result<Codebook, KnowledgeError>> = LazyLock::new(Codebook::read);

/// Parses the codebook.
pub(super) fn load() -> Result<(), KnowledgeError> {
    CODEBOOK.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The codebook.
///
/// # Panics
/// When the embedded file has a mistake, which [`super::load`] reports and a test excludes.
#[expect(clippy::panic, reason = "embedded data, validated before any input is read")]
pub fn codebook() -> &'static Codebook {
    match &*CODEBOOK {
        Ok(codebook) => codebook,
        Err(error) => panic!("{error}"),
    }
}
