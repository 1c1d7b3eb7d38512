//! `ogi codebook`.

use std::io::Write;

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::Status;
use crate::aggregate::tables;
use crate::knowledge::codebook;
use crate::schema::{self, Row};

/// Arguments of `ogi codebook`.
#[derive(Debug, Args)]
pub(super) struct CodebookArguments {
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Codebook and tables as a page to read
    Markdown,
    /// The codes as NDJSON, one line each
    Ndjson,
    /// The Frictionless data package of all tables
    Json,
    /// A do-file with the labels of the panel for Stata
    Stata,
    /// The labels of the panel for R
    R,
}

pub(super) fn run(arguments: &CodebookArguments) -> anyhow::Result<Status> {
    let text = match arguments.format {
        Format::Markdown => codebook().markdown(&schema::codebook_tables(&tables())),
        Format::Ndjson => codebook()
            .codes()
            .map(|(_, code)| serde_json::to_string(&code.row().json()).map(|line| line + "\n"))
            .collect::<Result<String, _>>()?,
        Format::Json => serde_json::to_string_pretty(&schema::data_package(&tables()))? + "\n",
        Format::Stata => panel().map(schema::stata_labels).unwrap_or_default(),
        Format::R => panel().map(schema::r_labels).unwrap_or_default(),
    };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("standard output cannot be written")?;
    Ok(Status::Done)
}

/// The panel with the columns of the codebook.
fn panel() -> Option<&'static schema::Table> {
    tables().into_iter().find(|table| table.name == schema::PANEL.name)
}
