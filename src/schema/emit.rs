//! What is made of the field table: the Frictionless package and the table part of the codebook.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{CHANGES, Table};

/// The Frictionless schema of a table.
pub fn json_schema(table: &Table) -> Value {
    let fields: Vec<Value> = table
        .fields
        .iter()
        .map(|f| {
            let mut field = json!({"name": f.name, "type": f.field_type.frictionless(), "title": f.zh, "description": f.en});
            if !f.unit.is_empty() {
                field["unit"] = json!(f.unit);
            }
            if !f.nullable {
                field["constraints"] = json!({"required": true});
            }
            field
        })
        .collect();
    let references: Vec<Value> =
        table.references.iter().map(|r| json!({"fields": r.fields, "reference": {"resource": r.table, "fields": r.to}})).collect();
    let mut schema = json!({"fields": fields, "primaryKey": table.key, "missingValues": [""]});
    if !references.is_empty() {
        schema["foreignKeys"] = json!(references);
    }
    schema
}

/// The Frictionless data package of a dataset that holds these tables. `changes` is no part of it: it tells
/// of two datasets, and a first build has none.
pub fn data_package(tables: &[&Table]) -> Value {
    let resources: Vec<Value> = tables
        .iter()
        .filter(|table| table.name != CHANGES.name)
        .map(|t| {
            json!({
                "name": t.name, "path": format!("{}.parquet", t.name), "format": "parquet", "mediatype": "application/vnd.apache.parquet",
                "profile": "tabular-data-resource", "title": t.zh, "description": t.en, "schema": json_schema(t),
            })
        })
        .collect();
    json!({
        "profile": "tabular-data-package", "name": "ogi", "title": "政府信息公开工作年度报告数据集",
        "description": "China's annual reports on open government information as typed rows", "resources": resources,
    })
}

/// The table part of `CODEBOOK.md`.
pub fn codebook_tables(tables: &[&Table]) -> String {
    let mut out = String::new();
    for table in tables {
        let _ = write!(out, "## {}\n\n{} {}\n\nKey: {}\n\n", table.name, table.en, table.zh, table.key.join(", "));
        out.push_str("| column | type | null | unit | meaning | 含义 |\n| --- | --- | --- | --- | --- | --- |\n");
        for f in table.fields {
            let null = if f.nullable { "yes" } else { "no" };
            let _ = writeln!(out, "| `{}` | {:?} | {null} | {} | {} | {} |", f.name, f.field_type, f.unit, f.en, f.zh);
        }
        out.push('\n');
    }
    out
}
