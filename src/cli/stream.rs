//! `ogi extract` and `ogi identify`: streams of rows in and out.

use std::io::{BufRead, Read, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::Context;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::ipc::writer::StreamWriter;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Status;
use crate::dataset::{Bundle, figures};
use crate::identify::{self, Genre, Identity};
use crate::read::{self, Content, Document, Entry, Hints, Reader, limits};
use crate::repair::{Clean, repair};
use crate::schema::{self, FACTS, FactRow, Row};

/// Arguments of `ogi extract`.
#[derive(Debug, Args)]
pub(super) struct ExtractArguments {
    /// Files and folders of documents; with none, NDJSON documents {"id","text"} on standard input,
    /// optionally with title, url, html
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Format of the rows
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,

    /// Add a line for each quantity of the text, claimed by a fact or not (NDJSON only)
    #[arg(long)]
    mentions: bool,
}

/// Arguments of `ogi identify`.
#[derive(Debug, Args)]
pub(super) struct IdentifyArguments {
    /// Format of the identities
    #[arg(long, value_enum, default_value_t = OneFormat::Ndjson)]
    format: OneFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object a line
    Ndjson,
    /// Arrow IPC stream
    Arrow,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OneFormat {
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

pub(super) fn extract(arguments: &ExtractArguments) -> anyhow::Result<Status> {
    anyhow::ensure!(
        !(arguments.mentions && arguments.format == Format::Arrow),
        "--mentions goes with --format ndjson: an Arrow stream has one schema"
    );
    let stdout = std::io::BufWriter::new(std::io::stdout().lock());
    let mut rows = match arguments.format {
        Format::Ndjson => Rows::Ndjson { out: stdout, mentions: arguments.mentions },
        Format::Arrow => Rows::Arrow(Box::new(StreamWriter::try_new(stdout, &stream_schema())?)),
    };
    let status = if arguments.inputs.is_empty() { extract_lines(&mut rows)? } else { extract_inputs(&arguments.inputs, &mut rows)? };
    rows.finish().context(STDOUT)?;
    Ok(status)
}

const STDOUT: &str = "standard output cannot be written";
const STDIN: &str = "standard input cannot be read";

fn extract_lines<W: Write>(rows: &mut Rows<W>) -> anyhow::Result<Status> {
    // A line holds text or HTML, which is read in this process.
    let reader = Reader::default();
    each_line(|number, line: Line| {
        let content = line.html.map_or(Content::Text(line.text), Content::Html);
        let id = line.id.unwrap_or_else(|| json!(number));
        let entry = Entry { source: id_text(&id), member: String::new(), title: line.title, address: line.url, charset: None, content };
        match figures(&entry, &reader) {
            Ok(bundles) => bundles.iter().try_for_each(|bundle| rows.push(&id, bundle)).map(|()| Status::Done),
            // Nothing is refused for what it is; a document without a text has no figures.
            Err(refusal) if refusal.reason == "empty" => Ok(Status::Done),
            Err(refusal) => {
                eprintln!("ogi: line {number} of standard input: {refusal}");
                Ok(Status::InputFailed)
            }
        }
    })
}

fn extract_inputs<W: Write>(inputs: &[PathBuf], rows: &mut Rows<W>) -> anyhow::Result<Status> {
    let mut status = Status::Done;
    let mut failed = None;
    let options = read::Options { reader: super::reader()?, ..read::Options::default() };
    read::visit(inputs, &options, &mut |entry| {
        let place = if entry.member.is_empty() { entry.source.clone() } else { format!("{}#{}", entry.source, entry.member) };
        match figures(&entry, &options.reader) {
            Ok(bundles) => {
                if let Err(error) = bundles.iter().try_for_each(|bundle| rows.push(&json!(place), bundle)) {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
            }
            Err(refusal) => {
                eprintln!("ogi: {}: {refusal}", place.escape_debug());
                status = Status::InputFailed;
            }
        }
        ControlFlow::Continue(())
    })?;
    failed.map_or(Ok(status), Err)
}

/// Where rows go.
enum Rows<W: Write> {
    Ndjson { out: W, mentions: bool },
    Arrow(Box<StreamWriter<W>>),
}

impl<W: Write> Rows<W> {
    fn push(&mut self, id: &Value, bundle: &Bundle) -> anyhow::Result<()> {
        match self {
            Self::Ndjson { out, mentions } => {
                for fact in &bundle.facts {
                    write_line(out, &with_id(id, fact.json()))?;
                }
                for mention in bundle.mentions.iter().filter(|_| *mentions) {
                    write_line(out, &with_id(id, mention.json()))?;
                }
            }
            Self::Arrow(writer) => writer.write(&stream_batch(id, &bundle.facts)?)?,
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Ndjson { mut out, .. } => out.flush()?,
            Self::Arrow(mut writer) => {
                writer.finish()?;
                writer.into_inner()?.flush()?;
            }
        }
        Ok(())
    }
}

fn write_line(out: &mut impl Write, row: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, row).context(STDOUT)?;
    out.write_all(b"\n").context(STDOUT)
}

/// A row with the id of its document in place of `report_id`.
fn with_id(id: &Value, row: Map<String, Value>) -> Map<String, Value> {
    let id = std::iter::once(("id".to_owned(), id.clone()));
    id.chain(row.into_iter().filter(|(name, _)| name != "report_id")).collect()
}

fn id_text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// The schema of facts with `id` in place of `report_id`.
fn stream_schema() -> Schema {
    let facts = FACTS.schema();
    let id = std::iter::once(Field::new("id", DataType::Utf8, false));
    Schema::new(id.chain(facts.fields().iter().skip(1).map(|f| f.as_ref().clone())).collect::<Vec<_>>())
}

fn stream_batch(id: &Value, facts: &[FactRow]) -> anyhow::Result<RecordBatch> {
    let batch = schema::batch(facts)?;
    let ids: ArrayRef = std::sync::Arc::new(StringArray::from(vec![id_text(id); facts.len()]));
    let columns = std::iter::once(ids).chain(batch.columns().iter().skip(1).cloned()).collect();
    Ok(RecordBatch::try_new(std::sync::Arc::new(stream_schema()), columns)?)
}

pub(super) fn identify(_: &IdentifyArguments) -> anyhow::Result<Status> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let status = each_line(|number, page: Page| {
        let id = page.id.clone().unwrap_or_else(|| json!(number));
        write_line(&mut out, &IdentityLine::new(id, &identify::identify(&clean_page(&page))))?;
        Ok(Status::Done)
    })?;
    out.flush().context(STDOUT)?;
    Ok(status)
}

fn clean_page(page: &Page) -> Clean {
    let title = Some(page.title.as_str()).filter(|t| !t.is_empty());
    let hints = Hints { title, address: Some(page.url.as_str()), charset: None };
    // A page may have nothing but a title.
    let titled = || Document { title: title.map(str::to_owned), address: Some(page.url.clone()), ..Document::default() };
    repair(&read::from_text(&page.context, &hints).unwrap_or_else(|_| titled()))
}

/// A line of `ogi identify`.
#[derive(Serialize)]
struct IdentityLine<'a> {
    id: Value,
    is_annual_report: bool,
    genre: &'static str,
    year: Option<i16>,
    org: Option<&'a str>,
    org_kind: Option<&'static str>,
    body_id: Option<&'a str>,
    region_code: Option<&'a str>,
    region_name: Option<&'a str>,
    province: Option<&'a str>,
    city: Option<&'a str>,
    county: Option<&'a str>,
    township: Option<&'a str>,
    published: Option<String>,
    confidence: f64,
    evidence: &'a [String],
    /// The regions among which nothing decides.
    region_choices: &'a [String],
}

impl<'a> IdentityLine<'a> {
    fn new(id: Value, identity: &'a Identity) -> Self {
        Self {
            id,
            is_annual_report: identity.genre == Genre::AnnualReport,
            genre: match identity.genre {
                Genre::AnnualReport => "annual_report",
                Genre::Other(reason) => reason,
            },
            year: identity.year,
            org: identity.org.as_deref(),
            org_kind: identity.org_kind.map(identify::OrgKind::as_str),
            body_id: identity.body_id.as_deref(),
            region_code: identity.region_code.as_deref(),
            region_name: identity.region_name.as_deref(),
            province: identity.province.as_deref(),
            city: identity.city.as_deref(),
            county: identity.county.as_deref(),
            township: identity.township.as_deref(),
            published: identity.published.map(|day| day.to_string()),
            confidence: identity.confidence,
            evidence: &identity.evidence,
            region_choices: &identity.region_choices,
        }
    }
}

/// Reads standard input line by line. An unreadable line is named, and the run goes on.
fn each_line<T: for<'a> Deserialize<'a>>(mut take: impl FnMut(usize, T) -> anyhow::Result<Status>) -> anyhow::Result<Status> {
    let mut status = Status::Done;
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let longest = limits::DOCUMENT_BYTES;
        if input.by_ref().take(longest + 1).read_until(b'\n', &mut line).context(STDIN)? == 0 {
            break;
        }
        if line.len() as u64 > longest {
            eprintln!("ogi: line {number} of standard input is longer than {longest} bytes and was left out");
            status = Status::InputFailed;
            if !line.ends_with(b"\n") {
                input.skip_until(b'\n').context(STDIN)?;
            }
            continue;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let taken = match serde_json::from_slice(&line) {
            Ok(value) => take(number, value)?,
            Err(error) => {
                eprintln!("ogi: line {number} of standard input is no JSON object of the expected fields: {error}");
                Status::InputFailed
            }
        };
        if taken != Status::Done {
            status = taken;
        }
    }
    Ok(status)
}
