//! The source text of formats that have none of their own, while it is written: one line a paragraph or
//! table row, cells set apart by a tab.

use super::furniture;
use super::model::{Block, BlockKind, Cell, Document, Grid};
use super::text::{is_blank, is_blank_char};
use super::{Hints, ReadError, limits};

/// A document that is being written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    text: String,
    blocks: Vec<Block>,
    /// Page of what is written next; 0 without pages.
    pub page: u32,
    cells: usize,
}

/// A cell of a table before it has a place in the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct DraftCell {
    pub row: usize,
    pub column: usize,
    pub rowspan: usize,
    pub colspan: usize,
    pub text: String,
}

/// A part of a document of a format that nests tables.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Line(BlockKind, String),
    Table(Vec<PieceCell>),
}

/// A cell that holds pieces.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PieceCell {
    pub row: usize,
    pub column: usize,
    pub rowspan: usize,
    pub colspan: usize,
    pub pieces: Vec<Piece>,
}

/// What a cell of a table holds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    /// Cells of tables in it.
    pub cells: usize,
    /// Full stops.
    pub stops: usize,
    /// Characters that print.
    pub printed: usize,
}

impl Held {
    /// Whether a cell holds a part of the page and not a figure or a label: another table or sentences.
    pub fn holds_page(self) -> bool {
        self.cells > 1 || self.stops >= 2 && self.printed > 120 || self.stops >= 1 && self.printed > 400
    }
}

impl PieceCell {
    fn held(&self) -> Held {
        let mut held = Held::default();
        for piece in &self.pieces {
            match piece {
                Piece::Line(_, text) => {
                    held.stops += text.matches('。').count();
                    held.printed += text.chars().filter(|c| !is_blank_char(*c)).count();
                }
                Piece::Table(cells) => {
                    for inner in cells {
                        let inner = inner.held();
                        held.stops += inner.stops;
                        held.printed += inner.printed;
                        held.cells += inner.cells + 1;
                    }
                }
            }
        }
        held
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            let part = match piece {
                Piece::Line(_, line) => line.trim_matches(is_blank_char).to_owned(),
                Piece::Table(cells) => cells.iter().map(Self::text).collect::<Vec<_>>().join(" "),
            };
            if !part.is_empty() {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(&part);
            }
        }
        text
    }
}

impl Draft {
    /// Writes pieces. Rows of tables that hold the page together are blocks, the rows between them grids.
    pub fn pieces(&mut self, pieces: Vec<Piece>) -> Result<(), ReadError> {
        for piece in pieces {
            match piece {
                Piece::Line(kind, text) => self.line(kind, &text)?,
                Piece::Table(cells) => self.piece_table(cells)?,
            }
        }
        Ok(())
    }

    fn piece_table(&mut self, cells: Vec<PieceCell>) -> Result<(), ReadError> {
        let mut rows: Vec<Vec<PieceCell>> = Vec::new();
        for cell in cells {
            match rows.last_mut() {
                Some(row) if row[0].row == cell.row => row.push(cell),
                _ => rows.push(vec![cell]),
            }
        }
        let mut grid: Vec<Vec<PieceCell>> = Vec::new();
        for row in rows {
            if row.iter().any(|cell| cell.held().holds_page()) {
                self.piece_grid(std::mem::take(&mut grid))?;
                for cell in row {
                    self.pieces(cell.pieces)?;
                }
            } else {
                grid.push(row);
            }
        }
        self.piece_grid(grid)
    }

    /// Writes rows as a grid; those of one column as blocks.
    fn piece_grid(&mut self, rows: Vec<Vec<PieceCell>>) -> Result<(), ReadError> {
        let Some(first) = rows.first().map(|row| row[0].row) else { return Ok(()) };
        let end = rows.last().map_or(first, |row| row[0].row) + 1;
        let cells = rows.into_iter().flatten();
        if cells.clone().all(|cell| cell.column == 0) {
            return cells.into_iter().try_for_each(|cell| self.pieces(cell.pieces));
        }
        let cells = cells.map(|cell| DraftCell {
            row: cell.row - first,
            column: cell.column,
            rowspan: cell.rowspan.min(end - cell.row),
            colspan: cell.colspan,
            text: cell.text(),
        });
        self.table(cells.collect())
    }

    /// Writes a line. A blank one is nothing.
    pub fn line(&mut self, kind: BlockKind, text: &str) -> Result<(), ReadError> {
        let text = text.trim_matches(is_blank_char);
        if text.is_empty() {
            return Ok(());
        }
        let start = self.next_line();
        self.push_flat(text);
        self.blocks.push(Block { kind, span: start..self.text.len(), page: self.page });
        limits::text_bytes(self.text.len())
    }

    /// Writes a table; cells are in reading order. One of blank cells only is nothing.
    pub fn table(&mut self, mut cells: Vec<DraftCell>) -> Result<(), ReadError> {
        if cells.iter().all(|cell| is_blank(&cell.text)) {
            return Ok(());
        }
        self.cells += cells.len();
        limits::cells(self.cells)?;
        close_up(&mut cells);
        let mut grid = Grid::default();
        let start = self.next_line();
        let mut last_row = None;
        for cell in cells {
            match last_row {
                Some(row) if row == cell.row => self.text.push('\t'),
                Some(_) => self.text.push('\n'),
                None => {}
            }
            last_row = Some(cell.row);
            let at = self.text.len();
            self.push_flat(cell.text.trim_matches(is_blank_char));
            grid.rows = grid.rows.max(cell.row + cell.rowspan);
            grid.columns = grid.columns.max(cell.column + cell.colspan);
            let span = at..self.text.len();
            grid.cells.push(Cell { row: cell.row, column: cell.column, rowspan: cell.rowspan, colspan: cell.colspan, span });
        }
        self.blocks.push(Block { kind: BlockKind::Table(grid), span: start..self.text.len(), page: self.page });
        limits::text_bytes(self.text.len())
    }

    /// How many blocks are written.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// The text of a block that is written already.
    pub fn text_of(&self, block: usize) -> &str {
        self.blocks.get(block).map_or("", |block| &self.text[block.span.clone()])
    }

    /// Changes the kind of a block that is written already.
    pub fn set_kind(&mut self, block: usize, kind: BlockKind) {
        if let Some(block) = self.blocks.get_mut(block) {
            block.kind = kind;
        }
    }

    /// The document.
    pub fn finish(mut self, hints: &Hints, media_type: &'static str) -> Result<Document, ReadError> {
        if self.blocks.is_empty() {
            return Err(ReadError::Empty);
        }
        furniture::mark(&self.text, &mut self.blocks);
        Ok(Document {
            text: self.text,
            blocks: self.blocks,
            title: hints.title.map(str::to_owned),
            address: hints.address.map(str::to_owned),
            media_type,
            ..Document::default()
        })
    }

    fn next_line(&mut self) -> usize {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.len()
    }

    /// Lines and cells hold no line ends and no tabs of their own: those set them apart.
    fn push_flat(&mut self, text: &str) {
        for (i, part) in text.split(['\n', '\r', '\t', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']).enumerate() {
            if i > 0 && !self.text.ends_with(' ') {
                self.text.push(' ');
            }
            self.text.push_str(part);
        }
    }
}

/// Takes out rows and columns in which no cell begins: nothing can tell them from the one before.
fn close_up(cells: &mut [DraftCell]) {
    let dense = |starts: &mut Vec<usize>| {
        starts.sort_unstable();
        starts.dedup();
    };
    let mut columns: Vec<usize> = cells.iter().map(|cell| cell.column).collect();
    let mut rows: Vec<usize> = cells.iter().map(|cell| cell.row).collect();
    dense(&mut columns);
    dense(&mut rows);
    let place = |starts: &[usize], at: usize| starts.partition_point(|start| *start < at);
    for cell in cells {
        let (row, column) = (place(&rows, cell.row), place(&columns, cell.column));
        cell.rowspan = (place(&rows, cell.row.saturating_add(cell.rowspan)) - row).max(1);
        cell.colspan = (place(&columns, cell.column.saturating_add(cell.colspan)) - column).max(1);
        cell.row = row;
        cell.column = column;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: usize, column: usize, rowspan: usize, colspan: usize, text: &str) -> DraftCell {
        DraftCell { row, column, rowspan, colspan, text: text.to_owned() }
    }

    #[test]
    fn a_table_is_lines_of_cells() -> Result<(), ReadError> {
        let mut draft = Draft::default();
        draft.line(BlockKind::Paragraph, "\u{3000}题\n目 ")?;
        draft.table(vec![cell(0, 0, 1, 9, "甲"), cell(3, 0, 1, 4, " "), cell(3, 4, 1, 5, "5\t6")])?;
        let document = draft.finish(&Hints::default(), "text/html")?;
        assert_eq!(document.text, "题 目\n甲\n\t5 6");
        let BlockKind::Table(grid) = &document.blocks[1].kind else { unreachable!("a table was written") };
        assert_eq!((grid.rows, grid.columns), (2, 2));
        let places: Vec<_> = grid.cells.iter().map(|c| (c.row, c.column, c.colspan, &document.text[c.span.clone()])).collect();
        assert_eq!(places, [(0, 0, 2, "甲"), (1, 0, 1, ""), (1, 1, 1, "5 6")]);
        Ok(())
    }
}
