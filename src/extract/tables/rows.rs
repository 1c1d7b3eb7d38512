//! A document as rows of slots: the rows of its grids, and its lines cut where a table may have had
//! cell borders.

use std::ops::Range;

use super::cell::{self, Money, Reading};
use super::{labels, lines, turn};
use crate::read::{BlockKind, Furniture, Grid};
use crate::repair::Clean;

/// A place that can hold a label or a figure.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Its text, without the blanks around it.
    pub span: Range<usize>,
    /// What it says, taken as a cell.
    pub reading: Reading,
    /// First column of the grid, where there is one.
    pub column: usize,
    /// Columns covered.
    pub colspan: usize,
    /// The unit that it names and nothing else: `条`, `万元`, `——` stands for none.
    pub unit: Option<Option<Money>>,
}

/// How the borders of a row are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A row of grid number n: where it begins and ends is known, and its columns are those of the grid.
    Grid(usize),
    /// A line: a table row may be less or more than it.
    Line,
}

/// A row of a grid or a line of text.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its slots from left to right; cells reaching down from rows above are not repeated.
    pub slots: Vec<Slot>,
    /// How its borders are known.
    pub layout: Layout,
    /// Its bytes.
    pub span: Range<usize>,
    /// Heading of the section it stands in.
    pub section: Range<usize>,
}

/// The shape of a grid.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Number of columns.
    pub columns: usize,
    /// Whether a cell covers more than one position: the source knew the places of cells.
    pub spanned: bool,
    /// Where most of its rows end: a row that ends elsewhere has lost a cell or was pushed aside.
    pub edge: usize,
    /// Whether it printed the text of a cell in each place that the cell covers, figures among them.
    pub repeated: bool,
}

/// A document cut into rows.
#[derive(Debug, Default)]
pub struct Sheet {
    /// In reading order.
    pub rows: Vec<Row>,
    /// The grids that rows refer to.
    pub grids: Vec<Shape>,
}

/// Lines from one row's number to the next: its label may wrap.
const ROWS_NEAR: usize = 4;
/// A cell longer than this is prose that a page laid out with a table.
const LONGEST_CELL: usize = 1200;
/// A line longer than this, in bytes, that names no section is no heading.
const LONGEST_HEADING: usize = 120;

impl Sheet {
    /// Cuts a document.
    pub fn of(clean: &Clean) -> Self {
        let text = clean.text();
        let mut sheet = Self::default();
        let mut section = 0..0;
        for block in &clean.blocks {
            match &block.kind {
                BlockKind::Table(grid) => match turn::upright(text, grid) {
                    Some(grid) => sheet.push_grid(text, &grid, &section),
                    None => sheet.push_grid(text, grid, &section),
                },
                BlockKind::Furniture(Furniture::Navigation | Furniture::Footer | Furniture::Breadcrumb | Furniture::PageNumber) => {}
                BlockKind::Heading(_) | BlockKind::Paragraph | BlockKind::Furniture(Furniture::Metadata) => {
                    let mut start = block.span.start;
                    for line in text[block.span.clone()].split('\n') {
                        let span = start..start + line.len();
                        start += line.len() + 1;
                        if names_section(line) {
                            let lead = line.len() - line.trim_start().len();
                            section = span.start + lead..span.start + lead + line.trim().len();
                        }
                        sheet.push_line(text, span, &section);
                    }
                }
            }
        }
        lines::rejoin_labels(text, &mut sheet.rows);
        lines::fill_blank_lines(text, &mut sheet.rows);
        sheet
    }

    /// Whether a line begins with the number of its row: one that a row near it counts on from or to, and a label
    /// behind it.
    pub fn is_numbered(&self, row: usize) -> bool {
        let number = |row: &Row| match (row.layout, row.slots.as_slice()) {
            (Layout::Line, [Slot { reading: Reading::Figure(figure), .. }, Slot { reading: Reading::Text, unit: None, .. }, ..])
                if !figure.signed && figure.money.is_none() && figure.number.is_whole() =>
            {
                Some(figure.number.value())
            }
            _ => None,
        };
        let Some(own) = self.rows.get(row).and_then(number) else { return false };
        let counts = |rows: &[Row], other: f64| rows.iter().any(|row| number(row) == Some(other));
        counts(&self.rows[row.saturating_sub(ROWS_NEAR)..row], own - 1.0)
            || counts(&self.rows[row + 1..self.rows.len().min(row + 1 + ROWS_NEAR)], own + 1.0)
    }

    fn push_grid(&mut self, text: &str, grid: &Grid, section: &Range<usize>) {
        let mut rows: Vec<Vec<Slot>> = Vec::new();
        let mut spanned = false;
        for cell in &grid.cells {
            if cell.row >= rows.len() {
                rows.resize_with(cell.row + 1, Vec::new);
            }
            spanned |= cell.colspan > 1 || cell.rowspan > 1;
            rows[cell.row].push(slot(text, cell.span.clone(), cell.column, cell.colspan.max(1)));
        }
        for row in &mut rows {
            row.sort_by_key(|s| s.column);
        }
        let repeated = merge_repeats(text, &mut rows);
        let shape = Shape { columns: grid.columns, spanned: spanned || repeated, edge: 0, repeated };
        if let Some(middle) = repeated_head(text, &rows) {
            let right = rows.iter_mut().map(|row| row.split_off(row.partition_point(|s| s.column < middle))).collect();
            self.push_rows(text, rows, Shape { columns: middle, ..shape }, section);
            self.push_rows(text, right, shape, section);
        } else {
            self.push_rows(text, rows, shape, section);
        }
    }

    fn push_rows(&mut self, text: &str, mut rows: Vec<Vec<Slot>>, shape: Shape, section: &Range<usize>) {
        let filled: Vec<usize> = rows.iter().map(|r| r.iter().filter(|s| s.reading != Reading::Blank).count()).collect();
        // One cell a line, drawn with pipes: what looks like rows are cells.
        let single = is_single(&rows, &filled);
        let packed = is_packed(text, &rows);
        if packed {
            rows = rows.into_iter().map(|row| unpacked(text, row)).collect();
        }
        let layout = if single || packed { Layout::Line } else { Layout::Grid(self.grids.len()) };
        self.grids.push(Shape { edge: usual_edge(&rows), ..shape });
        for slots in rows {
            let (Some(start), Some(end)) = (slots.iter().map(|s| s.span.start).min(), slots.iter().map(|s| s.span.end).max()) else {
                continue;
            };
            self.rows.push(Row { slots, layout, span: start..end, section: section.clone() });
        }
    }

    fn push_line(&mut self, text: &str, span: Range<usize>, section: &Range<usize>) {
        let line = &text[span.clone()];
        let drawn = line.contains(['|', '\t', '｜']);
        let mut slots = Vec::new();
        let mut cut = |from: usize, to: usize, keep_blank: bool| {
            for part in parts(text, span.start + from..span.start + to) {
                let slot = slot(text, part, slots.len(), 1);
                if keep_blank || slot.reading != Reading::Blank {
                    slots.push(slot);
                }
            }
        };
        if drawn {
            // Borders at both ends of the line enclose cells; they do not part them.
            let mut pieces: Vec<(usize, usize)> = Vec::new();
            let mut from = 0;
            for (at, border) in line.match_indices(['|', '\t', '｜']) {
                pieces.push((from, at));
                from = at + border.len();
            }
            pieces.push((from, line.len()));
            let last = pieces.len() - 1;
            for (i, (from, to)) in pieces.into_iter().enumerate() {
                let outside = (i == 0 || i == last) && line[from..to].trim().is_empty();
                if !outside {
                    cut(from, to, true);
                }
            }
        } else {
            let mut from = None;
            for (at, c) in line.char_indices() {
                match (c.is_whitespace(), from) {
                    (false, None) => from = Some(at),
                    (true, Some(start)) => {
                        cut(start, at, false);
                        from = None;
                    }
                    _ => {}
                }
            }
            if let Some(start) = from {
                cut(start, line.len(), false);
            }
        }
        join_signs(text, &mut slots);
        if !slots.is_empty() {
            self.rows.push(Row { slots, layout: Layout::Line, span, section: section.clone() });
        }
    }
}

/// Rows of one cell that show that cells stand one a line.
const FEWEST_SINGLE: usize = 8;

/// Whether what looks like rows are cells: nearly all rows have one, or all rows of more have figures alone, and no
/// label that they could be a row of.
fn is_single(rows: &[Vec<Slot>], filled: &[usize]) -> bool {
    let singles = filled.iter().filter(|n| **n <= 1).count();
    let has_words = |row: &Vec<Slot>| row.iter().any(|slot| slot.reading == Reading::Text);
    let labelled = || rows.iter().zip(filled).any(|(row, n)| *n > 1 && has_words(row));
    // Blank cells beside a label show where its figures would stand.
    let padded = || rows.iter().zip(filled).any(|(row, n)| *n == 1 && row.len() > 2);
    let most = singles >= FEWEST_SINGLE && singles * 3 >= filled.len() * 2;
    // Of one column, lines of a table whose labels stand in none of them.
    if !rows.is_empty() && rows.iter().all(|row| row.len() <= 1) {
        return true;
    }
    filled.len() >= FEWEST_SINGLE && (singles * 10 >= filled.len() * 9 || most && !labelled() && !padded())
}

/// The figures that a cell holds, set apart by blanks, where it holds several and nothing else: `0 增13 0`.
fn figures_of(text: &str, slot: &Slot) -> Option<Vec<Slot>> {
    if slot.reading != Reading::Text || slot.span.len() > LONGEST_CELL {
        return None;
    }
    let cell = text.get(slot.span.clone())?;
    let is_figure = |part: &str| matches!(cell::read(part, &(0..part.len())), Reading::Figure(_) | Reading::Dash(_));
    if cell.split_whitespace().nth(1).is_none() || !cell.split_whitespace().all(is_figure) {
        return None;
    }
    let place = |part: &str| slot.span.start + (part.as_ptr() as usize - cell.as_ptr() as usize);
    Some(cell.split_whitespace().map(|part| self::slot(text, place(part)..place(part) + part.len(), slot.column, slot.colspan)).collect())
}

/// Whether rows hold all their figures in one cell: its columns are not those of the figures.
fn is_packed(text: &str, rows: &[Vec<Slot>]) -> bool {
    let is_value = |slot: &&Slot| matches!(slot.reading, Reading::Figure(_) | Reading::Dash(_));
    rows.iter().any(|row| row.iter().any(|slot| figures_of(text, slot).is_some()))
        && rows.iter().all(|row| row.iter().filter(is_value).count() < 2)
}

/// The slots of a row with the figures of its cells taken apart. Blank cells beside them are room.
fn unpacked(text: &str, row: Vec<Slot>) -> Vec<Slot> {
    let room = row.iter().any(|slot| figures_of(text, slot).is_some());
    let slots = row.into_iter().filter(|slot| !room || slot.reading != Reading::Blank);
    slots.flat_map(|slot| figures_of(text, &slot).unwrap_or_else(|| vec![slot])).collect()
}

/// A text that stands so often side by side was printed once, over all these columns.
const FEWEST_REPEATS: usize = 3;

/// Merges what a converter printed once for each place that a cell covers: equal texts side by side are one
/// cell over their columns, and the text of the cell above is that cell reaching down. Tells whether it did.
fn merge_repeats(text: &str, rows: &mut [Vec<Slot>]) -> bool {
    let words = |slot: &Slot| text.get(slot.span.clone()).unwrap_or("");
    let is_text = |slot: &Slot| slot.reading == Reading::Text && slot.unit.is_none();
    let repeats = |a: &Slot, b: &Slot| is_text(a) && words(a) == words(b) && labels::is_label(text, a.span.clone());
    let is_repeated = |run: &[Slot]| run.len() >= FEWEST_REPEATS || run.len() > 1 && labels::heads_figures(text, run[0].span.clone());
    let repeated = rows.iter().any(|row| row.chunk_by(repeats).any(is_repeated));
    if !repeated {
        return false;
    }
    for row in rows.iter_mut() {
        row.dedup_by(|next, held| {
            let one = repeats(held, next);
            if one {
                held.colspan += next.colspan;
            }
            one
        });
    }
    // From below, so that a text is still above the places that it reaches down to.
    for lower in (1..rows.len()).rev() {
        let (above, below) = rows.split_at_mut(lower);
        let (Some(above), Some(below)) = (above.last(), below.first_mut()) else { continue };
        below.retain(|slot| {
            let over = above.partition_point(|s| s.column < slot.column);
            let reaches = |s: &Slot| s.column == slot.column && s.colspan == slot.colspan && repeats(s, slot);
            !above.get(over).is_some_and(reaches)
        });
    }
    true
}

/// Where a row ends.
pub fn edge(slots: &[Slot]) -> usize {
    slots.last().map_or(0, |s| s.column + s.colspan)
}

/// Where most rows end; the larger of two equally frequent.
fn usual_edge(rows: &[Vec<Slot>]) -> usize {
    let mut edges: Vec<usize> = rows.iter().map(|r| edge(r)).collect();
    edges.sort_unstable();
    let runs = edges.chunk_by(|a, b| a == b);
    runs.max_by_key(|run| (run.len(), run[0])).map_or(0, |run| run[0])
}

/// The column at which a table printed in two halves side by side begins again: its head says the same twice.
fn repeated_head(text: &str, rows: &[Vec<Slot>]) -> Option<usize> {
    rows.iter().take(4).find_map(|row| {
        let half = row.len() / 2;
        let words = |slots: &[Slot]| -> Vec<String> {
            slots.iter().map(|s| text.get(s.span.clone()).unwrap_or("").split_whitespace().collect()).collect()
        };
        let filled = row.iter().all(|s| s.reading == Reading::Text);
        let head = row.iter().any(|s| labels::heads_list(text, s.span.clone()));
        (row.len() % 2 == 0 && (2..=6).contains(&half) && filled && head && words(&row[..half]) == words(&row[half..]))
            .then(|| row[half].column)
    })
}

fn slot(text: &str, span: Range<usize>, column: usize, colspan: usize) -> Slot {
    let raw = text.get(span.clone()).unwrap_or("");
    let start = span.start + (raw.len() - raw.trim_start_matches(cell::is_blank).len());
    let trimmed = raw.trim_matches(cell::is_blank);
    let span = start..start + trimmed.len();
    let reading = if trimmed.len() > LONGEST_CELL { Reading::Text } else { cell::read(text, &span) };
    let unit = if reading == Reading::Text { unit(trimmed) } else { None };
    Slot { span, reading, column, colspan, unit }
}

/// The pieces of a slot in which a label, its unit or its figure are glued together: `行政许可57`, `件344`,
/// `0二、上年结转…`. A slot is taken apart only where what is left is a label of a form letter for letter.
fn parts(text: &str, span: Range<usize>) -> Vec<Range<usize>> {
    let raw = text.get(span.clone()).unwrap_or("");
    let slot = raw.trim();
    if slot.len() > LONGEST_CELL || slot.is_empty() {
        return vec![span];
    }
    let start = span.start + (raw.len() - raw.trim_start().len());
    let end = start + slot.len();
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    // 收到申请数12件: the unit belongs to the figure.
    let bare = slot.trim_end_matches(['。', '；', ';', '，', ',']);
    let counted = UNITS.iter().filter_map(|unit| bare.strip_suffix(unit)).find(|rest| rest.ends_with(|c: char| c.is_ascii_digit()));
    let figure_end = if counted.is_some() { bare.len() } else { slot.len() };
    let words = counted.unwrap_or(slot).trim_end_matches(is_digit);
    let number = &slot[words.len()..figure_end];
    if number.starts_with(|c: char| c.is_ascii_digit()) && !words.is_empty() {
        let bare = UNITS.iter().filter_map(|u| words.strip_suffix(u)).min_by_key(|w| w.len());
        for label in [bare, Some(words)].into_iter().flatten() {
            let label_end = start + label.len();
            let number_start = start + words.len();
            if label.is_empty() || labels::is_label(text, start..label_end) {
                let pieces = [start..label_end, label_end..number_start, number_start..start + figure_end];
                return pieces.into_iter().filter(|p| !p.is_empty()).collect();
            }
        }
    }
    let rest = slot.trim_start_matches(is_digit);
    if rest.len() < slot.len() && rest.starts_with(|c| "一二三四五六七八九（(".contains(c)) {
        let at = end - rest.len();
        if labels::is_label(text, at..end) {
            return vec![start..at, at..end];
        }
    }
    vec![span]
}

const UNITS: [&str; 14] = ["亿元", "万元", "人次", "元", "条", "件", "次", "篇", "个", "人", "项", "份", "家", "期"];

/// Joins a word for more or less with the figure that blanks set apart from it: `增 12`.
fn join_signs(text: &str, slots: &mut Vec<Slot>) {
    let is_sign = |slot: &Slot| matches!(text.get(slot.span.clone()), Some("增" | "减" | "增加" | "减少" | "+" | "＋"));
    let is_plain = |slot: &Slot| matches!(&slot.reading, Reading::Figure(figure) if !figure.signed);
    slots.dedup_by(|next, held| {
        let one = is_sign(held) && is_plain(next);
        if one {
            *held = slot(text, held.span.start..next.span.end, held.column, held.colspan);
        }
        one
    });
}

/// A longer text names more than a unit, in characters.
const LONGEST_UNIT: usize = 16;

/// The unit that a slot names and nothing else.
fn unit(slot: &str) -> Option<Option<Money>> {
    let letters: String = slot.chars().take(LONGEST_UNIT).filter(|c| !cell::is_blank(*c)).collect();
    let bare = letters.trim_matches(['(', ')', '（', '）', '单', '位', ':', '：']);
    Some(match bare {
        "元" => Some(Money::Yuan),
        "万元" => Some(Money::TenThousand),
        "亿元" => Some(Money::HundredMillion),
        "条" | "件" | "次" | "篇" | "个" | "人" | "人次" | "项" | "份" | "家" | "期" | "宗" | "场" => None,
        _ => return None,
    })
}

/// A line that opens a numbered section: 二、主动公开政府信息情况.
fn names_section(line: &str) -> bool {
    let line = line.trim();
    if line.len() > LONGEST_HEADING || line.contains(['|', '\t']) {
        return false;
    }
    let numerals = line.chars().take_while(|c| "一二三四五六七八九十".contains(*c)).count();
    (1..=3).contains(&numerals) && line.chars().nth(numerals).is_some_and(|c| matches!(c, '、' | '.' | '．'))
}
