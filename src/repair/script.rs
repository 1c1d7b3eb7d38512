//! Traditional to Simplified, and the vocabulary of mirrors that follow another usage.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;
use zhconv::{Variant, get_builtin_converter};

use super::sign::{self, Scan};
use super::{Draft, Edit};
use crate::knowledge::{DataTable, KnowledgeError, data_table};

const TABLE: DataTable = data_table!("repair/mirror.csv");
const KEPT: DataTable = data_table!("repair/kept.csv");

#[derive(Deserialize)]
struct KeptRow {
    /// A character that has a Simplified form.
    character: char,
    /// A name that is written with it all the same.
    name: String,
}

/// Official names of Simplified text with a character that has a Simplified form.
static NAMES: LazyLock<Result<Vec<KeptRow>, KnowledgeError>> = LazyLock::new(|| {
    let mut kept = Vec::new();
    for (line, row) in KEPT.rows::<KeptRow>()? {
        if !row.name.contains(row.character) {
            return Err(KEPT.error(line, format!("`{}` does not contain `{}`", row.name, row.character)));
        }
        kept.push(row);
    }
    Ok(kept)
});

#[derive(Deserialize)]
struct Row {
    /// A wording in Simplified characters.
    from: String,
    /// What reports say.
    to: String,
    /// Longer wordings in which it stays, joined by `;`.
    keep: String,
}

struct Vocabulary {
    words: AhoCorasick,
    /// What each pattern becomes; `None` where it stays.
    become_: Vec<Option<String>>,
}

static VOCABULARY: LazyLock<Result<Vocabulary, KnowledgeError>> = LazyLock::new(|| {
    let (mut patterns, mut become_) = (Vec::new(), Vec::new());
    for (line, row) in TABLE.rows::<Row>()? {
        if row.from.is_empty() || row.from == row.to {
            return Err(TABLE.error(line, "a row changes a wording into another one"));
        }
        if row.from.chars().chain(row.to.chars()).any(|c| c.is_ascii_digit()) {
            return Err(TABLE.error(line, "a wording holds no digits: figures are never changed"));
        }
        for kept in row.keep.split(';').filter(|k| !k.is_empty()) {
            if !kept.contains(&row.from) {
                return Err(TABLE.error(line, format!("`{kept}` does not contain `{}`", row.from)));
            }
            patterns.push(kept.to_owned());
            become_.push(None);
        }
        patterns.push(row.from);
        become_.push(Some(row.to));
    }
    let words = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns);
    Ok(Vocabulary { words: words.map_err(|e| TABLE.error(0, e.to_string()))?, become_ })
});

/// Parses the vocabulary.
pub(super) fn load() -> Result<(), KnowledgeError> {
    NAMES.as_ref().map_err(Clone::clone)?;
    VOCABULARY.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// Whether a character has another form in Simplified text.
pub(super) fn has_simplified_form(c: char) -> bool {
    simplified_character(c) != c
}

/// The Simplified form of a character, or the character itself.
pub(super) fn simplified_character(c: char) -> char {
    static FORMS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
        let all: String = ('\u{3400}'..='\u{9fff}').flat_map(|c| [c, '\n']).collect();
        let converted = simplified(&all);
        all.lines().zip(converted.lines()).filter(|(old, new)| old != new).filter_map(|(old, new)| Some((only(old)?, only(new)?))).collect()
    });
    if matches!(c, '\u{3400}'..='\u{9fff}') { FORMS.get(&c).copied().unwrap_or(c) } else { c }
}

fn only(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

fn simplified(text: &str) -> String {
    get_builtin_converter(Variant::ZhHans).convert(text)
}

/// Whether a text is written in Traditional characters, more than in Simplified ones.
fn is_traditional(scan: &Scan) -> bool {
    scan.traditional > scan.simplified
}

/// Writes Traditional text in Simplified characters and in the words of reports.
pub(super) fn repair(draft: &mut Draft) -> bool {
    draft.was_traditional |= is_traditional(&draft.scan);
    let changed = repair_characters(draft);
    // A Simplified text means its words as they stand.
    (draft.was_traditional && repair_vocabulary(draft)) || changed
}

/// Writes Traditional text in Simplified characters. In a Simplified text only the lines are converted
/// that are Traditional, and elsewhere the single characters that Simplified text does not have.
fn repair_characters(draft: &mut Draft) -> bool {
    let source = draft.as_str();
    let whole = draft.was_traditional;
    let mut text = String::with_capacity(source.len());
    let mut longer = Vec::new();
    for line in source.split_inclusive('\n') {
        let scan = if whole { Scan::default() } else { sign::scan(line) };
        if scan.traditional == 0 && !whole {
            text.push_str(line);
            continue;
        }
        let converted = if whole || is_traditional(&scan) { simplified(line) } else { String::new() };
        // The tables give a character for a character; where a wording does not, each character by itself.
        let aligned = line.chars().count() == converted.chars().count();
        let mut by_line = converted.chars();
        for c in line.chars() {
            let new = if aligned { by_line.next() } else { by_itself(c) }.unwrap_or(c);
            if new.len_utf8() == c.len_utf8() {
                text.push(new);
            } else {
                longer.push(Edit { range: text.len()..text.len() + c.len_utf8(), text: new.to_string() });
                text.push(c);
            }
        }
    }
    if whole {
        text = with_names(source, text);
    }
    let changed = draft.substitute(text);
    draft.apply(longer) || changed
}

/// Puts back the characters of official names into a text that was converted, character by character.
fn with_names(source: &str, mut converted: String) -> String {
    let names = NAMES.as_ref().map(Vec::as_slice).unwrap_or_default();
    for row in names.iter().filter(|row| source.contains(row.character)) {
        let Some(at) = row.name.find(row.character) else { continue };
        let places: Vec<usize> = converted.match_indices(&simplified(&row.name)).map(|(start, _)| start + at).collect();
        for place in places.into_iter().filter(|place| source.get(*place..).is_some_and(|rest| rest.starts_with(row.character))) {
            converted.replace_range(place..place + row.character.len_utf8(), row.character.encode_utf8(&mut [0; 4]));
        }
    }
    converted
}

/// The Simplified form of a character that Simplified text does not have.
fn by_itself(c: char) -> Option<char> {
    let is_name = NAMES.as_ref().is_ok_and(|names| names.iter().any(|name| name.character == c));
    let is_foreign = !is_name && sign::scan(c.encode_utf8(&mut [0; 4])).traditional > 0;
    is_foreign.then(|| simplified_character(c))
}

/// Puts the words of reports in the place of those of mirrors.
pub(super) fn repair_vocabulary(draft: &mut Draft) -> bool {
    let Ok(vocabulary) = VOCABULARY.as_ref() else { return false };
    let edits = vocabulary
        .words
        .find_iter(draft.as_str())
        .filter_map(|m| Some(Edit { range: m.range(), text: vocabulary.become_[m.pattern().as_usize()].clone()? }))
        .collect();
    draft.apply(edits)
}

#[cfg(test)]
mod tests {
    use super::super::line;

    #[test]
    fn names_and_words_come_out_as_reports_write_them() {
        for (damaged, repaired) in [
            ("鄂溫克族自治旗巴彥嵯崗蘇木", "鄂温克族自治旗巴彦嵯岗苏木"),
            ("孟津縣送莊鎮", "孟津县送庄镇"),
            ("製定體係，全麵複議", "制定体系，全面复议"),
            ("政府資訊公開谘詢", "政府信息公开咨询"),
            ("著力加強，成效顯著", "着力加强，成效显著"),
            ("檔案局印發檔案的規定", "档案局印发文件的规定"),
            ("於潛鎮", "於潜镇"),
            ("濛江乡公开", "濛江乡公开"),
            ("濛江鄉政府資訊公開", "濛江乡政府信息公开"),
            ("漢川市垌塚鎮現將有關情況報告", "汉川市垌塚镇现将有关情况报告"),
            ("細雨濛濛的鄉鎮", "细雨蒙蒙的乡镇"),
            ("收到申請3件，較上年增長50%", "收到申请3件，较上年增长50%"),
        ] {
            assert_eq!(line(damaged), repaired);
        }
    }

    #[test]
    fn simplified_text_keeps_its_words() {
        for text in ["乾县著名", "公安档案局与法人档案", "资讯科技", "瞭望台"] {
            assert_eq!(line(text), text);
        }
        assert_eq!(line("喬司街道办事处公开信息"), "乔司街道办事处公开信息");
    }
}
