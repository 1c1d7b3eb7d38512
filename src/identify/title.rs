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
    /// What it says the document is instead.
    pub(super) other: Option<&'static str>,
}

/// Reads a title.
pub(super) fn read(title: &str) -> Title {
    let title = squeeze(title);
    let text = main_part(&title);
    let mut found = Title::default();
    let (text, carried) = carried(text);
    let subject = phrases().find(PhraseRole::Subject, text).next().map(|found| (found.start, found.end));
    let years = dates::years(text);
    if let Some((start, end)) = subject {
        let after = &text[end..];
        found.report = report_form(after, carried);
        // The year nearest to the words 信息公开, before them by preference.
        let before = years.iter().rev().find(|y| y.start < start);
        found.year = before.or_else(|| years.iter().find(|y| y.start >= end)).map(|y| y.year);
        found.body = body_before(text, start, before.copied());
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
        found.body = body_beside(&title, text);
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
        (pieces.len() > 1).then(|| pieces.iter().copied().find(|p| p.contains("报告") || p.contains("年报")))?
    };
    parts(&['|', '_', '｜'])
        .or_else(|| {
            let at = ["-", "－", "——", "—"].iter().filter_map(|s| title.find(s)).min()?;
            let first = title[..at].trim();
            (first.contains("报告") || first.contains("年报")).then_some(first)
        })
        .unwrap_or(title)
}

/// Of a notice that carries a report, the name of the report.
fn carried(text: &str) -> (&str, bool) {
    let notice = ["通知", "公告", "通告", "函", "报告", "请示"].iter().any(|w| text.trim_end_matches(['。', ' ']).ends_with(w));
    if let (Some(open), Some(close)) = (text.find('《'), text.rfind('》')) {
        let inner = text.get(open + '《'.len_utf8()..close).unwrap_or_default();
        let outer = &text[..open];
        let is_report = inner.contains("公开") && (inner.ends_with("报告") || inner.ends_with("年报"));
        if is_report && (outer.is_empty() || phrases().within(PhraseRole::Carrier, outer)) {
            return (inner, true);
        }
    }
    if !notice {
        return (text, false);
    }
    let at = phrases().every(PhraseRole::Carrier, text).find(|found| text[..found.start].ends_with("关于")).map(|found| found.end);
    match at.map(|at| &text[at..]) {
        Some(inner) if inner.contains("报告的") || inner.contains("年报的") => {
            let end = inner.rfind("的").unwrap_or(inner.len());
            (&inner[..end], true)
        }
        _ => (text, false),
    }
}

/// Whether what follows the words 信息公开 makes it a report's title.
fn report_form(after: &str, carried: bool) -> bool {
    let after = after.trim_end_matches(['。', ' ', ')', '）']);
    // The words for a report, and what stands after them.
    let end = ["报告", "年报", "报吿", "年度报"].iter().filter_map(|w| after.find(w).map(|at| at + w.len())).max();
    let Some(rest) = end.map(|end| &after[end..]) else { return false };
    let notice = !carried && ["通知", "函", "公告", "方案", "通报"].iter().any(|w| after.ends_with(w));
    let about = !carried && phrases().within(PhraseRole::AboutReport, rest);
    !notice && !about && rest.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count() <= 14
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
    let school = found.body.as_ref().is_some_and(|b| {
        (b.tail.ends_with("大学") || b.tail.ends_with("学院")) && !b.tail.ends_with("行政学院") && !b.tail.ends_with("社会主义学院")
    });
    if school {
        return Some("university");
    }
    let end = title.trim_end_matches(['。', ' ', ')', '）']);
    if !carried && ["通知", "的函", "公告", "通告"].iter().any(|w| end.ends_with(w)) {
        return Some("notice");
    }
    (!carried && end.contains("的通知") && phrases().within(PhraseRole::About, end)).then_some("notice")
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
        ] {
            assert_eq!(read(title).other, Some(reason), "{title}");
        }
    }
}
