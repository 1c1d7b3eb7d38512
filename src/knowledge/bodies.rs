//! How bodies, kinds of documents and the labels of page metadata are worded.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind, StartKind};
use serde::Deserialize;

use super::table::{DataTable, KnowledgeError, data_table};

const BODIES: DataTable = data_table!("identity/bodies.csv");
const NATIONAL: DataTable = data_table!("identity/national.csv");
const MINISTRIES: DataTable = data_table!("identity/ministries.csv");
const DEPARTMENTS: DataTable = data_table!("identity/departments.csv");
const LABELS: DataTable = data_table!("identity/labels.csv");
const GENRES: DataTable = data_table!("identity/genres.csv");
const BRANCHES: DataTable = data_table!("identity/branches.csv");
const AREA_CODES: DataTable = data_table!("identity/area_codes.csv");
const PLAIN_WORDS: DataTable = data_table!("identity/plain_words.csv");

/// The kind of body that a word stands for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum BodyKind {
    /// A people's government or its office.
    Government,
    /// A department or local branch.
    Department,
    /// A township or town.
    Township,
    /// A street.
    Street,
    /// A development zone.
    DevelopmentZone,
    /// Courts, schools, companies, associations.
    Other,
}

/// What a metadata label introduces.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Date of publication.
    Published,
    /// Date of the document.
    Generated,
    /// Date of signing.
    Written,
    /// Date of the last change.
    Updated,
    /// Index number.
    IndexNo,
    /// Document number.
    DocNo,
    /// Who publishes.
    Publisher,
    /// Where the page took the text from.
    Source,
    /// The title.
    Title,
}

/// A label of page metadata.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// What it introduces.
    pub field: Field,
    /// Of several values of a kind, the lowest rank wins.
    pub rank: u8,
    /// A common word: a label only at the start of a line or clause.
    pub common: bool,
}

/// Where a wording tells what a document is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In a title, whatever else the title says.
    Always,
    /// In a title that does not have the form of a report's title.
    Title,
    /// In the head of the text.
    Text,
    /// Nowhere: the wording holds another and means something else (规范文件 is no 范文).
    Never,
}

/// Wordings of a text that are looked at: a text of nothing else costs no more.
const MOST_GENRES: usize = 16;

/// A wording that tells what a document is.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct GenreWording {
    /// The words.
    pub pattern: String,
    /// Where they tell it.
    #[serde(rename = "where")]
    pub place: Place,
    /// What the document is then: a reason of `rejects`.
    pub reason: String,
}

/// The wordings of bodies and pages.
#[derive(Debug)]
pub struct BodyWords {
    suffixes: Vec<(String, BodyKind)>,
    offices: HashSet<String>,
    internals: Vec<String>,
    own: Vec<(String, BodyKind)>,
    own_automaton: AhoCorasick,
    verticals: Vec<String>,
    seats: Vec<String>,
    /// National bodies by name, each with its full one.
    national: HashMap<String, String>,
    national_automaton: AhoCorasick,
    ministries: Vec<Ministry>,
    departments: HashMap<String, String>,
    labels: Vec<Label>,
    label_automaton: AhoCorasick,
    genres: Vec<GenreWording>,
    genre_automaton: AhoCorasick,
    zone_automaton: AhoCorasick,
    area_codes: HashMap<String, Vec<u32>>,
    branches: HashMap<String, u32>,
    plain_words: HashSet<String>,
}

#[derive(Deserialize)]
struct BodyRow {
    word: String,
    role: String,
    kind: Option<BodyKind>,
}

#[derive(Deserialize)]
struct LabelRow {
    label: String,
    field: Field,
    rank: u8,
    word: u8,
}

#[derive(Deserialize)]
struct NationalRow {
    name: String,
    full: String,
}

/// A national body by a name that local ones bear as well.
#[derive(Debug, Deserialize)]
struct Ministry {
    name: String,
    full: String,
    domain: String,
}

#[derive(Deserialize)]
struct AreaRow {
    area_code: String,
    region_codes: String,
}

#[derive(Deserialize)]
struct DepartmentRow {
    short: String,
    full: String,
}

impl BodyWords {
    fn read() -> Result<Self, KnowledgeError> {
        let (mut suffixes, mut zones, mut internals, mut own) = (vec![], vec![], vec![], vec![]);
        let (mut verticals, mut seats) = (vec![], vec![]);
        let mut offices = HashSet::new();
        for (line, row) in BODIES.rows::<BodyRow>()? {
            let kind = || row.kind.ok_or_else(|| BODIES.error(line, format!("`{}` needs a kind", row.word)));
            match row.role.as_str() {
                "suffix" => suffixes.push((row.word.clone(), kind()?)),
                "self" => own.push((row.word.clone(), kind()?)),
                "zone" => zones.push(row.word),
                "office" => drop(offices.insert(row.word)),
                "internal" => internals.push(row.word),
                "vertical" => verticals.push(row.word),
                "seat" => seats.push(row.word),
                other => {
                    return Err(
                        BODIES.error(line, format!("role `{other}` is none of suffix, self, zone, office, internal, vertical, seat"))
                    );
                }
            }
        }
        // The longest word first: 分局 before 局.
        suffixes.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        verticals.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let (mut labels, mut patterns) = (vec![], vec![]);
        for (_, row) in LABELS.rows::<LabelRow>()? {
            patterns.push(row.label);
            labels.push(Label { field: row.field, rank: row.rank, common: row.word == 1 });
        }
        let label_automaton =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns).map_err(|e| LABELS.error(1, e.to_string()))?;
        let genres: Vec<GenreWording> = GENRES.rows::<GenreWording>()?.into_iter().map(|(_, row)| row).collect();
        let genre_automaton = AhoCorasick::new(genres.iter().map(|g| g.pattern.as_str())).map_err(|e| GENRES.error(1, e.to_string()))?;
        let zone_automaton =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&zones).map_err(|e| BODIES.error(1, e.to_string()))?;
        let mut area_codes = HashMap::new();
        for (line, row) in AREA_CODES.rows::<AreaRow>()? {
            let codes: Result<Vec<u32>, _> = row.region_codes.split(';').map(str::parse).collect();
            area_codes.insert(row.area_code, codes.map_err(|_| AREA_CODES.error(line, "region_codes are six digits each, joined by ;"))?);
        }
        let national: HashMap<String, String> = NATIONAL
            .rows::<NationalRow>()?
            .into_iter()
            .map(|(_, row)| (row.name.clone(), if row.full.is_empty() { row.name } else { row.full }))
            .collect();
        let national_automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .build(national.keys())
            .map_err(|e| NATIONAL.error(1, e.to_string()))?;
        Ok(Self {
            suffixes,
            offices,
            internals,
            own_automaton: AhoCorasick::new(own.iter().map(|(word, _)| word)).map_err(|e| BODIES.error(1, e.to_string()))?,
            own,
            verticals,
            seats,
            national,
            national_automaton,
            ministries: MINISTRIES.rows::<Ministry>()?.into_iter().map(|(_, row)| row).collect(),
            departments: DEPARTMENTS.rows::<DepartmentRow>()?.into_iter().map(|(_, row)| (row.short, row.full)).collect(),
            labels,
            label_automaton,
            genres,
            genre_automaton,
            zone_automaton,
            area_codes,
            branches: BRANCHES.rows::<(String, u32)>()?.into_iter().map(|(_, row)| row).collect(),
            plain_words: PLAIN_WORDS.rows::<(String,)>()?.into_iter().map(|(_, (word,))| word).collect(),
        })
    }

    /// The kind of a body by the end of its name.
    pub fn suffix(&self, name: &str) -> Option<BodyKind> {
        self.suffixes.iter().find(|(word, _)| name.ends_with(word.as_str())).map(|(_, kind)| *kind)
    }

    /// The first zone word in a name, with those that follow it directly (航空港经济区): its byte range.
    pub fn zone(&self, name: &str) -> Option<(usize, usize)> {
        let mut found = self.zone_automaton.find_iter(name);
        let first = found.next()?;
        let end = found.try_fold(first.end(), |end, next| if next.start() == end { Ok(next.end()) } else { Err(end) });
        Some((first.start(), end.unwrap_or_else(|end| end)))
    }

    /// Whether a name ends with the word for a zone.
    pub fn ends_in_zone(&self, name: &str) -> bool {
        self.zone_automaton.find_iter(name).last().is_some_and(|found| found.end() == name.len())
    }

    /// Whether what follows 人民政府 is the government's own office.
    pub fn is_office(&self, rest: &str) -> bool {
        self.offices.contains(rest)
    }

    /// Whether a text begins with a unit inside a body.
    pub fn begins_internal(&self, rest: &str) -> bool {
        self.internals.iter().any(|word| rest.starts_with(word.as_str()))
    }

    /// How a report speaks of its own body, in a text: the kind named most often.
    pub fn own_kind(&self, text: &str) -> Option<BodyKind> {
        if text.is_empty() {
            return None;
        }
        let mut counts: Vec<(BodyKind, usize)> = Vec::new();
        let mut found = vec![0; self.own.len()];
        self.own_automaton.find_overlapping_iter(text).for_each(|m| found[m.pattern()] += 1);
        for ((_, kind), found) in self.own.iter().zip(found) {
            match counts.iter_mut().find(|(k, _)| k == kind) {
                Some((_, n)) => *n += found,
                None => counts.push((*kind, found)),
            }
        }
        counts.into_iter().filter(|(_, n)| *n > 0).max_by_key(|(_, n)| *n).map(|(kind, _)| kind)
    }

    /// The central body put before the name of its local branch, at the start of a name.
    pub fn vertical<'a>(&self, name: &'a str) -> Option<&'a str> {
        self.verticals.iter().find(|word| name.starts_with(word.as_str())).map(|word| &name[..word.len()])
    }

    /// Whether a branch of this name is called after the city it sits in (海关), and not after a district.
    pub fn sits_in_city(&self, tail: &str) -> bool {
        self.seats.iter().any(|word| tail.ends_with(word.as_str()))
    }

    /// Whether a name is that of a national body.
    pub fn is_national(&self, name: &str) -> bool {
        self.national.contains_key(name)
    }

    /// Where the longest national name ends that a text begins with: 交通运输部海事局 before 交通运输部.
    pub fn national_prefix(&self, text: &str) -> Option<usize> {
        let found = self.national_automaton.try_find(Input::new(text).anchored(Anchored::Yes));
        found.ok().flatten().map(|found| found.end())
    }

    /// The full name of a national body.
    pub fn national(&self, name: &str) -> Option<&str> {
        self.national.get(name).map(String::as_str)
    }

    /// The full name of the national body that a name without a place means on a domain that speaks for it.
    pub fn ministry(&self, name: &str, speaks: impl Fn(&str) -> bool) -> Option<&str> {
        self.ministries.iter().find(|ministry| ministry.name == name && speaks(&ministry.domain)).map(|ministry| ministry.full.as_str())
    }

    /// The full name of an abbreviated department (国资委), where known.
    pub fn department(&self, short: &str) -> Option<&str> {
        self.departments.get(short).map(String::as_str)
    }

    /// Abbreviated departments and their full names.
    pub fn departments(&self) -> impl Iterator<Item = (&str, &str)> {
        self.departments.iter().map(|(short, full)| (short.as_str(), full.as_str()))
    }

    /// Metadata labels in a text, from the left: start, end, label.
    pub fn labels<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize, &'a Label)> {
        self.label_automaton.find_iter(text).map(|m| (m.start(), m.end(), &self.labels[m.pattern().as_usize()]))
    }

    /// The wording in a text that tells what the document is, of those that count at `places`: the first of the file.
    pub fn genre(&self, text: &str, places: &[Place]) -> Option<&GenreWording> {
        let found = || self.genre_automaton.find_overlapping_iter(text);
        let place = |found: &aho_corasick::Match| self.genres[found.pattern().as_usize()].place;
        let covered = |inner: &aho_corasick::Match| {
            found().any(|outer| place(&outer) == Place::Never && outer.start() <= inner.start() && inner.end() <= outer.end())
        };
        let telling = found().filter(|found| places.contains(&place(found))).take(MOST_GENRES).filter(|found| !covered(found));
        telling.map(|found| found.pattern().as_usize()).min().map(|n| &self.genres[n])
    }

    /// The regions that share a telephone area code.
    pub fn area_code(&self, code: &str) -> &[u32] {
        self.area_codes.get(code).map_or(&[], Vec::as_slice)
    }

    /// The region that hosts a branch whose name is no region's (拱北海关).
    pub fn branch(&self, name: &str) -> Option<u32> {
        self.branches.get(name).copied()
    }

    /// Whether the short name of a region is an everyday word.
    pub fn is_plain_word(&self, word: &str) -> bool {
        self.plain_words.contains(word)
    }
}

static BODY_WORDS: LazyLock<Result<BodyWords, KnowledgeError>> = LazyLock::new(BodyWords::read);

/// Parses the wordings.
pub(super) fn load() -> Result<(), KnowledgeError> {
    BODY_WORDS.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The wordings of bodies and pages.
///
/// # Panics
/// When the embedded files have a mistake, which [`super::load`] reports and a test excludes.
#[expect(clippy::panic, reason = "embedded data, validated before any input is read")]
pub fn body_words() -> &'static BodyWords {
    match &*BODY_WORDS {
        Ok(words) => words,
        Err(error) => panic!("{error}"),
    }
}
