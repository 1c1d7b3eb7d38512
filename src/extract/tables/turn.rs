//! Tables printed on their side: what the form heads its columns with stands down the page, and its rows stand
//! side by side.

use std::collections::HashSet;

use super::labels;
use crate::knowledge::{FormTable, ItemKind};
use crate::read::{Cell, Grid};

/// A form's table that pages turn, with how many of its columns and of its rows show that one has been.
const TURNED: [(FormTable, usize, usize); 3] = [(FormTable::Applications, 4, 5), (FormTable::Review, 3, 2), (FormTable::Annex2014, 0, 12)];
/// Columns that can hold the labels of rows, and rows that can hold those of columns.
const LABELLED: usize = 3;

/// The grid with rows and columns changed over, where it is a table on its side.
pub fn upright(text: &str, grid: &Grid) -> Option<Grid> {
    let is_turned = |(table, columns, rows): &(FormTable, usize, usize)| {
        let down = |at: usize| distinct(text, grid.cells.iter().filter(|c| c.column == at), *table, ItemKind::Column);
        let across = |at: usize| distinct(text, grid.cells.iter().filter(|c| c.row == at), *table, ItemKind::Row);
        (0..LABELLED).any(|at| down(at) >= *columns) && (0..LABELLED).any(|at| across(at) >= *rows)
    };
    if grid.rows < 2 || grid.columns < 3 || !TURNED.iter().any(is_turned) {
        return None;
    }
    let turn = |c: &Cell| Cell { row: c.column, column: c.row, rowspan: c.colspan, colspan: c.rowspan, span: c.span.clone() };
    let mut cells: Vec<Cell> = grid.cells.iter().map(turn).collect();
    cells.sort_by_key(|cell| (cell.row, cell.column));
    Some(Grid { cells, rows: grid.columns, columns: grid.rows })
}

/// How many items of a kind, and of no other kind, cells name.
fn distinct<'a>(text: &str, cells: impl Iterator<Item = &'a Cell>, table: FormTable, kind: ItemKind) -> usize {
    let other = if kind == ItemKind::Row { ItemKind::Column } else { ItemKind::Row };
    let named = cells.filter_map(|cell| {
        let hit = labels::sole(text, cell.span.clone())?;
        if hit.is(table, other) { None } else { hit.in_table(table, kind).next() }
    });
    named.collect::<HashSet<usize>>().len()
}

#[cfg(test)]
mod tests {
    use super::upright;
    use crate::read::{BlockKind, Hints, from_text};

    fn turned(text: &str) -> Option<Vec<String>> {
        let document = from_text(text, &Hints::default()).ok()?;
        let grid = document.blocks.iter().find_map(|block| if let BlockKind::Table(grid) = &block.kind { Some(grid) } else { None })?;
        let grid = upright(&document.text, grid)?;
        let row = |row| grid.cells.iter().filter(|c| c.row == row).map(|c| &document.text[c.span.clone()]).collect::<Vec<_>>().join("/");
        Some((0..grid.rows).map(row).collect())
    }

    #[test]
    fn results_down_the_page_head_columns() {
        let text = "| 结果 | 行政复议 | 未经复议直接起诉 | 复议后起诉 |\n| 结果维持 | 1 | 2 | 3 |\n| 结果纠正 | 4 | 5 | 6 |\n\
                    | 其他结果 | 0 | 0 | 0 |\n| 尚未审结 | 0 | 0 | 0 |\n| 总计 | 5 | 7 | 9 |";
        let rows = turned(text).unwrap_or_default();
        assert_eq!(rows[1], "行政复议/1/4/0/0/5");
        assert_eq!(rows.len(), 4);
        assert_eq!(turned("| 结果维持 | 结果纠正 | 其他结果 |\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |"), None);
    }

    #[test]
    fn rows_of_the_annex_side_by_side_head_columns() {
        let labels = "| 收到申请数 | 当面申请数 | 传真申请数 | 网络申请数 | 信函申请数 | 申请办结数 | 按时办结数 | 延期办结数 | 申请答复数 | \
                      同意公开答复数 | 同意部分公开答复数 | 不同意公开答复数 |";
        let rows = turned(&format!("{labels}\n|{}", " 7 |".repeat(12))).unwrap_or_default();
        assert_eq!((rows.len(), rows[3].as_str()), (12, "网络申请数/7"));
    }
}
