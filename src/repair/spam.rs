//! Words of betting advertisements that hijacked sites put before a report, or in the place of its names.
//! They are marked, not removed: what they replaced is not known.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use crate::knowledge::{DataTable, KnowledgeError, data_table};

const TABLE: DataTable = data_table!("repair/spam.csv");

#[derive(Deserialize)]
struct Row {
    /// In lower case.
    word: String,
}

struct Words {
    find: AhoCorasick,
    first: Vec<char>,
}

static WORDS: LazyLock<Result<Words, KnowledgeError>> = LazyLock::new(|| {
    let (mut words, mut first) = (Vec::new(), Vec::new());
    for (line, row) in TABLE.rows::<Row>()? {
        let begins = row.word.chars().next().ok_or_else(|| TABLE.error(line, "an empty word"))?;
        first.extend([begins, begins.to_ascii_uppercase()]);
        words.push(row.word);
    }
    let find = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true).build(&words);
    Ok(Words { find: find.map_err(|e| TABLE.error(0, e.to_string()))?, first })
});

/// Parses the words.
pub(super) fn load() -> Result<(), KnowledgeError> {
    WORDS.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The characters that such words begin with, digits apart: those are everywhere.
pub(super) fn first_characters() -> impl Iterator<Item = char> {
    WORDS.as_ref().map(|w| w.first.as_slice()).unwrap_or_default().iter().copied().filter(|c| !c.is_ascii_digit())
}

/// Where such words stand.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let Ok(words) = WORDS.as_ref() else { return Vec::new() };
    words.find.find_iter(text).map(|m| m.range()).collect()
}
