//! What inputs hold: documents to read, and those that cannot be reached.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Document, Hints, ReadError, Reader, from_html, from_text, limits};

/// One document of an input, not read yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Path relative to the input root with `/`, or the address that a container gives.
    pub source: String,
    /// Place in a container; empty for a file of its own. Where `source` is an address, the path of the
    /// container stands before the place: `crawl/2016.ndjson#17`.
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

impl Entry {
    /// A document that is a file of its own.
    pub(super) fn file(source: String, path: PathBuf) -> Self {
        Self::of(source, String::new(), Content::File(path))
    }

    /// A document of which a container gives nothing but the content.
    pub(super) fn of(source: String, member: String, content: Content) -> Self {
        Self { source, member, title: None, address: None, charset: None, content }
    }

    /// The bytes of the document: what its hash is taken over.
    ///
    /// # Errors
    /// When it cannot be reached, or is longer than is read.
    pub fn bytes(&self) -> Result<Cow<'_, [u8]>, ReadError> {
        match &self.content {
            Content::File(path) => file_bytes(path).map(Cow::Owned),
            Content::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
            Content::Text(text) | Content::Html(text) => Ok(Cow::Borrowed(text.as_bytes())),
            Content::Broken(error) => Err(error.clone()),
        }
    }

    /// What the container gives beside the content.
    pub fn hints(&self) -> Hints<'_> {
        // A field that is there and blank says nothing.
        let [title, address, charset] =
            [&self.title, &self.address, &self.charset].map(|field| field.as_deref().filter(|text| !text.trim().is_empty()));
        Hints { title, address, charset }
    }

    /// Makes a document of `bytes`, which are those of [`Entry::bytes`].
    ///
    /// # Errors
    /// When the content is of no kind that is read, holds nothing, or ends its worker.
    pub fn document(&self, bytes: &[u8], reader: &Reader) -> Result<Document, ReadError> {
        let hints = self.hints();
        match &self.content {
            Content::File(_) | Content::Bytes(_) => reader.read(bytes, &hints),
            Content::Text(text) => from_text(text, &hints),
            Content::Html(html) => from_html(html, &hints),
            Content::Broken(error) => Err(error.clone()),
        }
    }
}

fn file_bytes(path: &Path) -> Result<Vec<u8>, ReadError> {
    let unreachable = |error: std::io::Error| ReadError::Unreachable(error.to_string());
    let file = File::open(path).map_err(unreachable)?;
    let length = file.metadata().map_err(unreachable)?.len();
    limits::document_bytes(length)?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    // A file may grow while it is read.
    file.take(limits::DOCUMENT_BYTES + 1).read_to_end(&mut bytes).map_err(unreachable)?;
    limits::document_bytes(bytes.len() as u64)?;
    Ok(bytes)
}
