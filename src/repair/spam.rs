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
    /// The first two characters after digits, in order.
    begin: Vec<(char, char)>,
}

static WORDS: LazyLock<Result<Words, KnowledgeError>> = LazyLock::new(|| {
    let (mut words, mut begin) = (Vec::new(), Vec::new());
    for (line, row) in TABLE.rows::<Row>()? {
        // A number before the name is no sign: numbers are everywhere.
        let mut characters = row.word.trim_start_matches(|c: char| c.is_ascii_digit()).chars();
        let (Some(first), Some(second)) = (characters.next(), characters.next()) else {
            return Err(TABLE.error(line, "a word has two or more characters"));
        };
        begin.push((first, second));
        words.push(row.word);
    }
    begin.sort_unstable();
    let find = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true).build(&words);
    Ok(Words { find: find.map_err(|e| TABLE.error(0, e.to_string()))?, begin })
});

/// Parses the words.
pub(super) fn load() -> Result<(), KnowledgeError> {
    WORDS.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The characters that such words begin with, after their digits.
pub(super) fn first_characters() -> impl Iterator<Item = char> {
    let begin = WORDS.as_ref().map(|w| w.begin.as_slice()).unwrap_or_default();
    begin.iter().flat_map(|(c, _)| [*c, c.to_ascii_uppercase()])
}

/// Whether such a word begins with two characters, after its digits.
pub(super) fn begins(first: char, second: char) -> bool {
    let pair = (first.to_ascii_lowercase(), second.to_ascii_lowercase());
    WORDS.as_ref().is_ok_and(|w| w.begin.binary_search(&pair).is_ok())
}

/// Where such words stand.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let Ok(words) = WORDS.as_ref() else { return Vec::new() };
    words.find.find_iter(text).map(|m| m.range()).collect()
}
