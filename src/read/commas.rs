//! Tables whose cells are set apart by commas, as spreadsheets save them. A comma also parts clauses and thousands: a
//! document has such a table only where several of its lines are words and then figures and nothing else.

use super::model::Span;
use super::text::{is_blank_char, trim};

/// Lines of words and figures that a document must have.
const FEWEST_ROWS: usize = 5;
/// The longest field and the most fields of a row.
const LONGEST: usize = 240;
const MOST: usize = 64;

/// What a field of a line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Blank,
    Figure,
    Words,
}

/// What a line can be in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    /// Words, and then figures.
    Labelled,
    /// Figures alone.
    Figures,
    /// Words alone.
    Head,
    /// No row.
    Other,
}

/// For each line whether it is a row of a table: those that stand together with a row of words and figures. Empty
/// where there is no such table.
pub(super) fn rows<'a>(text: &str, lines: impl Iterator<Item = &'a Span>) -> Vec<bool> {
    if !text.contains(',') {
        return Vec::new();
    }
    let rows: Vec<Row> = lines.map(|line| row(text, line)).collect();
    if rows.iter().filter(|row| **row == Row::Labelled).count() < FEWEST_ROWS {
        return Vec::new();
    }
    let runs = rows.chunk_by(|a, b| *a != Row::Other && *b != Row::Other);
    // The numbers of a table whose labels stand above it are a row by themselves.
    let is_table = |run: &[Row]| run.iter().any(|row| matches!(row, Row::Labelled | Row::Figures));
    runs.flat_map(|run| std::iter::repeat_n(is_table(run), run.len())).collect()
}

/// The cells of a row. Quotation marks around a cell are not its text.
pub(super) fn cells(text: &str, line: &Span) -> Vec<Span> {
    let mut cells = Vec::new();
    let (mut start, mut quoted) = (line.start, false);
    for (offset, c) in text[line.clone()].char_indices() {
        let at = line.start + offset;
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                cells.push(bare(text, start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    cells.push(bare(text, start..line.end));
    cells
}

/// A field without blanks and quotation marks around it.
fn bare(text: &str, field: Span) -> Span {
    let field = trim(text, field);
    match text[field.clone()].strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) => trim(text, field.start + 1..field.start + 1 + inner.len()),
        None => field,
    }
}

fn row(text: &str, line: &Span) -> Row {
    let body = &text[line.clone()];
    if !body.contains(',') || body.contains(['。', '|', '\t']) || body.len() > LONGEST * MOST {
        return Row::Other;
    }
    let cells = cells(text, line);
    let fields: Vec<Field> = cells.iter().map(|cell| field(&text[cell.clone()])).collect();
    let figures = fields.iter().filter(|field| **field == Field::Figure).count();
    if fields.len() > MOST || cells.iter().any(|cell| cell.len() > LONGEST) {
        return Row::Other;
    }
    let blanks = fields.iter().filter(|field| **field == Field::Blank).count();
    match fields.iter().rposition(|field| *field == Field::Words) {
        // 政府网站公开信息数  条  674,772: the comma of thousands.
        Some(last) if text[cells[last].clone()].ends_with(|c: char| c.is_ascii_digit()) => Row::Other,
        // The number of a row may stand before its label.
        Some(last) if figures > 0 && !fields[..last].iter().skip(1).any(|field| *field == Field::Figure) && last + 1 < fields.len() => {
            if fields[last + 1..].contains(&Field::Figure) {
                Row::Labelled
            } else {
                Row::Other
            }
        }
        // A clause may end with one comma, but not with two.
        Some(_) if figures == 0 && (blanks > 1 || !cells.iter().any(|cell| counts(&text[cell.clone()]))) => Row::Head,
        // 1,234 and 12,345 are one number each.
        None if figures >= 3 => Row::Figures,
        _ => Row::Other,
    }
}

fn field(cell: &str) -> Field {
    let is_dash = |c: char| matches!(c, '-' | '—' | '－' | '/' | '+');
    let digits = cell.trim_start_matches(|c: char| is_dash(c) || matches!(c, '增' | '减'));
    let digits = digits.strip_suffix('元').map_or(digits, |amount| amount.trim_end_matches(['万', '亿']));
    let is_figure = digits.chars().any(|c| c.is_ascii_digit())
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    if is_figure {
        Field::Figure
    } else if cell.chars().all(|c| is_dash(c) || is_blank_char(c)) {
        Field::Blank
    } else {
        Field::Words
    }
}

/// Whether words of a head hold figures, other than the year or the number of a label: then they are a sentence.
fn counts(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let rest = cell.trim_start_matches(|c: char| c.is_ascii_digit());
    let leading = cell.len() - rest.len();
    let is_own = leading == 4 && rest.starts_with('年') || (1..=2).contains(&leading) && rest.starts_with(['.', '、', '．']);
    digits > 0 && !(is_own && digits == leading)
}

#[cfg(test)]
mod tests {
    use super::super::model::BlockKind;
    use super::super::{Hints, text};

    fn tables(text: &str) -> Vec<String> {
        let document = text::document(text.to_owned(), &Hints::default()).unwrap_or_default();
        let show = |kind: &BlockKind| match kind {
            BlockKind::Table(grid) => Some(grid.cells.iter().map(|c| &document.text[c.span.clone()]).collect::<Vec<_>>().join("/")),
            _ => None,
        };
        document.blocks.iter().filter_map(|block| show(&block.kind)).collect()
    }

    #[test]
    fn words_and_figures_between_commas_are_a_table() {
        let body = "（一）予以公开,36,10\n（二）部分公开,13,\n\"1,属于国家秘密\",\"1,234\",0\n2.重复申请,4,-\n（七）总计,114,23";
        let text = format!("本年办理情况如下,见附表。\n项目,自然人,总计\n{body}\n其他,无\n");
        assert_eq!(
            tables(&text),
            ["项目/自然人/总计/（一）予以公开/36/10/（二）部分公开/13//1,属于国家秘密/1,234/0/2.重复申请/4/-/（七）总计/114/23/其他/无"]
        );
    }

    #[test]
    fn sentences_and_thousands_are_no_table() {
        let prose = "2023年,全市收到申请1,234件,办结1,200件\n网站公开1,234条,\n微信公开,2,345条\n收到申请,\n同比增长,12.5%\n";
        assert_eq!(tables(&prose.repeat(6)), [""; 0]);
        assert_eq!(tables(&"政府网站公开信息数   条   674,772\n2.政务微博公开信息数 966,337\n".repeat(6)), [""; 0]);
        // Four rows may be anything.
        assert_eq!(tables("规章,0,0,0\n行政许可,31420\n行政处罚,4517\n行政强制,308\n"), [""; 0]);
    }
}
