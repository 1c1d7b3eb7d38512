//! Tables as Parquet files.
//!
//! zstd, dictionaries, statistics by page; nothing in a file depends on clock, machine or threads.

use std::marker::PhantomData;
use std::path::PathBuf;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::SortingColumn;
use ::parquet::file::properties::WriterProperties;
use arrow::array::RecordBatch;

use super::PublishError;
use super::file::{HashedFile, Written};
use super::folder::Publication;
use crate::schema::{Row, RowBuilder, Table};

/// Rows given to the encoder at once.
const BATCH: usize = 4096;
/// Most rows of a row group: bounds what is buffered, and lets readers skip.
const GROUP: usize = 64 * 1024;

/// Writes the rows of a table of the field table.
pub type TableWriter<R> = RowWriter<R, <R as Row>::Builder>;

/// Writes the rows of a table in the order given.
pub struct RowWriter<R, B> {
    table: &'static Table,
    path: PathBuf,
    writer: ArrowWriter<HashedFile>,
    builder: B,
    pending: usize,
    rows: u64,
    row: PhantomData<fn(R)>,
}

impl<R: Row> TableWriter<R> {
    /// Begins the table's file. `order` names the columns by which the rows come sorted, nulls first.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn create(publication: &Publication, order: &[&str]) -> Result<Self, PublishError> {
        Self::of(publication, R::TABLE, R::builder(), order)
    }
}

impl<R, B: RowBuilder<R>> RowWriter<R, B> {
    /// Begins the file of a table whose columns `builder` collects, as [`TableWriter::create`] does.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn of(publication: &Publication, table: &'static Table, builder: B, order: &[&str]) -> Result<Self, PublishError> {
        let file = HashedFile::create(publication.folder(), &format!("{}.parquet", table.name))?;
        let path = file.path().to_owned();
        let writer = ArrowWriter::try_new(file, table.schema(), Some(properties(table, order))).map_err(PublishError::parquet(&path))?;
        Ok(Self { table, path, writer, builder, pending: 0, rows: 0, row: PhantomData })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When rows cannot be written.
    pub fn push(&mut self, row: &R) -> Result<(), PublishError> {
        self.builder.push(row);
        self.pending += 1;
        self.rows += 1;
        if self.pending == BATCH { self.encode() } else { Ok(()) }
    }

    /// Ends the row group, so that readers find the rows to come apart from those before.
    ///
    /// # Errors
    /// When rows cannot be written.
    pub fn end_group(&mut self) -> Result<(), PublishError> {
        self.encode()?;
        self.writer.flush().map_err(PublishError::parquet(&self.path))
    }

    fn encode(&mut self) -> Result<(), PublishError> {
        if self.pending == 0 {
            return Ok(());
        }
        self.pending = 0;
        RecordBatch::try_new(self.table.schema(), self.builder.columns())
            .map_err(ParquetError::from)
            .and_then(|batch| self.writer.write(&batch))
            .map_err(PublishError::parquet(&self.path))
    }

    /// Ends the file and makes it durable.
    ///
    /// # Errors
    /// When rows cannot be written.
    pub fn finish(mut self) -> Result<Written, PublishError> {
        self.encode()?;
        let file = self.writer.into_inner().map_err(PublishError::parquet(&self.path))?;
        file.finish(Some(self.rows))
    }
}

fn properties(table: &Table, order: &[&str]) -> WriterProperties {
    let place = |name: &&str| table.fields.iter().position(|field| field.name == *name).and_then(|at| i32::try_from(at).ok());
    let sorting =
        order.iter().filter_map(place).map(|column_idx| SortingColumn { column_idx, descending: false, nulls_first: true }).collect();
    WriterProperties::builder()
        .set_created_by(concat!("ogi ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(GROUP))
        .set_sorting_columns(Some(sorting))
        .build()
}
