//! The numbers that Word prints before the paragraphs of its lists: 一、 （二） 3.
//!
//! The text of a section may hold its number only as a mark of a list, and the section is known by it.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::docx::attribute;

/// Levels of a list.
pub(super) const LEVELS: usize = 9;
/// Lists of a document; real ones hold some hundred.
const LISTS: usize = 10_000;

/// How a level is numbered.
#[derive(Clone, Debug, Default)]
struct Level {
    start: u32,
    format: String,
    /// What is printed, with `%1` to `%9` for the numbers of the levels.
    text: String,
}

/// The lists of a document, and how far each is.
#[derive(Debug, Default)]
pub(super) struct Lists {
    definitions: HashMap<String, [Level; LEVELS]>,
    /// The definition of each list, and where its levels begin anew.
    lists: HashMap<String, (String, [Option<u32>; LEVELS])>,
    /// By definition, which lists share.
    counts: HashMap<String, [Option<u32>; LEVELS]>,
    begun: HashMap<String, [bool; LEVELS]>,
}

impl Lists {
    /// Takes the lists from their part of a document. What cannot be read of it numbers nothing.
    pub fn parse(xml: &str) -> Self {
        let mut lists = Self::default();
        let mut reader = Reader::from_str(xml);
        reader.config_mut().check_end_names = false;
        let mut open = Open::default();
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Start(e) | Event::Empty(e) => lists.start(&e, &mut open),
                Event::End(e) if e.local_name().as_ref() == "lvlOverride" => open.level = None,
                Event::Eof => break,
                _ => {}
            }
        }
        lists
    }

    fn start(&mut self, e: &BytesStart, open: &mut Open) {
        let value = || attribute(e, "val");
        let level_of = || attribute(e, "ilvl").and_then(|level| level.parse().ok()).filter(|level| *level < LEVELS);
        match e.local_name().as_ref() {
            "abstractNum" if self.definitions.len() < LISTS => {
                *open = Open { definition: attribute(e, "abstractNumId"), ..Open::default() };
            }
            "num" if self.lists.len() < LISTS => *open = Open { list: attribute(e, "numId"), ..Open::default() },
            "abstractNumId" => {
                if let (Some(list), Some(definition)) = (&open.list, value()) {
                    self.lists.insert(list.clone(), (definition, [None; LEVELS]));
                }
            }
            "lvl" | "lvlOverride" => open.level = level_of(),
            "startOverride" => {
                let list = open.list.as_ref().and_then(|list| self.lists.get_mut(list));
                if let (Some((_, starts)), Some(level)) = (list, open.level) {
                    starts[level] = value().and_then(|start| start.parse().ok());
                }
            }
            name @ ("start" | "numFmt" | "lvlText") => {
                let (Some(definition), Some(level), Some(value)) = (&open.definition, open.level, value()) else { return };
                let level = &mut self.definitions.entry(definition.clone()).or_default()[level];
                match name {
                    "start" => level.start = value.parse().unwrap_or(1),
                    "numFmt" => level.format = value,
                    _ => level.text = value,
                }
            }
            _ => {}
        }
    }

    /// Counts a paragraph of a list, and tells what is printed before it.
    pub fn next(&mut self, list: &str, level: usize) -> Option<String> {
        let (definition, starts) = self.lists.get(list)?;
        let levels = self.definitions.get(definition)?;
        let counts = self.counts.entry(definition.clone()).or_default();
        let begun = self.begun.entry(list.to_owned()).or_default();
        let anew = starts[level].filter(|_| !begun[level]);
        begun[level] = true;
        counts[level] = Some(match (anew, counts[level]) {
            (Some(start), _) => start,
            (None, Some(count)) => count.saturating_add(1),
            (None, None) => levels[level].start,
        });
        counts[level + 1..].fill(None);
        let mut printed = String::new();
        let mut chars = levels[level].text.chars();
        while let Some(c) = chars.next() {
            if c != '%' {
                printed.push(c);
                continue;
            }
            let at = chars.next().and_then(|c| c.to_digit(10)).and_then(|at| (at as usize).checked_sub(1)).filter(|at| *at < LEVELS)?;
            printed.push_str(&number(counts[at].unwrap_or(levels[at].start), &levels[at].format)?);
        }
        // A bullet is a picture of no meaning.
        printed.contains(char::is_alphanumeric).then_some(printed)
    }
}

/// What is open in the part.
#[derive(Default)]
struct Open {
    definition: Option<String>,
    list: Option<String>,
    level: Option<usize>,
}

/// A number in a format; `None` for those that no report is numbered in.
fn number(number: u32, format: &str) -> Option<String> {
    match format {
        "decimal" | "" | "decimalHalfWidth" => Some(number.to_string()),
        "decimalZero" => Some(format!("{number:02}")),
        "decimalFullWidth" | "decimalFullWidth2" => {
            Some(number.to_string().chars().filter_map(|c| char::from_u32(c as u32 - '0' as u32 + '０' as u32)).collect())
        }
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "ideographDigital"
        | "japaneseDigitalTenThousand"
        | "chineseLegalSimplified" => chinese(number),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => {
            char::from_u32(0x245F + number).filter(|_| (1..=20).contains(&number)).map(String::from)
        }
        "lowerLetter" => char::from_u32(0x60 + number).filter(char::is_ascii_lowercase).map(String::from),
        "upperLetter" => char::from_u32(0x40 + number).filter(char::is_ascii_uppercase).map(String::from),
        _ => None,
    }
}

/// A number below a hundred in Chinese.
fn chinese(number: u32) -> Option<String> {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number as usize / 10, number as usize % 10);
    match tens {
        0 if ones == 0 => Some("〇".to_owned()),
        0 => Some(DIGITS[ones].to_owned()),
        1 => Some(format!("十{}", DIGITS[ones])),
        2..=9 => Some(format!("{}十{}", DIGITS[tens], DIGITS[ones])),
        _ => None,
    }
}
