//! Plain text and Markdown: lines into paragraphs, and rows drawn with pipes, tabs or commas into grids.
//!
//! The source text is the text as it is: blocks only point into it.

use super::decode::CELL_MARK;
use super::model::{Block, BlockKind, Cell, Document, Grid, Span};
use super::{Hints, ReadError, commas, furniture, limits, page_number};

/// Characters that draw the line between two cells.
const PIPES: [char; 4] = ['|', '｜', '│', '┃'];

/// Makes a document of decoded text.
pub(super) fn document(text: String, hints: &Hints) -> Result<Document, ReadError> {
    let lines = lines(&text);
    if lines.is_empty() {
        return Err(ReadError::Empty);
    }
    let mut blocks = blocks(&text, &lines)?;
    page_number::mark(&text, &mut blocks);
    furniture::mark(&text, &mut blocks);
    Ok(Document {
        blocks,
        title: hints.title.map(str::to_owned),
        address: hints.address.map(str::to_owned),
        media_type: "text/plain",
        charset: "UTF-8",
        charset_rule: "utf-8",
        text,
        ..Document::default()
    })
}

/// A line that is not blank.
struct Line {
    span: Span,
    /// Blank lines stand before it.
    spaced: bool,
}

/// Whether a character ends a line. A form feed ends a page and a line with it.
fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut spaced = false;
    let mut start = 0;
    for piece in text.split_inclusive(ends_line) {
        let body = piece.trim_end_matches(ends_line);
        if is_blank(body) {
            // The two characters of one line end are no blank line.
            spaced |= !(piece == "\n" && text[..start].ends_with('\r'));
        } else {
            lines.push(Line { span: start..start + body.len(), spaced });
            spaced = false;
        }
        start += piece.len();
    }
    whole_rows(text, lines)
}

/// Most lines that one row of a table is broken into.
const LINES_OF_ROW: usize = 6;

/// Joins the lines of rows that are broken inside: a row that is opened and not closed goes on until it has as many
/// pipes as the nearest whole rows have.
fn whole_rows(text: &str, lines: Vec<Line>) -> Vec<Line> {
    if !text.contains(PIPES) {
        return lines;
    }
    let pipes: Vec<usize> = lines.iter().map(|line| text[line.span.clone()].matches(PIPES).count()).collect();
    let opens = |line: &Line| is_opened(text, &line.span);
    let closes = |line: &Line| is_closed(text, &line.span);
    // A line without pipes behind one that is closed stands in no row: the tables before and after it are two.
    let mut is_closed_above = true;
    let parts: Vec<bool> = (0..lines.len())
        .map(|i| {
            is_closed_above = if pipes[i] > 0 { closes(&lines[i]) } else { is_closed_above };
            pipes[i] == 0 && is_closed_above
        })
        .collect();
    // The pipes of the nearest whole row before each line, and of the two after it that first agree.
    let mut before = vec![0; lines.len()];
    let mut after = vec![0; lines.len()];
    // Pipes alone are no row: where a cell stands on each line, they are places that merged cells cover.
    let prints = |i: usize| text[lines[i].span.clone()].contains(|c| !is_pipe(c) && !is_blank_char(c));
    let is_whole = |i: usize| pipes[i] > 2 && opens(&lines[i]) && closes(&lines[i]) && prints(i);
    let mut last = 0;
    for (i, before) in before.iter_mut().enumerate() {
        *before = last;
        last = if is_whole(i) { pipes[i] } else { last };
        last = if parts[i] { 0 } else { last };
    }
    last = 0;
    for (i, after) in after.iter_mut().enumerate().rev() {
        *after = last;
        last = if is_whole(i) && pipes.get(i + 1) == Some(&pipes[i]) && is_whole(i + 1) { pipes[i] } else { last };
        last = if parts[i] { 0 } else { last };
    }
    let end_of = |i: usize| {
        let widths = [before[i], after[i]];
        let is_begun = opens(&lines[i]) && widths.iter().any(|width| pipes[i] < *width);
        let goes_on = |j: &usize| {
            let may_open = !closes(&lines[i]) || !opens(&lines[*j]);
            !lines[*j].spaced && may_open && !(is_whole(*j) && widths.contains(&pipes[*j]))
        };
        let mut sum = pipes[i];
        (i + 1..lines.len().min(i + LINES_OF_ROW)).take_while(|_| is_begun).take_while(goes_on).find(|j| {
            sum += pipes[*j];
            closes(&lines[*j]) && widths.contains(&sum)
        })
    };
    let mut whole = Vec::with_capacity(lines.len());
    let mut i = 0;
    while let Some(line) = lines.get(i) {
        let end = end_of(i).unwrap_or(i);
        whole.push(Line { span: line.span.start..lines[end].span.end, spaced: line.spaced });
        i = end + 1;
    }
    whole
}

/// Whether a text prints nothing. Zero-width characters, the soft hyphen and the filler of forms print
/// nothing, and references to such characters that were left in the text.
pub(super) fn is_blank(text: &str) -> bool {
    without_blanks_before(text).is_empty()
}

/// Whether a character prints nothing.
pub(super) fn is_blank_char(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{3164}')
}

/// The range without the blanks at its ends; an empty range at its start where it is all blanks.
pub(super) fn trim(text: &str, span: Span) -> Span {
    let body = &text[span.clone()];
    let kept = without_blanks_before(body);
    if kept.is_empty() {
        return span.start..span.start;
    }
    let start = span.end - kept.len();
    start..start + without_blanks_behind(kept).len()
}

/// Names of characters that print nothing, as pages spell them in text.
const BLANK_NAMES: [&str; 9] = ["nbsp", "ensp", "emsp", "thinsp", "zwnj", "zwj", "lrm", "rlm", "shy"];
/// Longest reference to a character that prints nothing, in bytes.
const LONGEST_REFERENCE: usize = 10;

/// Whether a text is a reference to a character that prints nothing: `&nbsp;`, `&#65279;`.
fn is_blank_reference(text: &str) -> bool {
    let Some(name) = text.strip_prefix('&').and_then(|rest| rest.strip_suffix(';')) else { return false };
    let code = name.strip_prefix('#').map(|number| match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    });
    match code {
        Some(code) => code.ok().and_then(char::from_u32).is_some_and(is_blank_char),
        None => BLANK_NAMES.contains(&name),
    }
}

fn without_blanks_before(mut text: &str) -> &str {
    loop {
        text = text.trim_start_matches(prints_nothing);
        let Some(end) = text.starts_with('&').then(|| text.bytes().take(LONGEST_REFERENCE).position(|b| b == b';')).flatten() else {
            return text;
        };
        if !is_blank_reference(&text[..=end]) {
            return text;
        }
        text = &text[end + 1..];
    }
}

fn without_blanks_behind(mut text: &str) -> &str {
    loop {
        text = text.trim_end_matches(prints_nothing);
        let from = text.ends_with(';').then(|| text.bytes().rev().take(LONGEST_REFERENCE).position(|b| b == b'&')).flatten();
        let Some(start) = from.map(|from| text.len() - from - 1).filter(|start| is_blank_reference(&text[*start..])) else { return text };
        text = &text[..start];
    }
}

/// How the cells of a row are set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Pipe,
    Tab,
    Comma,
}

/// What a line is to a table.
enum Row {
    /// Cells.
    Cells(Rule, Vec<Span>),
    /// The rule under the head of a Markdown table, or one drawn between rows.
    Separator,
    /// No row.
    Line,
}

fn row_of(text: &str, span: &Span) -> Row {
    let line = &text[span.clone()];
    if is_separator(line) {
        return Row::Separator;
    }
    if line.contains(PIPES) {
        return Row::Cells(Rule::Pipe, pipe_cells(text, span));
    }
    if line.contains(CELL_MARK) {
        return Row::Cells(Rule::Tab, marked_cells(text, span));
    }
    // Tabs at the beginning indent.
    if line.trim_start_matches(is_blank_char).contains('\t') {
        return Row::Cells(Rule::Tab, split(text, span, |c| c == '\t'));
    }
    Row::Line
}

/// Whether a line only draws: `---|:--:|`, `+----+`, `├──┼──┤`.
fn is_separator(line: &str) -> bool {
    let mut drawn = 0;
    let mut crossed = false;
    for c in line.chars().filter(|c| !c.is_whitespace()) {
        match c {
            '-' | '=' | '—' | '─' | '━' => drawn += 1,
            '+' | '┼' | '├' | '┤' | '┌' | '┐' | '└' | '┘' | '┬' | '┴' | '╋' | '┣' | '┫' | '┳' | '┻' => {
                crossed = true
            }
            '|' | '｜' | '│' => crossed = true,
            ':' => {}
            _ => return false,
        }
    }
    // One dash alone in a cell is a value: `| - | - |`.
    crossed && drawn >= 3 && !line.split(PIPES).any(|cell| matches!(cell.trim(), "-" | "—" | "——" | "--"))
}

fn split(text: &str, span: &Span, at: impl Fn(char) -> bool) -> Vec<Span> {
    let mut cells = Vec::new();
    let mut start = span.start;
    for (offset, c) in text[span.clone()].char_indices().filter(|(_, c)| at(*c)) {
        let end = span.start + offset;
        cells.push(trim(text, start..end));
        start = end + c.len_utf8();
    }
    cells.push(trim(text, start..span.end));
    cells
}

/// The cells of a row in which each is ended by a mark, and the row by one more.
fn marked_cells(text: &str, span: &Span) -> Vec<Span> {
    let mut cells = split(text, span, |c| c == CELL_MARK);
    cells.pop_if(|_| text[span.clone()].ends_with(CELL_MARK));
    let is_ended = text[span.clone()].strip_suffix(CELL_MARK).is_some_and(|row| row.ends_with(CELL_MARK));
    cells.pop_if(|_| is_ended);
    cells
}

/// The cells of a row of pipes. A pipe at the end closes the last cell; one at the beginning opens the
/// first. A line of nothing but pipes prints one blank cell for each.
fn pipe_cells(text: &str, span: &Span) -> Vec<Span> {
    let mut cells = split(text, span, is_pipe);
    if is_closed(text, span) {
        cells.pop();
    }
    if is_opened(text, span) && cells.iter().any(|cell| !cell.is_empty()) {
        cells.remove(0);
    }
    cells
}

fn is_pipe(c: char) -> bool {
    PIPES.contains(&c)
}

fn is_opened(text: &str, line: &Span) -> bool {
    without_blanks_before(&text[line.clone()]).starts_with(PIPES)
}

fn is_closed(text: &str, line: &Span) -> bool {
    without_blanks_behind(&text[line.clone()]).ends_with(PIPES)
}

fn prints_nothing(c: char) -> bool {
    is_blank_char(c) || c.is_control()
}

/// Rows that begin or end without a pipe and show that the table has none at that side.
const BORDERLESS: usize = 2;

/// Gives a table that draws no pipes at one of its sides the blank cells back whose pipes look like a border:
/// ` | 2 | 3` among rows that begin with a cell, `1 | 2 | ` among rows that end with one.
fn give_back_blanks(text: &str, rows: &mut [Vec<Span>], lines: &[Span]) {
    let printed = |row: &[Span]| row.iter().filter(|cell| !cell.is_empty()).count() > 1;
    let bare = |has: fn(&str, &Span) -> bool| rows.iter().zip(lines).filter(|(row, line)| printed(row) && !has(text, line)).count();
    // Rows of as many pipes have as many cells: then one shows what all are.
    let pipes = |line: &Span| text[line.clone()].matches(PIPES).count();
    let even = lines.len() > 1 && lines.windows(2).all(|pair| pipes(&pair[0]) == pipes(&pair[1]));
    let enough = if even { 1 } else { BORDERLESS };
    let (left, right) = (bare(is_opened) >= enough, bare(is_closed) >= enough);
    for (row, line) in rows.iter_mut().zip(lines).filter(|(row, _)| row.iter().any(|cell| !cell.is_empty())) {
        if left && is_opened(text, line) {
            row.insert(0, line.start..line.start);
        }
        if right && is_closed(text, line) {
            row.push(line.end..line.end);
        }
    }
}

/// Whether cells are rather a line of text: `来源：县政府 | 时间：…` in a sentence, a numbered paragraph.
fn is_prose(text: &str, cells: &[Span]) -> bool {
    let sentence = |cell: &Span| {
        let body = &text[cell.clone()];
        body.contains('。') && body.chars().count() > 40
    };
    cells.iter().filter(|cell| !cell.is_empty()).count() <= 2 && cells.len() <= 3 && cells.iter().any(sentence)
}

/// A table while its rows are read.
struct Run {
    rule: Rule,
    rows: Vec<Vec<Span>>,
    /// The line of each row.
    lines: Vec<Span>,
    span: Span,
    /// Blank lines stand between its rows, too.
    spaced: bool,
    first_line: usize,
}

fn blocks(text: &str, lines: &[Line]) -> Result<Vec<Block>, ReadError> {
    let mut blocks = Vec::with_capacity(lines.len());
    let mut run: Option<Run> = None;
    let mut cells_read = 0;
    let commas = commas::rows(text, lines.iter().map(|line| &line.span));
    for (number, line) in lines.iter().enumerate() {
        let row = match commas.get(number) {
            Some(true) => Row::Cells(Rule::Comma, commas::cells(text, &line.span)),
            _ => row_of(text, &line.span),
        };
        if let Some(open) = &mut run {
            let near = !line.spaced || open.spaced || open.rows.len() == 1;
            let fits = match &row {
                Row::Separator => near,
                Row::Cells(rule, cells) => near && *rule == open.rule && !is_prose(text, cells),
                // A row whose first cells are blank looks like an indented line.
                Row::Line => {
                    let cells = split(text, &line.span, |c| c == '\t');
                    near && open.rule == Rule::Tab && cells.len() > 1 && open.rows.last().is_some_and(|last| last.len() == cells.len())
                }
            };
            if fits {
                open.spaced |= line.spaced;
                open.span.end = line.span.end;
                let cells = match row {
                    Row::Cells(_, cells) => Some(cells),
                    Row::Line => Some(split(text, &line.span, |c| c == '\t')),
                    Row::Separator => None,
                };
                if let Some(cells) = cells {
                    open.rows.push(cells);
                    open.lines.push(line.span.clone());
                }
                cells_read += open.rows.last().map_or(0, Vec::len);
                limits::cells(cells_read)?;
                continue;
            }
            if let Some(done) = run.take() {
                close(text, lines, done, &mut blocks);
            }
        }
        match row {
            Row::Cells(rule, cells) if !is_prose(text, &cells) => {
                cells_read += cells.len();
                let span = line.span.clone();
                run = Some(Run { rule, rows: vec![cells], lines: vec![span.clone()], span, spaced: false, first_line: number });
            }
            _ => blocks.push(paragraph(text, line.span.clone())),
        }
    }
    if let Some(done) = run {
        close(text, lines, done, &mut blocks);
    }
    Ok(blocks)
}

/// Ends a table. A single row of one or two cells is rather a line with a bar in it: `A县 | B网`.
fn close(text: &str, lines: &[Line], mut run: Run, blocks: &mut Vec<Block>) {
    let printed = |row: &Vec<Span>| row.iter().filter(|cell| !cell.is_empty()).count();
    let bars = text[run.span.clone()].matches(PIPES).count();
    let alone = run.rows.len() == 1 && printed(&run.rows[0]) < 3 && bars < 2;
    if alone {
        let held = lines[run.first_line..].iter().take_while(|line| line.span.start < run.span.end);
        blocks.extend(held.map(|line| paragraph(text, line.span.clone())));
        return;
    }
    if run.rule == Rule::Pipe {
        give_back_blanks(text, &mut run.rows, &run.lines);
    }
    let kind = BlockKind::Table(grid(run.rows));
    blocks.push(Block { kind, span: run.span, page: 0 });
}

fn grid(rows: Vec<Vec<Span>>) -> Grid {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let height = rows.len();
    let mut cells = Vec::with_capacity(rows.iter().map(Vec::len).sum());
    for (row, spans) in rows.into_iter().enumerate() {
        for (column, span) in spans.into_iter().enumerate() {
            cells.push(Cell { row, column, rowspan: 1, colspan: 1, span });
        }
    }
    Grid { cells, rows: height, columns }
}

fn paragraph(text: &str, span: Span) -> Block {
    let line = &text[span.clone()];
    let kind = markdown_heading(line).map_or(BlockKind::Paragraph, BlockKind::Heading);
    Block { kind, span, page: 0 }
}

/// The depth of a Markdown heading: one to six `#` and a blank.
fn markdown_heading(line: &str) -> Option<u8> {
    let rest = line.trim_start_matches('#');
    let depth = line.len() - rest.len();
    ((1..=6).contains(&depth) && rest.starts_with(' ')).then_some(u8::try_from(depth).unwrap_or(6))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let document = document(text.to_owned(), &Hints::default()).unwrap_or_default();
        assert_eq!(document.text, text);
        document.blocks.iter().map(|block| show(&document, block)).collect()
    }

    fn show(document: &Document, block: &Block) -> String {
        match &block.kind {
            BlockKind::Table(grid) => {
                let rows = (0..grid.rows).map(|row| {
                    let cells = grid.cells.iter().filter(|cell| cell.row == row);
                    cells.map(|cell| &document.text[cell.span.clone()]).collect::<Vec<_>>().join("/")
                });
                rows.collect::<Vec<_>>().join(";")
            }
            kind => {
                let kind = format!("{kind:?}");
                format!("{}:{}", &kind[..1], &document.text[block.span.clone()])
            }
        }
    }

    #[test]
    fn pipes_keep_the_blank_cells_they_print() {
        assert_eq!(read("规章 | 0 | ||\n行政许可 | 增13 |\n"), ["规章/0//;行政许可/增13"]);
        assert_eq!(read("| 甲 | 乙 |\n|---|:-:|\n| 1 |  |"), ["甲/乙;1/"]);
        assert_eq!(read("数量 | 3\n||||\n| 25 |"), ["数量/3;///;25"]);
        assert_eq!(read("甲｜乙｜丙"), ["甲/乙/丙"]);
        assert_eq!(read("| - | - | - |\n| 1 | 2 | 3 |"), ["-/-/-;1/2/3"]);
    }

    #[test]
    fn rows_broken_inside_are_one() {
        let rows = "| 甲 | 件 | 1 |\n| 乙 | 件 | 2 |\n";
        for (broken, row) in [
            ("| 政务微\n博数 | 件 | 3 |", "政务微\n博数/件/3"),
            ("| 丙\n| 件\n| 3 |", "丙/件/3"),
            ("| 丙 | 件 |\n 3 |", "丙/件/3"),
            // No number: what the line end did to it is not known.
            ("| 丙 | 件 | 3\n4 |", "丙/件/3\n4"),
        ] {
            assert_eq!(read(&format!("{rows}{broken}")), [format!("甲/件/1;乙/件/2;{row}")]);
            assert_eq!(read(&format!("{broken}\n{rows}")), [format!("{row};甲/件/1;乙/件/2")]);
        }
        assert_eq!(read("| 甲 | 件 | 1 |\n| 乙 |\n| 2 |\n| 丙 | 件 | 3 |"), ["甲/件/1;乙;2;丙/件/3"]);
        assert_eq!(read("| 甲 | 1\n| 乙 | 2\n| 丙 | 3"), ["甲/1;乙/2;丙/3"]);
        // A cell a line, and a table elsewhere.
        assert_eq!(read("|||\n|||\n|\n甲 |\n1 |\n2 |"), ["//;//;;甲;1;2"]);
        assert_eq!(read("| 甲 | 件 | 1 |\n二、表\n|\n乙 |\n1 |\n2 |"), ["甲/件/1", "P:二、表", ";乙;1;2"]);
    }

    #[test]
    fn pipes_at_the_end_are_no_border_where_other_rows_have_none() {
        assert_eq!(read("甲 | 乙 | 丙\n1 | 2 | 3\n | 5 | 6\n7 | 8 | "), ["甲/乙/丙;1/2/3;/5/6;7/8/"]);
        assert_eq!(read("甲 | 乙 | 丙 |\n1 | 2 | 3 |\n | 5 | 6 |"), ["甲/乙/丙;1/2/3;/5/6"]);
        assert_eq!(read("| 甲 | 乙 |\n| 1 | 2 |\n| | 4 |"), ["甲/乙;1/2;/4"]);
    }

    #[test]
    fn references_to_blanks_print_nothing() {
        assert_eq!(read("| a |&nbsp;| 2 |&#65279;\n| b | &#xFEFF;3&emsp; | 4 |\n| c | &nbsp | 4 |"), ["a//2;b/3/4;c/&nbsp/4"]);
        assert_eq!(read("a\n&nbsp;&nbsp;\nb"), ["P:a", "P:b"]);
    }

    #[test]
    fn blank_cells_have_their_place() {
        let text = "甲 |  | 5\n1 | 2 | 3";
        let document = document(text.to_owned(), &Hints::default()).unwrap_or_default();
        let BlockKind::Table(grid) = &document.blocks[0].kind else { unreachable!("a table was drawn") };
        assert_eq!(grid.cells[1].span, 5..5);
        assert_eq!(&text[grid.cells[2].span.clone()], "5");
    }

    #[test]
    fn tabs_draw_tables_and_indent_lines() {
        assert_eq!(read("指标\t单位\t数\n公开\t条\t5\n\t\t7\n\t正文"), ["指标/单位/数;公开/条/5;//7", "P:\t正文"]);
        assert_eq!(read("电话\t123"), ["P:电话\t123"]);
    }

    #[test]
    fn marks_of_word_end_cells_and_rows() {
        assert_eq!(read("正文\n甲\u{7}乙\u{7}\u{7}\n1\u{7}\u{7}\u{7}\n3\u{7}4\u{7}\u{7}\n正文"), ["P:正文", "甲/乙;1/;3/4", "P:正文"]);
    }

    #[test]
    fn a_bar_in_a_line_is_no_table() {
        assert_eq!(read("年度报告 | 某县网\n正文"), ["P:年度报告 | 某县网", "P:正文"]);
        let prose = "一、\t全年主动公开政府信息112条，其中政府网站58条，其他54条。依申请公开收到0件，没有收费，没有复议和诉讼。";
        assert_eq!(read(&[prose, "\n", prose].concat()).len(), 2);
    }

    #[test]
    fn blank_lines_end_a_table_unless_they_stand_between_all_rows() {
        assert_eq!(read("甲 | 1 | 2\n乙 | 3 | 4\n\n丙 | 5 | 6\n丁 | 7 | 8"), ["甲/1/2;乙/3/4", "丙/5/6;丁/7/8"]);
        assert_eq!(read("甲 | 1 | 2\n\n乙 | 3 | 4\n\n丙 | 5 | 6"), ["甲/1/2;乙/3/4;丙/5/6"]);
        assert_eq!(read("甲 | 1\r\n乙 | 3\r\n丙 | 5"), ["甲/1;乙/3;丙/5"]);
    }

    #[test]
    fn what_surrounds_the_body_is_kept_apart() {
        assert_eq!(
            read("索引号: | 0083/2018 | 发布机构: | 市政府 |\n发布日期: | 2018-03-09 | 主题分类: | 其他 |\n标题"),
            ["F:索引号: | 0083/2018 | 发布机构: | 市政府 |\n发布日期: | 2018-03-09 | 主题分类: | 其他 |", "P:标题"]
        );
        assert_eq!(read("当前位置: 首页 > 公开 > 年报\n正文"), ["F:当前位置: 首页 > 公开 > 年报", "P:正文"]);
        assert_eq!(read("# 年报\n正文"), ["H:# 年报", "P:正文"]);
    }

    #[test]
    fn all_kinds_of_line_end() {
        assert_eq!(read("一\r二\r\n三\u{c}四\u{2028}五"), ["P:一", "P:二", "P:三", "P:四", "P:五"]);
        assert_eq!(document(" \u{3000}\n\u{feff}".to_owned(), &Hints::default()), Err(ReadError::Empty));
    }
}
