//! Checks between reports, while they are written in the order of publication: of each body the report of the year
//! before, and of each area that of its government and those of its bodies.
//!
//! Kept are the few figures that checks ask for, of the bodies of two years and of one area.

use std::collections::HashMap;

use super::process::{Bundle, finding_row};
use crate::check::{Brief, Finding, Parts, Severity};
use crate::knowledge::codebook;

/// What is kept of a report.
#[derive(Clone, Debug)]
struct Known {
    report_id: String,
    scope: String,
    brief: Brief,
}

/// The reports that one can be checked against.
#[derive(Debug, Default)]
pub struct Neighbours {
    year: Option<i16>,
    /// By body, of the year before.
    before: HashMap<String, Known>,
    /// By body, of the year at hand.
    now: HashMap<String, Known>,
    /// The area whose reports pass.
    unit: String,
    area: Option<Known>,
    /// Bodies of the area that came before its government.
    parts: Vec<Known>,
    /// All bodies of the area so far, added up.
    sum: Parts,
}

impl Neighbours {
    /// Checks a report against those before it, and adds to it what is found. `version_of`: the report that counts
    /// in its place.
    pub fn check(&mut self, bundle: &mut Bundle, version_of: Option<&str>) {
        if let Some(other) = version_of {
            add(bundle, &version(), Some(other));
        }
        let report = &bundle.report;
        let (Some(year), Some(body)) = (report.year.filter(|_| report.selected), report.body_id.clone()) else { return };
        self.advance(year, body.split('/').next().unwrap_or_default());
        let known = Known { report_id: report.report_id.clone(), scope: report.scope.clone(), brief: brief(bundle) };
        if let Some(before) = self.before.get(&body).filter(|before| before.scope == known.scope) {
            for finding in known.brief.after(&before.brief) {
                add(bundle, &finding, Some(&before.report_id));
            }
        }
        if known.scope == "area" && body.ends_with("/government/") {
            for part in self.parts.drain(..) {
                for finding in known.brief.above(&part.brief, false) {
                    add(bundle, &finding, Some(&part.report_id));
                }
            }
            // A sum is of no one report.
            for finding in self.sum.exceed(&known.brief, false) {
                add(bundle, &finding, None);
            }
            self.area = Some(known.clone());
        } else if known.scope == "own" {
            self.sum.add(&known.brief);
            match &self.area {
                Some(area) => {
                    for finding in area.brief.above(&known.brief, true).into_iter().chain(self.sum.exceed(&area.brief, true)) {
                        add(bundle, &finding, Some(&area.report_id));
                    }
                }
                None => self.parts.push(known.clone()),
            }
        }
        self.now.insert(body, known);
    }

    fn advance(&mut self, year: i16, unit: &str) {
        if self.year != Some(year) {
            let now = std::mem::take(&mut self.now);
            self.before = if self.year.is_some_and(|last| last + 1 == year) { now } else { HashMap::new() };
            self.year = Some(year);
            self.unit.clear();
        }
        if self.unit != unit {
            unit.clone_into(&mut self.unit);
            self.area = None;
            self.parts.clear();
            self.sum = Parts::default();
        }
    }
}

/// The exact figures of a report about its body as a whole and its year; those of tables first.
fn brief(bundle: &Bundle) -> Brief {
    let mut brief = Brief::default();
    for origin in ["table", "narrative"] {
        for (at, fact) in bundle.facts.iter().enumerate() {
            let exact = matches!(fact.qualifier.as_str(), "exact" | "zero_stated");
            if fact.origin == origin
                && fact.counted
                && exact
                && fact.period == "year"
                && let (Some(value), Some(code)) = (fact.value, codebook().find(&fact.indicator, &fact.dimension, &fact.category))
            {
                brief.add(code, &fact.applicant, value, at);
            }
        }
    }
    brief
}

fn version() -> Finding {
    Finding {
        message_zh: "同一机关同一年度另有一份内容不同的报告被采用".to_owned(),
        message_en: "another report of this body and year, which says something else, counts in its place".to_owned(),
        ..Finding::plain("report.version", Severity::Note)
    }
}

fn add(bundle: &mut Bundle, finding: &Finding, other: Option<&str>) {
    let row = finding_row(&bundle.report, bundle.findings.len(), finding);
    bundle.findings.push(crate::schema::FindingRow { other_report_id: other.map(str::to_owned), ..row });
    bundle.report.findings += 1;
}

#[cfg(test)]
mod tests {
    use super::Neighbours;
    use crate::dataset::process::Bundle;
    use crate::schema::{FactRow, ReportRow};

    fn bundle(id: &str, body: &str, year: i16, scope: &str, figures: &[(&str, &str, f64)]) -> Bundle {
        let report = ReportRow {
            report_id: id.to_owned(),
            body_id: Some(body.to_owned()),
            year: Some(year),
            scope: scope.to_owned(),
            selected: true,
            ..ReportRow::default()
        };
        let fact = |(indicator, applicant, value): &(&str, &str, f64)| FactRow {
            indicator: (*indicator).to_owned(),
            applicant: (*applicant).to_owned(),
            value: Some(*value),
            period: "year".to_owned(),
            qualifier: "exact".to_owned(),
            origin: "table".to_owned(),
            counted: true,
            ..FactRow::default()
        };
        Bundle { report, facts: figures.iter().map(fact).collect(), ..Bundle::default() }
    }

    fn found(neighbours: &mut Neighbours, mut bundle: Bundle) -> Vec<(String, String)> {
        neighbours.check(&mut bundle, None);
        assert_eq!(usize::try_from(bundle.report.findings), Ok(bundle.findings.len()));
        bundle.findings.into_iter().map(|f| (f.check, f.other_report_id.unwrap_or_default())).collect()
    }

    #[test]
    fn the_year_before_is_that_of_the_same_body() {
        let mut all = Neighbours::default();
        let body = "410322/government/";
        let of = |year, figures: &[(&str, &str, f64)]| bundle(&format!("r{year}"), body, year, "unknown", figures);
        assert!(found(&mut all, of(2020, &[("applications.carried_out", "total", 4.0)])).is_empty());
        let other = bundle("x", "410322/government/办公室", 2021, "unknown", &[("applications.carried_in", "total", 9.0)]);
        assert!(
            found(&mut all, of(2021, &[("applications.carried_in", "total", 4.0), ("applications.carried_out", "total", 2.0)])).is_empty()
        );
        assert!(found(&mut all, other).is_empty());
        assert_eq!(found(&mut all, of(2022, &[("applications.carried_in", "total", 3.0)])), [("across.carried_in".into(), "r2021".into())]);
        // After a year without reports there is nothing to compare with.
        assert!(found(&mut all, of(2024, &[("applications.carried_in", "total", 3.0)])).is_empty());
    }

    #[test]
    fn an_area_is_compared_with_its_bodies_on_both_sides() {
        let mut all = Neighbours::default();
        let new = |value| [("applications.new", "total", value)];
        let of = |id: &str, body: &str, scope: &str, value| bundle(id, body, 2022, scope, &new(value));
        assert!(found(&mut all, of("elsewhere", "410300/department/民政局", "own", 99.0)).is_empty());
        assert!(found(&mut all, of("before", "410322/department/民政局", "own", 8.0)).is_empty());
        assert_eq!(found(&mut all, of("area", "410322/government/", "area", 7.0)), [("across.area".into(), "before".into())]);
        assert_eq!(found(&mut all, of("after", "410322/township/送庄镇", "own", 9.0)), [("across.area".into(), "area".into())]);
        assert!(found(&mut all, of("unknown", "410322/township/朝阳镇", "unknown", 9.0)).is_empty());
    }

    #[test]
    fn an_area_is_compared_with_the_sum_of_its_bodies_wherever_it_stands_among_them() {
        let new = |value| [("applications.new", "total", value)];
        let of = |id: &str, body: &str, scope: &str, value| bundle(id, body, 2022, scope, &new(value));
        let told = |other: &str| vec![("across.area_sum".to_owned(), other.to_owned())];
        // 3 and 5 before the area's 7; then 2 and 6 after the other's.
        let mut all = Neighbours::default();
        assert!(found(&mut all, of("a", "410322/department/民政局", "own", 3.0)).is_empty());
        assert!(found(&mut all, of("b", "410322/department/水利局", "own", 5.0)).is_empty());
        assert_eq!(found(&mut all, of("area", "410322/government/", "area", 7.0)), told(""));
        assert!(found(&mut all, of("area", "410323/government/", "area", 7.0)).is_empty());
        assert!(found(&mut all, of("c", "410323/township/送庄镇", "own", 2.0)).is_empty());
        assert_eq!(found(&mut all, of("d", "410323/township/朝阳镇", "own", 6.0)), told("area"));
        assert!(found(&mut all, of("e", "410323/township/平乐镇", "own", 6.0)).is_empty());
    }

    #[test]
    fn what_counts_in_its_place_is_told_of_a_version() {
        let mut old = Bundle { report: ReportRow { selected: false, ..ReportRow::default() }, ..Bundle::default() };
        Neighbours::default().check(&mut old, Some("new"));
        assert_eq!(old.findings[0].other_report_id.as_deref(), Some("new"));
    }
}
