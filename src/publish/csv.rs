//! Tables for people, as spreadsheets open them: UTF-8 with a byte order mark.

use super::PublishError;
use super::file::{HashedFile, Written};
use super::folder::Publication;

/// A cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Text, which may come from a document.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// A number; blank where it is missing.
    Number(Option<f64>),
}

/// Writes a table of `summary/`.
pub struct CsvTable {
    writer: csv::Writer<HashedFile>,
    path: std::path::PathBuf,
    rows: u64,
}

impl CsvTable {
    /// Begins `summary/NAME.csv` with a row of headers.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn create(publication: &Publication, name: &str, headers: &[String]) -> Result<Self, PublishError> {
        use std::io::Write as _;
        let mut file = HashedFile::create(publication.folder(), &format!("summary/{name}.csv"))?;
        let path = file.path().to_owned();
        file.write_all("\u{feff}".as_bytes()).map_err(PublishError::io("write", &path))?;
        let mut table = Self { writer: csv::Writer::from_writer(file), path, rows: 0 };
        table.record(headers)?;
        Ok(table)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn push(&mut self, cells: &[Cell]) -> Result<(), PublishError> {
        self.rows += 1;
        self.record(cells.iter().map(|cell| match *cell {
            Cell::Text(text) => harmless(text),
            Cell::Integer(number) => number.to_string(),
            Cell::Number(number) => number.map_or_else(String::new, |n| n.to_string()),
        }))
    }

    fn record<T: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = T>) -> Result<(), PublishError> {
        self.writer.write_record(cells).map_err(|error| PublishError::io("write", &self.path)(error.into()))
    }

    /// Ends the file and makes it durable.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(self) -> Result<Written, PublishError> {
        let path = self.path;
        let file =
            self.writer.into_inner().map_err(|error| PublishError::io("write", &path)(std::io::Error::other(error.error().to_string())))?;
        file.finish(Some(self.rows))
    }
}

/// A spreadsheet takes what begins with one of these characters for a formula: an apostrophe makes it text.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn formulas_become_text() {
        for text in ["=HYPERLINK(\"x\")", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        assert_eq!(harmless("某县人民政府"), "某县人民政府");
    }
}
