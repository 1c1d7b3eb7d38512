//! Tables with columns that only data names: fixed columns by the field table, then one column of numbers
//! for each entry of a list that another room owns, such as the codebook. This room knows nothing of such
//! lists: names, units and meanings are passed in as [`Field`]s, which live as long as the program because
//! the lists are embedded in it.
//!
//! ```
//! use ogi::schema::{Field, FieldType, PANEL};
//! use std::sync::LazyLock;
//!
//! static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| PANEL.widened([Field::number("app_new", "case", "new applications", "新收申请数")]));
//! let panel = PANEL.with_fields(&FIELDS);
//! assert_eq!(panel.field("app_new").map(|f| f.field_type), Some(FieldType::Float64));
//! ```

use arrow::array::{ArrayRef, Float64Builder};

use super::{ColumnBuilder, Field, FieldType, Row, RowBuilder, Table};

impl Field {
    /// A column of numbers that may be missing.
    pub fn number(name: &'static str, unit: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self { name, field_type: FieldType::Float64, nullable: true, unit, en, zh }
    }
}

impl Table {
    /// The table's own columns, then those given.
    pub fn widened(&self, columns: impl IntoIterator<Item = Field>) -> Vec<Field> {
        self.fields.iter().copied().chain(columns).collect()
    }

    /// The same table with other columns, which begin with its own.
    pub fn with_fields(&self, fields: &'static [Field]) -> Self {
        Self { name: self.name, key: self.key, en: self.en, zh: self.zh, references: self.references, fields }
    }
}

/// A row of a widened table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WideRow<R> {
    /// Its fixed columns.
    pub row: R,
    /// Values of the further columns: place among them, and value, in order of place; absent places are null.
    pub values: Vec<(usize, f64)>,
}

/// Collects rows of a widened table.
pub struct WideBuilder<R: Row> {
    fixed: R::Builder,
    wide: Vec<Float64Builder>,
}

impl<R: Row> WideBuilder<R> {
    /// A collector for a table of [`Table::with_fields`].
    pub fn new(table: &Table) -> Self {
        let further = table.fields.len().saturating_sub(R::TABLE.fields.len());
        Self { fixed: R::builder(), wide: (0..further).map(|_| Float64Builder::new()).collect() }
    }
}

impl<R: Row> RowBuilder<WideRow<R>> for WideBuilder<R> {
    fn push(&mut self, row: &WideRow<R>) {
        self.fixed.push(&row.row);
        let mut values = row.values.iter().copied().peekable();
        for (place, column) in self.wide.iter_mut().enumerate() {
            column.append_option(values.next_if(|(at, _)| *at == place).map(|(_, value)| value));
        }
    }

    fn columns(&mut self) -> Vec<ArrayRef> {
        let mut columns = self.fixed.columns();
        columns.extend(self.wide.iter_mut().map(ColumnBuilder::array));
        columns
    }
}
