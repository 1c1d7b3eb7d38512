//! Titles: the body, the year, and whether it is the title of a report.

use crate::knowledge::{PhraseRole, Place, body_words, phrases};

use super::body::{self, Body};
use super::dates;
use super::page::squeeze;

/// What a title says.
#[derive(Clone, Debug, Default)]
pub(super) struct Title {
    pub(super) year: Option<i16>,
    pub(super) body: Option<Body>,
    /// Whether it has the form of a report's title.
    pub(super) report: bool,
    /// Whether a company discloses, and not a government.
    pub(super) company: bool,
    /// Whether it tells that somebody published a report, as news do.
    pub(super) told: bool,
    /// What it says the document is instead.
    pub(super) other: Option<&'static str>,
}

/// Reads a title.
pub(super) fn read(title: &str) -> Title {
    let title = squeeze(title);
    let text = main_part(&title);
    let mut found = Title::default();
    let Carried { report: text, carrier } = carried(text);
    let carried = carrier.is_some();
    let subject = phrases().find(PhraseRole::Subject, text).next().map(|found| (found.start, found.end));
    let mut years = dates::years(text);
    if years.is_empty() {
        years.extend(dates::short_year(text));
    }
    if let Some((start, end)) = subject {
        let after = &text[end..];
        found.report = report_form(after, carried);
        found.told = !carried && tells(&text[..start]);
        // The year nearest to the words 信息公开, before them by preference.
        let before = years.iter().rev().find(|y| y.start < start);
        found.year = before.or_else(|| years.iter().find(|y| y.start >= end)).map(|y| y.year);
        found.body = body_before(text, start, before.copied()).or_else(|| body_after(after, &dates::years(after)));
        // A government discloses 政府信息; what a company discloses is its own.
        found.company = &text[start..end] == "信息公开" && is_company(text, start, before.copied(), found.body.as_ref());
    } else {
        found.year = years.first().map(|y| y.year);
        let stripped: String = match years.first() {
            Some(y) => format!("{}{}", &text[..y.start], &text[y.end.min(text.len())..]),
            None => text.to_owned(),
        };
        found.body = body::parse(stripped.trim_start_matches("年度").trim_start_matches('度'), true).filter(Body::is_named);
        found.report = false;
    }
    if found.body.is_none() {
        found.body = carrier.and_then(body_of_carrier).or_else(|| body_beside(&title, text));
    }
    found.other = other(&title, &found, carried);
    found
}

/// The body that the title names beside its main part (…年度报告——攸县教育局), unless it is the name of a site.
fn body_beside(title: &str, main: &str) -> Option<Body> {
    let pieces = title.split(['|', '_', '｜', '-', '－', '—']).map(str::trim).filter(|piece| !piece.is_empty() && !piece.contains(main));
    let mut bodies = pieces.filter(|piece| !phrases().within(PhraseRole::Site, piece)).filter_map(|piece| body::parse(piece, false));
    bodies.find(|body| body.is_named() && !body.is_area() && !body.place_text().is_empty())
}

/// The title without the name of its column and site, and of its two halves the one that counts.
fn main_part(title: &str) -> &str {
    let parts = |separators: &[char]| -> Option<&str> {
        let pieces: Vec<&str> = title.split(separators).map(str::trim).filter(|p| !p.is_empty()).collect();
        (pieces.len() > 1).then(|| pieces.iter().copied().find(|piece| phrases().within(PhraseRole::Report, piece)))?
    };
    parts(&['|', '_', '｜'])
        .or_else(|| {
            let (first, rest) = title.split_at(title.find(['-', '－', '—'])?);
            let rest = rest.trim_start_matches(['-', '－', '—', ' ']);
            let is_report = |part: &str| phrases().within(PhraseRole::Report, part);
            if is_report(first) {
                return Some(first.trim());
            }
            // X市人民政府门户网站 - X市2017年…年度报告
            (is_report(rest) && phrases().within(PhraseRole::Site, first)).then_some(rest)
        })
        .unwrap_or(title)
}

/// A title without the notice around it.
struct Carried<'a> {
    report: &'a str,
    /// What stands before the report in the title of a notice that carries it.
    carrier: Option<&'a str>,
}

/// Of a notice that carries a report, the name of the report.
fn carried(text: &str) -> Carried<'_> {
    let phrases = phrases();
    let end = text.trim_end_matches(['。', ' ']);
    let announces = phrases.suffix(PhraseRole::Announcement, end).is_some();
    if let (Some(open), Some(close)) = (text.find('《'), text.rfind('》')) {
        let inner = text.get(open + '《'.len_utf8()..close).unwrap_or_default();
        let outer = &text[..open];
        let is_report = inner.contains("公开") && phrases.suffix(PhraseRole::Report, inner).is_some();
        if is_report && (outer.is_empty() || announces || phrases.within(PhraseRole::Carrier, outer)) {
            return Carried { report: inner, carrier: Some(outer) };
        }
    }
    let whole = Carried { report: text, carrier: None };
    if !announces && phrases.suffix(PhraseRole::Notice, end).is_none() && !end.ends_with("报告") {
        return whole;
    }
    let of_report = |inner: &str| inner.contains("报告的") || inner.contains("年报的");
    let at = phrases.every(PhraseRole::Carrier, text).find(|found| text[..found.start].ends_with("关于")).map(|found| found.end);
    // 关于X年度报告的公告 tells everybody of the report; a notice without a verb is one to those who write reports.
    let at = at.or_else(|| {
        let about = text.find("关于").map(|at| at + "关于".len()).filter(|_| announces)?;
        (!phrases.within(PhraseRole::About, &text[about..])).then_some(about)
    });
    match at.map(|at| text.split_at(at)) {
        Some((carrier, inner)) if of_report(inner) => {
            Carried { report: &inner[..inner.rfind('的').unwrap_or(inner.len())], carrier: Some(carrier) }
        }
        _ => whole,
    }
}

/// The body of a notice's title, where the report that it carries names none. A government's office speaks for it.
fn body_of_carrier(carrier: &str) -> Option<Body> {
    let name = carrier.split("关于").next().unwrap_or_default();
    let body = body::parse(name, false).filter(Body::is_named)?;
    Some(Body { office: None, ..body })
}

/// Whether what follows the words 信息公开 makes it a report's title.
fn report_form(after: &str, carried: bool) -> bool {
    let after = after.trim_end_matches(['。', ' ', ')', '）']);
    let phrases = phrases();
    // The words for a report, and what stands after them.
    let Some(end) = phrases.every(PhraseRole::Report, after).map(|found| found.end).max() else { return false };
    let rest = &after[end..];
    let letter = |role| phrases.suffix(role, after).is_some();
    let notice = !carried && (letter(PhraseRole::Notice) || letter(PhraseRole::Announcement));
    let about = !carried && phrases.within(PhraseRole::AboutReport, rest);
    !notice && !about && rest.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count() <= 14
}

/// Whether a title is a sentence (某省发布2016年…报告): a body, what it did, and then a year.
fn tells(before: &str) -> bool {
    phrases().find(PhraseRole::Carrier, before).any(|verb| {
        let (subject, object) = (&before[..verb.start], &before[verb.end..]);
        let subject = subject.trim_end_matches("对外").trim_end_matches("正式");
        !subject.contains("关于") && !dates::years(object).is_empty() && body::parse(subject, false).is_some_and(|body| body.is_named())
    })
}

/// The body that stands between the words 信息公开 and the word for the report: 信息公开连州市年报.
fn body_after(after: &str, years: &[dates::YearAt]) -> Option<Body> {
    let report = phrases().find(PhraseRole::Report, after).next()?.start;
    let start = years.iter().map(|y| y.end).filter(|end| *end < report).max().unwrap_or(0);
    let name = after[start..report].trim_start_matches('度').trim_end_matches("年度").trim_matches([' ', '的', ':', '：']);
    body::parse(name, false).filter(|body| body.is_named() && !body.chain.is_empty())
}

/// Whether the name before the words 信息公开, or the body beside them, is a company's.
fn is_company(text: &str, start: usize, year: Option<dates::YearAt>, body: Option<&Body>) -> bool {
    let ends = |name: &str| phrases().suffix(PhraseRole::Company, name.trim_end_matches([' ', '的', '度'])).is_some();
    let before = &text[..start];
    ends(before) || year.is_some_and(|year| ends(&before[..year.start])) || body.is_some_and(|body| ends(&body.tail))
}

fn body_before(text: &str, start: usize, year: Option<dates::YearAt>) -> Option<Body> {
    let mut before = text[..start].to_owned();
    let after_subject = &text[start..];
    // 鼓楼区人民政府信息公开: one 政府 serves two.
    if before.ends_with("人民") && after_subject.starts_with("政府") {
        before.push_str("政府");
    }
    let clean = |s: &str| -> String {
        s.trim_start_matches("年度")
            .trim_start_matches('度')
            .trim_matches([' ', '的', ':', '：', ',', '，', '.', '、'])
            .trim_end_matches("关于")
            .trim_end_matches("年度")
            .trim_end_matches('年')
            .to_owned()
    };
    let Some(year) = year else { return body::parse(&clean(&before), false).filter(Body::is_named) };
    let (first, second) = (clean(&before[..year.start]), clean(before.get(year.end..).unwrap_or_default()));
    let parse = |s: &str| body::parse(s, false).filter(Body::is_named);
    let (a, b) = (parse(&first), parse(&second));
    match (a, b) {
        // 黄平县2019年教育局: place, year, body.
        (Some(a), Some(b)) if a.is_area() && b.chain.is_empty() && !b.tail.is_empty() => parse(&format!("{first}{second}")).or(Some(b)),
        (Some(a), Some(b)) if a.is_area() && b.township.is_some() && b.chain.is_empty() => parse(&format!("{first}{second}")).or(Some(b)),
        (Some(a), _) => Some(a),
        (None, b) => b.or_else(|| parse(&format!("{first}{second}"))),
    }
}

fn other(title: &str, found: &Title, carried: bool) -> Option<&'static str> {
    let places: &[Place] = if found.report { &[Place::Always] } else { &[Place::Always, Place::Title] };
    if let Some(wording) = body_words().genre(title, places) {
        return Some(&wording.reason);
    }
    if found.company {
        return Some("company");
    }
    let phrases = phrases();
    let ends = |role, text: &str| phrases.suffix(role, text).is_some();
    if found.body.as_ref().is_some_and(|body| ends(PhraseRole::School, &body.tail) && !ends(PhraseRole::NoSchool, &body.tail)) {
        return Some("university");
    }
    let end = title.trim_end_matches(['。', ' ', ')', '）']);
    if !carried && (ends(PhraseRole::Notice, end) || ends(PhraseRole::Announcement, end)) {
        return Some("notice");
    }
    (!carried && end.contains("的通知") && phrases.within(PhraseRole::About, end)).then_some("notice")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn body_and_year_of_titles() {
        for (title, year, place, township, tail) in [
            ("2017年泸州市政府政府信息公开工作年度报告", 2017, "泸州市", None, "政府"),
            ("2008年鼓楼区人民政府信息公开年报", 2008, "鼓楼区", None, "人民政府"),
            ("沈河区2016年度政府信息公开工作报告", 2016, "沈河区", None, ""),
            ("2008上海市宝山区友谊路街道办事处政府信息公开工作年度报告_栏目_站名", 2008, "上海市宝山区", Some("友谊路街道"), ""),
            ("宝坻区大钟庄镇政府信息公开工作年度报告 (2019年)", 2019, "宝坻区", Some("大钟庄镇"), ""),
            ("贺州市人民政府办公室关于公布\n贺州市2009年度政府信息公开工作年度报告的通知", 2009, "贺州市", None, ""),
            ("伊宁县政府信息公开工作2023年度报告", 2023, "伊宁县", None, ""),
            ("伊宁县人民政府网站 - 2019年伊宁县政府信息公开年度报告", 2019, "伊宁县", None, ""),
            ("渝北区回兴街道办事处关于2022年政府信息公开工作年度报告的公告", 2022, "渝北区", Some("回兴街道"), ""),
            ("麒麟区人民政府办公室关于2020年政府信息公开年报的通告", 2020, "麒麟区", None, "人民政府"),
            ("2011政府信息公开麻城市年报", 2011, "麻城市", None, ""),
            ("12年度麻城市政府信息公开年报", 2012, "麻城市", None, ""),
            ("渝北区财政局、税务局2022年政府信息公开工作年度报告", 2022, "渝北区", None, "财政局"),
        ] {
            let read = read(title);
            let body = read.body.unwrap();
            assert!(read.report && read.other.is_none(), "{title}");
            assert_eq!(
                (read.year, body.place_text().as_str(), body.township.as_deref(), body.tail.as_str()),
                (Some(year), place, township, tail),
                "{title}"
            );
        }
    }

    #[test]
    fn what_only_looks_like_a_report() {
        for (title, reason) in [
            ("文字解读:济南市历下区大明湖街道办事处2022年政府信息公开工作年度报告", "interpretation"),
            ("某市2019年政府网站工作年度报表", "website_report"),
            ("某市2020年法治政府建设年度报告", "rule_of_law"),
            ("关于做好2019年政府信息公开工作年度报告编制工作的通知", "notice"),
            ("某大学2014-2015学年信息公开工作年度报告", "university"),
            ("某某燃气集团2019年信息公开年度报告", "company"),
            ("2021年南方电网信息公开年度报告", "company"),
        ] {
            assert_eq!(read(title).other, Some(reason), "{title}");
        }
    }
}
