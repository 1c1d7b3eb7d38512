//! Full-width letters, digits and signs to half width; circled and bracketed numbers to list marks.
//! Chinese punctuation stays as it is.

use super::{Draft, Edit};

/// The half-width form of a full-width letter, digit or sign of a number.
pub(super) fn half(c: char) -> Option<char> {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％' | '＋' | '－' | '．' | '／' | '＝' | '＠' | '＿' | '｜' | '＆' | '＃' | '＊' => {
            char::from_u32(c as u32 - 0xfee0)
        }
        '﹪' => Some('%'),
        '﹢' => Some('+'),
        '﹣' | '−' => Some('-'),
        _ => None,
    }
}

/// Puts half-width forms in the place of full-width ones.
pub(super) fn repair_width(draft: &mut Draft) -> bool {
    draft.replace_characters(half)
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

/// Writes list marks of one character in several, as the outline reads them.
pub(super) fn repair_list_marks(draft: &mut Draft) -> bool {
    let mut edits = Vec::new();
    let mut characters = draft.as_str().char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let Some(mark) = list_mark(c) else { continue };
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
        edits.push(Edit { range: at..at + c.len_utf8(), text });
    }
    draft.apply(edits)
}
