//! Sample files with a few bytes changed, for each reader: no mutant ends or hangs a worker, and none ends this
//! process. `OGI_TEST_SCALE=500` makes 10,000 of each. What once broke a reader is kept in
//! `tests/cases/crashers`.

use std::fs;
use std::time::{Duration, Instant};

use fastrand::Rng;
use ogi::read::{Hints, Reader};

use super::survive;
use crate::corpus::{self, Content, Edition, Layout, Plan, docx, workbook};
use crate::formats::{gzip, line, warc};
use crate::program::{Folder, build, repository, rows};
use crate::scaled;

/// Numbers that lengths, places and counts are compared with.
const TELLING: [u32; 9] = [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x8000_0000];

fn content(edition: Edition) -> Content {
    corpus::content(&Plan::random(4).edition(edition).layout(Layout::Html))
}

/// Changes a file in a few places: bytes, numbers, pieces left out, doubled, moved in from elsewhere.
fn mutate(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..rng.usize(1..6) {
        if out.is_empty() {
            break;
        }
        let at = rng.usize(..out.len());
        let length = rng.usize(1..=(out.len() - at).min(64));
        match rng.u8(..8) {
            0 => out[at] ^= 1 << rng.u8(..8),
            1 => out[at] = rng.u8(..),
            2 => {
                let number = TELLING[rng.usize(..TELLING.len())].to_le_bytes();
                let width = 4.min(out.len() - at);
                out[at..at + width].copy_from_slice(&number[..width]);
            }
            3 => drop(out.drain(at..at + length)),
            4 => {
                let piece = out[at..at + length].to_vec();
                let times = rng.usize(1..20);
                out.splice(at..at, piece.repeat(times));
            }
            5 => {
                let from = rng.usize(..bytes.len());
                let piece = bytes[from..(from + length).min(bytes.len())].to_vec();
                out.splice(at..at, piece);
            }
            6 => {
                // A number in digits becomes another.
                if let Some(digit) = out[at..].iter().position(u8::is_ascii_digit) {
                    let number = TELLING[rng.usize(..TELLING.len())].to_string();
                    out.splice(at + digit..=at + digit, number.into_bytes());
                }
            }
            _ => out.truncate(out.len() - length.min(out.len() - 1)),
        }
    }
    out
}

/// Reads mutants in workers, which may refuse them and must not die of them.
fn readers_survive(samples: &[Vec<u8>], pack: impl Fn(Vec<u8>) -> Vec<u8>) {
    let reader = Reader::with_workers(env!("CARGO_BIN_EXE_ogi").into(), "read-documents");
    let mut fell = Vec::new();
    for seed in 0..scaled(20) {
        let mut rng = Rng::with_seed(seed);
        let sample = &samples[rng.usize(..samples.len())];
        let mutant = pack(mutate(sample, &mut rng));
        let outcome = reader.read(&mutant, &Hints::default());
        let reason = outcome.as_ref().map_or_else(|error| error.reason(), |_| "read");
        if let Ok(document) = &outcome {
            assert!(document.blocks.iter().all(|block| document.text.get(block.span.clone()).is_some()), "seed {seed}: a span");
        }
        if matches!(reason, "crashed" | "timed_out" | "out_of_memory" | "no_worker") {
            let kept = Folder::new(&format!("mutant-{seed}")).write("mutant", &mutant);
            fell.push(format!("seed {seed}: {}, kept at {}", outcome.unwrap_err(), kept.display()));
        }
    }
    assert!(fell.is_empty(), "{}", fell.join("\n"));
}

#[test]
fn mutants_of_pdf() {
    let (old, new) = (content(Edition::F2014), content(Edition::F2021));
    readers_survive(&[old.pdf(), new.pdf(), new.pdf_without_lines()], |bytes| bytes);
}

#[test]
fn mutants_of_what_pdf_pages_draw() {
    let drawn = b"q 1 0 0 1 9 9 cm 10 700 90 20 re S BT /F1 9 Tf 1 0 0 1 12 705 Tm [<516C>-200<5F00>] TJ T* <0031> ' ET Q\n".repeat(9);
    readers_survive(&[drawn], |bytes| corpus::pdf::file(&[corpus::pdf::deflated(&bytes)], "/FlateDecode"));
}

#[test]
fn mutants_of_docx() {
    let mut samples = [content(Edition::F2014).docx(), content(Edition::F2021).docx()].map(|bytes| part(&bytes, "word/document.xml"));
    // The XML is changed inside a whole archive, or no reader would see it.
    readers_survive(&samples, |bytes| docx::archive(&[("word/document.xml", &bytes)]));
    samples = [content(Edition::F2014).docx(), content(Edition::F2021).docx()];
    readers_survive(&samples, |bytes| bytes);
}

#[test]
fn mutants_of_xlsx() {
    let sample = content(Edition::F2014).xlsx();
    let sheet = String::from_utf8(part(&sample, "xl/worksheets/sheet1.xml")).unwrap();
    let inner = sheet.split_once('>').and_then(|(_, rest)| rest.strip_suffix("</worksheet>")).unwrap();
    readers_survive(&[inner.as_bytes().to_vec()], |bytes| workbook::workbook(&String::from_utf8_lossy(&bytes), ""));
    readers_survive(&[sample], |bytes| bytes);
}

#[test]
fn mutants_of_xls() {
    readers_survive(&[content(Edition::F2014).xls(), content(Edition::F2021).xls()], |bytes| bytes);
}

#[test]
fn mutants_of_pages_and_texts() {
    let samples: Vec<Vec<u8>> = [Layout::Html, Layout::HtmlUnclosed, Layout::HtmlGbk, Layout::Pipes, Layout::Markdown, Layout::OneLine]
        .map(|layout| corpus::report(&Plan::random(4).edition(Edition::F2021).layout(layout)).bytes)
        .into();
    let mut slowest = Duration::ZERO;
    for seed in 0..scaled(20) {
        let mut rng = Rng::with_seed(seed);
        let mutant = mutate(&samples[rng.usize(..samples.len())], &mut rng);
        let start = Instant::now();
        survive(&mutant);
        slowest = slowest.max(start.elapsed());
    }
    assert!(slowest < Duration::from_secs(10), "{slowest:?}");
}

/// A folder of mutants of containers: the build ends well and accounts for all of them.
#[test]
fn mutants_of_containers() {
    let text = corpus::report(&Plan::random(4).layout(Layout::Pipes)).bytes;
    let records = line("text", &text).repeat(3).into_bytes();
    let crawl = warc("text/html", &corpus::report(&Plan::random(4).layout(Layout::Html)).bytes).repeat(2);
    let samples = [
        docx::archive(&[("a.txt", &text), ("b/c.txt", &text)]),
        gzip(&records),
        zstd::encode_all(records.as_slice(), 1).unwrap(),
        crate::formats::parquet("text", &text),
        crawl,
        records,
    ];
    let folder = Folder::new("mutants");
    let count = scaled(40);
    for seed in 0..count {
        let mut rng = Rng::with_seed(seed);
        let mutant = mutate(&samples[rng.usize(..samples.len())], &mut rng);
        folder.write(&format!("in/{}/{seed}", seed % 100), mutant);
    }
    let out = build(&folder, &folder.path("in"), "out", &[]);
    let sources: std::collections::BTreeSet<String> =
        rows::<ogi::schema::DocumentRow>(&out).into_iter().map(|row| row.source).filter(|source| !source.starts_with("http")).collect();
    let crawled = rows::<ogi::schema::DocumentRow>(&out).iter().filter(|row| row.source.starts_with("http")).count();
    assert!(sources.len() + crawled >= usize::try_from(count).unwrap() * 9 / 10, "{} of {count}", sources.len());
}

/// What once broke a reader.
#[test]
fn crashers_stay_harmless() {
    let reader = Reader::with_workers(env!("CARGO_BIN_EXE_ogi").into(), "read-documents");
    for entry in fs::read_dir(repository().join("tests/cases/crashers")).unwrap() {
        let path = entry.unwrap().path();
        let outcome = reader.read(&fs::read(&path).unwrap(), &Hints::default());
        let reason = outcome.as_ref().map_or_else(|error| error.reason(), |_| "read");
        // Memory is what a worker is bounded in; the rest the readers bound themselves.
        assert!(!matches!(reason, "crashed" | "timed_out" | "no_worker"), "{}: {outcome:?}", path.display());
    }
}

/// A member of an archive.
fn part(archive: &[u8], name: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut zip.by_name(name).unwrap(), &mut bytes).unwrap();
    bytes
}
