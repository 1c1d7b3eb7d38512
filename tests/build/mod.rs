//! The dataset as a whole: accounts, repeatability, refusals, interruption.

mod copies;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use ogi::schema::{DocumentRow, FactRow, RejectRow, ReportRow};

use crate::corpus::{self, Plan};
use crate::program::{Folder, assert_equal_bytes, build, command, files, ogi, rows, sample_dataset, sample_reports};
use crate::scaled;

/// A folder of generated documents, one in ten of them no report, and copies of one.
fn generated(folder: &Folder, count: u64) -> PathBuf {
    for seed in 0..count {
        let report = if seed % 10 == 9 { corpus::guide(seed) } else { corpus::report(&Plan::random(seed)) };
        folder.write(&format!("in/{}/{}", seed % 7, report.name), &report.bytes);
    }
    let copy = corpus::report(&Plan::random(0));
    folder.write("in/copy/a.txt", &copy.bytes);
    folder.path("in")
}

#[test]
fn documents_are_reports_plus_rejects() {
    let folder = Folder::new("accounts");
    let input = generated(&folder, 60);
    folder.write("in/empty.txt", "");
    folder.write("in/blank.html", "<html><body> </body></html>");
    folder.write("in/picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0");
    folder.write("in/broken.ndjson", "{\"id\": \"a\", \"text\": \"没有说完");
    let out = build(&folder, &input, "out", &[]);
    let documents: Vec<DocumentRow> = rows(&out);
    let reports: Vec<ReportRow> = rows(&out);
    let rejects: Vec<RejectRow> = rows(&out);
    let inputs = files(&input).len();
    assert_eq!(documents.len(), inputs, "each input document has one row");
    assert_eq!(documents.iter().filter(|d| d.outcome == "reject").count(), rejects.len());
    let read: Vec<&DocumentRow> = documents.iter().filter(|d| d.outcome == "report").collect();
    assert_eq!(read.len() + rejects.len(), documents.len());
    for document in read {
        let id = document.report_id.as_ref().expect("a document read as a report names it");
        assert!(reports.iter().any(|r| r.report_id == *id));
    }
    assert!(reports.len() < documents.len() - rejects.len(), "a copy makes no second report");
    for name in ["empty.txt", "blank.html", "picture.png", "broken.ndjson"] {
        assert!(rejects.iter().any(|r| r.source == name && !r.message.is_empty()), "{name} is rejected with a reason");
    }
}

#[test]
fn counted_rows_are_unique_and_belong_to_selected_reports() {
    let folder = Folder::new("counted");
    let out = build(&folder, &generated(&folder, 80), "out", &[]);
    let reports: Vec<ReportRow> = rows(&out);
    let mut keys = std::collections::BTreeSet::new();
    let mut bodies = std::collections::BTreeSet::new();
    for report in reports.iter().filter(|r| r.selected) {
        if let (Some(body), Some(year)) = (&report.body_id, report.year) {
            assert!(bodies.insert((body.clone(), year)), "two selected reports of {body} for {year}");
        }
    }
    for fact in rows::<FactRow>(&out).into_iter().filter(|f| f.selected) {
        let report = reports.iter().find(|r| r.report_id == fact.report_id).expect("a fact has its report");
        let key =
            (fact.report_id.clone(), fact.subject.clone(), fact.indicator, fact.dimension, fact.category, fact.applicant, fact.period);
        assert!(keys.insert(key.clone()), "two selected figures of {key:?}");
        assert_eq!(fact.counted, report.selected && fact.subject.is_empty() && fact.body_id.is_some());
    }
}

#[test]
fn a_second_build_has_equal_bytes() {
    let folder = Folder::new("twice");
    let again = build(&folder, &sample_reports(), "out", &[]);
    assert_equal_bytes(sample_dataset(), &again);
    // Into the same place: still one dataset, and a link as before.
    build(&folder, &sample_reports(), "out", &[]);
    assert!(again.symlink_metadata().unwrap().is_symlink());
    assert_equal_bytes(sample_dataset(), &again);
}

#[test]
fn order_and_threads_change_no_byte() {
    let folder = Folder::new("order");
    let input = generated(&folder, scaled(150));
    let one = build(&folder, &input, "one", &["--threads", "1"]);
    let four = build(&folder, &input, "four", &["--threads", "4"]);
    assert_equal_bytes(&one, &four);

    // The same folders as INPUTs, in two orders. Sources are prefixed by the INPUT, so that these two compare.
    let mut parts: Vec<PathBuf> = fs::read_dir(&input).unwrap().map(|entry| entry.unwrap().path()).collect();
    parts.sort();
    let run = |parts: &[PathBuf], out: &str, threads: &str| {
        let out = folder.path(out);
        let mut arguments = vec!["build"];
        arguments.extend(parts.iter().map(|part| part.to_str().unwrap()));
        arguments.extend(["--out", out.to_str().unwrap(), "--threads", threads]);
        ogi(&arguments).expect(0);
        out
    };
    let forward = run(&parts, "forward", "1");
    fastrand::Rng::with_seed(7).shuffle(&mut parts);
    assert_equal_bytes(&forward, &run(&parts, "shuffled", "4"));
}

#[test]
fn locale_and_time_zone_change_no_byte() {
    let folder = Folder::new("locale");
    let (input, out) = (sample_reports(), folder.path("out"));
    let status = command(&["build", input.to_str().unwrap(), "--out", out.to_str().unwrap()])
        .env("TZ", "Pacific/Kiritimati")
        .env("LC_ALL", "zh_CN.GB18030")
        .output()
        .unwrap()
        .status;
    assert!(status.success());
    assert_equal_bytes(sample_dataset(), &out);
}

#[test]
fn an_empty_folder_makes_an_empty_dataset() {
    let folder = Folder::new("empty");
    fs::create_dir_all(folder.path("in")).unwrap();
    let out = build(&folder, &folder.path("in"), "out", &[]);
    assert!(rows::<DocumentRow>(&out).is_empty());
    assert!(rows::<FactRow>(&out).is_empty());
}

#[test]
fn an_unreadable_document_is_rejected_and_the_build_goes_on() {
    let folder = Folder::new("unreadable");
    folder.write("in/good.txt", corpus::report(&Plan::random(1)).bytes);
    std::os::unix::fs::symlink("nowhere", folder.path("in/dangling.txt")).unwrap();
    let out = folder.path("out");
    let run = ogi(&["build", folder.path("in").to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert!(matches!(run.status, Some(0 | 3)), "status {:?}: {}", run.status, run.stderr);
    assert_eq!(rows::<ReportRow>(&out).len(), 1);
    let rejects: Vec<RejectRow> = rows(&out);
    assert_eq!(rejects.iter().map(|r| r.source.as_str()).collect::<Vec<_>>(), ["dangling.txt"]);
}

#[test]
fn standard_output_carries_no_messages() {
    let folder = Folder::new("stdout");
    let out = folder.path("out");
    let run = ogi(&["build", sample_reports().to_str().unwrap(), "--out", out.to_str().unwrap()]).expect(0);
    assert_eq!(run.stdout, "", "a build writes data to its folder and messages to standard error");
    assert!(run.stderr.contains("11"), "the summary says how many documents there were: {}", run.stderr);
}

#[test]
fn a_missing_input_ends_with_3_and_leaves_the_dataset_alone() {
    let folder = Folder::new("missing");
    let out = build(&folder, &sample_reports(), "out", &[]);
    let before = fs::read_link(&out).unwrap();
    let run = ogi(&["build", folder.path("absent").to_str().unwrap(), "--out", out.to_str().unwrap()]).expect(3);
    assert!(run.stderr.contains("absent"), "the message names the input: {}", run.stderr);
    assert_eq!(fs::read_link(&out).unwrap(), before);
}

#[test]
fn a_folder_of_the_users_is_never_replaced() {
    let folder = Folder::new("refuse");
    let precious = folder.write("mine/notes.txt", "keep");
    let input = sample_reports();
    let run = ogi(&["build", input.to_str().unwrap(), "--out", folder.path("mine").to_str().unwrap()]);
    assert_ne!(run.status, Some(0));
    assert_eq!(fs::read_to_string(precious).unwrap(), "keep");
    // Inside an INPUT the dataset would be read by the next build.
    folder.write("in/a.txt", corpus::report(&Plan::random(2)).bytes);
    let inside = folder.path("in/out");
    let run = ogi(&["build", folder.path("in").to_str().unwrap(), "--out", inside.to_str().unwrap()]);
    assert_ne!(run.status, Some(0));
    assert!(!inside.exists());
}

fn running(child: &mut Child) -> bool {
    child.try_wait().unwrap().is_none()
}

fn folders(at: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(at) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// The moment is known from the build's own work: what is new beside the finished build is the folder it
/// works in, and it stands there until the build ends.
fn interrupted(signal: &str, status: i32) {
    let folder = Folder::new(&format!("interrupt-{signal}"));
    let small = folder.write("small/a.txt", corpus::report(&Plan::random(3)).bytes);
    let out = build(&folder, small.parent().unwrap(), "out", &[]);
    let (before, link) = (files(&out), fs::read_link(&out).unwrap());
    let builds = folder.path(".out.builds");
    let finished = folders(&builds).len();

    let input = generated(&folder, 1_500);
    let mut child = command(&["build", input.to_str().unwrap(), "--out", out.to_str().unwrap(), "--threads", "1"]).spawn().unwrap();
    while folders(&builds).len() <= finished {
        assert!(running(&mut child), "the build ended before it could be interrupted: {}", rest(&mut child));
        std::thread::yield_now();
    }
    let kill = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let ended = child.wait().unwrap();
    assert_eq!(ended.code(), Some(status), "{}", rest(&mut child));
    assert_eq!(fs::read_link(&out).unwrap(), link, "the link still leads to the build before");
    assert!(before == files(&out), "the dataset is as it was");

    // The lock is free, and the next build is whole.
    build(&folder, small.parent().unwrap(), "out", &[]);
    assert!(before == files(&out));
}

fn rest(child: &mut Child) -> String {
    let mut text = String::new();
    if let Some(stderr) = child.stderr.as_mut() {
        let _ = stderr.read_to_string(&mut text);
    }
    text
}

#[test]
fn ctrl_c_ends_with_130_and_the_old_dataset_in_place() {
    interrupted("INT", 130);
}

#[test]
fn sigterm_ends_with_143_and_the_old_dataset_in_place() {
    interrupted("TERM", 143);
}

/// Writes a corpus for measurements of time and memory: `OGI_TEST_SCALE` times 20 documents.
#[test]
fn a_corpus_of_any_size_can_be_written() {
    let folder = Folder::new("corpus");
    let count = scaled(20);
    let input = generated(&folder, count);
    assert_eq!(files(&input).len() as u64, count + 1);
}
