//! Which of several reports of a body and year counts.
//!
//! Decided over all reports at once, because nothing promises that the reports of a body and year stand
//! side by side in any order; a report costs some 250 bytes here and nothing else is kept of it.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::duplicates::{Copyable, Sketch, copies};

/// The identity of a report: a hash of its content, and which body of the document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReportId {
    digest: [u8; 10],
    body: u16,
}

impl ReportId {
    /// The report of a document's bytes, and of title and address where a container gives them.
    pub fn of(bytes: &[u8], title: Option<&str>, address: Option<&str>) -> Self {
        let mut hash = Sha256::new_with_prefix(bytes);
        hash.update(title.unwrap_or_default());
        hash.update(address.unwrap_or_default());
        let mut digest = [0; 10];
        digest.copy_from_slice(&hash.finalize()[..10]);
        Self { digest, body: 1 }
    }

    /// The report of a further body or year in the same document, counted from 1.
    #[must_use]
    pub fn nth(self, body: u16) -> Self {
        Self { body, ..self }
    }
}

impl fmt::Display for ReportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.digest {
            write!(f, "{byte:02x}")?;
        }
        if self.body > 1 { write!(f, "-{}", self.body) } else { Ok(()) }
    }
}

impl FromStr for ReportId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (digits, body) = text.split_once('-').map_or((text, Ok(1)), |(digits, body)| (digits, body.parse()));
        let mut digest = [0; 10];
        if digits.len() != 20 || !digits.is_ascii() {
            return Err(());
        }
        for (byte, at) in digest.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| ())?;
        }
        Ok(Self { digest, body: body.map_err(|_| ())? })
    }
}

/// What selection knows of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The report.
    pub id: ReportId,
    /// Source and member of its document: the smallest speaks for all copies.
    pub origin: (Box<str>, Box<str>),
    /// Hash of body and year; `None` where either is unknown.
    pub body_and_year: Option<u128>,
    /// Whether the year is known.
    pub dated: bool,
    /// First half of the hash of the text without blanks.
    pub text: u128,
    /// What is remembered of the text to know copies that differ a little.
    pub sketch: Sketch,
    /// Hash of the counted figures.
    pub figures: u64,
    /// Statutory tables read.
    pub tables: u32,
    /// Day of publication.
    pub published: Option<i32>,
    /// Facts found.
    pub facts: u32,
}

impl Copyable for Candidate {
    fn text(&self) -> u128 {
        self.text
    }

    fn sketch(&self) -> &Sketch {
        &self.sketch
    }

    fn figures(&self) -> u64 {
        self.figures
    }
}

/// The first 16 bytes of a SHA-256.
pub fn half_hash(parts: &[&[u8]]) -> u128 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte))
}

/// Where a report stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether it counts for its body and year.
    pub selected: bool,
    /// The report that it repeats.
    pub duplicate_of: Option<ReportId>,
    /// The other report that counts for its body and year, where neither repeats the other.
    pub version_of: Option<ReportId>,
}

/// The decision over all reports. Keeps only what departs from the rule: one document, selected.
#[derive(Debug, Default)]
pub struct Selection {
    exceptions: HashMap<ReportId, Standing>,
    spokesmen: HashMap<ReportId, (Box<str>, Box<str>)>,
    reports: usize,
}

impl Selection {
    /// Decides. The outcome does not depend on the order of candidates.
    ///
    /// Of the reports with one text within a body and year (or, where the body is unknown, within all
    /// that are unknown) all but the best are duplicates of it; of a known body and year also those with nearly
    /// one text and the same figures. Of the others of a known body and year
    /// the best is selected. Better is: more statutory tables read, later published (unknown last), more
    /// facts, smaller id. A report of an unknown body stands for itself; one of an unknown year is never
    /// selected, since it cannot count for any.
    pub fn decide(mut candidates: Vec<Candidate>) -> Self {
        candidates.sort_unstable_by(|a, b| (a.id, &a.origin).cmp(&(b.id, &b.origin)));
        let mut selection = Self::default();
        candidates.dedup_by(|copy, first| {
            let same = copy.id == first.id;
            if same {
                selection.spokesmen.entry(first.id).or_insert_with(|| first.origin.clone());
            }
            same
        });
        selection.reports = candidates.len();
        candidates.sort_unstable_by(|a, b| {
            let group = |c: &Candidate| (c.body_and_year, c.dated);
            let merit = |c: &Candidate| (c.tables, c.published, c.facts);
            group(a).cmp(&group(b)).then_with(|| merit(b).cmp(&merit(a))).then(a.id.cmp(&b.id))
        });
        for group in candidates.chunk_by(|a, b| (a.body_and_year, a.dated) == (b.body_and_year, b.dated)) {
            // Statutory wordings make reports of all bodies alike: only those of one are compared by likeness.
            let known = group.first().is_some_and(|first| first.body_and_year.is_some());
            for (place, (candidate, copy)) in group.iter().zip(copies(group, known)).enumerate() {
                let duplicate_of = copy.map(|first| group[first].id);
                let counts = candidate.dated && (!known || place == 0);
                let version_of = (known && place > 0 && copy.is_none()).then(|| group[0].id);
                let standing = Standing { selected: counts && duplicate_of.is_none(), duplicate_of, version_of };
                if !standing.selected {
                    selection.exceptions.insert(candidate.id, standing);
                }
            }
        }
        selection
    }

    /// The number of reports, copies counted once.
    pub fn reports(&self) -> usize {
        self.reports
    }

    /// Where a report stands; `None` for a copy that another document speaks for.
    pub fn standing(&self, id: ReportId, source: &str, member: &str) -> Option<Standing> {
        if let Some((first_source, first_member)) = self.spokesmen.get(&id)
            && (&**first_source, &**first_member) != (source, member)
        {
            return None;
        }
        Some(self.exceptions.get(&id).copied().unwrap_or(Standing { selected: true, duplicate_of: None, version_of: None }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidate, ReportId, Selection, Sketch, Standing, half_hash};

    fn candidate(bytes: &str, body: Option<&str>, text: &str) -> Candidate {
        Candidate {
            id: ReportId::of(bytes.as_bytes(), None, None),
            origin: (bytes.into(), "".into()),
            body_and_year: body.map(|body| half_hash(&[body.as_bytes()])),
            dated: true,
            text: half_hash(&[text.as_bytes()]),
            sketch: Sketch::default(),
            figures: 0,
            tables: 0,
            published: None,
            facts: 0,
        }
    }

    fn standing(selection: &Selection, c: &Candidate) -> Option<Standing> {
        selection.standing(c.id, &c.origin.0, &c.origin.1)
    }

    #[test]
    fn more_tables_then_later_then_more_facts() {
        let prose = Candidate { facts: 90, published: Some(9), ..candidate("prose", Some("b"), "1") };
        let early = Candidate { tables: 3, published: Some(5), facts: 80, ..candidate("early", Some("b"), "2") };
        let undated = Candidate { tables: 3, facts: 99, ..candidate("undated", Some("b"), "3") };
        let late = Candidate { tables: 3, published: Some(6), facts: 70, ..candidate("late", Some("b"), "4") };
        let all = [prose, early, undated, late];
        let mut order = all.to_vec();
        for _ in 0..all.len() {
            order.rotate_left(1);
            let selection = Selection::decide(order.clone());
            let selected: Vec<bool> = all.iter().map(|c| standing(&selection, c).is_some_and(|s| s.selected)).collect();
            assert_eq!(selected, [false, false, false, true]);
        }
    }

    #[test]
    fn equal_texts_of_a_body_and_year_are_duplicates_of_the_best() {
        let worse = candidate("worse", Some("b"), "same");
        let best = Candidate { published: Some(1), ..candidate("best", Some("b"), "same") };
        let elsewhere = candidate("elsewhere", Some("c"), "same");
        let selection = Selection::decide(vec![worse.clone(), best.clone(), elsewhere.clone()]);
        assert_eq!(standing(&selection, &worse), Some(Standing { selected: false, duplicate_of: Some(best.id), version_of: None }));
        assert!(standing(&selection, &elsewhere).is_some_and(|s| s.selected && s.duplicate_of.is_none()));
    }

    #[test]
    fn another_report_of_a_body_and_year_is_a_version() {
        let (old, new) = (candidate("old", Some("b"), "1"), Candidate { published: Some(2), ..candidate("new", Some("b"), "2") });
        let selection = Selection::decide(vec![old.clone(), new.clone()]);
        assert_eq!(standing(&selection, &old), Some(Standing { selected: false, duplicate_of: None, version_of: Some(new.id) }));
        assert!(standing(&selection, &new).is_some_and(|s| s.selected));
    }

    #[test]
    fn the_smallest_source_speaks_for_copies() {
        let a = candidate("bytes", Some("b"), "t");
        let b = Candidate { origin: ("a/copy".into(), "".into()), ..a.clone() };
        let selection = Selection::decide(vec![a.clone(), b.clone()]);
        assert_eq!((standing(&selection, &a), selection.reports()), (None, 1));
        assert!(standing(&selection, &b).is_some_and(|s| s.selected));
    }

    #[test]
    fn unknown_bodies_stand_for_themselves_and_unknown_years_for_none() {
        let (one, two) = (candidate("1", None, "x"), candidate("2", None, "y"));
        let undated = Candidate { dated: false, ..candidate("3", None, "z") };
        let selection = Selection::decide(vec![one.clone(), two.clone(), undated.clone()]);
        let selected = [&one, &two, &undated].map(|c| standing(&selection, c).is_some_and(|s| s.selected));
        assert_eq!(selected, [true, true, false]);
    }

    #[test]
    fn an_id_is_twenty_digits_of_the_content() {
        let id = ReportId::of(b"abc", None, None).to_string();
        assert_eq!(id, "ba7816bf8f01cfea4141");
        assert_ne!(id, ReportId::of(b"abc", Some("title"), None).to_string());
        let second = ReportId::of(b"abc", None, None).nth(2);
        assert_eq!(second.to_string(), "ba7816bf8f01cfea4141-2");
        assert_eq!(second.to_string().parse(), Ok(second));
        assert_eq!("ba7816bf8f01cfea41中".parse::<ReportId>(), Err(()));
    }
}
