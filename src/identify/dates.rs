//! Dates and years in a text, in all the ways pages write them.

use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use crate::knowledge::numeral;

/// A full date in a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DateAt {
    /// Where it stands, 日 included.
    pub(super) span: Range<usize>,
    pub(super) date: NaiveDate,
}

/// A year in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct YearAt {
    /// First byte of the digits.
    pub(super) start: usize,
    /// Byte after the digits, or after 年 or 年度.
    pub(super) end: usize,
    pub(super) year: i16,
    /// Whether 年 follows.
    pub(super) marked: bool,
}

/// Years that a report can be about, or be published in.
const YEARS: std::ops::RangeInclusive<i32> = 2003..=2039;

/// All full dates of a text: 2018-03-09, 2017年03月10日, 2018/3/26, 2011.4.6, 二〇一〇年一月十九日, 二一一年… (〇 lost).
pub(super) fn full_dates(text: &str) -> Vec<DateAt> {
    let mut found: Vec<DateAt> = Vec::new();
    for year in years(text) {
        if found.last().is_some_and(|d: &DateAt| year.start < d.span.end) {
            continue;
        }
        if let Some((end, date)) = month_and_day(text, year) {
            found.push(DateAt { span: year.start..end, date });
        }
    }
    found
}

fn month_and_day(text: &str, year: YearAt) -> Option<(usize, NaiveDate)> {
    let (separator, at) = if year.marked {
        ('年', skip_spaces(text, year.end))
    } else {
        let at = skip_spaces(text, year.end);
        let c = text[at..].chars().next().filter(|c| "-/.－—．–".contains(*c))?;
        (c, skip_spaces(text, at + c.len_utf8()))
    };
    let (month, at) = number(text, at)?;
    let at = skip_spaces(text, at);
    let c = text[at..].chars().next()?;
    if separator == '年' && c != '月' || separator != '年' && c != separator {
        return None;
    }
    let at = skip_spaces(text, at + c.len_utf8());
    let (day, end) = day_before_clock(text, at).or_else(|| number(text, at))?;
    let date = NaiveDate::from_ymd_opt(i32::from(year.year), month, day)?;
    let rest = &text[end..];
    let end = match rest.trim_start_matches([' ', '\u{a0}', '\u{3000}']).chars().next() {
        Some(c @ ('日' | '号')) if separator == '年' => end + rest.find(c)? + c.len_utf8(),
        _ => end,
    };
    Some((end, date))
}

fn skip_spaces(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    at + rest.len() - rest.trim_start_matches([' ', '\u{a0}', '\u{3000}', '\t']).len()
}

/// The day that its time of day follows without a blank: 2918:26.
fn day_before_clock(text: &str, at: usize) -> Option<(u32, usize)> {
    let rest = &text[at..];
    let digits = rest.get(..4).filter(|four| four.bytes().all(|b| b.is_ascii_digit()))?;
    let minutes = rest[4..].strip_prefix([':', '：'])?;
    let clock = digits[2..].parse().is_ok_and(|hour: u32| hour < 24) && minutes.starts_with(|c: char| c.is_ascii_digit());
    Some((digits[..2].parse().ok().filter(|_| clock)?, at + 2))
}

/// A month or a day: one or two digits, or Chinese numerals up to 三十一.
fn number(text: &str, at: usize) -> Option<(u32, usize)> {
    let rest = &text[at..];
    if rest.starts_with("元月") {
        return Some((1, at + '元'.len_utf8()));
    }
    let end = |kept: fn(char) -> bool| rest.char_indices().find(|(_, c)| !kept(*c)).map_or(rest.len(), |(i, _)| i);
    let arabic = end(|c| digit_of(c).is_some());
    if arabic > 0 {
        let mut value = 0;
        for (n, c) in rest[..arabic].chars().enumerate() {
            if n == 2 {
                return None;
            }
            value = value * 10 + digit_of(c)?;
        }
        return Some((value, at + arabic));
    }
    let chinese = end(|c| numeral::digit(c).is_some() || c == '十' || c == '廿' || c == '卅');
    let value = numeral::chinese_integer(rest[..chinese].get(..chinese)?)?;
    (chinese > 0 && value <= 31).then_some((u32::try_from(value).ok()?, at + chinese))
}

fn digit_of(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(u32::from(c) - u32::from('0')),
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        _ => None,
    }
}

/// A digit as years are written in Chinese, with the letters and signs that stand for a zero.
fn year_digit(c: char) -> Option<i32> {
    match c {
        'O' | 'o' | 'Ｏ' | '◯' | '０' | '〇' | '○' | '零' | '0' => Some(0),
        _ => numeral::digit(c).and_then(|d| i32::try_from(d).ok()).filter(|_| c != '两'),
    }
}

/// All years of a text, from the left. Without 年 only four digits that stand alone count.
pub(super) fn years(text: &str) -> Vec<YearAt> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((start, c)) = chars.next() {
        let previous = std::mem::replace(&mut before, c);
        if digit_of(c) == Some(2) && digit_of(previous).is_none() {
            if let Some(year) = arabic_year(text, start) {
                found.push(year);
                skip_to(&mut chars, &mut before, year.start + 3);
            }
        } else if c == '二'
            && year_digit(previous).is_none()
            && let Some(year) = chinese_year(text, start)
        {
            found.push(year);
            skip_to(&mut chars, &mut before, year.end - 1);
        }
    }
    found
}

fn skip_to(chars: &mut std::iter::Peekable<std::str::CharIndices>, before: &mut char, to: usize) {
    while let Some((_, c)) = chars.next_if(|(at, _)| *at <= to) {
        *before = c;
    }
}

/// A letter or sign that a typist or a reader of scans put for a digit: 2O17年, 20l9年.
fn look_alike(c: char) -> Option<u32> {
    match c {
        'O' | 'o' | 'Ｏ' | '〇' | '○' => Some(0),
        'l' | 'I' => Some(1),
        _ => None,
    }
}

fn arabic_year(text: &str, start: usize) -> Option<YearAt> {
    let mut value = 0;
    let mut end = start;
    let mut doubtful = false;
    for c in text[start..].chars().take(4) {
        let digit = digit_of(c).or_else(|| {
            doubtful = true;
            look_alike(c)
        })?;
        value = value * 10 + i32::try_from(digit).ok()?;
        end += c.len_utf8();
    }
    if !YEARS.contains(&value) {
        return None;
    }
    let spaced = skip_spaces(text, end);
    let marked = text[spaced..].starts_with('年');
    // 20180309 is a date stamp and 2018001 a number; 20181月1日 is a year that lost its 年.
    let mut digits = text[end..].chars().take_while(|c| digit_of(*c).is_some());
    if !marked && (doubtful || digits.next().is_some()) {
        return None;
    }
    let end = if marked { after_year(spaced) } else { end };
    Some(YearAt { start, end, year: i16::try_from(value).ok()?, marked })
}

/// A year of two digits before 年 (08年度), which only a title may be read to hold: elsewhere it is a length of time.
pub(super) fn short_year(text: &str) -> Option<YearAt> {
    for (end, word) in text.match_indices('年') {
        let Some(digits) = end.checked_sub(2).and_then(|start| text.get(start..end)) else { continue };
        let (before, after) = (text[..end - 2].chars().next_back(), &text[end + word.len()..]);
        let Some(value) = digits.parse::<i16>().ok().filter(|v| (5..=29).contains(v) && digits.starts_with(char::is_numeric)) else {
            continue;
        };
        let length = before.is_some_and(|c| digit_of(c).is_some() || ".近第满这历时过前后每达约逾超期".contains(c))
            || after.starts_with(['来', '间', '内', '期', '前', '后', '里', '以', '计', '规']);
        if !length {
            return Some(YearAt { start: end - 2, end: after_year(end), year: 2000 + value, marked: true });
        }
    }
    None
}

/// The date that a text begins with and whose year has two digits (16-03-29), where only one reading of it fits a
/// report on a year: such a report is out within the two years after it.
pub(super) fn short_date(text: &str, report: i16) -> Option<NaiveDate> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !"-/.".contains(c)).unwrap_or(text.len());
    let parts: Vec<&str> = text[..end].split(['-', '/', '.']).collect();
    let &[a, b, c] = parts.as_slice() else { return None };
    if ![a, b, c].iter().all(|part| (1..=2).contains(&part.len())) {
        return None;
    }
    let number = |part: &str| part.parse::<u32>().ok();
    let (a, b, c) = (number(a)?, number(b)?, number(c)?);
    let report = i32::from(report);
    // Year, month, day; day, month, year; month, day, year.
    let mut fitting: Vec<NaiveDate> = [(a, b, c), (c, b, a), (c, a, b)]
        .into_iter()
        .filter_map(|(year, month, day)| NaiveDate::from_ymd_opt(2000 + i32::try_from(year).ok()?, month, day))
        .filter(|date| (report..=report + 2).contains(&date.year()))
        .collect();
    fitting.dedup();
    (fitting.len() == 1).then(|| fitting.first().copied())?
}

fn chinese_year(text: &str, start: usize) -> Option<YearAt> {
    let mut digits = Vec::with_capacity(4);
    let mut end = start;
    for c in text[start..].chars().take(5) {
        match year_digit(c) {
            Some(d) => digits.push(d),
            None => break,
        }
        end += c.len_utf8();
    }
    let spaced = skip_spaces(text, end);
    if !text[spaced..].starts_with('年') {
        return None;
    }
    let value = match digits[..] {
        [a, b, c, d] => a * 1000 + b * 100 + c * 10 + d,
        // 二一一年: the sign for zero is missing in many fonts.
        [2, c, d] => 2000 + c * 10 + d,
        _ => return None,
    };
    YEARS.contains(&value).then_some(YearAt { start, end: after_year(spaced), year: i16::try_from(value).ok()?, marked: true })
}

fn after_year(at: usize) -> usize {
    at + '年'.len_utf8()
}

/// The period that a text states: first and last day. A day that lost its units is not read.
pub(super) fn period(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let dates = full_dates(text);
    for (n, first) in dates.iter().enumerate() {
        let rest = &text[first.span.end..];
        let Some(link) = link_length(rest) else { continue };
        let at = first.span.end + link;
        if let Some(last) = dates.get(n + 1).filter(|d| d.span.start >= at && text[at..d.span.start].trim().is_empty()) {
            return Some((first.date, last.date));
        }
        let year = YearAt { start: at, end: at, year: i16::try_from(first.date.year()).ok()?, marked: true };
        // 2020年1月1日至12月31日
        if let Some((_, last)) = month_and_day(text, year).filter(|(_, last)| *last >= first.date) {
            return Some((first.date, last));
        }
    }
    None
}

/// The length of the words between the days of a period (起至, 到, —).
fn link_length(rest: &str) -> Option<usize> {
    let mut at = 0;
    let mut linked = false;
    for c in rest.chars() {
        match c {
            ' ' | '\u{a0}' | '\u{3000}' | '起' | '始' | '开' => {}
            '至' | '到' | '-' | '—' | '－' | '–' | '~' | '～' | '―' | '─' | '一' => linked = true,
            _ => break,
        }
        at += c.len_utf8();
    }
    linked.then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default()
    }

    #[test]
    fn dates_as_pages_write_them() {
        for (text, date) in [
            ("2018-03-09", day(2018, 3, 9)),
            ("2017年03月10日", day(2017, 3, 10)),
            ("2018/3/26", day(2018, 3, 26)),
            ("2024/01/31/ 17:33", day(2024, 1, 31)),
            ("2011-4-6 10:48:19", day(2011, 4, 6)),
            ("2011-04-1609:48", day(2011, 4, 16)),
            ("2011年4月1609:48", day(2011, 4, 16)),
            ("二〇一〇年一月十九日", day(2010, 1, 19)),
            ("二○一一年三月二十五日", day(2011, 3, 25)),
            ("二一一年三月二十五日", day(2011, 3, 25)),
            ("2010年3月18", day(2010, 3, 18)),
            ("2016 年 1 月 1 日", day(2016, 1, 1)),
            ("２０１６-１-１", day(2016, 1, 1)),
        ] {
            assert_eq!(full_dates(text).first().map(|d| d.date), Some(date), "{text}");
        }
        for text in ["2017年3月", "20180309", "2018年第3期", "２０１６,某区", "0750-2018-03", "2017年13月1日"] {
            assert_eq!(full_dates(text), [], "{text}");
        }
    }

    #[test]
    fn years_alone() {
        let list = |text: &str| years(text).iter().map(|y| y.year).collect::<Vec<_>>();
        assert_eq!(list("2008上海市宝山区"), [2008]);
        assert_eq!(list("二〇一五年度报告"), [2015]);
        assert_eq!(list("电话82018123,2013年"), [2013]);
        assert_eq!(list("20180309"), [0; 0]);
        assert_eq!(list("2O17年, 20l9年度, 2〇12年"), [2017, 2019, 2012]);
        assert_eq!(list("2O17号"), [0; 0]);
    }

    #[test]
    fn years_of_two_digits() {
        let year = |text: &str| short_year(text).map(|y| y.year);
        assert_eq!([year("08年度"), year("某市09年年报"), year("（11年）")], [Some(2008), Some(2009), Some(2011)]);
        assert_eq!([year("近10年"), year("10年来"), year("35年"), year("110年"), year("5年")], [None; 5]);
    }

    #[test]
    fn dates_with_years_of_two_digits() {
        assert_eq!(short_date("16-03-29 10:20", 2015), Some(day(2016, 3, 29)));
        assert_eq!(short_date("16/3/9", 2015), Some(day(2016, 3, 9)));
        // The 15th of a month of 2016, or the 16th of one of 2015.
        assert_eq!(short_date("16-03-15", 2014), None);
        assert_eq!(short_date("2016-03-15", 2015), None);
        assert_eq!(short_date("1.2.3万", 2015), None);
    }

    #[test]
    fn periods() {
        let whole = Some((day(2020, 1, 1), day(2020, 12, 31)));
        assert_eq!(period("期限为2020年1月1日至2020年12月31日"), whole);
        assert_eq!(period("从2020年1月1日到12月31日止"), whole);
        assert_eq!(period("2020年1月1日—12月31日"), whole);
        assert_eq!(period("自2020年1月1日起施行"), None);
    }
}
