//! What a document is: an annual report on disclosure, or something beside it.
//!
//! A title mostly tells. Where there is none, or none that tells, the head of the text and the column it stands in do: what
//! says of itself that it is something else is that, unless the text says just as plainly that it is a report. A short text of
//! a report need not say so, and is one as long as it speaks of disclosure.

use chrono::Datelike;

use crate::knowledge::{Field, PhraseRole, Place, body_words, gazetteer, phrases};

use super::dates;
use super::identity::Genre;
use super::page::{LineKind, Page, clip, squeeze};
use super::title::{self, Title};

/// How much of the text of a page without a title is looked at for what it says it is, in bytes.
const HEAD: usize = 1_200;
/// How much is looked at for signs of a report, in bytes.
const BODY: usize = 3_600;
/// From so many Chinese characters on, a text that is a report says something that reports say.
const PROSE: usize = 60;
/// From so many on, a text that is a report's at least tells of a place or a time, or of what somebody does.
const LINE: usize = 24;

/// What a text says it is, where it says so in words that a report has as well: a plain word for a report outweighs it.
const SIGNS: [(PhraseRole, &str); 6] = [
    (PhraseRole::GuideText, "guide"),
    (PhraseRole::CatalogueText, "catalogue"),
    (PhraseRole::NoticeText, "notice"),
    (PhraseRole::NewsText, "news"),
    (PhraseRole::StudyText, "other"),
    (PhraseRole::OtherReportText, "other_report"),
];

/// Decides what a document is.
pub(super) fn decide(page: &Page, titles: &[Title], evidence: &mut Vec<String>) -> Genre {
    let head: String = page.head.iter().take(12).map(|l| clip(&l.text, 900)).collect::<Vec<_>>().join("\n");
    let head = clip(&head, if page.short { 2_000 } else { 900 });
    // A whole report under the title of one may speak of anything; only blanks for names give a template away.
    let titled = !page.short && titles.iter().any(|t| t.report && t.other.is_none());
    let wording = if head.is_empty() { None } else { body_words().genre(head, &[Place::Text]) };
    if let Some(wording) = wording.filter(|w| !titled || w.reason == "template") {
        evidence.push(format!("genre:text {}", wording.pattern));
        return Genre::Other(&wording.reason);
    }
    // The headline of the page itself speaks for it; a site's title beside it may not.
    let report = titles.iter().any(|t| t.report && t.other.is_none());
    if let Some(other) = titles.iter().find_map(|t| t.other) {
        let first = titles.first().is_some_and(|t| t.other.is_some());
        if first || !report {
            evidence.push(format!("genre:title {other}"));
            return Genre::Other(other);
        }
    }
    let text = Text::new(page);
    // 信息公开年报 alone is as well the name of a column, or of a line of a table.
    let tells = |t: &Title| t.report && t.other.is_none() && (t.year.is_some() || t.body.is_some());
    if report && titles.iter().any(tells) {
        if let Some(other) = told(page, titles, &text).or_else(|| school(page, &text)) {
            evidence.push(format!("genre:head {other}"));
            return Genre::Other(other);
        }
        return Genre::AnnualReport;
    }
    if let Some(other) = text.other().or_else(|| text.column(page).filter(|_| titles.is_empty())) {
        evidence.push(format!("genre:head {other}"));
        return Genre::Other(other);
    }
    let says = |role| phrases().within(role, head);
    let says_report = || says(PhraseRole::Disclosure) && (says(PhraseRole::ReportName) || says(PhraseRole::Reporting));
    let untitled = || page.latin().is_some_and(|text| text.to_ascii_lowercase().contains("disclos")) || text.is_of_report(page);
    if report || if titles.is_empty() { untitled() } else { says_report() } {
        return Genre::AnnualReport;
    }
    evidence.push("genre:nothing says report".to_owned());
    Genre::Other("other")
}

/// The beginning of the text itself, without what stands around it.
struct Text {
    lines: Vec<String>,
    head: String,
    body: String,
    /// With what stands around it.
    all: String,
}

impl Text {
    fn new(page: &Page) -> Self {
        let lines: Vec<String> = page.body().take(40).map(|l| squeeze(clip(&l.text, BODY))).collect();
        let body = lines.join("\n");
        let body = clip(&body, BODY).to_owned();
        let all = page.head.iter().take(60).map(|l| squeeze(clip(&l.text, BODY))).collect::<Vec<_>>().join("\n");
        Self { head: clip(&body, HEAD).to_owned(), lines, body, all: clip(&all, 2 * BODY).to_owned() }
    }

    /// What the text says it is, if no report.
    fn other(&self) -> Option<&'static str> {
        let says = |role| phrases().within(role, &self.head);
        // Rules tell what a report has to hold, in the words of one.
        if says(PhraseRole::RulesText) {
            return Some("rules");
        }
        if let Some(school) = school_text(self) {
            return Some(school);
        }
        if phrases().within(PhraseRole::ReportText, &self.body) {
            return None;
        }
        // Reports name the guides and catalogues that they are about.
        let head = without_titles(&self.head);
        // A catalogue counts nothing.
        let sign = |role: PhraseRole| phrases().within(role, &head) && (role != PhraseRole::CatalogueText || !self.counts());
        if let Some((_, reason)) = SIGNS.iter().find(|(role, _)| sign(*role)) {
            return Some(reason);
        }
        if self.lines.iter().take(4).any(|line| is_addressed(line)) {
            return Some("notice");
        }
        if self.lines.iter().take(3).any(|line| is_dated_news(line)) {
            return Some("news");
        }
        None
    }

    /// What the column is for that the page stands in: the last of the places of its path.
    fn column(&self, page: &Page) -> Option<&'static str> {
        let path = page.head.iter().find(|l| l.kind == LineKind::Breadcrumb || l.text.matches('>').count() > 1)?;
        let last = path.text.rsplit(['>', '»', '→']).map(str::trim).find(|part| !part.is_empty())?;
        let sentence = last.chars().count() > 20 || last.contains([',', '，', ';', '；', '。', ':', '：']);
        if sentence || title::read(last).report || phrases().within(PhraseRole::ReportText, &self.body) {
            return None;
        }
        body_words().genre(last, &[Place::Always, Place::Title]).map(|wording| wording.reason.as_str())
    }

    /// Whether a text of which nothing tells what it is speaks as reports do. A line or two need not say more than where
    /// they come from.
    fn is_of_report(&self, page: &Page) -> bool {
        let within = |role| phrases().within(role, &self.all);
        if within(PhraseRole::ReportText) || within(PhraseRole::ReportHead) || self.counts() {
            return true;
        }
        let prose = self.prose();
        let discloses = within(PhraseRole::Disclosure) || self.all.contains("公开");
        let own = within(PhraseRole::Own);
        if prose >= PROSE {
            return discloses && (own || within(PhraseRole::ReportMatter) && dates::years(&self.all).iter().any(|y| y.marked));
        }
        // What a reader of binary files left.
        let signs = self.all.chars().filter(|c| !c.is_whitespace()).count();
        if signs > PROSE && prose * 10 < signs {
            return false;
        }
        let placed = || gazetteer().scan(&self.all).next().is_some() || !dates::years(&self.all).is_empty() || !page.labelled.is_empty();
        discloses || own || prose < LINE && signs > 0 || placed()
    }

    /// Whether it counts what reports count: 发布信息120条.
    fn counts(&self) -> bool {
        let counted = |line: &str| {
            let ends = line.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(at, c)| at + c.len_utf8());
            ends.map(|end| &line[end..]).any(|rest| phrases().begin(PhraseRole::CountUnit, rest.trim_start()))
        };
        phrases().within(PhraseRole::ReportMatter, &self.all) && self.all.lines().any(counted)
    }

    fn prose(&self) -> usize {
        self.all.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count()
    }
}

/// A text without what stands within 《》.
fn without_titles(text: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '《' => depth += 1,
            '》' | '\n' => depth = 0,
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
        if c == '\n' {
            kept.push(c);
        }
    }
    kept
}

/// Whether a title tells that somebody published a report, on a page of news.
fn told(page: &Page, titles: &[Title], text: &Text) -> Option<&'static str> {
    let press = || page.labelled.iter().any(|l| l.field == Field::Source && phrases().within(PhraseRole::Press, &l.value));
    let news = || phrases().within(PhraseRole::NewsText, &text.head) || text.lines.iter().take(6).any(|line| is_dated_news(line));
    (titles.iter().any(|t| t.told) && (press() || news())).then_some("news")
}

/// Whether a report under a title that names no government is that of a school.
fn school(page: &Page, text: &Text) -> Option<&'static str> {
    let government = |title: &String| title.contains("政府") || title.contains("政务");
    if page.titles.iter().any(government) { None } else { school_text(text) }
}

/// Schools report by school years, which begin in September.
fn school_text(text: &Text) -> Option<&'static str> {
    let by_year = || {
        text.lines
            .iter()
            .take(8)
            .filter_map(|line| dates::period(line))
            .any(|(first, last)| (first.month(), first.day()) == (9, 1) && last.year() == first.year() + 1 && last.month() >= 8)
    };
    (phrases().within(PhraseRole::SchoolText, &text.head) || by_year()).then_some("university")
}

/// 各县(市)人民政府:
fn is_addressed(line: &str) -> bool {
    line.ends_with(['：', ':']) && line.chars().count() <= 80 && phrases().begin(PhraseRole::Addressee, line)
}

/// 4月2日,某省政府对外公布了…: what happened on a day is told by others, unless a body speaks of itself.
fn is_dated_news(line: &str) -> bool {
    let Some(rest) = after_day(line) else { return false };
    let sentence = rest.split('。').next().unwrap_or_default();
    phrases().within(PhraseRole::NewsVerb, sentence) && !phrases().within(PhraseRole::Own, sentence)
}

/// What follows the day of the month, or the day, that a line begins with.
fn after_day(line: &str) -> Option<&str> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let number = |text: &str| (1..=2).contains(&digits(text)).then(|| digits(text));
    let first = number(line)?;
    let rest = match line[first..].strip_prefix('月') {
        Some(rest) => &rest[number(rest)?..],
        None => &line[first..],
    };
    rest.strip_prefix('日')
}
