//! The tables of reports, written in the order of publication, and the aggregates of each year as it ends.

use super::process::Bundle;
use super::regions::RegionsOfYear;
use super::select::{ReportId, Selection, Standing};
use super::sorter::{Sorter, merge};
use super::summary::Summaries;
use super::{BuildError, Watch};
use crate::aggregate::Year;
use crate::publish::{Publication, TableWriter, Written};
use crate::schema::{AggregateRow, FactRow, FindingRow, MentionRow, ReportRow};

/// Order of reports, and of whatever has its columns.
const ORDER: [&str; 4] = ["year", "region_code", "body_id", "report_id"];

/// Writes `reports`, `facts`, `mentions`, `findings`, `aggregates` and the summaries.
pub fn write(publication: &Publication, sorted: Vec<Sorter>, selection: &Selection, watch: &dyn Watch) -> Result<Vec<Written>, BuildError> {
    let mut tables = Tables::create(publication)?;
    let mut merged = merge(sorted)?;
    let mut year: Option<Year> = None;
    let mut written = 0;
    while let Some(mut bundle) = merged.next_value::<Bundle>()? {
        if let Some(signal) = watch.stopped() {
            return Err(BuildError::Stopped(signal));
        }
        let id = bundle.report.report_id.parse::<ReportId>().map_err(|()| BuildError::Account { what: "a report has no id".to_owned() })?;
        let Some(standing) = selection.standing(id, &bundle.report.source, &bundle.member) else { continue };
        complete(&mut bundle, standing);
        let next = bundle.report.year;
        if year.as_ref().map(Year::year) != next {
            if let Some(ended) = year.take() {
                tables.end_year(&ended)?;
            }
            tables.facts.end_group()?;
            year = next.map(Year::new);
        }
        if let Some(year) = &mut year {
            year.add(&bundle.report, &bundle.facts);
        }
        tables.push(&bundle)?;
        written += 1;
        watch.written(written);
    }
    if let Some(ended) = year {
        tables.end_year(&ended)?;
    }
    if written != selection.reports() as u64 {
        let what = format!("{written} reports were written of {}", selection.reports());
        return Err(BuildError::Account { what });
    }
    tables.finish()
}

/// Fills in what depends on the other reports, and what facts repeat of their report.
fn complete(bundle: &mut Bundle, standing: Standing) {
    let report = &mut bundle.report;
    report.selected = standing.selected;
    report.duplicate_of = standing.duplicate_of.map(|id| id.to_string());
    for fact in &mut bundle.facts {
        fact.counted = fact.selected && report.selected && fact.subject.is_empty() && report.body_id.is_some();
        fact.body_id.clone_from(&report.body_id);
        fact.year = report.year;
        fact.region_code.clone_from(&report.region_code);
        fact.level.clone_from(&report.level);
        fact.org_kind.clone_from(&report.org_kind);
        fact.province.clone_from(&report.province);
        fact.city.clone_from(&report.city);
        fact.county.clone_from(&report.county);
        fact.township.clone_from(&report.township);
        fact.scope.clone_from(&report.scope);
    }
}

struct Tables {
    reports: TableWriter<ReportRow>,
    facts: TableWriter<FactRow>,
    mentions: TableWriter<MentionRow>,
    findings: TableWriter<FindingRow>,
    aggregates: TableWriter<AggregateRow>,
    summaries: Summaries,
}

impl Tables {
    fn create(publication: &Publication) -> Result<Self, BuildError> {
        let [year, region, body, report] = ORDER;
        Ok(Self {
            reports: TableWriter::create(publication, &ORDER)?,
            facts: TableWriter::create(publication, &[year, region, body, report, "fact_no"])?,
            mentions: TableWriter::create(publication, &[])?,
            findings: TableWriter::create(publication, &[])?,
            aggregates: TableWriter::create(publication, &[year, "basis", region, "level", "org_kind", "scope"])?,
            summaries: Summaries::create(publication)?,
        })
    }

    fn push(&mut self, bundle: &Bundle) -> Result<(), BuildError> {
        self.reports.push(&bundle.report)?;
        bundle.facts.iter().try_for_each(|fact| self.facts.push(fact))?;
        bundle.mentions.iter().try_for_each(|mention| self.mentions.push(mention))?;
        bundle.findings.iter().try_for_each(|finding| self.findings.push(finding))?;
        self.summaries.report(&bundle.report, &bundle.findings)?;
        Ok(())
    }

    fn end_year(&mut self, year: &Year) -> Result<(), BuildError> {
        let regions = RegionsOfYear::of(year.year())?;
        let (aggregates, summaries) = (&mut self.aggregates, &mut self.summaries);
        year.aggregates(&regions, &mut |row| {
            aggregates.push(&row)?;
            summaries.aggregate(&row)
        })?;
        year.nationwide(&mut |total| summaries.nationwide(year.year(), &total))
    }

    fn finish(self) -> Result<Vec<Written>, BuildError> {
        let mut written =
            vec![self.reports.finish()?, self.facts.finish()?, self.mentions.finish()?, self.findings.finish()?, self.aggregates.finish()?];
        written.extend(self.summaries.finish()?);
        Ok(written)
    }
}
