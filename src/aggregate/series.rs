//! Reports in order of years into the tables `panel`, `rates` and `trends`.

use std::collections::{HashMap, HashSet};

use super::panel::{BodyYear, Governments, silent_row};
use super::rates::rates;
use super::trends::Trends;
use crate::knowledge::Edition;
use crate::schema::{FactRow, PanelRow, RateRow, ReportRow, TrendRow, WideRow};

/// Collects reports year by year. A year is held whole; of the years before, the comparable measures are.
///
/// Every year from the first with a report to the last is ended once, in order, also one without a report:
/// its governments are silent, and seen to be.
#[derive(Debug, Default)]
pub struct Series {
    year: Vec<BodyYear>,
    /// In whose terms each body reported last.
    before: HashMap<String, Edition>,
    trends: Trends,
}

/// What one year adds to the tables.
#[derive(Debug, Default)]
pub struct YearRows {
    /// Rows of `panel`, in order of region and body, unknown regions first.
    pub panel: Vec<WideRow<PanelRow>>,
    /// Rows of `rates`, in the order of their key.
    pub rates: Vec<RateRow>,
}

impl Series {
    /// Adds a report of the year at hand with its facts. What does not count is left out here.
    pub fn add(&mut self, report: &ReportRow, facts: &[FactRow], governments: &Governments) {
        self.year.extend(BodyYear::of(report, facts, governments));
    }

    /// Ends a year.
    pub fn end_year(&mut self, year: i16, governments: &Governments) -> YearRows {
        let mut bodies = std::mem::take(&mut self.year);
        bodies.retain(|body| body.year == year);
        bodies.sort_by(|a, b| a.body_id.cmp(&b.body_id));
        bodies.dedup_by(|later, first| later.body_id == first.body_id);
        let reported: HashSet<&str> = bodies.iter().map(|body| body.body_id.as_str()).collect();
        let silent = governments.expected().filter(|government| !reported.contains(government.body_id().as_str()));
        let mut panel: Vec<WideRow<PanelRow>> = silent.map(|government| silent_row(government, year)).collect();
        panel.extend(bodies.iter().map(|body| body.row(self.before.get(&body.body_id).copied())));
        panel.sort_by(|a, b| (&a.row.region_code, &a.row.body_id).cmp(&(&b.row.region_code, &b.row.body_id)));
        // Two codes of one year may go back to one unit: its body is silent once.
        panel.dedup_by(|later, first| later.row.body_id == first.row.body_id);
        let rates = rates(year, &bodies);
        for body in &bodies {
            self.trends.add(body);
            self.before.insert(body.body_id.clone(), body.edition);
        }
        YearRows { panel, rates }
    }

    /// The table `trends`, after the last year.
    pub fn trends(&self) -> Vec<TrendRow> {
        self.trends.rows()
    }
}

#[cfg(test)]
mod tests {
    use super::super::panel::tests::{facts, governments, report};
    use super::Series;

    #[test]
    fn silence_is_visible_and_forms_are_followed_over_it() {
        let governments = governments();
        let mut series = Series::default();
        series.add(&report("100101", "county", 2018, "2014"), &facts(&[("applications.received", 5.0)]), &governments);
        let first = series.end_year(2018, &governments);
        assert_eq!(first.panel.len(), governments.expected().count());
        assert_eq!(first.panel.iter().filter(|row| row.row.report_id.is_some()).count(), 1);
        assert!(first.panel.is_sorted_by_key(|row| row.row.region_code.clone()));
        let none = series.end_year(2019, &governments);
        assert!(none.panel.iter().all(|row| row.row.report_id.is_none() && row.values.is_empty()));
        series.add(&report("100101", "county", 2020, "2019"), &facts(&[("applications.new", 5.0)]), &governments);
        let last = series.end_year(2020, &governments);
        let row = last.panel.iter().find(|row| row.row.report_id.is_some()).map(|row| &row.row);
        assert_eq!(row.and_then(|row| row.terms_before.as_deref()), Some("2014"));
    }

    #[test]
    fn the_order_of_arrival_changes_nothing() {
        let governments = governments();
        let rows = |regions: [&str; 3]| {
            let mut series = Series::default();
            for year in 2021..2026 {
                for region in regions {
                    let values = [
                        ("applications.new", f64::from(year) - 2000.0),
                        ("applications.carried_in", 1.0),
                        ("applications.carried_out", 2.0),
                    ];
                    series.add(&report(region, "county", year, "2021"), &facts(&values), &governments);
                }
                let rows = series.end_year(year, &governments);
                assert!(!rows.rates.is_empty());
            }
            series.trends()
        };
        assert_eq!(rows(["100101", "100102", "109001"]), rows(["109001", "100102", "100101"]));
    }
}
