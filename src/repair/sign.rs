//! What a text holds that a repair could act on, found in one scan, so that clean text costs no more.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use encoding_rs::{BIG5, Encoding, GBK};

use super::{byte_shift, compatibility, gloss, script, spam, torn};

/// What stands in a text, as a set of bits.
pub(super) type Signs = u32;

/// A character written so only in Simplified text.
pub(super) const SIMPLIFIED: Signs = 1;
/// A character written so only in Traditional text.
pub(super) const TRADITIONAL: Signs = 1 << 1;
/// An ampersand before a letter or `#`, or what an escaped character begins with.
pub(super) const ENTITY: Signs = 1 << 2;
/// A character that prints nothing.
pub(super) const INVISIBLE: Signs = 1 << 3;
/// A letter with a tone mark, or a bracket before a letter.
pub(super) const GLOSS: Signs = 1 << 4;
/// A character that a byte shift leaves behind.
pub(super) const SHIFT: Signs = 1 << 5;
/// A radical or compatibility ideograph.
pub(super) const COMPATIBILITY: Signs = 1 << 6;
/// A full-width letter, digit or sign.
pub(super) const FULL_WIDTH: Signs = 1 << 7;
/// A circled or bracketed number.
pub(super) const LIST_MARK: Signs = 1 << 8;
/// A space beside a digit, or on either side of a single character.
pub(super) const SPACE: Signs = 1 << 9;
/// A date or number of a document whose digits run together.
pub(super) const RUN_TOGETHER: Signs = 1 << 10;
/// The first two characters of a spam word.
pub(super) const SPAM: Signs = 1 << 11;
/// A sign beside a digit that may hide one.
pub(super) const HIDDEN: Signs = 1 << 12;
/// What begins like a tag.
pub(super) const TAG: Signs = 1 << 13;
/// A space between digits.
pub(super) const PARTED: Signs = 1 << 14;
/// A single character between spaces.
pub(super) const SET_APART: Signs = 1 << 15;
/// The first character of a spam word.
const SPAM_FIRST: Signs = 1 << 30;
/// Means something only with its neighbours.
const IN_CONTEXT: Signs = 1 << 31;

/// What a scan found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Scan {
    /// Everything that occurs.
    pub signs: Signs,
    /// Characters written so only in Simplified text.
    pub simplified: usize,
    /// Characters written so only in Traditional text.
    pub traditional: usize,
}

/// Signs of each character of the basic plane.
static OF_CHARACTER: LazyLock<Box<[Signs]>> = LazyLock::new(|| {
    let mut signs = vec![0; 0x1_0000].into_boxed_slice();
    let mut set = |c: char, sign: Signs| {
        if let Some(s) = signs.get_mut(c as usize) {
            *s |= sign;
        }
    };
    let in_gb2312 = characters_of(GBK, 0xb0..=0xf7, 0xa1..=0xfe);
    let in_big5 = characters_of(BIG5, 0xa4..=0xf9, 0x40..=0xfe);
    for c in '\u{3400}'..='\u{9fff}' {
        if in_gb2312.contains(&c) && !in_big5.contains(&c) {
            set(c, SIMPLIFIED);
        } else if !in_gb2312.contains(&c) && script::has_simplified_form(c) {
            set(c, TRADITIONAL);
        }
    }
    for c in '\0'..='\u{ffff}' {
        if is_invisible(c) {
            set(c, INVISIBLE);
        }
        if compatibility::unified(c).is_some() {
            set(c, COMPATIBILITY);
        }
        if super::width::half(c).is_some() {
            set(c, FULL_WIDTH);
        }
        if super::width::list_mark(c).is_some() {
            set(c, LIST_MARK);
        }
        if !c.is_ascii() && gloss::plain_letter(c).is_some() {
            set(c, GLOSS);
        }
        if byte_shift::is_residue(c) {
            set(c, SHIFT);
        }
    }
    for c in spam::first_characters() {
        set(c, SPAM_FIRST | IN_CONTEXT);
    }
    for c in [
        '<', '\\', '%', '？', '*', '＊', '□', '■', '\u{fffd}', '。', '、', ',', '，', '&', '(', '（', '[', '【', ' ', '\u{a0}', '\u{3000}',
        '\u{2009}', '\u{202f}', '?', '_', '年', '月', '日', '号', '號',
    ] {
        set(c, IN_CONTEXT);
    }
    signs
});

/// The characters that pairs of bytes stand for.
fn characters_of(encoding: &'static Encoding, leads: RangeInclusive<u8>, trails: RangeInclusive<u8>) -> HashSet<char> {
    let pairs = leads.flat_map(|lead| trails.clone().map(move |trail| [lead, trail]));
    pairs.filter_map(|pair| encoding.decode_without_bom_handling_and_without_replacement(&pair)?.chars().next()).collect()
}

/// Whether a character prints nothing and separates nothing.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffc}')
}

/// What the scan does with a character, so that it asks no more of most of them.
static CLASSES: LazyLock<Box<[u8]>> = LazyLock::new(|| {
    let class = |(code, signs): (u32, &Signs)| match (char::from_u32(code), *signs) {
        (_, 0) => NOTHING,
        (_, SIMPLIFIED) => COUNTED,
        (Some(' '), _) => BLANK,
        (Some('。' | '、' | ',' | '，' | '年' | '月' | '日' | '号'), IN_CONTEXT) => BESIDE_DIGITS,
        _ => LOOKED_AT,
    };
    (0..).zip(OF_CHARACTER.iter()).map(class).collect()
});

const NOTHING: u8 = 0;
const COUNTED: u8 = 1;
const LOOKED_AT: u8 = 2;
/// Says something only between characters that are not ASCII, or beside a digit.
const BLANK: u8 = 3;
/// Says something only beside a digit.
const BESIDE_DIGITS: u8 = 4;

/// Scans a text once.
pub(super) fn scan(text: &str) -> Scan {
    let classes: &[u8] = &CLASSES;
    let bytes = text.as_bytes();
    let mut found = Scan::default();
    let mut at = 0;
    while let Some(&lead) = bytes.get(at) {
        let trail = |n: usize| usize::from(bytes.get(at + n).copied().unwrap_or_default() & 0x3f);
        let (code, len) = match lead {
            0..=0x7f => (usize::from(lead), 1),
            0x80..=0xdf => (usize::from(lead & 0x1f) << 6 | trail(1), 2),
            0xe0..=0xef => (usize::from(lead & 0xf) << 12 | trail(1) << 6 | trail(2), 3),
            _ => (usize::MAX, 4),
        };
        match classes.get(code).copied().unwrap_or(LOOKED_AT) {
            NOTHING => {}
            COUNTED => {
                found.signs |= SIMPLIFIED;
                found.simplified += 1;
            }
            class => {
                let beside = |is_sign: fn(u8) -> bool| {
                    let before = at.checked_sub(1).and_then(|i| bytes.get(i));
                    before.is_some_and(|b| is_sign(*b)) || bytes.get(at + len).is_some_and(|b| is_sign(*b))
                };
                let is_looked_at = match class {
                    BLANK => beside(|b| b.is_ascii_digit() || b >= 0x80),
                    BESIDE_DIGITS => beside(|b| b.is_ascii_digit()),
                    _ => true,
                };
                if is_looked_at {
                    look(text, at, &mut found);
                }
            }
        }
        at += len;
    }
    found
}

/// Notes the signs of a character, with those that it has beside its neighbours.
fn look(text: &str, at: usize, found: &mut Scan) {
    let mut after = text[at..].chars();
    let Some(c) = after.next() else { return };
    let signs = OF_CHARACTER.get(c as usize).copied().unwrap_or_else(|| of_other_plane(c));
    found.simplified += (signs & SIMPLIFIED) as usize;
    found.traditional += (signs & TRADITIONAL != 0) as usize;
    found.signs |= signs & !(IN_CONTEXT | SPAM_FIRST);
    if signs & IN_CONTEXT == 0 {
        return;
    }
    let next = after.next().unwrap_or('\n');
    let previous = text[..at].chars().next_back().unwrap_or('\n');
    let digit_before = previous.is_ascii_digit();
    let is_hidden = match (digit_before, next.is_ascii_digit()) {
        (true, true) => torn::parts(c) || torn::hides(c),
        (false, false) => false,
        _ => torn::hides(c),
    };
    let is_apart = matches!(c, ',' | '，')
        && ((digit_before && next.is_ascii_digit())
            || matches!(next, ' ' | ',' | '，' | '\u{a0}')
            || matches!(previous, ' ' | ',' | '，' | '\u{a0}'));
    found.signs |= if is_hidden || is_apart { HIDDEN } else { 0 };
    // Beside the border of a cell a space means nothing.
    let is_border = |c: char| matches!(c, '|' | '\t' | '\n');
    found.signs |= match c {
        '&' if next == '#' || next.is_ascii_alphabetic() => ENTITY,
        '(' | '（' | '[' | '【'
            if next.is_ascii_alphabetic()
                || matches!(next, '\u{3105}'..='\u{3129}' | 'ａ'..='ｚ' | 'Ａ'..='Ｚ')
                || (next == ' ' && after.clone().next().is_some_and(|c| c.is_ascii_alphabetic())) =>
        {
            GLOSS
        }
        ' ' | '\u{a0}' | '\u{3000}' | '\u{2009}' | '\u{202f}' if digit_before && next.is_ascii_digit() => SPACE | PARTED,
        ' ' | '\u{a0}' | '\u{3000}' if (digit_before && !is_border(next)) || (next.is_ascii_digit() && !is_border(previous)) => SPACE,
        ' ' | '\u{a0}' | '\u{3000}'
            if is_han(previous) && is_han(next) && after.next().is_some_and(|c| matches!(c, ' ' | '\u{a0}' | '\u{3000}')) =>
        {
            SPACE | SET_APART
        }
        '*' if next == '*' => TAG,
        '<' if next == '/' || next.is_ascii_alphabetic() => TAG,
        '\\' | '%' if next == 'u' => ENTITY,
        '?' if !next.is_ascii() || !previous.is_ascii() || next == '?' => SHIFT,
        '_' if !previous.is_ascii() => SHIFT,
        '年' | '月' | '日' | '号' | '號' if digit_before && text[..at].bytes().rev().take(5).all(|b| b.is_ascii_digit()) => {
            RUN_TOGETHER
        }
        _ if signs & SPAM_FIRST != 0 && spam::begins(c, next) => SPAM,
        _ => 0,
    };
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

/// Signs of a character beyond the basic plane.
fn of_other_plane(c: char) -> Signs {
    if compatibility::unified(c).is_some() {
        COMPATIBILITY
    } else if super::width::half(c).is_some() {
        FULL_WIDTH
    } else {
        0
    }
}
