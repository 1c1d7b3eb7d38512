//! One document through the stages: rows of a report, or why there are none.

use std::collections::HashMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::corrections::Corrections;
use super::duplicates::Sketch;
use super::select::{Candidate, ReportId, half_hash};
use crate::aggregate::CoverageCell;
use crate::check::{self, Checks, Finding, Severity};
use crate::extract::{self, Extraction, Fact, Form, TableRead};
use crate::identify::{self, Genre, Identity, Part};
use crate::knowledge::codebook;
use crate::read::{Document, Entry, ReadError, Reader};
use crate::repair::{self, Mapped};
use crate::schema::{DocumentRow, FactRow, FindingRow, MentionRow, RejectRow, ReportRow};

/// Longest quote, in characters.
const QUOTE: usize = 160;

/// The rows of one report. What depends on other reports (selection) and what facts repeat of their
/// report is filled in when the tables are written, so that it is not sorted and spilled a hundredfold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bundle {
    /// Place in a container of the document it was read from.
    pub member: String,
    /// The report.
    pub report: ReportRow,
    /// Its facts in the order of the source.
    pub facts: Vec<FactRow>,
    /// Its quantities in the order of the source.
    pub mentions: Vec<MentionRow>,
    /// Its findings.
    pub findings: Vec<FindingRow>,
}

/// The account of a document: its row, and that of its refusal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// The document.
    pub document: DocumentRow,
    /// Why it is no report.
    pub reject: Option<RejectRow>,
    /// Whose document it is, as far as it says and a stage got to know.
    pub of: CoverageCell,
    /// Reports that it holds after the first.
    pub further_reports: u32,
}

/// What became of a document.
#[derive(Clone, Debug)]
pub struct Processed {
    /// Its account.
    pub account: Account,
    /// Its reports in their order, each with what selection has to know of it; mostly one, none of a reject.
    pub reports: Vec<(Bundle, Candidate)>,
}

/// Takes a document through the stages. Whatever it holds, the outcome is an account of it.
pub fn process(entry: &Entry, reader: &Reader, corrections: &Corrections) -> Processed {
    let mut account = Account {
        document: DocumentRow { source: entry.source.clone(), member: entry.member.clone(), ..DocumentRow::default() },
        ..Account::default()
    };
    let reports = match caught(entry, reader, &mut account, Some(corrections)) {
        Ok(reports) => {
            "report".clone_into(&mut account.document.outcome);
            account.document.report_id = reports.first().map(|(bundle, _)| bundle.report.report_id.clone());
            account.further_reports = u32::try_from(reports.len().saturating_sub(1)).unwrap_or(u32::MAX);
            reports
        }
        Err(Refusal { stage, reason, message }) => {
            "reject".clone_into(&mut account.document.outcome);
            account.reject = Some(RejectRow {
                source: entry.source.clone(),
                member: entry.member.clone(),
                stage: stage.to_owned(),
                reason: reason.to_owned(),
                message,
            });
            Vec::new()
        }
    };
    Processed { account, reports }
}

/// The rows of a document, whatever it is: only what cannot be read is refused. Several bundles where it holds the
/// reports of several bodies or years.
///
/// # Errors
/// Why it cannot be read.
pub fn figures(entry: &Entry, reader: &Reader) -> Result<Vec<Bundle>, Refusal> {
    let reports = caught(entry, reader, &mut Account::default(), None)?;
    let whole = |(mut bundle, _): (Bundle, Candidate)| {
        bundle.report.selected = true;
        bundle.complete();
        bundle
    };
    Ok(reports.into_iter().map(whole).collect())
}

impl Bundle {
    /// Fills in what facts repeat of their report, and whether they count.
    pub(super) fn complete(&mut self) {
        let report = &self.report;
        for fact in &mut self.facts {
            fact.counted = fact.selected && report.selected && fact.subject.is_empty() && report.body_id.is_some();
            fact.body_id.clone_from(&report.body_id);
            fact.year = report.year;
            fact.region_code.clone_from(&report.region_code);
            fact.level.clone_from(&report.level);
            fact.org_kind.clone_from(&report.org_kind);
            fact.province.clone_from(&report.province);
            fact.city.clone_from(&report.city);
            fact.county.clone_from(&report.county);
            fact.township.clone_from(&report.township);
            fact.scope.clone_from(&report.scope);
        }
    }
}

/// Why a document is no report.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The stage that refused it.
    pub stage: &'static str,
    /// The reason, of a closed list.
    pub reason: &'static str,
    /// What was wrong.
    pub message: String,
}

impl Refusal {
    fn read(error: &ReadError) -> Self {
        Self { stage: "read", reason: error.reason(), message: error.to_string() }
    }

    fn unrecognised() -> Self {
        let message = "no body, no year and no figure of an annual report on information disclosure were found in it";
        Self { stage: "extract", reason: "unrecognised", message: message.to_owned() }
    }

    fn internal(cause: &(dyn std::any::Any + Send)) -> Self {
        let words = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
        let message = format!("a mistake in ogi, please report it with the document: {}", words.unwrap_or("no message"));
        Self { stage: "internal", reason: "internal", message }
    }
}

/// The reports of a document, at least one.
type Reports = Result<Vec<(Bundle, Candidate)>, Refusal>;

/// The stages; a mistake in one of them is a refusal of the document, not the end of the build. With
/// corrections, which may be none, only reports are let through.
fn caught(entry: &Entry, reader: &Reader, account: &mut Account, corrections: Option<&Corrections>) -> Reports {
    catch_unwind(AssertUnwindSafe(|| stages(entry, reader, account, corrections)))
        .unwrap_or_else(|cause| Err(Refusal::internal(cause.as_ref())))
}

fn stages(entry: &Entry, reader: &Reader, account: &mut Account, corrections: Option<&Corrections>) -> Reports {
    let Account { document: row, of, .. } = account;
    let bytes = entry.bytes().map_err(|error| Refusal::read(&error))?;
    row.bytes = count64(bytes.len());
    row.sha256 = hexadecimal(&Sha256::digest(&bytes));
    let document = entry.document(&bytes, reader).map_err(|error| Refusal::read(&error))?;
    document.media_type.clone_into(&mut row.media_type);
    document.charset.clone_into(&mut row.charset);
    let id = ReportId::of(&bytes, entry.title.as_deref(), entry.address.as_deref());
    drop(bytes);
    if let Some(error) = document.refused.as_ref().filter(|_| corrections.is_some()) {
        return Err(Refusal::read(error));
    }
    let clean = repair::repair(&document);
    let mut reports = Vec::with_capacity(1);
    let mut refused = None;
    for (number, part) in (1..).zip(identify::parts(&clean)) {
        // A reject is counted where the document's first report belongs.
        let of = if number == 1 { &mut *of } else { &mut CoverageCell::default() };
        match report(&part, id.nth(number), entry, &document, row, of, corrections) {
            Ok(made) => reports.push(made),
            Err(refusal) => refused = refused.or(Some(refusal)),
        }
    }
    refused.filter(|_| reports.is_empty()).map_or(Ok(reports), Err)
}

/// The stages after the repairs, for one of the reports of a document.
fn report(
    part: &Part<'_>,
    id: ReportId,
    entry: &Entry,
    document: &Document,
    row: &DocumentRow,
    of: &mut CoverageCell,
    corrections: Option<&Corrections>,
) -> Result<(Bundle, Candidate), Refusal> {
    let reports_only = corrections.is_some();
    let mut identity = identify::identify(&part.clean);
    *of = CoverageCell {
        year: identity.year,
        province: identity.province.clone().unwrap_or_default(),
        level: identity.level.map(|level| level.as_str().to_owned()).unwrap_or_default(),
    };
    if let Genre::Other(reason) = identity.genre
        && reports_only
    {
        let title = identity.title.as_deref().unwrap_or("no title");
        let message = format!("not an annual report on information disclosure ({reason}): {}", shortened(title, 80));
        return Err(Refusal { stage: "identify", reason, message });
    }
    let report_id = id.to_string();
    let declared = corrections.and_then(|corrections| corrections.of(&report_id));
    let mut marks = Marks { report: declared.and_then(|declared| declared.identity(&mut identity)), ..Marks::default() };
    let mut extraction = extract::extract(&part.clean, identity.year);
    if let Some(declared) = declared {
        marks.facts = declared.figures(&mut extraction);
    }
    if reports_only && identity.year.is_none() && identity.body_id.is_none() && extraction.facts.is_empty() {
        return Err(Refusal::unrecognised());
    }
    let mut checks = check::check_in_year(&extraction, identity.year);
    checks.findings.extend(of_identity(&identity));
    if let Some(declared) = declared {
        marks.findings = declared.findings(&mut checks);
    }
    let stages = Stages { document, part, identity: &identity, extraction: &extraction, checks: &checks, marks: &marks };
    Ok(stages.rows(id, row, entry))
}

/// Marks of declared corrections.
#[derive(Debug, Default)]
struct Marks {
    report: Option<String>,
    /// By place among the facts.
    facts: HashMap<usize, String>,
    /// By place among the findings.
    findings: HashMap<usize, String>,
}

/// The id that a document has as a report, and its source text; `None` where it cannot be read.
pub fn source_text(entry: &Entry, reader: &Reader) -> Option<(String, String)> {
    let read = || {
        let bytes = entry.bytes().ok()?;
        let document = entry.document(&bytes, reader).ok()?;
        Some((ReportId::of(&bytes, entry.title.as_deref(), entry.address.as_deref()).to_string(), document.text))
    };
    catch_unwind(AssertUnwindSafe(read)).ok().flatten()
}

/// What the stages made of a document.
struct Stages<'a> {
    document: &'a Document,
    part: &'a Part<'a>,
    identity: &'a Identity,
    extraction: &'a Extraction,
    checks: &'a Checks,
    marks: &'a Marks,
}

impl Stages<'_> {
    fn rows(&self, id: ReportId, document: &DocumentRow, entry: &Entry) -> (Bundle, Candidate) {
        let report_id = id.to_string();
        let clean = &self.part.clean;
        let source = Source::new(&self.document.text, &clean.text);
        let facts: Vec<FactRow> = (0..self.extraction.facts.len()).map(|at| self.fact(at, &report_id, &source)).collect();
        let mentions: Vec<MentionRow> = (0..self.extraction.mentions.len()).map(|at| self.mention(at, &report_id, &source)).collect();
        let tables = distinct_tables(&self.extraction.tables);
        let text = half_and_whole(&clean.text()[self.part.range.clone()]);
        let place = source.place(&self.part.range);
        let whole = self.part.range.len() == clean.text().len();
        let characters = if whole { source.characters() } else { place.end - place.start };
        let findings = &self.checks.findings;
        let report = self.report(&report_id, document, &tables, text.1, characters, findings.len());
        let marked = |(at, finding)| FindingRow { correction: self.marks.findings.get(&at).cloned(), ..finding_row(&report, at, finding) };
        let findings = findings.iter().enumerate().map(marked).collect();
        let candidate = Candidate {
            id,
            origin: (entry.source.as_str().into(), entry.member.as_str().into()),
            body_and_year: report.body_id.as_ref().zip(report.year).map(|(body, year)| half_hash(&[body.as_bytes(), &year.to_le_bytes()])),
            dated: report.year.is_some(),
            text: text.0,
            sketch: Sketch::of(clean),
            figures: figures_hash(&facts),
            tables: u32::try_from(tables.len()).unwrap_or(u32::MAX),
            published: report.published.map(|day| day.0),
            facts: u32::try_from(facts.len()).unwrap_or(u32::MAX),
        };
        (Bundle { member: entry.member.clone(), report, facts, mentions, findings }, candidate)
    }

    fn report(
        &self,
        report_id: &str,
        document: &DocumentRow,
        tables: &[&TableRead],
        text_sha256: String,
        characters: i64,
        findings: usize,
    ) -> ReportRow {
        let Identity { title, org, body_id, region_code, region_code_latest, township_code, region_name, .. } = self.identity.clone();
        let Identity { province, city, county, township, index_no, doc_no, .. } = self.identity.clone();
        let cells = |of: fn(&TableRead) -> u32| count32(tables.iter().map(|t| of(t) as usize).sum());
        ReportRow {
            report_id: report_id.to_owned(),
            body_id,
            source: document.source.clone(),
            sha256: document.sha256.clone(),
            media_type: document.media_type.clone(),
            charset: document.charset.clone(),
            title,
            org,
            org_kind: self.identity.org_kind.map(|kind| kind.as_str().to_owned()),
            region_code,
            region_code_latest,
            township_code,
            region_name,
            level: self.identity.level.map(|level| level.as_str().to_owned()),
            province,
            city,
            county,
            township,
            year: self.identity.year,
            period_start: self.identity.period_start.map(Into::into),
            period_end: self.identity.period_end.map(Into::into),
            published: self.identity.published.map(Into::into),
            index_no,
            doc_no,
            form: edition(tables).as_str().to_owned(),
            script: self.part.clean.script.to_owned(),
            scope: self.identity.scope.as_str().to_owned(),
            tables: tables.iter().map(|t| t.table.as_str()).collect::<Vec<_>>().join(";"),
            cells_expected: cells(|t| t.expected),
            cells_read: cells(|t| t.read),
            cells_blank: cells(|t| t.blank),
            repairs: self.part.clean.repairs.join(";"),
            duplicate_of: None,
            selected: false,
            characters: i32::try_from(characters).unwrap_or(i32::MAX),
            facts: count32(self.extraction.facts.len()),
            findings: count32(findings),
            checks_held: count32(self.checks.held),
            checks_broken: count32(self.checks.broken),
            checks_open: count32(self.checks.open),
            identity_evidence: self.identity.evidence.iter().map(|e| e.replace(';', ",")).collect::<Vec<_>>().join(";"),
            text_sha256,
            correction: self.marks.report.clone(),
        }
    }

    /// A fact without what it repeats of its report.
    fn fact(&self, at: usize, report_id: &str, source: &Source) -> FactRow {
        let fact: &Fact = &self.extraction.facts[at];
        let code = &codebook()[fact.code];
        let place = source.place(&fact.span);
        FactRow {
            report_id: report_id.to_owned(),
            fact_no: number(at),
            form: fact.form.as_str().to_owned(),
            subject: fact.subject.clone(),
            indicator: code.indicator.clone(),
            dimension: code.dimension.clone(),
            category: code.category.clone(),
            applicant: fact.applicant.as_str().to_owned(),
            period: fact.period.as_str().to_owned(),
            value: fact.value.filter(|value| value.is_finite()),
            unit: code.unit.clone(),
            unit_from: fact.unit_from.as_str().to_owned(),
            qualifier: fact.qualifier.as_str().to_owned(),
            implied: self.checks.implied.get(at).copied().flatten(),
            value_text: source.text[place.bytes.clone()].to_owned(),
            origin: fact.origin.as_str().to_owned(),
            section: fact.section.clone(),
            quote: source.quote(&fact.context, &place.bytes).to_owned(),
            start: place.start,
            end: place.end,
            rule: fact.rule.to_owned(),
            checked: self.checks.checked.get(at).copied().unwrap_or_default().as_str().to_owned(),
            selected: self.checks.selected.get(at).copied().unwrap_or_default(),
            correction: self.marks.facts.get(&at).cloned(),
            ..FactRow::default()
        }
    }

    fn mention(&self, at: usize, report_id: &str, source: &Source) -> MentionRow {
        let mention = &self.extraction.mentions[at];
        let place = source.place(&mention.span);
        MentionRow {
            report_id: report_id.to_owned(),
            mention_no: number(at),
            start: place.start,
            end: place.end,
            value: mention.value.filter(|value| value.is_finite()),
            value_high: mention.value_high.filter(|value| value.is_finite()),
            unit: mention.unit.clone(),
            qualifier: mention.qualifier.as_str().to_owned(),
            value_text: source.text[place.bytes].to_owned(),
            label: mention.label.clone(),
            section: mention.section.clone(),
            fact_no: mention.fact.map(number),
        }
    }
}

/// What identity leaves open, for people.
fn of_identity(identity: &Identity) -> impl Iterator<Item = Finding> {
    let choices = identity.region_choices.join("、");
    let ambiguous = (!choices.is_empty()).then(|| Finding {
        expression: identity.region_choices.join(" | "),
        message_zh: format!("有多个同名地区，文中没有可以确定的依据，地区留空：{choices}"),
        message_en: format!("several regions bear the name and nothing in the document decides, so the region is left open: {choices}"),
        ..Finding::plain("identity.region_ambiguous", Severity::Warning)
    });
    let joint = identity.joint_with.as_ref().map(|others| Finding {
        expression: others.clone(),
        message_zh: format!("与 {others} 合并编制，记在第一个机关名下"),
        message_en: format!("a joint report with {others}, filed under the body named first"),
        ..Finding::plain("identity.joint", Severity::Note)
    });
    ambiguous.into_iter().chain(joint)
}

/// The row of a finding about a report, which comes after so many others.
pub(super) fn finding_row(report: &ReportRow, at: usize, finding: &Finding) -> FindingRow {
    FindingRow {
        report_id: report.report_id.clone(),
        finding_no: number(at),
        year: report.year,
        region_code: report.region_code.clone(),
        check: finding.check.clone(),
        severity: finding.severity.as_str().to_owned(),
        applicant: finding.applicant.to_owned(),
        expression: finding.expression.clone(),
        lhs: finding.lhs,
        rhs: finding.rhs,
        delta: finding.lhs.zip(finding.rhs).map(|(lhs, rhs)| lhs - rhs),
        lhs_fact_no: finding.lhs_fact.map(number),
        rhs_fact_no: finding.rhs_fact.map(number),
        message_zh: finding.message_zh.clone(),
        message_en: finding.message_en.clone(),
        indicators: finding.indicators.join(";"),
        ..FindingRow::default()
    }
}

/// Of a table that stands twice in a document the better read one, in the order of the source.
fn distinct_tables(tables: &[TableRead]) -> Vec<&TableRead> {
    let mut distinct: Vec<&TableRead> = Vec::new();
    for table in tables {
        match distinct.iter_mut().find(|t| t.table == table.table) {
            Some(known) if table.read > known.read => *known = table,
            Some(_) => {}
            None => distinct.push(table),
        }
    }
    distinct
}

/// The edition of most cells; of equals the later one.
fn edition(tables: &[&TableRead]) -> Form {
    let cells = |form: Form| tables.iter().filter(|t| t.form == form).map(|t| u64::from(t.read) + u64::from(t.blank)).sum::<u64>();
    let found = tables.iter().map(|t| t.form).max_by_key(|&form| (cells(form), form));
    found.unwrap_or_default()
}

/// Hash of what the selected figures say, in whatever order they stand.
fn figures_hash(facts: &[FactRow]) -> u64 {
    let mut said: Vec<_> = facts
        .iter()
        .filter(|fact| fact.selected)
        .filter_map(|fact| {
            let key = (fact.indicator.as_str(), fact.dimension.as_str(), fact.category.as_str(), fact.applicant.as_str());
            Some((key, fact.subject.as_str(), fact.period.as_str(), fact.value?.to_bits()))
        })
        .collect();
    said.sort_unstable();
    let mut hash = Sha256::new();
    for ((indicator, dimension, category, applicant), subject, period, value) in said {
        for word in [indicator, dimension, category, applicant, subject, period] {
            hash.update(word);
            hash.update([0]);
        }
        hash.update(value.to_le_bytes());
    }
    hash.finalize().iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Hash of a text without blanks: its first half as a number, and all of it in hexadecimal.
fn half_and_whole(text: &str) -> (u128, String) {
    let mut hash = Sha256::new();
    for word in text.split_whitespace() {
        hash.update(word);
    }
    let digest = hash.finalize();
    (digest.iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte)), hexadecimal(&digest))
}

/// The source text, and the way to it from the repaired text.
struct Source<'a> {
    text: &'a str,
    map: &'a Mapped,
    /// Code points before each [`STRIDE`]th byte.
    counts: Vec<usize>,
}

/// Bytes between two places whose code points are counted beforehand.
const STRIDE: usize = 256;

/// A place in the source text.
struct Place {
    bytes: Range<usize>,
    start: i64,
    end: i64,
}

impl<'a> Source<'a> {
    fn new(text: &'a str, map: &'a Mapped) -> Self {
        let mut counts = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut count = 0;
        for chunk in text.as_bytes().chunks(STRIDE) {
            counts.push(count);
            count += characters(chunk);
        }
        counts.push(count);
        Self { text, map, counts }
    }

    fn characters(&self) -> i64 {
        count64(self.counts.last().copied().unwrap_or_default())
    }

    /// Code points before a byte.
    fn code_point(&self, byte: usize) -> i64 {
        let whole = byte / STRIDE;
        count64(self.counts[whole] + characters(&self.text.as_bytes()[whole * STRIDE..byte]))
    }

    /// Where a range of the repaired text stands in the source. Boundaries within a character, which no
    /// repair should make, are moved outwards.
    fn bytes(&self, repaired: &Range<usize>) -> Range<usize> {
        let range = self.map.to_source(repaired);
        let start = self.text.floor_char_boundary(range.start);
        if range.is_empty() {
            return start..start;
        }
        start..self.text.ceil_char_boundary(range.end).max(start)
    }

    fn place(&self, repaired: &Range<usize>) -> Place {
        let bytes = self.bytes(repaired);
        Place { start: self.code_point(bytes.start), end: self.code_point(bytes.end), bytes }
    }

    /// The source around a value: its context where that is short enough, else what surrounds the value
    /// most closely.
    fn quote(&self, context: &Range<usize>, value: &Range<usize>) -> &'a str {
        let context = self.bytes(context);
        let (start, end) = (context.start.min(value.start), context.end.max(value.end));
        let whole = &self.text[start..end];
        if whole.len() <= QUOTE || whole.chars().nth(QUOTE).is_none() {
            return whole.trim();
        }
        let inside = self.text[value.clone()].chars().take(QUOTE).count();
        let before = self.text[start..value.start].char_indices().rev().take((QUOTE - inside) / 2).last();
        let from = before.map_or(value.start, |(at, _)| start + at);
        shortened(&self.text[from..end], QUOTE).trim()
    }
}

/// At most so many characters of a text.
fn shortened(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}

/// Code points that begin in these bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

/// The number of a row, from 1, of its place in a list.
fn number(at: usize) -> i32 {
    count32(at.saturating_add(1))
}

fn count32(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn count64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{Corrections, QUOTE, Source, process};
    use crate::read::{Content, Entry, ReadError, Reader};
    use crate::repair::{Edit, Mapped};

    fn entry(content: Content) -> Entry {
        Entry { source: "a.txt".into(), member: String::new(), title: None, address: None, charset: None, content }
    }

    #[test]
    fn places_are_code_points_of_the_source() {
        let text = format!("{}共收到（shōu）申请１２件。", "前言".repeat(300));
        let mut map = Mapped::new(text.clone());
        let (gloss, figure) = (text.find("（").unwrap_or_default(), text.find('１').unwrap_or_default());
        map.apply(&[
            Edit { range: gloss..gloss + "（shōu）".len(), text: String::new() },
            Edit { range: figure..figure + 6, text: "12".into() },
        ]);
        let source = Source::new(&text, &map);
        let repaired = map.as_str().find("12").unwrap_or_default();
        let place = source.place(&(repaired..repaired + 2));
        let cut: String = text.chars().skip(usize::try_from(place.start).unwrap_or_default()).take(2).collect();
        assert_eq!((&text[place.bytes.clone()], cut.as_str(), place.end - place.start), ("１２", "１２", 2));
        assert_eq!(source.characters(), 600 + 15);
        let quote = source.quote(&(0..map.as_str().len()), &place.bytes);
        assert!(quote.contains("１２") && quote.chars().count() <= QUOTE, "{quote}");
    }

    #[test]
    fn a_text_that_says_nothing_of_a_report_is_none() {
        let processed = process(&entry(Content::Text("今天天气很好。".into())), &Reader::default(), &Corrections::default());
        assert_eq!(processed.account.reject.map(|reject| reject.reason), Some("unrecognised".to_owned()));
    }

    #[test]
    fn a_document_of_another_kind_is_rejected_under_its_place_and_year() {
        let text = "武江区2021年政府信息公开指南\n为方便公众获取政府信息，制定本指南。";
        let titled = crate::read::Entry {
            title: Some("韶关市武江区2021年政府信息公开指南".into()), ..entry(Content::Text(text.into()))
        };
        let account = process(&titled, &Reader::default(), &Corrections::default()).account;
        assert_eq!(account.reject.map(|reject| reject.stage), Some("identify".to_owned()));
        assert_eq!((account.of.year, account.of.province.as_str(), account.of.level.as_str()), (Some(2021), "广东省", "county"));
        let unread = process(&entry(Content::Bytes(Vec::new())), &Reader::default(), &Corrections::default()).account;
        assert_eq!(unread.of, crate::aggregate::CoverageCell::default());
    }

    #[test]
    fn whatever_a_document_holds_it_has_an_account() {
        for content in [
            Content::Bytes(Vec::new()),
            Content::Bytes(vec![0xFF; 40]),
            Content::File("no/such/file".into()),
            Content::Broken(ReadError::Empty),
            Content::Text("\u{0}".into()),
        ] {
            let processed = process(&entry(content.clone()), &Reader::default(), &Corrections::default());
            let rejected = processed.account.reject.is_some();
            assert_eq!(processed.account.document.outcome, if rejected { "reject" } else { "report" }, "{content:?}");
            assert_eq!(processed.reports.is_empty(), rejected);
        }
    }
}
