//! No document makes the program panic, hang or go beyond its bounds. Each input here is made from a seed.

mod folder;
mod mutants;

use std::time::{Duration, Instant};

use fastrand::Rng;
use ogi::read::Hints;

use crate::corpus::{self, Plan};
use crate::scaled;

/// Runs all stages; whether the document is taken or refused does not matter.
fn survive(bytes: &[u8]) {
    let Ok(document) = ogi::read::read(bytes, &Hints::default()) else { return };
    let clean = ogi::repair::repair(&document);
    let identity = ogi::identify::identify(&clean);
    let extraction = ogi::extract::extract(&clean, identity.year);
    let checks = ogi::check::check(&extraction);
    assert_eq!(checks.selected.len(), extraction.facts.len());
    for fact in &extraction.facts {
        let source = clean.text.to_source(&fact.span);
        assert!(document.text.get(source).is_some(), "the span of a fact lies in the source text");
    }
}

#[test]
fn cut_anywhere() {
    for seed in 0..scaled(30) {
        let report = corpus::report(&Plan::random(seed));
        let mut rng = Rng::with_seed(seed);
        for _ in 0..8 {
            survive(&report.bytes[..rng.usize(..report.bytes.len())]);
        }
    }
}

#[test]
fn bytes_overwritten() {
    for seed in 0..scaled(60) {
        let mut bytes = corpus::report(&Plan::random(seed)).bytes;
        let mut rng = Rng::with_seed(seed);
        for _ in 0..rng.usize(1..200) {
            let at = rng.usize(..bytes.len());
            bytes[at] = rng.u8(..);
        }
        survive(&bytes);
    }
}

#[test]
fn lines_shuffled() {
    for seed in 0..scaled(60) {
        let report = corpus::report(&Plan::random(seed));
        let text = String::from_utf8_lossy(&report.bytes).into_owned();
        let mut lines: Vec<&str> = text.lines().collect();
        Rng::with_seed(seed).shuffle(&mut lines);
        survive(lines.join("\n").as_bytes());
    }
}

#[test]
fn random_bytes() {
    for seed in 0..scaled(200) {
        let mut rng = Rng::with_seed(seed);
        let length = rng.usize(..4_000);
        let bytes: Vec<u8> = std::iter::repeat_with(|| rng.u8(..)).take(length).collect();
        survive(&bytes);
    }
}

/// Texts that a careless loop would walk over once for each of their parts. The bound is far above what
/// linear work takes, and far below what quadratic work would.
#[test]
fn large_inputs_take_linear_time() {
    let many = 60_000;
    let inputs: Vec<(&str, String)> = vec![
        ("digits", "1".repeat(many * 10)),
        ("open brackets", "（".repeat(many * 4)),
        ("readings", "政(zheng)".repeat(many)),
        ("pipes", "| ".repeat(many * 4)),
        ("rows of pipes", "0 | 0 | 0 |\n".repeat(many)),
        ("numbers in one sentence", "其中政府网站1条，".repeat(many)),
        ("headings", "一、总体情况\n".repeat(many)),
        ("labels", "行政许可\n".repeat(many)),
        ("entities", "&nbsp;&#25919;".repeat(many)),
        ("zero widths", "\u{200b}1\u{202e}".repeat(many)),
        ("open tables", format!("<html><body>{}", "<table><tr><td>".repeat(5_000))),
        ("open blocks", format!("<html><body>{}", "<div>".repeat(20_000))),
        ("wide spans", format!("<html><body><table>{}</table>", "<tr><td colspan=1000 rowspan=1000>1</td></tr>".repeat(2_000))),
        ("chinese digits", "二〇一〇年".repeat(many)),
        ("numerals", "千万亿".repeat(many)),
        ("one line of cells", "一、本年新收政府信息公开申请数量 0 0 0 0 0 0 0 ".repeat(many / 20)),
        ("titles", "泸州市2010年政府信息公开工作年度报告\n".repeat(many / 4)),
    ];
    for (name, text) in inputs {
        let start = Instant::now();
        survive(text.as_bytes());
        let took = start.elapsed();
        assert!(took < Duration::from_secs(30), "{name} ({} bytes) took {took:?}", text.len());
    }
}
