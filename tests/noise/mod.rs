//! What happens to a text on its way changes no fact: the figures of a report, with and without damage, are
//! the same, and each stands in the damaged source where it says it stands.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fastrand::Rng;
use ogi::extract::{Extraction, Qualifier};
use ogi::knowledge::{codebook, numeral};
use ogi::read::{Document, Hints, from_html, from_text};
use ogi::repair::{Clean, line, repair};

use crate::corpus::{self, Damage, Edition, Layout, Plan};
use crate::program::{repository, shared};
use crate::{seeds, skipped};

/// Indicator, dimension, category, applicant, subject, period.
type Key = [String; 6];

/// Value, unit, qualifier.
type Figure = (Option<f64>, String, &'static str);

/// What a document states: the figures that count, and all values that it gives for each.
#[derive(Default)]
struct Stated {
    figures: BTreeMap<Key, Figure>,
    values: BTreeMap<Key, Vec<Option<f64>>>,
}

/// A document whose text can be damaged.
struct Source {
    name: String,
    text: String,
    /// Its layout loses figures to damage.
    wears_off: bool,
}

impl Source {
    fn is_page(&self) -> bool {
        self.text.contains("<body")
    }

    /// The document after it met with damage.
    fn damaged(&self, damage: &[Damage]) -> Document {
        let mut rng = Rng::with_seed(damage.iter().fold(7 + seeds(0).start, |seed, d| seed * 31 + *d as u64));
        let text = damage.iter().fold(self.text.clone(), |text, d| d.apply(text, &mut rng));
        let read = if self.is_page() { from_html } else { from_text };
        read(&text, &Hints::default()).unwrap_or_else(|e| panic!("{} with {damage:?}: {e}", self.name))
    }
}

/// Generated reports in every layout and edition, the samples and the shared reports, with their figures.
static SOURCES: LazyLock<Vec<(Source, Stated)>> = LazyLock::new(|| {
    let mut sources = Vec::new();
    for (at, seed) in seeds(10).enumerate() {
        let layout = Layout::ALL[at % Layout::ALL.len()];
        let edition = Edition::ALL[(at + at / Layout::ALL.len()) % Edition::ALL.len()];
        let report = corpus::report(&Plan::random(seed).edition(edition).layout(layout));
        let wears_off = layout.wears_off().is_some();
        sources.push(Source { name: format!("{layout:?} {}", report.name), text: decoded(&report.bytes), wears_off });
    }
    let mut folders = vec![repository().join("data/sample/reports")];
    match shared("reports") {
        Some(folder) => folders.push(folder),
        None => skipped("../shared/reports"),
    }
    for folder in folders {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        // A guide is no report: what is taken from it is not published.
        files.retain(|path| !path.ends_with("shenhe-guide.html"));
        files.sort();
        sources.extend(files.iter().map(|path| of_file(path)));
    }
    let read = |source: Source| {
        let (figures, problems) = figures(&source.damaged(&[]));
        assert!(problems.is_empty(), "{} as it is: {problems:#?}", source.name);
        (source, figures)
    };
    sources.into_iter().map(read).collect()
});

fn of_file(path: &Path) -> Source {
    let mut text = decoded(&fs::read(path).unwrap());
    if path.extension().is_some_and(|e| e == "ndjson") {
        let document: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        text = document["text"].as_str().unwrap().to_owned();
    }
    Source { name: path.file_name().unwrap().to_string_lossy().into_owned(), text, wears_off: false }
}

fn decoded(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| encoding_rs::GB18030.decode(bytes).0.into_owned())
}

/// The figures of a document that count, and what is wrong with the places of its figures.
fn figures(document: &Document) -> (Stated, Vec<String>) {
    let clean = repair(document);
    let identity = ogi::identify::identify(&clean);
    let extraction = ogi::extract::extract(&clean, identity.year);
    let checks = ogi::check::check(&extraction);
    let mut stated = Stated::default();
    for (at, fact) in extraction.facts.iter().enumerate() {
        let code = &codebook()[fact.code];
        let words = [&code.indicator, &code.dimension, &code.category, fact.applicant.as_str(), &fact.subject, fact.period.as_str()];
        let key = words.map(str::to_owned);
        stated.values.entry(key.clone()).or_default().push(fact.value);
        if checks.selected[at] {
            stated.figures.insert(key, (fact.value, code.unit.clone(), fact.qualifier.as_str()));
        }
    }
    (stated, misplaced(document, &clean, &extraction))
}

/// The figures whose span, cut from the source and read again as a number, does not give their value.
fn misplaced(document: &Document, clean: &Clean, extraction: &Extraction) -> Vec<String> {
    let mut problems = Vec::new();
    for fact in &extraction.facts {
        let code = &codebook()[fact.code];
        let Some(cut) = document.text.get(clean.text.to_source(&fact.span)) else {
            problems.push(format!("the span of {} cuts a character of the source", code.indicator));
            continue;
        };
        let printed = line(cut);
        let reads = match (fact.qualifier, fact.value) {
            (Qualifier::Blank, value) => value.is_none() && printed.trim().is_empty(),
            (_, None) => !printed.trim().is_empty(),
            // In words: 无, 未收到.
            (Qualifier::ZeroStated, Some(value)) => value == 0.0 && number(&printed).is_none_or(|n| n == 0.0),
            (_, Some(value)) => number(&printed).is_some_and(|n| scales(&code.unit).iter().any(|scale| near(n * scale, value))),
        };
        if !reads {
            problems.push(format!("{} {} is {:?} {}, printed `{cut}`", code.indicator, code.category, fact.value, fact.qualifier.as_str()));
        }
    }
    problems
}

/// The number that a cell or a phrase prints, with its sign.
fn number(printed: &str) -> Option<f64> {
    let printed = printed.replace([' ', '\n'], "");
    let digits = printed.find(|c: char| c.is_ascii_digit() || numeral::is_chinese(c))?;
    let sign = if printed[..digits].trim_end().ends_with(['-', '减', '－', '—', '–']) { -1.0 } else { 1.0 };
    Some(sign * numeral::number(&printed[digits..])?.value)
}

/// What a printed number may have to be multiplied by: the head of a column gives the unit of money.
fn scales(unit: &str) -> &'static [f64] {
    if unit == "yuan" { &[1.0, 1e4, 1e8] } else { &[1.0] }
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs())
}

/// What all sources together lose to damage.
#[derive(Default)]
struct Loss {
    expected: usize,
    /// Figures that are not given any more.
    lost: usize,
    /// Figures in whose place another one counts that the report states for the same.
    replaced: usize,
}

/// The reports with differences, and what is lost.
type Compared = (Vec<(String, Vec<String>)>, Loss);

/// Damages every source so, and compares: the reports with differences, and what is lost. A figure may be lost
/// to what [`Damage::destroys`] or where its layout [`Layout::wears_off`], and then another figure that the report states for the same may count in its
/// place; one that it does not state never.
fn compared(damage: &[Damage]) -> Compared {
    let (mut wrong, mut loss) = (Vec::new(), Loss::default());
    for (source, clean) in SOURCES.iter() {
        let destroys = source.wears_off || damage.iter().any(|d| d.destroys().is_some());
        let (noisy, mut problems) = figures(&source.damaged(damage));
        for (key, figure) in &clean.figures {
            match noisy.figures.get(key) {
                Some(other) if other == figure => {}
                None if destroys => loss.lost += 1,
                Some((value, ..)) if destroys && clean.values[key].contains(value) => loss.replaced += 1,
                Some(other) => problems.push(format!("{key:?} is {other:?}, not {figure:?}")),
                None => problems.push(format!("{key:?} = {figure:?} is lost")),
            }
        }
        loss.expected += clean.figures.len();
        let strange = noisy.figures.iter().filter(|(key, _)| !clean.figures.contains_key(*key));
        problems.extend(strange.map(|(key, figure)| format!("{key:?} = {figure:?} is not stated")));
        if !problems.is_empty() {
            wrong.push((format!("{} {damage:?}", source.name), problems));
        }
    }
    (wrong, loss)
}

/// What each of several ways to damage the sources does, by all processors.
fn all_compared(ways: &[Vec<Damage>]) -> Vec<Compared> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(damage) = ways.get(at) else { return done };
            done.push((at, compared(damage)));
        }
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..processors.min(ways.len())).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    all.sort_unstable_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, compared)| compared).collect()
}

/// Asserts of several ways to damage every source that none makes a figure wrong or loses more than it may.
/// Says what each loses.
fn each(ways: &[Vec<Damage>]) {
    let (mut wrong, mut excessive) = (Vec::new(), Vec::new());
    for (damage, (reports, Loss { expected, lost, replaced })) in ways.iter().zip(all_compared(ways)) {
        wrong.extend(reports);
        let figures = format!("{lost} of {expected} figures are lost and {replaced} replaced by {damage:?}");
        eprintln!("{figures}");
        if lost * 4 > expected || replaced * 100 > expected {
            excessive.push(figures);
        }
    }
    crate::stages::assert_none(&wrong, (SOURCES.len() * ways.len()) as u64);
    assert!(excessive.is_empty(), "{excessive:#?}");
}

macro_rules! damages {
    ($($name:ident: $($damage:ident),+;)+) => {
        $(
            #[test]
            fn $name() {
                each(&[vec![$(Damage::$damage),+]]);
            }
        )+

        #[test]
        fn every_kind_of_damage_has_a_test() {
            let tested = [$(&[$(Damage::$damage),+][..]),+];
            let missing: Vec<_> = Damage::ALL.iter().filter(|d| !tested.contains(&&[**d][..])).collect();
            assert!(missing.is_empty(), "{missing:?}");
        }
    };
}

damages! {
    body_twice: Doubled;
    page_twice: PageTwice;
    broken_lines: Wrapped;
    broken_lines_and_numbers: WrappedAnywhere;
    broken_rows: BrokenRows;
    full_width_digits: FullWidthDigits;
    thousands_separators: Separators;
    blanks_around_numbers: Spaces;
    blanks_in_numbers: SpacesInNumbers;
    lost_units_of_dates: LostDateUnits;
    list_marks_of_one_character: ListMarks;
    ascii_punctuation: AsciiPunctuation;
    doubled_punctuation: DoubledPunctuation;
    lost_brackets: LostBrackets;
    dots_of_hosts: DotsOfHosts;
    gbk_out_of_step: GbkShift;
    gbk_out_of_step_and_stripped: StrippedShift;
    phrases_out_of_step: ShiftedPhrases;
    traditional: Traditional;
    over_converted: OverConverted;
    foreign_terms: ForeignTerms;
    readings: Glosses;
    readings_cut_and_repeated: CutGlosses;
    radicals: Radicals;
    spam_for_names: SpamWords;
    spam_around: SpamLines;
    clock_in_the_head: Clock;
    characters_without_width: ZeroWidth;
    entities: Entities;
    traditional_with_readings: Traditional, Glosses;
    several_at_once: FullWidthDigits, Spaces, AsciiPunctuation, Traditional, Glosses;
}

#[test]
fn combinations() {
    let ways: Vec<_> = seeds(10).map(Damage::combination).collect();
    each(&ways);
}

/// The reports in Traditional characters come out without a gloss, a run out of step or a character that
/// Simplified text does not have.
#[test]
fn traditional_reports_come_out_clean() {
    let mut seen = 0;
    for (source, _) in SOURCES.iter() {
        let clean = repair(&source.damaged(&[]));
        if clean.script != "Hant" {
            continue;
        }
        seen += 1;
        let text = clean.text();
        assert!(clean.damaged.is_empty(), "{}: {:?}", source.name, &text[clean.damaged[0].clone()]);
        assert_eq!(line(text), text, "{}: nothing is left to repair", source.name);
        for (at, _) in text.match_indices(['(', '（']) {
            let inside = text[at..].trim_start_matches(['(', '（']).split([')', '）']).next().unwrap_or_default();
            let is_reading = !inside.is_empty() && inside.chars().all(|c| c.is_lowercase());
            assert!(!is_reading, "{}: the gloss `{inside}` is left", source.name);
        }
        for (at, _) in text.match_indices('?') {
            let beside = text[..at].chars().next_back().filter(|c| !c.is_ascii());
            assert_eq!(beside, None, "{}: a lost byte is left at {at}", source.name);
        }
    }
    assert!(seen >= if shared("reports").is_some() { 3 } else { 1 }, "{seen} reports in Traditional characters");
}

/// Megabytes a second of the stage on clean, Traditional, glossed and shifted text. The texts are left in the
/// folder of the tests for `.ci/throughput`, which measures OpenCC on the same ones.
#[test]
#[ignore = "a measurement: see .ci/throughput"]
fn throughput() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("throughput");
    fs::create_dir_all(&folder).unwrap();
    for (name, damage) in [
        ("clean", &[][..]),
        ("traditional", &[Damage::Traditional]),
        ("glossed", &[Damage::Traditional, Damage::Glosses]),
        ("shifted", &[Damage::GbkShift, Damage::ShiftedPhrases]),
        ("stripped", &[Damage::StrippedShift]),
    ] {
        let documents: Vec<Document> = (0..200)
            .map(|seed| {
                let layout = if seed % 2 == 0 { Layout::Pipes } else { Layout::CellALine };
                let report = corpus::report(&Plan::random(seed).layout(layout).damage(damage));
                from_text(&decoded(&report.bytes), &Hints::default()).unwrap()
            })
            .collect();
        let text: String = documents.iter().map(|d| d.text.as_str()).collect();
        fs::write(folder.join(format!("{name}.txt")), &text).unwrap();
        // The best time of each document by itself: what else the machine does meets few of them each time.
        let mut best = vec![f64::INFINITY; documents.len()];
        for _ in 0..20 {
            for (document, best) in documents.iter().zip(&mut best) {
                let start = std::time::Instant::now();
                std::hint::black_box(repair(document));
                *best = best.min(start.elapsed().as_secs_f64());
            }
        }
        let size = text.len() as f64 / 1e6;
        writeln!(std::io::stdout(), "{name:12} {:8.1} MB/s of {size:.2} MB", size / best.iter().sum::<f64>()).unwrap();
    }
}
