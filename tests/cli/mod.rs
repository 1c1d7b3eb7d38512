//! Arguments, streams and exit status.

use serde_json::{Value, json};

use crate::corpus::{self, Edition, Layout, Plan};
use crate::program::{Folder, ogi, ogi_with, sample_reports};

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [&["nothing"][..], &["build"], &["build", "--out"], &["extract", "--format", "xml"], &["text"], &[]] {
        let run = ogi(arguments).expect(2);
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_and_version_are_data() {
    let help = ogi(&["--help"]).expect(0);
    for word in ["extract", "identify", "text", "codebook", "build"] {
        assert!(help.stdout.contains(word), "the help names {word}");
    }
    let version = ogi(&["--version"]).expect(0);
    assert_eq!(version.stdout.trim(), format!("ogi {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_missing_file_ends_with_3_and_is_named() {
    let run = ogi(&["text", "no-such-file.txt"]).expect(3);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("no-such-file.txt"), "{}", run.stderr);
}

#[test]
fn an_unreadable_line_is_named_and_the_run_goes_on() {
    let good = json!({"id": "b", "title": "沈河区2016年政府信息公开工作年度报告", "url": "", "context": ""});
    let run = ogi_with(&["identify", "--format", "ndjson"], &format!("no json\n{good}\n")).expect(3);
    let lines: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["id"], "b");
    assert!(run.stderr.contains("line 1"), "{}", run.stderr);
}

#[test]
fn identify_answers_each_line_with_all_fields() {
    let page =
        json!({"id": 7, "title": "郑州市上街区人民政府2020年政府信息公开工作年度报告", "url": "", "context": "发布日期：2021-01-15"});
    let run = ogi_with(&["identify"], &format!("{page}\n")).expect(0);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer["id"], 7);
    for field in [
        "is_annual_report",
        "year",
        "org",
        "org_kind",
        "body_id",
        "region_code",
        "region_name",
        "province",
        "city",
        "county",
        "township",
        "published",
        "evidence",
    ] {
        assert!(answer.get(field).is_some(), "the answer has {field}: {answer}");
    }
    assert_eq!(answer["is_annual_report"], true);
    assert_eq!(answer["year"], 2020);
    assert_eq!(answer["region_code"], "410106");
    assert_eq!(answer["published"], "2021-01-15");
}

#[test]
fn extract_writes_a_row_of_facts_a_line() {
    let report = corpus::report(&Plan::random(5).edition(Edition::F2021).layout(Layout::Pipes));
    let text = String::from_utf8(report.bytes).unwrap();
    let input = format!("{}\n{}\n", json!({"id": "x", "text": text}), json!({"text": "全年收到政府信息公开申请12件。"}));
    let run = ogi_with(&["extract"], &input).expect(0);
    let lines: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().filter(|line| line["id"] == "x").count() > 180, "the form of 2021 has more than 180 cells");
    // A line without an id has its number; nothing is refused for what it is.
    let plain: Vec<&Value> = lines.iter().filter(|line| line["id"] == 2).collect();
    assert!(plain.iter().any(|line| line["indicator"] == "applications.received" && line["value"].as_f64() == Some(12.0)), "{plain:?}");
}

#[test]
fn extract_takes_files_and_folders() {
    let run = ogi(&["extract", sample_reports().to_str().unwrap()]).expect(0);
    assert!(run.stdout.lines().count() > 1_000);
    let first: Value = serde_json::from_str(run.stdout.lines().next().unwrap()).unwrap();
    assert!(first["indicator"].is_string());
}

#[test]
fn text_is_the_source_text() {
    let folder = Folder::new("text");
    let plain = "　　一、总体情况\n全年公开12条。\n";
    let with_mark = folder.write("a.txt", format!("\u{feff}{plain}"));
    assert_eq!(ogi(&["text", with_mark.to_str().unwrap()]).expect(0).stdout, plain);
    let gbk = folder.write("b.txt", encoding_rs::GB18030.encode(plain).0);
    assert_eq!(ogi(&["text", gbk.to_str().unwrap()]).expect(0).stdout, plain);
    let page = folder
        .write("c.html", "<!DOCTYPE html><html><body><p>一&nbsp;&amp;</p><table><tr><td>甲</td><td>1</td></tr></table></body></html>");
    let text = ogi(&["text", page.to_str().unwrap()]).expect(0).stdout;
    assert!(text.contains("甲\t1"), "cells are set apart by a tab: {text:?}");
    assert!(text.contains('&') && !text.contains("&amp;"), "entities are resolved: {text:?}");
}

#[test]
fn a_reader_that_closes_early_is_no_failure_of_ours() {
    // `ogi codebook | head -1`
    let mut child = crate::program::command(&["codebook", "--format", "ndjson"]).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!words.contains("panicked"), "{words}");
}

#[test]
fn shells_complete_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let script = ogi(&["completions", shell]).expect(0).stdout;
        for command in ["build", "verify", "diff", "inspect"] {
            assert!(script.contains(command), "{shell} completes {command}");
        }
    }
}
