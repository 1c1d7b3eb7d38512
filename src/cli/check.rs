//! `ogi check`: the identities over a built dataset.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::iter::Peekable;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::Args;

use super::Status;
use crate::check::{Tally, check_facts, is_of_facts};
use crate::extract::{Applicant, Fact, Form, Origin, Period, Qualifier, UnitFrom};
use crate::knowledge::codebook;
use crate::publish::Build;
use crate::schema::{FactRow, FindingRow, ReportRow, Row};

/// Arguments of `ogi check`.
#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// The dataset
    #[arg(value_name = "DIR")]
    dir: PathBuf,

    /// End with 1 when a finding of severity error exists
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(arguments: &CheckArguments) -> anyhow::Result<Status> {
    let summary = Summary::of(&arguments.dir)?;
    std::io::stdout().write_all(summary.print().as_bytes()).context("standard output cannot be written")?;
    for difference in &summary.differences {
        eprintln!("ogi: {difference}");
    }
    eprintln!("{} reports: {} errors, {} warnings, {} notes", summary.reports, summary.errors, summary.warnings, summary.notes);
    let refused = !summary.differences.is_empty() || arguments.strict && summary.errors > 0;
    Ok(if refused { Status::No } else { Status::Done })
}

/// What the checks say of a dataset.
#[derive(Default)]
struct Summary {
    reports: u64,
    /// Identities computed anew, by name.
    identities: BTreeMap<&'static str, Tally>,
    /// Findings as published, by check and severity.
    findings: BTreeMap<(String, String), u64>,
    errors: u64,
    warnings: u64,
    notes: u64,
    /// Where the published findings are not what the published facts say.
    differences: Vec<String>,
}

impl Summary {
    fn of(dir: &Path) -> anyhow::Result<Self> {
        let build = Build::open(dir)?;
        let mut summary = Self::default();
        let mut facts = rows::<FactRow>(&build)?.peekable();
        let mut findings = rows::<FindingRow>(&build)?.peekable();
        // All three tables are in the order of reports.
        for report in rows::<ReportRow>(&build)? {
            let report = report?;
            let own = following(&mut facts, |fact| fact.report_id == report.report_id)?;
            let found = following(&mut findings, |finding| finding.report_id == report.report_id)?;
            summary.report(&report, &own, &found).with_context(|| format!("report {}", report.report_id))?;
        }
        if facts.next().is_some() || findings.next().is_some() {
            return Err(anyhow!("facts or findings are not in the order of reports; verify the dataset with `ogi verify`"));
        }
        Ok(summary)
    }

    /// Computes the identities of a report and holds them against its findings.
    fn report(&mut self, report: &ReportRow, rows: &[FactRow], published: &[FindingRow]) -> anyhow::Result<()> {
        self.reports += 1;
        for finding in published {
            match finding.severity.as_str() {
                "error" => self.errors += 1,
                "warning" => self.warnings += 1,
                _ => self.notes += 1,
            }
            *self.findings.entry((finding.check.clone(), finding.severity.clone())).or_default() += 1;
        }
        let facts = rows.iter().map(fact).collect::<anyhow::Result<Vec<_>>>()?;
        let checks = check_facts(&facts, rows.iter().map(|row| row.selected).collect());
        for (name, tally) in &checks.tally {
            let sum = self.identities.entry(name).or_default();
            sum.held += tally.held;
            sum.broken += tally.broken;
            sum.open += tally.open;
        }
        let mut stated: Vec<String> = published.iter().filter(|f| is_of_facts(&f.check)).map(published_operands).collect();
        let mut computed: Vec<String> = checks.findings.iter().map(|f| computed_operands(f, rows)).collect();
        stated.sort();
        computed.sort();
        let id = &report.report_id;
        let lacking = |of: &[String], other: &[String]| of.iter().filter(|f| !other.contains(f)).cloned().collect::<Vec<_>>();
        self.differences.extend(lacking(&stated, &computed).iter().map(|f| format!("{id}: published, but not what the facts say: {f}")));
        self.differences.extend(lacking(&computed, &stated).iter().map(|f| format!("{id}: what the facts say, but not published: {f}")));
        let counted = [report.checks_held, report.checks_broken, report.checks_open];
        let computed = [checks.held, checks.broken, checks.open].map(|n| i32::try_from(n).unwrap_or(i32::MAX));
        if counted != computed {
            self.differences.push(format!("{id}: published as {counted:?} identities held, broken, open, and has {computed:?}"));
        }
        for (row, checked) in rows.iter().zip(&checks.checked) {
            if row.checked != checked.as_str() {
                let difference = format!("{id}: fact {} is published as {}, and is {}", row.fact_no, row.checked, checked.as_str());
                self.differences.push(difference);
            }
        }
        Ok(())
    }

    /// One line a check: its name, how often it holds, is broken, lacks a figure; then the other findings.
    fn print(&self) -> String {
        let mut out = String::from("check\theld\tbroken\topen\n");
        for (name, tally) in &self.identities {
            let _ = writeln!(out, "{name}\t{}\t{}\t{}", tally.held, tally.broken, tally.open);
        }
        out.push_str("\nfinding\tseverity\tcount\n");
        for ((check, severity), count) in &self.findings {
            let _ = writeln!(out, "{check}\t{severity}\t{count}");
        }
        out
    }
}

/// The rows of a table, one after the other.
fn rows<R: Row>(build: &Build) -> anyhow::Result<impl Iterator<Item = anyhow::Result<R>> + use<R>> {
    Ok(build.batches(R::TABLE, &[])?.flat_map(|batch| {
        let read = batch.map_err(anyhow::Error::from).and_then(|batch| {
            R::read(&batch).with_context(|| format!("{}.parquet is not as this version of ogi writes it", R::TABLE.name))
        });
        match read {
            Ok(rows) => rows.into_iter().map(Ok).collect::<Vec<_>>(),
            Err(error) => vec![Err(error)],
        }
    }))
}

/// The rows that come next and belong to a report.
fn following<R>(rows: &mut Peekable<impl Iterator<Item = anyhow::Result<R>>>, belongs: impl Fn(&R) -> bool) -> anyhow::Result<Vec<R>> {
    let mut own = Vec::new();
    while let Some(row) = rows.next_if(|row| row.as_ref().map_or(true, &belongs)) {
        own.push(row?);
    }
    Ok(own)
}

/// A published row as the fact that it was; what checks do not ask for is left out.
fn fact(row: &FactRow) -> anyhow::Result<Fact> {
    let of = |what: &str, word: &str| anyhow!("fact {}: {what} `{word}` is not known to this version of ogi", row.fact_no);
    let name = format!("{}/{}/{}", row.indicator, row.dimension, row.category);
    Ok(Fact {
        code: codebook().parse(&name).ok_or_else(|| of("code", &name))?,
        applicant: Applicant::from_word(&row.applicant).ok_or_else(|| of("applicant", &row.applicant))?,
        subject: row.subject.clone(),
        period: Period::from_word(&row.period).ok_or_else(|| of("period", &row.period))?,
        value: row.value,
        unit_from: UnitFrom::from_word(&row.unit_from).ok_or_else(|| of("unit_from", &row.unit_from))?,
        qualifier: Qualifier::from_word(&row.qualifier).ok_or_else(|| of("qualifier", &row.qualifier))?,
        span: 0..0,
        context: 0..0,
        origin: Origin::from_word(&row.origin).ok_or_else(|| of("origin", &row.origin))?,
        form: Form::from_word(&row.form).ok_or_else(|| of("form", &row.form))?,
        place: None,
        section: String::new(),
        rule: "",
    })
}

/// What a finding says, as one line to be compared and read.
fn operands(check: &str, severity: &str, applicant: &str, expression: &str, sides: [Option<f64>; 2], facts: [Option<i32>; 2]) -> String {
    let side = |value: Option<f64>, fact: Option<i32>| {
        let value = value.map_or_else(|| "-".to_owned(), |value| value.to_string());
        fact.map_or_else(|| value.clone(), |fact| format!("{value} (fact {fact})"))
    };
    let applicant = if applicant.is_empty() { String::new() } else { format!(" [{applicant}]") };
    format!("{severity} {check}{applicant}: {expression}: {} against {}", side(sides[0], facts[0]), side(sides[1], facts[1]))
}

fn published_operands(row: &FindingRow) -> String {
    let facts = [row.lhs_fact_no, row.rhs_fact_no];
    operands(&row.check, &row.severity, &row.applicant, &row.expression, [row.lhs, row.rhs], facts)
}

fn computed_operands(finding: &crate::check::Finding, rows: &[FactRow]) -> String {
    let number = |fact: Option<usize>| fact.and_then(|n| rows.get(n)).map(|row| row.fact_no);
    let facts = [number(finding.lhs_fact), number(finding.rhs_fact)];
    operands(&finding.check, finding.severity.as_str(), finding.applicant, &finding.expression, [finding.lhs, finding.rhs], facts)
}
