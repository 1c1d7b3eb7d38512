//! A small country whose truth is known: what its plans state, summed and traced here, is what the dataset of
//! its reports says. Nothing of the truth is read from the dataset.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::OnceLock;

use ogi::schema::{AggregateRow, RateRow, TrendRow};

use super::{Figures, granted, litigation, near, received, slopes};
use crate::corpus::{self, Body, Edition, Layout, Plan, TWENTY_COUNTIES, Truth};
use crate::program::{Folder, build, rows};
use crate::scaled;

/// Twelve years over three forms.
const YEARS: std::ops::RangeInclusive<i16> = 2014..=2025;

/// What the report of a county for a year states.
struct Stated {
    county: &'static Body,
    year: i16,
    facts: Vec<Truth>,
}

/// The dataset and its truth: two counties of each province in a small run, all twenty in one of four times
/// that size.
fn country() -> &'static (PathBuf, Vec<Stated>) {
    static COUNTRY: OnceLock<(PathBuf, Vec<Stated>)> = OnceLock::new();
    COUNTRY.get_or_init(|| {
        let folder = Folder::new("truth");
        let mut truth = Vec::new();
        let counties = TWENTY_COUNTIES.iter().flat_map(|province| province.iter().take(usize::try_from(scaled(2)).unwrap()));
        for (at, county) in counties.enumerate() {
            for year in YEARS {
                let edition = match year {
                    ..=2018 => Edition::F2014,
                    2019..=2020 => Edition::F2019,
                    _ => Edition::F2021,
                };
                let seed = 700_000 + 100 * u64::try_from(at).unwrap() + u64::try_from(year - 2000).unwrap();
                let mut plan = Plan::random(seed).edition(edition).layout(Layout::Html);
                (plan.year, plan.body, plan.department, plan.zeros) = (year, county, None, 0.3);
                let report = corpus::report(&plan);
                folder.write(&format!("in/{}", report.name), &report.bytes);
                truth.push(Stated { county, year, facts: report.facts });
            }
        }
        (build(&folder, &folder.path("in"), "out", &[]), truth)
    })
}

/// Code of the prefecture that a county is of.
fn prefecture(county: &Body) -> String {
    format!("{}00", &county.code[..4])
}

type Key = (String, &'static str, i16, String, String);

/// Number of values, sum, least and greatest.
type Total = (i32, f64, f64, f64);

fn add(totals: &mut BTreeMap<Key, Total>, key: Key, (count, sum, least, greatest): Total) {
    let total = totals.entry(key).or_insert((0, 0.0, f64::INFINITY, f64::NEG_INFINITY));
    *total = (total.0 + count, total.1 + sum, total.2.min(least), total.3.max(greatest));
}

/// The figures of a report by indicator, dimension and category, and by applicant, where the total of all
/// applicants is the figure of none.
fn stated(facts: &[Truth]) -> BTreeMap<(String, String), f64> {
    let mut figures = BTreeMap::new();
    for fact in facts {
        let name = [fact.indicator, fact.dimension, fact.category].join("/").trim_end_matches('/').to_owned();
        let applicant = if fact.applicant == "total" { "" } else { fact.applicant };
        if let Some(value) = fact.value {
            let known = *figures.entry((name.clone(), applicant.to_owned())).or_insert(value);
            assert!(near(known, value), "the generator states {name} as {known} and as {value}");
        }
    }
    figures
}

fn whole(facts: &[Truth]) -> Figures {
    stated(facts).into_iter().filter(|((_, applicant), _)| applicant.is_empty()).map(|((name, _), value)| (name, value)).collect()
}

#[test]
fn aggregates_are_the_sums_of_what_the_plans_state() {
    let (dataset, truth) = country();
    let mut expected = BTreeMap::new();
    for Stated { county, year, facts } in truth {
        for ((name, applicant), value) in stated(facts) {
            for (region, basis) in [(county.code.to_owned(), "own"), (prefecture(county), "parts")] {
                add(&mut expected, (region, basis, *year, name.clone(), applicant.clone()), (1, value, value, value));
            }
        }
    }
    let mut found = BTreeMap::new();
    for row in rows::<AggregateRow>(dataset) {
        let (Some(sum), Some(least), Some(greatest)) = (row.sum, row.min, row.max) else {
            assert_eq!(row.n_reported, 0, "{row:?}");
            continue;
        };
        assert!(row.mean.is_some_and(|mean| near(mean, sum / f64::from(row.n_reported))), "{row:?}");
        let basis = if row.basis == "own" { "own" } else { "parts" };
        let name = [row.indicator, row.dimension, row.category].join("/").trim_end_matches('/').to_owned();
        // Reports of two scopes are two rows.
        add(&mut found, (row.region_code, basis, row.year, name, row.applicant), (row.n_reported, sum, least, greatest));
    }
    for (key, total) in &expected {
        assert_eq!(found.get(key), Some(total), "{key:?}");
    }
    assert_eq!(found.len(), expected.len(), "no sum is of anything that no plan states");
    assert!(expected.len() > truth.len() * 50, "{} sums were compared", expected.len());
}

/// Names of figures until 2018 and from 2019 on; one that ends in `.` is the figure or all those under it.
type Sides = [&'static [&'static str]; 2];

const ANSWERED: Sides = [&["applications.answered"], &["applications.result"]];

/// Every rate, its part and its whole.
const RATES: [(&str, Sides, Sides); 10] = [
    (
        "share_granted",
        [
            &["applications.answered/outcome/already_public", "applications.answered/outcome/granted"],
            &["applications.result/outcome/granted"],
        ],
        ANSWERED,
    ),
    (
        "share_partially_granted",
        [&["applications.answered/outcome/partially_granted"], &["applications.result/outcome/partially_granted"]],
        ANSWERED,
    ),
    ("share_denied", [&["applications.answered/outcome/denied"], &["applications.result/outcome/denied."]], ANSWERED),
    (
        "share_unavailable",
        [
            &["applications.answered/outcome/not_this_agency", "applications.answered/outcome/does_not_exist"],
            &["applications.result/outcome/unavailable."],
        ],
        ANSWERED,
    ),
    ("share_not_processed", [&["applications.answered/outcome/other_route"], &["applications.result/outcome/not_processed."]], ANSWERED),
    ("share_other", [&["applications.answered/outcome/asked_to_amend"], &["applications.result/outcome/other."]], ANSWERED),
    ("share_on_time", [&["applications.completed/timeliness/on_time"], &[]], [&["applications.completed"], &[]]),
    ("share_rec_corrected", [&["reconsideration.cases/result/corrected"]; 2], [&["reconsideration.cases"]; 2]),
    (
        "share_lit_corrected",
        [
            &["litigation.cases/result/corrected"],
            &["litigation_direct.cases/result/corrected", "litigation_after_reconsideration.cases/result/corrected"],
        ],
        [&["litigation.cases"], &["litigation_direct.cases", "litigation_after_reconsideration.cases"]],
    ),
    ("share_carried_out", [&[], &["applications.carried_out"]], [&[], &["applications.new", "applications.carried_in"]]),
];

/// The sum of one side of a rate, if all of it is stated.
fn either(figures: &Figures, sides: Sides, year: i16) -> Option<f64> {
    let mut sum = None;
    for name in sides[usize::from(year >= 2019)] {
        let value = match name.strip_suffix('.') {
            None => figures.get(*name).copied(),
            // The form of 2021 parts what that of 2019 has as one figure.
            Some(whole) => {
                figures.iter().filter(|(known, _)| *known == whole || known.starts_with(name)).map(|(_, value)| *value).reduce(|a, b| a + b)
            }
        };
        sum = Some(sum.unwrap_or(0.0) + value?);
    }
    sum
}

#[test]
fn rates_and_trends_are_those_of_the_plans() {
    let (dataset, truth) = country();
    let rates: Vec<RateRow> = rows(dataset);
    let trends: Vec<TrendRow> = rows(dataset);
    let mut series: BTreeMap<(&str, &str), Vec<(i16, f64)>> = BTreeMap::new();
    let (mut of_parts, mut compared) = (BTreeMap::<(&str, String, i16), (f64, f64)>::new(), 0);
    for Stated { county, year, facts } in truth {
        let figures = whole(facts);
        let body = format!("{}/government/", county.code);
        for (name, parts, wholes) in RATES {
            let rate = rates.iter().find(|r| r.grain == "report" && r.body_id == body && r.year == *year && r.rate == name);
            let (Some(part), Some(of)) = (either(&figures, parts, *year), either(&figures, wholes, *year)) else {
                assert!(rate.is_none(), "{body} {year} states no part or no whole: {rate:?}");
                continue;
            };
            let rate = rate.unwrap_or_else(|| panic!("{body} {year} has no {name}"));
            assert!(near(rate.numerator, part) && near(rate.denominator, of), "{rate:?}: {part} of {of}");
            assert!(rate.value.is_some() == (of > 0.0) && rate.value.is_none_or(|value| near(value, part / of)), "{rate:?}");
            let sums = of_parts.entry((name, prefecture(county), *year)).or_default();
            *sums = (sums.0 + part, sums.1 + of);
        }
        let measures =
            [("received", received(&figures, *year)), ("granted", granted(&figures, *year)), ("lit", litigation(&figures, *year))];
        for (name, value) in measures {
            series.entry((county.code, name)).or_default().extend(value.map(|value| (*year, value)));
        }
    }
    let compared_rates: BTreeSet<&str> = of_parts.keys().map(|(name, ..)| *name).collect();
    assert_eq!(compared_rates.len(), RATES.len(), "a rate was never compared: {compared_rates:?}");
    for ((name, region, year), (part, of)) in of_parts {
        let of_region = |r: &&RateRow| {
            (r.grain.as_str(), r.basis.as_str(), r.rate.as_str(), r.year) == ("region", "parts", name, year) && r.region_code == region
        };
        let sums = rates.iter().filter(of_region).fold((0.0, 0.0), |sums, r| (sums.0 + r.numerator, sums.1 + r.denominator));
        assert!(near(sums.0, part) && near(sums.1, of), "{name} of {region} {year}: {sums:?}, not {part} of {of}");
    }
    for ((unit, name), series) in &series {
        assert_eq!(series.len(), YEARS.count(), "{unit} {name}");
        let trend = trends.iter().find(|t| t.basis == "own" && t.unit_code == *unit && t.measure == *name);
        let trend = trend.unwrap_or_else(|| panic!("{unit} has no trend of {name}"));
        // A trend is of one scope: where reports have two it is of some years only.
        if usize::try_from(trend.n).unwrap() == series.len() {
            let (ols, sen, s) = slopes(series);
            assert!(near(trend.slope_ols, ols) && near(trend.slope_sen, sen) && trend.mk_s == s, "{trend:?}: {series:?}");
            compared += 1;
        }
    }
    assert!(compared * 2 > series.len(), "{compared} trends of {} were compared", series.len());
}
