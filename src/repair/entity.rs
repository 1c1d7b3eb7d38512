//! Character references left in text: `&nbsp;`, `&#12345;`, `&amp;bull;`, `\u516c`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Draft, Edit};
use crate::knowledge::{DataTable, KnowledgeError, data_table};

const TABLE: DataTable = data_table!("repair/entities.csv");

#[derive(Deserialize)]
struct Row {
    name: String,
    code: String,
    /// 1: read without its semicolon too, as browsers do.
    bare: u8,
}

struct Named {
    character: char,
    bare: bool,
}

static NAMES: LazyLock<Result<HashMap<String, Named>, KnowledgeError>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (line, row) in TABLE.rows::<Row>()? {
        let character = u32::from_str_radix(&row.code, 16).ok().and_then(char::from_u32);
        let character = character.ok_or_else(|| TABLE.error(line, format!("`{}` is no code point in hexadecimal", row.code)))?;
        if names.insert(row.name.clone(), Named { character, bare: row.bare == 1 }).is_some() {
            return Err(TABLE.error(line, format!("`{}` stands twice", row.name)));
        }
    }
    Ok(names)
});

/// Parses the table of names.
pub(super) fn load() -> Result<(), KnowledgeError> {
    NAMES.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// Longest reference, in bytes after the ampersand.
const MAX_LEN: usize = 12;
/// Characters whose decimal number has so many digits that one more is no number of a character.
const HAN: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';
const HAN_DIGITS: usize = 5;

/// Puts characters in the place of references.
pub(super) fn repair(draft: &mut Draft) -> bool {
    let text = draft.as_str();
    let mut edits = Vec::new();
    let mut done = 0;
    for (at, _) in text.match_indices('&') {
        if at < done {
            continue;
        }
        let mut from = at + 1;
        // A page that was escaped twice.
        while text[from..].starts_with("amp;") && from < at + 9 {
            from += 4;
        }
        let read = reference(&text[from..]).or_else(|| (from > at + 1).then_some(('&', 0)));
        if let Some((character, len)) = read {
            done = from + len;
            edits.push(Edit { range: at..done, text: printable(character).to_string() });
        }
    }
    edits.extend(text.match_indices(['\\', '%']).filter_map(|(at, _)| {
        let (character, len) = escaped(&text[at + 1..])?;
        Some(Edit { range: at..at + 1 + len, text: character.to_string() })
    }));
    edits.sort_unstable_by_key(|edit| edit.range.start);
    draft.apply(edits)
}

/// The character that a script escaped, from after the sign: `u516C`. Only those beyond Latin text, which a
/// path or a percentage cannot be meant by.
fn escaped(text: &str) -> Option<(char, usize)> {
    let digits = text.strip_prefix('u')?.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let character = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?;
    (character >= '\u{2000}').then_some((character, 5))
}

/// The character of a reference and its length, from after the ampersand.
fn reference(text: &str) -> Option<(char, usize)> {
    let bytes = &text.as_bytes()[..text.len().min(MAX_LEN)];
    if let Some(number) = bytes.strip_prefix(b"#") {
        let (radix, digits) = match number.strip_prefix(b"x").or_else(|| number.strip_prefix(b"X")) {
            Some(hexadecimal) => (16, hexadecimal),
            None => (10, number),
        };
        let count = digits.iter().take_while(|b| char::from(**b).is_digit(radix)).count();
        let code = u32::from_str_radix(std::str::from_utf8(&digits[..count]).ok()?, radix).ok()?;
        let len = bytes.len() - digits.len() + count;
        let character = char::from_u32(code)?;
        // Without its semicolon the end of a number is not certain, unless another digit makes no character.
        let is_whole = || radix == 10 && count == HAN_DIGITS && HAN.contains(&character);
        return semicolon(&text[len..]).map(|semicolon| (character, len + semicolon)).or_else(|| is_whole().then_some((character, len)));
    }
    let names = NAMES.as_ref().ok()?;
    let count = bytes.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    let letters = bytes.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    if let Some((named, semicolon)) = names.get(&text[..count]).zip(semicolon(&text[count..])) {
        return Some((named.character, count + semicolon));
    }
    names.get(&text[..letters]).filter(|named| named.bare).map(|named| (named.character, letters))
}

/// The length of a semicolon, which punctuation may have become full-width with.
fn semicolon(text: &str) -> Option<usize> {
    text.chars().next().filter(|c| matches!(c, ';' | '；')).map(char::len_utf8)
}

/// A reference adds no line and no cell.
fn printable(c: char) -> char {
    if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c }
}

#[cfg(test)]
mod tests {
    use super::super::line;

    #[test]
    fn references_become_characters() {
        for (damaged, repaired) in [
            ("&bull;网站&mdash;&mdash;", "•网站——"),
            ("&#20849;&#x516C;开", "共公开"),
            ("&amp;nbsp;一、", "\u{a0}一、"),
            ("&ldquo五公开&rdquo;", "“五公开”"),
            ("A&B;", "A&B;"),
            ("a=1&lt=2", "a=1&lt=2"),
            ("&#1234567890;", "&#1234567890;"),
            ("&", "&"),
            ("&#", "&#"),
            ("公开&amp;解读", "公开&解读"),
            ("收到\\u7533\\u8bf712件", "收到申请12件"),
            ("收到%u7533%u8BF712件，占5%u", "收到申请12件，占5%u"),
            ("申请&nbsp12件", "申请\u{a0}12件"),
            ("申请&nbsp；12件", "申请\u{a0}12件"),
            ("申&#35831&#65306;12件", "申请：12件"),
            ("申请&#4912件", "申请&#4912件"),
            ("&amp;amp;nbsp;&amp;#20849;", "\u{a0}共"),
        ] {
            assert_eq!(line(damaged), repaired);
        }
    }
}
