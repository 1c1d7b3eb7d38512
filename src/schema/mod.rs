//! The field table: every column of every published table, once. From it come the Arrow schemas, the
//! rows that the program fills, `datapackage.json`, the table part of `CODEBOOK.md` and the labels of
//! Stata and R. Knows no other room.
//!
//! A new column is one line in `tables`; a new table is one `table!` there.

mod column;
mod emit;
mod tables;
mod wide;

pub use column::{Column, ColumnBuilder, Day, FieldType};
pub use emit::{codebook_tables, data_package, json_schema, r_labels, stata_labels};
pub use tables::*;
pub use wide::{WideBuilder, WideRow};

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field as ArrowField, Schema, SchemaRef};
use arrow::error::ArrowError;

/// A column of a published table.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub field_type: FieldType,
    /// Whether a value may be missing.
    pub nullable: bool,
    /// Unit of its values; empty where there is none.
    pub unit: &'static str,
    /// What it is, in English.
    pub en: &'static str,
    /// What it is, in Chinese.
    pub zh: &'static str,
}

/// A published table.
#[derive(Debug)]
pub struct Table {
    /// Name, also of its file.
    pub name: &'static str,
    /// Columns that identify a row.
    pub key: &'static [&'static str],
    /// What one row is, in English.
    pub en: &'static str,
    /// What one row is, in Chinese.
    pub zh: &'static str,
    /// References to other tables: columns here, table, columns there.
    pub references: &'static [Reference],
    /// Columns in order.
    pub fields: &'static [Field],
}

/// A reference of one table to the key of another; a null refers to nothing.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// Columns of the table that refers.
    pub fields: &'static [&'static str],
    /// The table referred to.
    pub table: &'static str,
    /// Its columns.
    pub to: &'static [&'static str],
}

impl Table {
    /// The Arrow schema, with descriptions as field metadata.
    pub fn schema(&self) -> SchemaRef {
        let fields: Vec<ArrowField> = self
            .fields
            .iter()
            .map(|f| {
                let metadata = [("description", f.en), ("description_zh", f.zh), ("unit", f.unit)];
                let metadata = metadata.into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k.to_owned(), v.to_owned()));
                ArrowField::new(f.name, f.field_type.arrow(), f.nullable)
                    .with_metadata(metadata.collect::<std::collections::HashMap<_, _>>())
            })
            .collect();
        Arc::new(Schema::new(fields))
    }

    /// The column of a name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|f| f.name == name)
    }
}

/// A row of a published table.
pub trait Row: Sized {
    /// Its table.
    const TABLE: &'static Table;
    /// Collects rows into Arrow columns.
    type Builder: RowBuilder<Self>;

    /// A collector.
    fn builder() -> Self::Builder;

    /// The rows of a batch of this table's schema.
    ///
    /// # Errors
    /// When a column is absent or of another type.
    fn read(batch: &RecordBatch) -> Result<Vec<Self>, ArrowError>;

    /// The row as a JSON object, columns in order.
    fn json(&self) -> serde_json::Map<String, serde_json::Value>;
}

/// Collects rows into Arrow columns.
pub trait RowBuilder<R> {
    /// Adds a row.
    fn push(&mut self, row: &R);

    /// The columns collected, in order; the collector is empty after it.
    fn columns(&mut self) -> Vec<ArrayRef>;
}

/// A batch of rows in the table's schema.
///
/// # Errors
/// When Arrow refuses the columns, which a complete field table excludes.
pub fn batch<R: Row>(rows: &[R]) -> Result<RecordBatch, ArrowError> {
    let mut builder = R::builder();
    for row in rows {
        builder.push(row);
    }
    RecordBatch::try_new(R::TABLE.schema(), builder.columns())
}
