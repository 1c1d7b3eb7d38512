//! The sample reports hold what `data/sample/expected` says, and every fact stands where it says it stands.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ogi::schema::{DocumentRow, FactRow, FindingRow, RejectRow, ReportRow, Row};
use serde_json::Value;

use crate::program::{Folder, build, ogi, repository, rows, sample_dataset, sample_reports, shared};
use crate::skipped;
use crate::stages::{is_core, same};

fn expected() -> Vec<(String, Value)> {
    let mut out: Vec<_> = fs::read_dir(repository().join("data/sample/expected"))
        .unwrap()
        .map(|entry| {
            let value: Value = serde_json::from_str(&fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
            (value["report"].as_str().unwrap().trim_start_matches("reports/").to_owned(), value)
        })
        .collect();
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

/// The report of a document: its source is the address where one is given.
fn report_of<'a>(reports: &'a [ReportRow], name: &str) -> Option<&'a ReportRow> {
    reports.iter().find(|report| last_part(&report.source) == name)
}

fn last_part(source: &str) -> &str {
    source.rsplit('/').next().unwrap_or(source)
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[test]
fn the_page_that_is_no_report_is_rejected() {
    let rejects: Vec<RejectRow> = rows(sample_dataset());
    assert_eq!(rejects.iter().map(|r| r.source.as_str()).collect::<Vec<_>>(), ["shenhe-guide.html"]);
}

#[test]
fn identity_is_what_a_careful_reader_finds() {
    let reports: Vec<ReportRow> = rows(sample_dataset());
    let mut wrong = Vec::new();
    for (name, value) in expected() {
        let Some(report) = report_of(&reports, &name) else {
            wrong.push(format!("{name}: no such report"));
            continue;
        };
        let json = report.json();
        for (field, want) in value["identity"].as_object().unwrap() {
            let got = json.get(field).unwrap_or(&Value::Null);
            if got != want {
                wrong.push(format!("{name}: {field} is {got}, not {want}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn facts_are_what_a_careful_reader_finds() {
    let reports: Vec<ReportRow> = rows(sample_dataset());
    let facts: Vec<FactRow> = rows(sample_dataset());
    let mut wrong = Vec::new();
    for (name, value) in expected() {
        let Some(report) = report_of(&reports, &name) else { continue };
        let mut have: BTreeMap<[&str; 4], &FactRow> = BTreeMap::new();
        for fact in facts.iter().filter(|f| f.report_id == report.report_id && f.selected && f.subject.is_empty() && f.period == "year") {
            have.insert([&fact.indicator, &fact.dimension, &fact.category, &fact.applicant], fact);
        }
        for want in value["facts"].as_array().unwrap() {
            let key = ["indicator", "dimension", "category", "applicant"].map(|field| word(want, field));
            match have.remove(&key) {
                None => wrong.push(format!("{name}: missed {key:?} = {}", want["value"])),
                Some(fact) if !same(fact.value, want["value"].as_f64()) || fact.qualifier != word(want, "qualifier") => wrong.push(
                    format!("{name}: {key:?} is {:?} {}, not {} {}", fact.value, fact.qualifier, want["value"], word(want, "qualifier")),
                ),
                Some(_) => {}
            }
        }
        // Readings that are right as well: a key, or a key and a value.
        let allowed = value["allowed"].as_array().unwrap();
        for (key, fact) in have {
            let is_allowed = allowed.iter().any(|rule| {
                let fields = ["indicator", "dimension", "category", "applicant"];
                fields.iter().zip(key).all(|(field, word)| rule.get(*field).is_none_or(|rule| rule == word))
                    && rule.get("value").is_none_or(|value| same(value.as_f64(), fact.value))
            });
            if fact.value.is_some() && is_core(key[0]) && !is_allowed {
                wrong.push(format!("{name}: {key:?} = {:?} is not stated ({})", fact.value, fact.quote));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn broken_sums_are_found_and_no_others() {
    let reports: Vec<ReportRow> = rows(sample_dataset());
    let findings: Vec<FindingRow> = rows(sample_dataset());
    let mut wrong = Vec::new();
    for (name, value) in expected() {
        let Some(report) = report_of(&reports, &name) else { continue };
        let mine: Vec<&FindingRow> = findings.iter().filter(|f| f.report_id == report.report_id).collect();
        let sides = |want: &Value, f: &FindingRow| {
            let (lhs, rhs) = (want["lhs"].as_f64(), want["rhs"].as_f64());
            (f.lhs == lhs && f.rhs == rhs) || (f.lhs == rhs && f.rhs == lhs)
        };
        let wanted = value["findings"].as_array().unwrap();
        for want in wanted {
            if !mine.iter().any(|f| sides(want, f)) {
                wrong.push(format!("{name}: the finding {want} is missing"));
            }
        }
        for found in mine.iter().filter(|f| f.severity == "error") {
            if !wanted.iter().any(|want| sides(want, found)) {
                wrong.push(format!("{name}: {} {:?} {:?} is no error of the report", found.check, found.lhs, found.rhs));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The source text of a document as `ogi text` prints it; of a table of documents, its one member's.
fn source_text(folder: &Path, source: &str) -> String {
    let path = folder.join(source);
    // A document of a table goes by its address, whose last part is named like the table.
    let table = folder.join(last_part(source)).with_extension("ndjson");
    if table.is_file() {
        let text = fs::read_to_string(&table).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 1, "{} holds one document", table.display());
        let value: Value = serde_json::from_str(lines[0]).unwrap();
        return value["text"].as_str().unwrap().to_owned();
    }
    ogi(&["text", path.to_str().unwrap()]).expect(0).stdout
}

fn assert_spans(reports_folder: &Path, dataset: &Path) {
    let reports: Vec<ReportRow> = rows(dataset);
    let mut texts: BTreeMap<String, Vec<char>> = BTreeMap::new();
    for report in &reports {
        texts.insert(report.report_id.clone(), source_text(reports_folder, &report.source).chars().collect());
    }
    let facts: Vec<FactRow> = rows(dataset);
    assert!(!facts.is_empty());
    for fact in &facts {
        let text = &texts[&fact.report_id];
        let (start, end) = (usize::try_from(fact.start).unwrap(), usize::try_from(fact.end).unwrap());
        let cut: String =
            text.get(start..end).unwrap_or_else(|| panic!("{} {}: span {start}..{end}", fact.report_id, fact.fact_no)).iter().collect();
        assert_eq!(cut, fact.value_text, "{} fact {} ({} {})", fact.report_id, fact.fact_no, fact.indicator, fact.category);
        if fact.qualifier == "blank" {
            assert!(fact.value.is_none() && fact.value_text.is_empty(), "a blank cell prints nothing: {fact:?}");
        } else {
            assert!(!fact.value_text.is_empty(), "only a blank cell prints nothing: {fact:?}");
        }
        assert!(fact.quote.chars().count() <= 160, "a quote has at most 160 characters");
    }
}

#[test]
fn facts_stand_in_the_source_where_they_say() {
    assert_spans(&sample_reports(), sample_dataset());
}

#[test]
fn facts_of_shared_reports_stand_in_the_source_where_they_say() {
    for inner in ["reports", "whole/docs"] {
        let Some(reports) = shared(inner) else {
            skipped(&format!("../shared/{inner}"));
            continue;
        };
        let folder = Folder::new(&format!("shared-{}", inner.replace('/', "-")));
        assert_spans(&reports, &build(&folder, &reports, "out", &[]));
    }
}

#[test]
fn every_sample_has_an_account() {
    let documents: Vec<DocumentRow> = rows(sample_dataset());
    let mut names: Vec<String> =
        fs::read_dir(sample_reports()).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let stem = |name: &str| name.split_once('.').map_or(name, |(stem, _)| stem).to_owned();
    let mut sources: Vec<String> = documents.iter().map(|d| stem(last_part(&d.source))).collect();
    sources.sort();
    assert_eq!(sources, names.iter().map(|name| stem(name)).collect::<Vec<_>>());
}

/// 孟津区 succeeds 孟津县: its body keeps the code of the county, so that the two reports join.
#[test]
fn a_body_is_followed_over_a_change_of_code() {
    let reports: Vec<ReportRow> = rows(sample_dataset());
    let body = |name: &str| report_of(&reports, name).and_then(|r| r.body_id.clone());
    assert_eq!(body("mengjin-2015.html").as_deref(), Some("410322/government/"));
    assert_eq!(body("mengjin-2022.html"), body("mengjin-2015.html"));
}

/// What the expected answers say can be found by a reader's eye in the sample itself.
#[test]
fn expected_figures_are_printed_in_the_samples() {
    for (name, value) in expected() {
        let mut path: PathBuf = sample_reports().join(&name);
        if !path.is_file() {
            path.set_extension("ndjson");
        }
        let bytes = fs::read(&path).unwrap();
        let text =
            if name == "luzhou-2021.html" { encoding_rs::GB18030.decode(&bytes).0.into_owned() } else { String::from_utf8(bytes).unwrap() };
        let plain: String = text.replace(',', "");
        for fact in value["facts"].as_array().unwrap() {
            let Some(number) = fact["value"].as_f64() else { continue };
            // Small numbers may be Chinese numerals; zeros may be words; money and 万 are scaled.
            if number.fract() == 0.0 && (100.0..10_000.0).contains(&number) {
                assert!(plain.contains(&format!("{number}")), "{name} does not print {number} ({})", fact["indicator"]);
            }
        }
    }
}
