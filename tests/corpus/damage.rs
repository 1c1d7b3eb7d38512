//! What happens to a report on its way: each kind of damage is a named function over the text of a document.
//! Tags are left alone. No damage changes what a careful reader takes from the text.

use std::collections::HashMap;
use std::sync::LazyLock;

use fastrand::Rng;
use pinyin::ToPinyin;

/// Kinds of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Simplified characters became Traditional.
    Traditional,
    /// Readings with tone marks stand in brackets after some characters.
    Glosses,
    /// Characters became entities; only for HTML.
    Entities,
    /// Digits became full-width.
    FullWidthDigits,
    /// Blanks around numbers.
    Spaces,
    /// The body stands twice.
    Doubled,
    /// Characters of no width between others.
    ZeroWidth,
    /// The byte after a full-width blank was lost, so that GBK characters are out of step up to the next mark.
    GbkShift,
    /// Chinese punctuation became ASCII.
    AsciiPunctuation,
}

impl Damage {
    pub const ALL: &'static [Self] = &[
        Self::Traditional,
        Self::Glosses,
        Self::Entities,
        Self::FullWidthDigits,
        Self::Spaces,
        Self::Doubled,
        Self::ZeroWidth,
        Self::GbkShift,
        Self::AsciiPunctuation,
    ];

    pub fn apply(self, text: String, rng: &mut Rng) -> String {
        match self {
            Self::Traditional => outside_tags(&text, traditional),
            Self::Glosses => outside_tags(&text, |text| glosses(text, rng)),
            Self::Entities => outside_tags(&text, |text| entities(text, rng)),
            Self::FullWidthDigits => outside_tags(&text, full_width_digits),
            Self::Spaces => outside_tags(&text, spaces),
            Self::Doubled => doubled(&text),
            Self::ZeroWidth => outside_tags(&text, |text| zero_width(text, rng)),
            Self::GbkShift => gbk_shift(&text),
            Self::AsciiPunctuation => outside_tags(&text, ascii_punctuation),
        }
    }
}

/// Applies a change to what stands outside `<...>` and outside style sheets and the page's head.
fn outside_tags(text: &str, mut change: impl FnMut(&str) -> String) -> String {
    if !text.starts_with("<!DOCTYPE") {
        return change(text);
    }
    let body = text.find("<body").unwrap_or_default();
    let (head, mut rest) = text.split_at(body);
    let mut out = head.to_owned();
    while let Some(open) = rest.find('<') {
        let close = rest[open..].find('>').map_or(rest.len(), |at| open + at + 1);
        out += &change(&rest[..open]);
        out += &rest[open..close];
        rest = &rest[close..];
    }
    out + &change(rest)
}

/// Traditional forms where one is usual; the way back is unambiguous for these texts.
pub fn traditional(text: &str) -> String {
    static TABLE: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
        let mut table = HashMap::new();
        for code in 0x4e00..=0x9fa5 {
            let Some(character) = char::from_u32(code) else { continue };
            let simplified = zhconv::zhconv(&character.to_string(), zhconv::Variant::ZhHans);
            let mut simplified = simplified.chars();
            if let (Some(to), None) = (simplified.next(), simplified.next())
                && to != character
            {
                table.entry(to).or_insert(character);
            }
        }
        // Several Traditional characters share one Simplified: the one of these reports.
        for (to, from) in "发發复復处處机機关關系系台台里里制制余餘于於后後征徵面面采採规規范範干幹只只个個数數当當会會历歷几幾出出合合"
            .chars()
            .collect::<Vec<_>>()
            .chunks(2)
            .map(|c| (c[0], c[1]))
        {
            table.insert(to, from);
        }
        table
    });
    text.chars().map(|c| TABLE.get(&c).copied().unwrap_or(c)).collect()
}

/// The same characters get their reading throughout a text, as mirrors do it.
pub fn glosses(text: &str, rng: &mut Rng) -> String {
    let salt = rng.u32(..7);
    let mut out = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        out.push(character);
        if (character as u32) % 7 == salt
            && let Some(reading) = character.to_pinyin()
        {
            out.push('(');
            out += reading.with_tone();
            out.push(')');
        }
    }
    out
}

pub fn entities(text: &str, rng: &mut Rng) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        match character {
            '“' => out += "&ldquo;",
            '”' => out += "&rdquo;",
            '—' => out += "&mdash;",
            '\u{3000}' => out += "&emsp;",
            c if !c.is_ascii() && rng.u8(..30) == 0 => out += &format!("&#{};", c as u32),
            c if !c.is_ascii() && rng.u8(..30) == 0 => out += &format!("&#x{:X};", c as u32),
            c => out.push(c),
        }
    }
    out
}

pub fn full_width_digits(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xfee0).unwrap_or(c) } else { c }).collect()
}

/// A blank between a number and a Han character beside it, inside sentences only: in a table set with blanks
/// it would mean something.
pub fn spaces(text: &str) -> String {
    let han = |c: char| ('\u{4e00}'..='\u{9fa5}').contains(&c);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for line in text.split_inclusive('\n') {
        if !line.contains('。') {
            out += line;
            continue;
        }
        let mut before = None::<char>;
        for character in line.chars() {
            if before.is_some_and(|b| (han(b) && character.is_ascii_digit()) || (b.is_ascii_digit() && han(character))) {
                out.push(' ');
            }
            out.push(character);
            before = Some(character);
        }
    }
    out
}

/// The text from the first section on stands twice.
pub fn doubled(text: &str) -> String {
    let marks = if text.starts_with("<!DOCTYPE") {
        ("<div class=\"content\">\n", "</div>\n<div class=\"footer\"")
    } else {
        ("\n\n", "\n扫一扫")
    };
    let (Some(start), Some(end)) = (text.find(marks.0).map(|at| at + marks.0.len()), text.rfind(marks.1)) else { return text.to_owned() };
    format!("{}{}{}", &text[..end], &text[start..end], &text[end..])
}

pub fn zero_width(text: &str, rng: &mut Rng) -> String {
    const MARKS: [char; 5] = ['\u{200b}', '\u{feff}', '\u{200e}', '\u{202c}', '\u{2060}'];
    let mut out = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        out.push(character);
        if !character.is_whitespace() && rng.u8(..12) == 0 {
            out.push(MARKS[rng.usize(..MARKS.len())]);
        }
    }
    out
}

/// Headings in brackets after a full-width blank lose a byte and come out of step up to their first mark.
pub fn gbk_shift(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let Some((before, heading)) = line.split_once("　（").filter(|(_, h)| h.starts_with(['一', '二', '三', '四', '五'])) else {
            out += line;
            continue;
        };
        let end = heading.find(['。', '，']).unwrap_or(heading.len() - usize::from(heading.ends_with('\n')));
        let (shifted, rest) = heading.split_at(end);
        if !shifted.contains('）') || shifted.contains(|c: char| c.is_ascii_digit()) {
            out += line;
            continue;
        }
        let source = format!("　（{shifted}");
        let (bytes, ..) = encoding_rs::GBK.encode(&source);
        // The first byte of the blank became a question mark; the last byte is left without its partner.
        let (text, ..) = encoding_rs::GBK.decode(&bytes[1..bytes.len() - 1]);
        out += before;
        out.push('?');
        out += &text;
        out.push('?');
        out += rest;
    }
    out
}

pub fn ascii_punctuation(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '，' => ',',
            '：' => ':',
            '；' => ';',
            '（' => '(',
            '）' => ')',
            c => c,
        })
        .collect()
}
