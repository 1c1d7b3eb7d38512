use super::*;

fn cell(row: usize, column: usize, rowspan: usize, text: &str) -> TableCell {
    let lines = if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    TableCell { row, column, rowspan, colspan: 1, lines }
}

fn table(rows: usize, cells: Vec<TableCell>) -> Table {
    Table { xs: vec![0.0, 50.0, 100.0], blanks: Vec::new(), headed: false, top: 0.0, bottom: 20.0, cells, rows }
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

/// Characters of a text, from a place on; blanks take their width.
fn glyphs(text: &str, left: f64, baseline: f64) -> Vec<Character> {
    let mut x = left;
    let mut out = Vec::new();
    for c in text.chars() {
        let width = if c.is_ascii() { 5.0 } else { 10.0 };
        if c != ' ' {
            out.push(Character { text: c.to_string(), left: x, right: x + width, baseline, size: 10.0 });
        }
        x += width;
    }
    out
}

fn aligned_tables(lines: &[(&str, f64)], before: Option<&[(f64, f64)]>) -> Vec<Table> {
    aligned::tables(lines.iter().flat_map(|(text, baseline)| glyphs(text, 50.0, *baseline)).collect(), before).0
}

fn aligned_rows(lines: &[(&str, f64)]) -> Vec<String> {
    shown(&aligned_tables(lines, None))
}

fn shown(tables: &[Table]) -> Vec<String> {
    let show =
        |table: &Table, row| table.row(row).map(|cell| format!("{}:{}", cell.column, cell.lines.concat())).collect::<Vec<_>>().join(" ");
    tables.iter().flat_map(|table| (0..table.rows).map(|row| show(table, row)).collect::<Vec<_>>()).collect()
}

#[test]
fn figures_under_each_other_are_a_table() {
    let lines = [
        ("2021年统计情况", 80.0),
        ("指标              单位      数", 100.0),
        ("主动公开政府信息  条         5", 120.0),
        // A label that wraps, its figure beside the middle.
        ("收到书面和口头形", 136.0),
        ("                  件      1,200", 141.0),
        ("式提出的申请", 146.0),
        ("答复              件         0", 162.0),
        ("以上数据截至当年年底，详见政府网站所载的统计表", 190.0),
    ];
    let expected = ["0:指标 1:单位 2:数", "0:主动公开政府信息 1:条 2:5", "0:收到书面和口头形式提出的申请 1:件 2:1,200", "0:答复 1:件 2:0"];
    assert_eq!(aligned_rows(&lines), expected);
}

#[test]
fn a_column_of_blank_cells_is_known_by_its_head() {
    let lines = [
        ("指标              单位      本年      上年", 100.0),
        ("主动公开政府信息  条                  7", 120.0),
        ("收到的申请        件                  8", 140.0),
        ("答复              件                  9", 160.0),
    ];
    let tables = aligned_tables(&lines, None);
    assert_eq!(shown(&tables)[1..], ["0:主动公开政府信息 1:条 2: 3:7", "0:收到的申请 1:件 2: 3:8", "0:答复 1:件 2: 3:9"]);
    // The next page has no head, and a figure where this one has none.
    let lines = [
        ("行政复议          件        243       7", 20.0),
        ("行政诉讼          件                  7", 40.0),
        ("举报              件                  7", 60.0),
    ];
    let next = aligned_tables(&lines, Some(&tables[0].blanks));
    assert_eq!(shown(&next), ["0:行政复议 1:件 2:243 3:7", "0:行政诉讼 1:件 2: 3:7", "0:举报 1:件 2: 3:7"]);
    assert!(tables[0].headed && tables[0].continues(&next[0]));
}

#[test]
fn contents_and_sentences_are_no_table() {
    assert!(aligned_rows(&[("一、概述          1", 100.0), ("二、申请          2", 115.0), ("三、收费          2", 130.0)]).is_empty());
    assert!(aligned_rows(&[("索引号：20        发布：办公室", 100.0), ("名称：年报        日期：1日", 115.0)]).is_empty());
}
