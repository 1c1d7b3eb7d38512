//! `ogi extract` and `ogi identify`: streams of lines in and out.

use std::io::{BufRead, Write};

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Status;
use crate::check::check;
use crate::extract::extract as take_facts;
use crate::identify::{self, Genre};
use crate::knowledge::codebook;
use crate::read::{self, Document, Hints};
use crate::repair::{Clean, repair};

/// Arguments of `ogi extract`.
#[derive(Debug, Args)]
pub(super) struct ExtractArguments {
    /// Format of the facts
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,
}

/// Arguments of `ogi identify`.
#[derive(Debug, Args)]
pub(super) struct IdentifyArguments {
    /// Format of the identities
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// One JSON object a line
    Ndjson,
}

/// A document as `ogi extract` takes it.
#[derive(Debug, Deserialize)]
struct Line {
    id: Option<Value>,
    #[serde(default)]
    text: String,
    title: Option<String>,
    url: Option<String>,
    html: Option<String>,
}

/// A page as `ogi identify` takes it.
#[derive(Debug, Deserialize)]
struct Page {
    id: Option<Value>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    context: String,
}

pub(super) fn extract(_: &ExtractArguments) -> anyhow::Result<Status> {
    each_line(|number, line: Line, out| {
        let hints = Hints { title: line.title.as_deref(), address: line.url.as_deref(), charset: None };
        let document = match &line.html {
            Some(html) => read::from_html(html, &hints),
            None => read::from_text(&line.text, &hints),
        };
        let Ok(document) = document else { return Ok(()) };
        let id = line.id.unwrap_or_else(|| json!(number));
        for row in facts(&document, &id) {
            serde_json::to_writer(&mut *out, &row)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    })
}

fn facts(document: &Document, id: &Value) -> Vec<Map<String, Value>> {
    let clean = repair(document);
    let identity = identify::identify(&clean);
    let extraction = take_facts(&clean, identity.year);
    let checks = check(&extraction);
    let mut rows = Vec::with_capacity(extraction.facts.len());
    for (n, fact) in extraction.facts.iter().enumerate() {
        let code = &codebook()[fact.code];
        let source = clean.text.to_source(&fact.span);
        let mut row = Map::new();
        row.insert("id".into(), id.clone());
        for (key, value) in [
            ("fact_no", json!(n + 1)),
            ("subject", json!(fact.subject)),
            ("indicator", json!(code.indicator)),
            ("dimension", json!(code.dimension)),
            ("category", json!(code.category)),
            ("applicant", json!(fact.applicant.as_str())),
            ("period", json!(fact.period.as_str())),
            ("value", json!(fact.value)),
            ("qualifier", json!(fact.qualifier.as_str())),
            ("value_text", json!(document.text.get(source).unwrap_or_default())),
            ("rule", json!(fact.rule)),
            ("selected", json!(checks.selected[n])),
        ] {
            row.insert(key.into(), value);
        }
        rows.push(row);
    }
    rows
}

pub(super) fn identify(_: &IdentifyArguments) -> anyhow::Result<Status> {
    each_line(|number, page: Page, out| {
        let hints = Hints {
            title: Some(&page.title).filter(|t| !t.is_empty()).map(|t| t.as_str()),
            address: Some(page.url.as_str()),
            charset: None,
        };
        let clean = match read::from_text(&page.context, &hints) {
            Ok(document) => repair(&document),
            // A page may have nothing but a title.
            Err(_) => repair(&Document {
                title: hints.title.map(str::to_owned),
                address: hints.address.map(str::to_owned),
                ..Document::default()
            }),
        };
        let mut row = identity_row(&clean);
        row.insert("id".into(), page.id.unwrap_or_else(|| json!(number)));
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")?;
        Ok(())
    })
}

fn identity_row(clean: &Clean) -> Map<String, Value> {
    let identity = identify::identify(clean);
    let mut row = Map::new();
    for (key, value) in [
        ("is_annual_report", json!(identity.genre == Genre::AnnualReport)),
        (
            "genre",
            json!(match identity.genre {
                Genre::AnnualReport => "annual_report",
                Genre::Other(reason) => reason,
            }),
        ),
        ("year", json!(identity.year)),
        ("org", json!(identity.org)),
        ("org_kind", json!(identity.org_kind.map(identify::OrgKind::as_str))),
        ("body_id", json!(identity.body_id)),
        ("region_code", json!(identity.region_code)),
        ("region_name", json!(identity.region_name)),
        ("province", json!(identity.province)),
        ("city", json!(identity.city)),
        ("county", json!(identity.county)),
        ("township", json!(identity.township)),
        ("published", json!(identity.published.map(|d| d.to_string()))),
        ("confidence", json!(identity.confidence)),
        ("evidence", json!(identity.evidence)),
    ] {
        row.insert(key.into(), value);
    }
    row
}

/// Reads standard input line by line. An unreadable line is named, and the run goes on.
fn each_line<T: for<'a> Deserialize<'a>>(mut take: impl FnMut(usize, T, &mut dyn Write) -> anyhow::Result<()>) -> anyhow::Result<Status> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut status = Status::Done;
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if input.read_until(b'\n', &mut line).context("standard input cannot be read")? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice(&line) {
            Ok(value) => take(number, value, &mut out).context("standard output cannot be written")?,
            Err(error) => {
                eprintln!("ogi: line {number} of standard input is no JSON object of the expected fields: {error}");
                status = Status::InputFailed;
            }
        }
    }
    out.flush().context("standard output cannot be written")?;
    Ok(status)
}
