//! Full-width letters, digits and signs to half width; circled and bracketed numbers to list marks.
//! Chinese punctuation stays as it is.

use super::{Draft, Edit, byte_shift};
use crate::knowledge::numeral;

/// The half-width form of a full-width letter, digit or sign of a number.
pub(super) fn half(c: char) -> Option<char> {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％' | '＋' | '－' | '．' | '／' | '＝' | '＠' | '＿' | '｜' | '＆' | '＃' | '＊' => {
            char::from_u32(c as u32 - 0xfee0)
        }
        // Of mathematics: bold, double-struck, sans-serif, monospace.
        '\u{1d7ce}'..='\u{1d7ff}' => char::from_digit((c as u32 - 0x1d7ce) % 10, 10),
        '﹪' => Some('%'),
        '﹢' => Some('+'),
        '﹣' | '−' => Some('-'),
        _ => None,
    }
}

/// Puts half-width forms in the place of full-width ones. In damaged text a full-width digit is half of one
/// character and half of the next: no figure.
pub(super) fn repair_width(draft: &mut Draft) -> bool {
    let mut edits = Vec::new();
    let mut start = 0;
    for part in draft.as_str().split_inclusive(['\n', '\t', '|']) {
        // The zeros of 二００八 are Chinese numerals.
        let mut is_numeral = false;
        let mut new = Vec::new();
        for (at, c) in part.char_indices() {
            is_numeral = if c == '０' { is_numeral } else { !c.is_ascii() && half(c).is_none() && numeral::digit(c).is_some() };
            if let Some(half) = half(c).filter(|_| !is_numeral) {
                new.push(Edit { range: start + at..start + at + c.len_utf8(), text: half.to_string() });
            }
        }
        if !new.is_empty() && !byte_shift::is_damaged(part) {
            edits.extend(new);
        }
        start += part.len();
    }
    draft.apply(edits)
}

/// What a circled or bracketed number says: its number and how the mark is written.
pub(super) fn list_mark(c: char) -> Option<ListMark> {
    let nth = |first: char| c as u32 - first as u32 + 1;
    Some(match c {
        '①'..='⑳' => ListMark::Point(nth('①')),
        '⒈'..='⒛' => ListMark::Point(nth('⒈')),
        '❶'..='❿' => ListMark::Point(nth('❶')),
        '➀'..='➉' => ListMark::Point(nth('➀')),
        '➊'..='➓' => ListMark::Point(nth('➊')),
        '㉑'..='㉟' => ListMark::Point(nth('㉑') + 20),
        '⑴'..='⒇' => ListMark::Bracketed(nth('⑴')),
        '㈠'..='㈩' => ListMark::Chinese(CHINESE[(nth('㈠') - 1) as usize], true),
        '㊀'..='㊉' => ListMark::Chinese(CHINESE[(nth('㊀') - 1) as usize], false),
        _ => return None,
    })
}

const CHINESE: [char; 10] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];

/// A list mark written as one character.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ListMark {
    /// `1.`
    Point(u32),
    /// `(1)`
    Bracketed(u32),
    /// `(一)` or, circled, `一、`
    Chinese(char, bool),
}

/// Writes list marks of one character in several, as the outline reads them: where an item can begin, since
/// after a word such a sign may be a footnote.
pub(super) fn repair_list_marks(draft: &mut Draft) -> bool {
    let mut edits = Vec::new();
    let mut start = 0;
    for part in draft.as_str().split_inclusive(['\n', '\t', '|']) {
        if part.contains(|c| list_mark(c).is_some()) && !byte_shift::is_damaged(part) {
            list_marks(part, start, &mut edits);
        }
        start += part.len();
    }
    draft.apply(edits)
}

fn list_marks(part: &str, start: usize, edits: &mut Vec<Edit>) {
    let mut characters = part.char_indices().peekable();
    let mut previous = '\n';
    while let Some((at, c)) = characters.next() {
        let before = std::mem::replace(&mut previous, c);
        let Some(mark) = list_mark(c).filter(|_| !before.is_alphanumeric()) else { continue };
        let next = characters.peek().map_or('\n', |(_, c)| *c);
        let text = match mark {
            // `①5件` must not become 1.5.
            ListMark::Point(n) if next.is_ascii_digit() => format!("{n}、"),
            ListMark::Point(n) if matches!(next, '.' | '、' | '．') => n.to_string(),
            ListMark::Point(n) => format!("{n}."),
            ListMark::Bracketed(n) => format!("({n})"),
            ListMark::Chinese(n, true) => format!("({n})"),
            ListMark::Chinese(n, false) if next == '、' => n.to_string(),
            ListMark::Chinese(n, false) => format!("{n}、"),
        };
        edits.push(Edit { range: start + at..start + at + c.len_utf8(), text });
    }
}
