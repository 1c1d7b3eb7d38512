//! Cases as data, one a line of `tests/cases/*.jsonl`: what a reader would take from a few words.
//!
//! `prose.jsonl`: `text` (and `year`), `facts`, `allowed`; `identify.jsonl`: `title`, `url`, `context`,
//! `expect`; `repair.jsonl`: `source`, `repaired`. A case that fails names its `id`.

use std::fs;

use ogi::read::Hints;
use serde_json::{Value, json};

use crate::program::{ogi_with, repository};
use crate::stages::{is_core, same};

fn cases(name: &str) -> Vec<Value> {
    let path = repository().join("tests/cases").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases: Vec<Value> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| serde_json::from_str(line).unwrap_or_else(|error| panic!("{name} line {}: {error}", at + 1)))
        .collect();
    assert!(!cases.is_empty(), "{name} holds cases");
    cases
}

fn answers(command: &str, inputs: impl Iterator<Item = Value>) -> Vec<Value> {
    let input: String = inputs.map(|value| format!("{value}\n")).collect();
    ogi_with(&[command, "--format", "ndjson"], &input).expect(0).stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn prose() {
    let cases = cases("prose.jsonl");
    let inputs = cases.iter().enumerate().map(|(at, case)| json!({"id": at, "title": case["title"], "text": case["text"]}));
    let answers = answers("extract", inputs);
    let mut wrong = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let mut have: Vec<&Value> = answers
            .iter()
            .filter(|fact| fact["id"] == at && fact["selected"] != false && fact["subject"] == "" && !fact["value"].is_null())
            .collect();
        let mut differ = Vec::new();
        for want in case["facts"].as_array().unwrap() {
            let is_it = |fact: &&Value| {
                ["indicator", "dimension", "category"].iter().all(|field| fact[*field] == want[*field])
                    && same(fact["value"].as_f64(), want["value"].as_f64())
                    && want.get("qualifier").is_none_or(|qualifier| fact["qualifier"] == *qualifier)
                    && fact["period"] == want.get("period").cloned().unwrap_or_else(|| json!("year"))
            };
            match have.iter().position(is_it) {
                Some(found) => drop(have.remove(found)),
                None => differ.push(format!("missed {want}")),
            }
        }
        let allowed = case.get("allowed").and_then(Value::as_array).cloned().unwrap_or_default();
        for fact in have {
            let fits = |rule: &Value| {
                rule.as_object().unwrap().iter().all(|(field, value)| {
                    if field == "value" { same(value.as_f64(), fact["value"].as_f64()) } else { fact[field] == *value }
                })
            };
            if is_core(fact["indicator"].as_str().unwrap()) && !allowed.iter().any(fits) && fact["period"] != "part_year" {
                differ.push(format!("false {} {} {} = {}", fact["indicator"], fact["category"], fact["period"], fact["value"]));
            }
        }
        if !differ.is_empty() {
            wrong.push(format!("{}: {}\n    {}", case["id"], case["text"], differ.join("\n    ")));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn identify() {
    let cases = cases("identify.jsonl");
    let inputs = cases.iter().map(|case| json!({"id": case["id"], "title": case["title"], "url": case["url"], "context": case["context"]}));
    let answers = answers("identify", inputs);
    assert_eq!(answers.len(), cases.len());
    let mut wrong = Vec::new();
    for (case, answer) in cases.iter().zip(&answers) {
        let differ: Vec<String> = case["expect"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(field, want)| answer[field.as_str()] != **want)
            .map(|(field, want)| format!("{field}: {}, not {want}", answer[field.as_str()]))
            .collect();
        if !differ.is_empty() {
            wrong.push(format!("{} {}: {}", case["id"], case["title"], differ.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn repair() {
    let mut wrong = Vec::new();
    let cases = cases("repair.jsonl");
    for case in &cases {
        let source = case["source"].as_str().unwrap();
        let document = ogi::read::from_text(source, &Hints::default()).unwrap();
        let clean = ogi::repair::repair(&document);
        if clean.text() != case["repaired"].as_str().unwrap() {
            wrong.push(format!("{}: {source:?} became {:?}, not {}", case["id"], clean.text(), case["repaired"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
