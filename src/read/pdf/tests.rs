use super::*;

fn cell(row: usize, column: usize, rowspan: usize, text: &str) -> TableCell {
    let lines = if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    TableCell { row, column, rowspan, colspan: 1, lines }
}

fn table(rows: usize, cells: Vec<TableCell>) -> Table {
    Table { xs: vec![0.0, 50.0, 100.0], top: 0.0, bottom: 20.0, cells, rows }
}

#[test]
fn a_table_goes_on_over_a_page() {
    let mut first = table(2, vec![cell(0, 0, 1, "指标"), cell(0, 1, 1, "数"), cell(1, 0, 1, "公开"), cell(1, 1, 1, "5")]);
    let next = table(2, vec![cell(0, 0, 1, "指标"), cell(0, 1, 1, "数"), cell(1, 0, 1, "申请"), cell(1, 1, 1, "0")]);
    first.append(next);
    let shown: Vec<_> = first.cells.iter().map(|cell| (cell.row, cell.column, cell.lines.concat())).collect();
    let expected = [(0, 0, "指标"), (0, 1, "数"), (1, 0, "公开"), (1, 1, "5"), (2, 0, "申请"), (2, 1, "0")];
    assert_eq!(shown, expected.map(|(row, column, text)| (row, column, text.to_owned())));
    // A label beside rows on both pages.
    let mut first = table(2, vec![cell(0, 0, 2, "结果"), cell(0, 1, 1, "1"), cell(1, 1, 1, "2")]);
    first.append(table(2, vec![cell(0, 0, 2, ""), cell(0, 1, 1, "3"), cell(1, 1, 1, "4")]));
    assert_eq!((first.cells[0].rowspan, first.rows, first.cells.len()), (4, 4, 5));
}

#[test]
fn page_numbers() {
    for text in ["3", "— 3 —", "第 3 页 共 10 页", "3/10", "- １２ -"] {
        assert!(is_page_number(text), "{text}");
    }
    for text in ["", "2016年", "共3件", "1234567890"] {
        assert!(!is_page_number(text), "{text}");
    }
}

#[test]
fn what_is_no_document_is_refused() {
    let read = |bytes: &[u8]| document(bytes, &Hints::default()).map_err(|error| error.reason());
    assert_eq!(read(b"%PDF-1.4\n1 0 obj").err(), Some("truncated"));
    assert_eq!(read(b"%PDF-1.4\n%%EOF").err(), Some("damaged"));
}
