//! Trends of comparable measures and rates, by unit.
//!
//! # What one series is
//!
//! The bodies of a unit, level and kind that state the measure in every year of the series, summed: so that
//! a body that begins or ceases to report is no trend. The years are those in which at least half as many
//! bodies state it as in the best year. A place is that of a body's last report; figures of another scope
//! (of the area, of the body itself) than its last report's are left out.
//!
//! Years over which the crosswalk breaks are never in one series: the last stretch is taken, so that the
//! rows of a measure speak of the same quantity as far as possible. `forms` says of which.

use std::collections::{BTreeMap, BTreeSet};

use super::panel::{BodyYear, units};
use super::rates::ratio;
use super::statistics::{TESTED_YEARS, benjamini_hochberg, least_squares_slope, mann_kendall, theil_sen_slope};
use crate::knowledge::{Crosswalk, Edition, MeasureId, crosswalk};
use crate::schema::TrendRow;

/// Fewest years for a slope.
const FEWEST_YEARS: usize = 3;
/// What a scope says that says nothing.
const UNKNOWN: &str = "unknown";
/// All scopes.
const SCOPES: [&str; 3] = ["area", "own", UNKNOWN];

/// What a trend is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Measure(MeasureId),
    /// Place among the rates.
    Rate(usize),
}

impl Subject {
    fn all(crosswalk: &Crosswalk) -> Vec<Self> {
        let measures = crosswalk.measures().map(|(id, _)| Self::Measure(id));
        measures.chain((0..crosswalk.rates().len()).map(Self::Rate)).collect()
    }

    fn name(self, crosswalk: &Crosswalk) -> &str {
        match self {
            Self::Measure(id) => &crosswalk[id].measure,
            Self::Rate(at) => &crosswalk.rates()[at].rate,
        }
    }

    fn unit(self, crosswalk: &Crosswalk) -> &str {
        match self {
            Self::Measure(id) => &crosswalk[id].unit,
            Self::Rate(_) => "share",
        }
    }

    /// The measures that it needs: itself, or part and whole.
    fn measures(self, crosswalk: &Crosswalk) -> (MeasureId, Option<MeasureId>) {
        match self {
            Self::Measure(id) => (id, None),
            Self::Rate(at) => (crosswalk.rates()[at].numerator, Some(crosswalk.rates()[at].denominator)),
        }
    }

    /// Points of one number may be compared.
    fn era(self, crosswalk: &Crosswalk, edition: Edition) -> usize {
        let (measure, whole) = self.measures(crosswalk);
        crosswalk.era(measure, edition) + whole.map_or(0, |whole| crosswalk.era(whole, edition))
    }
}

/// A body's year. All of them are kept to the end, so that its figures are packed: the place of the measure,
/// then its hundredths, each in as few bytes as it needs. Most figures are small.
#[derive(Clone, Debug)]
struct Point {
    year: i16,
    edition: Edition,
    scope: &'static str,
    measures: Box<[u8]>,
}

impl Point {
    fn of(body: &BodyYear) -> Self {
        let scope = SCOPES.into_iter().find(|scope| *scope == body.scope).unwrap_or(UNKNOWN);
        let figures = body.measures.iter().map(|(id, quantity)| (id.index(), quantity.hundredths));
        // Writing to memory does not fail; were it to, a figure would be missing and not wrong.
        let measures = figures.filter_map(|figure| postcard::to_stdvec(&figure).ok()).flatten().collect();
        Self { year: body.year, edition: body.edition, scope, measures }
    }

    fn hundredths(&self, measure: MeasureId) -> Option<i128> {
        let mut rest = &self.measures[..];
        while let Ok(((index, hundredths), after)) = postcard::take_from_bytes::<(usize, i64)>(rest) {
            if index == measure.index() {
                return Some(hundredths.into());
            }
            rest = after;
        }
        None
    }
}

/// A body over the years: its last place, and its points in order.
#[derive(Clone, Debug, Default)]
struct Body {
    unit_code: String,
    unit_above: Option<String>,
    level: String,
    org_kind: String,
    points: Vec<Point>,
}

impl Body {
    /// Points of like scope with a value, of one era each.
    fn stated(&self, subject: Subject, crosswalk: &Crosswalk) -> Vec<Stated> {
        let scope = self.points.iter().rev().map(|point| point.scope).find(|scope| *scope != UNKNOWN).unwrap_or(UNKNOWN);
        let (measure, whole) = subject.measures(crosswalk);
        let like = self.points.iter().filter(|point| point.scope == scope || point.scope == UNKNOWN);
        like.filter_map(|point| {
            let value = (point.hundredths(measure)?, whole.map_or(Some(0), |whole| point.hundredths(whole))?);
            Some(Stated { year: point.year, era: subject.era(crosswalk, point.edition), edition: point.edition, scope: point.scope, value })
        })
        .collect()
    }
}

#[derive(Clone, Copy, Debug)]
struct Stated {
    year: i16,
    era: usize,
    edition: Edition,
    scope: &'static str,
    /// Value, or part and whole, in hundredths.
    value: (i128, i128),
}

/// Bodies that are summed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    basis: &'static str,
    unit_code: &'a str,
    level: &'a str,
    org_kind: &'a str,
}

/// Collects bodies over the years, each year once and in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Trends {
    bodies: BTreeMap<String, Body>,
}

impl Trends {
    /// Adds a body's year.
    pub fn add(&mut self, body: &BodyYear) {
        if !body.is_summed() || body.measures.is_empty() {
            return;
        }
        let of = self.bodies.entry(body.body_id.clone()).or_default();
        of.unit_code.clone_from(&body.unit_code);
        of.unit_above = body.above.as_ref().map(|(_, unit)| unit.clone());
        of.level.clone_from(&body.level);
        of.org_kind.clone_from(&body.org_kind);
        of.points.push(Point::of(body));
    }

    /// The table, in the order of its key.
    pub fn rows(&self) -> Vec<TrendRow> {
        let crosswalk = crosswalk();
        let mut places: BTreeMap<Place, Vec<&Body>> = BTreeMap::new();
        for body in self.bodies.values() {
            let place = |basis, unit_code| Place { basis, unit_code, level: &body.level, org_kind: &body.org_kind };
            if body.level != "township" {
                places.entry(place("own", &body.unit_code)).or_default().push(body);
            }
            if let Some(above) = &body.unit_above {
                places.entry(place("parts", above)).or_default().push(body);
            }
        }
        let mut rows = Vec::new();
        for subject in Subject::all(crosswalk) {
            let mut of_subject: Vec<TrendRow> =
                places.iter().filter_map(|(place, bodies)| trend(place, bodies, subject, crosswalk)).collect();
            let p: Vec<f64> = of_subject.iter().filter_map(|row| row.p).collect();
            let mut q = benjamini_hochberg(&p).into_iter();
            for row in of_subject.iter_mut().filter(|row| row.p.is_some()) {
                row.q = q.next();
            }
            rows.append(&mut of_subject);
        }
        rows.sort_by_cached_key(|row| [&row.basis, &row.unit_code, &row.level, &row.org_kind, &row.measure].map(Clone::clone));
        rows
    }
}

fn trend(place: &Place, bodies: &[&Body], subject: Subject, crosswalk: &Crosswalk) -> Option<TrendRow> {
    let mut stated: Vec<Vec<Stated>> = bodies.iter().map(|body| body.stated(subject, crosswalk)).collect();
    let era = stated.iter().flatten().map(|point| point.era).max()?;
    for points in &mut stated {
        points.retain(|point| point.era == era);
    }
    let mut counts: BTreeMap<i16, usize> = BTreeMap::new();
    for point in stated.iter().flatten() {
        *counts.entry(point.year).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    let years: BTreeSet<i16> = counts.into_iter().filter(|(_, count)| count * 2 >= most).map(|(year, _)| year).collect();
    for points in &mut stated {
        points.retain(|point| years.contains(&point.year));
    }
    stated.retain(|points| points.len() == years.len());

    let mut sums: BTreeMap<i16, (i128, i128)> = BTreeMap::new();
    for point in stated.iter().flatten() {
        let sum = sums.entry(point.year).or_default();
        *sum = (sum.0 + point.value.0, sum.1 + point.value.1);
    }
    let value = |(part, whole)| match subject {
        Subject::Measure(_) => Some(units(part)),
        Subject::Rate(_) => ratio(part, whole),
    };
    let series: Vec<(i16, f64)> = sums.into_iter().filter_map(|(year, sum)| Some((year, value(sum)?))).collect();
    if series.len() < FEWEST_YEARS {
        return None;
    }
    let editions: BTreeSet<Edition> = stated.iter().flatten().map(|point| point.edition).collect();
    let scopes: BTreeSet<&str> = stated.iter().flatten().map(|point| point.scope).collect();
    let (first, last) = (*series.first()?, *series.last()?);
    let before = series.iter().rev().nth(1).filter(|(year, _)| year + 1 == last.0).map(|(_, value)| *value);
    let test = mann_kendall(&series);
    let tested = series.len() >= TESTED_YEARS;
    Some(TrendRow {
        basis: place.basis.to_owned(),
        unit_code: place.unit_code.to_owned(),
        level: place.level.to_owned(),
        org_kind: place.org_kind.to_owned(),
        measure: subject.name(crosswalk).to_owned(),
        unit: subject.unit(crosswalk).to_owned(),
        scope: scopes.into_iter().collect::<Vec<_>>().join(";"),
        forms: editions.iter().map(|&edition| crosswalk.form(edition)).collect::<Vec<_>>().join(";"),
        first_year: first.0,
        last_year: last.0,
        n: count(series.len()),
        n_bodies: count(stated.len()),
        first_value: first.1,
        last_value: last.1,
        change: before.map(|before| last.1 - before),
        change_share: before.filter(|before| *before > 0.0).map(|before| (last.1 - before) / before),
        slope_ols: least_squares_slope(&series)?,
        slope_sen: theil_sen_slope(&series)?,
        mk_s: test.s,
        mk_z: tested.then_some(test.z),
        p: tested.then_some(test.p),
        q: None,
        crosses_break: editions.len() > 1,
    })
}

fn count(of: usize) -> i32 {
    i32::try_from(of).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::panel::BodyYear;
    use super::super::panel::tests::{facts, governments, report};
    use super::Trends;
    use crate::schema::TrendRow;

    fn add(trends: &mut Trends, region: &str, year: i16, form: &str, values: &[(&str, f64)]) {
        if let Some(body) = BodyYear::of(&report(region, "county", year, form), &facts(values), &governments()) {
            trends.add(&body);
        }
    }

    fn find<'a>(rows: &'a [TrendRow], basis: &str, unit: &str, measure: &str) -> Option<&'a TrendRow> {
        rows.iter().find(|r| (r.basis.as_str(), r.unit_code.as_str(), r.measure.as_str()) == (basis, unit, measure))
    }

    #[test]
    fn received_crosses_the_forms_and_denied_does_not() -> Result<(), Box<dyn std::error::Error>> {
        let mut trends = Trends::default();
        for (at, year) in (2015..=2018).enumerate() {
            let grows = f64::from(u32::try_from(at)?);
            let values =
                [("applications.received", 10.0 + grows), ("applications.answered/outcome/denied", 3.0), ("applications.answered", 9.0)];
            add(&mut trends, "100101", year, "2014", &values);
        }
        for (at, year) in (2019..=2020).enumerate() {
            let grows = f64::from(u32::try_from(at)?);
            add(&mut trends, "100101", year, "2019", &[("applications.new", 14.0 + grows), ("applications.result/outcome/denied", 1.0)]);
        }
        let rows = trends.rows();
        let received = find(&rows, "own", "100101", "received").ok_or("received")?;
        assert_eq!((received.first_year, received.last_year, received.n, received.crosses_break), (2015, 2020, 6, true));
        assert!((received.slope_ols - 1.0).abs() < 1e-12 && (received.slope_sen - 1.0).abs() < 1e-12);
        assert_eq!((received.mk_s, received.change, received.change_share), (15, Some(1.0), Some(1.0 / 14.0)));
        assert!(received.p.is_some());
        assert_eq!(received.p, received.q, "its equal in the parts adjusts it by nothing");
        assert!(find(&rows, "own", "100101", "denied").is_none(), "two years under the new definition are no trend");
        Ok(())
    }

    #[test]
    fn a_body_that_begins_to_report_is_no_trend() -> Result<(), Box<dyn std::error::Error>> {
        let mut trends = Trends::default();
        for year in 2021..=2025 {
            add(&mut trends, "100101", year, "2021", &[("applications.new", 10.0)]);
            if year > 2022 {
                add(&mut trends, "100102", year, "2021", &[("applications.new", 500.0)]);
            }
        }
        let rows = trends.rows();
        let parts = find(&rows, "parts", "100100", "received").ok_or("parts")?;
        assert_eq!((parts.n, parts.n_bodies, parts.last_value, parts.slope_ols, parts.mk_s), (5, 1, 10.0, 0.0, 0));
        Ok(())
    }

    #[test]
    fn few_years_have_slopes_and_no_test() -> Result<(), Box<dyn std::error::Error>> {
        let mut trends = Trends::default();
        for (year, value) in [(2021, 1.0), (2022, 2.0), (2024, 4.0)] {
            add(&mut trends, "100101", year, "2021", &[("applications.new", value)]);
        }
        let rows = trends.rows();
        let row = find(&rows, "own", "100101", "received").ok_or("received")?;
        assert_eq!((row.n, row.slope_ols, row.mk_s, row.mk_z, row.p, row.q), (3, 1.0, 3, None, None, None));
        assert_eq!((row.change, row.crosses_break), (None, false), "2023 is missing");
        Ok(())
    }

    #[test]
    fn figures_of_another_scope_are_left_out() -> Result<(), Box<dyn std::error::Error>> {
        let mut trends = Trends::default();
        for (year, scope) in [(2021, "own"), (2022, "unknown"), (2023, "area"), (2024, "area"), (2025, "area")] {
            let mut report = report("100101", "county", year, "2021");
            report.scope = scope.into();
            trends.add(&BodyYear::of(&report, &facts(&[("applications.new", 1.0)]), &governments()).ok_or("counts")?);
        }
        let rows = trends.rows();
        let row = find(&rows, "own", "100101", "received").ok_or("received")?;
        assert_eq!((row.first_year, row.n, row.scope.as_str()), (2022, 4, "area;unknown"));
        Ok(())
    }
}
