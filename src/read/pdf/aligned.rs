//! Tables without ruling lines: figures that stand under each other, set apart from the words beside them.
//!
//! A row is anchored by its figures; lines of words around them are parts of labels that wrap. How many rows a
//! label beside them covers is not on the page, so that cells here span columns and never rows.

use std::ops::Range;

use super::page::Character;
use super::{Table, TableCell, lines};

/// Blank, in heights of a character, that sets apart two cells. A blank between words is half of it.
const APART: f64 = 1.0;
/// Blank that sets apart a label and its figure: typesetters leave a quarter between Chinese and figures.
const FIGURE_APART: f64 = 0.6;
/// Blank that sets apart cells where others show that a column ends.
const SPLIT: f64 = 0.25;
/// How far apart, in points, texts begin that begin at one place.
const FLUSH: f64 = 1.0;
/// Lines of a label follow each other within so many heights of a character.
const PITCH: f64 = 1.35;
/// Lines of words that may stand between two lines of figures, or above the first.
const BETWEEN: usize = 8;
/// Figures under each other that make a table, or beside each other where they are in one line.
const FIGURES: usize = 3;
const FIGURES_BESIDE: usize = 6;

/// Characters on one line.
struct Line {
    glyphs: Vec<Character>,
    /// Runs of them without a wide blank.
    parts: Vec<Range<usize>>,
    baseline: f64,
    size: f64,
}

impl Line {
    fn of(glyphs: Vec<Character>) -> Option<Self> {
        let glyphs: Vec<Character> = glyphs.into_iter().filter(|glyph| !crate::read::text::is_blank(&glyph.text)).collect();
        let baseline = glyphs.first()?.baseline;
        let size = glyphs.iter().map(|glyph| glyph.size).fold(0.0, f64::max);
        let mut line = Self { glyphs, parts: Vec::new(), baseline, size };
        line.parts = line.split(|_, _| false);
        Some(line)
    }

    /// Runs of characters between blanks that are wide, or that set apart by what they lie between.
    fn split(&self, apart: impl Fn(f64, f64) -> bool) -> Vec<Range<usize>> {
        let figure = |at: usize| self.glyphs[at].text.ends_with(is_digit);
        let mut parts = Vec::new();
        let mut start = 0;
        let mut right = f64::NEG_INFINITY;
        for (at, glyph) in self.glyphs.iter().enumerate() {
            let wide = if at > 0 && figure(at) != figure(at - 1) { FIGURE_APART } else { APART };
            if at > start && (glyph.left - right > wide * self.size || apart(right, glyph.left)) {
                parts.push(start..at);
                start = at;
            }
            right = right.max(glyph.right);
        }
        parts.push(start..self.glyphs.len());
        parts
    }

    /// Blanks before its characters that may set apart, from where to where; the first begins nowhere.
    fn gaps(&self) -> impl Iterator<Item = (f64, f64)> {
        let mut right = f64::NEG_INFINITY;
        self.glyphs.iter().filter_map(move |glyph| {
            let gap = (right, glyph.left);
            right = right.max(glyph.right);
            (gap.1 - gap.0 > SPLIT * self.size).then_some(gap)
        })
    }

    fn left(&self, part: &Range<usize>) -> f64 {
        self.glyphs[part.start].left
    }

    fn right(&self, part: &Range<usize>) -> f64 {
        self.glyphs[part.clone()].iter().map(|glyph| glyph.right).fold(f64::NEG_INFINITY, f64::max)
    }

    fn text(&self, part: &Range<usize>) -> String {
        self.glyphs[part.clone()].iter().map(|glyph| glyph.text.as_str()).collect()
    }

    /// How many figures stand behind its first part; in a line of nothing else the first is one, too.
    fn figures(&self) -> usize {
        let first = usize::from(self.parts.len() < FIGURES_BESIDE);
        self.parts.iter().skip(first).filter(|part| is_figure(&self.text(part))).count()
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// Whether a text is a figure and nothing else, or stands for one.
fn is_figure(text: &str) -> bool {
    text.chars().all(|c| is_digit(c) || ".,，．%％-—－/".contains(c)) && (text.chars().any(is_digit) || text.chars().count() <= 2)
}

/// The tables of a page, and the characters that stand in none. `before` are the blanks between the columns of a
/// table at the foot of the page before, which may go on.
pub(super) fn tables(glyphs: Vec<Character>, before: Option<&[(f64, f64)]>) -> (Vec<Table>, Vec<Character>) {
    let lines: Vec<Line> = lines::groups(glyphs).into_iter().filter_map(Line::of).collect();
    let mut found = Vec::new();
    let mut free = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let next = region(&lines, at);
        let before = before.filter(|_| found.is_empty());
        let table = next.as_ref().and_then(|region| Some((table(&lines[region.clone()], before)?, region.end)));
        let from = next.map_or(lines.len(), |region| if table.is_some() { region.start } else { region.end });
        free.extend(lines[at..from].iter().flat_map(|line| line.glyphs.iter().cloned()));
        at = from;
        if let Some((table, end)) = table {
            found.push(table);
            at = end;
        }
    }
    (found, free)
}

/// The next lines from `from` on that hold figures beside words, with the lines of words among and above them.
fn region(lines: &[Line], from: usize) -> Option<Range<usize>> {
    let first = (from..lines.len()).find(|at| lines[*at].figures() > 0)?;
    let edges = |line: &Line| line.right(&(0..line.glyphs.len())) - line.left(&(0..1));
    let widest = lines.iter().map(edges).fold(0.0, f64::max);
    // A line of one part that fills the page is a sentence.
    let sentence = |line: &Line| line.parts.len() == 1 && edges(line) > 0.6 * widest;
    // So is one that stands alone and is numbered as headings are, or is of another size.
    let heading = |at: usize| {
        let line = &lines[at];
        let alone = |above: usize| lines[above + 1].baseline - lines[above].baseline > PITCH * lines[above + 1].size;
        let text = line.text(&(0..line.glyphs.len().min(3)));
        let numbered = text.starts_with(|c| "一二三四五六七八九十".contains(c)) && text.contains('、');
        let sized = (line.size - lines[first].size).abs() > 0.15 * line.size;
        line.parts.len() == 1 && (sized || numbered && (at == 0 || alone(at - 1)) && (at + 1 == lines.len() || alone(at)))
    };
    let mut last = first;
    let mut words = 0;
    for (at, line) in lines.iter().enumerate().skip(first + 1) {
        if line.figures() > 0 {
            last = at;
            words = 0;
        } else {
            words += 1;
        }
        if words > BETWEEN || sentence(line) || line.figures() == 0 && heading(at) {
            break;
        }
    }
    // What wraps below the last figures follows closely.
    let mut end = last + 1;
    while end < lines.len()
        && !sentence(&lines[end])
        && !heading(end)
        && lines[end].baseline - lines[end - 1].baseline <= PITCH * lines[end].size
    {
        end += 1;
    }
    // 一、 below the words of a head is a row of blank cells.
    let under_head = |at: usize| at > from && lines[at - 1].parts.len() > 1;
    let above = (from..first).rev().take(BETWEEN).take_while(|at| !sentence(&lines[*at]) && (!heading(*at) || under_head(*at)));
    let top = above.filter(|at| lines[*at].parts.len() > 1).last().unwrap_or(first);
    Some(top..end)
}

fn table(lines: &[Line], before: Option<&[(f64, f64)]>) -> Option<Table> {
    let anchors: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].figures() > 0).collect();
    let many = anchors.len() >= FIGURES || anchors.iter().any(|at| lines[*at].figures() >= FIGURES_BESIDE);
    if !many || is_contents(lines, &anchors) {
        return None;
    }
    let before = before.filter(|before| goes_on(lines, &anchors, before));
    let edges = match before {
        Some(before) => narrowed(before.to_vec(), lines),
        None => narrowed(headed(columns(lines, &anchors), lines, &anchors), lines),
    };
    let xs = edges.iter().map(|(left, right)| (left + right) / 2.0).collect::<Vec<_>>();
    if xs.is_empty() {
        return None;
    }
    let filled = before.is_some() || is_headed(lines, &anchors, &edges);
    let mut cells = Vec::new();
    let mut count = 0;
    for members in rows(lines, &anchors) {
        let headed = !members.iter().any(|at| anchors.binary_search(at).is_ok());
        let (more, mut gathered) = row_cells(members.iter().map(|at| &lines[*at]), headed, &edges, &xs);
        if filled && !headed {
            fill_up(&mut gathered, xs.len() + 1);
        }
        cells.extend(gathered.into_iter().map(|cell| TableCell {
            row: count + cell.row,
            column: cell.columns.start,
            rowspan: 1,
            colspan: cell.columns.len(),
            lines: cell.lines,
        }));
        count += more;
    }
    let (top, bottom) = (lines.first()?.baseline - lines.first()?.size, lines.last()?.baseline);
    Some(Table { xs, blanks: edges, headed: filled, top, bottom, cells, rows: count })
}

/// Whether the lines list parts of a document with their pages.
fn is_contents(lines: &[Line], anchors: &[usize]) -> bool {
    let pages: Option<Vec<u32>> =
        anchors.iter().map(|at| lines[*at].parts.last().and_then(|part| lines[*at].text(part).parse().ok())).collect();
    let headed = |at: &&usize| lines[**at].text(&lines[**at].parts[0]).starts_with(|c| "一二三四五六七八九十（(第".contains(c));
    anchors.iter().all(|at| lines[*at].parts.len() == 2)
        && pages.is_some_and(|pages| pages.is_sorted())
        && anchors.iter().filter(headed).count() * 2 > anchors.len()
}

/// The blanks between columns: where next to no line with figures has a character.
fn columns(lines: &[Line], anchors: &[usize]) -> Vec<(f64, f64)> {
    let mut edges: Vec<(f64, i32)> = Vec::new();
    let mut size = f64::INFINITY;
    for line in anchors.iter().map(|at| &lines[*at]) {
        size = size.min(line.size);
        for part in &line.parts {
            edges.extend([(line.left(part), 1), (line.right(part), -1)]);
        }
    }
    edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    // A label may reach into the next column where that has no figure.
    let few = i32::try_from(anchors.len() / 10).unwrap_or(0);
    let mut found = Vec::new();
    let mut covered = 0;
    let mut blank: Option<f64> = None;
    for (at, step) in edges {
        covered += step;
        match blank {
            Some(left) if covered > few => {
                if at - left > SPLIT * size {
                    found.push((left, at));
                }
                blank = None;
            }
            None if covered <= few && step < 0 => blank = Some(at),
            _ => {}
        }
    }
    found
}

/// Adds the blanks between the words of the head where those below leave one way: a column of blank cells has
/// no figures that would show it.
fn headed(mut edges: Vec<(f64, f64)>, lines: &[Line], anchors: &[usize]) -> Vec<(f64, f64)> {
    let first = anchors.first().copied().unwrap_or(0);
    // The lowest line of a head has the words of single columns.
    for line in lines[..first].iter().rev().filter(|line| line.parts.len() > 2) {
        for part in &line.parts {
            let (left, right) = (line.left(part), line.right(part));
            if let Some(around) = edges.iter().position(|edge| edge.0 < left && right < edge.1) {
                let after = (right, edges[around].1);
                edges[around].1 = left;
                edges.push(after);
            }
        }
        for pair in line.parts.windows(2) {
            let gap = (line.right(&pair[0]), line.left(&pair[1]));
            if edges.iter().any(|edge| edge.0 < gap.1 && gap.0 < edge.1) {
                continue;
            }
            let below =
                anchors.iter().flat_map(|at| lines[*at].parts.iter().map(move |part| (lines[*at].left(part), lines[*at].right(part))));
            let mut held: Vec<(f64, f64)> = below.filter(|part| part.0 < gap.1 && gap.0 < part.1).collect();
            held.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut free = Vec::new();
            let mut at = gap.0;
            for part in held {
                free.push((at, part.0));
                at = at.max(part.1);
            }
            free.push((at, gap.1));
            free.retain(|(left, right)| right - left > SPLIT * line.size);
            if let [one] = free[..] {
                edges.push(one);
            }
        }
    }
    edges.sort_by(|a, b| a.0.total_cmp(&b.0));
    edges
}

/// Whether lines without a head of their own leave the blanks of a table above free, but for a label that reaches
/// into the next column.
fn goes_on(lines: &[Line], anchors: &[usize], before: &[(f64, f64)]) -> bool {
    let first = anchors.first().copied().unwrap_or(0);
    let crossed = |edge: &(f64, f64)| {
        let middle = (edge.0 + edge.1) / 2.0;
        let over = |at: &&usize| lines[**at].glyphs.iter().any(|glyph| glyph.left < middle && middle < glyph.right);
        anchors.iter().filter(over).count() > anchors.len() / 10
    };
    lines[..first].iter().all(|line| line.parts.len() <= 2) && !before.is_empty() && !before.iter().any(crossed)
}

/// Whether each word of the lowest line of the head has a column of its own: then a place without a figure is a
/// blank cell.
fn is_headed(lines: &[Line], anchors: &[usize], edges: &[(f64, f64)]) -> bool {
    let first = anchors.first().copied().unwrap_or(0);
    let mut heads = lines[..first].iter().rev().filter(|line| line.parts.len() > 2).peekable();
    let apart = |line: &Line, pair: &[Range<usize>]| {
        let (left, right) = (line.right(&pair[0]), line.left(&pair[1]));
        edges.iter().any(|edge| left < edge.1 && edge.0 < right)
    };
    heads.peek().is_some() && heads.all(|line| line.parts.windows(2).all(|pair| apart(line, pair)))
}

/// Adds blank cells at the places of a row of figures that hold nothing.
fn fill_up(cells: &mut Vec<Gathered>, columns: usize) {
    for column in 0..columns {
        if !cells.iter().any(|cell| cell.columns.contains(&column)) {
            cells.push(Gathered { row: 0, columns: column..column + 1, lines: Vec::new(), last: 0 });
        }
    }
    cells.sort_by_key(|cell| cell.columns.start);
}

/// Adds the blanks behind which the text of several lines begins at one place, and narrows all to what other
/// lines leave of them.
fn narrowed(mut edges: Vec<(f64, f64)>, lines: &[Line]) -> Vec<(f64, f64)> {
    let mut gaps: Vec<(f64, f64)> = lines.iter().flat_map(Line::gaps).collect();
    gaps.sort_by(|a, b| a.1.total_cmp(&b.1));
    for flush in gaps.chunk_by(|a, b| b.1 - a.1 <= FLUSH).filter(|flush| flush.len() >= FIGURES) {
        let left = flush.iter().map(|gap| gap.0).fold(f64::NEG_INFINITY, f64::max);
        let right = flush.iter().map(|gap| gap.1).fold(f64::INFINITY, f64::min);
        if left.is_finite() && left < right && edges.iter().all(|edge| edge.1 <= left || right <= edge.0) {
            edges.push((left, right));
        }
    }
    edges.sort_by(|a, b| a.0.total_cmp(&b.0));
    for edge in &mut edges {
        for gap in &gaps {
            let common = (edge.0.max(gap.0), edge.1.min(gap.1));
            if common.0 < common.1 {
                *edge = common;
            }
        }
    }
    edges
}

/// The lines of each row, by their numbers.
fn rows(lines: &[Line], anchors: &[usize]) -> Vec<Vec<usize>> {
    // Lines that follow each other as those of one text do.
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for at in 0..lines.len() {
        let near = at > 0 && lines[at].baseline - lines[at - 1].baseline <= PITCH * lines[at].size;
        match runs.last_mut() {
            Some(run) if near => run.push(at),
            _ => runs.push(vec![at]),
        }
    }
    let mut rows = Vec::new();
    for run in runs {
        let held: Vec<usize> = run.iter().copied().filter(|at| anchors.binary_search(at).is_ok()).collect();
        if held.len() < 2 {
            rows.push(run);
            continue;
        }
        let mut parts: Vec<Vec<usize>> = vec![Vec::new(); held.len()];
        for at in run {
            let far = |anchor: usize| (lines[anchor].baseline - lines[at].baseline).abs();
            let after = held.partition_point(|anchor| *anchor < at).min(held.len() - 1);
            let nearest = if after > 0 && far(held[after - 1]) <= far(held[after]) { after - 1 } else { after };
            parts[nearest].push(at);
        }
        rows.extend(parts);
    }
    rows
}

/// A cell while its lines are gathered.
struct Gathered {
    row: usize,
    columns: Range<usize>,
    lines: Vec<String>,
    /// Number of the line that was added last.
    last: usize,
}

/// The cells of a row. Those that share a column are one, but for heads over several columns: those are rows
/// of their own. Gives the number of rows.
fn row_cells<'a>(members: impl Iterator<Item = &'a Line>, headed: bool, edges: &[(f64, f64)], xs: &[f64]) -> (usize, Vec<Gathered>) {
    let mut cells: Vec<Gathered> = Vec::new();
    let mut row = 0;
    for (number, line) in members.enumerate() {
        // A blank ends a column where it lies over the one that does.
        let ends = |left: f64, right: f64| right - left > SPLIT * line.size && edges.iter().any(|edge| left < edge.1 && right > edge.0);
        let column = |x: f64| xs.partition_point(|edge| *edge < x);
        let parts: Vec<(Range<usize>, String)> =
            line.split(ends).iter().map(|part| (column(line.left(part))..column(line.right(part)) + 1, line.text(part))).collect();
        let over_several = |cell: &Gathered| {
            cell.row == row
                && parts.iter().filter(|(columns, _)| cell.columns.start <= columns.start && columns.end <= cell.columns.end).count() > 1
        };
        if headed && cells.iter().any(over_several) {
            row += 1;
        }
        for (columns, text) in parts {
            let same = |cell: &&mut Gathered| cell.columns == columns;
            let overlaps = |cell: &&mut Gathered| cell.row == row && cell.columns.start < columns.end && columns.start < cell.columns.end;
            let held = match cells.iter_mut().rev().find(same) {
                Some(held) => Some(held),
                None => cells.iter_mut().find(overlaps),
            };
            match held {
                Some(held) => {
                    held.columns = held.columns.start.min(columns.start)..held.columns.end.max(columns.end);
                    // Two texts of one line are set apart by a blank: 243 and 7 are not 2437.
                    match held.lines.last_mut().filter(|_| held.last == number) {
                        Some(beside) => *beside += &format!(" {text}"),
                        None => held.lines.push(text),
                    }
                    held.last = number;
                }
                None => cells.push(Gathered { row, columns, lines: vec![text], last: number }),
            }
        }
    }
    cells.sort_by_key(|cell| (cell.row, cell.columns.start));
    // A cell that grew may have reached others.
    cells.dedup_by(|next, kept| {
        let overlap = next.row == kept.row && next.columns.start < kept.columns.end;
        if overlap {
            kept.columns.end = kept.columns.end.max(next.columns.end);
            kept.lines.append(&mut next.lines);
        }
        overlap
    });
    (row + 1, cells)
}
