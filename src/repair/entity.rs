//! Character references left in text: `&nbsp;`, `&#12345;`, `&amp;bull;`.

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
    draft.apply(edits)
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
        // Without its semicolon the end of a number is not certain.
        return (bytes.get(len) == Some(&b';')).then_some((char::from_u32(code)?, len + 1));
    }
    let count = bytes.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    let named = NAMES.as_ref().ok()?.get(&text[..count])?;
    match bytes.get(count) {
        Some(b';') => Some((named.character, count + 1)),
        _ if named.bare => Some((named.character, count)),
        _ => None,
    }
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
        ] {
            assert_eq!(line(damaged), repaired);
        }
    }
}
