//! Builds after the first: what did not change is not read again, and no byte tells.

use std::fs;
use std::path::{Path, PathBuf};

use ogi::schema::DocumentRow;

use crate::corpus::{self, Plan};
use crate::program::{Folder, Run, assert_equal_bytes, build, ogi, rows};
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
    assert_equal_bytes(&out, &from_nothing);
    let run = rebuild(&input, &out, &["--full"]);
    assert_eq!(reused(&run), 0, "--full reads all: {}", run.stderr);
    assert_equal_bytes(&out, &from_nothing);
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
