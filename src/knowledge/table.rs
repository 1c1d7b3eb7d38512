//! Embedded CSV tables: rows with their lines.

use serde::de::DeserializeOwned;

/// A mistake in the data under `data/`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("data/{file}, line {line}: {message}")]
pub struct KnowledgeError {
    /// Path under `data/`.
    pub file: &'static str,
    /// Line, from 1.
    pub line: u64,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A CSV file under `data/`, embedded in the executable.
#[derive(Clone, Copy, Debug)]
pub struct DataTable {
    /// Path under `data/`.
    pub file: &'static str,
    /// Its content.
    pub content: &'static str,
}

impl DataTable {
    /// All rows, each with its line. Lines that begin with `#` are remarks.
    ///
    /// # Errors
    /// The first row that does not fit `T`.
    pub fn rows<T: DeserializeOwned>(&self) -> Result<Vec<(u64, T)>, KnowledgeError> {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(self.content.as_bytes());
        let headers = reader.headers().map_err(|e| self.error(1, e.to_string()))?.clone();
        let mut rows = Vec::new();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|e| self.error(e.position().map_or(0, csv::Position::line), e.to_string()))? {
            let line = record.position().map_or(0, csv::Position::line);
            rows.push((line, record.deserialize(Some(&headers)).map_err(|e| self.error(line, e.to_string()))?));
        }
        Ok(rows)
    }

    /// A mistake at a line of this file.
    pub fn error(&self, line: u64, message: impl Into<String>) -> KnowledgeError {
        KnowledgeError { file: self.file, line, message: message.into() }
    }
}

/// Embeds a file of `data/` by its path below it.
macro_rules! data_table {
    ($file:literal) => {
        crate::knowledge::DataTable { file: $file, content: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/", $file)) }
    };
}
pub(crate) use data_table;
