//! English translations of reports: Chaoyang District, Beijing.
//!
//! A name in Latin letters is looked up by its spelling and the word for its kind; what it leaves open is
//! settled by the other places, as for Chinese names.

use pinyin::ToPinyin;

use crate::knowledge::{NameKind, PlaceSense, RegionLevel, gazetteer};

/// Words after a name, and how the names of such regions end.
const KINDS: [(&str, &[char]); 6] = [
    ("district", &['区']),
    ("county", &['县']),
    ("city", &['市']),
    ("province", &['省']),
    ("prefecture", &['州', '市', '区']),
    ("banner", &['旗']),
];

/// Whether a text is in Latin letters.
pub(super) fn is_latin(text: &str) -> bool {
    let han = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    text.len() > 40 && han * 20 < text.len()
}

/// Places that a Latin text names with the word for their kind, and municipalities and provinces without it.
pub(super) fn places(text: &str) -> Vec<(String, Vec<PlaceSense>)> {
    let words: Vec<String> =
        text.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| !w.is_empty()).take(400).map(str::to_ascii_lowercase).collect();
    let gazetteer = gazetteer();
    let spelled: Vec<_> = gazetteer
        .rows()
        .map(|(id, row)| {
            let spelling: String = row.short_name.chars().filter_map(|c| c.to_pinyin()).map(|p| p.plain()).collect();
            (spelling, id, row)
        })
        .collect();
    let mut found: Vec<(String, Vec<PlaceSense>)> = Vec::new();
    for (n, word) in words.iter().enumerate() {
        let kind = words.get(n + 1).and_then(|next| KINDS.iter().find(|(kind, _)| kind == next));
        let senses: Vec<PlaceSense> = spelled
            .iter()
            .filter(|(spelling, _, row)| {
                spelling == word
                    && match kind {
                        Some((_, ends)) => row.name.ends_with(*ends),
                        None => row.level == RegionLevel::Province,
                    }
            })
            .map(|(_, id, _)| PlaceSense { region: *id, kind: NameKind::Official })
            .collect();
        if !senses.is_empty() && !found.iter().any(|(name, _)| name == word) {
            found.push((word.clone(), senses));
        }
    }
    found
}
