//! Reading: what bytes are, and a document of blocks made of them. Knows no other room.

mod model;

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

/// Makes a document of bytes, by their content.
///
/// # Errors
/// When the content is of no kind that is read, or holds nothing.
pub fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    let _ = bytes;
    Err(ReadError::Empty)
}
