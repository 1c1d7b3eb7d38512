//! Reading: what bytes are, and a document of blocks made of them. Knows no other room.

mod archive;
mod biff;
mod commas;
mod decode;
mod docx;
mod draft;
mod entry;
mod error;
mod furniture;
mod html;
mod input;
mod kind;
pub mod limits;
mod model;
mod number_format;
mod numbering;
mod page_number;
mod parquet;
mod pdf;
mod records;
mod sheet;
mod text;
mod warc;
mod worker;

pub use entry::{Content, Entry};
pub use error::ReadError;
pub use input::{InputError, Options, Sink, visit, visit_records};
pub use model::{Block, BlockKind, Cell, Document, Furniture, Grid, Span};
pub use worker::{Reader, serve};

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

use archive::{Archive, Purpose};
use kind::Kind;

/// What is known of a document beside its bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hints<'a> {
    /// Title that a container gives.
    pub title: Option<&'a str>,
    /// Address that a container gives.
    pub address: Option<&'a str>,
    /// Encoding that a container declares.
    pub charset: Option<&'a str>,
}

/// Makes a document of bytes, by their content, in this process: see [`Reader`] for bytes that may be hostile.
///
/// # Errors
/// When the content is of no kind that is read, or holds nothing.
pub fn read(bytes: &[u8], hints: &Hints) -> Result<Document, ReadError> {
    limits::document_bytes(bytes.len() as u64)?;
    match kind::kind_of(bytes) {
        Kind::Text => read_text(bytes, hints),
        Kind::Pdf => apart("PDF document", || pdf::document(bytes, hints)),
        Kind::Zip => apart("office document", || read_zip(bytes, hints)),
        Kind::Ole => apart("office document", || read_ole(bytes, hints)),
        Kind::Gzip => Err(ReadError::Unsupported("gzip data")),
        Kind::Zstd => Err(ReadError::Unsupported("Zstandard data")),
        Kind::Parquet => Err(ReadError::Unsupported("a Parquet table")),
        Kind::Warc => Err(ReadError::Unsupported("a web archive")),
        Kind::Other(name) => Err(ReadError::Unsupported(name)),
    }
}

/// Does work that other people's readers share in. A mistake of theirs on damaged bytes, which would end
/// the thread, is a damaged document.
fn apart(what: &'static str, work: impl FnOnce() -> Result<Document, ReadError>) -> Result<Document, ReadError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(ReadError::Damaged { what, detail: "its parts contradict each other".to_owned() }))
}

fn read_zip(bytes: &[u8], hints: &Hints) -> Result<Document, ReadError> {
    let mut archive = Archive::open(Cursor::new(bytes), limits::OFFICE_BYTES).map_err(|error| match error {
        // The index of an archive is its end, with a remark of at most 64 KiB behind it.
        ReadError::Damaged { what, .. } if !bytes[bytes.len().saturating_sub(65_557)..].windows(4).any(|w| w == b"PK\x05\x06") => {
            ReadError::Truncated { what, detail: "it has no index at its end".to_owned() }
        }
        error => error,
    })?;
    match archive.purpose() {
        Purpose::Docx => docx::document(&mut archive, hints),
        Purpose::Xlsx => sheet::xlsx(bytes, hints),
        Purpose::Other(name) => Err(ReadError::Unsupported(name)),
        Purpose::Container => Err(ReadError::Unsupported("an archive within an archive")),
    }
}

fn read_ole(bytes: &[u8], hints: &Hints) -> Result<Document, ReadError> {
    match kind::ole_stream(bytes) {
        Some("Workbook" | "Book") => sheet::xls(bytes, hints),
        Some("EncryptedPackage") => Err(ReadError::Encrypted("Office document")),
        Some("PowerPoint Document") => Err(ReadError::Unsupported("a presentation")),
        Some(_) => Err(ReadError::LegacyDoc),
        None => Err(ReadError::Unsupported("a compound file of no known kind")),
    }
}

fn read_text(bytes: &[u8], hints: &Hints) -> Result<Document, ReadError> {
    limits::text_bytes(bytes.len())?;
    let decoded = decode::decode(bytes, hints.charset)?;
    let document = if kind::is_html(&decoded.text) { from_html(&decoded.text, hints) } else { text::document(decoded.text, hints) }?;
    Ok(Document { charset: decoded.charset, charset_rule: decoded.rule, undecodable: decoded.undecodable, ..document })
}

/// Makes a document of plain text: lines, and tables drawn with pipes or tabs.
///
/// # Errors
/// When it holds nothing, or more than is read.
pub fn from_text(text: &str, hints: &Hints) -> Result<Document, ReadError> {
    limits::text_bytes(text.len())?;
    text::document(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(), hints)
}

/// Makes a document of HTML that is decoded already.
///
/// # Errors
/// When it holds nothing, or more than is read.
pub fn from_html(html: &str, hints: &Hints) -> Result<Document, ReadError> {
    limits::text_bytes(html.len())?;
    let document = html::document(html.strip_prefix('\u{feff}').unwrap_or(html), hints)?;
    Ok(Document { charset: "UTF-8", charset_rule: "utf-8", ..document })
}
