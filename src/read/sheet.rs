//! XLSX and XLS: each visible sheet as lines and tables, with merged cells.

use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;

use calamine::{Data, DataType, Dimensions, Reader, SheetVisible, Xls, Xlsx};

use super::archive::Archive;
use super::draft::{Draft, Piece, PieceCell};
use super::model::{BlockKind, Document};
use super::text::is_blank;
use super::{Hints, ReadError, biff, limits, number_format};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const XLS: &str = "application/vnd.ms-excel";

/// The cells of a sheet by row and column; blank ones that the sheet formats are among them.
type Cells = BTreeMap<(usize, usize), String>;

/// Makes a document of a workbook of 2007 and later.
pub(super) fn xlsx(bytes: &[u8], hints: &Hints) -> Result<Document, ReadError> {
    unpacked_within_bounds(bytes)?;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    let mut draft = Draft::default();
    let names = visible(book.sheets_metadata());
    for (number, name) in names {
        draft.page = number;
        let mut cells = Cells::new();
        {
            // A chart sheet has no cells.
            let Ok(mut reader) = book.worksheet_cells_reader(&name) else { continue };
            while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(damaged)? {
                let (row, column) = cell.get_position();
                let value = Data::from(cell.get_value().clone());
                let format = reader.styles().get(style).and_then(|style| style.number_format.as_ref());
                let text = value.get_float().or(value.get_int().map(|number| number as f64)).zip(format);
                let text = text.and_then(|(number, format)| number_format::shown(number, &format.format_code));
                cells.insert((row as usize, column as usize), text.unwrap_or_else(|| printed(&value)));
                limits::cells(cells.len())?;
            }
        }
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        sheet(&cells, &merged, &mut draft)?;
    }
    draft.finish(hints, XLSX)
}

/// Makes a document of a workbook of 1997 to 2003.
pub(super) fn xls(bytes: &[u8], hints: &Hints) -> Result<Document, ReadError> {
    biff::within_bounds(bytes)?;
    let mut book: Xls<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    let mut draft = Draft::default();
    let names = visible(book.sheets_metadata());
    for (number, name) in names {
        draft.page = number;
        let Ok(range) = book.worksheet_range(&name) else { continue };
        let (top, left) = range.start().unwrap_or_default();
        let mut cells = Cells::new();
        for (row, column, value) in range.used_cells() {
            cells.insert((top as usize + row, left as usize + column), printed(value));
            limits::cells(cells.len())?;
        }
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        sheet(&cells, &merged, &mut draft)?;
    }
    draft.finish(hints, XLS)
}

fn damaged(error: impl std::fmt::Display) -> ReadError {
    ReadError::Damaged { what: "workbook", detail: error.to_string() }
}

/// The visible sheets with their numbers from 1.
fn visible(sheets: &[calamine::Sheet]) -> Vec<(u32, String)> {
    let shown = sheets.iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    (1..).zip(shown.map(|sheet| sheet.name.clone())).collect()
}

/// The reader of workbooks unpacks their parts without bounds of its own: this one goes first.
fn unpacked_within_bounds(bytes: &[u8]) -> Result<(), ReadError> {
    let mut archive = Archive::open(Cursor::new(bytes), limits::OFFICE_BYTES)?;
    for (index, name) in archive.files() {
        if name.ends_with(".xml") || name.ends_with(".rels") || name.ends_with(".bin") {
            archive.read(index)?;
        }
    }
    Ok(())
}

/// A value as the sheet shows it where it has no format of its own.
fn printed(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => {
            // Fifteen digits are what a sheet holds; those behind are of the binary form.
            let rounded = format!("{number:.14e}").parse::<f64>().unwrap_or(*number);
            if rounded.abs() < 1e15 { rounded.to_string() } else { format!("{rounded:e}") }
        }
        Data::String(text) => text.clone(),
        Data::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        Data::DateTime(date) => {
            let (year, month, day, hour, minute, ..) = date.to_ymd_hms_milli();
            match (hour, minute) {
                (0, 0) => format!("{year}-{month:02}-{day:02}"),
                _ => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}"),
            }
        }
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Error(error) => error.to_string(),
    }
}

/// Writes a sheet: runs of rows without a blank row between them.
fn sheet(cells: &Cells, merged: &[Dimensions], draft: &mut Draft) -> Result<(), ReadError> {
    let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for ((row, column), _) in cells.iter().filter(|(_, text)| !is_blank(text)) {
        rows.entry(*row).or_default().push(*column);
    }
    let spans: HashMap<(usize, usize), (usize, usize)> = merged
        .iter()
        .map(|area| {
            let size = |from: u32, to: u32| to.saturating_sub(from) as usize + 1;
            ((area.start.0 as usize, area.start.1 as usize), (size(area.start.0, area.end.0), size(area.start.1, area.end.1)))
        })
        .collect();
    let mut run: Vec<usize> = Vec::new();
    let rows_shown: Vec<usize> = rows.keys().copied().collect();
    for row in rows_shown {
        // A cell merged downwards bridges rows of which nothing else is printed.
        let until = run.last().map_or(0, |last| {
            let heights = rows[last].iter().filter_map(|column| spans.get(&(*last, *column))).map(|(height, _)| *height);
            last + heights.max().unwrap_or(1)
        });
        if !run.is_empty() && row > until {
            write(cells, &spans, &rows, std::mem::take(&mut run), draft)?;
        }
        run.push(row);
    }
    write(cells, &spans, &rows, run, draft)
}

/// Writes a run of rows. Those of one printed cell before and behind the others are lines, but for a figure
/// at the end, which stands in a column of the table, and a label beside blank cells.
fn write(
    cells: &Cells,
    spans: &HashMap<(usize, usize), (usize, usize)>,
    rows: &BTreeMap<usize, Vec<usize>>,
    run: Vec<usize>,
    draft: &mut Draft,
) -> Result<(), ReadError> {
    let wide = |row: &usize| rows[row].len() > 1;
    let line = |row: &usize| {
        let text = rows[row].iter().filter_map(|column| cells.get(&(*row, *column))).cloned().collect();
        Piece::Line(BlockKind::Paragraph, text)
    };
    let is_figure =
        |row: &usize| rows[row].iter().any(|column| cells.get(&(*row, *column)).is_some_and(|text| text.parse::<f64>().is_ok()));
    // So is a label whose row the sheet formats beyond it.
    let has_blanks = |row: &usize| {
        let end = rows[row].iter().map(|column| column + spans.get(&(*row, *column)).map_or(1, |(_, width)| *width)).max().unwrap_or(0);
        cells.range((*row, end)..(row + 1, 0)).next().is_some()
    };
    let is_row = |row: &usize| wide(row) || is_figure(row) || has_blanks(row);
    let (Some(first), Some(last)) = (run.iter().position(wide), run.iter().rposition(is_row)) else {
        return draft.pieces(run.iter().map(line).collect());
    };
    let mut pieces: Vec<Piece> = run[..first].iter().map(line).collect();
    pieces.push(Piece::Table(table(cells, spans, rows, run[first], run[last])?));
    pieces.extend(run[last + 1..].iter().map(line));
    draft.pieces(pieces)
}

/// The cells of rows as a table: from the first printed column to the last, blank ones too.
fn table(
    cells: &Cells,
    spans: &HashMap<(usize, usize), (usize, usize)>,
    rows: &BTreeMap<usize, Vec<usize>>,
    top: usize,
    bottom: usize,
) -> Result<Vec<PieceCell>, ReadError> {
    let used = rows.range(top..=bottom).flat_map(|(row, columns)| columns.iter().map(|column| (*row, *column)));
    let left = used.clone().map(|(_, column)| column).min().unwrap_or(0);
    let width = |at: &(usize, usize)| spans.get(at).map_or(1, |(_, width)| (*width).min(limits::COLUMNS));
    let right = used.map(|at| at.1 + width(&at)).max().unwrap_or(left);
    limits::columns(right - left)?;
    // A row of blank cells under the last one is printed where the sheet formats all of it.
    let formatted = !rows.contains_key(&(bottom + 1)) && (left..right).all(|column| cells.contains_key(&(bottom + 1, column)));
    let end = bottom + 1 + usize::from(formatted);
    limits::cells((end - top).saturating_mul(right - left))?;
    let mut covered = vec![vec![false; right - left]; end - top];
    let mut placed = Vec::new();
    for row in top..end {
        for column in left..right {
            if covered[row - top][column - left] {
                continue;
            }
            let (height, width) = spans.get(&(row, column)).copied().unwrap_or((1, 1));
            let (height, width) = (height.min(end - row), width.min(right - column));
            for line in &mut covered[row - top..row - top + height] {
                line[column - left..column - left + width].fill(true);
            }
            let text = cells.get(&(row, column)).cloned().unwrap_or_default();
            let pieces = text.lines().map(|line| Piece::Line(BlockKind::Paragraph, line.to_owned())).collect();
            placed.push(PieceCell { row: row - top, column: column - left, rowspan: height, colspan: width, pieces });
        }
    }
    Ok(placed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First and last row and column of merged cells.
    type Area = ((u32, u32), (u32, u32));

    fn shown(cells: &[(usize, usize, &str)], merged: &[Area]) -> Result<Vec<String>, ReadError> {
        let cells = cells.iter().map(|(row, column, text)| ((*row, *column), (*text).to_owned())).collect();
        let merged: Vec<_> = merged.iter().map(|(start, end)| Dimensions::new(*start, *end)).collect();
        let mut draft = Draft::default();
        sheet(&cells, &merged, &mut draft)?;
        let document = draft.finish(&Hints::default(), XLSX)?;
        let shown = document.blocks.iter().map(|block| match &block.kind {
            BlockKind::Table(grid) => {
                let cell = |c: &crate::read::Cell| {
                    format!("{},{}({}x{})={}", c.row, c.column, c.rowspan, c.colspan, &document.text[c.span.clone()])
                };
                grid.cells.iter().map(cell).collect::<Vec<_>>().join(" ")
            }
            _ => document.text[block.span.clone()].to_owned(),
        });
        Ok(shown.collect())
    }

    #[test]
    fn titles_are_lines_and_the_rest_is_a_grid() -> Result<(), ReadError> {
        let cells = [
            (0, 0, "统计表"),
            (1, 0, "指标"),
            (1, 1, "数"),
            (2, 0, "公开"),
            (2, 1, ""),
            (3, 0, "申请"),
            (3, 1, "5"),
            (4, 0, "填报人："),
            (9, 0, "另一行"),
        ];
        let merged = [((0, 0), (0, 1))];
        let expected = ["统计表", "0,0(1x1)=指标 0,1(1x1)=数 1,0(1x1)=公开 1,1(1x1)= 2,0(1x1)=申请 2,1(1x1)=5", "填报人：", "另一行"];
        assert_eq!(shown(&cells, &merged)?, expected);
        Ok(())
    }

    #[test]
    fn a_lone_figure_at_the_end_is_a_row() -> Result<(), ReadError> {
        let cells = [(0, 0, "甲"), (0, 1, "乙"), (0, 2, "丙"), (1, 1, "47"), (2, 1, "填报人")];
        let expected = ["0,0(1x1)=甲 0,1(1x1)=乙 0,2(1x1)=丙 1,0(1x1)= 1,1(1x1)=47 1,2(1x1)=", "填报人"];
        assert_eq!(shown(&cells, &[])?, expected);
        Ok(())
    }

    #[test]
    fn a_label_beside_blank_cells_at_the_end_is_a_row() -> Result<(), ReadError> {
        let cells = [(0, 0, "甲"), (0, 1, "乙"), (1, 0, "总计"), (1, 1, ""), (2, 0, "填报人")];
        assert_eq!(shown(&cells, &[])?, ["0,0(1x1)=甲 0,1(1x1)=乙 1,0(1x1)=总计 1,1(1x1)=", "填报人"]);
        // Cells under a merged one are none of their own.
        let cells = [(0, 0, "甲"), (0, 1, "乙"), (1, 0, "填报人"), (1, 1, "")];
        assert_eq!(shown(&cells, &[((1, 0), (1, 1))])?, ["0,0(1x1)=甲 0,1(1x1)=乙", "填报人"]);
        Ok(())
    }

    #[test]
    fn merged_cells_have_spans() -> Result<(), ReadError> {
        let cells = [(0, 0, "甲"), (0, 1, "乙"), (1, 1, "1"), (1, 2, "2")];
        let merged = [((0, 0), (1, 0)), ((0, 1), (0, 2))];
        assert_eq!(shown(&cells, &merged)?, ["0,0(2x1)=甲 0,1(1x2)=乙 1,1(1x1)=1 1,2(1x1)=2"]);
        assert!(shown(&[(0, 0, "甲"), (0, 16_000, "乙")], &[]).is_err());
        Ok(())
    }

    #[test]
    fn numbers_are_printed_as_a_sheet_shows_them() {
        for (value, text) in [(5.0, "5"), (28.599_999_999_999_998, "28.6"), (0.1 + 0.2, "0.3"), (-8.0, "-8"), (981.93, "981.93")] {
            assert_eq!(printed(&Data::Float(value)), text);
        }
    }
}
