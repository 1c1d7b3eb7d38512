//! Proof of a published build: its files by their hashes, its keys, and every fact's span in its source.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::process::source_text;
use super::select::half_hash;
use super::sorter::{Key, Sorter, SpillError, merge};
use crate::publish::{Build, PublishError};
use crate::read::{self, InputError};
use crate::schema::{FACTS, FINDINGS, MENTIONS, REPORTS, TABLES, Table};

/// Why a build cannot be verified at all.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The build cannot be read.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// An input cannot be read at all.
    #[error(transparent)]
    Input(#[from] InputError),
    /// Texts cannot be put aside.
    #[error(transparent)]
    Spill(#[from] SpillError),
    /// A table is not as the field table says.
    #[error("{table}.parquet is not as this version of ogi writes it ({what}); verify it with the version of its manifest")]
    Schema {
        /// The table.
        table: &'static str,
        /// What differs.
        what: String,
    },
}

/// What was looked at, and what is wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// Files whose hash was computed.
    pub files: usize,
    /// Keys that were compared.
    pub keys: u64,
    /// Spans that were read in their source.
    pub spans: u64,
    /// Reports whose document was not among the inputs.
    pub absent: u64,
    /// What is wrong, one line each.
    pub problems: Vec<String>,
}

/// Verifies hashes and keys of the build at `dir`.
///
/// # Errors
/// When the build cannot be read. What is wrong with it is in the verdict.
pub fn verify(dir: &Path) -> Result<Verdict, VerifyError> {
    let build = Build::open(dir)?;
    let mut verdict = Verdict { files: build.manifest().outputs.len(), ..Verdict::default() };
    verdict.problems.extend(build.damaged().into_iter().map(|(path, what)| format!("{path} {what}")));
    if !verdict.problems.is_empty() {
        // What a damaged file says of keys proves nothing.
        return Ok(verdict);
    }
    for &table in TABLES.iter().filter(|table| build.has(table)) {
        if [&FACTS, &MENTIONS, &FINDINGS].iter().any(|t| std::ptr::eq(*t, table)) {
            numbered(&build, table, &mut verdict)?;
        } else {
            unique(&build, table, &mut verdict)?;
        }
    }
    Ok(verdict)
}

/// Whether the key of each row stands once. Keeps 16 bytes a row.
fn unique(build: &Build, table: &'static Table, verdict: &mut Verdict) -> Result<(), VerifyError> {
    let mut seen = HashSet::new();
    for batch in build.batches(table, table.key)? {
        let batch = batch?;
        let columns = table.key.iter().map(|name| formatted(table, &batch, name)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let key: Vec<String> = columns.iter().map(|column| column.value(row).to_string()).collect();
            let parts: Vec<&[u8]> = key.iter().map(String::as_bytes).collect();
            verdict.keys += 1;
            if !seen.insert(half_hash(&parts)) {
                verdict.problems.push(format!("{} has two rows of {}", table.name, key.join(", ")));
            }
        }
    }
    Ok(())
}

/// Rows that belong to reports: in the order of reports, each numbered from 1. That proves their keys unique
/// and their reports known, and nothing is kept.
fn numbered(build: &Build, table: &'static Table, verdict: &mut Verdict) -> Result<(), VerifyError> {
    let mut reports = Reports::open(build)?;
    let mut last: Option<(String, i32)> = None;
    for batch in build.batches(table, table.key)? {
        let batch = batch?;
        let ids = column(table, &batch, table.key[0])?.as_string_opt::<i32>().ok_or_else(|| differs(table, table.key[0]))?;
        let numbers = column(table, &batch, table.key[1])?.as_primitive_opt::<Int32Type>().ok_or_else(|| differs(table, table.key[1]))?;
        for row in 0..batch.num_rows() {
            let (id, number) = (ids.value(row), numbers.value(row));
            verdict.keys += 1;
            let expected = match &last {
                Some((report, before)) if report == id => before + 1,
                _ => {
                    if !reports.advance_to(id) {
                        verdict.problems.push(format!("{} has rows of {id} out of the order of reports", table.name));
                        return Ok(());
                    }
                    1
                }
            };
            if number != expected {
                verdict.problems.push(format!("{} has {id} number {number} where {expected} follows", table.name));
            }
            last = Some((id.to_owned(), number));
        }
    }
    Ok(())
}

/// The ids of reports in their order.
struct Reports {
    ids: std::vec::IntoIter<String>,
}

impl Reports {
    fn open(build: &Build) -> Result<Self, VerifyError> {
        let mut ids = Vec::new();
        for batch in build.batches(&REPORTS, &["report_id"])? {
            let batch = batch?;
            let column = column(&REPORTS, &batch, "report_id")?.as_string_opt::<i32>().ok_or_else(|| differs(&REPORTS, "report_id"))?;
            ids.extend(column.iter().flatten().map(str::to_owned));
        }
        Ok(Self { ids: ids.into_iter() })
    }

    fn advance_to(&mut self, id: &str) -> bool {
        self.ids.any(|known| known == id)
    }
}

/// Verifies that every fact's span, cut out of the source text of its document, is its `value_text`.
///
/// Source texts are put aside in `work`, sorted by the order of reports, since inputs come in another.
///
/// # Errors
/// When the build or an input cannot be read, or texts cannot be put aside.
pub fn verify_spans(
    dir: &Path,
    inputs: &[PathBuf],
    options: &read::Options,
    work: &Path,
    verdict: &mut Verdict,
) -> Result<(), VerifyError> {
    let build = Build::open(dir)?;
    let mut order: HashMap<String, u32> = HashMap::new();
    for (id, place) in Reports::open(&build)?.ids.zip(0..) {
        order.insert(id, place);
    }
    // A document is known by the id of its first report; the texts of its further ones are the same.
    let mut further: HashMap<String, Vec<String>> = HashMap::new();
    for id in order.keys() {
        if let Some((first, _)) = id.split_once('-') {
            further.entry(first.to_owned()).or_default().push(id.clone());
        }
    }
    let mut texts = Sorter::new(work, "texts", super::DEFAULT_MEMORY)?;
    let mut failed = None;
    read::visit(inputs, options, &mut |entry| {
        let Some((first, text)) = source_text(&entry, &options.reader) else { return ControlFlow::Continue(()) };
        let others = further.remove(&first).unwrap_or_default();
        for id in std::iter::once(first).chain(others) {
            if let Some(place) = order.remove(&id)
                && let Err(error) = texts.push(Key::default().place(place), &(id, &text))
            {
                failed = Some(error);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })?;
    failed.map_or(Ok(()), Err)?;
    verdict.absent = order.len() as u64;

    let mut texts = merge(vec![texts])?;
    let mut current: Option<(String, Spans)> = None;
    for batch in build.batches(&FACTS, &["report_id", "fact_no", "value_text", "start", "end"])? {
        let batch = batch?;
        let text = |name| column(&FACTS, &batch, name)?.as_string_opt::<i32>().ok_or_else(|| differs(&FACTS, name));
        let place = |name| column(&FACTS, &batch, name)?.as_primitive_opt::<Int64Type>().ok_or_else(|| differs(&FACTS, name));
        let (ids, printed, starts, ends) = (text("report_id")?, text("value_text")?, place("start")?, place("end")?);
        for row in 0..batch.num_rows() {
            let id = ids.value(row);
            if order.contains_key(id) {
                continue;
            }
            while current.as_ref().is_none_or(|(known, _)| known != id) {
                let Some((known, text)) = texts.next_value::<(String, String)>()? else {
                    verdict.problems.push(format!("facts has rows of {id} out of the order of reports"));
                    return Ok(());
                };
                current = Some((known, Spans::new(text)));
            }
            verdict.spans += 1;
            let (start, end, printed) = (starts.value(row), ends.value(row), printed.value(row));
            if let Some((_, spans)) = &current
                && spans.cut(start, end) != Some(printed)
            {
                verdict.problems.push(format!("{id}: the source has not {printed:?} at {start}..{end}"));
            }
        }
    }
    Ok(())
}

/// A text with the byte of each code point.
struct Spans {
    text: String,
    bytes: Vec<usize>,
}

impl Spans {
    fn new(text: String) -> Self {
        let bytes = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        Self { text, bytes }
    }

    fn cut(&self, start: i64, end: i64) -> Option<&str> {
        let byte = |place: i64| self.bytes.get(usize::try_from(place).ok()?).copied();
        self.text.get(byte(start)?..byte(end)?)
    }
}

fn column<'a>(table: &'static Table, batch: &'a RecordBatch, name: &str) -> Result<&'a dyn Array, VerifyError> {
    batch.column_by_name(name).map(AsRef::as_ref).ok_or_else(|| differs(table, name))
}

fn formatted<'a>(table: &'static Table, batch: &'a RecordBatch, name: &str) -> Result<ArrayFormatter<'a>, VerifyError> {
    const OPTIONS: FormatOptions = FormatOptions::new();
    ArrayFormatter::try_new(column(table, batch, name)?, &OPTIONS).map_err(|_| differs(table, name))
}

fn differs(table: &'static Table, column: &str) -> VerifyError {
    VerifyError::Schema { table: table.name, what: format!("column {column}") }
}
