//! `ogi diff`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::Status;
use crate::dataset::{DiffError, changes};
use crate::publish::Build;
use crate::schema::{ChangeRow, Row};

/// Arguments of `ogi diff`.
#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    /// The dataset before
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// The dataset after
    #[arg(value_name = "NEW")]
    new: PathBuf,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Lines to read, and a count of each kind at the end
    Text,
    /// A row of `changes` a line
    Ndjson,
}

/// Why the comparison ended early.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error(transparent)]
    Diff(#[from] DiffError),
    #[error("standard output cannot be written")]
    Output(#[from] std::io::Error),
}

pub(super) fn run(arguments: &DiffArguments) -> anyhow::Result<Status> {
    let (old, new) = (Build::open(&arguments.old)?, Build::open(&arguments.new)?);
    let work = std::env::temp_dir().join(format!("ogi-diff-{}", std::process::id()));
    std::fs::create_dir(&work).with_context(|| format!("cannot create {}", work.display()))?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
    let compared = changes::<Ended>(&old, &new, &work, &mut |row| {
        match arguments.format {
            Format::Text => writeln!(out, "{}", line(&row))?,
            Format::Ndjson => writeln!(out, "{}", serde_json::Value::Object(row.json()))?,
        }
        *counts.entry((row.table, row.change)).or_default() += 1;
        Ok(())
    });
    std::fs::remove_dir_all(&work).with_context(|| format!("cannot remove {}", work.display()))?;
    compared?;
    if matches!(arguments.format, Format::Text) {
        let counts: Vec<String> = counts.iter().map(|((table, change), count)| format!("{table} {count} {change}")).collect();
        let summary = if counts.is_empty() { "no changes".to_owned() } else { counts.join(", ") };
        writeln!(out, "{summary}").map_err(Ended::from)?;
    }
    out.flush().map_err(Ended::from)?;
    Ok(Status::Done)
}

fn line(row: &ChangeRow) -> String {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "(nothing)".to_owned());
    let ChangeRow { table, key, column, change, old, new } = row;
    match change.as_str() {
        "added" => format!("+ {table} {key}: {column} {}", shown(new)),
        "removed" => format!("- {table} {key}: {column} {}", shown(old)),
        _ => format!("~ {table} {key}: {column} {} -> {}", shown(old), shown(new)),
    }
}
