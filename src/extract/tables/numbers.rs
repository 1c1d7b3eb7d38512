//! Numbers of rows that stand among the figures: 行次, 序号, 代码. A column that counts 1, 2, 3 down the rows of a table
//! is no column of figures.

use super::cell::Reading;
use super::records::{Record, SlotId};
use super::rows::Sheet;

/// Rows that must count on before a column is that of their numbers: so many figures do not count by chance.
const FEWEST_COUNTED: usize = 8;

/// Leaves out of records the number of their row, which stands between label and figures, and that of the next
/// row, which stands before its label and so behind their figures.
pub fn leave_out(sheet: &Sheet, records: &mut [Record]) {
    let number = |id: &SlotId| match &sheet.rows[id.row].slots[id.slot].reading {
        Reading::Figure(f) if !f.signed && f.money.is_none() && f.number.is_whole() => Some(f.number.value()),
        _ => None,
    };
    let labelled: Vec<usize> = (0..records.len()).filter(|n| !records[*n].words.is_empty() && !records[*n].values.is_empty()).collect();
    for run in counted(&labelled, |n| number(&records[*n].values[0])) {
        let others = |n: &usize| records[*n].values[1..].iter().any(|id| number(id).is_some());
        // Figures that stand alone behind their labels may count, too: they are what is counted.
        if run.iter().filter(|n| others(n)).count() * 2 > run.len() {
            for n in run {
                records[*n].values.remove(0);
                records[*n].counted = true;
            }
        }
    }
    // The record before a row's label ends with its number, be it a row or a heading with a number and nothing else.
    let rows = labelled.iter().filter(|n| records[**n].values.len() > 1);
    let before: Vec<usize> = rows.filter_map(|n| n.checked_sub(1)).filter(|n| !records[*n].values.is_empty()).collect();
    let last = |n: &usize| records[*n].values.last().and_then(number);
    for run in counted(&before, last) {
        // Before the label of the first row there is its number alone.
        let opens = records[run[0]].values.len() == 1;
        if opens && run.iter().filter(|n| records[**n].values.len() > 1).count() * 2 > run.len() {
            for n in run {
                records[*n].values.pop();
            }
        }
    }
}

/// The stretches of records whose numbers count on from 1.
fn counted(records: &[usize], number: impl Fn(&usize) -> Option<f64>) -> Vec<&[usize]> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < records.len() {
        let run = (1..).zip(&records[at..]).take_while(|(count, n)| number(n) == Some(f64::from(*count))).count();
        if run >= FEWEST_COUNTED {
            found.push(&records[at..at + run]);
        }
        at += run.max(1);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::records::Page;
    use super::super::rows::Sheet;
    use crate::read::{Hints, from_text};
    use crate::repair::repair;

    const LABELS: [&str; 9] = ["甲类", "乙类", "丙类", "丁类", "戊类", "己类", "庚类", "辛类", "壬类"];

    /// The figures of each record that has any.
    fn figures(text: &str) -> Vec<String> {
        let clean = repair(&from_text(text, &Hints::default()).unwrap_or_default());
        let page = Page::of(clean.text(), Sheet::of(&clean));
        let shown = |record: &super::Record| record.values.iter().map(|id| page.slot_text(*id)).collect::<Vec<_>>().join(" ");
        page.records.iter().map(shown).filter(|figures| !figures.is_empty()).collect()
    }

    fn printed(rows: usize, row: impl Fn(usize, &str) -> String) -> String {
        LABELS.iter().take(rows).enumerate().map(|(n, label)| row(n + 1, label)).collect()
    }

    #[test]
    fn a_column_that_counts_is_left_out() {
        let own: Vec<String> = (1..10).map(|n| format!("{} {n}", n * 7)).collect();
        assert_eq!(figures(&printed(9, |n, label| format!("{label} {n} {} {n}\n", n * 7))), own);
        assert_eq!(figures(&printed(9, |n, label| format!("{label}\n{n}\n{}\n{n}\n", n * 7))), own);
        assert_eq!(figures(&printed(9, |n, label| format!("{n}\n{label}\n{}\n{n}\n", n * 7))), own);
    }

    #[test]
    fn figures_that_count_by_chance_stay() {
        // Too few rows, another beginning, a gap, and figures that are all there is.
        assert_eq!(figures(&printed(7, |n, label| format!("{label} {n} {}\n", n * 7)))[0], "1 7");
        assert_eq!(figures(&printed(9, |n, label| format!("{label} {} {}\n", n + 1, n * 7)))[0], "2 7");
        assert_eq!(figures(&printed(9, |n, label| format!("{label} {} {}\n", if n > 4 { n + 1 } else { n }, n * 7)))[0], "1 7");
        assert_eq!(figures(&printed(9, |n, label| format!("{label} {n}\n")))[0], "1");
    }
}
