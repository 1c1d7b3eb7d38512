//! Numbers of which a part stands elsewhere or is hidden: at the end of a line, beside a sign that took the
//! place of a digit. They are marked, not joined: no part of one is a figure.

use std::ops::Range;

use super::Line;
use crate::knowledge::{Role, lexicon, numeral};

/// Most characters of a number that are looked at.
const LONGEST: usize = 24;

/// Signs that stand where a digit may have stood.
pub(super) fn hides(c: char) -> bool {
    matches!(c, '?' | '？' | '*' | '＊' | '□' | '■' | '\u{fffd}')
}

/// Marks that part two numbers, or one number where they came from a separator or a decimal point.
pub(super) fn parts(c: char) -> bool {
    matches!(c, '。' | '、')
}

fn is_digit(c: char) -> bool {
    numeral::arabic(c).is_some() || numeral::is_chinese(c)
}

/// What stands within a number, between its digits.
fn is_within(c: char) -> bool {
    matches!(c, ',' | '，' | '.' | '．' | ' ')
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

/// The length of the number that a text ends with, with a separator behind it.
fn at_end(text: &str) -> usize {
    let number = text.char_indices().rev().take(LONGEST).take_while(|(_, c)| is_digit(*c) || is_within(*c));
    number.filter(|(_, c)| is_digit(*c)).last().map_or(0, |(at, _)| text.len() - at)
}

/// The length of the number that a text begins with.
fn at_start(text: &str) -> usize {
    let number = text.char_indices().take(LONGEST).take_while(|(_, c)| is_digit(*c) || is_within(*c));
    number.filter(|(_, c)| is_digit(*c)).last().map_or(0, |(at, c)| at + c.len_utf8())
}

/// Whether what follows a number says that things were counted with it.
fn is_counted(rest: &str) -> bool {
    rest.starts_with(['%', '％', '余', '多'])
        || lexicon().unit_at(rest).is_some_and(|unit| !matches!(unit.wording.as_str(), "年" | "月" | "日" | "时" | "号"))
}

/// Numbers that begin in one line and end in the next one: 共12 / 34件. A line of nothing but a number is a cell.
pub(super) fn at_line_ends(lines: &[Line<'_>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // What may be the number of a page parts a number, too.
    let lines: Vec<&Line<'_>> = lines.iter().filter(|line| !may_be_page_number(line.body)).collect();
    for pair in lines.windows(2) {
        let [first, second] = pair else { continue };
        if !may_be_torn(first.body, second.body) {
            continue;
        }
        let (head, tail) = (at_end(first.body), at_start(second.body));
        // 国办发[2 / 016]19号: the year of a document.
        let is_bracketed = first.body[..first.body.len() - head].ends_with(['[', '〔', '［', '【']);
        let is_sentence = first.body[..first.body.len() - head].contains(is_han) && !first.body.contains(['|', '\t']);
        if head > 0 && tail > 0 && is_sentence && (is_bracketed || is_counted(&second.body[tail..])) {
            found.push(first.range.end - head..second.range.end - second.body.len() + tail);
        }
    }
    found
}

/// Whether a line is no more than a number, with the marks that stand beside numbers of pages.
fn may_be_page_number(line: &str) -> bool {
    line.len() <= LONGEST && line.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '–' | '—' | '/' | '第' | '页' | '共'))
}

/// Whether one line ends and the next one begins as the parts of a number do.
fn may_be_torn(first: &str, second: &str) -> bool {
    let rest = second.strip_prefix(is_within).unwrap_or(second);
    rest.starts_with(is_digit) && first.ends_with(|c| is_digit(c) || is_within(c))
}

/// How many digits a text begins with, single blanks between them left out, and how many bytes they are with those.
fn with_blanks(text: &str) -> (usize, usize) {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let (mut digits, mut at) = (0, 0);
    while digits <= 3 && is_digit(at) {
        digits += 1;
        at += 1;
        at += usize::from(bytes.get(at) == Some(&b' ') && is_digit(at + 1));
    }
    (digits, at)
}

/// The thousands of a number set apart by more than a comma: 3, 957条, 3，，957条, 3，9 57条.
fn set_apart(text: &str) -> Vec<Range<usize>> {
    let is_separator = |c: char| matches!(c, ',' | '，' | ' ' | '\u{a0}');
    let mut found = Vec::new();
    let mut done = 0;
    for (at, _) in text.match_indices([',', '，']) {
        // A run of separators is looked at once.
        if at < done {
            continue;
        }
        let (before, after) = (text[..at].trim_end_matches(is_separator), text[at..].trim_start_matches(is_separator));
        let between = before.len()..text.len() - after.len();
        let head = before.bytes().rev().take(4).take_while(u8::is_ascii_digit).count();
        let tail = after.bytes().take(4).take_while(u8::is_ascii_digit).count();
        let (digits, parted) = with_blanks(after);
        let is_list = || {
            lexicon()
                .find(&before[before.floor_char_boundary(before.len().saturating_sub(head + 24))..])
                .any(|(_, entry)| matches!(entry.role, Some((Role::List, _))))
        };
        // 3,9O7条: a comma between digits that is neither of thousands nor of a list.
        let is_odd = &text[between.clone()] == "," && tail < 3 && before[..before.len() - head].ends_with(is_han);
        let is_apart = (text[between.clone()].chars().count() > 1 || parted > tail) && digits == 3 && is_counted(&after[parted..]);
        done = between.end;
        if (1..=3).contains(&head) && tail > 0 && (is_odd || is_apart) && !is_list() {
            done = between.end + if is_apart { parted } else { tail };
            found.push(between.start - head..done);
        }
    }
    found
}

/// Numbers in which a sign stands that is no part of one: 1?2件, 1。2万条, 1、234条, 3, 957条.
pub(super) fn within_lines(text: &str) -> Vec<Range<usize>> {
    merged(with_signs(text), set_apart(text))
}

fn with_signs(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, sign) in text.match_indices(|c| hides(c) || parts(c)) {
        let (before, after) = (&text[..at], &text[at + sign.len()..]);
        let (head, tail) = (at_end(before), at_start(after));
        let torn = if sign.contains(hides) {
            (head > 0 && before.ends_with(is_digit)) || (tail > 0 && after.starts_with(is_digit))
        } else {
            let is_group = sign == "。" || (tail == 3 && head < 4 && before[..before.len() - head].ends_with(is_han));
            before.ends_with(|c| numeral::arabic(c).is_some())
                && after.starts_with(|c| numeral::arabic(c).is_some())
                && is_group
                && is_counted(&after[tail..])
        };
        if torn {
            let range = at - head..at + sign.len() + tail;
            match found.last_mut().filter(|last| range.start <= last.end) {
                Some(last) => last.end = range.end.max(last.end),
                None => found.push(range),
            }
        }
    }
    found
}

/// Two lists of places as one, in order and without overlaps.
pub(super) fn merged(mut one: Vec<Range<usize>>, other: Vec<Range<usize>>) -> Vec<Range<usize>> {
    one.extend(other);
    one.sort_unstable_by_key(|range| (range.start, range.end));
    one.dedup_by(|next, last| {
        let joins = next.start <= last.end;
        if joins {
            last.end = last.end.max(next.end);
        }
        joins
    });
    one
}

#[cfg(test)]
mod tests {
    use super::super::repair;
    use crate::read::{Hints, ReadError, from_text};

    #[test]
    fn numbers_of_which_a_part_is_elsewhere_are_marked() -> Result<(), ReadError> {
        for (text, torn) in [
            ("全年收到申请12\n34件。", &["12\n34"][..]),
            ("全年公开1,\n234条，其中网站5条。", &["1,\n234"]),
            ("全年公开1,\n— 3 —\n234条，其中网站5条。", &["1,\n— 3 —\n234"]),
            ("全年公开1\n,234条。", &["1\n,234"]),
            ("全年公开1.2\n万条。", &["1.2\n万"]),
            ("全年公开一千二\n百条。", &["一千二\n百"]),
            ("全年收到申请12\n件。", &[]),
            ("收到申请数\n12\n34\n件", &[]),
            ("报告2016\n2016年收到申请12件。", &[]),
            ("收到申请12\n1.当面申请3件", &[]),
            ("| 收到 | 12\n34件 |", &[]),
            ("收到申请1?2件，1*2件，□12件。", &["1?2", "1*2", "□12"]),
            ("公开1。2万条，网站1、234条。", &["1。2万", "1、234"]),
            ("第1、2、3条。总数为12。2016年收到3件。", &[]),
            ("为什么要公开?12345热线", &["?12345"]),
            ("公开3, 957条，网站3 ,957条，微信3，，957条。", &["3, 957", "3 ,957", "3，，957"]),
            ("公开3，9 57条，网站3,95 7条。", &["3，9 57", "3,95 7"]),
            ("申请、答复分别为3, 957件。公开3,957条，12, 34条。", &[]),
            ("申请3，957 12件，办结12，9 5件。", &[]),
            ("公开信息3,9O7条，国办发[2\n016]19号", &["3,9", "2\n016"]),
        ] {
            let clean = repair(&from_text(text, &Hints::default())?);
            let found: Vec<&str> = clean.torn.iter().map(|range| &clean.text()[range.clone()]).collect();
            assert_eq!(found, torn, "{text}");
        }
        Ok(())
    }
}
