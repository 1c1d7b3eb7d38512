//! A folder of bad input: each document is a row of `rejects` with its reason, the build ends well, and its
//! time and memory are bounded.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fastrand::Rng;
use ogi::schema::{DocumentRow, RejectRow, ReportRow};

use crate::corpus::pdf::{assemble, deflated, file};
use crate::corpus::{self, Content, Edition, Layout, Plan, docx, workbook};
use crate::formats::{gzip, line, parquet, warc};
use crate::program::{Folder, rows};
use crate::scaled;

/// Memory that the system gives the build and each worker, in kibibytes.
const MEMORY: u64 = 3 << 20;
/// Far above what it takes.
const TIME: Duration = Duration::from_secs(120);

fn cut(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len() * 3 / 5].to_vec()
}

/// Blanks that take a hundredth of their length, twice over: more than a worker may hold.
fn bomb() -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"BT /F1 9 Tf 50 700 Td <5E74> Tj ET ").unwrap();
    for _ in 0..80 {
        encoder.write_all(&[b' '; 16 << 20]).unwrap();
    }
    deflated(&encoder.finish().unwrap())
}

/// A page that draws itself.
fn endless_page() -> Vec<u8> {
    let form =
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length 17>>stream\n/X Do /X Do /X Do\nendstream";
    assemble(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Contents 4 0 R>>".to_vec(),
        form.to_vec(),
    ])
}

/// Entities that each hold ten of the one before.
fn laughs(tag: &str) -> String {
    let mut out = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY l0 \"哈\">".to_owned();
    for level in 1..12 {
        let _ = write!(out, "<!ENTITY l{level} \"{}\">", format!("&l{};", level - 1).repeat(10));
    }
    out + "]>" + tag
}

/// Documents by name, each with the reasons that fit it; none for what can be read.
fn documents() -> Vec<(String, Vec<u8>, &'static [&'static str])> {
    let plan = |layout| Plan::random(4).edition(Edition::F2021).layout(layout);
    let text = corpus::report(&plan(Layout::PipesPadded)).bytes;
    let html = corpus::report(&plan(Layout::Html)).bytes;
    let content: Content = corpus::content(&plan(Layout::Html));
    let (pdf, docx, xlsx, xls) = (content.pdf(), content.docx(), content.xlsx(), content.xls());
    let records = line("text", &text).into_bytes();
    let crawl = warc("text/html", &html);
    let zipped = docx::archive(&[("a.txt", &text), ("b.txt", &html)]);
    let zeros = vec![0; 8 << 20];
    const READ: &[&str] = &[];
    const BROKEN: &[&str] = &["truncated", "damaged"];
    let mut out: Vec<(String, Vec<u8>, &[&str])> = Vec::new();
    let mut add = |name: &str, bytes: Vec<u8>, reasons: &'static [&'static str]| out.push((name.to_owned(), bytes, reasons));

    add("good/a.txt", text.clone(), READ);
    add("good/wrong-ending.docx", html.clone(), READ);
    add("good/wrong-ending.txt", pdf.clone(), READ);
    add("good/wrong-ending.html", xlsx.clone(), READ);
    add("good/no-ending", docx.clone(), READ);
    for ending in ["txt", "html", "pdf", "docx", "xlsx", "xls", "zip", "ndjson", "warc", "parquet"] {
        add(&format!("empty/a.{ending}"), Vec::new(), &["empty"]);
        let mut rng = Rng::with_seed(ending.bytes().map(u64::from).sum());
        let garbage = std::iter::repeat_with(|| rng.u8(..)).take(20_000).collect();
        add(&format!("garbage/a.{ending}"), garbage, &["unsupported", "undecodable"]);
    }
    add("blank/a.html", b"<html><body> &nbsp;\n</body></html>".to_vec(), &["empty"]);
    add("cut/a.pdf", cut(&pdf), &["truncated"]);
    add("cut/a.docx", cut(&docx), &["truncated"]);
    add("cut/a.xlsx", cut(&xlsx), &["truncated"]);
    add("cut/a.xls", cut(&xls), BROKEN);
    add("cut/a.zip", cut(&zipped), &["truncated"]);
    add("cut/a.ndjson", cut(&records), &["malformed", "truncated"]);
    add("cut/a.ndjson.gz", cut(&gzip(&records)), &["malformed", "truncated"]);
    add("cut/a.ndjson.zst", cut(&zstd::encode_all(records.as_slice(), 1).unwrap()), &["malformed", "truncated"]);
    add("cut/a.parquet", cut(&parquet("text", &text)), BROKEN);
    add("cut/a.warc", cut(&crawl), &["truncated"]);
    add("cut/a.warc.gz", cut(&gzip(&crawl)), &["truncated"]);
    // Packed bytes with other bytes over them.
    for (name, whole) in [("a.pdf", &pdf), ("a.docx", &docx), ("a.xlsx", &xlsx), ("a.xls", &xls)] {
        let mut bytes = whole.clone();
        let head = 512.min(bytes.len());
        Rng::with_seed(5).fill(&mut bytes[head..]);
        add(&format!("overwritten/{name}"), bytes, &["truncated", "damaged", "unsupported", "legacy_doc"]);
    }
    add("bombs/a.zip", docx::archive(&[("a.txt", &zeros)]), &["too_large"]);
    add("bombs/a.docx", docx::archive(&[("word/document.xml", &zeros)]), &["too_large"]);
    add("bombs/a.xlsx", docx::archive(&[("xl/workbook.xml", b"<x/>"), ("xl/worksheets/sheet1.xml", &zeros)]), &["too_large"]);
    add("bombs/a.gz", gzip(&zeros), &["too_large"]);
    add("bombs/a.gz.gz", gzip(&gzip(&zeros)), &["too_large"]);
    add("bombs/a.zst", zstd::encode_all(zeros.as_slice(), 1).unwrap(), &["too_large"]);
    add("bombs/a.pdf", file(&[bomb()], "/FlateDecode/FlateDecode"), &["out_of_memory", "damaged", "too_large"]);
    add(
        "bombs/laughs.docx",
        docx::archive(&[(
            "word/document.xml",
            laughs("<w:document><w:body><w:p><w:r><w:t>&l11;</w:t></w:r></w:p></w:body></w:document>").as_bytes(),
        )]),
        &["empty"],
    );
    add("bombs/laughs.html", laughs("<html><body><p>&l11;</p></body></html>").into_bytes(), &["unrecognised", "shell"]);
    add(
        "bombs/laughs.xlsx",
        workbook::workbook(&laughs("<sheetData><row><c t=\"inlineStr\"><is><t>&l11;</t></is></c></row></sheetData>"), ""),
        &["empty", "damaged"],
    );
    add("deep/a.html", format!("<html><body>{}", "<div>".repeat(100_000)).into_bytes(), &["too_deep", "shell"]);
    add("deep/a.docx", docx::file(&"<w:tbl><w:tr><w:tc>".repeat(100_000)), &["too_deep", "truncated", "too_large"]);
    add("deep/a.pdf", assemble(&["[".repeat(1_000_000).into_bytes()]), BROKEN);
    add("deep/a.json", "[".repeat(1_000_000).into_bytes(), &["other", "unrecognised", "malformed"]);
    let spans = "<tr><td colspan=2147483648 rowspan=4294967296>1<td colspan=99999999999999999999>2".repeat(2_000);
    add("wide/a.html", format!("<html><body><table>{spans}</table></body></html>").into_bytes(), &["too_large"]);
    let spans =
        "<w:tr><w:tc><w:tcPr><w:gridSpan w:val='2147483648'/></w:tcPr><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr>".repeat(2_000);
    add("wide/a.docx", docx::file(&format!("<w:tbl>{spans}</w:tbl>")), &["unrecognised", "too_large"]);
    add(
        "wide/a.xlsx",
        workbook::workbook(
            "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>",
            "",
        ),
        &["unrecognised", "too_large"],
    );
    add("loops/page.pdf", endless_page(), &["too_large", "damaged", "no_text_layer"]);
    add(
        "loops/pages.pdf",
        assemble(&[b"<</Type/Catalog/Pages 2 0 R>>".to_vec(), b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>".to_vec()]),
        BROKEN,
    );
    let mut large = Vec::new();
    while large.len() < usize::try_from(scaled(20)).unwrap().min(200) << 20 {
        large.extend_from_slice(&text);
    }
    add("large/a.txt", large.clone(), &["too_large"]);
    add("large/a.html", [b"<html><body><p>", large.as_slice()].concat(), &["too_large"]);
    add("large/a.ndjson", line("text", &large).into_bytes(), &["too_large", "malformed"]);
    add("large/a.txt.gz", gzip(&large), &["too_large"]);
    out
}

#[test]
fn every_bad_document_is_a_reject_with_its_reason() {
    let folder = Folder::new("bad");
    let documents = documents();
    for (name, bytes, _) in &documents {
        folder.write(&format!("in/{name}"), bytes);
    }
    let mut expected: Vec<(String, &[&str])> = documents.iter().map(|(name, _, reasons)| (name.clone(), *reasons)).collect();
    drop(documents);
    links_and_names(&folder, &mut expected);

    let out = folder.path("out");
    let start = Instant::now();
    let limited = format!("ulimit -v {MEMORY}; exec \"$0\" build \"$1\" --out \"$2\" --threads 2");
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &limited, env!("CARGO_BIN_EXE_ogi")]).args([folder.path("in"), out.clone()]);
    let run = command.stdin(Stdio::null()).output().unwrap();
    let took = start.elapsed();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(took < TIME, "{took:?}");

    let rejects: Vec<RejectRow> = rows(&out);
    let reports: Vec<ReportRow> = rows(&out);
    let mut wrong = Vec::new();
    for (name, reasons) in &expected {
        let rejected: Vec<&RejectRow> = rejects.iter().filter(|reject| reject.source == *name).collect();
        match (reasons.is_empty(), rejected.as_slice()) {
            (true, []) => {}
            (false, [one]) if reasons.contains(&one.reason.as_str()) && !one.message.is_empty() => {}
            (_, rejected) => wrong.push(format!("{name} should be {reasons:?} and is {rejected:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let documents: Vec<DocumentRow> = rows(&out);
    let unknown: Vec<&str> =
        documents.iter().map(|row| row.source.as_str()).filter(|name| !expected.iter().any(|(known, _)| known == name)).collect();
    assert!(unknown.is_empty() && documents.len() >= expected.len(), "{unknown:?}");
    // All good ones are one report but for what a format says of it.
    assert!(!reports.is_empty() && reports.iter().all(|report| report.facts > 50));
}

/// What is bad by its place and not by its content.
fn links_and_names(folder: &Folder, expected: &mut Vec<(String, &'static [&'static str])>) {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let place = |name: &str| folder.path(&format!("in/places/{name}"));
    folder.write("in/places/secret.txt", "秘密");
    fs::set_permissions(place("secret.txt"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(place("secret.txt")).is_ok() {
        let _ = writeln!(std::io::stderr(), "\nSKIPPED: no permission is denied to this user\n");
        fs::remove_file(place("secret.txt")).unwrap();
    } else {
        expected.push(("places/secret.txt".to_owned(), &["unreachable"]));
    }
    symlink("nowhere", place("dangling.txt")).unwrap();
    symlink(place("loop"), place("loop")).unwrap();
    symlink(folder.path("in"), place("upwards")).unwrap();
    symlink("/etc/hostname", place("outside")).unwrap();
    expected.extend([
        ("places/dangling.txt".to_owned(), &["unreachable"][..]),
        ("places/loop".to_owned(), &["link_loop"]),
        ("places/upwards".to_owned(), &["link_loop"]),
        ("places/outside".to_owned(), &["link_outside", "unreachable"]),
    ]);
    // 公开 in GBK.
    fs::write(place("").join(std::ffi::OsStr::from_bytes(b"\xB9\xAB\xBF\xAA.txt")), "").unwrap();
    expected.push(("places/%B9%AB%BF%AA.txt".to_owned(), &["empty"]));
}
