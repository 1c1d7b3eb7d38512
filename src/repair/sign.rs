//! What a text holds that a repair could act on, found in one scan, so that clean text costs no more.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use encoding_rs::{BIG5, Encoding, GBK};

use super::{byte_shift, compatibility, gloss, script, spam};

/// What stands in a text, as a set of bits.
pub(super) type Signs = u32;

/// A character written so only in Simplified text.
pub(super) const SIMPLIFIED: Signs = 1;
/// A character written so only in Traditional text.
pub(super) const TRADITIONAL: Signs = 1 << 1;
/// An ampersand before a letter or `#`.
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
/// A space beside a digit.
pub(super) const SPACE: Signs = 1 << 9;
/// A date or number of a document whose digits run together.
pub(super) const RUN_TOGETHER: Signs = 1 << 10;
/// The first two characters of a spam word.
pub(super) const SPAM: Signs = 1 << 11;
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
    for c in ['&', '(', '（', ' ', '\u{a0}', '\u{3000}', '?', '_', '年', '月', '日', '号', '號'] {
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
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}')
}

/// Scans a text once.
pub(super) fn scan(text: &str) -> Scan {
    let table: &[Signs] = &OF_CHARACTER;
    let mut found = Scan::default();
    let (mut before, mut previous, mut digits) = ('\n', '\n', 0u32);
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c.is_ascii_digit() {
            // Beside the border of a cell a space means nothing.
            if matches!(previous, ' ' | '\u{a0}' | '\u{3000}') && !matches!(before, '|' | '\t' | '\n') {
                found.signs |= SPACE;
            }
            digits += 1;
            before = previous;
            previous = c;
            continue;
        }
        let signs = table.get(c as usize).copied().unwrap_or(0);
        found.simplified += (signs & SIMPLIFIED) as usize;
        found.traditional += (signs & TRADITIONAL != 0) as usize;
        found.signs |= signs;
        if signs & IN_CONTEXT != 0 {
            let next = characters.clone().next().unwrap_or('\n');
            found.signs |= match c {
                '&' if next == '#' || next.is_ascii_alphabetic() => ENTITY,
                '(' | '（' if next.is_ascii_alphabetic() => GLOSS,
                ' ' | '\u{a0}' | '\u{3000}' if previous.is_ascii_digit() && !matches!(next, '|' | '\t' | '\n') => SPACE,
                '?' if !next.is_ascii() || !previous.is_ascii() || next == '?' => SHIFT,
                '_' if !previous.is_ascii() => SHIFT,
                '年' | '月' | '日' | '号' | '號' if digits >= 5 => RUN_TOGETHER,
                _ if signs & SPAM_FIRST != 0 && spam::begins(c, next) => SPAM,
                _ => 0,
            };
        }
        digits = 0;
        before = previous;
        previous = c;
    }
    found.signs &= !(IN_CONTEXT | SPAM_FIRST);
    found
}
