//! What inputs hold: documents to read, and those that cannot be reached.

use std::path::PathBuf;

use super::ReadError;

/// One document of an input, not read yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Path relative to the input root with `/`, or the address that a container gives.
    pub source: String,
    /// Place in a container; empty for a file of its own.
    pub member: String,
    /// Title that a container gives beside the content.
    pub title: Option<String>,
    /// Address that a container gives.
    pub address: Option<String>,
    /// Encoding that a container declares (an HTTP header).
    pub charset: Option<String>,
    /// The content, or where it is.
    pub content: Content,
}

/// The content of a document, or where it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A file, read by whoever processes the entry.
    File(PathBuf),
    /// Bytes out of a container.
    Bytes(Vec<u8>),
    /// Text out of a container's text column.
    Text(String),
    /// HTML out of a container's HTML column.
    Html(String),
    /// It could not be reached: a rejected document of its own.
    Broken(ReadError),
}
