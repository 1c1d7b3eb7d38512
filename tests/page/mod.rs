//! `ogi report`: one page that stands on its own and trusts no document.

use std::fs;

use serde_json::{Value, json};

use crate::program::{Folder, build, ogi, sample_dataset};

fn data(page: &str) -> Value {
    let block = page.split("id=\"data\">").nth(1).unwrap().split("</script>").next().unwrap();
    assert!(!block.contains(['<', '>', '&']), "the data end no script");
    serde_json::from_str(block).unwrap()
}

#[test]
fn the_page_holds_what_the_dataset_holds() {
    let folder = Folder::new("page");
    let out = folder.path("page.html");
    ogi(&["report", sample_dataset().to_str().unwrap(), "--out", out.to_str().unwrap()]).expect(0);
    let page = fs::read_to_string(&out).unwrap();
    let data = data(&page);
    assert_eq!(data["documents"], json!(11));
    assert_eq!(data["documents"].as_u64(), data["rejected"].as_u64().zip(data["reports"].as_u64()).map(|(a, b)| a + b));
    let bodies = data["bodies"].as_array().unwrap();
    assert!(!bodies.is_empty() && bodies.iter().all(|body| !body["source"].as_str().unwrap().is_empty()));
    assert!(bodies.iter().any(|body| !body["figures"].as_array().unwrap().is_empty()), "figures lead to their sentence");
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_hostile_title_does_no_harm() {
    let folder = Folder::new("page-hostile");
    let title = "=HYPERLINK(\"x\")</script><script>alert(1)</script>\u{202e}\u{1b}[31m合江县人民政府2022年政府信息公开工作年度报告";
    let text = "合江县人民政府2022年政府信息公开工作年度报告\n一、总体情况\n2022年，合江县人民政府主动公开政府信息120条，收到政府信息公开申请7件。\n";
    folder.write("in/hostile.ndjson", json!({"id": "</script>", "title": title, "text": text}).to_string() + "\n");
    let dataset = build(&folder, &folder.path("in"), "out", &[]);
    let out = folder.path("page.html");
    ogi(&["report", dataset.to_str().unwrap(), "--out", out.to_str().unwrap()]).expect(0);
    let page = fs::read_to_string(&out).unwrap();
    assert_eq!(page.matches("</script>").count(), 2, "of the data and of the page's own script");
    let strange = ['\u{202e}', '\u{1b}'];
    assert!(!page.contains(strange));
    data(&page);

    let summary = fs::read_to_string(dataset.join("summary/reports.csv")).unwrap();
    assert!(summary.contains("\"'=HYPERLINK(") && !summary.contains(strange), "{summary}");
    for document in fs::read_dir(&dataset).unwrap().map(|entry| entry.unwrap().path()) {
        if document.extension().is_some_and(|e| e == "md" || e == "json") {
            assert!(!fs::read_to_string(&document).unwrap().contains("HYPERLINK"), "{}", document.display());
        }
    }
    folder.write("one.txt", format!("{title}\n{text}"));
    let seen = ogi(&["inspect", folder.path("one.txt").to_str().unwrap()]).expect(0).stdout;
    assert!(seen.contains("HYPERLINK") && !seen.contains(strange), "{seen}");
}

#[test]
fn what_is_no_dataset_is_told() {
    let folder = Folder::new("page-none");
    let run = ogi(&["report", folder.path("").to_str().unwrap(), "--out", folder.path("page.html").to_str().unwrap()]).expect(3);
    assert!(run.stderr.contains("is no dataset of ogi"), "{}", run.stderr);
    assert!(!folder.path("page.html").exists());
}
