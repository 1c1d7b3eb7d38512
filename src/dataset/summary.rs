//! `summary/`: what people open in a spreadsheet, and its README.

use std::collections::BTreeMap;

use super::BuildError;
use super::sheets::{self, Sheet};
use crate::aggregate::{CoverageRow, Total};
use crate::knowledge::{Code, CodeId, codebook};
use crate::publish::{Cell, CsvTable, Publication, Written};
use crate::schema::{AggregateRow, FindingRow, ReportRow};

/// The summaries at work.
pub struct Summaries {
    by_year: CsvTable,
    by_region: CsvTable,
    reports: CsvTable,
    findings: CsvTable,
    /// The figures of `by_region`: totals of core indicators.
    headlines: Vec<CodeId>,
    /// The line of `by_region` at work: a row of its aggregates, and the sums of the headlines.
    line: Option<(AggregateRow, Vec<Option<f64>>)>,
    coverage: CsvTable,
    readme: Written,
    counts: BTreeMap<(Option<i16>, String, String), u64>,
}

impl Summaries {
    /// Begins all files.
    pub fn create(publication: &Publication) -> Result<Self, BuildError> {
        let headlines: Vec<CodeId> = codebook()
            .codes()
            .filter(|(_, code)| code.core == 1 && code.dimension.is_empty() && code.measure == "flow")
            .map(|(id, _)| id)
            .collect();
        let create = |sheet: &Sheet| CsvTable::create(publication, sheet.name, &sheet.headers());
        let sheets = [sheets::by_year(), sheets::by_region(&headlines), sheets::reports(), sheets::findings(), sheets::coverage()];
        let [by_year, by_region, reports, findings, coverage] = sheets.each_ref().map(create);
        Ok(Self {
            by_year: by_year?,
            by_region: by_region?,
            reports: reports?,
            findings: findings?,
            coverage: coverage?,
            readme: publication.write("summary/README.md", &sheets::readme(&sheets))?,
            headlines,
            line: None,
            counts: BTreeMap::new(),
        })
    }

    /// Adds a report.
    pub fn report(&mut self, report: &ReportRow, findings: &[FindingRow]) -> Result<(), BuildError> {
        let year = report.year.map(|year| year.to_string()).unwrap_or_default();
        let published = report.published.and_then(|day| day.date()).map(|date| date.to_string()).unwrap_or_default();
        let text = |value: &'_ Option<String>| value.clone().unwrap_or_default();
        let (province, city, county, township) = (text(&report.province), text(&report.city), text(&report.county), text(&report.township));
        let (org, level, org_kind, title) = (text(&report.org), text(&report.level), text(&report.org_kind), text(&report.title));
        self.reports.push(&[
            Cell::Text(&year),
            Cell::Text(&province),
            Cell::Text(&city),
            Cell::Text(&county),
            Cell::Text(&township),
            Cell::Text(&org),
            Cell::Text(&level),
            Cell::Text(&org_kind),
            Cell::Text(&published),
            Cell::Text(&title),
            Cell::Text(&report.form),
            Cell::Integer(report.facts.into()),
            Cell::Integer(report.checks_broken.into()),
            Cell::Text(if report.selected { "1" } else { "0" }),
            Cell::Text(&report.source),
            Cell::Text(&report.report_id),
        ])?;
        for finding in findings {
            *self.counts.entry((report.year, finding.check.clone(), finding.severity.clone())).or_default() += 1;
        }
        Ok(())
    }

    /// Adds a figure of a year over all regions.
    pub fn nationwide(&mut self, year: i16, total: &Total) -> Result<(), BuildError> {
        if !total.applicant.is_empty() {
            return Ok(());
        }
        let (place, code) = (&total.place, &codebook()[total.code]);
        let (reported, sum, mean, median) = total.measures();
        let head = [Cell::Integer(year.into()), Cell::Text(&place.level), Cell::Text(&place.org_kind), Cell::Text(&place.scope)];
        let counts = [total.reports.into(), reported.into()].map(Cell::Integer);
        let cells = head.into_iter().chain(labels(code)).chain(counts).chain([sum, mean, median].map(Cell::Number));
        Ok(self.by_year.push(&cells.collect::<Vec<_>>())?)
    }

    /// Adds a row of `aggregates`. Its rows of one region, year and kind of body, which come one after the
    /// other, make one line.
    pub fn aggregate(&mut self, row: &AggregateRow) -> Result<(), BuildError> {
        fn place(row: &AggregateRow) -> (i16, [&String; 5]) {
            (row.year, [&row.basis, &row.region_code, &row.level, &row.org_kind, &row.scope])
        }
        if self.line.as_ref().is_none_or(|(line, _)| place(line) != place(row)) {
            self.end_line()?;
            self.line = Some((row.clone(), vec![None; self.headlines.len()]));
        }
        let headline = codebook().find(&row.indicator, &row.dimension, &row.category);
        let column = headline.filter(|_| row.applicant.is_empty()).and_then(|id| self.headlines.iter().position(|known| *known == id));
        if let (Some(column), Some((_, sums))) = (column, &mut self.line) {
            sums[column] = row.sum;
        }
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), BuildError> {
        let Some((row, sums)) = self.line.take() else { return Ok(()) };
        let words = [&row.basis, &row.region_code, &row.region_name, &row.level, &row.org_kind, &row.scope].map(|word| Cell::Text(word));
        let counts = [Cell::Number(row.n_expected.map(f64::from)), Cell::Integer(row.n_reports.into())];
        let cells = std::iter::once(Cell::Integer(row.year.into())).chain(words).chain(counts).chain(sums.into_iter().map(Cell::Number));
        Ok(self.by_region.push(&cells.collect::<Vec<_>>())?)
    }

    /// Ends all files.
    pub fn finish(mut self, coverage: &[CoverageRow]) -> Result<Vec<Written>, BuildError> {
        self.end_line()?;
        for row in coverage {
            let year = row.year.map(|year| year.to_string()).unwrap_or_default();
            let expected = row.expected.map(|count| count.to_string()).unwrap_or_default();
            let reasons: Vec<String> = row.rejected.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
            let rejected = i64::try_from(row.rejected.values().sum::<u64>()).unwrap_or(i64::MAX);
            let count = |count: usize| Cell::Integer(i64::try_from(count).unwrap_or(i64::MAX));
            self.coverage.push(&[
                Cell::Text(&year),
                Cell::Text(&row.province),
                Cell::Text(&row.level),
                Cell::Text(&expected),
                count(row.found),
                count(row.reports),
                Cell::Integer(rejected),
                Cell::Text(&reasons.join(";")),
            ])?;
        }
        for ((year, check, severity), count) in &self.counts {
            let year = year.map(|year| year.to_string()).unwrap_or_default();
            let count = i64::try_from(*count).unwrap_or(i64::MAX);
            self.findings.push(&[Cell::Text(&year), Cell::Text(check), Cell::Text(severity), Cell::Integer(count)])?;
        }
        let tables = [self.by_year, self.by_region, self.reports, self.findings, self.coverage];
        let files = tables.into_iter().map(|table| Ok(table.finish()?));
        files.chain([Ok(self.readme)]).collect()
    }
}

/// Labels and names of a figure: of the indicator, and of the category where it has one.
fn labels(code: &Code) -> [Cell<'_>; 8] {
    let whole = codebook().find(&code.indicator, "", "").map(|id| &codebook()[id]);
    let (label_zh, label_en) = whole.map_or(("", ""), |whole| (&whole.label_zh, &whole.label_en));
    let (category_zh, category_en) = if code.category.is_empty() { ("", "") } else { (code.label_zh.as_str(), code.label_en.as_str()) };
    [label_zh, label_en, category_zh, category_en, &code.indicator, &code.dimension, &code.category, &code.unit].map(Cell::Text)
}
