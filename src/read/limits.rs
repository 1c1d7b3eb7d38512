//! Bounds on work. They count what is done and not the clock, so that they refuse the same documents on
//! every machine.

use super::ReadError;

/// Bytes of one document: the longest reports with pictures stay far below.
pub const DOCUMENT_BYTES: u64 = 64 << 20;
/// Bytes of decoded HTML or text. A report of a province is some 100 kB.
pub const TEXT_BYTES: usize = 16 << 20;
/// Cells of all tables of a document. The largest annex seen has some 2,000.
pub const CELLS: usize = 200_000;
/// Columns that a cell may span, as browsers bound it.
pub const COLSPAN: usize = 1_000;
/// Columns of a table.
pub const COLUMNS: usize = 1_000;

/// # Errors
/// When a document is longer than is read.
pub fn document_bytes(bytes: u64) -> Result<(), ReadError> {
    within("bytes", bytes, DOCUMENT_BYTES)
}

/// # Errors
/// When a text is longer than is read.
pub fn text_bytes(bytes: usize) -> Result<(), ReadError> {
    within("bytes of text", bytes as u64, TEXT_BYTES as u64)
}

/// # Errors
/// When a document holds more cells than are read.
pub fn cells(count: usize) -> Result<(), ReadError> {
    within("table cells", count as u64, CELLS as u64)
}

/// # Errors
/// When a table has more columns than are read.
pub fn columns(count: usize) -> Result<(), ReadError> {
    within("table columns", count as u64, COLUMNS as u64)
}

/// Members of an archive.
pub const MEMBERS: usize = 200_000;
/// How many times longer than its packed bytes a member may be. Texts and XML reach 30.
pub const EXPANSION: u64 = 200;
/// Bytes below which no expansion is too large: a short run of blanks packs well.
pub const EXPANSION_FREE: u64 = 1 << 20;
/// Bytes of all parts of one office document.
pub const OFFICE_BYTES: u64 = 256 << 20;
/// Pages of a document.
pub const PAGES: usize = 1_000;
/// Characters and lines that the pages of a document draw.
pub const GLYPHS: usize = 2_000_000;
/// Clips, groups and pictures of all pages. Word processors clip each line of text.
pub const PAGE_PARTS: usize = 300_000;
/// How deep tables and containers may lie in each other.
pub const NESTING: usize = 32;

/// Bytes of memory that a worker may take, its program and its stack included.
pub const WORKER_BYTES: u64 = 1 << 30;

/// # Errors
/// When an archive holds more than is read.
pub fn members(count: usize) -> Result<(), ReadError> {
    within("members of an archive", count as u64, MEMBERS as u64)
}

/// # Errors
/// When a document has more pages than are read.
pub fn pages(count: usize) -> Result<(), ReadError> {
    within("pages", count as u64, PAGES as u64)
}

/// # Errors
/// When packed bytes become so many that they were made to.
pub fn expansion(packed: u64, length: u64) -> Result<(), ReadError> {
    if length > EXPANSION_FREE && length / EXPANSION > packed.max(1) {
        return Err(ReadError::TooLarge { what: "times the packed bytes of a member", limit: EXPANSION });
    }
    Ok(())
}

fn within(what: &'static str, count: u64, limit: u64) -> Result<(), ReadError> {
    if count > limit { Err(ReadError::TooLarge { what, limit }) } else { Ok(()) }
}
