//! The table of applications whose labels stand first and whose figures follow, a row a line: labels and figures are
//! paired by their order where the sums of the form prove it.

use super::applications::KINDS;
use super::cell::Reading;
use super::records::{Page, SlotId};
use super::short::Part;

/// The figures that follow the labels of all rows of the form, a line of seven for each, where every sum of the form
/// holds: each row's total is that of its kinds, the results make up their total, and what came in was handled or
/// carried out. `parts` are the rows of the form in its order; `record` is the one that the last label stands in.
pub fn matrix(page: &Page, record: usize, parts: &[Part]) -> Option<Vec<Vec<SlotId>>> {
    let values = values(page, record);
    let lines: Vec<&[SlotId]> = values.chunk_by(|a, b| a.row == b.row).collect();
    let lines: Vec<Vec<SlotId>> =
        lines.into_iter().map(|line| line.iter().copied().filter(|id| !page.is_blank(*id)).collect::<Vec<_>>()).collect();
    let sevens = lines.iter().take_while(|line| line.len() == KINDS).count();
    if sevens != parts.len() {
        return None;
    }
    let figure = |id: &SlotId| match &page.slot(*id).reading {
        Reading::Figure(f) if !f.signed && f.money.is_none() && f.number.is_whole() => Some(f.number.value()),
        _ => None,
    };
    let rows: Vec<Vec<f64>> = lines[..sevens].iter().map(|line| line.iter().map(figure).collect()).collect::<Option<_>>()?;
    let is_sum = |row: &Vec<f64>| row.split_last().is_some_and(|(total, kinds)| (kinds.iter().sum::<f64>() - total).abs() < 1e-9);
    let sum = |part: Part, column: usize| -> f64 { parts.iter().zip(&rows).filter(|(p, _)| **p == part).map(|(_, row)| row[column]).sum() };
    let adds_up = |column: usize| {
        let (handled, outcomes) = (sum(Part::Result, column), sum(Part::Outcome, column));
        handled == outcomes && sum(Part::Received, column) == handled + sum(Part::CarriedOut, column)
    };
    // Nothing but zeros adds up in any order.
    let proves = rows.iter().all(is_sum) && (0..KINDS).all(adds_up) && sum(Part::Result, KINDS - 1) > 0.0;
    proves.then(|| lines[..sevens].to_vec())
}

/// All figures from a record to the next words.
pub fn values(page: &Page, record: usize) -> Vec<SlotId> {
    let rest = page.records[record + 1..].iter().take_while(|next| next.words.is_empty());
    page.records[record..=record].iter().chain(rest).flat_map(|record| record.values.iter().copied()).collect()
}
