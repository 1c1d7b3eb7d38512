//! Series over the forms of 2014, 2019 and 2021, computed a second way from the published facts.

mod truth;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::sync::OnceLock;

use ogi::schema::{CrosswalkRow, FactRow, PanelRow, RateRow, ReportRow, TrendRow};

use crate::corpus::{self, BODIES, Edition, Layout, Plan};
use crate::program::{Folder, build, rows};

const YEARS: std::ops::RangeInclusive<i16> = 2014..=2024;

/// Every body in every year, in the edition of its year.
pub fn dataset() -> &'static Path {
    static DATASET: OnceLock<std::path::PathBuf> = OnceLock::new();
    DATASET.get_or_init(|| {
        let folder = Folder::new("series");
        for (at, body) in BODIES.iter().enumerate() {
            for year in YEARS {
                let edition = match year {
                    ..=2018 => Edition::F2014,
                    2019..=2020 => Edition::F2019,
                    _ => Edition::F2021,
                };
                let seed = 10_000 * u64::try_from(at).unwrap() + u64::try_from(year).unwrap();
                let mut plan = Plan::random(seed).edition(edition).layout(Layout::Html);
                (plan.year, plan.body, plan.department) = (year, body, None);
                let report = corpus::report(&plan);
                folder.write(&format!("in/{}", report.name), &report.bytes);
            }
        }
        build(&folder, &folder.path("in"), "out", &[])
    })
}

type Figures = BTreeMap<String, f64>;

/// Figures of each body and year by the names of their codes, as anyone would read them from `facts`.
fn figures() -> BTreeMap<(String, i16), Figures> {
    let mut found: BTreeMap<(String, i16), Figures> = BTreeMap::new();
    let mut ranks = BTreeMap::new();
    for fact in rows::<FactRow>(dataset()) {
        let (Some(body), Some(year), Some(value)) = (&fact.body_id, fact.year, fact.value) else { continue };
        if !fact.counted || fact.period != "year" || !["", "total"].contains(&fact.applicant.as_str()) {
            continue;
        }
        let name = [fact.indicator.as_str(), &fact.dimension, &fact.category].join("/").trim_end_matches('/').to_owned();
        let rank = (fact.applicant != "total", fact.origin != "table");
        let best = ranks.entry((body.clone(), year, name.clone())).or_insert((true, true));
        let figures = found.entry((body.clone(), year)).or_default();
        if !figures.contains_key(&name) || rank < *best {
            *best = rank;
            figures.insert(name, value);
        }
    }
    found
}

/// The sum of figures, if all are stated.
fn sum(figures: &Figures, names: &[&str]) -> Option<f64> {
    names.iter().map(|name| figures.get(*name)).copied_sum()
}

trait CopiedSum {
    fn copied_sum(self) -> Option<f64>;
}

impl<'a, I: Iterator<Item = Option<&'a f64>>> CopiedSum for I {
    fn copied_sum(mut self) -> Option<f64> {
        self.try_fold(0.0, |sum, value| value.map(|value| sum + value))
    }
}

fn granted(figures: &Figures, year: i16) -> Option<f64> {
    let old = ["applications.answered/outcome/already_public", "applications.answered/outcome/granted"];
    if year < 2019 { sum(figures, &old) } else { sum(figures, &["applications.result/outcome/granted"]) }
}

fn answered(figures: &Figures, year: i16) -> Option<f64> {
    sum(figures, &[if year < 2019 { "applications.answered" } else { "applications.result" }])
}

fn received(figures: &Figures, year: i16) -> Option<f64> {
    sum(figures, &[if year < 2019 { "applications.received" } else { "applications.new" }])
}

fn litigation(figures: &Figures, year: i16) -> Option<f64> {
    let routes = ["litigation_direct.cases", "litigation_after_reconsideration.cases"];
    if year < 2019 { sum(figures, &["litigation.cases"]) } else { sum(figures, &routes) }
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * other.abs().max(1.0)
}

#[test]
fn rates_are_parts_by_wholes_of_the_facts() {
    let rates: Vec<RateRow> = rows(dataset());
    let mut of_cities: BTreeMap<(i16, String, String), (f64, f64, i32)> = BTreeMap::new();
    let mut compared = 0;
    for ((body, year), figures) in figures() {
        let rate = rates.iter().find(|r| r.grain == "report" && r.body_id == body && r.year == year && r.rate == "share_granted");
        let (Some(part), Some(whole)) = (granted(&figures, year), answered(&figures, year)) else {
            assert!(rate.is_none(), "{body} {year} states no part or no whole");
            continue;
        };
        let rate = rate.unwrap_or_else(|| panic!("{body} {year} has no share_granted"));
        assert!(near(rate.numerator, part) && near(rate.denominator, whole), "{rate:?}: {part} of {whole}");
        assert_eq!(rate.value.is_some(), whole > 0.0 && part <= whole, "{rate:?}");
        assert!(rate.value.is_none_or(|value| near(value, part / whole)), "{rate:?}");
        if rate.level == "prefecture" {
            let sums = of_cities.entry((year, format!("{}0000", &rate.region_code[..2]), rate.scope.clone())).or_default();
            *sums = (sums.0 + part, sums.1 + whole, sums.2 + 1);
        }
        compared += 1;
    }
    assert!(compared > 200, "{compared} rates of reports were compared");
    for ((year, region, scope), (part, whole, reports)) in of_cities {
        let rate = rates.iter().find(|r| {
            (r.grain.as_str(), r.basis.as_str(), r.level.as_str(), r.rate.as_str()) == ("region", "parts", "prefecture", "share_granted")
                && (r.year, &r.region_code, &r.scope) == (year, &region, &scope)
        });
        let rate = rate.unwrap_or_else(|| panic!("{region} {year} has no rate of its parts"));
        assert!(near(rate.numerator, part) && near(rate.denominator, whole) && rate.n_reports == reports, "{rate:?}");
    }
}

/// Least squares as textbooks have it, Theil–Sen and S over all pairs.
fn slopes(series: &[(i16, f64)]) -> (f64, f64, i32) {
    let n = f64::from(u32::try_from(series.len()).unwrap());
    let x = |year: i16| f64::from(year - 2000);
    let (sx, sy) = series.iter().fold((0.0, 0.0), |(sx, sy), (year, value)| (sx + x(*year), sy + value));
    let (sxy, sxx) = series.iter().fold((0.0, 0.0), |(sxy, sxx), (year, value)| (sxy + x(*year) * value, sxx + x(*year) * x(*year)));
    let mut pairs = Vec::new();
    let mut s = 0;
    for (at, (year, value)) in series.iter().enumerate() {
        for (later, other) in &series[at + 1..] {
            pairs.push((other - value) / f64::from(later - year));
            s += if other > value { 1 } else { -i32::from(other < value) };
        }
    }
    pairs.sort_by(f64::total_cmp);
    let middle = pairs.len() / 2;
    let sen = if pairs.len() % 2 == 1 { pairs[middle] } else { f64::midpoint(pairs[middle - 1], pairs[middle]) };
    ((n * sxy - sx * sy) / (n * sxx - sx * sx), sen, s)
}

#[test]
fn trends_cross_the_forms_where_the_crosswalk_lets_them() {
    let trends: Vec<TrendRow> = rows(dataset());
    let mut series: BTreeMap<(String, &str), Vec<(i16, f64)>> = BTreeMap::new();
    for ((body, year), figures) in figures() {
        let unit = body.split('/').next().unwrap().to_owned();
        let measures = [("received", received(&figures, year)), ("granted", granted(&figures, year)), ("lit", litigation(&figures, year))];
        for (name, value) in measures {
            series.entry((unit.clone(), name)).or_default().extend(value.map(|value| (year, value)));
        }
    }
    let mut compared = 0;
    for ((unit, name), series) in series.iter().filter(|(_, series)| series.len() >= 3) {
        let trend = trends.iter().find(|t| t.basis == "own" && t.unit_code == *unit && t.measure == *name);
        let trend = trend.unwrap_or_else(|| panic!("{unit} has no trend of {name}"));
        // Figures of another scope are left out: then the series is another one.
        if usize::try_from(trend.n).unwrap() != series.len() {
            continue;
        }
        let (ols, sen, s) = slopes(series);
        assert!(near(trend.slope_ols, ols) && near(trend.slope_sen, sen) && trend.mk_s == s, "{trend:?}: {series:?}");
        assert!(trend.crosses_break && trend.n_bodies == 1, "{trend:?}");
        compared += 1;
    }
    assert!(compared > 40, "{compared} trends were compared");
    for trend in trends.iter().filter(|t| t.measure == "denied" || t.measure == "share_denied") {
        assert!(trend.first_year >= 2019 && !trend.forms.contains("2014"), "denials were cut anew in 2019: {trend:?}");
    }
    assert!(trends.iter().all(|t| t.p.is_some() == (t.n >= 5) && t.p.is_some() == t.q.is_some()));
    assert!(trends.iter().all(|t| t.q >= t.p), "a test among many is no stronger than alone");
}

#[test]
fn every_government_has_a_row_in_every_year() {
    let reports: Vec<ReportRow> = rows(dataset());
    let panel = ogi::publish::Build::open(dataset()).unwrap();
    let mut found: BTreeMap<i16, (usize, BTreeSet<String>)> = BTreeMap::new();
    let mut keys = BTreeSet::new();
    for batch in panel.batches(&ogi::schema::PANEL, &ogi::schema::PANEL.fields.iter().map(|f| f.name).collect::<Vec<_>>()).unwrap() {
        for row in <PanelRow as ogi::schema::Row>::read(&batch.unwrap()).unwrap() {
            assert!(keys.insert((row.body_id.clone(), row.year)), "{} stands twice in {}", row.body_id, row.year);
            let of_year = found.entry(row.year).or_default();
            of_year.0 += 1;
            of_year.1.extend(row.report_id);
        }
    }
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), YEARS.collect::<Vec<_>>());
    for (year, (count, ids)) in found {
        assert!(count > 3000, "{year}: the governments of county level and above");
        let selected = reports.iter().filter(|r| r.selected && r.body_id.is_some() && r.year == Some(year));
        assert_eq!(ids, selected.map(|r| r.report_id.clone()).collect(), "{year}");
    }
}

#[test]
fn the_crosswalk_adds_nothing_to_its_own_part() {
    let crosswalk: Vec<CrosswalkRow> = rows(dataset());
    let mut terms: BTreeMap<(String, String, i32), Vec<&CrosswalkRow>> = BTreeMap::new();
    for row in &crosswalk {
        terms.entry((row.measure.clone(), row.form.clone(), row.alternative)).or_default().push(row);
    }
    for (place, rows) in terms {
        for row in &rows {
            let whole = rows.iter().any(|r| r.indicator == row.indicator && r.dimension.is_empty() && !row.dimension.is_empty());
            assert!(!whole || row.dimension == "movement", "{place:?} adds {} to its whole", row.category);
            assert_eq!(row.derived, rows.len() > 1, "{row:?}");
        }
    }
}

/// Regions of a made-up country: counties of prefectures by their first four digits.
struct MadeUp;

impl ogi::aggregate::Regions for MadeUp {
    fn name(&self, code: &str) -> Option<String> {
        Some(code.to_owned())
    }
    fn parent(&self, code: &str) -> Option<String> {
        Some(format!("{}00", &code[..4]))
    }
    fn level(&self, code: &str) -> Option<&'static str> {
        Some(if code.ends_with("00") { "prefecture" } else { "county" })
    }
    fn children(&self, _: &str, _: &str) -> usize {
        100
    }
}

/// Time and memory of ten million facts of twelve years; `.ci/ten_million` lets DuckDB group the same ones.
#[test]
#[ignore = "a measurement: see .ci/ten_million"]
fn ten_million_facts() {
    const COUNTIES: u32 = 3_000;
    const FACTS: usize = 280;
    let codes: Vec<_> = ogi::knowledge::codebook().codes().map(|(_, code)| code).collect();
    let fact = |at: usize| {
        let code = codes[at % codes.len()];
        FactRow {
            indicator: code.indicator.clone(),
            dimension: code.dimension.clone(),
            category: code.category.clone(),
            applicant: if at < codes.len() { String::new() } else { "natural_person".to_owned() },
            period: "year".to_owned(),
            qualifier: "exact".to_owned(),
            origin: "table".to_owned(),
            counted: true,
            ..FactRow::default()
        }
    };
    let mut facts: Vec<FactRow> = (0..FACTS).map(fact).collect();
    let (mut spent, mut rows, mut total) = (std::time::Duration::ZERO, 0u64, 0.0);
    for year in 2010..2022i16 {
        let mut one = ogi::aggregate::Year::new(year);
        for county in 0..COUNTIES {
            let code = format!("{:06}", 110_001 + county / 99 * 100 + county % 99);
            let report = ReportRow {
                body_id: Some(format!("{code}/government/")),
                region_code: Some(code),
                level: Some("county".to_owned()),
                org_kind: Some("government".to_owned()),
                scope: "area".to_owned(),
                selected: true,
                ..ReportRow::default()
            };
            for (at, fact) in (0u32..).zip(&mut facts) {
                fact.value = Some(f64::from((county * 31 + at * 17 + u32::try_from(year).unwrap()) % 997));
            }
            let start = std::time::Instant::now();
            one.add(&report, &facts);
            spent += start.elapsed();
        }
        let start = std::time::Instant::now();
        one.aggregates::<ogi::aggregate::AggregateError>(&MadeUp, &mut |row| {
            rows += 1;
            total += row.sum.unwrap_or_default();
            Ok(())
        })
        .unwrap();
        spent += start.elapsed();
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default().trim().to_owned();
    let mut out = std::io::stdout();
    writeln!(out, "ogi     {:6.1} s {peak:>12} peak, {rows} rows, sums of {total:.0}", spent.as_secs_f64()).unwrap();
}
