//! PDF with a text layer: lines into paragraphs, ruling lines into tables.
//!
//! A page holds characters with places and nothing else: lines are characters of one height, paragraphs
//! are lines that fill their column, cells are what lines enclose. Tables that go on over a page are one.

mod aligned;
mod lines;
mod page;
mod ruling;

use hayro_interpret::InterpreterCache;
use hayro_syntax::{LoadPdfError, Pdf};

use lines::{Line, column, lines, paragraphs};
use page::{Character, Drawn, Work};
use ruling::Frame;

use super::draft::{Draft, Piece, PieceCell};
use super::model::{BlockKind, Document};
use super::{Hints, ReadError, limits};

const MEDIA_TYPE: &str = "application/pdf";
/// Characters a page below which, with pictures on it, it is a picture of a page with a stamp or a number.
const PICTURE_OF_PAGE: usize = 16;

/// Makes a document of a PDF.
pub(super) fn document(bytes: &[u8], hints: &Hints) -> Result<Document, ReadError> {
    let pdf = open(bytes)?;
    let count = pdf.pages().len();
    limits::pages(count)?;
    let mut pages: Vec<Page> = Vec::with_capacity(count);
    let mut work = Work::default();
    let cache = InterpreterCache::new();
    let (mut characters, mut pictures, mut unmapped) = (0, 0, 0);
    for page in pdf.pages().iter() {
        let drawn = page::draw(&pdf, page, &cache, &mut work)?;
        characters += drawn.glyphs.len();
        pictures += drawn.pictures;
        unmapped += drawn.unmapped;
        let page = Page::of(drawn, pages.last().and_then(Page::blanks_at_foot));
        pages.push(page);
    }
    let printed = characters - unmapped.min(characters);
    if printed == 0 || pictures > 0 && printed < PICTURE_OF_PAGE * count {
        return Err(ReadError::NoTextLayer { pages: count });
    }
    if unmapped > 4 && unmapped * 10 > characters {
        return Err(ReadError::Undecodable { undecodable: unmapped, characters });
    }
    drop_running_titles(&mut pages);
    let mut draft = Draft::default();
    for (number, piece) in pieces(pages) {
        draft.page = number;
        draft.pieces(vec![piece])?;
    }
    let document = draft.finish(hints, MEDIA_TYPE)?;
    Ok(Document { undecodable: unmapped, ..document })
}

fn open(bytes: &[u8]) -> Result<Pdf, ReadError> {
    // What is left of a document that was cut can be an older state of it.
    if is_cut(bytes) {
        return Err(ReadError::Truncated { what: "PDF document", detail: "it has no end mark".to_owned() });
    }
    // A mistake of the reader on a damaged file is a damaged file.
    let opened = std::panic::catch_unwind(|| Pdf::new(bytes.to_vec()));
    match opened {
        Ok(Ok(pdf)) if !pdf.pages().is_empty() => Ok(pdf),
        Ok(Err(LoadPdfError::Decryption(_))) => Err(ReadError::Encrypted("PDF document")),
        _ => Err(ReadError::Damaged { what: "PDF document", detail: "it has no pages that can be read".to_owned() }),
    }
}

/// Whether a file ends among its objects: each state of a document ends with a mark and the place of its index.
fn is_cut(bytes: &[u8]) -> bool {
    let last = |mark: &[u8]| bytes.windows(mark.len()).rposition(|window| window == mark);
    last(b" obj") > last(b"%%EOF").max(last(b"startxref"))
}

/// Where the foot of a page begins.
const FOOT: f64 = 0.7;

/// A page taken apart.
struct Page {
    lines: Vec<Line>,
    tables: Vec<Table>,
    height: f64,
}

/// A table of a page.
struct Table {
    /// Edges of columns; of a table without lines, the middles of the blanks between them.
    xs: Vec<f64>,
    /// Of a table without lines, the blanks between columns.
    blanks: Vec<(f64, f64)>,
    /// Whether a head shows that there are no other columns.
    headed: bool,
    top: f64,
    bottom: f64,
    cells: Vec<TableCell>,
    rows: usize,
}

#[derive(Clone, Debug, PartialEq)]
struct TableCell {
    row: usize,
    column: usize,
    rowspan: usize,
    colspan: usize,
    lines: Vec<String>,
}

impl Page {
    /// Takes a page apart. `before` are the blanks between columns at the foot of the page before.
    fn of(drawn: Drawn, before: Option<&[(f64, f64)]>) -> Self {
        let glyphs = without_doubles(drawn.glyphs);
        let frames = ruling::frames(&drawn.horizontal, &drawn.vertical);
        let mut held: Vec<Vec<Vec<Character>>> = frames.iter().map(|frame| vec![Vec::new(); frame.cells.len()]).collect();
        let mut free = Vec::new();
        for glyph in glyphs {
            let found = frames.iter().enumerate().find_map(|(i, frame)| Some((i, frame.cell_at(glyph.middle(), glyph.centre())?)));
            match found {
                Some((frame, cell)) => held[frame][cell].push(glyph),
                None => free.push(glyph),
            }
        }
        let mut tables = Vec::new();
        for (frame, cells) in frames.into_iter().zip(held) {
            // A drawing without text is none: a border, a rule under a title, a chart.
            match cells.iter().filter(|cell| !cell.is_empty()).count() {
                0 => {}
                1 => free.extend(cells.into_iter().flatten()),
                _ => tables.push(Table::of(frame, cells)),
            }
        }
        let (aligned, free) = aligned::tables(free, before);
        tables.extend(aligned);
        Self { lines: lines(free), tables, height: drawn.height }
    }
}

impl Page {
    /// The blanks between the columns of a table without lines that reaches down to the foot of the page.
    fn blanks_at_foot(&self) -> Option<&[(f64, f64)]> {
        let last = self.tables.iter().max_by(|a, b| a.bottom.total_cmp(&b.bottom))?;
        (last.headed && last.bottom > FOOT * self.height).then_some(&last.blanks)
    }
}

impl Table {
    fn of(frame: Frame, held: Vec<Vec<Character>>) -> Self {
        let (top, bottom, rows) = (frame.top(), frame.bottom(), frame.ys.len() - 1);
        let cells = frame.cells.into_iter().zip(held).map(|(cell, glyphs)| TableCell {
            row: cell.row,
            column: cell.column,
            rowspan: cell.rowspan,
            colspan: cell.colspan,
            lines: lines(glyphs).into_iter().map(|line| line.text).collect(),
        });
        Self { xs: frame.xs, blanks: Vec::new(), headed: false, top, bottom, cells: cells.collect(), rows }
    }

    fn row(&self, row: usize) -> impl Iterator<Item = &TableCell> {
        self.cells.iter().filter(move |cell| cell.row == row)
    }

    /// Whether the columns are those of another table: their lines stand where its lines do, or their blanks over
    /// its blanks.
    fn continues(&self, other: &Self) -> bool {
        let ruled = self.blanks.is_empty() && other.blanks.is_empty();
        let alike = self.xs.len() == other.xs.len() && self.blanks.len() == other.blanks.len();
        let lines = || self.xs.iter().zip(&other.xs).all(|(a, b)| (a - b).abs() <= 4.0);
        let blanks = || self.blanks.iter().zip(&other.blanks).all(|(a, b)| a.0 < b.1 && b.0 < a.1);
        alike && if ruled { lines() } else { blanks() }
    }

    /// Adds the rows of a table that goes on on the next page. Its head, printed again, is left out.
    fn append(&mut self, next: Self) {
        let same = |row: usize| {
            let flat = |table: &Self| table.row(row).map(|cell| (cell.column, cell.colspan, cell.lines.concat())).collect::<Vec<_>>();
            row < self.rows && !flat(self).is_empty() && flat(self) == flat(&next) && flat(self).iter().any(|(_, _, text)| !text.is_empty())
        };
        let head = (0..next.rows).take_while(|row| same(*row)).count();
        // A head holds no figures: equal rows of zeros are no head.
        let figures = |row: usize| next.row(row).any(|cell| cell.lines.concat().starts_with(|c: char| c.is_ascii_digit()));
        let head = (0..head).take_while(|row| !figures(*row)).count();
        for cell in next.cells.into_iter().filter(|cell| cell.row >= head) {
            let row = cell.row - head + self.rows;
            let first = cell.row == head;
            let bottom = self.rows;
            let above = self
                .cells
                .iter_mut()
                .find(|above| first && above.row + above.rowspan == bottom && above.column == cell.column && above.colspan == cell.colspan);
            match above {
                // A label beside rows on both pages is printed on the first only.
                Some(above) if cell.lines.is_empty() && !above.lines.is_empty() && (cell.rowspan > 1 || above.rowspan > 1) => {
                    above.rowspan += cell.rowspan;
                }
                _ => self.cells.push(TableCell { row, ..cell }),
            }
        }
        self.rows += next.rows - head;
        self.cells.sort_by_key(|cell| (cell.row, cell.column));
    }

    fn piece(self) -> Piece {
        let cells = self.cells.into_iter().map(|cell| PieceCell {
            row: cell.row,
            column: cell.column,
            rowspan: cell.rowspan,
            colspan: cell.colspan,
            // What is wrapped in a cell is one text.
            pieces: vec![Piece::Line(BlockKind::Paragraph, lines::wrapped(&cell.lines))],
        });
        Piece::Table(cells.collect())
    }
}

/// Leaves out characters that are drawn twice at one place to look bold.
fn without_doubles(glyphs: Vec<Character>) -> Vec<Character> {
    let mut kept: Vec<Character> = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        let near = |other: &&Character| {
            let bound = 0.2 * glyph.size;
            (other.left - glyph.left).abs() < bound && (other.baseline - glyph.baseline).abs() < bound && other.text == glyph.text
        };
        // A second pass over a line follows the first closely.
        if kept.iter().rev().take(200).find(near).is_none() {
            kept.push(glyph);
        }
    }
    kept
}

/// Leaves out page numbers, and lines that stand at the head or foot of most pages.
fn drop_running_titles(pages: &mut [Page]) {
    let at_edge = |page: &Page, line: &Line| line.baseline < page.height * 0.1 || line.baseline > page.height * 0.9;
    let words = |line: &Line| line.text.chars().filter(|c| !c.is_whitespace() && !c.is_ascii_digit()).collect::<String>();
    let mut seen: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for page in pages.iter() {
        for line in page.lines.iter().filter(|line| at_edge(page, line)) {
            *seen.entry(words(line)).or_default() += 1;
        }
    }
    let many = pages.len();
    for (number, page) in pages.iter_mut().enumerate() {
        let height = page.height;
        page.lines.retain(|line| {
            let edge = line.baseline < height * 0.1 || line.baseline > height * 0.9;
            let repeated = many >= 3 && number > 0 && seen.get(&words(line)).is_some_and(|count| *count * 2 > many);
            !(edge && (is_page_number(&line.text) || repeated))
        });
    }
}

/// Whether a line is a page number: 3, — 3 —, 第3页, 3/10, 第 3 页 共 10 页.
fn is_page_number(text: &str) -> bool {
    let rest: String = text.chars().filter(|c| !c.is_whitespace() && !"-—–―－·/第页共,，.".contains(*c)).collect();
    !rest.is_empty() && rest.len() <= 8 && rest.chars().all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
}

/// Lines and tables of all pages in reading order, with their pages.
fn pieces(pages: Vec<Page>) -> Vec<(u32, Piece)> {
    enum Item {
        Line(Line),
        Table(Table),
    }
    let edges = column(pages.iter().flat_map(|page| &page.lines));
    let mut items: Vec<(u32, Item)> = Vec::new();
    for (number, page) in (1..).zip(pages) {
        let mut found: Vec<(f64, Item)> = page.tables.into_iter().map(|table| (table.top, Item::Table(table))).collect();
        found.extend(page.lines.into_iter().map(|line| (line.baseline - line.size, Item::Line(line))));
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, item) in found {
            match (items.last_mut(), item) {
                (Some((last, Item::Table(table))), Item::Table(next)) if *last < number && table.continues(&next) => table.append(next),
                (Some((last, Item::Table(table))), Item::Table(next))
                    if *last == number && table.continues(&next) && next.top - table.bottom < 3.0 =>
                {
                    table.append(next);
                }
                (_, item) => items.push((number, item)),
            }
        }
    }
    let mut pieces = Vec::new();
    let mut run: Vec<(u32, Line)> = Vec::new();
    for (number, item) in items {
        match item {
            Item::Line(line) => run.push((number, line)),
            Item::Table(table) => {
                pieces.extend(paragraphs(std::mem::take(&mut run), edges));
                pieces.push((number, table.piece()));
            }
        }
    }
    pieces.extend(paragraphs(run, edges));
    pieces
}

#[cfg(test)]
mod tests;
