//! Where a page says who reports: its titles, the lead, the contact sentence, the signature, the metadata.

use std::borrow::Cow;

use crate::knowledge::{Field, PhraseRole, RegionLevel, phrases};

use super::body::{self, Body};
use super::dates;
use super::identity::OrgKind;
use super::page::{LINE, LineKind, Page, clip};
use super::title::{self, Title};

/// One place that names a body.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) body: Body,
    /// How much it is worth: a title more than a contact.
    pub(super) weight: u32,
    /// Where it stands, for the record.
    pub(super) origin: &'static str,
}

/// A year that a page states for the report.
#[derive(Clone, Copy, Debug)]
pub(super) struct YearStatement {
    pub(super) year: i16,
    pub(super) weight: u32,
    pub(super) origin: &'static str,
}

/// Signs that end a name.
const STOPS: [char; 32] = [
    '…', '·', ',', '，', '。', '；', ';', '：', ':', '“', '”', '"', '《', '》', '「', '」', '（', '）', '(', ')', '[', ']', '【', '】',
    '|', '\t', '\n', '>', '→', '/', '！', '?',
];

/// Reads all statements of bodies and years.
pub(super) fn read(page: &Page, titles: &[Title]) -> (Vec<Statement>, Vec<YearStatement>) {
    let mut reader = Reader::default();
    for (n, title) in titles.iter().enumerate() {
        let weight = if n == 0 { 100 } else { 96 };
        if let Some(body) = title.body.clone().filter(Body::is_named)
            && (title.report || n == 0)
        {
            reader.body(body, weight, "title");
        }
        if let Some(year) = title.year.filter(|_| title.report || n == 0) {
            reader.year(year, if title.report { 200 } else { 120 }, "title");
        }
    }
    let mut paragraphs = 0;
    for line in page.body() {
        if line.text.len() < 24 && line.kind != LineKind::Heading {
            continue;
        }
        paragraphs += 1;
        if paragraphs > 12 {
            break;
        }
        reader.paragraph(clip(&line.text, 3_000), paragraphs);
    }
    for labelled in &page.labelled {
        let (weight, origin) = match labelled.field {
            Field::Title => {
                let title = title::read(&labelled.value);
                if let Some(body) = title.body.filter(Body::is_named) {
                    reader.body(body, 94, "metadata title");
                }
                if let Some(year) = title.year.filter(|_| title.report) {
                    reader.year(year, 100, "metadata title");
                }
                continue;
            }
            Field::Publisher => (45, "publisher"),
            Field::Source => (38, "source"),
            _ => continue,
        };
        if let Some(body) = body::parse(&labelled.value, true) {
            reader.body(body, weight, origin);
        }
    }
    reader.signature(page);
    if let Some(text) = page.latin() {
        reader.latin(text);
    }
    for line in page.head.iter().filter(|l| l.kind == LineKind::Breadcrumb || l.text.matches('>').count() > 1) {
        for part in line.text.split(['>', '»', '/', '→']) {
            for year in dates::years(part) {
                reader.year(year.year, 15, "breadcrumb");
            }
        }
    }
    (reader.statements, reader.years)
}

#[derive(Default)]
struct Reader {
    statements: Vec<Statement>,
    years: Vec<YearStatement>,
    plain_years: u32,
}

impl Reader {
    fn body(&mut self, body: Body, weight: u32, origin: &'static str) {
        // An unlisted township without a place before it is half a guess.
        let doubtful = body.township.is_some() && !body.listed && body.chain.is_empty() && origin != "title";
        let weight = if doubtful { weight / 2 } else { weight };
        if self.statements.len() < 60 && (body.is_named() || body.township.is_some() || body.is_area()) {
            self.statements.push(Statement { body, weight, origin });
        }
    }

    fn year(&mut self, year: i16, weight: u32, origin: &'static str) {
        if self.years.len() < 60 {
            self.years.push(YearStatement { year, weight, origin });
        }
    }

    fn paragraph(&mut self, text: &str, number: u32) {
        let text = &without_glosses(text);
        let text = &without_rules(text);
        // What a paragraph says later in the report is worth less.
        let late = if number > 4 { 20 } else { 0 };
        self.report_phrases(text, late);
        self.compilers(text, late);
        self.contacts(text);
        self.subject(text, late);
        self.expressions(text, late);
        if number <= 3 {
            self.townships(text);
        }
        if let Some((first, last)) = dates::period(text).filter(|_| number <= 8) {
            use chrono::Datelike;
            let (first, last) = (first.year() as i16, last.year() as i16);
            if first == last {
                self.year(first, 70, "period");
            } else {
                self.year(first, 22, "period");
                self.year(last, 20, "period");
            }
        } else if let Some(year) = damaged_period(text) {
            self.year(year, 50, "period");
        }
    }

    /// …公布X2016年政府信息公开工作年度报告, 《X2016年…年度报告》
    fn report_phrases(&mut self, text: &str, late: u32) {
        for (at, word) in text.match_indices("公开").take(40) {
            let after = clip(&text[at + word.len()..], 60);
            let after = after.split(['。', '；', ';', '》', '，', ',']).next().unwrap_or_default();
            let names_report = phrases().within(PhraseRole::ReportName, after);
            let situation = phrases().begin(PhraseRole::Situation, after);
            if !names_report && !situation {
                continue;
            }
            let until = clip(text, at + word.len());
            let start = until.rfind(STOPS).map_or(0, |s| s + until[s..].chars().next().map_or(1, char::len_utf8));
            let phrase = &until[start..];
            let phrase = &phrase[opener_end(&phrase[..phrase.len() - word.len()])..];
            let quoted = clip(text, start).ends_with('《');
            // A report of another year or a rule named in passing has no year before it.
            let read = title::read(&format!("{phrase}{}", if names_report { "年度报告" } else { "报告" }));
            // 按时完成2009年…年度报告: another report, which this one tells of.
            if read.year.is_some() && is_passing(&until[start..]) {
                continue;
            }
            let base = match (quoted, names_report, read.year.is_some()) {
                (true, ..) => 84,
                (_, true, _) => 80,
                // 现将X2024年度政府信息公开情况公布如下
                (.., true) => 66,
                _ => 58,
            };
            if let Some(body) = read.body.filter(|_| read.year.is_some() || names_report) {
                self.body(body, base - late, "lead");
            }
            if let Some(year) = read.year {
                self.year(year, (if names_report { 60 } else { 45 }) - late, "lead");
            }
        }
        // X2013年度报告, without the words 信息公开
        for (at, word) in text.match_indices("年报告").chain(text.match_indices("年度报告")).chain(text.match_indices("年年报")).take(20)
        {
            let until = clip(text, at);
            let years = dates::years(clip(text, at + word.len()));
            let Some(year) = years.last().filter(|y| y.end >= at && y.start < at) else { continue };
            let start = until.rfind(STOPS).map_or(0, |s| s + until[s..].chars().next().map_or(1, char::len_utf8));
            if start > year.start {
                continue;
            }
            let phrase = &text[start..year.start];
            if is_passing(phrase) {
                continue;
            }
            let phrase = after_opener(phrase);
            self.year(year.year, 58, "lead");
            if let Some(body) = body::parse(phrase, true).filter(Body::is_named) {
                self.body(body, 62 - late, "lead");
            }
        }
    }

    /// 由X编制, X编制
    fn compilers(&mut self, text: &str, late: u32) {
        for verb in phrases().find(PhraseRole::Compiler, text).take(48) {
            let until = clip(text, verb.start);
            let start = until.rfind(STOPS).map_or(0, |s| s + until[s..].chars().next().map_or(1, char::len_utf8));
            // 由湖北省地震局根据…以及…的要求编制: the body stands before what it follows.
            let sentence = until.rsplit('。').next().unwrap_or_default();
            let follows = sentence.rsplit_once('由').and_then(|(_, rest)| {
                let end = phrases().find(PhraseRole::Follows, rest).next()?.start;
                body_in_text(&rest[..end]).filter(Body::is_named)
            });
            if let Some(body) = follows {
                self.body(body, 76 - late, "compiler");
                continue;
            }
            let phrase = &until[start..];
            let by = phrase.rfind('由').map(|p| p + '由'.len_utf8());
            let phrase = by.map_or(phrase, |p| &phrase[p..]);
            let phrase = after_opener(phrase).trim_end_matches(['所', '组', '织', '负', '责', '并']);
            let circumstance = phrases().suffix(PhraseRole::Circumstance, phrase).unwrap_or_default();
            let phrase = phrase[..phrase.len() - circumstance.len()].trim_start_matches("本报告").trim_start_matches('是');
            if let Some(body) = body_in_text(phrase).filter(Body::is_named) {
                self.body(body, (if by.is_some() { 76 } else { 66 }) - late, "compiler");
            }
        }
    }

    /// 请与X联系, 联系 X, 落款 X, 封面 X
    fn contacts(&mut self, text: &str) {
        for mark in phrases().find(PhraseRole::Contact, text).take(60) {
            let rest = text[mark.end..].trim_start_matches([' ', '：', ':', '\u{3000}', '为', '方', '式', '与', '系']);
            let end = rest.find(STOPS).unwrap_or(rest.len());
            let phrase = clip(&rest[..end], 120);
            let phrase = phrase.split("联系").next().unwrap_or_default();
            let phrase = phrase.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
            let years = dates::years(phrase);
            let phrase = years.first().filter(|y| y.start > 0).map_or(phrase, |y| &phrase[..y.start]);
            // 党政综合办公室 is a unit of whoever reports, and the address of a house names no government.
            let postal = phrases().suffix(PhraseRole::Postal, &text[..mark.end]).is_some();
            let of_none =
                |body: &Body| body.is_placeless() && crate::knowledge::body_words().begins_internal(&body.tail) || postal && body.is_area();
            if let Some(body) = body::parse(phrase, true).filter(|b| (b.is_named() || b.township.is_some()) && !of_none(b)) {
                self.body(body, mark.weight, "contact");
            }
        }
    }

    /// 2019年,黄平县认真贯彻……: the subject of the first sentence that begins with a year.
    fn subject(&mut self, text: &str, late: u32) {
        for year in dates::years(text).into_iter().filter(|y| y.marked).take(6) {
            let before = clip(text, year.start).trim_end();
            let opens = before.is_empty()
                || before.ends_with(['。', '：', ':', '；', ';', ' ', '\u{3000}', '）', ')', '句', '情', '况', '述', '“']);
            let rest = text[year.end..].trim_start_matches(['度', ',', '，', ' ']);
            // What a body means to do is of a year that is still to come.
            // 2019年结转73宗: of the year before.
            if phrases().begin(PhraseRole::Plan, rest) || phrases().begin(PhraseRole::CarriedIn, &text[year.end..]) {
                continue;
            }
            let dated = text[year.end..].starts_with(|c: char| c.is_ascii_digit());
            if !opens || dated {
                if !dated && self.plain_years < 4 {
                    self.plain_years += 1;
                    let passing = is_passing(before.rsplit(STOPS).next().unwrap_or_default());
                    self.year(year.year, if passing { 2 } else { 5 }, "text");
                }
                continue;
            }
            self.year(year.year, 40 - late, "text");
            let mut phrase = clip(rest, 90);
            // 在市委、市政府的领导下,X...
            if phrase.starts_with('在') {
                phrase = rest.split_once(['，', ',']).map_or("", |(_, after)| clip(after, 90));
            }
            let phrase = phrase.split(STOPS).next().unwrap_or_default();
            if let Some(body) = subject_of(phrase) {
                // 某街道在区委、区政府的领导下: who is led reports, and not who leads.
                let led = body.township.is_some() && phrases().within(PhraseRole::Led, clip(rest, 120));
                self.body(body, (if led { 68 } else { 60 }) - late, "first sentence");
            }
        }
    }

    /// Names of bodies anywhere: a place and what is its.
    fn expressions(&mut self, text: &str, late: u32) {
        let gazetteer = crate::knowledge::gazetteer();
        let mut from = 0;
        for found in gazetteer.scan(text).take(60) {
            if found.start < from || body::acceptable(text, &found, false).is_empty() {
                continue;
            }
            let rest = clip(&text[found.start..], 120);
            let phrase = rest.split(STOPS).next().unwrap_or_default();
            from = found.start + phrase.len().min(60);
            let Some(body) = body_in_text(phrase) else { continue };
            // The address of a house.
            if body.is_area() && phrases().suffix(PhraseRole::Postal, text[..found.start].trim_end_matches([':', '：', ' '])).is_some() {
                continue;
            }
            let weight = if body.is_area() { 12 } else { 32 };
            self.body(body, weight.max(late + 2) - late, "text");
        }
    }

    /// A translation: the first district, county or city it names is the one whose government reports.
    fn latin(&mut self, text: &str) {
        let places = super::english::places(text);
        if let Some((name, senses)) = places
            .into_iter()
            .find(|(_, senses)| senses.iter().any(|s| crate::knowledge::gazetteer()[s.region].level != RegionLevel::Province))
        {
            self.body(Body { chain: vec![(name, senses)], kind: Some(OrgKind::Government), ..Body::default() }, 40, "translation");
        }
        for year in dates::years(text).into_iter().take(8) {
            self.year(year.year, 10, "translation");
        }
    }

    /// Listed townships anywhere, without a place before them.
    fn townships(&mut self, text: &str) {
        let list = crate::knowledge::townships();
        for word in ["街道", "镇", "乡", "苏木"] {
            for (at, _) in text.match_indices(word).take(12) {
                let stem = clip(text, at);
                let starts: Vec<usize> = stem.char_indices().rev().take(5).map(|(i, _)| i).collect();
                let name = starts.iter().skip(1).rev().map(|i| &text[*i..at + word.len()]).find(|n| list.named(n).next().is_some());
                if let Some(name) = name
                    && let Some(body) = body::parse(name, true).filter(|b| b.township.is_some())
                {
                    self.body(body, 28, "text");
                }
            }
        }
    }

    fn signature(&mut self, page: &Page) {
        if page.short {
            return;
        }
        for line in page.tail.iter().filter(|l| l.kind == LineKind::Text && l.text.len() <= LINE / 3) {
            let text = line.text.trim_matches(['(', ')', '（', '）', ' ', '\u{3000}']);
            if text.contains(['：', ':', '。', '>', '|']) || text.contains("报告") {
                continue;
            }
            if let Some(body) = body::parse(text, false).filter(Body::is_named) {
                self.body(body, 57, "signature");
            }
        }
    }
}

/// Where the last verb before a name ends.
fn opener_end(phrase: &str) -> usize {
    // 将乐县, 称多县, 将军路街道: the verb can be the beginning of a name.
    let name = |start: usize, end: usize| end - start == 3 && name_end(&phrase[start..]).is_some();
    phrases()
        .every(PhraseRole::Opener, phrase)
        .filter(|found| found.end < phrase.len() && !name(found.start, found.end))
        .map(|found| found.end)
        .max()
        .unwrap_or(0)
}

/// Where the name of a region or of a listed township ends that a text begins with.
fn name_end(text: &str) -> Option<usize> {
    let region = crate::knowledge::gazetteer().scan(text).next().filter(|found| found.start == 0).map(|found| found.end);
    region.or_else(|| body::listed_township(text))
}

/// Whether a place lies within a name: 无为县, 共和镇.
fn within_name(text: &str, at: usize) -> bool {
    let starts = text[..at].char_indices().rev().take(4).map(|(start, _)| start);
    std::iter::once(at).chain(starts).any(|start| name_end(&text[start..]).is_some_and(|length| start + length > at))
}

fn after_opener(phrase: &str) -> &str {
    &phrase[opener_end(phrase)..]
}

/// The subject of a sentence: a body or a place followed by what it did.
fn subject_of(phrase: &str) -> Option<Body> {
    body_in_text(phrase).filter(|b| b.is_named() || b.township.is_some())
}

/// The body that running text begins with: its name ends where a known end stands and something else begins.
fn body_in_text(phrase: &str) -> Option<Body> {
    let year = dates::years(phrase).first().map(|y| y.start);
    let after = phrases().every(PhraseRole::AfterBody, phrase).map(|found| found.start);
    let mut ends: Vec<usize> = after.chain(year).filter(|at| *at > 0).collect();
    ends.sort_unstable();
    let end = ends.into_iter().take(12).find(|at| !within_name(phrase, *at)).unwrap_or(phrase.len());
    let name = &phrase[..end];
    let body = body::parse(name, true)?;
    if body.kind.is_some() || !body.tail.is_empty() {
        return Some(body);
    }
    // What follows is no name: a place alone.
    (!body.chain.is_empty()).then_some(Body { kind: None, ..body })
}

/// Whether what stands before the name of a report says that it is another one than that at hand.
fn is_passing(before: &str) -> bool {
    phrases().within(PhraseRole::Passing, before)
}

/// A text without the brackets that give the short form of the name before them: 某市税务局(以下简称“市税务局”)2021年….
fn without_glosses(text: &str) -> Cow<'_, str> {
    /// A bracket without its partner must not swallow the text.
    const LONGEST: usize = 150;
    let mut kept = String::new();
    let mut from = 0;
    for (at, bracket) in text.match_indices(['(', '（']) {
        let inner = &text[at + bracket.len()..];
        if at < from || !phrases().begin(PhraseRole::ShortFor, inner) {
            continue;
        }
        let Some(end) = inner.find([')', '）']).filter(|end| *end <= LONGEST) else { continue };
        kept += &text[from..at];
        from = at + bracket.len() + end + inner[end..].chars().next().map_or(0, char::len_utf8);
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    kept += &text[from..];
    Cow::Owned(kept)
}

/// A text without the titles of rules and notices: who issued them is not who reports. A title in a title counts with
/// the outer one.
fn without_rules(text: &str) -> Cow<'_, str> {
    /// A mark without its partner must not swallow the text.
    const LONGEST: usize = 400;
    let mut kept = String::new();
    let mut from = 0;
    let mut open: Vec<usize> = Vec::new();
    for (at, mark) in text.match_indices(['《', '》']) {
        if mark == "《" {
            open.push(at);
            continue;
        }
        let Some(start) = open.pop().filter(|_| open.is_empty()) else { continue };
        let title = &text[start + mark.len()..at];
        if title.len() <= LONGEST && start >= from && phrases().suffix(PhraseRole::Rule, title.trim_end_matches('》')).is_some() {
            kept += &text[from..start + mark.len()];
            from = at;
        }
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    kept += &text[from..];
    Cow::Owned(kept)
}

/// The year of a period whose units were lost: 期限 20201月1日起至202012月31日止.
fn damaged_period(text: &str) -> Option<i16> {
    let at = phrases().find(PhraseRole::Period, text).next()?.end;
    let rest = clip(&text[at..], 120);
    let from = rest.find("20")?;
    let digits: String = rest[from..].chars().take_while(char::is_ascii_digit).take(4).collect();
    let year: i16 = digits.parse().ok().filter(|y| (2005..=2039).contains(y))?;
    Some(year)
}
