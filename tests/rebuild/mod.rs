//! Builds after the first: what did not change is not read again, and no byte tells.

use std::fs;
use std::path::{Path, PathBuf};

use ogi::schema::{AggregateRow, ChangeRow, DocumentRow, FactRow, FindingRow, ReportRow, Row as _};

use crate::corpus::{self, Plan};
use crate::program::{Folder, Run, assert_equal_bytes, build, files, ogi, repository, rows, sample_dataset, sample_reports};
use crate::scaled;

fn rebuild(input: &Path, out: &Path, more: &[&str]) -> Run {
    let mut arguments = vec!["build", input.to_str().unwrap(), "--out", out.to_str().unwrap()];
    arguments.extend(more);
    ogi(&arguments).expect(0)
}

/// Documents that a build did not read, from its summary.
fn reused(run: &Run) -> usize {
    let line = run.stderr.lines().find(|line| line.contains("did not change"));
    line.map_or(0, |line| line.split_whitespace().next().unwrap().parse().unwrap())
}

/// A folder of generated reports, with guides among them and a container.
fn generated(folder: &Folder, count: u64) -> PathBuf {
    let mut lines = String::new();
    for seed in 0..count {
        let report = if seed % 9 == 8 { corpus::guide(seed) } else { corpus::report(&Plan::random(seed)) };
        match String::from_utf8(report.bytes.clone()) {
            Ok(text) if seed % 5 == 4 => {
                let line = serde_json::json!({"id": seed, "text": text, "title": format!("document {seed}")});
                lines.push_str(&format!("{line}\n"));
            }
            _ => drop(folder.write(&format!("in/{}/{}", seed % 3, report.name), &report.bytes)),
        }
    }
    folder.write("in/records.ndjson", lines);
    folder.path("in")
}

/// Fails unless two builds are equal in every byte of every file but `changes`, which tells of the build before.
fn assert_equal_datasets(one: &Path, other: &Path) {
    let [one, other] = [one, other].map(|dataset| {
        let mut files = files(dataset);
        files.retain(|(name, _)| name != "changes.parquet");
        files
    });
    assert_eq!(one.len(), other.len());
    for ((name, a), (other, b)) in one.iter().zip(&other) {
        assert_eq!(name, other);
        assert!(a == b, "{name} differs");
    }
}

fn some_files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn only_what_changed_is_read_again_and_no_byte_tells() {
    let folder = Folder::new("incremental");
    let input = generated(&folder, scaled(60));
    let out = build(&folder, &input, "out", &[]);
    let documents = rows::<DocumentRow>(&out).len();

    let files = some_files(&input.join("0"));
    // Renamed, removed, changed, new, and a record of a container.
    fs::rename(&files[0], input.join("renamed.txt")).unwrap();
    fs::remove_file(&files[1]).unwrap();
    fs::write(&files[2], corpus::report(&Plan::random(900_000)).bytes).unwrap();
    folder.write("in/new.txt", corpus::report(&Plan::random(900_001)).bytes);
    let records = fs::read_to_string(input.join("records.ndjson")).unwrap();
    fs::write(input.join("records.ndjson"), records.replacen("document 4", "document four", 1)).unwrap();

    let run = rebuild(&input, &out, &[]);
    assert_eq!(reused(&run), documents - 3, "all but one removed, one changed, one new title: {}", run.stderr);
    let from_nothing = build(&folder, &input, "from-nothing", &[]);
    assert_equal_datasets(&out, &from_nothing);
    let run = rebuild(&input, &out, &["--full"]);
    assert_eq!(reused(&run), 0, "--full reads all: {}", run.stderr);
    assert_equal_datasets(&out, &from_nothing);
}

#[test]
fn unchanged_inputs_keep_the_build() {
    let folder = Folder::new("unchanged");
    let input = generated(&folder, 20);
    let out = build(&folder, &input, "out", &[]);
    let (link, documents) = (fs::read_link(&out).unwrap(), rows::<DocumentRow>(&out).len());
    for _ in 0..2 {
        let run = rebuild(&input, &out, &[]);
        assert_eq!((reused(&run), fs::read_link(&out).unwrap()), (documents, link.clone()));
        assert!(run.stderr.contains("unchanged"), "{}", run.stderr);
    }
    // Another place of the same folder is the same input.
    fs::rename(&input, folder.path("moved")).unwrap();
    let run = rebuild(&folder.path("moved"), &out, &["--threads", "3"]);
    assert_eq!((reused(&run), fs::read_link(&out).unwrap()), (documents, link));
}

/// What a build keeps for the next is a help, never a need: damaged, cut or gone it costs time alone.
#[test]
fn a_damaged_store_costs_nothing_but_time() {
    let folder = Folder::new("damaged-store");
    let input = generated(&folder, 20);
    let out = build(&folder, &input, "out", &[]);
    let from_nothing = build(&folder, &input, "from-nothing", &[]);
    let kept = folder.path(".out.builds/kept");
    let whole = fs::read(&kept).unwrap();
    let mut random = fastrand::Rng::with_seed(9);
    let mut damaged: Vec<Vec<u8>> = vec![Vec::new(), whole[..whole.len() / 2].to_vec(), b"not a store".to_vec()];
    for _ in 0..4 {
        let mut bytes = whole.clone();
        bytes[random.usize(..whole.len())] ^= 1 << random.u8(..8);
        damaged.push(bytes);
    }
    for bytes in damaged {
        fs::write(&kept, bytes).unwrap();
        rebuild(&input, &out, &[]);
        assert_equal_bytes(&out, &from_nothing);
        assert!(fs::read(&kept).unwrap().len() >= whole.len(), "the next build finds a whole one");
    }
    fs::remove_file(&kept).unwrap();
    rebuild(&input, &out, &[]);
    assert_equal_bytes(&out, &from_nothing);
}

#[test]
fn the_store_does_not_grow_with_the_number_of_builds() {
    let folder = Folder::new("store-size");
    let input = generated(&folder, 20);
    let out = build(&folder, &input, "out", &[]);
    let kept = folder.path(".out.builds/kept");
    let first = fs::metadata(&kept).unwrap().len();
    for seed in 0..4 {
        folder.write("in/changing.txt", corpus::report(&Plan::random(700 + seed)).bytes);
        rebuild(&input, &out, &[]);
    }
    fs::remove_file(input.join("changing.txt")).unwrap();
    rebuild(&input, &out, &[]);
    assert_eq!(fs::metadata(&kept).unwrap().len(), first, "results of documents that are gone are not kept");
}

/// What a reader of `changes` sees: figures of a body and year that differ, whatever became of the page.
#[test]
fn changes_tell_what_differs_from_the_build_before() {
    let folder = Folder::new("changes");
    let write = |name: &str, place: &str, cases: u32, more: &str| {
        let text = format!("{place}2016年政府信息公开工作年度报告\n全年共收到政府信息公开申请{cases}件。{more}\n");
        folder.write(&format!("in/{name}"), text);
    };
    write("a.txt", "武江区龙归镇", 29, "");
    write("b.txt", "武江区江湾镇", 7, "");
    write("c.txt", "武江区重阳镇", 5, "");
    let input = folder.path("in");
    let out = build(&folder, &input, "out", &[]);
    assert!(!out.join("changes.parquet").exists(), "a first build has nothing to differ from");

    // Another figure in another layout, under another name; one gone, one new.
    write("renamed.txt", "武江区龙归镇", 31, "特此报告。");
    fs::remove_file(input.join("a.txt")).unwrap();
    fs::remove_file(input.join("b.txt")).unwrap();
    write("d.txt", "武江区西联镇", 3, "");
    let before = fs::canonicalize(&out).unwrap();
    rebuild(&input, &out, &[]);
    let changes: Vec<ChangeRow> = rows(&out);
    let fact: Vec<&ChangeRow> = changes.iter().filter(|c| c.table == "facts").collect();
    assert!(fact.iter().all(|c| c.key.starts_with("440203/township/龙归镇;2016;")), "only a body and year of both builds: {fact:?}");
    let told = |column: &str| fact.iter().find(|c| c.column == column && c.key.contains(";;applications.received;;;;year"));
    let value = told("value").expect("the figure differs");
    assert_eq!((value.change.as_str(), value.old.as_deref(), value.new.as_deref()), ("changed", Some("29.0"), Some("31.0")));
    assert!(told("value_text").is_some());
    let of = |table: &str, change: &str| changes.iter().filter(|c| c.table == table && c.change == change).count();
    assert_eq!((of("reports", "added"), of("reports", "removed")), (1, 1));
    assert_eq!((of("documents", "added"), of("documents", "removed"), of("documents", "changed")), (2, 2, 0));
    assert!(changes.is_sorted_by_key(|c| (c.table.clone(), c.key.clone(), c.column.clone())));

    // The same from outside, both ways, and nothing between a build and itself.
    let run = |old: &Path, new: &Path, format: &str| {
        ogi(&["diff", old.to_str().unwrap(), new.to_str().unwrap(), "--format", format]).expect(0).stdout
    };
    let lines = run(&before, &out, "ndjson");
    let read: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read.len(), changes.len());
    for (line, row) in read.iter().zip(&changes) {
        assert_eq!(line.as_object().unwrap(), &row.json());
    }
    let text = run(&out, &before, "text");
    assert!(text.contains("applications.received;;;;year: value 31.0 -> 29.0"), "{text}");
    assert_eq!(run(&out, &out, "text"), "no changes\n");

    // Back again: the build of that name is there already, and now tells of what it replaced.
    let removed = fs::read(out.join("changes.parquet")).unwrap();
    fs::remove_file(input.join("renamed.txt")).unwrap();
    fs::remove_file(input.join("d.txt")).unwrap();
    write("a.txt", "武江区龙归镇", 29, "");
    write("b.txt", "武江区江湾镇", 7, "");
    rebuild(&input, &out, &[]);
    assert_eq!(fs::canonicalize(&out).unwrap(), before);
    let back: Vec<ChangeRow> = rows(&out);
    assert!(back.iter().any(|c| c.new.as_deref() == Some("29.0") && c.old.as_deref() == Some("31.0")), "{back:?}");
    // Unchanged, it goes on telling what it replaced.
    let kept = fs::read(out.join("changes.parquet")).unwrap();
    rebuild(&input, &out, &[]);
    assert_eq!(fs::read(out.join("changes.parquet")).unwrap(), kept);
    assert_ne!(kept, removed);
    ogi(&["verify", out.to_str().unwrap(), "--inputs", input.to_str().unwrap()]).expect(0);
}

/// The example of the repository, on the sample reports.
#[test]
fn declared_corrections_are_applied_and_marked() {
    let folder = Folder::new("corrections");
    let file = repository().join("data/sample/corrections.csv");
    let more = ["--corrections", file.to_str().unwrap()];
    let out = build(&folder, &sample_reports(), "out", &more);
    let luzhou = "da99276f8ae0b9baa60b";
    let [before, after] = [sample_dataset(), &out].map(|dataset| {
        let mut facts: Vec<FactRow> = rows(dataset);
        facts.retain(|fact| fact.report_id == luzhou);
        facts
    });
    assert_eq!(before.len(), after.len());
    for (old, new) in before.iter().zip(&after) {
        assert_eq!((&old.value_text, old.start, old.end), (&new.value_text, new.start, new.end), "what is printed stays");
        match new.indicator.as_str() {
            "meetings.held" => {
                assert_eq!((new.value, new.qualifier.as_str(), new.counted), (Some(5.0), "exact", true));
                assert!(new.correction.as_ref().is_some_and(|mark| mark.starts_with("fixed from 6: ") && mark.contains("(Example")));
            }
            "organisation.reading_points" => {
                assert_eq!((new.value, new.qualifier.as_str()), (None, "unreadable"));
                assert!(new.correction.as_ref().is_some_and(|mark| mark.starts_with("suppressed 8: ")));
            }
            _ => assert_eq!(old, new, "nothing else is touched"),
        }
    }
    let findings: Vec<FindingRow> = rows(&out);
    let finding = findings.iter().find(|f| f.check == "applications.denied.reasons_sum").unwrap();
    assert_eq!(finding.severity, "note");
    assert!(finding.correction.is_some());
    let reports: Vec<ReportRow> = rows(&out);
    let report = reports.iter().find(|report| report.report_id == "8e069c0fdccc5cb124a8").unwrap();
    assert_eq!(report.published.and_then(|day| day.date()).map(|date| date.to_string()).as_deref(), Some("2017-03-31"));
    assert!(report.correction.as_ref().is_some_and(|mark| mark.starts_with("published fixed from nothing: ")));
    let sum = |dataset: &Path| {
        let rows: Vec<AggregateRow> = rows(dataset);
        rows.into_iter().find(|a| a.basis == "own" && a.year == 2010 && a.indicator == "meetings.held").and_then(|a| a.sum)
    };
    assert_eq!((sum(sample_dataset()), sum(&out)), (Some(6.0), Some(5.0)), "corrected figures are summed");
    ogi(&["verify", out.to_str().unwrap(), "--inputs", sample_reports().to_str().unwrap()]).expect(0);

    // Without the file again: no result of a corrected report was kept for later.
    rebuild(&sample_reports(), &out, &[]);
    assert_equal_datasets(&out, sample_dataset());
    rebuild(&sample_reports(), &out, &more);
    let again: Vec<FactRow> = rows(&out);
    assert!(again.iter().any(|fact| fact.correction.is_some()));
}

/// What is found between two reports is corrected as what is found in one.
#[test]
fn a_finding_between_two_reports_can_be_suppressed() {
    let folder = Folder::new("corrections-between");
    for (year, figures) in [(2020, "结转下年度继续办理4件"), (2021, "上年结转政府信息公开申请3件")] {
        let text = format!("泸县人民政府{year}年政府信息公开工作年度报告\n一、总体情况\n{year}年，新收政府信息公开申请9件，{figures}。\n");
        folder.write(&format!("in/{year}.txt"), text);
    }
    let input = folder.path("in");
    let out = build(&folder, &input, "out", &[]);
    let check = "across.carried_in";
    let found = |out: &Path| rows::<FindingRow>(out).into_iter().find(|finding| finding.check == check).unwrap();
    let before = found(&out);
    assert_eq!(before.severity, "warning");
    let corrected = |severity: &str| {
        let head = "table,report_id,check,action,expect,value,reason,by";
        let line = format!("findings,{},{check},suppress,{severity},,the office moved in the year,b", before.report_id);
        let file = folder.write("corrections.csv", format!("{head}\n{line}\n"));
        ogi(&["build", input.to_str().unwrap(), "--out", out.to_str().unwrap(), "--corrections", file.to_str().unwrap()])
    };
    let failed = corrected("error").expect(1);
    assert!(failed.stderr.contains("line 2: across.carried_in of") && failed.stderr.contains("is warning"), "{}", failed.stderr);
    assert_eq!(found(&out), before, "the dataset is as it was");
    corrected("warning").expect(0);
    let after = found(&out);
    assert_eq!((after.severity.as_str(), after.other_report_id), ("note", before.other_report_id));
    assert!(after.correction.is_some_and(|mark| mark.starts_with("suppressed warning: the office moved")));
}

#[test]
fn corrections_that_do_not_fit_fail_loudly() {
    let folder = Folder::new("corrections-fail");
    let out = build(&folder, &sample_reports(), "out", &[]);
    let link = fs::read_link(&out).unwrap();
    let head = "table,report_id,indicator,check,column,action,expect,value,reason,by";
    let run = |lines: &[&str]| {
        let file = folder.write("corrections.csv", format!("{head}\n{}\n", lines.join("\n")));
        ogi(&["build", sample_reports().to_str().unwrap(), "--out", out.to_str().unwrap(), "--corrections", file.to_str().unwrap()])
    };
    let failed = run(&[
        "facts,da99276f8ae0b9baa60b,meetings.held,,,fix,7,5,r,b",
        "facts,da99276f8ae0b9baa60b,meetings.held,,,fix,6,5,r,b",
        "facts,0000000000000000000a,meetings.held,,,fix,6,5,r,b",
        "reports,da99276f8ae0b9baa60b,,,year,fix,2011,2012,r,b",
        "findings,da99276f8ae0b9baa60b,,no.such.check,,suppress,error,,r,b",
        "facts,da99276f8ae0b9baa60b,litigation.lost,,,suppress,1,,r,b",
    ]);
    // An unknown code is a mistake of the file, told before anything is read.
    assert_eq!(failed.status, Some(3), "{}", failed.stderr);
    assert!(failed.stderr.contains("line 7") && failed.stderr.contains("litigation.lost"), "{}", failed.stderr);
    let failed = run(&[
        "facts,da99276f8ae0b9baa60b,meetings.held,,,fix,7,5,r,b",
        "facts,da99276f8ae0b9baa60b,meetings.held,,,fix,6,5,r,b",
        "facts,0000000000000000000a,meetings.held,,,fix,6,5,r,b",
        "reports,da99276f8ae0b9baa60b,,,year,fix,2011,2012,r,b",
        "findings,da99276f8ae0b9baa60b,,no.such.check,,suppress,error,,r,b",
    ])
    .expect(1);
    for (line, told) in [(2, "is 6, where 7 is expected"), (4, "no document is the report"), (5, "is 2010"), (6, "is not there")] {
        let words = failed.stderr.lines().find(|text| text.contains(&format!("line {line}:")));
        assert!(words.is_some_and(|words| words.contains(told)), "line {line}: {}", failed.stderr);
    }
    assert!(!failed.stderr.contains("line 3:"), "what fits is no failure: {}", failed.stderr);
    for line in ["facts,x,meetings.held,,,fix,6,5,,b", "reports,x,,,facts,fix,6,5,r,b", "facts,x,meetings.held,,,fix,6,many,r,b", "facts,x"]
    {
        let failed = run(&[line]).expect(3);
        assert!(failed.stderr.contains("line 2"), "{line}: {}", failed.stderr);
    }
    assert_eq!(fs::read_link(&out).unwrap(), link, "the dataset is as it was");
}
