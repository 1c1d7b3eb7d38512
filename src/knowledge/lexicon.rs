//! The wordings of reports: labels of indicators, function words, units and headings, from
//! `data/lexicon/`. One automaton finds all labels and words (leftmost, longest); it is built once.
//!
//! Adding a wording is one line of `labels.csv` (or one more word between `|`) and one case.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::codebook::{CodeId, codebook};
use super::table::{DataTable, KnowledgeError, data_table};

const LABELS: DataTable = data_table!("lexicon/labels.csv");
const WORDS: DataTable = data_table!("lexicon/words.csv");
const UNITS: DataTable = data_table!("lexicon/units.csv");
const HEADINGS: DataTable = data_table!("lexicon/headings.csv");

/// Names of the classes of units, in the order of their bits.
const UNIT_CLASSES: [&str; 16] = [
    "item", "case", "times", "issue", "person", "visit", "copy", "thing", "matter", "point", "batch", "money", "percent", "time",
    "foreign", "none",
];

/// A set of classes of units: what a classifier can count, or what a label can be counted with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnitSet(u32);

impl UnitSet {
    /// A figure without a classifier.
    pub const NONE: Self = Self(1 << 15);
    /// A share or rate.
    pub const PERCENT: Self = Self(1 << 12);
    /// Money.
    pub const MONEY: Self = Self(1 << 11);
    /// Cases: 件, 宗, 起.
    pub const CASE: Self = Self(1 << 1);
    /// People: 人, 名.
    pub const PERSON: Self = Self(1 << 4);
    /// Things that are regulated: 项.
    pub const MATTER: Self = Self(1 << 8);
    /// Items: 条, 篇.
    pub const ITEM: Self = Self(1);

    /// Whether the two share a class.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn parse(names: &str) -> Option<Self> {
        let mut set = 0;
        for name in names.split(';').filter(|n| !n.is_empty() && *n != "zero") {
            set |= 1 << UNIT_CLASSES.iter().position(|c| *c == name)?;
        }
        Some(Self(set))
    }
}

/// The subject of a sentence: a family of indicators, such as `applications` or `reconsideration`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Frame(u8);

/// The frames and how strongly a word of each claims a figure against words of others beside it: in
/// 行政复议申请15件 the figure is one of reconsideration, for what is asked for there is no information.
const FRAMES: [(&str, u8); 27] = [
    ("proactive", 1),
    ("applications", 2),
    ("article20", 2),
    ("organisation.staff", 4),
    ("organisation.units", 4),
    ("organisation.reading_points", 4),
    ("organisation.budget", 4),
    ("gazette", 3),
    ("proactive.normative_documents", 3),
    ("proactive.full_text", 3),
    ("response.policy_interpretations", 3),
    ("response.public_concerns", 4),
    ("response.weibo_wechat_replies", 5),
    ("response.other", 5),
    ("response.press_conferences", 4),
    ("response.online_interviews", 4),
    ("meetings", 4),
    ("training", 5),
    ("proposals", 5),
    ("consultations", 5),
    ("fees", 5),
    ("complaints", 6),
    ("appeals", 6),
    ("reconsideration", 6),
    ("litigation", 6),
    ("litigation_direct", 7),
    ("litigation_after_reconsideration", 7),
];

impl Frame {
    /// Applications for disclosure.
    pub const APPLICATIONS: Self = Self(1);
    /// Items disclosed proactively.
    pub const PROACTIVE: Self = Self(0);
    /// Article 20 of the Regulations: licences, penalties, coercion.
    pub const ARTICLE20: Self = Self(2);
    /// Normative documents.
    pub const NORMATIVE_DOCUMENTS: Self = Self(8);
    /// Meetings.
    pub const MEETINGS: Self = Self(16);
    /// Training.
    pub const TRAINING: Self = Self(17);
    /// Consultations.
    pub const CONSULTATIONS: Self = Self(19);
    /// Fees.
    pub const FEES: Self = Self(20);
    /// Complaints.
    pub const COMPLAINTS: Self = Self(21);
    /// Administrative reconsideration.
    pub const RECONSIDERATION: Self = Self(23);
    /// Administrative litigation.
    pub const LITIGATION: Self = Self(24);

    /// Its name.
    pub fn name(self) -> &'static str {
        FRAMES[usize::from(self.0)].0
    }

    /// How strongly it claims a figure.
    pub fn priority(self) -> u8 {
        FRAMES[usize::from(self.0)].1
    }

    /// Reconsideration, litigation, complaints and appeals: what may follow an application.
    pub fn is_review(self) -> bool {
        self.priority() >= 6
    }

    fn parse(name: &str) -> Option<Self> {
        FRAMES.iter().position(|(n, _)| *n == name).and_then(|i| u8::try_from(i).ok()).map(Self)
    }

    /// The frame of a code.
    pub fn of(code: CodeId) -> Self {
        let indicator = codebook()[code].indicator.as_str();
        let name = match indicator {
            "proactive.items" | "proactive.items_growth" => "proactive",
            "proactive.normative_documents_issued" => "proactive.normative_documents",
            _ => {
                let indicator = indicator.strip_suffix("_by_head").unwrap_or(indicator);
                return Self::parse(indicator)
                    .or_else(|| Self::parse(indicator.split('.').next().unwrap_or("")))
                    .unwrap_or(Self::PROACTIVE);
            }
        };
        Self::parse(name).unwrap_or(Self::PROACTIVE)
    }
}

/// What a label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A row of the codebook.
    Code(CodeId),
    /// A figure that the codebook has no row for.
    Nothing,
    /// A movement of the Article 20 matter that the sentence is about; the sign of a change.
    Movement(Movement),
    /// What is left over: the category `other` of the dimension that the figures beside it have.
    Rest,
}

/// The columns of an Article 20 subtable that prose names without the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// 上一年项目数量.
    ItemsLastYear,
    /// 本年增.
    Increase,
    /// 本年减.
    Decrease,
    /// 处理决定数量.
    Decisions,
    /// 本年新制作数量.
    Made,
    /// 本年新公开数量.
    Disclosed,
    /// 对外公开总数量.
    DisclosedTotal,
    /// 本年制发件数.
    Issued,
    /// 本年废止件数.
    Repealed,
    /// 现行有效件数.
    InForce,
}

impl Movement {
    /// The category of the codebook.
    pub fn category(self) -> &'static str {
        match self {
            Self::ItemsLastYear => "items_last_year",
            Self::Increase | Self::Decrease => "change",
            Self::Decisions => "decisions",
            Self::Made => "made",
            Self::Disclosed => "disclosed",
            Self::DisclosedTotal => "disclosed_total",
            Self::Issued => "issued",
            Self::Repealed => "repealed",
            Self::InForce => "in_force",
        }
    }

    /// The movement that `labels.csv` names so: a category, a change with its sign.
    fn parse(name: &str) -> Option<Self> {
        let all = [
            Self::ItemsLastYear,
            Self::Decisions,
            Self::Made,
            Self::Disclosed,
            Self::DisclosedTotal,
            Self::Issued,
            Self::Repealed,
            Self::InForce,
        ];
        match name {
            "change+" => Some(Self::Increase),
            "change-" => Some(Self::Decrease),
            _ => all.into_iter().find(|movement| movement.category() == name),
        }
    }
}

/// One reading of a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Sense {
    /// What it says.
    pub target: Target,
    /// The frame it belongs to; `None` for targets without a code.
    pub frame: Option<Frame>,
    /// What it can be counted with.
    pub units: UnitSet,
    /// Frames in which it is read so; empty: in any.
    pub within: Vec<Frame>,
    /// Whether the code is a part (has a dimension).
    pub part: bool,
    /// A headline total.
    pub strong: bool,
    /// A total only where nothing better is said.
    pub weak: bool,
    /// May be said not to exist.
    pub zero: bool,
    /// Only when nothing else stands in the label.
    pub whole: bool,
    /// Does not start a frame.
    pub verb: bool,
    /// May describe the figure before it.
    pub after: bool,
    /// A figure of this unit may follow without the label.
    pub carry: bool,
    /// What a channel carries: 公报刊登文件9件.
    pub carried: bool,
    /// Names a frame but takes no figure by itself.
    pub base: bool,
    /// Only below a figure of the category that its own is a part of.
    pub under: bool,
    /// Only a figure that those before it leave over.
    pub balance: bool,
}

/// The roles of function words; the meaning of each stands in `words.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each is explained at the head of words.csv")]
pub enum Role {
    Filler,
    Opaque,
    Breakdown,
    List,
    Each,
    All,
    Negation,
    Nil,
    Period,
    Compare,
    Up,
    Down,
    Every,
    Total,
    Share,
    Join,
    Via,
    Plan,
    Foreign,
    Body,
    Excluded,
    Cause,
    Modifier,
    Place,
    Applicant,
    Produced,
}

/// What is known of one wording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Readings as a label, in the order of the file.
    pub senses: Vec<Sense>,
    /// Role as a function word, and its value.
    pub role: Option<(Role, String)>,
}

/// A classifier or unit.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitWord {
    /// As it stands in the text.
    pub wording: String,
    /// As published.
    pub unit: String,
    /// What it can count.
    pub class: UnitSet,
    /// Whether a Chinese numeral before it is a quantity.
    pub numeral: bool,
}

/// What a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are those of headings.csv")]
pub enum Section {
    Proactive,
    Applications,
    Review,
    Fees,
    Organisation,
    Training,
    Response,
    Proposals,
    Consultations,
    Plan,
    General,
}

/// The wordings.
#[derive(Debug)]
pub struct Lexicon {
    automaton: AhoCorasick,
    wordings: Vec<String>,
    entries: Vec<Entry>,
    /// By their first character.
    units: Vec<(char, Vec<UnitWord>)>,
    headings: AhoCorasick,
    sections: Vec<Section>,
}

#[derive(Deserialize)]
struct LabelRow {
    wordings: String,
    code: String,
    units: String,
    within: String,
    flags: String,
}

#[derive(Deserialize)]
struct WordRow {
    wordings: String,
    role: Role,
    value: String,
}

#[derive(Deserialize)]
struct UnitRow {
    wordings: String,
    unit: String,
    class: String,
    numeral: u8,
}

#[derive(Deserialize)]
struct HeadingRow {
    wordings: String,
    section: Section,
}

const FLAGS: [&str; 12] = ["strong", "weak", "zero", "whole", "verb", "after", "carry", "carried", "rest", "base", "under", "balance"];

impl Lexicon {
    /// Entries of the wordings in a text, leftmost and longest, with their byte ranges.
    pub fn find<'t>(&'static self, text: &'t str) -> impl Iterator<Item = (std::ops::Range<usize>, &'static Entry)> + 't {
        self.automaton.find_iter(text).map(|m| (m.start()..m.end(), &self.entries[m.pattern().as_usize()]))
    }

    /// The wordings that are looked for: labels and function words.
    pub fn wordings(&self) -> &[String] {
        &self.wordings
    }

    /// What is known of a wording.
    pub fn entry(&'static self, wording: &str) -> Option<&'static Entry> {
        self.find(wording).find(|(range, _)| *range == (0..wording.len())).map(|(_, entry)| entry)
    }

    /// The classifier or unit that a text begins with.
    pub fn unit_at(&'static self, text: &str) -> Option<&'static UnitWord> {
        let first = text.chars().next()?;
        let at = self.units.binary_search_by_key(&first, |(first, _)| *first).ok()?;
        self.units[at].1.iter().find(|w| text.starts_with(w.wording.as_str()))
    }

    /// What the heading's section is about.
    pub fn section(&self, heading: &str) -> Option<Section> {
        let mut first = None;
        for found in self.headings.find_iter(heading) {
            let section = self.sections[found.pattern().as_usize()];
            if section == Section::Plan {
                return Some(section);
            }
            if first.is_none_or(|s| s == Section::General) {
                first = Some(section);
            }
        }
        first
    }

    fn read(labels: &DataTable) -> Result<Self, KnowledgeError> {
        let mut wordings: Vec<String> = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut place = |wording: &str, entries: &mut Vec<Entry>| {
            *places.entry(wording.to_owned()).or_insert_with(|| {
                wordings.push(wording.to_owned());
                entries.push(Entry::default());
                entries.len() - 1
            })
        };
        for (line, row) in labels.rows::<LabelRow>()? {
            let sense = sense(&row).map_err(|message| labels.error(line, message))?;
            for wording in split(&row.wordings) {
                let at = place(&wording, &mut entries);
                if entries[at].senses.last() != Some(&sense) {
                    entries[at].senses.push(sense.clone());
                }
            }
        }
        for (line, row) in WORDS.rows::<WordRow>()? {
            for wording in split(&row.wordings) {
                let at = place(&wording, &mut entries);
                let role = (row.role, row.value.clone());
                if entries[at].role.replace(role.clone()).is_some_and(|before| before != role) {
                    return Err(WORDS.error(line, format!("`{wording}` has a role already; a word has one")));
                }
            }
        }
        let mut units: HashMap<char, Vec<UnitWord>> = HashMap::new();
        for (line, row) in UNITS.rows::<UnitRow>()? {
            let class = UnitSet::parse(&row.class)
                .ok_or_else(|| UNITS.error(line, format!("class `{}`: the classes are {}", row.class, UNIT_CLASSES.join(", "))))?;
            for wording in split(&row.wordings) {
                let Some(first) = wording.chars().next() else { continue };
                let word = UnitWord { wording, unit: row.unit.clone(), class, numeral: row.numeral == 1 };
                units.entry(first).or_default().push(word);
            }
        }
        let mut units: Vec<(char, Vec<UnitWord>)> = units.into_iter().collect();
        units.sort_by_key(|(first, _)| *first);
        for (_, words) in &mut units {
            words.sort_by_key(|w| std::cmp::Reverse(w.wording.len()));
        }
        let (mut heading_words, mut sections) = (Vec::new(), Vec::new());
        for (_, row) in HEADINGS.rows::<HeadingRow>()? {
            for wording in split(&row.wordings) {
                heading_words.push(wording);
                sections.push(row.section);
            }
        }
        let build = |table: &DataTable, words: &[String]| {
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words).map_err(|e| table.error(0, e.to_string()))
        };
        Ok(Self { automaton: build(labels, &wordings)?, wordings, entries, units, headings: build(&HEADINGS, &heading_words)?, sections })
    }
}

/// The wordings of a cell: set apart by `|`, with alternatives in braces: `{非/不属于}本机关{/公开}` is four.
pub(super) fn split(wordings: &str) -> impl Iterator<Item = String> + '_ {
    wordings.split('|').flat_map(|pattern| alternatives(pattern, MOST_ALTERNATIVES)).filter(|w| !w.is_empty())
}

/// Sets of alternatives that one wording may hold.
const MOST_ALTERNATIVES: usize = 8;

fn alternatives(pattern: &str, depth: usize) -> Vec<String> {
    let inner = pattern.split_once('{').and_then(|(before, rest)| rest.split_once('}').map(|(inside, after)| (before, inside, after)));
    let Some((before, inside, after)) = inner.filter(|_| depth > 0) else { return vec![pattern.to_owned()] };
    let tails = alternatives(after, depth - 1);
    inside.split('/').flat_map(|choice| tails.iter().map(move |tail| format!("{before}{choice}{tail}"))).collect()
}

fn sense(row: &LabelRow) -> Result<Sense, String> {
    let flags: Vec<&str> = row.flags.split(';').filter(|f| !f.is_empty()).collect();
    if let Some(unknown) = flags.iter().find(|f| !FLAGS.contains(f)) {
        return Err(format!("flag `{unknown}` is none of {}", FLAGS.join(", ")));
    }
    let has = |flag: &str| flags.contains(&flag);
    let target = match row.code.as_str() {
        "-" if has("rest") => Target::Rest,
        "-" => Target::Nothing,
        name => match name.strip_prefix("article20.*/movement/").and_then(Movement::parse) {
            Some(movement) => Target::Movement(movement),
            None => Target::Code(codebook().parse(name).ok_or_else(|| format!("`{name}` is no row of codebook/indicators.csv"))?),
        },
    };
    let within = row
        .within
        .split(';')
        .filter(|f| !f.is_empty())
        .map(|f| Frame::parse(f).ok_or_else(|| format!("`{f}` is no frame; a frame is the first part of an indicator")))
        .collect::<Result<Vec<Frame>, String>>()?;
    let units = UnitSet::parse(&row.units).ok_or_else(|| format!("units `{}`: the classes are {}", row.units, UNIT_CLASSES.join(", ")))?;
    let (frame, part) = match target {
        Target::Code(code) => (Some(Frame::of(code)), !codebook()[code].dimension.is_empty()),
        _ => (None, false),
    };
    Ok(Sense {
        target,
        frame,
        units,
        within,
        part: part && frame != Some(Frame::ARTICLE20),
        strong: has("strong"),
        weak: has("weak"),
        zero: has("zero"),
        whole: has("whole"),
        verb: has("verb"),
        after: has("after"),
        carry: has("carry"),
        carried: has("carried"),
        base: has("base"),
        under: has("under"),
        balance: has("balance"),
    })
}

static LEXICON: LazyLock<Result<Lexicon, KnowledgeError>> = LazyLock::new(|| Lexicon::read(&LABELS));

/// Parses the lexicon.
pub(super) fn load() -> Result<(), KnowledgeError> {
    LEXICON.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The lexicon.
///
/// # Panics
/// When the embedded files have a mistake, which [`super::load`] reports and a test excludes.
#[expect(clippy::panic, reason = "embedded data, validated before any input is read")]
pub fn lexicon() -> &'static Lexicon {
    #[cfg(test)]
    if let Some(lexicon) = EXTENDED.get() {
        return lexicon;
    }
    match &*LEXICON {
        Ok(lexicon) => lexicon,
        Err(error) => panic!("{error}"),
    }
}

#[cfg(test)]
thread_local! {
    /// The lexicon with further lines, in the test that tries them.
    static EXTENDED: std::cell::Cell<Option<&'static Lexicon>> = const { std::cell::Cell::new(None) };
}

/// Reads with further lines at the end of `labels.csv`, as a contributor would write them.
#[cfg(test)]
pub(crate) fn with_labels<T>(lines: &str, read: impl FnOnce() -> T) -> Result<T, KnowledgeError> {
    let content = Box::leak(format!("{}\n{lines}\n", LABELS.content.trim_end()).into_boxed_str());
    let lexicon = Lexicon::read(&DataTable { file: LABELS.file, content })?;
    EXTENDED.set(Some(Box::leak(Box::new(lexicon))));
    let outcome = read();
    EXTENDED.set(None);
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::{Section, lexicon, load, split};

    #[test]
    fn alternatives_stand_in_braces() {
        let words: Vec<String> = split("{非/不属于}本机关{/公开}|不掌握").collect();
        assert_eq!(words, ["非本机关", "非本机关公开", "不属于本机关", "不属于本机关公开", "不掌握"]);
        assert_eq!(split("未闭{合").collect::<Vec<_>>(), ["未闭{合"]);
    }

    #[test]
    fn the_data_is_valid() {
        assert_eq!(load(), Ok(()));
    }

    #[test]
    fn the_longest_wording_wins() {
        let words: Vec<&str> = lexicon().find("不予公开").map(|(span, _)| &"不予公开"[span]).collect();
        assert_eq!(words, ["不予公开"]);
        assert_eq!(lexicon().unit_at("万元整").map(|u| u.unit.as_str()), Some("万元"));
    }

    #[test]
    fn a_heading_names_its_section() {
        for (heading, section) in [
            ("二、主动公开政府信息情况", Some(Section::Proactive)),
            ("依申请公开政府信息办理情况", Some(Section::Applications)),
            ("因政府信息公开申请行政复议、提起行政诉讼的情况", Some(Section::Review)),
            ("主动公开存在的问题和改进措施", Some(Section::Plan)),
            ("概述", Some(Section::General)),
            ("沈河区", None),
        ] {
            assert_eq!(lexicon().section(heading), section, "{heading}");
        }
    }
}
