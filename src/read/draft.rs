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

impl Draft {
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
