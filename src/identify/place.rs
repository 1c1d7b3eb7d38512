//! Which region a body belongs to: every trace of a place is weighed for and against the candidates.
//!
//! A candidate wins only by evidence that the others lack. Among equals the answer is the region above
//! them all, or none.

use std::collections::HashMap;
use std::sync::LazyLock;

use pinyin::{ToPinyin, ToPinyinMulti};

use crate::knowledge::{
    FIRST_YEAR, Gazetteer, NameKind, PhraseRole, PlaceSense, RegionId, RegionLevel, Township, body_words, gazetteer, phrases, townships,
};

use super::address::{Address, region_codes};
use super::body::{Body, acceptable, is_listed};
use super::identity::OrgKind;
use super::page::{LineKind, Page, clip};

/// By how much the best candidate must lead.
const MARGIN: f64 = 0.4;

/// A trace of a place.
#[derive(Clone, Debug)]
pub(super) struct Trace {
    /// The regions it can stand for.
    regions: Vec<RegionId>,
    weight: f64,
    /// What it is, for the record.
    pub(super) label: String,
    /// Whether it names the region itself, not only hints at it.
    named: bool,
}

/// Prefectures and counties by the full spelling of their short names, where no other unit is spelled so.
static SPELLED: LazyLock<HashMap<String, Vec<RegionId>>> = LazyLock::new(|| {
    /// Shorter spellings are as well initials or words.
    const SHORTEST: usize = 5;
    let gazetteer = gazetteer();
    let mut spelled: HashMap<String, Vec<RegionId>> = HashMap::new();
    for (id, row) in gazetteer.rows().filter(|(_, row)| row.short_name.chars().count() >= 2) {
        for key in readings(&row.short_name) {
            spelled.entry(key).or_default().push(id);
        }
    }
    spelled.retain(|key, ids| {
        let unit = |id: &RegionId| gazetteer.unit_code(*id);
        let below = ids.iter().all(|id| gazetteer[*id].level != RegionLevel::Province);
        key.len() >= SHORTEST && below && ids.windows(2).all(|pair| unit(&pair[0]) == unit(&pair[1]))
    });
    spelled
});

/// A name in Latin letters, in every way that its characters are read (都 is du and dou).
fn readings(name: &str) -> Vec<String> {
    const MOST: usize = 16;
    name.chars().filter_map(|c| c.to_pinyin_multi()).fold(vec![String::new()], |begun, of_character| {
        let mut plain: Vec<&str> = of_character.into_iter().map(|p| p.plain()).collect();
        plain.sort_unstable();
        plain.dedup();
        begun.iter().flat_map(|start| plain.iter().map(move |end| format!("{start}{end}"))).take(MOST).collect()
    })
}

/// All traces of places of a page.
#[derive(Debug, Default)]
pub(super) struct Traces {
    all: Vec<Trace>,
    address: Address,
}

/// Where a body belongs.
#[derive(Clone, Debug, Default)]
pub(super) struct Resolution {
    /// The lowest region known.
    pub(super) region: Option<RegionId>,
    /// Whether it is the body's own region, and not only one above it.
    pub(super) exact: bool,
    /// Name of the township.
    pub(super) township: Option<String>,
    /// The regions among which nothing decides.
    pub(super) choices: Vec<RegionId>,
    /// What decided.
    pub(super) evidence: Vec<String>,
    /// From 0 to 1.
    pub(super) confidence: f64,
}

impl Traces {
    /// Collects the traces of a page.
    pub(super) fn collect(page: &Page, address: Address, year: Option<i16>) -> Self {
        let mut traces = Self { all: Vec::new(), address };
        let mut names: HashMap<String, usize> = HashMap::new();
        for title in &page.titles {
            traces.mentions(title, 4.0, "title", year, &mut names);
        }
        for line in &page.head {
            let (weight, zone) = match line.kind {
                LineKind::Breadcrumb | LineKind::Metadata | LineKind::Footer => (3.0, "page"),
                LineKind::Navigation => (0.5, "page"),
                _ => (2.0, "text"),
            };
            traces.mentions(&line.text, weight, zone, year, &mut names);
        }
        for labelled in &page.labelled {
            traces.mentions(&labelled.value, 3.0, "metadata", year, &mut names);
            traces.codes(&region_codes(&labelled.value), 2.0, "index number");
        }
        if !page.short {
            for line in &page.tail {
                traces.mentions(&line.text, 2.0, "end", year, &mut names);
            }
        }
        for line in page.head.iter().chain(page.tail.iter().filter(|_| !page.short)) {
            traces.site_codes(&line.text);
            traces.telephones(&line.text);
            traces.document_numbers(&line.text, year);
        }
        if let Some(text) = page.latin() {
            for (name, senses) in super::english::places(text) {
                traces.push(in_time(&senses, year), 2.0, format!("text {name}"), true);
            }
        }
        traces.address_traces();
        traces
    }

    fn push(&mut self, regions: Vec<RegionId>, weight: f64, label: String, named: bool) {
        if regions.is_empty() || self.all.len() >= 200 || self.all.iter().any(|t| t.label == label) {
            return;
        }
        self.all.push(Trace { regions, weight, label, named });
    }

    fn mentions(&mut self, text: &str, weight: f64, zone: &str, year: Option<i16>, names: &mut HashMap<String, usize>) {
        let gazetteer = gazetteer();
        let mut postal = 0;
        for found in gazetteer.scan(clip(text, 6_000)) {
            let name = &text[found.start..found.end];
            // 地址：贵阳市南明区
            let before = text[..found.start].trim_end_matches([':', '：', ' ']);
            let zone = if found.start == postal && postal > 0 || phrases().suffix(PhraseRole::Postal, before).is_some() {
                postal = found.end;
                "address"
            } else {
                zone
            };
            if let Some(at) = names.get(name) {
                // Said again: a little more.
                let trace = &mut self.all[*at];
                trace.weight = (trace.weight + 0.25).max(weight).min(5.0);
                continue;
            }
            let senses = acceptable(text, &found, false);
            let regions = in_time(&senses, year);
            if !regions.is_empty() && self.all.len() < 200 {
                names.insert(name.to_owned(), self.all.len());
                self.all.push(Trace { regions, weight, label: format!("{zone} {name}"), named: true });
            }
        }
    }

    fn codes(&mut self, codes: &[u32], weight: f64, what: &str) {
        for code in codes {
            let regions = gazetteer().ids_of_code(*code).to_vec();
            self.push(regions, weight, format!("{what} {code}"), true);
        }
    }

    /// The site code of the State Council's register begins with the region's code.
    fn site_codes(&mut self, text: &str) {
        for (label, weight, length) in [("标识码", 4.0, 10), ("公网安备", 1.0, 14), ("公安备", 1.0, 14)] {
            let Some(at) = text.find(label) else { continue };
            let digits: String =
                text[at + label.len()..].chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
            if digits.len() < length {
                continue;
            }
            if let Ok(code) = digits[..6].parse() {
                self.codes(&[code], weight, label);
            }
        }
        if let Some(at) = text.find("ICP备")
            && let Some(province) = text[..at].chars().next_back().and_then(|c| gazetteer().province_abbreviation(c))
        {
            self.push(vec![province], 1.0, "ICP".to_owned(), false);
        }
    }

    fn telephones(&mut self, text: &str) {
        let bytes = text.as_bytes();
        for (at, _) in text.match_indices('0').take(40) {
            if at > 0 && bytes[at - 1].is_ascii_digit() {
                continue;
            }
            let digits: String = text[at..].chars().take_while(char::is_ascii_digit).collect();
            let after = text[at + digits.len()..].trim_start_matches([')', '）', ' ', '-', '—', '－', '–', '―']);
            let separated = after.len() < text.len() - at - digits.len();
            let subscriber = after.bytes().take_while(u8::is_ascii_digit).count();
            let code = match digits.len() {
                3 | 4 if separated && (7..=8).contains(&subscriber) => digits.as_str(),
                // A number without its separator, or an area code alone after 电话.
                10..=12 if digits.starts_with("01") || digits.starts_with("02") => &digits[..3],
                11 | 12 => &digits[..4],
                3 | 4 if clip(text, at).trim_end_matches(['：', ':', ' ', '(', '（']).ends_with("电话") => digits.as_str(),
                _ => continue,
            };
            let gazetteer = gazetteer();
            let regions: Vec<RegionId> = body_words().area_code(code).iter().flat_map(|c| gazetteer.ids_of_code(*c)).copied().collect();
            self.push(regions, 2.0, format!("telephone {code}"), false);
        }
    }

    fn document_numbers(&mut self, text: &str, year: Option<i16>) {
        let gazetteer = gazetteer();
        for (at, _) in text.match_indices(['〔', '[', '［', '【']).take(30) {
            let stem = &clip(text, at);
            let stem: String = {
                let mut tail: Vec<char> = stem.chars().rev().take_while(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).take(6).collect();
                tail.reverse();
                tail.into_iter().collect()
            };
            for (from, _) in stem.char_indices() {
                let regions = gazetteer.document_stem(&stem[from..]);
                if !regions.is_empty() {
                    let regions = regions.iter().copied().filter(|id| year.is_none_or(|y| gazetteer.listed(*id, y))).collect();
                    self.push(regions, 1.0, format!("docno {}", &stem[from..]), false);
                    break;
                }
            }
        }
    }

    fn address_traces(&mut self) {
        let codes = self.address.region_codes();
        self.codes(&codes, 3.0, "address");
        if !self.address.is_government() {
            return;
        }
        let gazetteer = gazetteer();
        let host = self.address.host().to_owned();
        let mut rest = host.as_str();
        loop {
            let regions = gazetteer.domain(rest).to_vec();
            if !regions.is_empty() {
                self.push(regions, 2.5, format!("domain {rest}"), true);
                return;
            }
            match rest.split_once('.') {
                Some((_, after)) if after != "gov.cn" && after.contains('.') => rest = after,
                _ => break,
            }
        }
        // A registered name that spells one region and no other.
        let registered = self.address.labels().next_back().unwrap_or_default().to_owned();
        if let Some(regions) = SPELLED.get(&registered) {
            self.push(regions.clone(), 2.5, format!("domain {registered}"), true);
        }
    }

    /// What speaks for a region: traces of it, of those above it, and a little of those below it.
    fn score(&self, id: RegionId, year: Option<i16>) -> (f64, Vec<&Trace>) {
        let gazetteer = gazetteer();
        let line: Vec<u32> =
            gazetteer.lineage(id, year.unwrap_or(gazetteer[id].from)).into_iter().map(|r| gazetteer.unit_code(r)).collect();
        let mut total = 0.0;
        let mut by = Vec::new();
        for trace in &self.all {
            let hit = trace.regions.iter().any(|r| line.contains(&gazetteer.unit_code(*r)));
            if hit {
                // A name borne by several says less.
                let own = if trace.regions.len() == 1 { 1.0 } else { 0.8 };
                total += trace.weight * own;
                by.push(trace);
            } else if trace.regions.iter().any(|r| {
                gazetteer.lineage(*r, year.unwrap_or(gazetteer[*r].from)).iter().skip(1).any(|above| gazetteer.unit_code(*above) == line[0])
            }) {
                total += trace.weight * 0.1;
            }
        }
        total += self.host_fits(gazetteer, id, year);
        (total, by)
    }

    /// Whether the host of a government's address spells the region: gaoqing, tjhd, mhk.
    fn host_fits(&self, gazetteer: &Gazetteer, id: RegionId, year: Option<i16>) -> f64 {
        if !self.address.is_government() {
            return 0.0;
        }
        let mut total = 0.0;
        for (depth, region) in gazetteer.lineage(id, year.unwrap_or(gazetteer[id].from)).into_iter().enumerate() {
            let keys = spellings(gazetteer, region, year);
            let mut best = 0.0f64;
            for label in self.address.labels() {
                let label = label.split('-').next_back().unwrap_or_default();
                if keys.iter().any(|(key, _)| key == label) {
                    let whole = keys.iter().any(|(key, full)| *full && key == label);
                    best = best.max(if whole && label.len() > 3 { 2.5 } else { 1.5 });
                }
            }
            total += if depth == 0 { best } else { best * 0.6 };
        }
        total
    }
}

/// The regions that senses stand for in a year, by the list of that year, of the one before or the one after;
/// else as the unit was called in that year, else in any.
pub(super) fn in_time(senses: &[PlaceSense], year: Option<i16>) -> Vec<RegionId> {
    let gazetteer = gazetteer();
    let senses = &current(senses, year);
    let mut regions: Vec<RegionId> = match year {
        None => {
            let mut all: Vec<RegionId> = senses.iter().map(|s| s.region).collect();
            // One row for each unit, the latest.
            all.sort_by_key(|id| std::cmp::Reverse(gazetteer[*id].to));
            let mut units = Vec::new();
            all.retain(|id| {
                let unit = gazetteer.unit_code(*id);
                !units.contains(&unit) && {
                    units.push(unit);
                    true
                }
            });
            all
        }
        Some(year) => {
            let during = |y: i16| senses.iter().map(|s| s.region).filter(|id| gazetteer.listed(*id, y)).collect::<Vec<_>>();
            let found = [year, year - 1, year + 1].into_iter().map(during).find(|found| !found.is_empty());
            let found = found.unwrap_or_else(|| senses.iter().filter_map(|s| gazetteer.in_year(s.region, year)).collect());
            let found = if found.is_empty() { senses.iter().map(|s| s.region).collect() } else { found };
            // A name that came only later belongs to a unit that had another in the year; one that was given up in
            // the year is still the report's.
            found.into_iter().map(|id| if gazetteer[id].from > year { gazetteer.in_year(id, year).unwrap_or(id) } else { id }).collect()
        }
    };
    regions.sort_unstable();
    regions.dedup();
    regions
}

/// Whether the last of a body's places was a zone in the year, whatever it became later (两江新区).
pub(super) fn is_zone(body: &Body, year: Option<i16>) -> bool {
    body.chain.last().is_some_and(|(_, senses)| current(senses, year).iter().all(|s| s.kind == NameKind::Zone))
}

/// Names of regions before names of zones, and both before the names of the years before 2008, where one
/// of the time serves.
fn current(senses: &[PlaceSense], year: Option<i16>) -> Vec<PlaceSense> {
    let gazetteer = gazetteer();
    let of_the_time = |s: &PlaceSense| year.is_none_or(|y| (y - 1..=y + 1).any(|y| gazetteer.listed(s.region, y)));
    for kinds in [&[NameKind::Official, NameKind::Alias, NameKind::Short][..], &[NameKind::Zone, NameKind::Corps]] {
        let current: Vec<PlaceSense> = senses.iter().copied().filter(|s| kinds.contains(&s.kind) && of_the_time(s)).collect();
        if !current.is_empty() {
            return current;
        }
    }
    senses.to_vec()
}

/// How a region is spelled in host names, and whether in full.
fn spellings(gazetteer: &Gazetteer, id: RegionId, year: Option<i16>) -> Vec<(String, bool)> {
    let line = gazetteer.lineage(id, year.unwrap_or(gazetteer[id].from));
    let row = &gazetteer[id];
    let full = |text: &str| -> String { text.chars().filter_map(|c| c.to_pinyin()).map(|p| p.plain()).collect() };
    // Some keep zh, ch and sh: bjtzh for 北京通州.
    let initials = |text: &str, both: bool| -> String {
        let cut = |p: &'static str| if both && p.as_bytes().get(1) == Some(&b'h') { &p[..2] } else { &p[..1.min(p.len())] };
        text.chars().filter_map(|c| c.to_pinyin()).map(|p| cut(p.plain())).collect()
    };
    let (short, kind) = (row.short_name.as_str(), row.name.strip_prefix(row.short_name.as_str()).unwrap_or_default());
    let kind_letters = initials(kind, false);
    let last = kind_letters.chars().next_back().map(String::from).unwrap_or_default();
    let whole = full(short);
    let mut keys = vec![(whole.clone(), true), (full(&row.name), true), (format!("{whole}{last}"), true)];
    for own in [initials(short, false), initials(short, true)] {
        keys.push((format!("{own}{kind_letters}"), false));
        // Autonomous counties go by their short form: gmx for 耿马傣族佤族自治县.
        keys.push((format!("{own}{last}"), false));
        for above in line.iter().skip(1) {
            let above = gazetteer[*above].short_name.as_str();
            for head in [full(above), initials(above, false)] {
                for own in [&own, &whole] {
                    keys.push((format!("{head}{own}"), false));
                    keys.push((format!("{head}{own}{last}"), false));
                }
            }
        }
        keys.push((own, false));
    }
    keys.retain(|(key, _)| key.len() >= 2);
    keys
}

/// Finds the region of a body.
pub(super) fn resolve(body: &Body, kind: Option<OrgKind>, traces: &Traces, year: Option<i16>) -> Resolution {
    let gazetteer = gazetteer();
    if kind == Some(OrgKind::Central) {
        return Resolution { exact: true, confidence: 0.95, ..Resolution::default() };
    }
    if let Some((name, senses)) = &body.branch {
        let places: Vec<RegionId> = in_time(senses, year);
        let above = chain_candidates(body, year);
        let below: Vec<RegionId> = places.iter().copied().filter(|id| above.iter().any(|a| under(gazetteer, *id, *a, year))).collect();
        if let &[one] = below.as_slice() {
            return Resolution {
                region: Some(one),
                exact: true,
                evidence: vec![format!("region:branch {name}")],
                confidence: 0.9,
                ..Resolution::default()
            };
        }
    }
    if let Some(home) = &body.home {
        return choose(&in_time(home, year), "region:host of the branch", traces, year);
    }
    let mut candidates = chain_candidates(body, year);
    // 吉林财政厅: the province, and not the city of its name.
    let province = |id: &RegionId| gazetteer[*id].level == RegionLevel::Province;
    if body.is_provincial() && candidates.iter().any(province) {
        candidates.retain(province);
    }
    // 西安铁路监督管理局: the city, and not the districts of the name elsewhere.
    let cities = |id: &RegionId| gazetteer[*id].level != RegionLevel::County;
    let short = body.chain.last().is_some_and(|(_, senses)| senses.iter().all(|s| s.kind == NameKind::Short));
    if short && body_words().sits_in_city(&body.tail) && candidates.iter().any(cities) {
        candidates.retain(cities);
    }
    // 长沙高新区: the city rather than the county of its name inside it.
    if short && candidates.len() > 1 {
        let all = candidates.clone();
        candidates.retain(|id| !all.iter().any(|above| under(gazetteer, *id, *above, year)));
    }
    if let Some(township) = &body.township {
        return resolve_township(township, &candidates, body, traces, year);
    }
    if candidates.is_empty() {
        return by_traces(body, kind, traces, year, &[]);
    }
    let named = body.place_text();
    if body.zone.is_some()
        && !body.chain.last().is_some_and(|(_, s)| s.iter().all(|s| s.kind == NameKind::Zone))
        && let Some(host) = host_of_zone(&candidates, traces, year)
    {
        return host;
    }
    let mut chosen = choose(&candidates, &format!("region:name {named}"), traces, year);
    // A zone named after a province is run by a city or a district that the name does not tell. A municipality runs zones
    // itself, where the lists say so (两江新区).
    let listed = body.chain.last().is_some_and(|(_, senses)| senses.iter().any(|s| s.kind == NameKind::Zone));
    let elsewhere = |id: RegionId| gazetteer[id].level == RegionLevel::Province && !(listed && gazetteer[id].name.ends_with('市'));
    if body.zone.is_some() && chosen.region.is_some_and(elsewhere) && kind != Some(OrgKind::Government) {
        chosen.exact = false;
    }
    chosen
}

/// A zone named after a city can be run by a county: only what speaks for the county itself moves it there.
fn host_of_zone(candidates: &[RegionId], traces: &Traces, year: Option<i16>) -> Option<Resolution> {
    let gazetteer = gazetteer();
    let below: Vec<RegionId> = traces
        .all
        .iter()
        .filter(|t| t.named && (t.label.starts_with("address") || t.label.starts_with("标识码")) || t.label.starts_with("page"))
        .flat_map(|t| t.regions.iter().copied())
        .filter(|id| gazetteer[*id].level == RegionLevel::County && candidates.iter().any(|c| c != id && under(gazetteer, *id, *c, year)))
        .collect();
    let &[first, ..] = below.as_slice() else { return None };
    below.iter().all(|id| *id == first).then(|| choose(&[first], "region:host of the zone", traces, year))
}

/// The regions that the last name of a chain can stand for, given the names before it.
fn chain_candidates(body: &Body, year: Option<i16>) -> Vec<RegionId> {
    let gazetteer = gazetteer();
    let mut line: Vec<RegionId> = Vec::new();
    for (n, (_, senses)) in body.chain.iter().enumerate() {
        let regions = in_time(senses, year);
        if n == 0 {
            line = regions;
            continue;
        }
        let below: Vec<RegionId> =
            regions.iter().copied().filter(|id| line.iter().any(|above| id == above || under(gazetteer, *id, *above, year))).collect();
        if !below.is_empty() {
            line = below;
        } else if body.chain.len() == 2 && line.iter().all(|id| gazetteer[*id].level == RegionLevel::County) {
            // 盐池县鼓楼...: what follows a county is no region.
            break;
        } else {
            line = regions;
        }
    }
    line
}

fn under(gazetteer: &Gazetteer, id: RegionId, above: RegionId, year: Option<i16>) -> bool {
    let unit = gazetteer.unit_code(above);
    gazetteer.lineage(id, year.unwrap_or(gazetteer[id].from)).iter().skip(1).any(|r| gazetteer.unit_code(*r) == unit)
}

fn choose(candidates: &[RegionId], by_name: &str, traces: &Traces, year: Option<i16>) -> Resolution {
    let gazetteer = gazetteer();
    if let &[one] = candidates {
        return Resolution {
            region: Some(one),
            exact: true,
            evidence: vec![by_name.to_owned()],
            confidence: 0.97,
            ..Resolution::default()
        };
    }
    let mut scored: Vec<(f64, RegionId, Vec<&Trace>)> = candidates
        .iter()
        .map(|id| {
            let (score, by) = traces.score(*id, year);
            (score, *id, by)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    match scored.as_slice() {
        [best, second, ..] if best.0 >= second.0 + MARGIN => {
            // A namesake above or below wins by what only it has.
            let mut evidence = vec![by_name.to_owned()];
            evidence.extend(
                best.2.iter().filter(|t| !second.2.iter().any(|s| s.label == t.label)).take(3).map(|t| format!("region:{}", t.label)),
            );
            let confidence = (0.6 + (best.0 - second.0) * 0.1).min(0.95);
            Resolution { region: Some(best.1), exact: true, evidence, confidence, ..Resolution::default() }
        }
        [best, ..] => {
            let equal: Vec<RegionId> = scored.iter().filter(|s| s.0 + MARGIN > best.0).map(|s| s.1).collect();
            Resolution {
                region: common(gazetteer, &equal, year),
                exact: false,
                evidence: vec!["region:ambiguous".to_owned()],
                confidence: 0.2,
                choices: equal,
                ..Resolution::default()
            }
        }
        [] => Resolution::default(),
    }
}

/// The lowest region above all of several.
fn common(gazetteer: &Gazetteer, regions: &[RegionId], year: Option<i16>) -> Option<RegionId> {
    let lines: Vec<Vec<RegionId>> = regions.iter().map(|id| gazetteer.lineage(*id, year.unwrap_or(gazetteer[*id].from))).collect();
    let (first, rest) = lines.split_first()?;
    first.iter().skip(1).copied().find(|id| rest.iter().all(|line| line.contains(id)))
}

fn resolve_township(name: &str, above: &[RegionId], body: &Body, traces: &Traces, year: Option<i16>) -> Resolution {
    let gazetteer = gazetteer();
    let with = |mut resolution: Resolution, name: &str| {
        resolution.township = Some(name.to_owned());
        resolution
    };
    // A county named before it needs no list.
    let mut lowest: Vec<RegionId> = above.iter().copied().filter(|id| gazetteer.has_townships(*id)).collect();
    // The streets of a zone need not be those of its host.
    let zone = is_zone(body, year) && !lowest.iter().any(|id| has_township(*id, name)) && is_listed(name);
    if !lowest.is_empty() && lowest.len() == above.len() && !zone {
        // Of several counties of a name those that have the township.
        if lowest.iter().any(|id| has_township(*id, name)) {
            lowest.retain(|id| has_township(*id, name));
        }
        let chosen = choose(&lowest, &format!("region:name {}", body.place_text()), traces, year);
        let listed = chosen.region.filter(|_| chosen.exact).and_then(|id| listed_name(id, name));
        return with(chosen, listed.as_deref().unwrap_or(name));
    }
    let mut counties: Vec<RegionId> = Vec::new();
    let whole = |n: &str| -> Vec<u32> { townships().named(n).map(|t| t.county).collect() };
    let mut codes = whole(name);
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        let ids = gazetteer.ids_of_code(code);
        let id = match year {
            Some(y) => ids.iter().copied().find_map(|id| gazetteer.in_year(id, y)).or_else(|| ids.last().copied()),
            None => ids.last().copied(),
        };
        counties.extend(id.filter(|id| !counties.contains(id)));
    }
    // Of a county that a merger ended the heir is listed as well: both stand for one township.
    if !above.is_empty() {
        let inside: Vec<RegionId> = counties.iter().copied().filter(|id| above.iter().any(|a| under(gazetteer, *id, *a, year))).collect();
        // A zone reaches over the border of the city that is its host (西咸新区).
        if inside.is_empty() && is_zone(body, year) {
            // The line above a region, from its prefecture up.
            let line = |id: &RegionId| {
                let mut line = gazetteer.lineage(*id, year.unwrap_or(gazetteer[*id].from));
                line.retain(|id| gazetteer[*id].level != RegionLevel::County);
                line
            };
            let within = |depth: fn(&[RegionId]) -> Option<&RegionId>| -> Vec<RegionId> {
                counties.iter().copied().filter(|id| above.iter().any(|a| depth(&line(a)) == depth(&line(id)))).collect()
            };
            let near = within(<[RegionId]>::first);
            counties = if near.is_empty() { within(<[RegionId]>::last) } else { near };
        } else {
            counties = inside;
        }
    }
    // Counties that the page names can have it without its being listed.
    let named = by_traces(body, Some(OrgKind::Township), traces, year, above);
    if counties.is_empty() {
        let listed = named.region.and_then(|id| listed_name(id, name));
        return with(named, listed.as_deref().unwrap_or(name));
    }
    let chosen = choose(&counties, &format!("region:township {name}"), traces, year);
    let supported = chosen.region.is_some_and(|id| chosen.exact && traces.score(id, year).0 >= 1.0);
    // A township that later became a town or a street is listed under that.
    if !supported && above.is_empty() && !(named.exact && named.confidence >= 0.7) {
        let other: Vec<RegionId> = same_stem(name, year).into_iter().filter(|id| traces.score(*id, year).0 >= 1.5).collect();
        if !other.is_empty() {
            let chosen = choose(&other, &format!("region:township {name}"), traces, year);
            if chosen.exact {
                return with(chosen, name);
            }
        }
    }
    if (!chosen.exact || !supported) && named.exact && named.confidence >= 0.7 && above.is_empty() {
        let county = named.region.is_some_and(|id| gazetteer[id].level == RegionLevel::County);
        if county {
            return with(named, name);
        }
    }
    with(chosen, name)
}

/// Counties with a township of the same name and another kind.
fn same_stem(name: &str, year: Option<i16>) -> Vec<RegionId> {
    let gazetteer = gazetteer();
    let words = ["街道", "镇", "乡"];
    let Some(stem) = words.iter().find_map(|w| name.strip_suffix(w)).filter(|s| s.chars().count() >= 2) else { return Vec::new() };
    let mut found = Vec::new();
    for word in words {
        for township in townships().named(&format!("{stem}{word}")) {
            let ids = gazetteer.ids_of_code(township.county);
            let id = year.and_then(|y| ids.iter().copied().find_map(|id| gazetteer.in_year(id, y))).or_else(|| ids.last().copied());
            found.extend(id.filter(|id| !found.contains(id)));
        }
    }
    found
}

/// The townships of a county, whatever code the lists know it by: they are not of every year.
fn townships_of(county: RegionId) -> impl Iterator<Item = &'static Township> {
    let gazetteer = gazetteer();
    let mut codes = vec![gazetteer[county].code];
    for year in [FIRST_YEAR, gazetteer[county].from - 1, gazetteer[county].to.saturating_add(1), LATEST_LISTS] {
        if let Some(code) = gazetteer.in_year(county, year).map(|id| gazetteer[id].code).filter(|code| !codes.contains(code)) {
            codes.push(code);
        }
    }
    codes.into_iter().flat_map(|code| townships().of_county(code))
}

/// The year of the latest lists of townships.
const LATEST_LISTS: i16 = 2026;

fn has_township(county: RegionId, name: &str) -> bool {
    townships_of(county).any(|t| t.name == name)
}

/// The listed township of a county that a name means (三江商务区 with 街道 for 三江街道).
fn listed_name(county: RegionId, name: &str) -> Option<String> {
    if has_township(county, name) {
        return Some(name.to_owned());
    }
    let word = ["街道", "镇", "乡"].into_iter().find(|w| name.ends_with(w))?;
    let stem = name.strip_suffix(word)?;
    // 者米乡 for 者米拉祜族乡, where no other begins so.
    let mut peoples = townships_of(county).map(|t| t.name).filter(|listed| listed.starts_with(stem) && listed.ends_with("族乡"));
    if let Some(listed) = peoples.next().filter(|_| word == "乡" && stem.chars().count() >= 2)
        && peoples.all(|other| other == listed)
    {
        return Some(listed.to_owned());
    }
    townships_of(county)
        .filter_map(|t| t.name.strip_suffix(word))
        .filter(|listed| listed.chars().count() >= 2 && stem.starts_with(listed))
        .max_by_key(|listed| listed.len())
        .map(|listed| format!("{listed}{word}"))
}

/// The region that the traces alone point at: the lowest that leads, of the level that the body's words mean.
fn by_traces(body: &Body, kind: Option<OrgKind>, traces: &Traces, year: Option<i16>, above: &[RegionId]) -> Resolution {
    if body.is_provincial() {
        return province_by_traces(traces, year, above);
    }
    let gazetteer = gazetteer();
    let mut candidates: Vec<RegionId> = traces
        .all
        .iter()
        .filter(|t| t.named)
        .flat_map(|t| t.regions.iter().copied())
        .filter_map(|id| year.map_or(Some(id), |y| gazetteer.in_year(id, y).or(Some(id))))
        .collect();
    candidates.sort_unstable();
    candidates.dedup();
    candidates.retain(|id| fits_relative(gazetteer, *id, body.relative));
    let wider = candidates.clone();
    if matches!(kind, Some(OrgKind::Township | OrgKind::Street)) {
        candidates.retain(|id| gazetteer.has_townships(*id));
    }
    if !above.is_empty() {
        candidates.retain(|id| above.iter().any(|a| a == id || under(gazetteer, *id, *a, year)));
    }
    if candidates.is_empty() {
        // The county of a town is unknown, and what is above it is not.
        let Some(region) = above_townships(&wider, traces, year, above) else { return Resolution::default() };
        return Resolution { region: Some(region), evidence: vec!["region:above".to_owned()], confidence: 0.2, ..Resolution::default() };
    }
    let mut chosen = choose(&candidates, "region:traces", traces, year);
    if let Some(id) = chosen.region.filter(|_| chosen.exact) {
        let (score, by) = traces.score(id, year);
        chosen.confidence = (score / 10.0).clamp(0.3, 0.85);
        chosen.evidence = by.iter().take(4).map(|t| format!("region:{}", t.label)).collect();
    }
    chosen
}

/// The prefecture or province that the traces of a town point at, where they hold no county.
fn above_townships(candidates: &[RegionId], traces: &Traces, year: Option<i16>, above: &[RegionId]) -> Option<RegionId> {
    let gazetteer = gazetteer();
    let within = |id: &RegionId| above.is_empty() || above.iter().any(|a| a == id || under(gazetteer, *id, *a, year));
    let candidates: Vec<RegionId> = candidates.iter().copied().filter(within).collect();
    choose(&candidates, "region:above", traces, year).region
}

/// The province that the traces point at: its own name, or a place in its capital, where its departments sit. The
/// address of the house is that of no lower body.
fn province_by_traces(traces: &Traces, year: Option<i16>, above: &[RegionId]) -> Resolution {
    let gazetteer = gazetteer();
    // The capital is the first prefecture of a province: 430100 of 430000.
    let province = |id: RegionId| {
        let line = gazetteer.lineage(id, year.unwrap_or(gazetteer[id].from));
        let &top = line.last()?;
        let capital = gazetteer[top].code + 100;
        (top == id || line.iter().any(|r| gazetteer.unit_code(*r) == capital)).then_some(top)
    };
    let mut scored: Vec<(f64, RegionId, &Trace)> = Vec::new();
    for trace in traces.all.iter().filter(|t| t.named || t.label.starts_with("telephone")) {
        let mut provinces: Vec<RegionId> = trace.regions.iter().filter_map(|id| province(*id)).collect();
        provinces.sort_unstable();
        provinces.dedup();
        for id in provinces.into_iter().filter(|id| above.is_empty() || above.contains(id)) {
            match scored.iter_mut().find(|s| s.1 == id) {
                Some(known) => known.0 += trace.weight,
                None => scored.push((trace.weight, id, trace)),
            }
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    match scored.as_slice() {
        [best, rest @ ..] if rest.first().is_none_or(|second| best.0 >= second.0 + MARGIN) => Resolution {
            region: Some(best.1),
            exact: true,
            evidence: vec![format!("region:{}", best.2.label)],
            confidence: (best.0 / 10.0).clamp(0.3, 0.85),
            ..Resolution::default()
        },
        [] => Resolution::default(),
        [best, ..] => Resolution {
            evidence: vec!["region:ambiguous".to_owned()],
            confidence: 0.2,
            choices: scored.iter().filter(|s| s.0 + MARGIN > best.0).map(|s| s.1).collect(),
            ..Resolution::default()
        },
    }
}

fn fits_relative(gazetteer: &Gazetteer, id: RegionId, relative: Option<char>) -> bool {
    let row = &gazetteer[id];
    match relative {
        None => true,
        Some('省') => row.level == RegionLevel::Province,
        Some('区') => row.name.ends_with('区'),
        Some('市') => row.name.ends_with('市') || matches!(row.level, RegionLevel::Prefecture),
        Some('县') => row.level == RegionLevel::County && row.name.ends_with('县'),
        Some(c) => row.name.ends_with(c),
    }
}

/// The township of a county whose initials the folders of an address hold (kdyz for 康大营镇).
pub(super) fn township_by_initials(county: u32, address: &Address) -> Option<&'static str> {
    let mut found: Option<&'static str> = None;
    let words: Vec<&str> = address.words().filter(|w| (3..=12).contains(&w.len())).collect();
    for township in townships().of_county(county) {
        let initials: String = township.name.chars().filter_map(|c| c.to_pinyin()).filter_map(|p| p.plain().chars().next()).collect();
        let stem = initials.trim_end_matches("jd");
        let fits = words
            .iter()
            .any(|w| *w == initials || format!("{stem}j") == *w || *w == format!("{initials}rmzf") || *w == format!("{initials}zf"));
        if fits {
            if found.is_some_and(|f| f != township.name) {
                return None;
            }
            found = Some(township.name);
        }
    }
    found
}
