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

/// Longest label of a variable in Stata, in characters, and longest name.
const STATA_LABEL: usize = 80;
const STATA_NAME: usize = 32;

/// A do-file that labels the variables of a table in Stata: English labels, Chinese notes.
pub fn stata_labels(table: &Table) -> String {
    let mut out = format!("* {}: {}. Run it after the data are loaded; variables that are absent are passed over.\n", table.name, table.en);
    for f in table.fields {
        let name: String = f.name.chars().take(STATA_NAME).collect();
        let label: String = with_unit(f.en, f.unit).replace(['"', '`', '$'], "'").chars().take(STATA_LABEL).collect();
        let _ = writeln!(out, "capture label variable {name} \"{label}\"\ncapture notes {name}: {}", f.zh);
    }
    out
}

/// R code that gives the columns of a data frame, named as the table, the attribute `label`.
pub fn r_labels(table: &Table) -> String {
    let name = table.name;
    let mut out = format!("# {name}: {}. Source it where the data frame `{name}` is.\nlabels <- c(\n", table.en);
    for (n, f) in table.fields.iter().enumerate() {
        let label = format!("{} {}", with_unit(f.en, f.unit), f.zh).replace('\\', "\\\\").replace('"', "\\\"");
        let comma = if n + 1 == table.fields.len() { "" } else { "," };
        let _ = writeln!(out, "  {} = \"{label}\"{comma}", f.name);
    }
    let _ =
        writeln!(out, ")\nfor (column in intersect(names(labels), names({name}))) attr({name}[[column]], \"label\") <- labels[[column]]");
    out
}

fn with_unit(text: &str, unit: &str) -> String {
    if unit.is_empty() { text.to_owned() } else { format!("{text} ({unit})") }
}

#[cfg(test)]
mod tests {
    #[test]
    fn stata_and_r_have_a_label_for_each_column() {
        let (stata, r) = (super::stata_labels(&super::super::PANEL), super::r_labels(&super::super::PANEL));
        for field in super::super::PANEL.fields {
            assert!(stata.contains(&format!("capture label variable {} \"", field.name)), "{}", field.name);
            assert!(r.contains(&format!("\n  {} = \"", field.name)), "{}", field.name);
        }
        for line in stata.lines().filter_map(|line| line.strip_prefix("capture label variable ")) {
            let label = line.split('"').nth(1).unwrap_or_default();
            assert!(line.matches('"').count() == 2 && label.chars().count() <= 80, "{line}");
        }
    }
}
