//! The figures of the page, from published tables.
//!
//! Only what governments of areas say of their area and year enters charts, one level at a time: a city's
//! report often covers its counties, so levels are never added.

use std::collections::{BTreeMap, HashMap};

use arrow::array::{Array, RecordBatch};
use arrow::error::ArrowError;
use serde::Serialize;

use super::PageError;
use crate::knowledge::{Measure, MeasureId, codebook, crosswalk};
use crate::publish::Build;
use crate::schema::{Column, DOCUMENTS, FACTS, FINDINGS, PANEL, REJECTS, REPORTS};

const LEVELS: [&str; 3] = ["province", "prefecture", "county"];
/// Measures that the page shows, by their names in the crosswalk.
const SHOWN: [&str; 8] = ["items", "received", "answered", "carried_out", "rec", "rec_corrected", "lit", "lit_corrected"];
/// What becomes of applications.
const OUTCOMES: [&str; 6] = ["granted", "partially_granted", "denied", "unavailable", "not_processed", "other"];
/// Most bodies in the table of regions, and figures with their source of each: what a browser still sorts
/// at once. The page tells how many were left out.
const MOST_BODIES: usize = 4000;
const MOST_FIGURES: usize = 16;
/// Characters of a quote or a name.
const LONGEST: usize = 120;

#[derive(Debug, Default, Serialize)]
pub struct Figures {
    version: &'static str,
    levels: [&'static str; 3],
    documents: usize,
    reports: usize,
    selected: usize,
    rejected: usize,
    facts: usize,
    measures: Vec<Named>,
    outcomes: Vec<Named>,
    /// Level, year, province, expected, found.
    coverage: Vec<(usize, i16, String, u32, u32)>,
    /// Measure, level, year, reports, sum, median.
    points: Vec<(usize, usize, i16, u32, f64, f64)>,
    /// Level, year, reports that state all outcomes, sums of the outcomes.
    shares: Vec<(usize, i16, u32, Vec<f64>)>,
    /// Check, severity, count.
    findings: Vec<(String, String, usize)>,
    /// Reason, count.
    rejects: Vec<(String, usize)>,
    bodies: Vec<Body>,
    bodies_left_out: usize,
}

#[derive(Debug, Default, Serialize)]
struct Named {
    name: String,
    zh: String,
    en: String,
    unit: String,
    /// First years under a new definition.
    breaks: Vec<i16>,
}

/// A government in the table of regions: its last report.
#[derive(Debug, Default, Serialize)]
struct Body {
    name: String,
    province: String,
    city: String,
    level: usize,
    /// Years with a report.
    years: u32,
    last: i16,
    /// Of [`SHOWN`].
    values: Vec<Option<f64>>,
    granted: Option<f64>,
    broken: i32,
    title: String,
    source: String,
    figures: Vec<Quoted>,
    #[serde(skip)]
    report_id: String,
}

#[derive(Debug, Default, Serialize)]
struct Quoted {
    zh: String,
    en: String,
    text: String,
    quote: String,
    section: String,
}

/// Reads the dataset.
pub fn gather(dataset: &Build) -> Result<Figures, PageError> {
    let shown: Vec<(MeasureId, &Measure)> = named(&SHOWN);
    let outcomes: Vec<(MeasureId, &Measure)> = named(&OUTCOMES);
    let mut figures = Figures { version: env!("CARGO_PKG_VERSION"), levels: LEVELS, ..Figures::default() };
    let mut panel = Panel::new(&shown, &outcomes);
    let mut columns = vec!["body_id", "year", "report_id", "region_name", "level", "province", "city", "n_broken"];
    columns.extend(shown.iter().chain(&outcomes).map(|(_, measure)| measure.column.as_str()));
    for batch in dataset.batches(&PANEL, &columns)? {
        panel.read(&batch?)?;
    }
    let years: Vec<i16> = panel.coverage.keys().map(|(_, year, _)| *year).collect();
    let span = years.iter().min().zip(years.iter().max()).map(|(first, last)| (*first, *last));
    figures.measures = shown.iter().map(|(id, measure)| label(*id, measure, span)).collect();
    figures.outcomes = outcomes.iter().map(|(id, measure)| label(*id, measure, span)).collect();
    panel.finish(&mut figures);
    reports(dataset, &mut figures)?;
    quotes(dataset, &mut figures)?;

    figures.documents = counted(dataset.batches(&DOCUMENTS, &["source"])?)?;
    for ((check, severity), count) in tally(dataset, &FINDINGS, ["check", "severity"])? {
        figures.findings.push((check, severity, count));
    }
    for ((stage, reason), count) in tally(dataset, &REJECTS, ["stage", "reason"])? {
        figures.rejected += count;
        figures.rejects.push((format!("{stage}/{reason}"), count));
    }
    figures.findings.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.cmp(b)));
    figures.rejects.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.cmp(b)));
    Ok(figures)
}

fn named(names: &[&str]) -> Vec<(MeasureId, &'static Measure)> {
    names.iter().filter_map(|name| crosswalk().measure(name)).map(|id| (id, &crosswalk()[id])).collect()
}

fn label(id: MeasureId, measure: &Measure, span: Option<(i16, i16)>) -> Named {
    let breaks = |year: &i16| {
        // Of a year, without a look at tables.
        let edition = |year| crosswalk().edition("", year);
        crosswalk().breaks(id, edition(*year - 1), edition(*year))
    };
    Named {
        name: measure.measure.clone(),
        zh: measure.label_zh.clone(),
        en: measure.label_en.clone(),
        unit: measure.unit.clone(),
        breaks: span.map_or(Vec::new(), |(first, last)| (first + 1..=last).filter(breaks).collect()),
    }
}

/// Columns of a batch by name.
struct Cells<'a>(&'a RecordBatch);

impl Cells<'_> {
    fn get<T: Column>(&self, name: &str, at: usize) -> Result<T, ArrowError> {
        let column = self.0.column_by_name(name).ok_or_else(|| ArrowError::SchemaError(format!("there is no column {name}")))?;
        T::get(column as &dyn Array, at)
    }

    fn text(&self, name: &str, at: usize) -> Result<String, ArrowError> {
        Ok(self.get::<Option<String>>(name, at)?.unwrap_or_default())
    }
}

struct Panel<'a> {
    shown: &'a [(MeasureId, &'a Measure)],
    outcomes: &'a [(MeasureId, &'a Measure)],
    /// Level, year, province: expected and found.
    coverage: BTreeMap<(usize, i16, String), (u32, u32)>,
    /// Measure, level, year: values.
    values: BTreeMap<(usize, usize, i16), Vec<f64>>,
    shares: BTreeMap<(usize, i16), (u32, Vec<f64>)>,
    bodies: BTreeMap<String, Body>,
}

impl<'a> Panel<'a> {
    fn new(shown: &'a [(MeasureId, &'a Measure)], outcomes: &'a [(MeasureId, &'a Measure)]) -> Self {
        let (coverage, values, shares, bodies) = Default::default();
        Self { shown, outcomes, coverage, values, shares, bodies }
    }

    fn read(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let cells = Cells(batch);
        for at in 0..batch.num_rows() {
            let body_id: String = cells.get("body_id", at)?;
            let word = cells.text("level", at)?;
            let Some(level) = LEVELS.iter().position(|known| *known == word).filter(|_| body_id.ends_with("/government/")) else {
                continue;
            };
            let year: i16 = cells.get("year", at)?;
            let province = shortened(&cells.text("province", at)?);
            let report_id: Option<String> = cells.get("report_id", at)?;
            let counts = self.coverage.entry((level, year, province.clone())).or_default();
            counts.0 += 1;
            let Some(report_id) = report_id else { continue };
            counts.1 += 1;
            let value = |(_, measure): &(MeasureId, &Measure)| cells.get::<Option<f64>>(&measure.column, at);
            let values: Vec<Option<f64>> = self.shown.iter().map(value).collect::<Result<_, _>>()?;
            for (measure, value) in values.iter().enumerate().filter_map(|(measure, value)| value.map(|value| (measure, value))) {
                self.values.entry((measure, level, year)).or_default().push(value);
            }
            let outcomes: Vec<Option<f64>> = self.outcomes.iter().map(value).collect::<Result<_, _>>()?;
            let whole: Option<f64> = outcomes.iter().copied().sum();
            if whole.is_some() {
                let sums = self.shares.entry((level, year)).or_insert_with(|| (0, vec![0.0; outcomes.len()]));
                sums.0 += 1;
                for (sum, outcome) in sums.1.iter_mut().zip(&outcomes) {
                    *sum += outcome.unwrap_or_default();
                }
            }
            let answered = SHOWN.iter().position(|name| *name == "answered").and_then(|at| values[at]);
            let granted = outcomes.first().copied().flatten().zip(answered);
            let body = self.bodies.entry(body_id).or_default();
            body.years += 1;
            // Rows come in order of years.
            *body = Body {
                name: shortened(&cells.text("region_name", at)?),
                province,
                city: shortened(&cells.text("city", at)?),
                level,
                years: body.years,
                last: year,
                granted: granted.filter(|(part, whole)| *whole > 0.0 && part <= whole).map(|(part, whole)| part / whole),
                values,
                broken: cells.get("n_broken", at)?,
                report_id,
                ..Body::default()
            };
        }
        Ok(())
    }

    fn finish(self, figures: &mut Figures) {
        figures.coverage =
            self.coverage.into_iter().map(|((level, year, place), (expected, found))| (level, year, place, expected, found)).collect();
        for ((measure, level, year), mut values) in self.values {
            values.sort_by(f64::total_cmp);
            let middle = values.len() / 2;
            let median = if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) };
            let reports = u32::try_from(values.len()).unwrap_or(u32::MAX);
            figures.points.push((measure, level, year, reports, values.iter().sum(), median));
        }
        figures.shares = self.shares.into_iter().map(|((level, year), (reports, sums))| (level, year, reports, sums)).collect();
        figures.bodies_left_out = self.bodies.len().saturating_sub(MOST_BODIES);
        figures.bodies = self.bodies.into_values().take(MOST_BODIES).collect();
    }
}

/// Titles and sources of the reports in the table of regions.
fn reports(dataset: &Build, figures: &mut Figures) -> Result<(), PageError> {
    let mut bodies: HashMap<&str, (&mut String, &mut String)> = HashMap::new();
    for body in &mut figures.bodies {
        bodies.insert(&body.report_id, (&mut body.title, &mut body.source));
    }
    for batch in dataset.batches(&REPORTS, &["report_id", "title", "source", "selected"])? {
        let batch = batch?;
        let cells = Cells(&batch);
        figures.reports += batch.num_rows();
        for at in 0..batch.num_rows() {
            figures.selected += usize::from(cells.get::<bool>("selected", at)?);
            if let Some((title, source)) = bodies.get_mut(cells.get::<String>("report_id", at)?.as_str()) {
                **title = shortened(&cells.text("title", at)?);
                **source = cells.text("source", at)?.chars().map(visible).collect();
            }
        }
    }
    Ok(())
}

/// The sentences in which the figures of the table of regions stand.
fn quotes(dataset: &Build, figures: &mut Figures) -> Result<(), PageError> {
    let wanted: Vec<bool> = codebook()
        .codes()
        .map(|(id, _)| {
            let mut measures =
                crosswalk().measures().filter(|(_, measure)| SHOWN.iter().chain(&OUTCOMES).any(|name| *name == measure.measure));
            measures.any(|(measure, _)| crosswalk().is_made_of(measure, id))
        })
        .collect();
    let mut bodies: HashMap<String, &mut Vec<Quoted>> = HashMap::new();
    for body in &mut figures.bodies {
        bodies.insert(body.report_id.clone(), &mut body.figures);
    }
    let columns = ["report_id", "indicator", "dimension", "category", "applicant", "period", "counted", "value_text", "quote", "section"];
    for batch in dataset.batches(&FACTS, &columns)? {
        let batch = batch?;
        let cells = Cells(&batch);
        figures.facts += batch.num_rows();
        for at in 0..batch.num_rows() {
            let Some(found) = bodies.get_mut(cells.get::<String>("report_id", at)?.as_str()) else { continue };
            if found.len() >= MOST_FIGURES || !cells.get::<bool>("counted", at)? || cells.text("period", at)? != "year" {
                continue;
            }
            let text = cells.text("value_text", at)?;
            if text.is_empty() || !matches!(cells.text("applicant", at)?.as_str(), "" | "total") {
                continue;
            }
            let key = (cells.text("indicator", at)?, cells.text("dimension", at)?, cells.text("category", at)?);
            let Some(code) = codebook().find(&key.0, &key.1, &key.2).filter(|code| wanted[code.index()]) else { continue };
            let code = &codebook()[code];
            found.push(Quoted {
                zh: code.label_zh.clone(),
                en: code.label_en.clone(),
                text: shortened(&text),
                quote: shortened(&cells.text("quote", at)?),
                section: shortened(&cells.text("section", at)?),
            });
        }
    }
    Ok(())
}

fn counted(batches: impl Iterator<Item = Result<RecordBatch, crate::publish::PublishError>>) -> Result<usize, PageError> {
    let mut count = 0;
    for batch in batches {
        count += batch?.num_rows();
    }
    Ok(count)
}

type Tally = BTreeMap<(String, String), usize>;

fn tally(dataset: &Build, table: &crate::schema::Table, columns: [&str; 2]) -> Result<Tally, PageError> {
    let mut counts = Tally::new();
    for batch in dataset.batches(table, &columns)? {
        let batch = batch?;
        let cells = Cells(&batch);
        for at in 0..batch.num_rows() {
            *counts.entry((cells.text(columns[0], at)?, cells.text(columns[1], at)?)).or_default() += 1;
        }
    }
    Ok(counts)
}

/// Bounded, and without characters that steer a terminal or turn the direction of writing.
fn shortened(text: &str) -> String {
    text.chars().take(LONGEST).map(visible).collect()
}

fn visible(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, OUTCOMES, SHOWN, named, shortened};

    #[test]
    fn what_is_shown_is_in_the_crosswalk() {
        assert_eq!((named(&SHOWN).len(), named(&OUTCOMES).len()), (SHOWN.len(), OUTCOMES.len()));
    }

    #[test]
    fn text_steers_nothing() {
        assert_eq!(shortened("a\u{1b}[31m\u{202e}b\tc"), "a\u{fffd}[31m\u{fffd}b c");
        assert_eq!(shortened(&"长".repeat(500)).chars().count(), LONGEST);
    }
}
