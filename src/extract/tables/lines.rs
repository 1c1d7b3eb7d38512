//! What the lines of a text say about the cells that they hold: labels that go on behind the line of their figures,
//! and blank lines that are blank cells.

use super::cell::Reading;
use super::labels::{self, Hit, ItemRef, Word};
use super::rows::{Layout, Row, Slot};
use crate::knowledge::{FormTable, ItemKind, forms};

/// Lines of a label above the line of its figures, and below it.
const LINES_ABOVE: usize = 2;
const LINES_BELOW: usize = 3;

/// Puts labels that a narrow column broke around the line of their figures together again: 社会稳 / 件 0 / 定. Only
/// where the lines make one label of a form, letter for letter, that neither of them is alone. The name of the group
/// may stand in the middle line, before what that line has of the label.
pub fn rejoin_labels(text: &str, rows: &mut Vec<Row>) {
    let mut at = 1;
    while at + 1 < rows.len() {
        match torn_label(text, rows, at) {
            Some((above, below, slots)) => {
                let (first, last) = (at - above, at + below);
                let span = rows[first].span.start..rows[last].span.end;
                let slots = slots.into_iter().enumerate().map(|(column, slot)| Slot { column, ..slot }).collect();
                let row = Row { slots, span, ..rows[at].clone() };
                rows.splice(first..=last, [row]);
                at = first + 1;
            }
            None => at += 1,
        }
    }
}

fn is_words(slot: &Slot) -> bool {
    slot.reading == Reading::Text && slot.unit.is_none()
}

/// Whether a row is a line of text and nothing else. The end of a label may look like a unit: 计1 / 条）.
fn is_line_of_text(row: &Row) -> bool {
    row.layout == Layout::Line && !row.slots.is_empty() && row.slots.iter().all(|slot| slot.reading == Reading::Text)
}

/// Whether a row is a line of words and nothing else.
fn is_line_of_words(row: &Row) -> bool {
    row.layout == Layout::Line && !row.slots.is_empty() && row.slots.iter().all(is_words)
}

/// Where the figures of row `at` have their label in the lines around them: how many lines above and below are its,
/// and the slots of all in their order.
fn torn_label(text: &str, rows: &[Row], at: usize) -> Option<(usize, usize, Vec<Slot>)> {
    let row = &rows[at];
    let words = row.slots.iter().take_while(|slot| is_words(slot)).count();
    let (own, figures) = row.slots.split_at(words);
    let has_figure = figures.iter().any(|slot| matches!(slot.reading, Reading::Figure(_) | Reading::Dash(_)));
    let around = is_line_of_words(&rows[at - 1]) && is_line_of_text(&rows[at + 1]);
    if row.layout != Layout::Line || !has_figure || figures.iter().any(is_words) || !around {
        return None;
    }
    // Where the line has a label of its own, it can only be that of the group.
    let groups = if label(text, own.iter()).is_some() { own.len()..own.len() + 1 } else { 0..own.len() + 1 };
    for above in 1..=LINES_ABOVE.min(at) {
        let upper = &rows[at - above..at];
        if !upper.iter().all(is_line_of_words) {
            break;
        }
        let alone = label(text, upper.iter().flat_map(|row| &row.slots));
        for below in 1..=LINES_BELOW.min(rows.len() - 1 - at) {
            let lower = &rows[at + 1..=at + below];
            // A label on a line of its own is another row's.
            if !lower.iter().all(is_line_of_text) || label(text, rows[at + below].slots.iter()).is_some() {
                break;
            }
            for group in groups.clone() {
                let (group, rest) = own.split_at(group);
                let words = || upper.iter().flat_map(|row| &row.slots).chain(rest).chain(lower.iter().flat_map(|row| &row.slots));
                // Lines that are a label without the last are the same one with it.
                let is_whole = label(text, words()).is_some_and(|whole| alone.is_none_or(|alone| alone == whole));
                if is_whole && (group.is_empty() || label(text, group.iter()).is_some()) {
                    let words = group.iter().chain(words()).map(|slot| Slot { unit: None, ..slot.clone() });
                    return Some((above, below, words.chain(figures.iter().cloned()).collect()));
                }
            }
        }
    }
    None
}

/// What words are, where they are one label of a form with nothing but numbering, notes and 其中 beside it.
fn label<'a>(text: &str, slots: impl Iterator<Item = &'a Slot>) -> Option<&'static [ItemRef]> {
    let slots: Vec<(usize, &Slot)> = slots.enumerate().collect();
    let is_aside = |hit: &Hit| FormTable::ALL.iter().any(|table| hit.is(*table, ItemKind::Remark));
    match labels::words(text, &slots).as_slice() {
        [Word::Label(hit)] => Some(hit.items),
        [Word::Label(aside), Word::Label(hit)] if is_aside(aside) => Some(hit.items),
        _ => None,
    }
}

/// Columns that a table must have at least before blank lines are its cells, the number of a row among them or not.
const FEWEST_CELLS: usize = 7;
/// Rows of the application table that must all be of one height, and those of them without a blank line.
const FEWEST_ROWS: usize = 10;
const FEWEST_FULL: usize = 2;

/// Lines of a label that are looked at.
const LINES_OF_LABEL: usize = 4;

/// What stands on the lines from one label to the next.
struct Stretch {
    /// Rows of its label.
    label: std::ops::Range<usize>,
    /// The last line of its label, and that of each figure below it, counted from the beginning of the text.
    lines: Vec<usize>,
    /// Lines to the next label; `None` where none follows.
    height: Option<usize>,
}

impl Stretch {
    /// Whether its label is that of a row of the application table with a code.
    fn is(&self, text: &str, rows: &[Row], code: &str) -> bool {
        let from = self.label.start.max(self.label.end.saturating_sub(LINES_OF_LABEL));
        let slots: Vec<(usize, &Slot)> = rows[from..self.label.end].iter().flat_map(|row| &row.slots).enumerate().collect();
        let items = forms().items(FormTable::Applications);
        let row = |hit: &Hit| hit.in_table(FormTable::Applications, ItemKind::Row).any(|item| items[item].code == code);
        matches!(labels::words(text, &slots).last(), Some(Word::Label(hit)) if row(hit))
    }
}

/// Gives a table that is set with a cell a line the blank cells whose lines are blank.
///
/// Blank lines are cells where the table of applications proves it: from each label of a row to the next there are as
/// many lines, and rows without a blank line have a figure on each. Where a blank line sets every cell apart
/// from the next, a blank cell shows as two more, or as one. A table that has nothing but a figure in the last cell of
/// each row shows it by all of them.
pub fn fill_blank_lines(text: &str, rows: &mut Vec<Row>) {
    let mut filled: Vec<(usize, Row)> = Vec::new();
    let mut from = 0;
    while from < rows.len() {
        let to = rows[from..].iter().position(|row| row.layout != Layout::Line || !is_cell(row) && !is_line_of_words(row));
        let to = to.map_or(rows.len(), |offset| from + offset);
        if rows[from..to].iter().filter(|row| is_cell(row)).count() >= FEWEST_FULL * FEWEST_CELLS {
            let stretches = stretches(text, rows, from..to);
            let mut first = None;
            for (n, stretch) in stretches.iter().enumerate().filter(|(_, s)| s.height.is_none_or(|height| height >= FEWEST_CELLS)) {
                if stretch.is(text, rows, "applications.new") {
                    first = Some(n);
                } else if let Some(first) = first.filter(|_| stretch.is(text, rows, "applications.carried_out")) {
                    filled.extend(
                        [1, 2]
                            .into_iter()
                            .find_map(|step| blank_cells(text, rows, &stretches[first..=n], step))
                            .or_else(|| before_totals(text, rows, &stretches[first..=n]))
                            .unwrap_or_default(),
                    );
                }
            }
        }
        from = to + 1;
    }
    for (before, row) in filled.into_iter().rev() {
        rows.insert(before, row);
    }
}

/// Whether a row is a line with one figure and nothing else.
fn is_cell(row: &Row) -> bool {
    matches!(row.slots.as_slice(), [slot] if matches!(slot.reading, Reading::Figure(_) | Reading::Dash(_)))
}

/// Cuts lines into labels with the cells below each.
fn stretches(text: &str, rows: &[Row], of: std::ops::Range<usize>) -> Vec<Stretch> {
    let mut line = 0;
    let mut end = rows[of.start].span.start;
    let mut found: Vec<Stretch> = Vec::new();
    for (n, row) in rows.iter().enumerate().take(of.end).skip(of.start) {
        let apart = text.get(end..row.span.start).map_or(0, |between| between.matches('\n').count());
        line += apart;
        end = row.span.end;
        match found.last_mut() {
            Some(open) if is_cell(row) => open.lines.push(line),
            None if is_cell(row) => {}
            // A label that goes on in the next line.
            Some(open) if open.lines.len() == 1 && apart == 1 => {
                open.label.end = n + 1;
                open.lines[0] = line;
            }
            open => {
                if let Some(open) = open {
                    open.height = Some(line - open.lines[0] - 1);
                }
                found.push(Stretch { label: n..n + 1, lines: vec![line], height: None });
            }
        }
    }
    found
}

/// The blank cells of a table whose cells stand on each `step`-th line, each with the row that it stands before.
fn blank_cells(text: &str, rows: &[Row], table: &[Stretch], step: usize) -> Option<Vec<(usize, Row)>> {
    let height = table.first()?.height?;
    let cells = ((height + 1) / step).checked_sub(1)?;
    let count = table.iter().filter(|stretch| stretch.height.is_none_or(|height| height + 1 > step)).count();
    let full = table.iter().filter(|stretch| stretch.lines.len() == cells + 1).count();
    // Or each row has its last cell, and no other.
    let rows_of_cells = || table.iter().filter(|stretch| stretch.height != Some(step - 1));
    let lone = cells == FEWEST_CELLS && rows_of_cells().all(|stretch| stretch.lines[1..] == [stretch.lines[0] + cells * step]);
    if !(height + 1).is_multiple_of(step) || cells < FEWEST_CELLS || full < FEWEST_FULL && !lone || count < FEWEST_ROWS {
        return None;
    }
    let fits = |(n, stretch): (usize, &Stretch)| {
        let in_step = stretch.lines.iter().all(|line| (line - stretch.lines[0]).is_multiple_of(step));
        let inside = stretch.lines.last().is_some_and(|line| line - stretch.lines[0] <= cells * step);
        let is_heading = stretch.lines.len() == 1 && stretch.height == Some(step - 1);
        // Below the last row there may be more blank lines, or the end.
        let is_last = n + 1 == table.len() && stretch.height.is_none_or(|own| own > height);
        in_step && inside && (stretch.height == Some(height) || is_heading || is_last)
    };
    if !table.iter().enumerate().all(fits) {
        return None;
    }
    let mut blank = Vec::new();
    for stretch in table.iter().filter(|stretch| stretch.height != Some(step - 1)) {
        let label = rows.get(stretch.label.end - 1)?;
        let mut before = stretch.label.end;
        for cell in 1..=cells {
            if stretch.lines.contains(&(stretch.lines[0] + cell * step)) {
                before += 1;
            } else if let Some(at) = line_start(text, label.span.end, cell * step) {
                let slot = Slot { span: at..at, reading: Reading::Blank, column: 0, colspan: 1, unit: None };
                blank.push((before, Row { slots: vec![slot], span: at..at, ..label.clone() }));
            }
        }
    }
    Some(blank)
}

/// The blank cells of a table in which each row has its last cell and no other, a blank line sets what is printed apart,
/// and each blank cell is one more.
fn before_totals(text: &str, rows: &[Row], table: &[Stretch]) -> Option<Vec<(usize, Row)>> {
    const APART: usize = 2;
    let blanks = FEWEST_CELLS - 1;
    let is_heading = |stretch: &&Stretch| stretch.lines.len() == 1 && stretch.height == Some(APART - 1);
    let is_row = |stretch: &Stretch, last: bool| {
        let ends = stretch.height.is_none_or(|height| height + 1 == APART + blanks + APART || last && height + 1 > APART + blanks);
        stretch.lines[1..] == [stretch.lines[0] + APART + blanks] && ends
    };
    let of_rows = || table.iter().enumerate().filter(|(_, stretch)| !is_heading(stretch));
    if of_rows().count() < FEWEST_ROWS || !of_rows().all(|(n, stretch)| is_row(stretch, n + 1 == table.len())) {
        return None;
    }
    let mut found = Vec::new();
    for (_, stretch) in of_rows() {
        let label = rows.get(stretch.label.end - 1)?;
        for line in 0..blanks {
            let at = line_start(text, label.span.end, APART + line)?;
            let slot = Slot { span: at..at, reading: Reading::Blank, column: 0, colspan: 1, unit: None };
            found.push((stretch.label.end, Row { slots: vec![slot], span: at..at, ..label.clone() }));
        }
    }
    Some(found)
}

/// Where the line begins that is `lines` below the one in which a place lies.
fn line_start(text: &str, from: usize, lines: usize) -> Option<usize> {
    text.get(from..)?.match_indices('\n').nth(lines - 1).map(|(at, _)| from + at + 1)
}

#[cfg(test)]
mod tests {
    use super::super::rows::Sheet;
    use crate::read::{Hints, from_text};
    use crate::repair::repair;

    fn rows(text: &str) -> Vec<String> {
        let clean = repair(&from_text(text, &Hints::default()).unwrap_or_default());
        let shown = |row: &super::Row| row.slots.iter().map(|slot| &clean.text()[slot.span.clone()]).collect::<Vec<_>>().join("/");
        Sheet::of(&clean).rows.iter().map(shown).collect()
    }

    #[test]
    fn a_label_broken_around_its_figures_is_one() {
        assert_eq!(
            rows(
                "涉及个人隐私  件  0\n  危及国家安全、公共安全、经济安全和社会稳\n          件   0\n  定\n不是《条例》所指政府信息  件  1"
            ),
            ["涉及个人隐私/件/0", "危及国家安全、公共安全、经济安全和社会稳/定/件/0", "不是《条例》所指政府信息/件/1"]
        );
        assert_eq!(
            rows("1.申请人无正当理由逾期不补\n（六）其他处理  正、行政机关不再处理其政府信  0  3\n息公开申请"),
            ["（六）其他处理/1.申请人无正当理由逾期不补/正、行政机关不再处理其政府信/息公开申请/0/3"]
        );
        assert_eq!(
            rows("（四）政府信息公开专项经费（不包括用于政\n万元 12\n府公报编辑管理及政府网站建设维护等方面的\n经费）"),
            ["（四）政府信息公开专项经费（不包括用于政/府公报编辑管理及政府网站建设维护等方面的/经费）/万元/12"]
        );
    }

    #[test]
    fn the_group_in_the_middle_line_is_no_part_of_the_label() {
        assert_eq!(
            rows("1.信访举报投诉\n（五）不予处理  1  0  1\n类申请\n2.重复申请  0  0  0"),
            ["（五）不予处理/1.信访举报投诉/类申请/1/0/1", "2.重复申请/0/0/0"]
        );
        assert_eq!(rows("主动公开政府信息数（同一信息计1\n条  5\n条）"), ["主动公开政府信息数（同一信息计1/条）/条/5"]);
        assert_eq!(rows("其中：涉及国\n件  3\n家秘密"), ["其中：涉及国/家秘密/件/3"]);
    }

    #[test]
    fn labels_of_their_own_stay_where_they_are() {
        for text in ["行政许可\n5\n行政处罚\n6", "危及国家安全、公共安全、经济安全和社会稳\n0\n涉及个人隐私\n1", "某某\n5\n定\n1"]
        {
            assert_eq!(rows(text), text.lines().collect::<Vec<_>>());
        }
    }
}
