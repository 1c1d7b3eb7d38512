//! Regions and townships by year: names, codes, parents, heirs, and other names for them.
//!
//! A region is a *row*: one code and the years through which its name and parent stayed the same, by the
//! lists of 31 December. Rows that continue one another one to one are the same *unit*, known by the code
//! of its first row; a merger or a split begins a new unit.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::table::{DataTable, KnowledgeError, data_table};

const REGIONS: DataTable = data_table!("regions/regions.csv");
const ALIASES: DataTable = data_table!("regions/aliases.csv");
const TOWNSHIPS: DataTable = data_table!("regions/townships.csv");

/// Lists begin with this year: a row that begins in it began then or earlier.
pub const FIRST_YEAR: i16 = 2008;
/// A row that is still listed ends in this year.
pub const OPEN_YEAR: i16 = 9999;

/// The administrative level of a region.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "lowercase")]
pub enum RegionLevel {
    /// Province, autonomous region, municipality.
    Province,
    /// Prefecture, city with districts.
    Prefecture,
    /// County, district, county-level city.
    County,
}

/// A region through a time in which its name and parent stayed the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Six digits of GB/T 2260.
    pub code: u32,
    /// Official name.
    pub name: String,
    /// Name without the word for its kind (恩施 for 恩施土家族苗族自治州).
    pub short_name: String,
    /// Administrative level.
    pub level: RegionLevel,
    /// Code of the region above; 0 for provinces.
    pub parent: u32,
    /// First year listed.
    pub from: i16,
    /// Last year listed; [`OPEN_YEAR`] while it is.
    pub to: i16,
    /// Codes of the heirs in the list of the next year, main heir first.
    pub successors: Vec<u32>,
}

/// A row of the gazetteer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionId(u16);

impl RegionId {
    fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// In which way a name stands for a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    /// The official name.
    Official,
    /// Another full name: 内蒙古 for 内蒙古自治区, 恩施州, 科左后旗.
    Alias,
    /// The name without the word for its kind: a common word often enough.
    Short,
    /// A name of the years before 2008.
    Former,
    /// A development zone or an area under management, given with its host.
    Zone,
    /// The production and construction corps and its divisions, given with their seat.
    Corps,
}

/// One region that a name can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceSense {
    /// The region, or the host of a zone.
    pub region: RegionId,
    /// In which way.
    pub kind: NameKind,
}

/// A name in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaceMatch {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    name: u32,
}

/// A township, town or street of one county in one scheme of codes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Township {
    /// Nine digits.
    pub code: u32,
    /// Name, with 街道 for a street.
    pub name: &'static str,
    /// Code of the county (or of the prefecture that has no counties).
    pub county: u32,
    /// Whether the code is one of the statistical divisions; else of the place-name service.
    pub statistical: bool,
    /// The years of the snapshots that have it, joined by `;`.
    pub snapshots: &'static str,
}

#[derive(Deserialize)]
struct RegionRow {
    code: u32,
    name: String,
    short_name: String,
    level: RegionLevel,
    parent_code: Option<u32>,
    valid_from: i16,
    valid_to: Option<i16>,
    successor_codes: String,
}

#[derive(Deserialize)]
struct AliasRow {
    alias: String,
    code: u32,
    kind: String,
    valid_from: Option<i16>,
    valid_to: Option<i16>,
}

/// The gazetteer of regions; townships are parsed when first asked for.
#[derive(Debug)]
pub struct Gazetteer {
    rows: Vec<Region>,
    /// Rows of a code in order of time; codes ascend.
    by_code: Vec<(u32, Vec<RegionId>)>,
    predecessor: Vec<Option<RegionId>>,
    successor: Vec<Option<RegionId>>,
    senses: Vec<Vec<PlaceSense>>,
    names: HashMap<String, u32>,
    automaton: AhoCorasick,
    stems: HashMap<String, Vec<RegionId>>,
    domains: HashMap<String, Vec<RegionId>>,
    abbreviations: HashMap<char, RegionId>,
    /// Codes of the regions that have others below them in any year.
    divided: HashSet<u32>,
}

impl Gazetteer {
    fn read() -> Result<Self, KnowledgeError> {
        let mut rows = Vec::new();
        let mut by_code: HashMap<u32, Vec<RegionId>> = HashMap::new();
        for (line, row) in REGIONS.rows::<RegionRow>()? {
            if !(100_000..1_000_000).contains(&row.code) {
                return Err(REGIONS.error(line, format!("code `{}` is not six digits", row.code)));
            }
            let mut successors = Vec::new();
            for code in row.successor_codes.split(';').filter(|c| !c.is_empty()) {
                successors.push(code.parse().map_err(|_| REGIONS.error(line, format!("successor `{code}` is not six digits")))?);
            }
            let id = RegionId(u16::try_from(rows.len()).map_err(|_| REGIONS.error(line, "more than 65,535 rows"))?);
            by_code.entry(row.code).or_default().push(id);
            rows.push(Region {
                code: row.code,
                name: row.name,
                short_name: row.short_name,
                level: row.level,
                parent: row.parent_code.unwrap_or(0),
                from: row.valid_from,
                to: row.valid_to.unwrap_or(OPEN_YEAR),
                successors,
            });
        }
        let mut by_code: Vec<_> = by_code.into_iter().collect();
        by_code.sort_unstable_by_key(|(code, _)| *code);
        for (_, ids) in &mut by_code {
            ids.sort_unstable_by_key(|id| rows[id.index()].from);
        }
        let (predecessor, successor) = successions(&rows, &by_code);
        let mut gazetteer = Self {
            divided: rows.iter().map(|row| row.parent).collect(),
            rows,
            by_code,
            predecessor,
            successor,
            senses: Vec::new(),
            names: HashMap::new(),
            automaton: AhoCorasick::new([""; 0]).map_err(|e| REGIONS.error(1, e.to_string()))?,
            stems: HashMap::new(),
            domains: HashMap::new(),
            abbreviations: HashMap::new(),
        };
        gazetteer.index_names();
        gazetteer.index_aliases()?;
        let mut patterns: Vec<(&String, u32)> = gazetteer.names.iter().map(|(name, id)| (name, *id)).collect();
        patterns.sort_unstable_by_key(|(_, id)| *id);
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns.iter().map(|(name, _)| name.as_str()))
            .map_err(|e| REGIONS.error(1, e.to_string()))?;
        gazetteer.automaton = automaton;
        Ok(gazetteer)
    }

    fn index_names(&mut self) {
        for index in 0..self.rows.len() {
            let id = RegionId(u16::try_from(index).unwrap_or(u16::MAX));
            let (name, short) = (self.rows[index].name.clone(), self.rows[index].short_name.clone());
            if short != name && short.chars().count() >= 2 {
                self.add_sense(short, PlaceSense { region: id, kind: NameKind::Short });
            }
            self.add_sense(name, PlaceSense { region: id, kind: NameKind::Official });
        }
    }

    fn add_sense(&mut self, name: String, sense: PlaceSense) {
        let next = u32::try_from(self.senses.len()).unwrap_or(u32::MAX);
        let id = *self.names.entry(name).or_insert(next);
        if id == next {
            self.senses.push(Vec::new());
        }
        let senses = &mut self.senses[id as usize];
        if !senses.contains(&sense) {
            senses.push(sense);
        }
    }

    fn index_aliases(&mut self) -> Result<(), KnowledgeError> {
        for (line, row) in ALIASES.rows::<AliasRow>()? {
            let (from, to) = (row.valid_from.unwrap_or(FIRST_YEAR), row.valid_to.unwrap_or(OPEN_YEAR));
            let regions: Vec<RegionId> = match self.ids_of_code(row.code) {
                [] => return Err(ALIASES.error(line, format!("code `{}` is not in regions.csv", row.code))),
                ids => {
                    let during: Vec<RegionId> = ids.iter().copied().filter(|id| self[*id].from <= to && self[*id].to >= from).collect();
                    if during.is_empty() { ids.to_vec() } else { during }
                }
            };
            let kind = match row.kind.as_str() {
                "province_variant" | "autonomous_short" | "banner_abbrev" => NameKind::Alias,
                "former_name" => NameKind::Former,
                "zone" | "nbs_zone" | "mgmt_area" => NameKind::Zone,
                "xpcc" => NameKind::Corps,
                "docno" | "docno_city" => {
                    self.stems.entry(row.alias).or_default().extend(regions);
                    continue;
                }
                "domain" => {
                    self.domains.entry(row.alias).or_default().extend(regions);
                    continue;
                }
                "province_abbrev" => {
                    if let (Some(c), Some(id)) = (row.alias.chars().next(), regions.last()) {
                        self.abbreviations.insert(c, *id);
                    }
                    continue;
                }
                "city_abbrev" | "pseudo_code" => continue,
                other => return Err(ALIASES.error(line, format!("kind `{other}` is unknown"))),
            };
            for region in regions {
                self.add_sense(row.alias.clone(), PlaceSense { region, kind });
            }
        }
        Ok(())
    }

    /// All rows in the order of the file.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (RegionId, &Region)> {
        self.rows.iter().enumerate().map(|(i, row)| (RegionId(u16::try_from(i).unwrap_or(u16::MAX)), row))
    }

    /// The rows of a code in order of time.
    pub fn ids_of_code(&self, code: u32) -> &[RegionId] {
        self.by_code.binary_search_by_key(&code, |(c, _)| *c).map_or(&[], |i| &self.by_code[i].1)
    }

    /// The row of a code in a year, else in the year before or after it, else `None`.
    pub fn at(&self, code: u32, year: i16) -> Option<RegionId> {
        let ids = self.ids_of_code(code);
        [year, year - 1, year + 1].into_iter().find_map(|y| ids.iter().copied().find(|id| self.listed(*id, y)))
    }

    /// Whether a row is in the list of a year; years before the first list count as the first.
    pub fn listed(&self, id: RegionId, year: i16) -> bool {
        let year = year.max(FIRST_YEAR);
        self[id].from <= year && year <= self[id].to
    }

    /// The row of the same unit in a year, following one-to-one successions either way.
    pub fn in_year(&self, id: RegionId, year: i16) -> Option<RegionId> {
        let year = year.max(FIRST_YEAR);
        let mut at = id;
        while self[at].to < year {
            at = self.successor[at.index()]?;
        }
        while self[at].from > year {
            at = self.predecessor[at.index()]?;
        }
        self.listed(at, year).then_some(at)
    }

    /// The row that continues a row one to one.
    pub fn successor(&self, id: RegionId) -> Option<RegionId> {
        self.successor[id.index()]
    }

    /// The code of the unit: that of its first row.
    pub fn unit_code(&self, id: RegionId) -> u32 {
        let mut at = id;
        while let Some(before) = self.predecessor[at.index()] {
            at = before;
        }
        self[at].code
    }

    /// Today's code: successions are followed as long as there is one heir, into mergers as well.
    pub fn latest_code(&self, id: RegionId) -> Option<u32> {
        let mut at = id;
        while self[at].to != OPEN_YEAR {
            let &[heir] = self[at].successors.as_slice() else { return None };
            at = self.at_exactly(heir, self[at].to + 1)?;
        }
        Some(self[at].code)
    }

    fn at_exactly(&self, code: u32, year: i16) -> Option<RegionId> {
        self.ids_of_code(code).iter().copied().find(|id| self.listed(*id, year))
    }

    /// The row above, as of the time of the row.
    pub fn parent(&self, id: RegionId, year: i16) -> Option<RegionId> {
        let row = &self[id];
        if row.parent == 0 {
            return None;
        }
        let year = year.clamp(row.from, row.to);
        self.at(row.parent, year).or_else(|| self.ids_of_code(row.parent).last().copied())
    }

    /// The row itself and all above it, from the lowest.
    pub fn lineage(&self, id: RegionId, year: i16) -> Vec<RegionId> {
        let mut line = vec![id];
        while let Some(above) = line.last().and_then(|last| self.parent(*last, year)) {
            line.push(above);
            if line.len() > 3 {
                break;
            }
        }
        line
    }

    /// The rows directly below a code in a year.
    pub fn children(&self, code: u32, year: i16) -> Vec<RegionId> {
        self.rows().filter(|(id, row)| row.parent == code && self.listed(*id, year)).map(|(id, _)| id).collect()
    }

    /// Whether townships are directly below a region: counties, and prefectures that never had any (东莞, 嘉峪关).
    pub fn has_townships(&self, id: RegionId) -> bool {
        self[id].level == RegionLevel::County || self[id].level == RegionLevel::Prefecture && !self.divided.contains(&self[id].code)
    }

    /// What a name stands for, in any year.
    pub fn named(&self, name: &str) -> &[PlaceSense] {
        self.names.get(name).map_or(&[], |id| &self.senses[*id as usize])
    }

    /// What a name found in a text stands for.
    pub fn senses(&self, found: &PlaceMatch) -> &[PlaceSense] {
        &self.senses[found.name as usize]
    }

    /// Names in a text, longest first from the left, not overlapping. Names inside words are among them:
    /// the caller knows what stands around.
    pub fn scan<'a>(&'a self, text: &'a str) -> impl Iterator<Item = PlaceMatch> + 'a {
        self.automaton.find_iter(text).map(|m| PlaceMatch { start: m.start(), end: m.end(), name: m.pattern().as_u32() })
    }

    /// Regions whose governments number documents with a stem (豫政办).
    pub fn document_stem(&self, stem: &str) -> &[RegionId] {
        self.stems.get(stem).map_or(&[], Vec::as_slice)
    }

    /// Regions of a registered domain (luzhou.gov.cn).
    pub fn domain(&self, domain: &str) -> &[RegionId] {
        self.domains.get(domain).map_or(&[], Vec::as_slice)
    }

    /// The province of a one-character abbreviation (豫).
    pub fn province_abbreviation(&self, c: char) -> Option<RegionId> {
        self.abbreviations.get(&c).copied()
    }
}

impl std::ops::Index<RegionId> for Gazetteer {
    type Output = Region;

    fn index(&self, id: RegionId) -> &Region {
        &self.rows[id.index()]
    }
}

type Link = Vec<Option<RegionId>>;

/// One-to-one successions: one heir, which did not exist before, and which has no other ancestor or keeps the
/// name of this one alone (孟津县 with 吉利区 became 孟津区: it is 孟津 that goes on).
fn successions(rows: &[Region], by_code: &[(u32, Vec<RegionId>)]) -> (Link, Link) {
    let find = |code: u32, year: i16| -> Option<RegionId> {
        let at = by_code.binary_search_by_key(&code, |(c, _)| *c).ok()?;
        by_code[at].1.iter().copied().find(|id| rows[id.index()].from <= year && year <= rows[id.index()].to)
    };
    let (mut ancestors, mut namesakes) = (vec![0u16; rows.len()], vec![0u16; rows.len()]);
    for row in rows {
        for heir in row.successors.iter().filter_map(|code| find(*code, row.to + 1)) {
            ancestors[heir.index()] += 1;
            namesakes[heir.index()] += u16::from(row.short_name == rows[heir.index()].short_name);
        }
    }
    let (mut predecessor, mut successor) = (vec![None; rows.len()], vec![None; rows.len()]);
    for (index, row) in rows.iter().enumerate() {
        let &[heir] = row.successors.as_slice() else { continue };
        let Some(next) = find(heir, row.to + 1) else { continue };
        let (at, then) = (next.index(), &rows[next.index()]);
        let goes_on = ancestors[at] == 1 || (row.short_name == then.short_name && namesakes[at] == 1);
        if goes_on && then.from == row.to + 1 && then.level == row.level {
            successor[index] = Some(next);
            predecessor[at] = Some(RegionId(u16::try_from(index).unwrap_or(u16::MAX)));
        }
    }
    (predecessor, successor)
}

/// Townships by name and by county.
#[derive(Debug)]
pub struct Townships {
    rows: Vec<Township>,
    /// The first township of each class of names, and of each township the next one of its class.
    first: Vec<u32>,
    next: Vec<u32>,
    by_county: Vec<u32>,
}

/// Classes of names, a power of two: about one for each township.
const CLASSES: u32 = 1 << 17;
/// No township.
const NONE: u32 = u32::MAX;

/// The class of a name (FNV-1a, folded). Sorting the names instead would take most of the program's start.
fn class(name: &str) -> usize {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ hash >> 32) as usize & (CLASSES as usize - 1)
}

impl Townships {
    fn read() -> Result<Self, KnowledgeError> {
        // 90,000 rows without quotes: cut by hand, so that a start costs milliseconds.
        let mut rows = Vec::with_capacity(91_000);
        for (index, line) in TOWNSHIPS.content.lines().enumerate().skip(1) {
            let place = index as u64 + 1;
            let wrong = |what: &str| TOWNSHIPS.error(place, what.to_owned());
            let mut fields = line.split(',');
            let mut next = || fields.next().ok_or_else(|| wrong("fewer than five fields"));
            let (code, name, county, scheme, snapshots) = (next()?, next()?, next()?, next()?, next()?);
            rows.push(Township {
                code: code
                    .parse()
                    .ok()
                    .filter(|c| (100_000_000..1_000_000_000).contains(c))
                    .ok_or_else(|| wrong("code is not nine digits"))?,
                name,
                county: county.parse().map_err(|_| wrong("county_code is not six digits"))?,
                statistical: match scheme {
                    "nbs" => true,
                    "mca" => false,
                    _ => return Err(wrong("scheme is neither nbs nor mca")),
                },
                snapshots,
            });
        }
        let count = u32::try_from(rows.len()).map_err(|_| TOWNSHIPS.error(1, "too many rows"))?;
        let (mut first, mut next) = (vec![NONE; CLASSES as usize], vec![NONE; rows.len()]);
        // From the last, so that each class begins with its first.
        for at in (0..count).rev() {
            let head = &mut first[class(rows[at as usize].name)];
            next[at as usize] = std::mem::replace(head, at);
        }
        let mut by_county: Vec<u32> = (0..count).collect();
        // The file is almost in this order, which a stable sort makes use of.
        by_county.sort_by_key(|i| rows[*i as usize].county);
        Ok(Self { rows, first, next, by_county })
    }

    /// All townships of a name.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Township> {
        let known = |at: u32| (at != NONE).then_some(at);
        let class = std::iter::successors(known(self.first[class(name)]), move |at| known(self.next[*at as usize]));
        class.map(|at| &self.rows[at as usize]).filter(move |t| t.name == name)
    }

    /// All townships of a county code.
    pub fn of_county(&self, code: u32) -> impl Iterator<Item = &Township> {
        let start = self.by_county.partition_point(|i| self.rows[*i as usize].county < code);
        self.by_county[start..].iter().map(|i| &self.rows[*i as usize]).take_while(move |t| t.county == code)
    }

    /// The code of a township by the statistical divisions, of the snapshot nearest to a year.
    pub fn code(&self, county: u32, name: &str, year: i16) -> Option<u32> {
        self.of_county(county)
            .filter(|t| t.statistical && t.name == name)
            .min_by_key(|t| {
                let distance = |s: &str| s.parse::<i16>().map_or(i16::MAX, |s| (s - year).abs());
                (t.snapshots.split(';').map(distance).min().unwrap_or(i16::MAX), t.code)
            })
            .map(|t| t.code)
    }
}

static GAZETTEER: LazyLock<Result<Gazetteer, KnowledgeError>> = LazyLock::new(Gazetteer::read);
static TOWNSHIP_LIST: LazyLock<Result<Townships, KnowledgeError>> = LazyLock::new(Townships::read);

/// Parses regions, aliases and townships.
pub(super) fn load() -> Result<(), KnowledgeError> {
    GAZETTEER.as_ref().map_err(Clone::clone)?;
    TOWNSHIP_LIST.as_ref().map_err(Clone::clone)?;
    Ok(())
}

/// The gazetteer.
///
/// # Panics
/// When the embedded files have a mistake, which [`super::load`] reports and a test excludes.
#[expect(clippy::panic, reason = "embedded data, validated before any input is read")]
pub fn gazetteer() -> &'static Gazetteer {
    match &*GAZETTEER {
        Ok(gazetteer) => gazetteer,
        Err(error) => panic!("{error}"),
    }
}

/// The townships.
///
/// # Panics
/// When the embedded file has a mistake, which [`super::load`] reports and a test excludes.
#[expect(clippy::panic, reason = "embedded data, validated before any input is read")]
pub fn townships() -> &'static Townships {
    match &*TOWNSHIP_LIST {
        Ok(townships) => townships,
        Err(error) => panic!("{error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: u32, year: i16) -> RegionId {
        gazetteer().at(code, year).unwrap_or(RegionId(0))
    }

    #[test]
    fn a_unit_keeps_its_first_code_through_renamings() {
        let g = gazetteer();
        // 孟津县 became 孟津区 under another code in 2021.
        assert_eq!(g.unit_code(row(410_308, 2023)), 410_322);
        assert_eq!(g.latest_code(row(410_322, 2016)), Some(410_308));
        // 襄樊市 was renamed 襄阳市 under its code.
        assert_eq!(g.unit_code(row(420_600, 2020)), 420_600);
        assert_eq!(g[row(420_600, 2008)].name, "襄樊市");
    }

    #[test]
    fn mergers_and_splits_begin_new_units() {
        let g = gazetteer();
        // 莱芜市 went into 济南市: its unit ends, today's code is the heir's.
        assert_eq!(g.unit_code(row(370_100, 2020)), 370_100);
        assert_eq!(g.latest_code(row(371_200, 2015)), Some(370_100));
        // 巢湖市 was divided among three cities.
        assert_eq!(g.latest_code(row(341_400, 2009)), None);
    }

    #[test]
    fn the_same_unit_in_another_year() {
        let g = gazetteer();
        let now = row(410_308, 2023);
        assert_eq!(g.in_year(now, 2016).map(|id| g[id].code), Some(410_322));
        assert_eq!(g.lineage(now, 2023).iter().map(|id| g[*id].name.as_str()).collect::<Vec<_>>(), ["孟津区", "洛阳市", "河南省"]);
    }

    #[test]
    fn townships_are_below_counties_and_prefectures_without_counties() {
        let g = gazetteer();
        let has = |code| g.has_townships(row(code, 2020));
        assert_eq!([441_900, 442_000, 460_400, 620_200, 410_322].map(has), [true; 5]);
        assert_eq!([440_300, 410_300, 330_000, 120_000].map(has), [false; 4]);
    }

    #[test]
    fn townships_by_name_and_county() {
        assert!(townships().named("送庄镇").any(|t| t.county == 410_322));
        assert_eq!(townships().code(410_322, "送庄镇", 2016), Some(410_322_103));
    }
}
