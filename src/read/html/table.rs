//! Tables of a page: grids of figures, and tables that only hold the page together.

use super::tree::{Flow, Section};
use super::{Line, Page};
use crate::read::draft::{DraftCell, Held};
use crate::read::model::BlockKind;
use crate::read::{ReadError, limits};

/// A cell with its place.
#[derive(Clone, Copy, Debug)]
struct Placed {
    node: usize,
    row: usize,
    column: usize,
    rowspan: usize,
    colspan: usize,
}

impl Page<'_> {
    /// Writes a table. Rows that hold sentences or other tables hold the page together: their cells are
    /// blocks. The rows between them are grids.
    pub(super) fn table(&mut self, at: usize) -> Result<(), ReadError> {
        let rows = self.rows(at)?;
        let mut start = 0;
        while start < rows.len() {
            if self.holds_page(&rows[start]) {
                for cell in &rows[start] {
                    self.flow(cell.node + 1..self.tree.nodes[cell.node].end)?;
                }
                start += 1;
                continue;
            }
            let end = rows[start..].iter().position(|row| self.holds_page(row)).map_or(rows.len(), |length| start + length);
            self.grid(&rows[start..end], start)?;
            start = end;
        }
        Ok(())
    }

    /// The cells of a table by row, in the order in which rows are shown. Captions are written at once.
    fn rows(&mut self, at: usize) -> Result<Vec<Vec<Placed>>, ReadError> {
        let tree = self.tree;
        let mut sections: Vec<(Section, Vec<usize>)> = Vec::new();
        for part in tree.children(at) {
            match tree.nodes[part].flow {
                Flow::Section(section) => {
                    let rows = tree.children(part).filter(|row| tree.nodes[*row].flow == Flow::Row).collect();
                    sections.push((section, rows));
                }
                Flow::Row => sections.push((Section::Body, vec![part])),
                _ => self.flow(part..tree.nodes[part].end)?,
            }
        }
        sections.sort_by_key(|(section, _)| *section);
        let mut placed: Vec<Vec<Placed>> = Vec::new();
        // For each column the row up to which a cell from above covers it.
        let mut covered: Vec<usize> = Vec::new();
        let mut count = 0;
        for (_, rows) in sections {
            let end = placed.len() + rows.len();
            for part in rows {
                let row = placed.len();
                let mut cells = Vec::new();
                let mut column = 0;
                for node in tree.children(part).filter(|cell| tree.nodes[*cell].flow == Flow::Cell) {
                    while covered.get(column).is_some_and(|until| *until > row) {
                        column += 1;
                    }
                    let cell = &tree.nodes[node];
                    let rowspan = if cell.rowspan == 0 { end - row } else { cell.rowspan.min(end - row) };
                    let colspan = cell.colspan;
                    if column + colspan > covered.len() {
                        covered.resize(column + colspan, 0);
                    }
                    limits::columns(column)?;
                    for until in &mut covered[column..column + colspan] {
                        *until = (*until).max(row + rowspan);
                    }
                    cells.push(Placed { node, row, column, rowspan, colspan });
                    column += colspan;
                    count += 1;
                    limits::cells(count)?;
                }
                placed.push(cells);
            }
        }
        Ok(placed)
    }

    /// Whether a row holds parts of the page and not figures.
    fn holds_page(&self, row: &[Placed]) -> bool {
        row.iter().any(|cell| {
            let held = self.tree.sums(cell.node);
            let headings = held.headings > 0;
            // The cell itself is counted.
            let held = Held { cells: held.cells - 1, stops: held.stops, printed: held.printed };
            held.holds_page() || row.len() == 1 && headings
        })
    }

    /// Writes rows as a grid; those of one column as blocks.
    fn grid(&mut self, rows: &[Vec<Placed>], first: usize) -> Result<(), ReadError> {
        let widest = rows.iter().flatten().map(|cell| cell.column).max().unwrap_or(0);
        if widest == 0 {
            for cell in rows.iter().flatten() {
                self.flow(cell.node + 1..self.tree.nodes[cell.node].end)?;
            }
            return Ok(());
        }
        let cells = rows.iter().flatten().map(|cell| DraftCell {
            row: cell.row - first,
            column: cell.column,
            rowspan: cell.rowspan.min(first + rows.len() - cell.row),
            colspan: cell.colspan,
            text: self.cell_text(cell.node),
        });
        let cells = cells.collect();
        let block = self.draft.len();
        self.draft.table(cells)?;
        if let Some(kind) = self.around {
            self.draft.set_kind(block, BlockKind::Furniture(kind));
        }
        Ok(())
    }

    /// The text of a cell in one line: its blocks set apart by a blank.
    fn cell_text(&self, at: usize) -> String {
        let mut line = Line::default();
        let mut blocks: Vec<usize> = Vec::new();
        for node in at + 1..self.tree.nodes[at].end {
            while blocks.pop_if(|end| *end <= node).is_some() {
                line.spaced = true;
            }
            match self.tree.nodes[node].flow {
                Flow::Text => line.push(self.tree.text_of(node), false),
                Flow::Inline => {}
                _ => {
                    line.spaced = true;
                    blocks.push(self.tree.nodes[node].end);
                }
            }
        }
        line.text
    }
}
