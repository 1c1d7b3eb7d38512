//! Parquet tables with a column of text or HTML.

use std::fs::File;
use std::ops::ControlFlow;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::input::{Options, Sink};
use super::records::{Container, Fields, Places, content_of};
use super::{Content, Entry, ReadError};

/// Rows that are in memory at once: documents can be long.
const BATCH: usize = 64;

/// Hands every row to `sink`. A table that cannot be read to its end is an entry of its own.
pub(super) fn rows(file: File, container: &Container, options: &Options, sink: &mut Sink) -> ControlFlow<()> {
    let damaged = |detail: String| {
        let error = match detail.contains("Disabled feature") {
            true => ReadError::Unsupported("a Parquet table compressed otherwise than by Snappy or Zstandard"),
            false => ReadError::Damaged { what: "Parquet table", detail },
        };
        container.entry(Content::Broken(error))
    };
    let (reader, names) = match open(file, options) {
        Ok(Some(opened)) => opened,
        Ok(None) => {
            let error = ReadError::Malformed("it has no column `text` or `html`; say which column holds the documents".to_owned());
            return sink(container.entry(Content::Broken(error)));
        }
        Err(error) => return sink(damaged(error.to_string())),
    };
    let fields = Fields::find(options, |name| names.iter().any(|known| known == name));
    let mut places = Places::new(container);
    let mut number = 0;
    for batch in reader {
        let columns = batch.and_then(|batch| Columns::of(&batch, &fields));
        let columns = match columns {
            Ok(columns) => columns,
            Err(error) => return sink(damaged(format!("row {}: {error}", number + 1))),
        };
        for row in 0..columns.rows {
            number += 1;
            sink(columns.entry(row, number, &mut places))?;
        }
    }
    ControlFlow::Continue(())
}

/// Opens a table for the columns that are needed; `None` where it has no documents.
fn open(file: File, options: &Options) -> parquet::errors::Result<Option<(ParquetRecordBatchReader, Vec<String>)>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let names: Vec<String> = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    let fields = Fields::find(options, |name| names.iter().any(|known| known == name));
    if fields.text.is_none() && fields.html.is_none() {
        return Ok(None);
    }
    let needed = fields.names();
    let roots = names.iter().enumerate().filter(|(_, name)| needed.contains(&name.as_str())).map(|(at, _)| at);
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
    let reader = builder.with_projection(mask).with_batch_size(BATCH).build()?;
    Ok(Some((reader, names)))
}

/// The columns of a batch, as text.
struct Columns {
    rows: usize,
    text: Option<ArrayRef>,
    html: Option<ArrayRef>,
    id: Option<ArrayRef>,
    title: Option<ArrayRef>,
    address: Option<ArrayRef>,
}

impl Columns {
    fn of(batch: &RecordBatch, fields: &Fields) -> Result<Self, arrow::error::ArrowError> {
        let column = |name: Option<&str>| {
            name.and_then(|name| batch.column_by_name(name)).map(|column| match column.data_type() {
                // Bytes are decoded as those of a file are.
                DataType::Binary | DataType::LargeBinary | DataType::BinaryView => cast(column, &DataType::LargeBinary),
                _ => cast(column, &DataType::LargeUtf8),
            })
        };
        Ok(Self {
            rows: batch.num_rows(),
            text: column(fields.text).transpose()?,
            html: column(fields.html).transpose()?,
            id: column(fields.id).transpose()?,
            title: column(fields.title).transpose()?,
            address: column(fields.address).transpose()?,
        })
    }

    fn entry(&self, row: usize, number: u64, places: &mut Places) -> Entry {
        let bytes = [&self.html, &self.text].into_iter().flatten().find_map(|column| {
            let bytes = column.as_binary_opt::<i64>()?;
            (!bytes.is_null(row)).then(|| bytes.value(row).to_vec())
        });
        let content = match bytes {
            Some(bytes) => Content::Bytes(bytes),
            None => content_of(value(&self.html, row), value(&self.text, row)),
        };
        places.entry(value(&self.id, row), number, value(&self.address, row), value(&self.title, row), content)
    }
}

fn value(column: &Option<ArrayRef>, row: usize) -> Option<String> {
    let texts = column.as_ref()?.as_string_opt::<i64>()?;
    (!texts.is_null(row)).then(|| texts.value(row).to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};
    use std::sync::Arc;

    use arrow::array::{BinaryArray, Int64Array, StringArray};
    use parquet::arrow::ArrowWriter;

    use super::*;

    type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

    /// The entries of a table, or of its first `cut` bytes.
    fn read(columns: Vec<(&str, ArrayRef)>, cut: usize) -> Outcome<Vec<String>> {
        let batch = RecordBatch::try_from_iter(columns)?;
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None)?;
        writer.write(&batch)?;
        let bytes = writer.into_inner()?;
        let path = std::env::temp_dir().join(format!("ogi-parquet-{}-{cut}-{}", std::process::id(), bytes.len()));
        let mut file = File::options().create(true).truncate(true).write(true).read(true).open(&path)?;
        file.write_all(&bytes[..bytes.len().min(cut)])?;
        file.rewind()?;
        let container = Container { source: "a.parquet".to_owned(), inner: String::new() };
        let mut found = Vec::new();
        let _ = rows(file, &container, &Options::default(), &mut |entry| {
            let content = match entry.content {
                Content::Broken(error) => error.reason().to_owned(),
                content => format!("{content:?}"),
            };
            found.push(format!("{} {} {content}", entry.source, entry.member));
            ControlFlow::Continue(())
        });
        std::fs::remove_file(path)?;
        Ok(found)
    }

    #[test]
    fn rows_are_documents() -> Outcome<()> {
        let id: ArrayRef = Arc::new(Int64Array::from(vec![7, 8]));
        let url: ArrayRef = Arc::new(StringArray::from(vec![None, Some("http://h/p")]));
        let html: ArrayRef = Arc::new(StringArray::from(vec!["<p>一</p>", "<p>二</p>"]));
        let columns = vec![("id", id.clone()), ("other", id.clone()), ("url", url), ("html", html)];
        assert_eq!(read(columns, usize::MAX)?, ["a.parquet 7 Html(\"<p>一</p>\")", "http://h/p a.parquet#8 Html(\"<p>二</p>\")"]);
        let bytes: ArrayRef = Arc::new(BinaryArray::from(vec![b"x".as_slice(), b"y"]));
        assert_eq!(read(vec![("content", bytes)], usize::MAX)?, ["a.parquet 1 Bytes([120])", "a.parquet 2 Bytes([121])"]);
        assert_eq!(read(vec![("other", id.clone())], usize::MAX)?, ["a.parquet  malformed"]);
        assert_eq!(read(vec![("text", id)], 90)?, ["a.parquet  damaged"]);
        Ok(())
    }
}
