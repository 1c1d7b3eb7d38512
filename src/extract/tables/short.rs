//! Rows of the application table that lost cells: their figures go to the columns that the sums of the table
//! leave them, where these leave one way only.
//!
//! A cell without a figure counts nothing in a sum. Then each row's total is the sum of its kinds, each
//! column's results make up its total, and new and carried in are handled or carried out. All placements of
//! the figures of short rows that keep their order and fulfil every sum are tried; a figure that stands in
//! one column in all of them is proven there.

use super::applications::KINDS;

/// Figures of a row from left to right.
#[derive(Clone, Debug)]
pub struct Row {
    /// What the row is of in the sums.
    pub part: Part,
    /// All seven columns, or what is left of them.
    pub figures: Figures,
}

/// Where a row stands in the sums of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// 本年新收 or 上年结转.
    Received,
    /// A result.
    Outcome,
    /// 总计.
    Result,
    /// 结转下年度.
    CarriedOut,
}

/// What is known of a row.
#[derive(Clone, Debug)]
pub enum Figures {
    /// Each column's figure, nothing for a blank.
    Whole([f64; KINDS]),
    /// Figures whose columns are not known.
    Short(Vec<f64>),
}

/// Placements that are tried before the search is given up.
const BUDGET: usize = 50_000;
/// Sums of counts differ by whole numbers.
const CLOSE: f64 = 1e-6;

/// For each row, the column of each of its figures that is proven; whole rows have none to prove. `None` where
/// no placement fulfils the sums, or too many would have to be tried.
pub fn prove(rows: &[Row]) -> Option<Vec<Vec<Option<usize>>>> {
    let mut search =
        Search { rows, order: Vec::new(), handled: [0.0; KINDS], received: [0.0; KINDS], chosen: Vec::new(), common: None, left: BUDGET };
    for (n, row) in rows.iter().enumerate() {
        match &row.figures {
            Figures::Whole(figures) => search.add(row.part, figures, 1.0),
            Figures::Short(figures) => search.order.push((n, placements(figures))),
        }
    }
    // The few rows that stand in two sums first: they bound the others.
    search.order.sort_by_key(|(n, placements)| (rows[*n].part == Part::Outcome, placements.len()));
    search.chosen = vec![0; search.order.len()];
    search.descend(0)?;
    let common = search.common?;
    let mut proven: Vec<Vec<Option<usize>>> = rows.iter().map(|_| Vec::new()).collect();
    for ((n, placements), same) in search.order.iter().zip(common) {
        if let Figures::Short(figures) = &rows[*n].figures {
            let first = placements.get(same.first)?;
            let columns = first.iter().zip(same.held).map(|(column, held)| column.filter(|_| held)).collect();
            proven[*n] = with_forced_zeros(figures, columns);
        }
    }
    Some(proven)
}

/// The columns of a row's figures, `None` for a zero, which may stand anywhere between its neighbours.
type Placement = Vec<Option<usize>>;

/// The ways to place figures in order so that the last column is the sum of the others.
fn placements(figures: &[f64]) -> Vec<Placement> {
    let mut found = Vec::new();
    let sum: f64 = figures.iter().sum();
    let filled: Vec<usize> = (0..figures.len()).filter(|n| figures[*n] > 0.0).collect();
    match filled.split_last() {
        None => found.push(vec![None; figures.len()]),
        // The total is the last figure and half of all that is printed.
        Some((total, kinds)) if *total + 1 == figures.len() && (sum - 2.0 * figures[*total]).abs() < CLOSE => {
            let mut columns: Placement = vec![None; figures.len()];
            columns[*total] = Some(KINDS - 1);
            place(figures.len(), kinds, 0, &mut columns, &mut found);
        }
        Some(_) => {}
    }
    found
}

/// Places the figures `kinds` of a row of `width` printed ones from column `from` on, leaving room for zeros.
fn place(width: usize, kinds: &[usize], from: usize, columns: &mut Placement, found: &mut Vec<Placement>) {
    let Some((next, rest)) = kinds.split_first() else {
        found.push(columns.clone());
        return;
    };
    let before = columns[..*next].iter().rposition(Option::is_some);
    let zeros_before = *next - before.map_or(0, |n| n + 1);
    let after = width - 1 - *next;
    for column in from + zeros_before..KINDS - after {
        columns[*next] = Some(column);
        place(width, rest, column + 1, columns, found);
    }
    columns[*next] = None;
}

/// A zero is proven where its neighbours leave it one place.
fn with_forced_zeros(figures: &[f64], mut columns: Placement) -> Placement {
    let mut start = 0;
    while start < figures.len() {
        if figures[start] > 0.0 {
            start += 1;
            continue;
        }
        let run = figures[start..].iter().take_while(|f| **f == 0.0).count();
        let left = match start.checked_sub(1) {
            Some(n) => columns[n].map(|column| column + 1),
            None => Some(0),
        };
        let right = if start + run < figures.len() { columns[start + run] } else { Some(KINDS) };
        if let (Some(left), Some(right)) = (left, right)
            && right.checked_sub(left) == Some(run)
        {
            for n in 0..run {
                columns[start + n] = Some(left + n);
            }
        }
        start += run;
    }
    columns
}

/// What all solutions so far share of a row.
struct Same {
    /// Number of the placement of the first solution.
    first: usize,
    /// Whether all agree on the column of each figure.
    held: Vec<bool>,
}

struct Search<'a> {
    rows: &'a [Row],
    /// Short rows with their placements.
    order: Vec<(usize, Vec<Placement>)>,
    /// By column: total less results.
    handled: [f64; KINDS],
    /// By column: new and carried in less total and carried out.
    received: [f64; KINDS],
    chosen: Vec<usize>,
    common: Option<Vec<Same>>,
    left: usize,
}

impl Search<'_> {
    fn add(&mut self, part: Part, figures: &[f64; KINDS], sign: f64) {
        for (column, figure) in figures.iter().enumerate() {
            let figure = figure * sign;
            match part {
                Part::Received => self.received[column] += figure,
                Part::Outcome => self.handled[column] -= figure,
                Part::Result => {
                    self.handled[column] += figure;
                    self.received[column] -= figure;
                }
                Part::CarriedOut => self.received[column] -= figure,
            }
        }
    }

    /// Tries the placements of the rows from `depth` on; `None` where the budget is spent.
    fn descend(&mut self, depth: usize) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        let mains_done = self.order.get(depth).is_none_or(|(n, _)| self.rows[*n].part == Part::Outcome);
        if mains_done && (self.received.iter().any(|r| r.abs() > CLOSE) || self.handled.iter().any(|h| *h < -CLOSE)) {
            return Some(());
        }
        let Some((n, placements)) = self.order.get(depth) else {
            if self.handled.iter().all(|h| h.abs() < CLOSE) {
                self.keep();
            }
            return Some(());
        };
        let (n, count) = (*n, placements.len());
        for choice in 0..count {
            let mut figures = [0.0; KINDS];
            if let Figures::Short(printed) = &self.rows[n].figures {
                for (figure, column) in printed.iter().zip(&self.order[depth].1[choice]) {
                    if let Some(column) = column {
                        figures[*column] = *figure;
                    }
                }
            }
            let part = self.rows[n].part;
            self.chosen[depth] = choice;
            self.add(part, &figures, 1.0);
            self.descend(depth + 1)?;
            self.add(part, &figures, -1.0);
        }
        Some(())
    }

    fn keep(&mut self) {
        let columns = |row: usize, choice: usize| &self.order[row].1[choice];
        match &mut self.common {
            None => {
                let same = |(row, choice): (usize, &usize)| Same { first: *choice, held: vec![true; columns(row, *choice).len()] };
                self.common = Some(self.chosen.iter().enumerate().map(same).collect());
            }
            Some(common) => {
                for (row, same) in common.iter_mut().enumerate() {
                    let (first, other) = (columns(row, same.first), columns(row, self.chosen[row]));
                    for ((held, a), b) in same.held.iter_mut().zip(first).zip(other) {
                        *held &= a == b;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Figures, Part, Row, prove};

    fn whole(part: Part, figures: [f64; 7]) -> Row {
        Row { part, figures: Figures::Whole(figures) }
    }

    fn short(part: Part, figures: &[f64]) -> Row {
        Row { part, figures: Figures::Short(figures.to_vec()) }
    }

    const NOTHING: [f64; 7] = [0.0; 7];

    #[test]
    fn a_lost_zero_is_found_by_the_columns() {
        let five = [0.0, 5.0, 0.0, 0.0, 0.0, 0.0, 5.0];
        let rows = [
            whole(Part::Received, five),
            whole(Part::Received, NOTHING),
            short(Part::Outcome, &[0.0, 5.0, 0.0, 0.0, 0.0, 5.0]),
            whole(Part::Result, five),
            whole(Part::CarriedOut, NOTHING),
        ];
        let proven = prove(&rows).unwrap_or_default();
        // Of four columns between, three zeros are left: which one is lost is not known.
        assert_eq!(proven[2], [Some(0), Some(1), None, None, None, Some(6)]);
    }

    #[test]
    fn rows_that_may_be_of_any_kind_keep_their_total_only() {
        let rows = [
            short(Part::Received, &[25.0, 25.0]),
            short(Part::Received, &[]),
            short(Part::Outcome, &[25.0, 25.0]),
            short(Part::Result, &[25.0, 25.0]),
            short(Part::CarriedOut, &[]),
        ];
        let proven = prove(&rows).unwrap_or_default();
        assert_eq!(proven[0], [None, Some(6)]);
        assert_eq!(proven[2], [None, Some(6)]);
    }

    #[test]
    fn a_figure_that_no_sum_explains_proves_nothing() {
        let rows = [
            short(Part::Received, &[25.0]),
            short(Part::Outcome, &[25.0, 25.0]),
            short(Part::Result, &[25.0, 25.0]),
            short(Part::CarriedOut, &[]),
        ];
        assert_eq!(prove(&rows), None);
        // A total that does not add up.
        let broken = [whole(Part::Received, [3.0; 7]), short(Part::Result, &[3.0, 3.0]), short(Part::Outcome, &[3.0, 3.0])];
        assert_eq!(prove(&broken), None);
    }

    #[test]
    fn hopeless_searches_end() {
        let mut rows = vec![short(Part::Received, &[20.0, 20.0]), short(Part::Result, &[20.0, 20.0])];
        rows.extend((0..20).map(|_| short(Part::Outcome, &[1.0, 1.0])));
        // Six ways to fill the columns in step, each proving the totals.
        let proven = prove(&rows);
        assert!(proven.is_none_or(|p| p[2] == [None, Some(6)]));
    }
}
