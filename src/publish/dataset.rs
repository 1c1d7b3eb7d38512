//! A published dataset, read back.

use std::fs::File;
use std::path::{Path, PathBuf};

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::errors::ParquetError;
use arrow::array::RecordBatch;

use super::PublishError;
use crate::schema::{Row, Table};

/// A published dataset: one whole build, also while a new one takes its place.
#[derive(Debug)]
pub struct Dataset {
    folder: PathBuf,
}

impl Dataset {
    /// Opens the dataset at a place.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(place: &Path) -> Result<Self, PublishError> {
        // The link is followed once, so that all tables are of one build.
        let folder = place.canonicalize().map_err(PublishError::io("open", place))?;
        if folder.join("manifest.json").is_file() { Ok(Self { folder }) } else { Err(PublishError::NoDataset { path: place.to_owned() }) }
    }

    /// The rows of a table in batches, with the columns named; with none named, all.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn batches(
        &self,
        table: &Table,
        columns: &[&str],
    ) -> Result<impl Iterator<Item = Result<RecordBatch, PublishError>> + use<>, PublishError> {
        let path = self.folder.join(format!("{}.parquet", table.name));
        let damaged = |source: ParquetError| PublishError::Damaged { path: path.clone(), source };
        let file = File::open(&path).map_err(PublishError::io("open", &path))?;
        let mut builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged)?;
        if !columns.is_empty() {
            let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
            builder = builder.with_projection(mask);
        }
        let batches = builder.build().map_err(damaged)?;
        Ok(batches.map(move |batch| batch.map_err(|source| PublishError::Damaged { path: path.clone(), source: source.into() })))
    }

    /// All rows of a table.
    ///
    /// # Errors
    /// When the table cannot be read, or has other columns.
    pub fn rows<R: Row>(&self) -> Result<Vec<R>, PublishError> {
        let mut rows = Vec::new();
        for batch in self.batches(R::TABLE, &[])? {
            let path = self.folder.join(format!("{}.parquet", R::TABLE.name));
            rows.extend(R::read(&batch?).map_err(|source| PublishError::Damaged { path, source: source.into() })?);
        }
        Ok(rows)
    }
}
