//! Words of the captions of tables.

use std::sync::LazyLock;

use serde::Deserialize;

use super::table::{DataTable, KnowledgeError, data_table};

const WORDS: DataTable = data_table!("forms/captions.csv");

/// What a word of a caption tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptionRole {
    /// Begins a name of all bodies together: 全市.
    Area,
    /// Is such a name by itself: 合计.
    Sum,
    /// Ends a name of a body without those below it: 本级.
    Own,
    /// Ends a name of one body.
    Body,
    /// Begins what a table is of.
    Title,
    /// Ends a caption that names its table.
    End,
    /// Stands before the number of a table or annex.
    Lead,
}

/// The words.
#[derive(Debug)]
pub struct Captions {
    words: Vec<(CaptionRole, String)>,
}

impl Captions {
    /// The words of a role.
    pub fn of(&self, role: CaptionRole) -> impl Iterator<Item = &str> {
        self.words.iter().filter(move |(held, _)| *held == role).map(|(_, word)| word.as_str())
    }

    fn read() -> Result<Self, KnowledgeError> {
        let mut words: Vec<(CaptionRole, String)> = Vec::new();
        for (line, row) in WORDS.rows::<Row>()? {
            for word in row.words.split('|') {
                if word.trim().is_empty() {
                    return Err(WORDS.error(line, "a word is missing"));
                }
                if words.iter().any(|held| held.0 == row.role && held.1 == word) {
                    return Err(WORDS.error(line, format!("`{word}` stands twice")));
                }
                words.push((row.role, word.to_owned()));
            }
        }
        // The longest first: what begins or ends with a word begins or ends with the longest.
        words.sort_by_key(|(_, word)| std::cmp::Reverse(word.len()));
        Ok(Self { words })
    }
}

#[derive(Deserialize)]
struct Row {
    role: CaptionRole,
    words: String,
}

static CAPTIONS: LazyLock<Result<Captions, KnowledgeError>> = LazyLock::new(Captions::read);

/// Parses the words.
pub(super) fn load() -> Result<(), KnowledgeError> {
    CAPTIONS.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The words of captions.
///
/// # Panics
/// When the embedded file has a mistake, which [`super::load`] reports and a test excludes.
#[expect(clippy::panic, reason = "embedded data, validated before any input is read")]
pub fn captions() -> &'static Captions {
    match &*CAPTIONS {
        Ok(captions) => captions,
        Err(error) => panic!("{error}"),
    }
}
