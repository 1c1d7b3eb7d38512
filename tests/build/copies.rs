//! One report in several documents, and several reports in one.

use std::collections::BTreeSet;

use ogi::schema::{DocumentRow, FactRow, FindingRow, ReportRow};

use crate::corpus::{self, BODIES, Edition, Layout, Plan};
use crate::program::{Folder, build, ogi, rows};
use crate::scaled;

/// The report of a body's government for a year.
fn plan(seed: u64, body: usize, year: i16) -> Plan {
    let mut plan = Plan::random(seed).edition(Edition::F2021).layout(Layout::Pipes);
    (plan.year, plan.body, plan.department, plan.zeros) = (year, &BODIES[body], None, 0.2);
    plan
}

fn text(plan: &Plan) -> String {
    String::from_utf8(corpus::report(plan).bytes).unwrap()
}

#[test]
fn a_report_at_several_addresses_and_in_several_formats_counts_once() {
    for seed in 0..scaled(2) {
        let folder = Folder::new("addresses");
        let plan = plan(seed, 0, 2022);
        let page = text(&plan);
        let said = corpus::content(&plan);
        folder.write("in/a.txt", &page);
        folder.write("in/elsewhere/a.txt", &page);
        folder.write("in/mirror.txt", format!("聚富娱乐官网首页\n{page}\n更多精彩请看\n"));
        folder.write("in/a.html", corpus::report(&plan.clone().layout(Layout::Html)).bytes);
        folder.write("in/a.docx", said.docx());
        folder.write("in/a.pdf", said.pdf());
        let line = |url: &str| serde_json::json!({"title": said.title, "url": url, "text": page}).to_string();
        let lines = ["http://www.a.gov.cn/nb/1.html", "http://xxgk.a.gov.cn/2.html"].map(line).join("\n");
        folder.write("in/crawl.ndjson", lines);
        let out = build(&folder, &folder.path("in"), "out", &[]);

        let documents: Vec<DocumentRow> = rows(&out);
        let of = |source: &str| documents.iter().find(|d| d.source == source).and_then(|d| d.report_id.clone());
        assert_eq!(of("a.txt"), of("elsewhere/a.txt"), "equal bytes are one report");
        let reports: Vec<ReportRow> = rows(&out);
        assert_eq!((documents.len(), reports.len()), (8, 7));
        let counting: Vec<&ReportRow> = reports.iter().filter(|r| r.selected).collect();
        assert_eq!(counting.len(), 1, "seed {seed}");
        for copy in reports.iter().filter(|r| !r.selected) {
            assert_eq!(copy.duplicate_of.as_ref(), Some(&counting[0].report_id), "seed {seed}: {} repeats no other", copy.source);
        }
        assert!(rows::<FactRow>(&out).iter().all(|f| !f.counted || f.report_id == counting[0].report_id));
    }
}

#[test]
fn a_corrected_reissue_counts_in_place_of_what_it_corrects() {
    let folder = Folder::new("reissue");
    let plan = plan(3, 1, 2022);
    let (report, page) = (corpus::report(&plan), text(&plan));
    let values = report.facts.iter().filter_map(|fact| fact.value).filter(|value| *value >= 100.0 && value.fract() == 0.0);
    let mut once = values.filter(|value| page.matches(&value.to_string()).count() == 1);
    let wrong = once.next().expect("a figure that stands once");
    let corrected = page.replace(&wrong.to_string(), &(wrong + 1.0).to_string()).replace(&report.identity.published, "2023-06-30");
    assert_ne!(page.replace(&report.identity.published, "2023-06-30"), page, "the page has its date");
    folder.write("in/first.txt", &page);
    folder.write("in/again.txt", &corrected);
    folder.write("in/again/mirror.txt", format!("首页\n{corrected}"));
    let out = build(&folder, &folder.path("in"), "out", &[]);

    let reports: Vec<ReportRow> = rows(&out);
    let of = |source: &str| reports.iter().find(|r| r.source == source).expect("a report");
    let (first, again, mirror) = (of("first.txt"), of("again.txt"), of("again/mirror.txt"));
    let selected = if again.selected { again } else { mirror };
    assert!(selected.selected && !first.selected);
    assert_eq!(first.duplicate_of, None, "what it says is another figure");
    let copy = if again.selected { mirror } else { again };
    assert_eq!(copy.duplicate_of.as_ref(), Some(&selected.report_id));
    let versions: Vec<FindingRow> = rows::<FindingRow>(&out).into_iter().filter(|f| f.check == "report.version").collect();
    let told: Vec<_> = versions.iter().map(|f| (f.report_id.as_str(), f.other_report_id.as_deref())).collect();
    assert_eq!(told, [(first.report_id.as_str(), Some(selected.report_id.as_str()))]);
}

type Said = BTreeSet<(Option<String>, Option<i16>, String, String, String, String, String)>;

/// What the selected figures of a dataset say, and of whom.
fn said(out: &std::path::Path) -> Said {
    let facts = rows::<FactRow>(out).into_iter().filter(|fact| fact.counted);
    let value = |fact: &FactRow| format!("{:?}", fact.value);
    facts
        .map(|f| (f.body_id.clone(), f.year, f.indicator.clone(), f.dimension.clone(), f.category.clone(), f.applicant.clone(), value(&f)))
        .collect()
}

#[test]
fn reports_one_after_the_other_in_a_document_are_reports_of_their_own() {
    let folder = Folder::new("several");
    let plans = [plan(5, 2, 2021), plan(6, 2, 2022), plan(7, 3, 2022)];
    for (at, plan) in plans.iter().enumerate() {
        folder.write(&format!("each/{at}.txt"), text(plan));
    }
    folder.write("in/all.txt", plans.each_ref().map(text).concat());
    // The same page twice is one report.
    folder.write("in/twice.txt", text(&plan(8, 4, 2022)).repeat(2));
    folder.write("each/twice.txt", text(&plan(8, 4, 2022)).repeat(2));
    let each = build(&folder, &folder.path("each"), "of-each", &[]);
    let out = build(&folder, &folder.path("in"), "out", &[]);

    let documents: Vec<DocumentRow> = rows(&out);
    assert_eq!(documents.len(), 2);
    let first = documents.iter().find(|d| d.source == "all.txt").and_then(|d| d.report_id.clone()).expect("a report");
    let mut ids: Vec<String> = rows::<ReportRow>(&out).into_iter().filter(|r| r.source == "all.txt").map(|r| r.report_id).collect();
    ids.sort_unstable();
    assert_eq!(ids, [first.clone(), format!("{first}-2"), format!("{first}-3")]);
    assert_eq!(said(&out), said(&each));
    let whole: i32 = rows::<ReportRow>(&out).iter().filter(|r| r.source == "all.txt").map(|r| r.characters).sum();
    assert_eq!(whole as usize, plans.iter().map(|plan| text(plan).chars().count()).sum::<usize>());

    // Every fact stands in the source where its report says, and a second build takes all from the first.
    let inputs = folder.path("in");
    ogi(&["verify", out.to_str().unwrap(), "--inputs", inputs.to_str().unwrap()]).expect(0);
    let again = build(&folder, &inputs, "out", &[]);
    assert_eq!(said(&again), said(&each));
}
