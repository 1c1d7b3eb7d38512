//! Radicals and compatibility ideographs in place of the unified character, as PDF fonts emit them.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::Draft;
use crate::knowledge::{DataTable, KnowledgeError, data_table};

const TABLE: DataTable = data_table!("repair/radicals.csv");

#[derive(Deserialize)]
struct Row {
    radical: char,
    character: char,
}

static RADICALS: LazyLock<Result<HashMap<char, char>, KnowledgeError>> = LazyLock::new(|| {
    let mut radicals = HashMap::new();
    for (line, row) in TABLE.rows::<Row>()? {
        if !('\u{2e80}'..='\u{2eff}').contains(&row.radical) {
            return Err(TABLE.error(line, format!("`{}` is no supplement radical (U+2E80 to U+2EFF)", row.radical)));
        }
        if radicals.insert(row.radical, row.character).is_some() {
            return Err(TABLE.error(line, format!("`{}` stands twice", row.radical)));
        }
    }
    Ok(radicals)
});

/// Parses the table of radicals.
pub(super) fn load() -> Result<(), KnowledgeError> {
    RADICALS.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The unified character of a radical or compatibility ideograph. Kangxi radicals and compatibility
/// ideographs have it in Unicode; the supplement radicals have none there and come from a table.
pub(super) fn unified(c: char) -> Option<char> {
    match c {
        // Symbol fonts of Word: bullets of lists.
        '\u{f020}'..='\u{f0ff}' => Some('•'),
        '\u{2e80}'..='\u{2eff}' => RADICALS.as_ref().ok()?.get(&c).copied(),
        '\u{2f00}'..='\u{2fd5}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}' => {
            let mut folded = std::iter::once(c).nfkc();
            folded.next().filter(|f| *f != c && folded.next().is_none())
        }
        _ => None,
    }
}

/// Puts unified characters in the place of radicals.
pub(super) fn repair(draft: &mut Draft) -> bool {
    draft.replace_characters(unified)
}
