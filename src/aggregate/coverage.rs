//! What was expected and what was found: year by province and level.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::panel::Governments;
use crate::schema::ReportRow;

/// A row of `summary/coverage.csv`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoverageRow {
    /// Year; `None` for documents whose year is unknown.
    pub year: Option<i16>,
    /// Name of the province; empty where unknown, or for the nation.
    pub province: String,
    /// Level of the body's government; empty where unknown.
    pub level: String,
    /// Governments of county level and above that had to report; `None` below that level.
    pub expected: Option<usize>,
    /// Of those, how many have a report that counts.
    pub found: usize,
    /// Reports that count of all bodies of the level: departments, offices and zones too.
    pub reports: usize,
    /// Rejected documents by reason.
    pub rejected: BTreeMap<String, u64>,
}

/// Whose document it was, as far as it says: a row of the coverage.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cell {
    /// Year.
    pub year: Option<i16>,
    /// Name of the province; empty where unknown, or for the nation.
    pub province: String,
    /// Level of the body's government; empty where unknown.
    pub level: String,
}

/// Counts reports and rejects.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    rows: BTreeMap<Cell, CoverageRow>,
    /// Governments found in the year at hand.
    found: BTreeSet<String>,
    /// Years whose governments were counted.
    ended: BTreeSet<i16>,
}

impl Coverage {
    fn row(&mut self, cell: Cell) -> &mut CoverageRow {
        let Cell { year, province, level } = cell.clone();
        self.rows.entry(cell).or_insert_with(|| CoverageRow { year, province, level, ..CoverageRow::default() })
    }

    /// Adds a report; one that does not count is left out.
    pub fn add(&mut self, report: &ReportRow) {
        if report.selected {
            let text = |of: &Option<String>| of.clone().unwrap_or_default();
            self.row(Cell { year: report.year, province: text(&report.province), level: text(&report.level) }).reports += 1;
            self.found.extend(report.body_id.clone().filter(|_| report.year.is_some()));
        }
    }

    /// Adds a rejected document. One that could not be read, or says of no year and no place, is in the row of
    /// unknown ones.
    pub fn reject(&mut self, of: &Cell, reason: &str) {
        *self.row(of.clone()).rejected.entry(reason.to_owned()).or_default() += 1;
    }

    /// Ends a year: counts whose reports were expected.
    pub fn end_year(&mut self, year: i16, governments: &Governments) {
        let found = std::mem::take(&mut self.found);
        self.ended.insert(year);
        for government in governments.expected() {
            let province = government.province.clone().unwrap_or_default();
            let row = self.row(Cell { year: Some(year), province, level: government.level.clone() });
            *row.expected.get_or_insert_default() += 1;
            row.found += usize::from(found.contains(&government.body_id()));
        }
    }

    /// All rows: in order of year (unknown ones first), province, and level from the nation down. In a year that
    /// only rejected documents name, a row says how many `governments` of its own province and level there were;
    /// no row is made for those of which nothing was seen.
    pub fn rows(mut self, governments: impl Fn(i16) -> Governments) -> Vec<CoverageRow> {
        let named: BTreeSet<i16> = self.rows.keys().filter_map(|cell| cell.year).collect();
        for &year in named.difference(&self.ended) {
            for government in governments(year).expected() {
                let province = government.province.clone().unwrap_or_default();
                if let Some(row) = self.rows.get_mut(&Cell { year: Some(year), province, level: government.level.clone() }) {
                    *row.expected.get_or_insert_default() += 1;
                }
            }
        }
        let mut rows: Vec<CoverageRow> = self.rows.into_values().collect();
        let rank = |level: &str| LEVELS.iter().position(|known| *known == level).unwrap_or(LEVELS.len());
        rows.sort_by(|a, b| (a.year, &a.province, rank(&a.level)).cmp(&(b.year, &b.province, rank(&b.level))));
        rows
    }
}

const LEVELS: [&str; 5] = ["nation", "province", "prefecture", "county", "township"];

#[cfg(test)]
mod tests {
    use super::super::panel::tests::{governments, report};
    use super::{Cell, Coverage};

    #[test]
    fn expected_and_found_are_of_governments_and_reports_of_all() {
        let governments = governments();
        let mut coverage = Coverage::default();
        let government = report("100101", "county", 2022, "2021");
        let mut department = government.clone();
        department.body_id = Some("100101/department/教育局".into());
        let mut copy = government.clone();
        copy.selected = false;
        for report in [&government, &department, &copy] {
            coverage.add(report);
        }
        let guide = Cell { year: None, province: "甲省".into(), level: "county".into() };
        for of in [&Cell::default(), &guide, &guide] {
            coverage.reject(of, "identify/guide");
        }
        coverage.reject(&Cell { year: Some(2022), ..guide.clone() }, "identify/guide");
        coverage.end_year(2022, &governments);
        coverage.end_year(2023, &governments);
        let of_province = Cell { year: Some(2024), province: String::new(), level: "county".into() };
        coverage.reject(&of_province, "identify/guide");
        let rows = coverage.rows(|_| super::super::panel::tests::governments());
        let county = |year| {
            rows.iter().find(|row| row.year == Some(year) && row.level == "county").map(|row| (row.expected, row.found, row.reports))
        };
        assert_eq!(county(2022), Some((Some(3), 1, 2)));
        assert_eq!(county(2023), Some((Some(3), 0, 0)), "silence is visible");
        assert_eq!(county(2024), Some((Some(3), 0, 0)), "a reject tells of a year");
        assert_eq!(rows.iter().filter(|row| row.year == Some(2024)).count(), 1, "and of its own place only");
        let rejected: Vec<_> =
            rows.iter().filter_map(|row| Some((row.year, row.province.as_str(), *row.rejected.get("identify/guide")?))).collect();
        assert_eq!(rejected, [(None, "", 1), (None, "甲省", 2), (Some(2022), "甲省", 1), (Some(2024), "", 1)]);
    }
}
