//! Why a document is not read: the closed list of reasons.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize};

/// Why a document could not be read.
///
/// The closed list of reasons of this stage, as [`ReadError::reason`] writes them into `rejects`:
///
/// | reason | the document |
/// | --- | --- |
/// | `empty` | holds nothing but blanks |
/// | `undecodable` | is text in no encoding that is known here, or too much of it is damaged |
/// | `unsupported` | is of a kind that no reader takes |
/// | `legacy_doc` | is a Word document of 1997 to 2003 |
/// | `no_text_layer` | is pictures of pages |
/// | `encrypted` | asks for a password |
/// | `truncated` | ends before its format says so |
/// | `damaged` | breaks the rules of its format |
/// | `too_large` | is above a limit of bytes, members, pages, cells or glyphs |
/// | `too_deep` | is nested above a limit |
/// | `unreachable` | cannot be opened: permission, a dangling link, a name that is gone |
/// | `link_outside` | is a link that leads out of the input |
/// | `link_loop` | is a link into a folder that it lies in |
/// | `link_only` | only links to an attachment that holds the report |
/// | `listing` | lists reports |
/// | `shell` | is a page without a body |
/// | `continuation` | is a later page of a report that begins in another document |
/// | `malformed` | is a record of a container that breaks the container's format |
/// | `out_of_memory` | takes more memory to read than a worker may have |
/// | `crashed` | ends the worker that reads it |
/// | `timed_out` | took longer than the last-resort clock allows; tried again by the next build |
/// | `no_worker` | was not read, since no worker could be started; tried again by the next build |
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadError {
    /// Nothing but blanks.
    #[error("the document is empty")]
    Empty,
    /// Too many characters that no known encoding explains.
    #[error("{undecodable} of {characters} characters could not be decoded; give the text as UTF-8")]
    Undecodable {
        /// Characters that were lost.
        undecodable: usize,
        /// All characters beside ASCII.
        characters: usize,
    },
    /// A kind of document that no reader takes.
    #[error("the content is {0}, which is not read; give text, HTML, PDF with a text layer, DOCX, XLSX or XLS")]
    Unsupported(#[serde(deserialize_with = "word")] Word),
    /// A Word document of 1997 to 2003.
    #[error("the content is a Word document of 1997 to 2003 (.doc), which is not read; save it as .docx")]
    LegacyDoc,
    /// Pages without text.
    #[error("the {pages} pages are pictures without a text layer; recognise the text first")]
    NoTextLayer {
        /// How many pages.
        pages: usize,
    },
    /// It asks for a password.
    #[error("the {0} is encrypted; save it without a password")]
    Encrypted(#[serde(deserialize_with = "word")] Word),
    /// It ends too early.
    #[error("the {what} ends too early: {detail}")]
    Truncated {
        /// The kind of content.
        #[serde(deserialize_with = "word")]
        what: Word,
        /// Where it ends.
        detail: String,
    },
    /// It breaks the rules of its format.
    #[error("the {what} is damaged: {detail}")]
    Damaged {
        /// The kind of content.
        #[serde(deserialize_with = "word")]
        what: Word,
        /// What is wrong.
        detail: String,
    },
    /// Above a limit on amounts of work.
    #[error("more than {limit} {what}")]
    TooLarge {
        /// What is counted.
        #[serde(deserialize_with = "word")]
        what: Word,
        /// How many are read.
        limit: u64,
    },
    /// Above a limit on nesting.
    #[error("{what} are nested more than {limit} deep")]
    TooDeep {
        /// What is nested.
        #[serde(deserialize_with = "word")]
        what: Word,
        /// How deep is read.
        limit: usize,
    },
    /// It cannot be opened.
    #[error("it cannot be opened: {0}")]
    Unreachable(String),
    /// A link out of the input.
    #[error("the link leads out of the input, to where nothing is read")]
    LinkOutside,
    /// A link into a folder it lies in.
    #[error("the link leads back into a folder that it lies in")]
    LinkLoop,
    /// A page that only links to its attachment.
    #[error("the page only links to an attachment ({0}); give the attachment")]
    LinkOnly(String),
    /// A page that lists documents.
    #[error("the page lists {0} documents and holds none")]
    Listing(usize),
    /// A page without a body.
    #[error("the page has no body: it is the frame of a site, or filled by a script")]
    Shell,
    /// A later page of a report.
    #[error("the page continues a report that begins at {0}; join the pages")]
    Continuation(String),
    /// A record that breaks its container's format.
    #[error("the record is malformed: {0}")]
    Malformed(String),
    /// It takes too much memory.
    #[error("reading takes more than {0} bytes of memory")]
    OutOfMemory(u64),
    /// It ends the process that reads it.
    #[error("the process that read it broke down: {0}")]
    Crashed(String),
    /// The last-resort clock.
    #[error("reading took longer than {0} seconds; the next build tries again")]
    TimedOut(u64),
    /// There is no process to read it.
    #[error("no process to read it could be started: {0}; the next build tries again")]
    NoWorker(String),
}

/// A word of this program. Where one comes from a worker, it is one of the same program.
pub(super) type Word = &'static str;

/// Takes a word that a worker sent for the one that it is.
pub(super) fn word<'de, D: Deserializer<'de>>(from: D) -> Result<Word, D::Error> {
    static KNOWN: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    let word = String::deserialize(from)?;
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known.get(word.as_str()) {
        return Ok(known);
    }
    // There are some dozens of them, however many documents are read.
    let word: Word = word.leak();
    known.insert(word);
    Ok(word)
}

impl ReadError {
    /// The reason for a row of `rejects`, of the closed list.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Undecodable { .. } => "undecodable",
            Self::Unsupported(_) => "unsupported",
            Self::LegacyDoc => "legacy_doc",
            Self::NoTextLayer { .. } => "no_text_layer",
            Self::Encrypted(_) => "encrypted",
            Self::Truncated { .. } => "truncated",
            Self::Damaged { .. } => "damaged",
            Self::TooLarge { .. } => "too_large",
            Self::TooDeep { .. } => "too_deep",
            Self::Unreachable(_) => "unreachable",
            Self::LinkOutside => "link_outside",
            Self::LinkLoop => "link_loop",
            Self::LinkOnly(_) => "link_only",
            Self::Listing(_) => "listing",
            Self::Shell => "shell",
            Self::Continuation(_) => "continuation",
            Self::Malformed(_) => "malformed",
            Self::OutOfMemory(_) => "out_of_memory",
            Self::Crashed(_) => "crashed",
            Self::TimedOut(_) => "timed_out",
            Self::NoWorker(_) => "no_worker",
        }
    }
}
