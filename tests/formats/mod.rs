//! A report says the same in every file that it comes in: one report of the form of 2021, with spans, three
//! tables and prose, in every format and container.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use ogi::schema::{DocumentRow, FactRow};
use serde_json::Value;

use crate::corpus::{self, Content, Edition, Layout, Plan, docx, workbook};
use crate::program::{Folder, build, ogi, ogi_with, rows};
use crate::{scaled, stages};

/// What is stated: indicator, dimension, category, applicant, subject, value, qualifier, words.
type Stated = BTreeSet<[String; 8]>;

fn plan(layout: Layout) -> Plan {
    Plan::random(20).edition(Edition::F2021).layout(layout)
}

fn stated(facts: &[FactRow]) -> Stated {
    let value = |fact: &FactRow| fact.value.map_or_else(String::new, |value| value.to_string());
    let fields = |f: &FactRow| {
        [&f.indicator, &f.dimension, &f.category, &f.applicant, &f.subject, &value(f), &f.qualifier, &f.value_text].map(Clone::clone)
    };
    facts.iter().filter(|fact| fact.selected).map(fields).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn line(name: &str, content: &[u8]) -> String {
    serde_json::json!({"id": "a", name: std::str::from_utf8(content).unwrap()}).to_string() + "\n"
}

pub fn parquet(name: &str, content: &[u8]) -> Vec<u8> {
    let column: ArrayRef = Arc::new(StringArray::from(vec![std::str::from_utf8(content).unwrap()]));
    let batch = RecordBatch::try_from_iter([(name, column)]).unwrap();
    let mut out = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut out, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    out
}

/// A crawl with one page.
pub fn warc(media: &str, content: &[u8]) -> Vec<u8> {
    let answer = [format!("HTTP/1.1 200 OK\r\nContent-Type: {media}\r\n\r\n").as_bytes(), content].concat();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://www.example.gov.cn/report\r\nContent-Type: application/http; msgtype=response\r\n\
         Content-Length: {}\r\n\r\n",
        answer.len()
    );
    [head.as_bytes(), &answer, b"\r\n\r\n"].concat()
}

/// The report in every file, by name.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let print = |layout| corpus::report(&plan(layout)).bytes;
    let (html, markdown, text) = (print(Layout::Html), print(Layout::Markdown), print(Layout::PipesPadded));
    let page = String::from_utf8(html.clone()).unwrap();
    let declared = |charset: &str| page.replace("charset=\"utf-8\"", &format!("charset=\"{charset}\""));
    let encoded = |encoding: &'static encoding_rs::Encoding, charset: &str| {
        // What an encoding lacks becomes a character reference, as browsers send it.
        encoding.encode(&declared(charset)).0.into_owned()
    };
    let wide = |bytes: fn(u16) -> [u8; 2]| "\u{feff}".encode_utf16().chain(page.encode_utf16()).flat_map(bytes).collect::<Vec<u8>>();
    let content: Content = corpus::content(&plan(Layout::Html));
    let ndjson = [line("text", &text), line("html", &html)].map(String::into_bytes);
    let crawl = warc("text/html; charset=utf-8", &html);
    vec![
        ("utf-8.html", html.clone()),
        ("utf-8-mark.html", [b"\xEF\xBB\xBF", html.as_slice()].concat()),
        ("gb2312.html", encoded(encoding_rs::GB18030, "gb2312")),
        ("gb18030-undeclared.html", encoded(encoding_rs::GB18030, "")),
        ("big5.html", encoded(encoding_rs::BIG5, "big5")),
        ("utf-16le.html", wide(u16::to_le_bytes)),
        ("utf-16be.html", wide(u16::to_be_bytes)),
        ("pipes.txt", text.clone()),
        ("tabs.txt", print(Layout::Tabs)),
        ("markdown.md", markdown.clone()),
        ("lines.pdf", content.pdf()),
        ("no-lines.pdf", content.pdf_without_lines()),
        ("word.docx", content.docx()),
        ("annex.xlsx", content.xlsx()),
        ("annex.xls", content.xls()),
        ("text.ndjson", ndjson[0].clone()),
        ("html.ndjson", ndjson[1].clone()),
        ("text.ndjson.gz", gzip(&ndjson[0])),
        ("html.ndjson.zst", zstd::encode_all(ndjson[1].as_slice(), 1).unwrap()),
        ("text.parquet", parquet("text", &text)),
        ("html.parquet", parquet("html", &html)),
        ("crawl.warc", crawl.clone()),
        ("crawl.warc.gz", gzip(&crawl)),
        ("crawl-pdf.warc", warc("application/pdf", &content.pdf())),
        ("crawl-docx.warc.gz", gzip(&warc("application/octet-stream", &content.docx()))),
        ("archive.zip", docx::archive(&[("2021/年报.html", &html)])),
        ("archive-pdf.zip", docx::archive(&[("年报.pdf", &content.pdf())])),
        ("archive-in-gzip.zip.gz", gzip(&docx::archive(&[("年报.docx", &content.docx())]))),
        ("page.html.gz", gzip(&html)),
    ]
}

#[test]
fn one_report_in_every_file() {
    let folder = Folder::new("formats");
    let expected = corpus::report(&plan(Layout::Html)).facts;
    let mut first: Option<Stated> = None;
    let mut table = String::new();
    let mut wrong = Vec::new();
    for (name, bytes) in files() {
        let input = folder.write(&format!("{name}-in/{name}"), &bytes);
        let out = build(&folder, &input, name, &[]);
        let documents: Vec<DocumentRow> = rows(&out);
        let facts = stated(&rows::<FactRow>(&out));
        let first = first.get_or_insert_with(|| facts.clone());
        let (missing, more) = (first.difference(&facts).count(), facts.difference(first).count());
        let _ = std::fmt::Write::write_fmt(
            &mut table,
            format_args!(
                "{name}: {} bytes, {} {}, {} facts, {missing} missing, {more} more\n",
                bytes.len(),
                documents[0].media_type,
                documents[0].charset,
                facts.len()
            ),
        );
        if documents.len() != 1 || documents[0].outcome != "report" || missing + more > 0 {
            let show = |set: &mut dyn Iterator<Item = &[String; 8]>| set.take(5).map(|f| f.join("|")).collect::<Vec<_>>();
            wrong.push(format!("{name}: missing {:?}, more {:?}", show(&mut first.difference(&facts)), show(&mut facts.difference(first))));
        }
    }
    let first = first.unwrap();
    for truth in &expected {
        let found = first.iter().any(|f| {
            [&f[0], &f[1], &f[2], &f[3]] == [truth.indicator, truth.dimension, truth.category, truth.applicant] && f[6] == truth.qualifier
        });
        assert!(found, "{:?} is read from none", truth.key());
    }
    assert!(wrong.is_empty(), "{table}\n{}", wrong.join("\n"));
    std::fs::write(folder.path("table.txt"), table).unwrap();
}

/// What a stream of facts states.
fn streamed(stdout: &str) -> Stated {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Number(number) => number.as_f64().unwrap().to_string(),
        other => other.to_string(),
    };
    let names = ["indicator", "dimension", "category", "applicant", "subject", "value", "qualifier", "value_text"];
    let lines = stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|fact| fact["selected"] == true).map(|fact| names.map(|name| text(&fact[name]))).collect()
}

#[test]
fn standard_input_says_the_same() {
    let folder = Folder::new("formats-stream");
    let text = corpus::report(&plan(Layout::PipesPadded)).bytes;
    let file = folder.write("a.txt", &text);
    let from_file = streamed(&ogi(&["extract", file.to_str().unwrap()]).expect(0).stdout);
    let from_stream = streamed(&ogi_with(&["extract"], &line("text", &text)).expect(0).stdout);
    assert!(from_file.len() > 100);
    assert_eq!(from_file, from_stream);
}

/// Reports of all forms. Where no lines rule a table, a figure that is not told for certain may be missed, but
/// none may be wrong.
#[test]
fn random_reports_in_every_file() {
    let (mut stated, mut missed) = (0, 0);
    for seed in 0..scaled(12) {
        let plan = Plan { department: None, ..Plan::random(seed) };
        let content = corpus::content(&plan);
        let files = [("pdf", content.pdf()), ("docx", content.docx()), ("xlsx", content.xlsx()), ("xls", content.xls())];
        for (name, bytes) in files {
            let differences = stages::compare(&content.facts, &stages::take(&bytes));
            assert!(differences.is_empty(), "seed {seed} as {name}: {differences:#?}");
        }
        let differences = stages::compare(&content.facts, &stages::take(&content.pdf_without_lines()));
        let wrong: Vec<_> = differences.iter().filter(|difference| !difference.starts_with("missed")).collect();
        assert!(wrong.is_empty(), "seed {seed} without lines: {wrong:#?}");
        stated += content.facts.len();
        missed += differences.len();
    }
    assert!(missed * 50 <= stated, "{missed} of {stated} figures are missed where no lines rule tables");
}

/// What a workbook holds in binary is a figure as its cell shows it.
#[test]
fn figures_of_a_workbook_are_as_it_shows_them() {
    let formats = "<numFmts count=\"1\"><numFmt numFmtId=\"200\" formatCode=\"#,##0&quot;件&quot;\"/></numFmts>\
                   <cellXfs count=\"4\"><xf numFmtId=\"0\"/><xf numFmtId=\"3\"/><xf numFmtId=\"10\"/><xf numFmtId=\"200\"/></cellXfs>";
    let cell = |at: &str, style: usize, value: f64| format!("<c r=\"{at}\" s=\"{style}\"><v>{value}</v></c>");
    let cells = [cell("A1", 0, 12345.0), cell("B1", 1, 12345.0), cell("C1", 2, 0.98765), cell("D1", 3, 1200.0)].concat();
    let bytes = workbook::workbook(&format!("<sheetData><row r=\"1\">{cells}</row></sheetData>"), formats);
    let document = ogi::read::read(&bytes, &ogi::read::Hints::default()).unwrap();
    assert_eq!(document.text, "12345\t12,345\t98.77%\t1,200件");
}

#[test]
fn workers_change_nothing() {
    for (name, bytes) in files() {
        let Ok(here) = ogi::read::read(&bytes, &ogi::read::Hints::default()) else { continue };
        let workers = ogi::read::Reader::with_workers(env!("CARGO_BIN_EXE_ogi").into(), "read-documents");
        assert_eq!(workers.read(&bytes, &ogi::read::Hints::default()).as_ref(), Ok(&here), "{name}");
    }
}

/// Prints the report of a plan.
type Print = Box<dyn Fn(&Plan) -> Vec<u8>>;

/// Writes reports in each format and times how they are read, for `.ci/speed-read`: format, documents, bytes,
/// seconds in this process, seconds in a worker.
#[test]
#[ignore = "measures; run by .ci/speed-read"]
fn reading_speed() {
    let folder = Folder::new("speed");
    let worker = ogi::read::Reader::with_workers(env!("CARGO_BIN_EXE_ogi").into(), "read-documents");
    let plans: Vec<Plan> = (0..scaled(100)).map(|seed| Plan::random(seed).edition(Edition::F2021)).collect();
    let text = |layout| move |plan: &Plan| corpus::report(&plan.clone().layout(layout)).bytes;
    let printers: [(&str, Print); 7] = [
        ("html", Box::new(text(Layout::Html))),
        ("gbk.html", Box::new(text(Layout::HtmlGbk))),
        ("txt", Box::new(text(Layout::Pipes))),
        ("pdf", Box::new(|plan| corpus::content(plan).pdf())),
        ("docx", Box::new(|plan| corpus::content(plan).docx())),
        ("xlsx", Box::new(|plan| corpus::content(plan).xlsx())),
        ("xls", Box::new(|plan| corpus::content(plan).xls())),
    ];
    let seconds = |reader: &ogi::read::Reader, files: &[Vec<u8>]| {
        let start = std::time::Instant::now();
        for bytes in files {
            assert!(reader.read(bytes, &ogi::read::Hints::default()).is_ok());
        }
        start.elapsed().as_secs_f64()
    };
    for (format, print) in printers {
        let files: Vec<Vec<u8>> = plans.iter().map(print).collect();
        for (number, bytes) in files.iter().enumerate() {
            folder.write(&format!("{format}/{number:05}.{format}"), bytes);
        }
        let here = ogi::read::Reader::default();
        seconds(&here, &files[..1]);
        let _ = writeln!(
            std::io::stdout(),
            "\nread {format} {} {} {:.4} {:.4}",
            files.len(),
            files.iter().map(Vec::len).sum::<usize>(),
            seconds(&here, &files),
            seconds(&worker, &files)
        );
    }
}
