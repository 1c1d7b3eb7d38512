//! The crosswalk over the editions of the forms: which of their figures are one comparable measure, and
//! where a measure breaks because the world changed and not the figure.
//!
//! `measures.csv` names the measures, `terms.csv` says for each edition which codes make one up, `rates.csv`
//! sets measures in relation, `editions.csv` says in whose terms a report counts that has no statutory table.
//!
//! The relation of a term is to the edition before:
//!
//! | relation | the measure in this edition | comparable with the edition before |
//! | --- | --- | --- |
//! | same | is the same quantity | yes |
//! | merged | is the sum of what was or is stated apart | yes |
//! | split | was cut differently: parts of it moved from or to another measure | no |
//! | new | is asked for the first time | no |
//! | gone | is no longer asked for | no |

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::codebook::{CodeId, Codebook, codebook};
use super::table::{DataTable, KnowledgeError, data_table};
use crate::schema::CrosswalkRow;

const EDITIONS: DataTable = data_table!("crosswalk/editions.csv");
const MEASURES: DataTable = data_table!("crosswalk/measures.csv");
const TERMS: DataTable = data_table!("crosswalk/terms.csv");
const RATES: DataTable = data_table!("crosswalk/rates.csv");

/// Longest name of a measure or rate, so that its column in `panel` fits what Stata takes.
const LONGEST_NAME: usize = 32;
/// Begins the columns of comparable measures in `panel`.
const COLUMN_PREFIX: &str = "cmp_";

/// An edition of the forms: its place in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Edition(u8);

impl Edition {
    fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A comparable measure: its place in the file, which is also the order of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MeasureId(u16);

impl MeasureId {
    /// Its place in [`Crosswalk::measures`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A comparable measure.
#[derive(Clone, Debug, Deserialize)]
pub struct Measure {
    /// Name, such as `granted`.
    pub measure: String,
    /// Measures of one set are disjoint: no code is in two of them.
    pub set: String,
    /// flow (of the year) or stock (at a date: never summed over years).
    pub kind: String,
    /// Unit of values.
    pub unit: String,
    /// Chinese label.
    pub label_zh: String,
    /// English label.
    pub label_en: String,
    /// Its column in `panel`.
    #[serde(skip)]
    pub column: String,
}

/// One measure in relation to another that it is a part of.
#[derive(Clone, Debug)]
pub struct Rate {
    /// Name, such as `share_granted`.
    pub rate: String,
    /// The part.
    pub numerator: MeasureId,
    /// The whole.
    pub denominator: MeasureId,
    /// Chinese label.
    pub label_zh: String,
    /// English label.
    pub label_en: String,
}

/// How a measure stands to the same measure in the edition before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparability {
    /// The same quantity.
    Same,
    /// The sum of what was or is stated apart.
    Merged,
    /// Cut differently: not comparable.
    Split,
    /// Asked for the first time.
    New,
    /// No longer asked for.
    Gone,
}

impl Comparability {
    /// Whether the measure may be compared with the edition before.
    pub fn comparable(self) -> bool {
        matches!(self, Self::Same | Self::Merged)
    }

    /// The word in the published table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Merged => "merged",
            Self::Split => "split",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }
}

/// What makes up a measure in one edition.
#[derive(Clone, Debug)]
pub struct Terms {
    /// To the edition before.
    pub relation: Comparability,
    /// Sums of codes, the form's own first; the next is taken where a figure of those before is not stated.
    pub alternatives: Vec<Vec<CodeId>>,
    /// What a user should know, in Chinese.
    pub note_zh: String,
    /// What a user should know, in English.
    pub note_en: String,
}

/// The crosswalk.
#[derive(Debug)]
pub struct Crosswalk {
    editions: Vec<EditionLine>,
    measures: Vec<Measure>,
    /// By measure and edition.
    terms: Vec<Vec<Option<Terms>>>,
    rates: Vec<Rate>,
}

#[derive(Debug, Deserialize)]
struct EditionLine {
    form: String,
    first_year: i16,
    last_year: Option<i16>,
}

#[derive(Deserialize)]
struct TermLine {
    measure: String,
    form: String,
    alternative: usize,
    codes: String,
    relation: Option<Comparability>,
    note_zh: String,
    note_en: String,
}

#[derive(Deserialize)]
struct RateLine {
    rate: String,
    numerator: String,
    denominator: String,
    label_zh: String,
    label_en: String,
}

impl Crosswalk {
    /// All measures in order.
    pub fn measures(&self) -> impl Iterator<Item = (MeasureId, &Measure)> {
        self.measures.iter().zip(0..).map(|(measure, at)| (MeasureId(at), measure))
    }

    /// The measure of a name.
    pub fn measure(&self, name: &str) -> Option<MeasureId> {
        self.measures().find(|(_, measure)| measure.measure == name).map(|(id, _)| id)
    }

    /// All rates in order.
    pub fn rates(&self) -> &[Rate] {
        &self.rates
    }

    /// The edition in whose terms a report counts: that of its tables, else that of its year.
    pub fn edition(&self, form: &str, year: i16) -> Edition {
        let by_form = self.editions.iter().position(|line| line.form == form);
        let by_year = self.editions.iter().rposition(|line| line.first_year <= year);
        // The first edition means that no statutory table was found, whatever the year.
        let at = by_form.filter(|&at| at > 0).or(by_year).unwrap_or(0);
        Edition(u8::try_from(at).unwrap_or(u8::MAX))
    }

    /// The name of an edition.
    pub fn form(&self, edition: Edition) -> &str {
        self.editions.get(edition.index()).map_or("", |line| &line.form)
    }

    /// What makes up a measure in an edition; `None` where the edition does not have it.
    pub fn terms(&self, measure: MeasureId, edition: Edition) -> Option<&Terms> {
        self.terms.get(measure.index())?.get(edition.index())?.as_ref()
    }

    /// The codes that sum to a measure in a report of this edition: those of the first alternative of which
    /// every figure is stated.
    pub fn codes(&self, measure: MeasureId, edition: Edition, stated: impl Fn(CodeId) -> bool) -> Option<&[CodeId]> {
        let alternatives = &self.terms(measure, edition)?.alternatives;
        alternatives.iter().map(Vec::as_slice).find(|codes| codes.iter().all(|&code| stated(code)))
    }

    /// Whether a code stands for a measure, or for a part of it, in any edition.
    pub fn is_made_of(&self, measure: MeasureId, code: CodeId) -> bool {
        let terms = self.terms.get(measure.index()).into_iter().flatten().flatten();
        terms.flat_map(|terms| &terms.alternatives).any(|codes| codes.contains(&code))
    }

    /// Years of one number may be compared: how often the measure was cut anew up to this edition.
    pub fn era(&self, measure: MeasureId, edition: Edition) -> usize {
        let comparable = |terms: &Option<Terms>| terms.as_ref().is_some_and(|terms| terms.relation.comparable());
        self.terms.get(measure.index()).map_or(0, |terms| terms.iter().take(edition.index() + 1).filter(|t| !comparable(t)).count())
    }

    /// Whether a measure breaks between two editions.
    pub fn breaks(&self, measure: MeasureId, one: Edition, other: Edition) -> bool {
        self.era(measure, one) != self.era(measure, other)
    }

    /// The rows of the table `crosswalk`, in the order of its key.
    pub fn rows(&self) -> Vec<CrosswalkRow> {
        let mut rows = Vec::new();
        for (id, measure) in self.measures() {
            for (edition, line) in self.editions.iter().enumerate() {
                let Some(terms) = self.terms(id, Edition(u8::try_from(edition).unwrap_or(u8::MAX))) else { continue };
                let row = CrosswalkRow {
                    measure: measure.measure.clone(),
                    form: line.form.clone(),
                    set: measure.set.clone(),
                    relation: terms.relation.as_str().to_owned(),
                    unit: measure.unit.clone(),
                    column: measure.column.clone(),
                    label_zh: measure.label_zh.clone(),
                    label_en: measure.label_en.clone(),
                    note_zh: terms.note_zh.clone(),
                    note_en: terms.note_en.clone(),
                    alternative: 1,
                    ..CrosswalkRow::default()
                };
                for (codes, alternative) in terms.alternatives.iter().zip(1..) {
                    rows.extend(codes.iter().map(|&code| {
                        let code = &codebook()[code];
                        CrosswalkRow {
                            alternative,
                            indicator: code.indicator.clone(),
                            dimension: code.dimension.clone(),
                            category: code.category.clone(),
                            derived: codes.len() > 1,
                            ..row.clone()
                        }
                    }));
                }
                if terms.alternatives.is_empty() {
                    rows.push(row);
                }
            }
        }
        let key = |r: &CrosswalkRow| {
            (r.measure.clone(), r.form.clone(), r.alternative, r.indicator.clone(), r.dimension.clone(), r.category.clone())
        };
        rows.sort_by_cached_key(key);
        rows
    }

    fn read(codebook: &Codebook) -> Result<Self, KnowledgeError> {
        Self::parse(codebook, EDITIONS, MEASURES, TERMS, RATES)
    }

    fn parse(
        codebook: &Codebook,
        editions: DataTable,
        measures: DataTable,
        terms: DataTable,
        rates: DataTable,
    ) -> Result<Self, KnowledgeError> {
        let editions = read_editions(editions)?;
        let (measures, names) = read_measures(measures, codebook)?;
        let mut crosswalk = Self { terms: vec![vec![]; measures.len()], editions, measures, rates: Vec::new() };
        crosswalk.read_terms(codebook, terms, &names)?;
        crosswalk.read_rates(rates, &names)?;
        Ok(crosswalk)
    }

    fn read_terms(&mut self, codebook: &Codebook, table: DataTable, names: &HashMap<String, MeasureId>) -> Result<(), KnowledgeError> {
        for terms in &mut self.terms {
            terms.resize_with(self.editions.len(), || None);
        }
        let mut groups: BTreeMap<(String, CodeId), (MeasureId, u64)> = BTreeMap::new();
        let mut last_line = 1;
        for (line, term) in table.rows::<TermLine>()? {
            last_line = line;
            let wrong = |message: String| Err(table.error(line, message));
            let Some(&measure) = names.get(&term.measure) else {
                return wrong(format!("`{}` is no measure of measures.csv", term.measure));
            };
            let Some(edition) = self.editions.iter().position(|line| line.form == term.form) else {
                return wrong(format!("`{}` is no form of editions.csv", term.form));
            };
            let mut codes = Vec::new();
            for name in term.codes.split('+').filter(|name| !name.is_empty()) {
                let Some(code) = codebook.parse(name) else { return wrong(format!("`{name}` is no code of the codebook")) };
                let printed = &codebook[code].forms;
                if term.alternative == 1 && !printed.split(';').any(|form| form == term.form) {
                    return wrong(format!("`{name}` is printed in {printed}, not in {}", term.form));
                }
                if codebook[code].unit != self.measures[measure.index()].unit {
                    return wrong(format!(
                        "`{name}` counts in {}, its measure in {}",
                        codebook[code].unit,
                        self.measures[measure.index()].unit
                    ));
                }
                if codes.contains(&code) {
                    return wrong(format!("`{name}` stands twice: it would be added to itself"));
                }
                if codes.iter().any(|&other| contains(codebook, other, code) || contains(codebook, code, other)) {
                    return wrong(format!("`{name}` stands beside a figure that it is a part of, or that is a part of it"));
                }
                let set = self.measures[measure.index()].set.clone();
                if let Some(&(other, at)) = groups.get(&(set.clone(), code))
                    && other != measure
                    && DISJOINT.contains(&set.as_str())
                {
                    return wrong(format!("`{name}` is in `{}` already, at line {at}", self.measures[other.index()].measure));
                }
                groups.insert((set, code), (measure, line));
                codes.push(code);
            }
            let place = &mut self.terms[measure.index()][edition];
            match (place, term.relation) {
                (place @ None, Some(relation)) if term.alternative == 1 => {
                    if codes.is_empty() != (relation == Comparability::Gone) {
                        return wrong("a measure that is gone has no codes, every other has".into());
                    }
                    let alternatives = if codes.is_empty() { vec![] } else { vec![codes] };
                    *place = Some(Terms { relation, alternatives, note_zh: term.note_zh, note_en: term.note_en });
                }
                (Some(terms), None) if term.alternative == terms.alternatives.len() + 1 && !codes.is_empty() => {
                    terms.alternatives.push(codes)
                }
                _ => return wrong("alternatives are numbered from 1; the first has a relation, those after it none".into()),
            }
        }
        for (terms, measure) in self.terms.iter().zip(&self.measures) {
            if let Some(error) = order_mistake(terms) {
                return Err(table.error(last_line, format!("`{}`: {error}", measure.measure)));
            }
        }
        let grouped: BTreeSet<CodeId> = groups.keys().map(|(_, code)| *code).collect();
        let ungrouped = codebook
            .codes()
            .find(|(id, code)| GROUPED.contains(&(code.indicator.as_str(), code.dimension.as_str())) && !grouped.contains(id));
        match ungrouped {
            Some((_, code)) => {
                Err(table.error(last_line, format!("`{}/{}/{}` is in no measure", code.indicator, code.dimension, code.category)))
            }
            None => Ok(()),
        }
    }

    fn read_rates(&mut self, table: DataTable, names: &HashMap<String, MeasureId>) -> Result<(), KnowledgeError> {
        for (line, rate) in table.rows::<RateLine>()? {
            let taken = names.contains_key(&rate.rate) || self.rates.iter().any(|other| other.rate == rate.rate);
            if taken || !is_name(&rate.rate) {
                return Err(table.error(line, format!("`{}` is taken, or not 1 to {LONGEST_NAME} of a-z, 0-9 and _", rate.rate)));
            }
            let find =
                |name: &str| names.get(name).copied().ok_or_else(|| table.error(line, format!("`{name}` is no measure of measures.csv")));
            let (numerator, denominator) = (find(&rate.numerator)?, find(&rate.denominator)?);
            self.rates.push(Rate { rate: rate.rate, numerator, denominator, label_zh: rate.label_zh, label_en: rate.label_en });
        }
        Ok(())
    }
}

/// Sets whose measures share no code.
const DISJOINT: [&str; 5] = ["applications", "outcome", "reason", "reconsideration", "litigation"];
/// Indicators and dimensions of which every category is in a measure.
const GROUPED: [(&str, &str); 7] = [
    ("applications.answered", "outcome"),
    ("applications.result", "outcome"),
    ("applications.denied", "reason"),
    ("reconsideration.cases", "result"),
    ("litigation.cases", "result"),
    ("litigation_direct.cases", "result"),
    ("litigation_after_reconsideration.cases", "result"),
];

/// Whether a code of one indicator and dimension contains another, by the codebook's `parent`.
fn contains(codebook: &Codebook, whole: CodeId, part: CodeId) -> bool {
    let (whole, part) = (&codebook[whole], &codebook[part]);
    let bare = whole.dimension.is_empty() && !part.dimension.is_empty() && part.parent != "-";
    whole.indicator == part.indicator
        && (bare || (whole.dimension == part.dimension && !part.parent.is_empty() && part.parent == whole.category))
}

fn order_mistake(terms: &[Option<Terms>]) -> Option<&'static str> {
    let relations: Vec<Comparability> = terms.iter().flatten().map(|terms| terms.relation).collect();
    match relations.first() {
        None => Some("has no terms"),
        Some(Comparability::New) if relations[1..].contains(&Comparability::New) => Some("is new twice"),
        Some(Comparability::New) => None,
        Some(_) => Some("is not `new` in the first edition that has it"),
    }
}

fn is_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn read_editions(table: DataTable) -> Result<Vec<EditionLine>, KnowledgeError> {
    let mut editions: Vec<EditionLine> = Vec::new();
    for (line, edition) in table.rows::<EditionLine>()? {
        if editions.last().is_some_and(|before| before.last_year.is_none_or(|last| last.checked_add(1) != Some(edition.first_year))) {
            return Err(table.error(line, "editions follow each other without a gap: first_year is the last_year before, plus 1"));
        }
        editions.push(edition);
    }
    match editions.last() {
        Some(EditionLine { last_year: None, .. }) if u8::try_from(editions.len()).is_ok() => Ok(editions),
        _ => Err(table.error(1, "the last edition has no last_year")),
    }
}

type Measures = (Vec<Measure>, HashMap<String, MeasureId>);

fn read_measures(table: DataTable, codebook: &Codebook) -> Result<Measures, KnowledgeError> {
    let mut measures: Vec<Measure> = Vec::new();
    let mut names = HashMap::new();
    for (line, mut measure) in table.rows::<Measure>()? {
        let id = MeasureId(u16::try_from(measures.len()).map_err(|_| table.error(line, "more than 65,535 measures"))?);
        measure.column = format!("{COLUMN_PREFIX}{}", measure.measure);
        let column = &measure.column;
        if !is_name(column) || codebook.codes().any(|(_, code)| code.short == *column) {
            let message = format!("`{column}` is a short of the codebook, or not at most {LONGEST_NAME} of a-z, 0-9 and _");
            return Err(table.error(line, message));
        }
        if !["flow", "stock"].contains(&measure.kind.as_str()) {
            return Err(table.error(line, format!("kind `{}` is none of flow, stock", measure.kind)));
        }
        if names.insert(measure.measure.clone(), id).is_some() {
            return Err(table.error(line, format!("`{}` stands twice", measure.measure)));
        }
        measures.push(measure);
    }
    Ok((measures, names))
}

impl std::ops::Index<MeasureId> for Crosswalk {
    type Output = Measure;

    fn index(&self, id: MeasureId) -> &Measure {
        &self.measures[id.index()]
    }
}

static CROSSWALK: LazyLock<Result<Crosswalk, KnowledgeError>> = LazyLock::new(|| Crosswalk::read(codebook()));

/// Parses the crosswalk; the codebook is parsed before.
pub(super) fn load() -> Result<(), KnowledgeError> {
    CROSSWALK.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The crosswalk.
///
/// # Panics
/// When the embedded files have a mistake, which [`super::load`] reports and a test excludes.
#[expect(clippy::panic, reason = "embedded data, validated before any input is read")]
pub fn crosswalk() -> &'static Crosswalk {
    match &*CROSSWALK {
        Ok(crosswalk) => crosswalk,
        Err(error) => panic!("{error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Crosswalk, DISJOINT, DataTable, EDITIONS, GROUPED, MEASURES, RATES, TERMS, codebook, crosswalk};

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn the_embedded_files_have_no_mistake() -> Outcome {
        super::super::load()?;
        Ok(())
    }

    #[test]
    fn every_outcome_and_result_is_in_exactly_one_group() {
        for (_, code) in codebook().codes().filter(|(_, c)| GROUPED.contains(&(c.indicator.as_str(), c.dimension.as_str()))) {
            let mut measures: Vec<String> = crosswalk()
                .rows()
                .into_iter()
                .filter(|row| DISJOINT.contains(&row.set.as_str()))
                // A denial with its reason is an outcome and a reason: one group in each set.
                .filter(|row| row.set != "reason" || code.indicator == "applications.denied")
                .filter(|row| (&row.indicator, &row.dimension, &row.category) == (&code.indicator, &code.dimension, &code.category))
                .map(|row| row.measure)
                .collect();
            measures.dedup();
            let expected = usize::from(code.category != "secrets_privacy_security");
            assert_eq!(measures.len(), expected, "{}/{} is in {measures:?}", code.indicator, code.category);
        }
    }

    #[test]
    fn a_measure_takes_the_first_alternative_that_is_stated_in_full() -> Outcome {
        let crosswalk = crosswalk();
        let litigation = crosswalk.measure("lit").ok_or("lit")?;
        let edition = crosswalk.edition("2021", 2022);
        let codes = |names: &[&str]| names.iter().filter_map(|name| codebook().parse(name)).collect::<Vec<_>>();
        let all = codes(&["litigation.cases", "litigation_direct.cases", "litigation_after_reconsideration.cases"]);
        assert_eq!(crosswalk.codes(litigation, edition, |code| all.contains(&code)), Some(&all[1..]));
        assert_eq!(crosswalk.codes(litigation, edition, |code| code == all[0]), Some(&all[..1]));
        assert_eq!(crosswalk.codes(litigation, edition, |code| code == all[1]), None, "a part is no total");
        Ok(())
    }

    #[test]
    fn breaks_are_where_a_measure_was_cut_anew() -> Outcome {
        let crosswalk = crosswalk();
        let editions = ["2008", "2014", "2019", "2021"].map(|form| crosswalk.edition(form, 2010));
        for (name, eras) in
            [("received", [0, 0, 0, 0]), ("denied", [0, 0, 1, 1]), ("normative_documents", [0, 1, 1, 2]), ("carried_in", [0, 1, 2, 2])]
        {
            let measure = crosswalk.measure(name).ok_or(name)?;
            let found = editions.map(|edition| crosswalk.era(measure, edition));
            let breaks = |at: usize| found[at] != found[at - 1];
            let expected = |at: usize| eras[at] != eras[at - 1];
            assert_eq!([breaks(1), breaks(2), breaks(3)], [expected(1), expected(2), expected(3)], "{name}: {found:?}");
        }
        Ok(())
    }

    #[test]
    fn without_a_table_the_year_decides() {
        let crosswalk = crosswalk();
        for (form, year, expected) in
            [("2008", 2010, "2008"), ("2008", 2016, "2014"), ("2008", 2024, "2021"), ("2014", 2019, "2014"), ("2008", 2003, "2008")]
        {
            assert_eq!(crosswalk.form(crosswalk.edition(form, year)), expected, "{form} in {year}");
        }
    }

    #[test]
    fn mistakes_are_named_with_their_line() -> Outcome {
        let good = TERMS.content;
        let granted = "granted,2019,1,applications.result/outcome/granted,";
        for (from, to, message) in [
            (granted, "grant,2019,1,applications.result/outcome/granted,", "no measure of measures.csv"),
            (granted, "granted,2020,1,applications.result/outcome/granted,", "no form of editions.csv"),
            (granted, "granted,2019,1,applications.result/outcome/grant,", "no code of the codebook"),
            (granted, "granted,2019,1,applications.answered/outcome/granted,", "printed in 2008;2014, not in 2019"),
            (granted, "granted,2019,1,applications.result/outcome/partially_granted,", "is in `granted` already"),
            (granted, "granted,2019,1,applications.result+applications.result/outcome/granted,", "is a part of"),
            (granted, "granted,2019,3,applications.result/outcome/granted,", "numbered from 1"),
        ] {
            assert!(good.contains(from), "{from}");
            let content: &'static str = Box::leak(good.replace(from, to).into_boxed_str());
            let terms = DataTable { file: TERMS.file, content };
            let error = Crosswalk::parse(codebook(), EDITIONS, MEASURES, terms, RATES).err().ok_or("no mistake found")?;
            assert!(error.message.contains(message), "{to}: {error}");
            assert!(error.line > 1, "{error}");
        }
        Ok(())
    }
}
