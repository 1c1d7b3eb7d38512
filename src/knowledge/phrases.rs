//! Turns of phrase around bodies, years and dates, by what they tell.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::table::{DataTable, KnowledgeError, data_table};

const PHRASES: DataTable = data_table!("identity/phrases.csv");

/// What a phrase tells.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum PhraseRole {
    /// What a report is on: a title names its body before it.
    Subject,
    /// Of the name of a site or column.
    Site,
    /// Of a notice that carries what it names.
    Carrier,
    /// Of a notice about reports.
    About,
    /// After the word for a report: something about reports.
    AboutReport,
    /// Before a body's name, not of it.
    Lead,
    /// A verb or particle before a body's name in a lead.
    Opener,
    /// A mark before the body, with the weight of what it says.
    Contact,
    /// Begins what follows a body's name in a sentence.
    AfterBody,
    /// Who compiles the report stands before it.
    Compiler,
    /// Between a body and a verb of compiling.
    Circumstance,
    /// Before the days that figures cover.
    Period,
    /// What no township's name holds.
    NoTownship,
    /// After a short name that stands for a region.
    Region,
    /// After a name that does not stand for the region.
    NoRegion,
    /// Before a date of signing.
    Signature,
    /// Before the time of day of a page.
    Clock,
    /// After the date of an event.
    Event,
    /// Before a date that is none of the document.
    NoDate,
    /// After a year that is still to come.
    Plan,
    /// After a year from which applications are carried in.
    CarriedIn,
    /// Ends the title of a rule or notice that a report follows.
    Rule,
    /// Between the name of the body that compiles a report and what it follows.
    Follows,
    /// Says that figures are those of a whole area.
    Area,
    /// Says that figures are those of the body alone.
    Own,
    /// Says that those of the bodies below are not among them.
    OwnOnly,
    /// Of lines that are no headline.
    NoHeadline,
    /// A word for disclosure.
    Disclosure,
    /// A word for a report.
    Report,
    /// What a report on disclosure calls itself.
    ReportName,
    /// Of the beginning of a text that is a report.
    Reporting,
    /// After 公开, where its state and not a report is told.
    Situation,
    /// Ends the title of a letter from one body to others.
    Notice,
    /// Ends the title of a letter to everybody.
    Announcement,
    /// Ends the name of a school, which reports by school years.
    School,
    /// Ends a name that ends as a school's does.
    NoSchool,
    /// Ends the name of a company, which discloses as an enterprise and not as a government.
    Company,
    /// A government, after the name of its place.
    Government,
    /// The committee that runs a zone, after its name.
    Committee,
    /// A word for the kind of a township.
    TownshipKind,
    /// After the name of a township that is the whole of a body's name.
    OfTownship,
    /// Official names of districts that are common nouns.
    CommonName,
    /// After the date of a page's clock.
    ClockEnd,
    /// After a date that begins or ends a period.
    RangeAfter,
    /// Before a date that begins or ends a period.
    RangeBefore,
    /// Before a postal address.
    Postal,
    /// What a folder of an address that is named after the report year holds beside it.
    YearFolder,
    /// By which a text says that it is a report on disclosure.
    ReportText,
    /// Of the heads and first sentences of such a report, where the text does not say it.
    ReportHead,
    /// By which a text says that it is the rules for something.
    RulesText,
    /// Of the report of a school, which goes by school years.
    SchoolText,
    /// Of a guide to disclosure or to applications.
    GuideText,
    /// Of a catalogue of what is disclosed.
    CatalogueText,
    /// Of a letter to other bodies on what they have to do.
    NoticeText,
    /// To whom such a letter is addressed, at the beginning of a line that ends with a colon.
    Addressee,
    /// Of a piece of news.
    NewsText,
    /// What somebody did of whom a piece of news tells, after the day of the month.
    NewsVerb,
    /// Ends or names the source of a piece of news.
    Press,
    /// Of a study, an essay or a sheet of questions.
    StudyText,
    /// Of the report on another work.
    OtherReportText,
    /// Says that a report named after it was made before, and is not the one at hand.
    Passing,
    /// Begins a bracket that gives the short form of a name.
    ShortFor,
    /// How the office of a government, and many another office, speaks of itself.
    OwnOffice,
    /// Says under whom a body works.
    Led,
    /// What a short name of a region can follow in running text.
    BeforeName,
    /// What reports tell of and count.
    ReportMatter,
    /// After a number: in what they count.
    CountUnit,
}

/// How many roles there are.
const ROLES: usize = PhraseRole::CountUnit as usize + 1;

/// A phrase in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhraseMatch {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Its weight; 0 where its role has none.
    pub weight: u32,
}

#[derive(Debug)]
struct Family {
    words: Vec<(String, u32)>,
    longest: AhoCorasick,
    every: AhoCorasick,
}

/// The phrases of all roles.
#[derive(Debug)]
pub struct Phrases(Vec<Family>);

#[derive(Deserialize)]
struct Row {
    phrase: String,
    role: PhraseRole,
    weight: Option<u32>,
}

impl Phrases {
    fn read() -> Result<Self, KnowledgeError> {
        let mut roles: Vec<Vec<(String, u32)>> = vec![Vec::new(); ROLES];
        for (line, row) in PHRASES.rows::<Row>()? {
            if row.phrase.is_empty() || (row.role == PhraseRole::Contact) != row.weight.is_some() {
                return Err(PHRASES.error(line, "a phrase is not empty, and those of contact and no others have a weight"));
            }
            roles[row.role as usize].extend(super::lexicon::split(&row.phrase).map(|phrase| (phrase, row.weight.unwrap_or(0))));
        }
        if let Some(empty) = roles.iter().position(Vec::is_empty) {
            return Err(PHRASES.error(1, format!("role {} of {ROLES} has no phrase", empty + 1)));
        }
        let family = |words: Vec<(String, u32)>| {
            let build = |kind| AhoCorasick::builder().match_kind(kind).build(words.iter().map(|(word, _)| word));
            let error = |e: aho_corasick::BuildError| PHRASES.error(1, e.to_string());
            let (longest, every) = (build(MatchKind::LeftmostLongest).map_err(error)?, build(MatchKind::Standard).map_err(error)?);
            Ok(Family { words, longest, every })
        };
        Ok(Self(roles.into_iter().map(family).collect::<Result<_, _>>()?))
    }

    /// Whether a text holds a phrase of the role.
    pub fn within(&self, role: PhraseRole, text: &str) -> bool {
        !text.is_empty() && self.0[role as usize].every.is_match(text)
    }

    /// Whether a text is a phrase of the role.
    pub fn is(&self, role: PhraseRole, text: &str) -> bool {
        self.0[role as usize].words.iter().any(|(word, _)| word == text)
    }

    /// Whether a text begins with a phrase of the role.
    pub fn begin(&self, role: PhraseRole, text: &str) -> bool {
        self.prefix(role, text).is_some()
    }

    /// The phrase of the role that a text begins with: the first of the file.
    pub fn prefix(&self, role: PhraseRole, text: &str) -> Option<&str> {
        self.0[role as usize].words.iter().map(|(word, _)| word.as_str()).find(|word| text.starts_with(word))
    }

    /// The phrase of the role that a text ends with: the first of the file.
    pub fn suffix(&self, role: PhraseRole, text: &str) -> Option<&str> {
        self.0[role as usize].words.iter().map(|(word, _)| word.as_str()).find(|word| text.ends_with(word))
    }

    /// Phrases of a role from the left, the longest first and without overlap.
    pub fn find<'a>(&'a self, role: PhraseRole, text: &'a str) -> impl Iterator<Item = PhraseMatch> + 'a {
        let family = &self.0[role as usize];
        family.longest.find_iter(text).map(|m| PhraseMatch { start: m.start(), end: m.end(), weight: family.words[m.pattern()].1 })
    }

    /// Phrases of a role wherever they stand, also within each other, by their ends.
    pub fn every<'a>(&'a self, role: PhraseRole, text: &'a str) -> impl Iterator<Item = PhraseMatch> + 'a {
        let family = &self.0[role as usize];
        family.every.find_overlapping_iter(text).map(|m| PhraseMatch {
            start: m.start(),
            end: m.end(),
            weight: family.words[m.pattern()].1,
        })
    }
}

static ALL: LazyLock<Result<Phrases, KnowledgeError>> = LazyLock::new(Phrases::read);

/// Parses the phrases.
pub(super) fn load() -> Result<(), KnowledgeError> {
    ALL.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The phrases.
///
/// # Panics
/// When the embedded file has a mistake, which [`super::load`] reports and a test excludes.
#[expect(clippy::panic, reason = "embedded data, validated before any input is read")]
pub fn phrases() -> &'static Phrases {
    match &*ALL {
        Ok(phrases) => phrases,
        Err(error) => panic!("{error}"),
    }
}
