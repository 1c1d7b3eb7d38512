//! The ways in which pages and offices print the tables of a form.

use ogi::read::{Block, BlockKind, Cell, Document, Grid};

use super::random::{Form, Printed, is_of_figure};
use crate::corpus::{docx, layout, pdf, workbook};

/// What must come back of a layout's figures.
#[derive(Clone, Copy, PartialEq)]
pub enum Promise {
    /// All, blanks or not.
    All,
    /// All where no cell is blank; else those that are beyond doubt.
    AllIfFull,
    /// Those that are beyond doubt.
    Some,
}

/// The form as a document with cells and spans, as HTML gives it.
pub fn as_grids(form: &Form) -> Document {
    let mut document = Document { media_type: "text/html", ..Document::default() };
    for (head, table) in &form.tables {
        let start = document.text.len();
        document.text.push_str(head);
        document.blocks.push(Block { kind: BlockKind::Paragraph, span: start..document.text.len(), page: 0 });
        document.text.push('\n');
        let begin = document.text.len();
        let mut grid = Grid { rows: table.len(), ..Grid::default() };
        let mut taken: std::collections::HashSet<(usize, usize)> = std::collections::HashSet::new();
        for (r, row) in table.iter().enumerate() {
            let mut column = 0;
            for (n, (text, rowspan, colspan)) in row.iter().enumerate() {
                while taken.contains(&(r, column)) {
                    column += 1;
                }
                for y in 0..*rowspan {
                    for x in 0..*colspan {
                        taken.insert((r + y, column + x));
                    }
                }
                if n > 0 {
                    document.text.push('\t');
                }
                let at = document.text.len();
                document.text.push_str(text);
                grid.cells.push(Cell { row: r, column, rowspan: *rowspan, colspan: *colspan, span: at..document.text.len() });
                column += colspan;
                grid.columns = grid.columns.max(column);
            }
            document.text.push('\n');
        }
        document.blocks.push(Block { kind: BlockKind::Table(grid), span: begin..document.text.len() - 1, page: 0 });
    }
    document
}

/// The form as headings and sheets, as files of offices hold it.
pub fn as_sheets(form: &Form) -> Vec<layout::Block> {
    let mut blocks = Vec::new();
    for (head, table) in &form.tables {
        blocks.push(layout::Block::Heading((*head).to_owned()));
        let columns = places(table, false).iter().map(Vec::len).max().unwrap_or(0);
        // A label reaches no further down than its table, also where rows are lost.
        let place =
            |(text, rows, columns): &(String, usize, usize), left: usize| layout::Cell::new(text).rows((*rows).min(left)).columns(*columns);
        let rows = table.iter().enumerate().map(|(at, row)| row.iter().map(|cell| place(cell, table.len() - at)).collect()).collect();
        blocks.push(layout::Block::Sheet(layout::Sheet { columns, rows, review: false }));
    }
    blocks
}

/// The form in every format of an office, by name.
pub fn as_files(form: &Form) -> [(&'static str, Promise, Vec<u8>); 5] {
    let (title, date, blocks) = ("政府信息公开工作年度报告", "2022-01-20", as_sheets(form));
    [
        ("DOCX", Promise::All, docx::print(title, date, &blocks)),
        ("XLSX", Promise::All, workbook::xlsx(title, date, &blocks)),
        ("XLS", Promise::All, workbook::xls(title, date, &blocks)),
        ("PDF", Promise::All, pdf::print(title, date, &blocks, true)),
        ("PDF without ruling lines", Promise::Some, pdf::print(title, date, &blocks, false)),
    ]
}

/// The form as text in every layout that loses cells, borders or lines, by name. `spread` is where labels break.
pub fn as_texts(form: &Form, spread: usize) -> Vec<(&'static str, Promise, String)> {
    vec![
        ("markdown", Promise::All, lines(form, |t| unrolled(t).iter().map(|r| format!("| {} |\n", r.join(" | "))).collect())),
        (
            "markdown, merged cells repeated",
            Promise::All,
            lines(form, |t| repeated(t).iter().map(|r| format!("| {} |\n", r.join(" | "))).collect()),
        ),
        ("pipes between cells only", Promise::All, lines(form, |t| unrolled(t).iter().map(|r| r.join(" | ") + "\n").collect())),
        ("tabs with spans unrolled", Promise::All, lines(form, |t| unrolled(t).iter().map(|r| r.join("\t") + "\n").collect())),
        (
            "crawler's pipes",
            Promise::AllIfFull,
            lines(form, |t| {
                let width = unrolled(t).first().map_or(0, Vec::len);
                t.iter()
                    .map(|r| {
                        let cells = r.iter().map(|c| c.0.as_str()).collect::<Vec<_>>().join(" | ");
                        format!("{cells} | {}\n", "|".repeat(width.saturating_sub(r.len())))
                    })
                    .collect()
            }),
        ),
        (
            "pipes at both ends",
            Promise::AllIfFull,
            lines(form, |t| {
                t.iter().map(|r| format!("| {} |\n", r.iter().map(|c| c.0.as_str()).collect::<Vec<_>>().join(" | "))).collect()
            }),
        ),
        (
            "pipes without empty cells",
            Promise::AllIfFull,
            lines(form, |t| {
                t.iter()
                    .map(|r| r.iter().filter(|c| !c.0.is_empty()).map(|c| c.0.as_str()).collect::<Vec<_>>().join(" | ") + " |\n")
                    .collect()
            }),
        ),
        (
            "a cell a line",
            Promise::AllIfFull,
            lines(form, |t| t.iter().flatten().filter(|c| !c.0.is_empty()).map(|c| format!("{}\n", c.0)).collect()),
        ),
        (
            "a cell a line, blank lines between",
            Promise::AllIfFull,
            lines(form, |t| t.iter().flatten().filter(|c| !c.0.is_empty()).map(|c| format!("{}\n\n", c.0)).collect()),
        ),
        (
            "a cell a line, labels broken",
            Promise::AllIfFull,
            lines(form, |t| {
                t.iter()
                    .flatten()
                    .filter(|c| !c.0.is_empty())
                    .map(|c| {
                        let letters: Vec<char> = c.0.chars().collect();
                        if letters.len() > 5 && letters.iter().all(|c| !c.is_ascii_digit()) {
                            let (a, b) = letters.split_at(2 + spread);
                            format!("{}\n{}\n", a.iter().collect::<String>(), b.iter().collect::<String>())
                        } else {
                            format!("{}\n", c.0)
                        }
                    })
                    .collect()
            }),
        ),
        (
            "a cell a line, pipe at its end",
            Promise::AllIfFull,
            lines(form, |t| t.iter().flatten().map(|c| format!("{} |\n", c.0)).collect()),
        ),
        ("blanks between cells", Promise::AllIfFull, lines(form, |t| join(t, " ", ""))),
        ("a whole table in one line", Promise::AllIfFull, lines(form, |t| join(t, " ", "").replace('\n', " "))),
        (
            "label and figures in two lines",
            Promise::AllIfFull,
            lines(form, |t| {
                t.iter()
                    .map(|r| {
                        let split = r.iter().rposition(|c| c.0.chars().any(|x| !is_of_figure(x))).map_or(0, |i| i + 1);
                        let text = |c: &[(String, usize, usize)]| c.iter().map(|c| c.0.as_str()).collect::<Vec<_>>().join(" ");
                        format!("{}\n{}\n", text(&r[..split]), text(&r[split..]))
                    })
                    .collect()
            }),
        ),
        ("a cell a line, blank lines for blank cells", Promise::AllIfFull, lines(form, |t| a_cell_a_line(t, "\n"))),
        ("a cell a line, each with a blank line", Promise::AllIfFull, lines(form, |t| a_cell_a_line(t, "\n\n"))),
        ("commas", Promise::AllIfFull, lines(form, |t| unrolled(t).iter().map(|r| r.join(",") + "\n").collect())),
        ("commas, merged cells once", Promise::AllIfFull, lines(form, |t| join(t, ",", ""))),
        ("reviews in three lines", Promise::AllIfFull, lines(form, |t| join(&in_fives(t), " | ", " |"))),
        ("reviews in three lines of blanks", Promise::AllIfFull, lines(form, |t| join(&in_fives(t), " ", ""))),
        ("pages", Promise::AllIfFull, layout::paged(&lines(form, |t| join(t, "   ", "")))),
        // A label whose end is a wording of its own stays open.
        ("labels around their figures", Promise::Some, lines(form, |t| t.iter().map(|r| around_figures(r, spread)).collect())),
        ("labels first, a line for the figures of a row", Promise::Some, labels_first(form)),
        (
            "labels first, figures after",
            Promise::Some,
            lines(form, |t| {
                let (labels, figures): (Vec<_>, Vec<_>) = t.iter().flatten().partition(|c| c.0.chars().any(|x| !is_of_figure(x)));
                labels.iter().chain(&figures).map(|c| format!("{}\n", c.0)).collect()
            }),
        ),
    ]
}

/// A cell a line, blank ones too.
pub fn a_cell_a_line(table: &Printed, end: &str) -> String {
    table.iter().flatten().map(|cell| format!("{}{end}", cell.0)).collect()
}

/// The table of reviews with a row of figures for each group.
fn in_fives(table: &Printed) -> Printed {
    let is_whole = |row: &Vec<(String, usize, usize)>| row.len() == 15 && row.iter().all(|c| c.0.chars().all(is_of_figure));
    table.iter().flat_map(|row| if is_whole(row) { row.chunks(5).map(<[_]>::to_vec).collect() } else { vec![row.clone()] }).collect()
}

/// A row whose last label a narrow column broke: its figures stand in the line between.
fn around_figures(row: &[(String, usize, usize)], spread: usize) -> String {
    let text = |cells: &[(String, usize, usize)]| cells.iter().map(|c| c.0.as_str()).collect::<Vec<_>>().join("  ");
    let is_unit = |text: &str| text == "——" || text.chars().count() <= 2 && !text.is_empty();
    let words = row.iter().take_while(|c| c.0.chars().any(|x| !is_of_figure(x)) && !is_unit(&c.0)).count();
    let Some((label, groups)) = row[..words].split_last() else { return text(row) + "\n" };
    let letters: Vec<char> = label.0.chars().collect();
    let has_figure = row[words..].iter().any(|c| c.0.chars().any(|x| x.is_ascii_digit()));
    if letters.len() < 10 || !has_figure {
        return text(row) + "\n";
    }
    let (above, below) = letters.split_at(letters.len() - 2 - spread);
    let [above, below] = [above, below].map(|part| part.iter().collect::<String>());
    format!("{above}\n  {}  {}\n{below}\n", text(groups), text(&row[words..]))
}

/// The labels of a table's rows, and then a line with the figures of each.
pub fn labels_first(form: &Form) -> String {
    lines(form, |t| {
        let is_figure = |c: &(String, usize, usize)| !c.0.is_empty() && c.0.chars().all(is_of_figure);
        let labels: String = t.iter().flatten().filter(|c| !is_figure(c) && !c.0.is_empty()).map(|c| format!("{}\n", c.0)).collect();
        let figures = t.iter().map(|row| row.iter().filter(|c| is_figure(c)).map(|c| c.0.as_str()).collect::<Vec<_>>().join(" "));
        labels + &figures.filter(|line| !line.is_empty()).map(|line| line + "\n").collect::<String>()
    })
}

/// Cells of a table with spans unrolled: the text at its first place, blanks elsewhere.
pub fn unrolled(table: &Printed) -> Vec<Vec<String>> {
    places(table, false)
}

/// Cells of a table, the text of a cell in every place that it covers: what converters make of spans.
pub fn repeated(table: &Printed) -> Vec<Vec<String>> {
    places(table, true)
}

fn places(table: &Printed, repeat: bool) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<Option<String>>> = vec![Vec::new(); table.len()];
    for (r, row) in table.iter().enumerate() {
        let mut column = 0;
        for (text, rowspan, colspan) in row {
            while rows[r].get(column).is_some_and(Option::is_some) {
                column += 1;
            }
            for (y, line) in rows.iter_mut().enumerate().skip(r).take(*rowspan) {
                line.resize(line.len().max(column + colspan), None);
                for (x, place) in line.iter_mut().enumerate().skip(column).take(*colspan) {
                    *place = Some(if repeat || y == r && x == column { text.clone() } else { String::new() });
                }
            }
            column += colspan;
        }
    }
    rows.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect()
}

/// The form as a page, with or without the end tags that HTML lets one leave out.
pub fn as_page(form: &Form, closed: bool) -> String {
    let end = |tag: &str| if closed { format!("</{tag}>") } else { String::new() };
    let mut page = String::from("<html><body>\n");
    for (head, table) in &form.tables {
        page += &format!("<p>{head}{}\n<table border=1>\n", end("p"));
        for row in table {
            page += "<tr>";
            for (text, rowspan, colspan) in row {
                page += &format!("<td rowspan={rowspan} colspan={colspan}>{text}{}", end("td"));
            }
            page += &format!("{}\n", end("tr"));
        }
        page += "</table>\n";
    }
    page + "</body></html>"
}

pub fn lines(form: &Form, print: impl Fn(&Printed) -> String) -> String {
    form.tables.iter().map(|(head, table)| format!("{head}\n{}\n", print(table))).collect()
}

pub fn join(table: &Printed, between: &str, end: &str) -> String {
    table.iter().map(|row| row.iter().map(|c| c.0.as_str()).collect::<Vec<_>>().join(between) + end + "\n").collect()
}
