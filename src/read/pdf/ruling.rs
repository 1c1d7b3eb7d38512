//! Ruling lines into the cells that they enclose.

use std::collections::BTreeMap;

use super::page::Rule;

/// How far apart lines may stand that are drawn as one.
const NEAR: f64 = 2.5;

/// A cell that lines enclose: its place in the grid, and on the page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ruled {
    pub row: usize,
    pub column: usize,
    pub rowspan: usize,
    pub colspan: usize,
}

/// A table that lines draw.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Frame {
    /// Edges of columns, from left to right.
    pub xs: Vec<f64>,
    /// Edges of rows, from top to bottom.
    pub ys: Vec<f64>,
    pub cells: Vec<Ruled>,
    /// The cell of each place of the grid, by row and column.
    owner: Vec<usize>,
}

impl Frame {
    pub fn top(&self) -> f64 {
        self.ys.first().copied().unwrap_or(0.0)
    }

    pub fn bottom(&self) -> f64 {
        self.ys.last().copied().unwrap_or(0.0)
    }

    /// The cell that holds a place on the page.
    pub fn cell_at(&self, x: f64, y: f64) -> Option<usize> {
        let place = |edges: &[f64], at: f64| {
            let after = edges.partition_point(|edge| *edge <= at);
            (after > 0 && after < edges.len()).then(|| after - 1)
        };
        let (column, row) = (place(&self.xs, x)?, place(&self.ys, y)?);
        self.owner.get(row * (self.xs.len() - 1) + column).copied()
    }
}

/// Joins lines that are drawn in parts, or twice.
fn joined(rules: &[Rule]) -> Vec<Rule> {
    let mut sorted: Vec<Rule> =
        rules.iter().copied().filter(|rule| rule.at.is_finite() && rule.from.is_finite() && rule.to.is_finite()).collect();
    sorted.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut lines: Vec<Rule> = Vec::new();
    let mut start = 0;
    while start < sorted.len() {
        let mut end = start + 1;
        // Lines drift apart in steps: a group is bounded by its first.
        while end < sorted.len() && sorted[end].at - sorted[start].at <= NEAR {
            end += 1;
        }
        let group = &mut sorted[start..end];
        let at = group.iter().map(|rule| rule.at).sum::<f64>() / group.len() as f64;
        group.sort_by(|a, b| a.from.total_cmp(&b.from));
        let mut open: Option<Rule> = None;
        for rule in group {
            match &mut open {
                Some(line) if rule.from <= line.to + NEAR => line.to = line.to.max(rule.to),
                _ => lines.extend(open.replace(Rule { at, from: rule.from, to: rule.to })),
            }
        }
        lines.extend(open);
        start = end;
    }
    lines
}

/// The tables that lines draw, from top to bottom.
pub(super) fn frames(horizontal: &[Rule], vertical: &[Rule]) -> Vec<Frame> {
    let (across, down) = (joined(horizontal), joined(vertical));
    if across.len().saturating_mul(down.len()) > WORK {
        return Vec::new();
    }
    // Lines that cross belong together.
    let mut group: Vec<usize> = (0..across.len() + down.len()).collect();
    let mut by_top: Vec<usize> = (0..down.len()).collect();
    by_top.sort_by(|a, b| down[*a].from.total_cmp(&down[*b].from));
    for (i, line) in across.iter().enumerate() {
        for j in &by_top {
            let other = &down[*j];
            if other.from > line.at + NEAR {
                break;
            }
            let crosses = other.to >= line.at - NEAR && other.at >= line.from - NEAR && other.at <= line.to + NEAR;
            if crosses {
                join(&mut group, i, across.len() + j);
            }
        }
    }
    let mut parts: BTreeMap<usize, (Vec<Rule>, Vec<Rule>)> = BTreeMap::new();
    for (i, rule) in across.iter().enumerate() {
        parts.entry(root(&mut group, i)).or_default().0.push(*rule);
    }
    for (j, rule) in down.iter().enumerate() {
        parts.entry(root(&mut group, across.len() + j)).or_default().1.push(*rule);
    }
    if parts.len() > FRAMES * 20 {
        return Vec::new();
    }
    let mut frames: Vec<Frame> = parts.into_values().filter_map(|(rows, columns)| frame(&rows, &columns)).take(FRAMES).collect();
    frames.sort_by(|a, b| a.top().total_cmp(&b.top()));
    frames
}

fn root(group: &mut [usize], mut at: usize) -> usize {
    while group[at] != at {
        group[at] = group[group[at]];
        at = group[at];
    }
    at
}

fn join(group: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(group, a), root(group, b));
    group[a.max(b)] = a.min(b);
}

/// Distinct places, those near each other as one.
fn edges(mut places: Vec<f64>) -> Vec<f64> {
    places.sort_by(f64::total_cmp);
    places.dedup_by(|next, kept| *next - *kept <= NEAR);
    places
}

/// Comparisons of lines on one page; a drawing of more is no table of a report.
const WORK: usize = 100_000_000;
/// Tables of one page.
const FRAMES: usize = 100;
/// Columns and rows of one table; more are no table of a report.
const EDGES: usize = 400;

fn frame(across: &[Rule], down: &[Rule]) -> Option<Frame> {
    let ends = |rules: &[Rule]| {
        let from = rules.iter().map(|rule| rule.from).min_by(f64::total_cmp);
        let to = rules.iter().map(|rule| rule.to).max_by(f64::total_cmp);
        [from, to]
    };
    // Tables that are open at their sides end where their lines end.
    let xs = edges(down.iter().map(|rule| rule.at).chain(ends(across).into_iter().flatten()).collect());
    let ys = edges(across.iter().map(|rule| rule.at).chain(ends(down).into_iter().flatten()).collect());
    if xs.len() < 2 || ys.len() < 3 && xs.len() < 3 || xs.len() > EDGES || ys.len() > EDGES {
        return None;
    }
    let (columns, rows) = (xs.len() - 1, ys.len() - 1);
    if (columns * rows).saturating_mul(across.len() + down.len()) > WORK {
        return None;
    }
    let covers = |rules: &[Rule], at: f64, middle: f64| {
        rules.iter().any(|rule| (rule.at - at).abs() <= NEAR && rule.from <= middle && rule.to >= middle)
    };
    let mut group: Vec<usize> = (0..rows * columns).collect();
    for row in 0..rows {
        for column in 0..columns {
            let (x, y) = ((xs[column] + xs[column + 1]) / 2.0, (ys[row] + ys[row + 1]) / 2.0);
            let here = row * columns + column;
            if column + 1 < columns && !covers(down, xs[column + 1], y) {
                join(&mut group, here, here + 1);
            }
            if row + 1 < rows && !covers(across, ys[row + 1], x) {
                join(&mut group, here, here + columns);
            }
        }
    }
    let mut cells: Vec<Ruled> = Vec::new();
    let mut cell_of = vec![usize::MAX; rows * columns];
    let mut owner = vec![0; rows * columns];
    for row in 0..rows {
        for column in 0..columns {
            let place = row * columns + column;
            let first = root(&mut group, place);
            if cell_of[first] == usize::MAX {
                cell_of[first] = cells.len();
                cells.push(Ruled { row, column, rowspan: 1, colspan: 1 });
            }
            let cell = &mut cells[cell_of[first]];
            owner[place] = cell_of[first];
            cell.rowspan = cell.rowspan.max(row + 1 - cell.row);
            if column >= cell.column {
                cell.colspan = cell.colspan.max(column + 1 - cell.column);
            } else {
                cell.colspan += cell.column - column;
                cell.column = column;
            }
        }
    }
    (cells.len() > 1).then_some(Frame { xs, ys, cells, owner })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(at: f64, from: f64, to: f64) -> Rule {
        Rule { at, from, to }
    }

    #[test]
    fn lines_enclose_cells_with_spans() {
        // Two columns over two rows, the first row one cell; lines drawn in parts and twice.
        let across = [rule(0.0, 0.0, 50.0), rule(0.4, 50.0, 100.0), rule(20.0, 0.0, 100.0), rule(40.0, 0.0, 100.0)];
        let down = [rule(0.0, 0.0, 40.0), rule(50.0, 20.0, 40.0), rule(100.0, 0.0, 40.0), rule(100.3, 0.0, 40.0)];
        let frames = frames(&across, &down);
        let cells: Vec<_> = frames[0].cells.iter().map(|c| (c.row, c.column, c.rowspan, c.colspan)).collect();
        assert_eq!(cells, [(0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1)]);
        assert_eq!(
            (frames[0].cell_at(10.0, 30.0), frames[0].cell_at(80.0, 30.0), frames[0].cell_at(80.0, 10.0)),
            (Some(1), Some(2), Some(0))
        );
        assert_eq!(frames[0].cell_at(110.0, 10.0), None);
    }

    #[test]
    fn open_sides_and_single_lines() {
        let across = [rule(0.0, 0.0, 100.0), rule(20.0, 0.0, 100.0), rule(40.0, 0.0, 100.0)];
        let open = frames(&across, &[rule(50.0, 0.0, 40.0)]);
        assert_eq!(open[0].cells.len(), 4);
        assert!(frames(&across[..1], &[]).is_empty());
        assert!(frames(&across[..2], &[rule(0.0, 0.0, 20.0), rule(100.0, 0.0, 20.0)]).is_empty());
    }
}
