//! The tables of reports, written in the order of publication, and what each year adds to those of bodies
//! and regions as it ends.

use std::thread::{self, Scope};

use super::across::Neighbours;
use super::bundles::Bundles;
use super::process::Bundle;
use super::regions::{RegionsOfYear, governments};
use super::select::Selection;
use super::sorter::merge;
use super::stages::Collected;
use super::summary::Summaries;
use super::writing::Writing;
use super::{BuildError, Options, Watch};
use crate::aggregate::{Coverage, Governments, Series, Year, panel_table};
use crate::publish::{Publication, RowWriter, TableWriter, Written};
use crate::schema::{AggregateRow, FactRow, FindingRow, MentionRow, PanelRow, RateRow, ReportRow, TRENDS, TrendRow, WideBuilder, WideRow};

/// Order of reports, and of whatever has its columns.
const ORDER: [&str; 4] = ["year", "region_code", "body_id", "report_id"];

/// Most years without a report between two with one that are told year by year: beyond it a year was
/// misread, and silence says nothing.
const LONGEST_SILENCE: i16 = 30;

/// Reports written between two looks at whether to go on.
const STRIDE: u64 = 64;

/// Writes `reports`, `facts`, `mentions`, `findings`, the tables of bodies and regions, and the summaries.
/// `coverage` has the rejects already.
pub fn write(
    publication: &Publication,
    collected: Collected,
    selection: &Selection,
    coverage: Coverage,
    options: &Options,
    watch: &dyn Watch,
) -> Result<Vec<Written>, BuildError> {
    let Collected { reports, rows, .. } = collected;
    let rows = &rows;
    thread::scope(|scope| {
        let mut tables = Tables::create(scope, publication, coverage)?;
        let mut bundles = Bundles::start(scope, merge(reports)?, rows, selection, options.threads)?;
        let mut year: Option<Year> = None;
        let mut neighbours = Neighbours::default();
        let mut written = 0;
        while let Some((mut bundle, version_of)) = bundles.next()? {
            if written % STRIDE == 0 {
                if let Some(signal) = watch.stopped() {
                    return Err(BuildError::Stopped(signal));
                }
                watch.written(written);
                if tables.has_failed() {
                    break;
                }
            }
            neighbours.check(&mut bundle, version_of.map(|id| id.to_string()).as_deref());
            if let Some(declared) = options.corrections.of(&bundle.report.report_id) {
                declared.findings_between_reports(&mut bundle.findings);
            }
            let next = bundle.report.year;
            if year.as_ref().map(Year::year) != next {
                if let Some(ended) = year.take() {
                    tables.end_year(&ended)?;
                }
                tables.facts.end_group();
                year = next.map(Year::new);
                if let Some(next) = next {
                    tables.begin_year(next)?;
                }
            }
            if let Some(year) = &mut year {
                year.add(&bundle.report, &bundle.facts);
                tables.series.add(&bundle.report, &bundle.facts, &tables.governments);
            }
            tables.push(bundle)?;
            written += 1;
        }
        if let Some(ended) = year {
            tables.end_year(&ended)?;
        }
        let written_all = written == selection.reports() as u64;
        // A writer that failed tells why before the count is missed.
        let outputs = tables.finish()?;
        if !written_all {
            let what = format!("{written} reports were written of {}", selection.reports());
            return Err(BuildError::Account { what });
        }
        Ok(outputs)
    })
}

struct Tables<'scope> {
    reports: TableWriter<ReportRow>,
    facts: Writing<'scope, FactRow>,
    mentions: Writing<'scope, MentionRow>,
    findings: TableWriter<FindingRow>,
    aggregates: TableWriter<AggregateRow>,
    panel: RowWriter<WideRow<PanelRow>, WideBuilder<PanelRow>>,
    rates: TableWriter<RateRow>,
    trends: TableWriter<TrendRow>,
    series: Series,
    coverage: Coverage,
    /// Of the year at hand.
    governments: Governments,
    last_year: Option<i16>,
    summaries: Summaries,
}

impl<'scope> Tables<'scope> {
    fn create(scope: &'scope Scope<'scope, '_>, publication: &Publication, coverage: Coverage) -> Result<Self, BuildError> {
        let [year, region, body, report] = ORDER;
        Ok(Self {
            reports: TableWriter::create(publication, &ORDER)?,
            facts: Writing::start(scope, TableWriter::create(publication, &[year, region, body, report, "fact_no"])?)?,
            mentions: Writing::start(scope, TableWriter::create(publication, &[])?)?,
            findings: TableWriter::create(publication, &[])?,
            aggregates: TableWriter::create(publication, &[year, "basis", region, "level", "org_kind", "scope"])?,
            panel: RowWriter::of(publication, panel_table(), WideBuilder::new(panel_table()), &[year, region, body])?,
            rates: TableWriter::create(publication, &[year, "grain", body, "basis", region, "level", "org_kind", "scope", "rate"])?,
            trends: TableWriter::create(publication, TRENDS.key)?,
            series: Series::default(),
            coverage,
            governments: Governments::default(),
            last_year: None,
            summaries: Summaries::create(publication)?,
        })
    }

    fn push(&mut self, bundle: Bundle) -> Result<(), BuildError> {
        let Bundle { report, facts, mentions, findings, .. } = bundle;
        self.facts.push(facts);
        self.mentions.push(mentions);
        self.reports.push(&report)?;
        findings.iter().try_for_each(|finding| self.findings.push(finding))?;
        self.coverage.add(&report);
        self.summaries.report(&report, &findings)?;
        Ok(())
    }

    fn has_failed(&self) -> bool {
        self.facts.has_failed() || self.mentions.has_failed()
    }

    /// Ends the years since the last one with a report: their governments are silent.
    fn begin_year(&mut self, year: i16) -> Result<(), BuildError> {
        let silent = self.last_year.map_or(year, |last| last + 1)..year;
        if i16::try_from(silent.len()).is_ok_and(|years| years <= LONGEST_SILENCE) {
            for silent in silent {
                self.governments = governments(silent);
                self.end_series(silent)?;
            }
        }
        self.governments = governments(year);
        self.last_year = Some(year);
        Ok(())
    }

    fn end_series(&mut self, year: i16) -> Result<(), BuildError> {
        let rows = self.series.end_year(year, &self.governments);
        rows.panel.iter().try_for_each(|row| self.panel.push(row))?;
        rows.rates.iter().try_for_each(|row| self.rates.push(row))?;
        self.coverage.end_year(year, &self.governments);
        Ok(())
    }

    fn end_year(&mut self, year: &Year) -> Result<(), BuildError> {
        self.end_series(year.year())?;
        let regions = RegionsOfYear::of(year.year());
        let (aggregates, summaries) = (&mut self.aggregates, &mut self.summaries);
        year.aggregates(&regions, &mut |row| {
            aggregates.push(&row)?;
            summaries.aggregate(&row)
        })?;
        year.nationwide(&mut |total| summaries.nationwide(year.year(), &total))
    }

    fn finish(mut self) -> Result<Vec<Written>, BuildError> {
        // What went wrong on a thread of its own is told first: the other tables lack rows for it.
        let (facts, mentions) = (self.facts.finish()?, self.mentions.finish()?);
        self.series.trends().iter().try_for_each(|row| self.trends.push(row))?;
        let mut written = vec![self.reports.finish()?, facts, mentions, self.findings.finish()?, self.aggregates.finish()?];
        written.extend([self.panel.finish()?, self.rates.finish()?, self.trends.finish()?]);
        written.extend(self.summaries.finish(&self.coverage.rows(governments))?);
        Ok(written)
    }
}
