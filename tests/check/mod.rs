//! `ogi check`: the identities over a built dataset.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use ogi::schema::{FactRow, FindingRow, ReportRow, batch};
use parquet::arrow::ArrowWriter;

use crate::corpus::{self, Edition, Layout, Plan};
use crate::program::{Folder, build, ogi, rows, sample_dataset};

fn check(dataset: &Path, more: &[&str], status: i32) -> (String, String) {
    let mut arguments = vec!["check", dataset.to_str().unwrap()];
    arguments.extend(more);
    let run = ogi(&arguments).expect(status);
    (run.stdout, run.stderr)
}

/// The sums of the three columns of the first table that is printed.
fn totals(stdout: &str) -> [i32; 3] {
    let mut totals = [0; 3];
    for line in stdout.lines().skip(1).take_while(|line| !line.is_empty()) {
        for (total, figure) in totals.iter_mut().zip(line.split('\t').skip(1)) {
            *total += figure.parse::<i32>().unwrap();
        }
    }
    totals
}

/// A copy of a dataset whose facts were changed by another hand.
fn changed(folder: &Folder, dataset: &Path, change: impl FnOnce(&mut [FactRow])) -> PathBuf {
    let copy = folder.path("changed");
    fs::create_dir_all(&copy).unwrap();
    for entry in fs::read_dir(fs::canonicalize(dataset).unwrap()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
        }
    }
    let mut facts: Vec<FactRow> = rows(dataset);
    change(&mut facts);
    let batch = batch(&facts).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(copy.join("facts.parquet")).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    copy
}

#[test]
fn the_samples_are_summed_up_by_check() {
    let dataset = sample_dataset();
    let (stdout, stderr) = check(dataset, &[], 0);
    let reports: Vec<ReportRow> = rows(dataset);
    let sum = |of: fn(&ReportRow) -> i32| reports.iter().map(of).sum::<i32>();
    assert_eq!(totals(&stdout), [sum(|r| r.checks_held), sum(|r| r.checks_broken), sum(|r| r.checks_open)]);
    let findings: Vec<FindingRow> = rows(dataset);
    let errors = findings.iter().filter(|f| f.severity == "error").count();
    assert!(errors > 0, "the samples hold a broken sum");
    assert!(stderr.contains(&format!("{} reports: {errors} errors", reports.len())), "{stderr}");
    check(dataset, &["--strict"], 1);
}

#[test]
fn forms_that_add_up_pass_the_strict_check() {
    let folder = Folder::new("check-strict");
    for (seed, edition) in [Edition::F2014, Edition::F2019, Edition::F2021].into_iter().enumerate() {
        let report = corpus::report(&Plan::random(seed as u64).edition(edition).layout(Layout::Html));
        folder.write(&format!("in/{}", report.name), &report.bytes);
    }
    let out = build(&folder, &folder.path("in"), "out", &[]);
    let (stdout, _) = check(&out, &["--strict"], 0);
    let [held, broken, _] = totals(&stdout);
    assert!(held > 50, "{stdout}");
    assert_eq!(broken, 0, "{stdout}");
}

/// Figures that were changed after the build are not what the findings were made of.
#[test]
fn findings_that_are_not_what_the_facts_say_are_named() {
    let folder = Folder::new("check-changed");
    let copy = changed(&folder, sample_dataset(), |facts| {
        let fact = facts.iter_mut().find(|f| f.indicator == "applications.new" && f.applicant == "total").unwrap();
        fact.value = fact.value.map(|value| value + 7.0);
    });
    let (_, stderr) = check(&copy, &[], 1);
    assert!(stderr.contains("what the facts say, but not published: error applications.applicants_sum [total]"), "{stderr}");
    assert!(stderr.contains("error applications.balance [total]"), "{stderr}");
    assert!(stderr.contains("is published as held, and is broken"), "{stderr}");
}

#[test]
fn a_folder_without_a_dataset_is_no_dataset() {
    let folder = Folder::new("check-none");
    let run = ogi(&["check", folder.path("").to_str().unwrap()]).expect(3);
    assert!(run.stdout.is_empty());
}
