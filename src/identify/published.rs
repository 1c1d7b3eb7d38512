//! The date of publication: that of the page's head, else of the address, else of the signature.
//!
//! Clocks of pages, days of periods and laws, and months without a day are no dates of publication.

use chrono::{Datelike, NaiveDate};

use crate::knowledge::{Field, PhraseMatch, PhraseRole, phrases};

use super::address::Address;
use super::dates::{self, DateAt};
use super::page::{LINE, LineKind, Page, clip, clip_start, squeeze};

/// The order of trust: the lower, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Trust {
    /// A label for publication.
    Labelled(u8),
    /// A date of the head without a label.
    Head,
    /// A label for a later change or for the signing.
    Weak(u8),
    Address,
    Signature,
    /// At the edge of the title.
    Title,
}

/// Finds the date of publication and what it rests on.
pub(super) fn find(page: &Page, address: &Address, year: Option<i16>) -> Option<(NaiveDate, &'static str)> {
    let mut found: Vec<(Trust, NaiveDate, &'static str)> = Vec::new();
    for labelled in &page.labelled {
        let trust = match labelled.field {
            Field::Published | Field::Generated => Trust::Labelled(labelled.rank),
            Field::Updated => Trust::Weak(labelled.rank),
            // The day of signing stands in the head as any other; it is only weaker than the rest.
            Field::Written => Trust::Weak(labelled.rank),
            _ => continue,
        };
        let value = &labelled.value;
        if let Some(first) = dates::full_dates(value).first().filter(|d| d.span.start < 12)
            && !is_clock(&value[..first.span.start], &value[first.span.end..])
            && !is_period(&value[..first.span.start], &value[first.span.end..])
        {
            found.push((trust, first.date, "label"));
        } else if let Some(date) = year.and_then(|year| dates::short_date(value, year)) {
            found.push((trust, date, "label"));
        }
    }
    head_dates(page, &mut found);
    tail_dates(page, &mut found);
    found.extend(page.titles.iter().find_map(|title| title_date(title)).map(|date| (Trust::Title, date, "title")));
    if let Some(date) = address.date() {
        found.push((Trust::Address, date, "address"));
    }
    // A report is not out before its year begins; such a date is that of a folder, a form or a slip.
    let earliest = year.map_or(2003, i32::from);
    found.retain(|(_, date, _)| date.year() >= earliest);
    found.into_iter().min_by_key(|(trust, ..)| *trust).map(|(_, date, origin)| (date, origin))
}

/// The date that stands before or after a title, on a line of its own or in brackets.
fn title_date(title: &str) -> Option<NaiveDate> {
    let edge = |c: char| c.is_whitespace() || "()（）[]【】".contains(c);
    dates::full_dates(title).into_iter().find_map(|date| {
        let (before, after) = (&title[..date.span.start], &title[date.span.end..]);
        let last = after.trim_matches(edge).is_empty() && phrases().within(PhraseRole::Report, before);
        // A title that begins with a date names the year of its report after it.
        let first = before.trim_matches(edge).is_empty() && !dates::years(after).is_empty() && phrases().within(PhraseRole::Report, after);
        ((first || last) && !is_period(before, after)).then_some(date.date)
    })
}

fn head_dates(page: &Page, found: &mut Vec<(Trust, NaiveDate, &'static str)>) {
    let mut paragraphs = 0;
    for line in &page.head {
        if matches!(line.kind, LineKind::Navigation | LineKind::Footer) {
            continue;
        }
        let text = squeeze(&line.text);
        let long = line.text.len() > LINE && !page.short;
        if long {
            paragraphs += 1;
        }
        if paragraphs > 1 {
            break;
        }
        let text = if long { clip(&text, 120) } else { text.as_str() };
        for date in dates::full_dates(text) {
            if let Some(trust) = trust_of(text, &date, page.short) {
                found.push((trust, date.date, if trust == Trust::Signature { "signature" } else { "head" }));
            }
        }
    }
}

/// What a date of the head is worth by the words around it.
fn trust_of(text: &str, date: &DateAt, short: bool) -> Option<Trust> {
    let (before, after) = (&text[..date.span.start], &text[date.span.end..]);
    let clause = before.rsplit(['；', ';', '。']).next().unwrap_or_default();
    let near = clip_start(clause, 45);
    // 编制于2019年1月10日, though 于 stands before a day of a period as well
    let signed = phrases().suffix(PhraseRole::Signature, near.trim_end()).is_some();
    if is_clock(near, after) || !signed && is_period(near, after) || is_other(near, after) {
        return None;
    }
    if signed || phrases().within(PhraseRole::Signature, clip_start(clause, 90)) {
        return Some(Trust::Signature);
    }
    // Within a sentence a date is that of an event.
    let flows = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) && !"源点浏字来日布间期时阅号".contains(c);
    let in_sentence =
        before.chars().next_back().is_some_and(flows) && after.trim_start().chars().next().is_some_and(|c| flows(c) && !"上下".contains(c));
    if in_sentence || (!short && text.len() > 240 && date.span.start > 200) {
        return None;
    }
    // A bracketed date under the title is that of the document.
    let bracketed = (before.ends_with(['(', '（']) || after.starts_with([')', '）'])) && !after.contains("来源");
    Some(if bracketed { Trust::Signature } else { Trust::Head })
}

fn is_clock(before: &str, after: &str) -> bool {
    let after = after.trim_start_matches([' ', ',', '，', '\u{3000}']);
    let head = clip(after, 36);
    phrases().begin(PhraseRole::ClockEnd, after)
        || head.contains("星期") && !head.contains('来')
        || phrases().within(PhraseRole::Clock, clip_start(before, 24))
}

fn is_period(before: &str, after: &str) -> bool {
    let after = after.trim_start_matches([' ', '日', '\u{3000}']);
    let linked = phrases().begin(PhraseRole::RangeAfter, after) && !after.starts_with("来源");
    let until = phrases().suffix(PhraseRole::RangeBefore, before.trim_end()).is_some();
    linked || until || phrases().within(PhraseRole::Period, clip_start(before, 60))
}

/// Days of laws, documents, meetings, and what a remark calls wrong.
fn is_other(before: &str, after: &str) -> bool {
    let after = clip(after.trim_start_matches([' ', '日', ',', '，']), 36);
    let event = |found: PhraseMatch| found.start == 0 || after[found.end..].starts_with('的');
    phrases().every(PhraseRole::Event, after).any(event) || phrases().within(PhraseRole::NoDate, before)
}

fn tail_dates(page: &Page, found: &mut Vec<(Trust, NaiveDate, &'static str)>) {
    if page.short {
        return;
    }
    for line in page.tail.iter().rev().filter(|l| l.kind == LineKind::Text && l.text.len() < 90) {
        let text = squeeze(&line.text);
        let Some(date) = dates::full_dates(&text).into_iter().next() else { continue };
        let alone = text[date.span.end..].trim_matches(['）', ')', ' ', '。']).is_empty();
        let before = text[..date.span.start].trim_matches(['（', '(', ' ']);
        let named = before.is_empty() || (before.chars().count() <= 30 && super::body::parse(before, false).is_some_and(|b| b.is_named()));
        if alone && named && text.contains('年') && !is_clock("", &text[date.span.end..]) {
            found.push((Trust::Signature, date.date, "signature"));
            return;
        }
    }
}
