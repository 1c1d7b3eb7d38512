//! A published build, opened to be read.

use std::fs::File;
use std::path::{Path, PathBuf};

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ParquetRecordBatchReaderBuilder, RowSelection, RowSelector};
use ::parquet::errors::ParquetError;
use arrow::array::{AsArray, RecordBatch};

use super::PublishError;
use super::file::hash_of;
use super::folder::MANIFEST;
use super::manifest::Manifest;
use crate::schema::{Row, Table};

/// A published build.
#[derive(Clone, Debug)]
pub struct Build {
    folder: PathBuf,
    manifest: Manifest,
}

impl Build {
    /// Opens the build that stands at `dir` now. A link is followed once, so that a build published
    /// meanwhile is not mixed in.
    ///
    /// # Errors
    /// When there is no manifest or none that can be read.
    pub fn open(dir: &Path) -> Result<Self, PublishError> {
        let folder = dir.canonicalize().map_err(PublishError::io("open", dir))?;
        let path = folder.join(MANIFEST);
        if !path.is_file() {
            return Err(PublishError::NoDataset { path: dir.to_owned() });
        }
        let text = std::fs::read(&path).map_err(PublishError::io("read", &path))?;
        let manifest = serde_json::from_slice(&text).map_err(|error| PublishError::io("read", &path)(error.into()))?;
        Ok(Self { folder, manifest })
    }

    /// A build that is written but not published yet.
    pub(super) fn unpublished(folder: &Path, manifest: Manifest) -> Self {
        Self { folder: folder.to_owned(), manifest }
    }

    /// What the build says it was made from and holds.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether the build has a table.
    pub fn has(&self, table: &Table) -> bool {
        self.path(table).is_file()
    }

    fn path(&self, table: &Table) -> PathBuf {
        self.folder.join(format!("{}.parquet", table.name))
    }

    /// Files that are not as the manifest says: path, and what is wrong.
    pub fn damaged(&self) -> Vec<(String, String)> {
        let mut damaged = Vec::new();
        for written in &self.manifest.outputs {
            match hash_of(&self.folder.join(&written.path)) {
                Ok(hash) if hash == written.sha256 => {}
                Ok(hash) => damaged.push((written.path.clone(), format!("has the hash {hash}, not {}", written.sha256))),
                Err(error) => damaged.push((written.path.clone(), error.to_string())),
            }
        }
        damaged
    }

    /// Columns of a table, batch by batch in the order of its rows; with none named, all.
    ///
    /// # Errors
    /// When the file cannot be opened; a batch that cannot be read is an error in its turn.
    pub fn batches(
        &self,
        table: &Table,
        columns: &[&str],
    ) -> Result<impl Iterator<Item = Result<RecordBatch, PublishError>> + use<>, PublishError> {
        self.read(table, columns, None)
    }

    fn read(
        &self,
        table: &Table,
        columns: &[&str],
        selection: Option<RowSelection>,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, PublishError>> + use<>, PublishError> {
        let path = self.path(table);
        let file = File::open(&path).map_err(PublishError::io("open", &path))?;
        let mut reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(PublishError::damaged(&path))?;
        if !columns.is_empty() {
            let mask = ProjectionMask::columns(reader.parquet_schema(), columns.iter().copied());
            reader = reader.with_projection(mask);
        }
        if let Some(selection) = selection {
            reader = reader.with_row_selection(selection);
        }
        let batches = reader.build().map_err(PublishError::damaged(&path))?;
        Ok(batches.map(move |batch| batch.map_err(|error| PublishError::damaged(&path)(error.into()))))
    }

    /// Columns of those rows of a table whose text in the column `key` is one to keep; rows of one key stand
    /// side by side.
    ///
    /// # Errors
    /// When the file cannot be opened or has no such column; a batch that cannot be read is an error in its turn.
    pub fn batches_of(
        &self,
        table: &Table,
        columns: &[&str],
        key: &str,
        keep: &mut dyn FnMut(&str) -> bool,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, PublishError>> + use<>, PublishError> {
        let path = self.path(table);
        let mut selectors: Vec<RowSelector> = Vec::new();
        let mut add = |kept: bool| match selectors.last_mut() {
            Some(last) if last.skip != kept => last.row_count += 1,
            _ => selectors.push(if kept { RowSelector::select(1) } else { RowSelector::skip(1) }),
        };
        for batch in self.batches(table, &[key])? {
            let batch = batch?;
            let keys = batch.column_by_name(key).and_then(|column| column.as_string_opt::<i32>());
            let keys = keys.ok_or_else(|| PublishError::damaged(&path)(ParquetError::General(format!("no column {key}"))))?;
            let mut last: Option<(&str, bool)> = None;
            for text in keys.iter().map(Option::unwrap_or_default) {
                let kept = match last {
                    Some((known, kept)) if known == text => kept,
                    _ => keep(text),
                };
                last = Some((text, kept));
                add(kept);
            }
        }
        self.read(table, columns, Some(selectors.into()))
    }

    /// All rows of a table.
    ///
    /// # Errors
    /// When the table cannot be read, or has other columns.
    pub fn rows<R: Row>(&self) -> Result<Vec<R>, PublishError> {
        let mut rows = Vec::new();
        for batch in self.batches(R::TABLE, &[])? {
            rows.extend(R::read(&batch?).map_err(|error| PublishError::damaged(&self.path(R::TABLE))(error.into()))?);
        }
        Ok(rows)
    }
}
