//! Rates: a part by its whole, with both kept.
//!
//! A rate of a region is the sum of the parts by the sum of the wholes over the reports that state both; a
//! report that states one of them enters with none.

use std::collections::{BTreeMap, BTreeSet};

use super::panel::{BodyYear, units};
use crate::knowledge::{Edition, Rate, crosswalk};
use crate::schema::RateRow;

/// Reports whose figures are added: like with like.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    basis: &'static str,
    region_code: &'a str,
    level: &'a str,
    org_kind: &'a str,
    scope: &'a str,
}

#[derive(Clone, Debug, Default)]
struct Sum {
    numerator: i128,
    denominator: i128,
    reports: i32,
    broken: i32,
    approximate: i32,
    editions: BTreeSet<Edition>,
}

impl Sum {
    /// Adds a report, if it states the part and the whole.
    fn add(&mut self, body: &BodyYear, rate: &Rate) -> Option<()> {
        let (numerator, denominator) = (body.quantity(rate.numerator)?, body.quantity(rate.denominator)?);
        self.numerator += i128::from(numerator.hundredths);
        self.denominator += i128::from(denominator.hundredths);
        self.reports += 1;
        self.broken += i32::from(numerator.broken || denominator.broken);
        self.approximate += i32::from(numerator.approximate || denominator.approximate);
        self.editions.insert(body.edition);
        Some(())
    }

    fn row(&self, rate: &Rate, rest: RateRow) -> RateRow {
        RateRow {
            rate: rate.rate.clone(),
            forms: self.editions.iter().map(|&edition| crosswalk().form(edition)).collect::<Vec<_>>().join(";"),
            n_reports: self.reports,
            n_broken: self.broken,
            n_approx: self.approximate,
            numerator: units(self.numerator),
            denominator: units(self.denominator),
            value: ratio(self.numerator, self.denominator),
            ..rest
        }
    }
}

/// A part by its whole; `None` where that is no share: of a whole of nothing, or of a part beyond it.
pub(super) fn ratio(numerator: i128, denominator: i128) -> Option<f64> {
    (denominator > 0 && (0..=denominator).contains(&numerator)).then(|| units(numerator) / units(denominator))
}

/// The rates of one year, in the order of the key.
pub(super) fn rates(year: i16, bodies: &[BodyYear]) -> Vec<RateRow> {
    let mut rows = Vec::new();
    let mut places: BTreeMap<(Place, &str), Vec<&BodyYear>> = BTreeMap::new();
    for body in bodies {
        let region_code = body.region_code.as_deref().unwrap_or_default();
        let place = |basis, region_code| Place { basis, region_code, level: &body.level, org_kind: &body.org_kind, scope: &body.scope };
        let own = place("own", region_code);
        rows.extend(rows_of(&own, &body.unit_code, &[body], |row| RateRow {
            grain: "report".into(),
            body_id: body.body_id.clone(),
            year,
            ..row
        }));
        if !body.is_summed() {
            continue;
        }
        // A township has no six-digit code of its own.
        if body.region_code.is_some() && body.level != "township" {
            places.entry((own, &body.unit_code)).or_default().push(body);
        }
        if let Some((region, unit)) = &body.above {
            places.entry((place("parts", region), unit)).or_default().push(body);
        }
    }
    for ((place, unit), bodies) in &places {
        rows.extend(rows_of(place, unit, bodies, |row| RateRow { grain: "region".into(), year, ..row }));
    }
    let key = |row: &RateRow| {
        let texts = [&row.grain, &row.body_id, &row.basis, &row.region_code, &row.level, &row.org_kind, &row.scope, &row.rate];
        texts.map(Clone::clone)
    };
    rows.sort_by_cached_key(key);
    rows
}

fn rows_of(place: &Place, unit_code: &str, bodies: &[&BodyYear], rest: impl Fn(RateRow) -> RateRow) -> Vec<RateRow> {
    let row = RateRow {
        basis: place.basis.to_owned(),
        region_code: place.region_code.to_owned(),
        unit_code: unit_code.to_owned(),
        level: place.level.to_owned(),
        org_kind: place.org_kind.to_owned(),
        scope: place.scope.to_owned(),
        ..RateRow::default()
    };
    let row = rest(row);
    let sums = crosswalk().rates().iter().map(|rate| {
        let mut sum = Sum::default();
        for body in bodies {
            // A report that lacks one of the two is not among `n_reports`.
            let _ = sum.add(body, rate);
        }
        (rate, sum)
    });
    sums.filter(|(_, sum)| sum.reports > 0).map(|(rate, sum)| sum.row(rate, row.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::panel::BodyYear;
    use super::super::panel::tests::{facts, governments, report};
    use super::{rates, ratio};
    use crate::schema::RateRow;

    const GRANTED: &str = "applications.result/outcome/granted";
    const TOTAL: &str = "applications.result";

    fn bodies(list: &[(&str, &[(&str, f64)])]) -> Vec<BodyYear> {
        list.iter()
            .filter_map(|(code, values)| BodyYear::of(&report(code, "county", 2022, "2021"), &facts(values), &governments()))
            .collect()
    }

    fn find<'a>(rows: &'a [RateRow], grain: &str, basis: &str, region: &str) -> Option<&'a RateRow> {
        rows.iter().find(|r| {
            (r.grain.as_str(), r.basis.as_str(), r.region_code.as_str(), r.rate.as_str()) == (grain, basis, region, "share_granted")
        })
    }

    #[test]
    fn a_regions_rate_is_of_sums_over_reports_that_state_both() -> Result<(), Box<dyn std::error::Error>> {
        let bodies = bodies(&[
            ("100101", &[(GRANTED, 3.0), (TOTAL, 4.0)]),
            ("100102", &[(GRANTED, 1.0), (TOTAL, 6.0)]),
            ("109001", &[(GRANTED, 5.0)]),
        ]);
        let rows = rates(2022, &bodies);
        let region = find(&rows, "region", "parts", "100100").ok_or("region")?;
        assert_eq!((region.numerator, region.denominator, region.value, region.n_reports), (4.0, 10.0, Some(0.4), 2));
        let own = find(&rows, "report", "own", "100101").ok_or("report")?;
        assert_eq!((own.value, own.body_id.as_str()), (Some(0.75), "100101/government/"));
        assert!(find(&rows, "region", "parts", "100000").is_none(), "a part without its whole is no rate");
        Ok(())
    }

    #[test]
    fn no_share_of_nothing_and_none_above_one() {
        assert_eq!(
            (ratio(0, 0), ratio(200, 100), ratio(-100, 100), ratio(0, 100), ratio(100, 100)),
            (None, None, None, Some(0.0), Some(1.0))
        );
    }

    #[test]
    fn an_office_is_not_added_to_its_government() -> Result<(), Box<dyn std::error::Error>> {
        let mut bodies = bodies(&[("100101", &[(GRANTED, 3.0), (TOTAL, 4.0)]), ("100101", &[(GRANTED, 1.0), (TOTAL, 1.0)])]);
        bodies[1].body_id = "100101/government/办公室".into();
        let rows = rates(2022, &bodies);
        assert_eq!(find(&rows, "region", "own", "100101").ok_or("own")?.n_reports, 1);
        assert_eq!(find(&rows, "region", "parts", "100100").ok_or("parts")?.n_reports, 1);
        Ok(())
    }
}
