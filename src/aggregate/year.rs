//! The reports of one year: who is summed with whom.

use std::collections::BTreeMap;

use super::measure::{AggregateError, Figures, Measure, measure};
use crate::knowledge::{CodeId, codebook};
use crate::schema::{AggregateRow, FactRow, ReportRow};

/// Code of the nation.
const NATION: &str = "000000";

/// What aggregation asks of the gazetteer, for the year in question.
pub trait Regions {
    /// The name of a region.
    fn name(&self, code: &str) -> Option<String>;
    /// The code of the region above.
    fn parent(&self, code: &str) -> Option<String>;
    /// The level of a region: province, prefecture, county.
    fn level(&self, code: &str) -> Option<&'static str>;
    /// How many regions of a level stand right below a region.
    fn children(&self, code: &str, level: &str) -> usize;
}

/// Reports that are summed: like with like.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// `own` or `parts`; empty where all regions are taken together.
    pub basis: &'static str,
    /// Region; empty where all are taken together.
    pub region_code: String,
    /// Level of the bodies.
    pub level: String,
    /// Their kind.
    pub org_kind: String,
    /// Whose figures.
    pub scope: String,
}

/// The measures of one figure over the reports of a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Total<'a> {
    /// The reports.
    pub place: &'a Place,
    /// How many they are.
    pub reports: u32,
    /// The figure.
    pub code: CodeId,
    /// Kind of applicant, or empty.
    pub applicant: &'a str,
    measure: Measure,
}

impl Total<'_> {
    /// How many reports state a value; sum, mean and median of the values.
    pub fn measures(&self) -> (u32, Option<f64>, Option<f64>, Option<f64>) {
        let Measure { reported, sum, mean, median, .. } = self.measure;
        (reported, sum, mean, median)
    }
}

/// One figure of one report.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Figure {
    report: u32,
    code: CodeId,
    applicant: u8,
    value: Option<f64>,
    blank: bool,
    approximate: bool,
    broken: bool,
}

/// Collects the reports of a year.
#[derive(Clone, Debug)]
pub struct Year {
    year: i16,
    /// Places of each report.
    reports: Vec<Report>,
    figures: Vec<Figure>,
    applicants: Vec<String>,
}

#[derive(Clone, Debug)]
struct Report {
    region: Option<String>,
    level: String,
    org_kind: String,
    scope: String,
}

impl Year {
    /// A year without reports.
    pub fn new(year: i16) -> Self {
        Self { year, reports: Vec::new(), figures: Vec::new(), applicants: vec![String::new()] }
    }

    /// The year.
    pub fn year(&self) -> i16 {
        self.year
    }

    /// Adds a report with its facts. What does not count is left out here.
    pub fn add(&mut self, report: &ReportRow, facts: &[FactRow]) {
        let (true, Some(_), Some(level)) = (report.selected, &report.body_id, &report.level) else { return };
        let Ok(number) = u32::try_from(self.reports.len()) else { return };
        self.reports.push(Report {
            region: if level == "nation" { Some(NATION.to_owned()) } else { report.region_code.clone() },
            level: level.clone(),
            org_kind: report.org_kind.clone().unwrap_or_default(),
            scope: report.scope.clone(),
        });
        let mut figures: Vec<(bool, bool, bool, Figure)> = Vec::new();
        for fact in facts.iter().filter(|fact| fact.counted && fact.period == "year") {
            let Some(code) = codebook().find(&fact.indicator, &fact.dimension, &fact.category) else { continue };
            let applicant = if fact.applicant == "total" { "" } else { fact.applicant.as_str() };
            let value = fact.value;
            let figure = Figure {
                report: number,
                code,
                applicant: self.applicant(applicant),
                value,
                blank: matches!(fact.qualifier.as_str(), "blank" | "dash"),
                approximate: value.is_some() && !matches!(fact.qualifier.as_str(), "exact" | "zero_stated"),
                broken: value.is_some() && fact.checked == "broken",
            };
            figures.push((value.is_none(), fact.applicant != "total", fact.origin != "table", figure));
        }
        let key = |figure: &Figure| (figure.code, figure.applicant);
        // Stable: of equals the first in the source.
        figures.sort_by(|a, b| key(&a.3).cmp(&key(&b.3)).then((a.0, a.1, a.2).cmp(&(b.0, b.1, b.2))));
        figures.dedup_by(|later, first| key(&later.3) == key(&first.3));
        self.figures.extend(figures.into_iter().map(|(.., figure)| figure));
    }

    fn applicant(&mut self, word: &str) -> u8 {
        let known = self.applicants.iter().position(|known| known == word);
        let at = known.unwrap_or_else(|| {
            self.applicants.push(word.to_owned());
            self.applicants.len() - 1
        });
        u8::try_from(at).unwrap_or(u8::MAX)
    }

    /// Hands the rows of `aggregates` of this year to `sink`, in the order of the key.
    ///
    /// # Errors
    /// When polars refuses, which is a mistake in ogi, or `sink` fails.
    pub fn aggregates<E: From<AggregateError>>(
        &self,
        regions: &impl Regions,
        sink: &mut impl FnMut(AggregateRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let own = |report: &Report| {
            let region_code = report.region.clone().filter(|_| report.level != "township")?;
            Some(report.place("own", region_code))
        };
        let parts = |report: &Report| {
            let region = report.region.as_deref()?;
            let above = match report.level.as_str() {
                "township" => region.to_owned(),
                "province" => NATION.to_owned(),
                "prefecture" | "county" => regions.parent(region)?,
                _ => return None,
            };
            Some(report.place("parts", above))
        };
        self.totals(own, &mut |total| sink(self.row(&total, regions)))?;
        self.totals(parts, &mut |total| sink(self.row(&total, regions)))
    }

    /// Hands the measures of like reports of all regions together to `sink`, in order of level, kind of
    /// body, scope, figure and applicant.
    ///
    /// # Errors
    /// When polars refuses, which is a mistake in ogi, or `sink` fails.
    pub fn nationwide<E: From<AggregateError>>(&self, sink: &mut impl FnMut(Total) -> Result<(), E>) -> Result<(), E> {
        self.totals(|report| Some(report.place("", String::new())), sink)
    }

    fn row(&self, total: &Total, regions: &impl Regions) -> AggregateRow {
        let Total { place, measure, .. } = total;
        let code = &codebook()[total.code];
        let region_name = if place.region_code == NATION { Some("全国".to_owned()) } else { regions.name(&place.region_code) };
        AggregateRow {
            basis: place.basis.to_owned(),
            region_code: place.region_code.clone(),
            region_name: region_name.unwrap_or_default(),
            level: place.level.clone(),
            org_kind: place.org_kind.clone(),
            scope: place.scope.clone(),
            year: self.year,
            indicator: code.indicator.clone(),
            dimension: code.dimension.clone(),
            category: code.category.clone(),
            applicant: total.applicant.to_owned(),
            unit: code.unit.clone(),
            n_expected: expected(place, regions),
            n_reports: count(total.reports),
            n_reported: count(measure.reported),
            n_blank: count(measure.blank),
            n_approx: count(measure.approximate),
            n_broken: count(measure.broken),
            sum: measure.sum,
            mean: measure.mean,
            median: measure.median,
            min: measure.min,
            max: measure.max,
        }
    }

    /// Measures the reports of each place. Figures are measured in portions that never cut a key, so that
    /// a year of many reports takes no more memory than its figures and one portion.
    fn totals<E: From<AggregateError>>(
        &self,
        place: impl Fn(&Report) -> Option<Place>,
        sink: &mut impl FnMut(Total) -> Result<(), E>,
    ) -> Result<(), E> {
        let places: Vec<Option<Place>> = self.reports.iter().map(place).collect();
        let mut reports: BTreeMap<&Place, u32> = BTreeMap::new();
        for place in places.iter().flatten() {
            *reports.entry(place).or_default() += 1;
        }
        let groups: Vec<(&Place, u32)> = reports.into_iter().collect();
        let group_of = |place: &Place| groups.binary_search_by(|(known, _)| (*known).cmp(place)).ok();
        let group_of_report: Vec<Option<usize>> = places.iter().map(|place| place.as_ref().and_then(group_of)).collect();
        let codes = in_order_of_words(codebook().codes().map(|(id, code)| ((&code.indicator, &code.dimension, &code.category), id)));
        let applicants = in_order_of_words(self.applicants.iter().zip(0usize..));
        let code_rank = ranks(codes.iter().map(|id| id.index()));
        let applicant_rank = ranks(applicants.iter().copied());

        let keys = Keys { codes: codes.len(), applicants: applicants.len() };
        let key = |figure: &Figure| {
            let group = group_of_report[figure.report as usize]?;
            Some(keys.number(group, code_rank[figure.code.index()], applicant_rank[usize::from(figure.applicant)]))
        };
        let mut order: Vec<(u64, u32)> = (0..).zip(&self.figures).filter_map(|(at, figure)| Some((key(figure)?, at))).collect();
        order.sort_unstable();
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            let cut = (PORTION..rest.len()).find(|&cut| rest[cut - 1].0 != rest[cut].0).unwrap_or(rest.len());
            let (portion, later) = rest.split_at(cut);
            rest = later;
            let mut figures = Figures::default();
            for &(key, at) in portion {
                let figure = &self.figures[at as usize];
                let per_unit = if codebook()[figure.code].value_type == "rate" { 1_000_000 } else { 100 };
                figures.push(key, figure.value, per_unit);
                figures.mark(figure.blank, figure.approximate, figure.broken);
            }
            for measure in measure(figures).map_err(|source| AggregateError { year: self.year, source })? {
                let [group, code, applicant] = keys.parts(measure.key);
                let (place, reports) = groups[group];
                let applicant = &self.applicants[applicants[applicant]];
                sink(Total { place, reports, code: codes[code], applicant, measure })?;
            }
        }
        Ok(())
    }
}

/// Figures measured at once.
const PORTION: usize = 32 * 1024;

/// Values in the order of their words: a key is in the order of its words, not of the codebook.
fn in_order_of_words<W: Ord, T>(pairs: impl Iterator<Item = (W, T)>) -> Vec<T> {
    let mut pairs: Vec<(W, T)> = pairs.collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    pairs.into_iter().map(|(_, value)| value).collect()
}

/// The place of each number in an order of all numbers below its length.
fn ranks(order: impl ExactSizeIterator<Item = usize>) -> Vec<usize> {
    let mut ranks = vec![0; order.len()];
    for (rank, number) in order.enumerate() {
        ranks[number] = rank;
    }
    ranks
}

/// Keys of figures as numbers, whose order is that of group, code and applicant.
#[derive(Clone, Copy, Debug)]
struct Keys {
    codes: usize,
    applicants: usize,
}

impl Keys {
    fn number(self, group: usize, code: usize, applicant: usize) -> u64 {
        ((group * self.codes + code) * self.applicants + applicant) as u64
    }

    #[expect(clippy::cast_possible_truncation, reason = "a number was made of what a usize holds")]
    fn parts(self, number: u64) -> [usize; 3] {
        let number = number as usize;
        [number / self.applicants / self.codes, number / self.applicants % self.codes, number % self.applicants]
    }
}

impl Report {
    fn place(&self, basis: &'static str, region_code: String) -> Place {
        Place { basis, region_code, level: self.level.clone(), org_kind: self.org_kind.clone(), scope: self.scope.clone() }
    }
}

/// Governments that had to report for a place.
fn expected(place: &Place, regions: &impl Regions) -> Option<i32> {
    if place.org_kind != "government" || !matches!(place.level.as_str(), "province" | "prefecture" | "county") {
        return None;
    }
    let governments = match place.basis {
        "own" => usize::from(regions.level(&place.region_code) == Some(place.level.as_str())),
        _ => regions.children(&place.region_code, &place.level),
    };
    i32::try_from(governments).ok()
}

fn count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Regions, Year};
    use crate::aggregate::AggregateError;
    use crate::schema::{AggregateRow, FactRow, ReportRow};

    /// A province 100000 with a prefecture 100100 of two counties, and a county of its own.
    struct Sample;

    impl Regions for Sample {
        fn name(&self, code: &str) -> Option<String> {
            Some(format!("name of {code}"))
        }

        fn parent(&self, code: &str) -> Option<String> {
            match code {
                "100101" | "100102" => Some("100100".into()),
                "100100" | "109001" => Some("100000".into()),
                _ => None,
            }
        }

        fn level(&self, code: &str) -> Option<&'static str> {
            Some(match code {
                "100000" => "province",
                "100100" => "prefecture",
                _ => "county",
            })
        }

        fn children(&self, code: &str, level: &str) -> usize {
            match (code, level) {
                ("100100", "county") => 2,
                ("100000", "prefecture" | "county") => 1,
                _ => 0,
            }
        }
    }

    fn report(region: &str, level: &str, org_kind: &str) -> ReportRow {
        ReportRow {
            body_id: Some(format!("{region}/{org_kind}/")),
            region_code: Some(region.into()),
            level: Some(level.into()),
            org_kind: Some(org_kind.into()),
            scope: "own".into(),
            selected: true,
            ..ReportRow::default()
        }
    }

    fn received(applicant: &str, value: Option<f64>, origin: &str) -> FactRow {
        FactRow {
            indicator: "applications.received".into(),
            applicant: applicant.into(),
            period: "year".into(),
            value,
            qualifier: if value.is_some() { "exact" } else { "blank" }.into(),
            origin: origin.into(),
            counted: true,
            ..FactRow::default()
        }
    }

    fn rows(year: &Year) -> Result<Vec<AggregateRow>, AggregateError> {
        let mut rows = Vec::new();
        year.aggregates(&Sample, &mut |row| {
            rows.push(row);
            Ok::<(), AggregateError>(())
        })?;
        Ok(rows)
    }

    fn row<'a>(rows: &'a [AggregateRow], basis: &str, region: &str, level: &str) -> Option<&'a AggregateRow> {
        let mut found = rows.iter().filter(|r| (r.basis.as_str(), r.region_code.as_str(), r.level.as_str()) == (basis, region, level));
        let first = found.next();
        assert!(found.next().is_none(), "one row of a key");
        first
    }

    #[test]
    fn own_reports_and_parts_are_kept_apart() -> Result<(), Box<dyn std::error::Error>> {
        let mut year = Year::new(2016);
        year.add(&report("100100", "prefecture", "government"), &[received("", Some(50.0), "narrative")]);
        year.add(&report("100101", "county", "government"), &[received("", Some(7.0), "table")]);
        year.add(&report("100102", "county", "government"), &[received("", None, "table")]);
        year.add(&report("109001", "county", "government"), &[received("", Some(3.0), "table")]);
        year.add(&report("100101", "township", "township"), &[received("", Some(1.0), "table")]);
        let rows = rows(&year)?;

        let own = row(&rows, "own", "100100", "prefecture").ok_or("own")?;
        assert_eq!((own.sum, own.n_expected, own.n_reports), (Some(50.0), Some(1), 1));
        let counties = row(&rows, "parts", "100100", "county").ok_or("parts")?;
        assert_eq!((counties.sum, counties.n_expected), (Some(7.0), Some(2)));
        assert_eq!((counties.n_reports, counties.n_reported, counties.n_blank), (2, 1, 1));
        let governed = row(&rows, "parts", "100000", "county").ok_or("county that the province governs")?;
        assert_eq!((governed.sum, governed.n_expected), (Some(3.0), Some(1)));
        let townships = row(&rows, "parts", "100101", "township").ok_or("townships")?;
        assert_eq!((townships.sum, townships.n_expected), (Some(1.0), None));
        assert!(row(&rows, "own", "100101", "township").is_none(), "a township has no region code of its own");
        let silent = row(&rows, "own", "100102", "county").ok_or("blank")?;
        assert_eq!((silent.sum, silent.mean, silent.median, silent.min, silent.max), (None, None, None, None, None));
        assert!(rows.is_sorted_by_key(|r| (r.basis.clone(), r.region_code.clone(), r.level.clone())));
        Ok(())
    }

    #[test]
    fn total_and_no_applicant_are_one_quantity() -> Result<(), Box<dyn std::error::Error>> {
        for (facts, sum) in [
            (vec![received("", Some(8.0), "narrative"), received("total", Some(9.0), "table")], 9.0),
            (vec![received("total", None, "table"), received("", Some(8.0), "narrative")], 8.0),
        ] {
            let mut year = Year::new(2020);
            year.add(&report("100101", "county", "government"), &facts);
            let rows = rows(&year)?;
            let own = row(&rows, "own", "100101", "county").ok_or("own")?;
            assert_eq!((own.applicant.as_str(), own.sum, own.n_reported, own.n_blank), ("", Some(sum), 1, 0));
        }
        Ok(())
    }

    #[test]
    fn what_does_not_count_is_not_summed() -> Result<(), Box<dyn std::error::Error>> {
        let mut year = Year::new(2020);
        let repeated = ReportRow { selected: false, ..report("100101", "county", "government") };
        year.add(&repeated, &[received("", Some(1.0), "table")]);
        let uncounted = FactRow { counted: false, ..received("", Some(2.0), "table") };
        let cumulative = FactRow { period: "cumulative".into(), ..received("", Some(3.0), "table") };
        year.add(&report("100101", "county", "government"), &[uncounted, cumulative]);
        assert_eq!(rows(&year)?, []);
        Ok(())
    }
}
