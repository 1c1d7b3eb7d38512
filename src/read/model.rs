//! What a reader makes of a document: one text, and blocks that point into it.
//!
//! All spans are half-open **byte** ranges on character boundaries. The contract counts Unicode code
//! points; the conversion happens once, where rows are made.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::ReadError;
use super::error::{Word, word};

/// A half-open byte range.
pub type Span = Range<usize>;

/// A document as read, before any repair.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The source text of the contract: plain text as decoded (no BOM); else the blocks in reading
    /// order, one line a paragraph or table row, cells set apart by a tab, entities resolved.
    pub text: String,
    /// In order of their spans, not overlapping. Text between blocks is blank.
    pub blocks: Vec<Block>,
    /// The title that the format or the container gives beside the text (`<title>`, `ArticleTitle`,
    /// a `title` field). It is not part of `text`.
    pub title: Option<String>,
    /// The address of the page where the format or the container gives it.
    pub address: Option<String>,
    /// Names and values that the format states beside the text (`<meta name content>`).
    pub meta: Vec<(String, String)>,
    /// IANA media type, as recognised by content.
    #[serde(deserialize_with = "word")]
    pub media_type: Word,
    /// Name of the encoding the text was decoded from; empty where the format has none.
    #[serde(deserialize_with = "word")]
    pub charset: Word,
    /// Which rule decided the encoding: `bom`, `utf-8`, `declared`, `evidence`; empty where none.
    #[serde(deserialize_with = "word")]
    pub charset_rule: Word,
    /// How many characters could not be decoded.
    pub undecodable: usize,
    /// Why a page is no report though it can be read: a list, a frame, a link to an attachment, a later
    /// page. A build refuses it; a command that refuses nothing for what it is passes over this.
    pub refused: Option<ReadError>,
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands in the text.
    pub span: Span,
    /// Page of the document, from 1; 0 where the format has no pages.
    pub page: u32,
}

/// The kinds of block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BlockKind {
    /// A heading that the format marks as one, with its depth from 1.
    Heading(u8),
    /// A paragraph, a list item or a line of plain text.
    Paragraph,
    /// A table with the places of its cells.
    Table(Grid),
    /// What belongs to the page and not to the report.
    Furniture(Furniture),
}

/// Parts of a page around its body, kept because identity can rest on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Furniture {
    /// Where the page stands on its site (首页 > 政务公开 > ...).
    Breadcrumb,
    /// Labels and values about the document (索引号, 发布机构, 发布日期).
    Metadata,
    /// Menus, share bars, clocks, weather, related links.
    Navigation,
    /// Host, operator, record numbers.
    Footer,
    /// The number of a page, printed between its lines and those of the next.
    PageNumber,
}

/// The cells of a table. Positions that no cell covers are absent, not blank.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// In reading order.
    pub cells: Vec<Cell>,
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
}

/// A table cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// First row, from 0.
    pub row: usize,
    /// First column, from 0.
    pub column: usize,
    /// Rows covered, at least 1.
    pub rowspan: usize,
    /// Columns covered, at least 1.
    pub colspan: usize,
    /// Its text; an empty range where the cell is blank.
    pub span: Span,
}
