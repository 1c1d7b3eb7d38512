//! Names of bodies: the chain of places they begin with, a township, and what they are.

use crate::knowledge::{BodyKind, NameKind, PhraseRole, PlaceMatch, PlaceSense, RegionId, body_words, gazetteer, phrases, townships};

use super::identity::OrgKind;

impl From<BodyKind> for OrgKind {
    fn from(kind: BodyKind) -> Self {
        match kind {
            BodyKind::Government => Self::Government,
            BodyKind::Department => Self::Department,
            BodyKind::Township => Self::Township,
            BodyKind::Street => Self::Street,
            BodyKind::DevelopmentZone => Self::DevelopmentZone,
            BodyKind::Other => Self::Other,
        }
    }
}

/// A body as one place of a document names it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Body {
    /// The places it begins with, from the highest, as written and as what they can stand for.
    pub(super) chain: Vec<(String, Vec<PlaceSense>)>,
    /// 省, 市, 县, 区 ... where the place is only meant (市教育局).
    pub(super) relative: Option<char>,
    /// The township or street, with the word for its kind.
    pub(super) township: Option<String>,
    /// Of a joint name (临平、东湖街道) what stands beside the township.
    pub(super) beside: Option<String>,
    /// Whether the township is in the list of townships.
    pub(super) listed: bool,
    /// Whether the township stands with the word for its government or office.
    pub(super) formal: bool,
    /// The zone's name without its committee.
    pub(super) zone: Option<String>,
    /// How many of the first places come from elsewhere and are not in the name as given.
    pub(super) borrowed: usize,
    /// What follows the places: 教育局, 人民政府办公室.
    pub(super) tail: String,
    /// The office of a government, where it is meant and not the government.
    pub(super) office: Option<String>,
    /// What it is, where its name tells.
    pub(super) kind: Option<OrgKind>,
    /// What hosts a branch that is named after no region.
    pub(super) home: Option<Vec<PlaceSense>>,
    /// The place inside a branch's name (益阳市生态环境局安化分局).
    pub(super) branch: Option<(String, Vec<PlaceSense>)>,
}

impl Body {
    /// Whether it is a place alone: the report of an area.
    pub(super) fn is_area(&self) -> bool {
        self.tail.is_empty() && self.township.is_none() && self.zone.is_none() && !self.chain.is_empty()
    }

    /// Whether its name tells no place at all: 发展改革委, 旅游局.
    pub(super) fn is_placeless(&self) -> bool {
        let part = self.township.is_some() || self.zone.is_some() || self.branch.is_some() || self.home.is_some();
        self.chain.is_empty() && self.relative.is_none() && !part && self.office.is_none()
    }

    /// Whether only a province has such a body: 省民政厅, 自治区水利厅, 财政厅.
    pub(super) fn is_provincial(&self) -> bool {
        let hall = self.tail.ends_with('厅') && !self.tail.ends_with("办公厅") && !self.tail.ends_with("大厅");
        self.township.is_none() && self.zone.is_none() && (self.relative == Some('省') || hall)
    }

    /// Whether it is a branch that a central system names, which need not use the full name of its place: 拉萨海关.
    pub(super) fn is_branch(&self) -> bool {
        self.tail.contains('|') || body_words().sits_in_city(&self.tail)
    }

    /// Whether it says who reports: more than 我局 or a bare word.
    pub(super) fn is_named(&self) -> bool {
        self.kind.is_some() && !(self.chain.is_empty() && self.township.is_none() && self.zone.is_none() && self.tail.is_empty())
    }

    /// Replaces the places by a fuller list of the same body, which does not change its name as given.
    pub(super) fn context_chain(&mut self, fuller: Vec<(String, Vec<PlaceSense>)>) {
        let own = self.own_chain().len();
        self.borrowed = fuller.len() - own.min(fuller.len());
        self.chain = fuller;
    }

    /// The places of the name as the report gives it.
    pub(super) fn own_chain(&self) -> &[(String, Vec<PlaceSense>)] {
        self.chain.get(self.borrowed..).unwrap_or_default()
    }

    /// The place part as written.
    pub(super) fn place_text(&self) -> String {
        self.chain.iter().map(|(text, _)| text.as_str()).collect()
    }
}

/// What stands before the full names of national bodies and of their branches.
const STATE: &str = "中华人民共和国";

/// Reads the name of a body that a text begins with. With `cut`, what follows the body's name is a unit
/// inside it or other words, and is left off.
pub(super) fn parse(text: &str, cut: bool) -> Option<Body> {
    let mut text = text.trim_matches(|c: char| c.is_whitespace() || ",，。;；:：、“”\"'《》()（）【】[]·.-—_|*#>".contains(c));
    // Words of advertisements end in letters or digits more often than not; names hold none.
    if let Some(at) = text.rfind(|c: char| c.is_ascii_alphanumeric()) {
        // 2019年高新区
        let year = text[..=at].ends_with(|c: char| c.is_ascii_digit());
        text = &text[at + 1..];
        text = text.strip_prefix("年度").or_else(|| text.strip_prefix('年')).filter(|_| year).unwrap_or(text);
    }
    // A name is one word: what stands before a blank is something else.
    if let Some(at) = text.rfind(char::is_whitespace) {
        text = text[at..].trim_start();
    }
    for _ in 0..3 {
        match phrases().prefix(PhraseRole::Lead, text) {
            Some(lead) if text.len() > lead.len() && gazetteer().scan(text).next().is_none_or(|m| m.start > 0) => {
                text = &text[lead.len()..];
            }
            _ => break,
        }
    }
    let words = body_words();
    if text.is_empty() || text.chars().count() > 60 {
        return None;
    }
    if let Some(joint) = joint(text, cut) {
        return Some(joint);
    }
    // 全国海关
    if let Some(name) = words.national(text) {
        return Some(Body { tail: name.to_owned(), kind: Some(OrgKind::Central), ..Body::default() });
    }
    // 我局, 贵办, 各部门 name nobody; 全州县 and 本溪市 are names.
    if text.starts_with(['我', '本', '贵', '该', '各', '全', '其', '此', '原']) && gazetteer().scan(text).next().is_none_or(|m| m.start > 0)
    {
        return None;
    }
    // 中华人民共和国商务部, though 中华人民共和国海事局 is a name of its own
    let text = text.strip_prefix(STATE).filter(|rest| !words.is_national(text) && words.national_prefix(rest).is_some()).unwrap_or(text);
    if let Some(name) = words.national(text) {
        return Some(Body { tail: name.to_owned(), kind: Some(OrgKind::Central), ..Body::default() });
    }
    let mut body = Body::default();
    // 证监会浙江监管局: a national body before a place is that of a branch.
    let before_place = |end: &usize| gazetteer().scan(&text[*end..]).next().is_some_and(|found| found.start == 0);
    let vertical =
        words.vertical(text).or_else(|| words.national_prefix(text).filter(before_place).map(|end| &text[..end])).unwrap_or_default();
    // 商务部驻广州特派员办事处
    let local = text[vertical.len()..].strip_prefix('驻').filter(|_| !vertical.is_empty()).unwrap_or(&text[vertical.len()..]);
    let (chain, rest) = chain(local);
    if chain.is_empty() {
        if let Some(zone) = pilot_zone(local, cut) {
            return Some(zone);
        }
        if let Some(code) = branch_home(local, cut) {
            let senses = gazetteer().ids_of_code(code).iter().map(|id| PlaceSense { region: *id, kind: NameKind::Official }).collect();
            return Some(Body { tail: local.to_owned(), kind: Some(OrgKind::Department), home: Some(senses), ..Body::default() });
        }
        if !vertical.is_empty() {
            return national(text, cut);
        }
    }
    body.chain = chain;
    let mut rest = rest;
    // 四川天府新区成都管理委员会: the part of a zone in a city is the zone's.
    if phrases().begin(PhraseRole::Committee, rest)
        && let [.., (_, zone), (_, city)] = body.chain.as_slice()
        && zone.iter().all(|s| s.kind == NameKind::Zone)
        && city.iter().all(|s| s.kind == NameKind::Short)
    {
        body.chain.pop();
    }
    if body.chain.is_empty() && township(rest, true).is_none() && relative(rest).is_none() {
        // An unlisted place or an advertisement before the name.
        if let Some(found) = inner_start(rest) {
            rest = &rest[found..];
            let (chain, after) = self::chain(rest);
            body.chain = chain;
            rest = after;
        }
    }
    if body.chain.is_empty()
        && let Some((c, after)) = relative(rest)
    {
        body.relative = Some(c);
        rest = after;
    }
    // 中共江阴市委办公室 江阴市人民政府办公室: the party reports nothing.
    if vertical.starts_with("中共")
        && let Some(at) = body.chain.last().and_then(|(place, _)| rest.rfind(place.as_str()))
    {
        return parse(&rest[at..], cut);
    }
    // 虎丘区(苏州高新区)财政局: what stands in brackets after a place is another name for it.
    if !body.chain.is_empty()
        && let Some(gloss) = rest.strip_prefix(['(', '（'])
    {
        rest = gloss.split_once([')', '）']).map_or("", |(_, after)| after);
    }
    // 两江新区 is a county since 2025; what its committee reports is a zone's.
    let committee = phrases().begin(PhraseRole::Committee, rest);
    let is_zone = |s: &PlaceSense| s.kind == NameKind::Zone;
    if let Some(zone) = body.chain.last().filter(|(_, senses)| senses.iter().all(is_zone) || committee && senses.iter().any(is_zone)) {
        body.zone = Some(zone.0.clone());
    }
    if let Some((name, length)) = township(rest, body.chain.is_empty()).filter(|(name, _)| body.zone.is_none() || is_listed(name)) {
        body.beside = rest[..length].split_once('、').map(|(_, beside)| beside.to_owned());
        body.township = Some(name);
        body.zone = None;
        rest = &rest[length..];
    } else if let Some(name) = regiment(&body, rest) {
        body.township = Some(name.to_owned());
        body.zone = None;
        rest = &rest[name.len()..];
    } else if let Some((_, end)) = words.zone(rest)
        && let Some((name, length)) = township(&rest[end..], false).filter(|(name, _)| is_listed(name))
    {
        // 航空港区新港街道: a zone that runs streets is no part of their names.
        body.township = Some(name);
        rest = &rest[end + length..];
    }
    rest = rest.trim_matches(|c: char| c.is_whitespace() || ",，、:：()（）".contains(c));
    classify(&mut body, rest, cut);
    if !vertical.is_empty() && vertical != STATE && body.kind.is_some() {
        body.kind = Some(OrgKind::Department);
        body.tail = format!("{vertical}|{}", body.tail);
    }
    // 中共上饶市委、上饶市人民政府: two bodies, of which the last has a kind of its own.
    if let Some((_, last)) = text.rsplit_once('、').filter(|(_, last)| body.kind.is_none() && last.len() > 6) {
        return parse(last, cut);
    }
    (body.kind.is_some() || !body.chain.is_empty() || body.township.is_some()).then_some(body)
}

/// Two bodies that report together (X市财政局、X市税务局): the first, with the others beside it.
fn joint(text: &str, cut: bool) -> Option<Body> {
    let (first, others) = text.split_once('、')?;
    let short = |body: &Body| body.is_area() && body.chain.iter().flat_map(|(_, senses)| senses).all(|s| s.kind == NameKind::Short);
    let first = parse(first, false).filter(|body| body.kind.is_some() && !body.chain.is_empty() && !short(body))?;
    // 公安局、司法局 stand for those of the place before them; what is no body is part of a name.
    let other = parse(others, cut).filter(|other| other.kind.is_some() && (!other.chain.is_empty() || !other.tail.is_empty()))?;
    // 中共X县委办公室、县人民政府办公室: the party reports nothing.
    if first.tail.trim_start_matches("中共|").starts_with('委') {
        return Some(if other.chain.is_empty() { Body { chain: first.chain, relative: None, ..other } } else { other });
    }
    Some(Body { beside: Some(others.to_owned()), ..first })
}

/// The host of a branch named after no region.
fn branch_home(name: &str, cut: bool) -> Option<u32> {
    let words = body_words();
    words.branch(name).or_else(|| {
        let end = ["海关", "局", "委员会"].iter().filter_map(|w| name.find(w).map(|at| at + w.len())).min().filter(|_| cut)?;
        words.branch(&name[..end])
    })
}

fn national(text: &str, cut: bool) -> Option<Body> {
    let words = body_words();
    let end = words.national_prefix(text);
    let rest = end.map_or(text, |end| &text[end..]);
    let kind = if end.is_none() || (!cut && !rest.is_empty() && !rest.starts_with("办公厅") && words.suffix(rest).is_some()) {
        // A branch that names no place of the gazetteer.
        words.suffix(text).map(|_| OrgKind::Department)
    } else {
        Some(OrgKind::Central)
    }?;
    let name = match (kind, end) {
        (OrgKind::Central, Some(end)) => words.national(&text[..end]).unwrap_or(&text[..end]),
        _ => text,
    };
    Some(Body { tail: name.to_owned(), kind: Some(kind), ..Body::default() })
}

/// A zone whose name begins with 中国 and its province in brackets, and ends with the city of its part:
/// 中国(福建)自由贸易试验区厦门片区. Both places serve to find it and are within its name.
fn pilot_zone(text: &str, cut: bool) -> Option<Body> {
    let words = body_words();
    let (province, after) = text.strip_prefix("中国")?.strip_prefix(['(', '（'])?.split_once([')', '）'])?;
    let above = gazetteer().named(province).to_vec();
    let (_, end) = words.zone(after).filter(|(start, _)| *start == 0 && !above.is_empty())?;
    let part = &after[end..];
    let (part, tail) = match phrases().find(PhraseRole::Committee, part).next() {
        Some(committee) => (&part[..committee.start], &part[committee.end..]),
        None => (part, ""),
    };
    if !part.is_empty() && !words.ends_in_zone(part) {
        return None;
    }
    let mut places = vec![(province.to_owned(), above.clone())];
    for (name, mut senses) in chain(part).0 {
        senses.retain(|s| above.iter().any(|a| inside(s.region, a.region)));
        if !senses.is_empty() {
            places.push((name, senses));
        }
    }
    let named = text.len() - after.len() + end + part.len();
    let kind = if tail.is_empty() || words.is_office(tail) || (cut && words.begins_internal(tail)) {
        OrgKind::DevelopmentZone
    } else {
        words.suffix(tail)?.into()
    };
    let tail = if kind == OrgKind::DevelopmentZone { "" } else { tail };
    let borrowed = places.len();
    Some(Body { chain: places, borrowed, zone: Some(text[..named].to_owned()), tail: tail.to_owned(), kind: Some(kind), ..Body::default() })
}

/// The places at the start of a text, and what follows them.
fn chain(text: &str) -> (Vec<(String, Vec<PlaceSense>)>, &str) {
    let gazetteer = gazetteer();
    let mut chain: Vec<(String, Vec<PlaceSense>)> = Vec::new();
    let mut at = 0;
    for found in gazetteer.scan(text) {
        let gap = &text[at..found.start];
        if !gap.trim_matches([' ', '\u{3000}', '·', '-']).is_empty() || chain.len() == 4 {
            break;
        }
        let mut senses = acceptable(text, &found, true);
        // 东区街道, 余杭街道: the name of a street and not of what it is called after.
        if senses.iter().any(|s| s.kind == NameKind::Official)
            && ["街道", "镇", "乡", "苏木"].iter().any(|w| text[found.end..].starts_with(w))
        {
            break;
        }
        // 巴彦嵯岗苏木 is a township, and not one of 巴彦.
        let short = senses.iter().all(|s| s.kind == NameKind::Short);
        if short && township(&text[found.start..], false).is_some_and(|(name, _)| is_listed(&name)) {
            break;
        }
        if let Some((_, above)) = chain.last() {
            // A short name goes on only with a place inside the one before it.
            senses.retain(|s| s.kind != NameKind::Short || above.iter().any(|a| inside(s.region, a.region)));
        }
        if senses.is_empty() {
            break;
        }
        chain.push((text[found.start..found.end].to_owned(), senses));
        at = found.end;
    }
    (chain, &text[at..])
}

/// The regiment or farm of a division of the corps (第七师一二九团, 第八师石总场), which is run as a township.
fn regiment<'a>(body: &Body, rest: &'a str) -> Option<&'a str> {
    body.chain.iter().flat_map(|(_, senses)| senses).find(|sense| sense.kind == NameKind::Corps)?;
    let end = rest.char_indices().take(8).find(|(_, c)| matches!(c, '团' | '场')).map(|(at, c)| at + c.len_utf8())?;
    let own = rest[end..].is_empty() || rest[end..].starts_with(|c: char| !is_han(c)) || body_words().is_office(&rest[end..]);
    (own && end > '团'.len_utf8()).then(|| &rest[..end])
}

/// Whether a text is a number in Chinese numerals or digits.
fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十百〇零".contains(c))
}

/// Whether a county has a township of the name.
pub(super) fn is_listed(name: &str) -> bool {
    townships().named(name).next().is_some()
}

/// The length of a listed township's name that a text begins with.
pub(super) fn listed_township(text: &str) -> Option<usize> {
    township(text, false).filter(|(name, _)| is_listed(name)).map(|(_, length)| length)
}

/// Whether a region belongs to another, in any year.
fn inside(region: RegionId, above: RegionId) -> bool {
    let gazetteer = gazetteer();
    let unit = gazetteer.unit_code(above);
    gazetteer
        .lineage(region, gazetteer[region].from)
        .iter()
        .chain(&gazetteer.lineage(region, gazetteer[region].to.min(2030)))
        .any(|r| gazetteer.unit_code(*r) == unit)
}

/// The senses of a name that what stands around it admits. At the start of a body's name more is
/// admitted than in running text.
pub(super) fn acceptable(text: &str, found: &PlaceMatch, in_name: bool) -> Vec<PlaceSense> {
    let (gazetteer, words) = (gazetteer(), body_words());
    let name = &text[found.start..found.end];
    let (before, after) = (&text[..found.start], &text[found.end..]);
    let previous = before.chars().next_back();
    let short_official = name.chars().count() == 2;
    let followed_by_street = phrases().begin(PhraseRole::NoRegion, after);
    let mut senses = Vec::new();
    for sense in gazetteer.senses(found) {
        let admitted = match sense.kind {
            NameKind::Official | NameKind::Former | NameKind::Alias if short_official => {
                let bound = previous.is_none_or(|c| !is_han(c) || "由在和与经为对布将称省市州盟旗于据自向是县区年：".contains(c));
                bound && !(generic(name) && (previous.is_some() && !before.ends_with(['市', '州'])))
            }
            NameKind::Official | NameKind::Alias | NameKind::Former | NameKind::Zone | NameKind::Corps => true,
            NameKind::Short => {
                !followed_by_street
                    && !words.is_plain_word(name)
                    && (in_name || begins_word(before))
                    && (short_context(after)
                        || in_name && (after.is_empty() || department_follows(after))
                        || !in_name && stands_alone(before, after)
                        || china_before(before, after))
            }
        };
        if admitted {
            senses.push(*sense);
        }
    }
    if senses.iter().any(|s| s.kind != NameKind::Short) {
        senses.retain(|s| s.kind != NameKind::Short);
    }
    senses
}

/// Whether a name of two characters can begin after a text: in 指南和政府 no 南和 does.
fn begins_word(before: &str) -> bool {
    let Some(previous) = before.chars().next_back() else { return true };
    !is_han(previous)
        || phrases().suffix(PhraseRole::BeforeName, before).is_some()
        || gazetteer().scan(super::page::clip_start(before, 36)).last().is_some_and(|m| m.end == super::page::clip_start(before, 36).len())
}

/// Official names that are common nouns: a place only right after the city they belong to.
fn generic(name: &str) -> bool {
    phrases().is(PhraseRole::CommonName, name)
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// What follows a short name that stands for a region.
fn short_context(after: &str) -> bool {
    phrases().begin(PhraseRole::Region, after) || after.starts_with(|c: char| c.is_ascii_digit()) || chain_follows(after)
}

fn chain_follows(after: &str) -> bool {
    gazetteer().scan(after).next().is_some_and(|m| m.start == 0)
}

fn department_follows(after: &str) -> bool {
    let words = body_words();
    words.suffix(after).is_some() || words.zone(after).is_some()
}

/// 首页 > 铁岭 > 年报: a name between signs is no part of a word.
fn stands_alone(before: &str, after: &str) -> bool {
    let sign = |c: char| !c.is_alphanumeric();
    before.chars().next_back().is_none_or(sign) && after.chars().next().is_none_or(sign)
}

/// “中国永嘉”, 甘肃政府服务网-秦安
fn china_before(before: &str, after: &str) -> bool {
    let ends = after.chars().next().is_none_or(|c| !is_han(c)) || after.starts_with('网') || after.starts_with("政府");
    ends && (before.ends_with("中国") || before.ends_with(['-', '—', '·', '“', '"', '》', '>']) || before.trim_end().ends_with(['>', '»']))
}

/// Where a body's name begins inside a text that begins with something else.
fn inner_start(text: &str) -> Option<usize> {
    let place = gazetteer()
        .scan(text)
        .find(|m| m.start > 0 && acceptable(text, m, false).iter().any(|s| s.kind != NameKind::Short))
        .map(|m| m.start);
    place.or_else(|| text.find("人民政府").filter(|at| *at > '市'.len_utf8()))
}

/// 市教育局: a place that is only meant.
fn relative(text: &str) -> Option<(char, &str)> {
    for (word, kind) in [
        ("自治区", '省'),
        ("自治州", '州'),
        ("自治县", '县'),
        ("省", '省'),
        ("市", '市'),
        ("县", '县'),
        ("区", '区'),
        ("州", '州'),
        ("旗", '旗'),
        ("盟", '盟'),
    ] {
        let Some(rest) = text.strip_prefix(word) else { continue };
        let word_itself = rest.starts_with('场') && kind == '市'
            || rest.starts_with('域')
            || rest.starts_with('划') && kind == '区'
            || rest.starts_with('政') && kind == '市' && !rest.starts_with("政府") && !rest.starts_with("政务");
        if !word_itself && !rest.is_empty() {
            return Some((kind, rest));
        }
    }
    None
}

/// The township at the start of a text: its name with the word for its kind, and the bytes it takes. In an
/// `open` text other words may stand before the name.
fn township(text: &str, open: bool) -> Option<(String, usize)> {
    let list = townships();
    let mut plausible = None;
    for (count, (at, c)) in text.char_indices().enumerate() {
        if count > 12 || !(is_han(c) || c == '、' || c == '(' || c == '（') {
            break;
        }
        if count == 0 {
            continue;
        }
        let rest = &text[at..];
        let word = phrases().prefix(PhraseRole::TownshipKind, rest);
        let Some(word) = word.filter(|word| *word != "地区" || rest.starts_with("地区办事处")) else { continue };
        let end = at + word.len();
        let after = &text[end..];
        let stem = text[..at].split(['、', '(', '（']).next().unwrap_or_default();
        // 十六团新开岭镇: the town of a regiment bears its own name.
        let stem =
            stem.split_once('团').filter(|(number, town)| is_number(number) && town.chars().count() >= 2).map_or(stem, |(_, town)| town);
        if stem.is_empty() {
            continue;
        }
        let name = format!("{stem}{}", if word == "街" { "街道" } else { word });
        let office = phrases().begin(PhraseRole::OfTownship, after);
        let bare = after.strip_prefix('办').unwrap_or(after);
        let ends = office || bare.chars().next().is_none_or(|c| !is_han(c));
        let listed = list.named(&name).next().is_some();
        if word == "街" && !(ends && listed) {
            continue;
        }
        if listed && !(after.starts_with(['镇', '乡', '村', '街', '建']) || after.starts_with("企业")) {
            return Some((name, end));
        }
        // 首段说明沙塘镇: words stand before the name.
        if open && ends && stem.chars().count() > 3 {
            let inner = stem
                .char_indices()
                .skip(1)
                .map(|(i, _)| format!("{}{}", &stem[i..], &name[stem.len()..]))
                .find(|n| n.chars().count() > 2 && list.named(n).next().is_some());
            if let Some(inner) = inner {
                return Some((inner, end));
            }
        }
        if ends && plausible.is_none() && stem.chars().count() <= 8 && !phrases().within(PhraseRole::NoTownship, stem) {
            plausible = Some((name, end));
        }
    }
    plausible
}

fn classify(body: &mut Body, rest: &str, cut: bool) {
    let words = body_words();
    let government = phrases().prefix(PhraseRole::Government, rest);
    let set = |body: &mut Body, tail: &str, kind| {
        tail.clone_into(&mut body.tail);
        body.kind = Some(kind);
    };
    if let Some(name) = body.township.clone() {
        let street = name.ends_with("街道") || name.ends_with("地区");
        let kind = if street { OrgKind::Street } else { OrgKind::Township };
        let bare = government.map_or(rest, |word| &rest[word.len()..]);
        body.formal = government.is_some() || rest.starts_with('办');
        body.listed = is_listed(&name);
        let own = rest.is_empty()
            || government.is_some()
            || rest.starts_with("办事处")
            || rest == "办"
            || rest.starts_with('党')
            || cut
            || words.is_office(bare)
            || rest.starts_with("街道");
        if own || words.suffix(rest).is_none() {
            return set(body, "", kind);
        }
        return set(body, rest, OrgKind::Department);
    }
    // 政府信息公开工作领导小组办公室 and its like act for the government.
    if phrases().prefix(PhraseRole::Subject, rest).is_some_and(|subject| subject.ends_with("公开")) && words.suffix(rest).is_some() {
        body.office = Some("办公室".to_owned());
        return set(body, "", OrgKind::Government);
    }
    if let Some(word) = government {
        let after = rest[word.len()..].trim_matches(['(', ')', '（', '）', ' ']);
        if after.is_empty() {
            return set(body, word, OrgKind::Government);
        }
        // 沈河区人民政府桐屿街道办事处
        if let Some((name, _)) = township(after, false) {
            body.township = Some(name);
            return classify(body, "", cut);
        }
        if words.is_office(after) || (cut && words.begins_internal(after)) {
            let office = if after.starts_with("办公厅") { "办公厅" } else { "办公室" };
            body.office = Some(office.to_owned());
            return set(body, word, OrgKind::Government);
        }
        let kind = words.suffix(after).map_or(OrgKind::Government, |_| OrgKind::Department);
        return set(body, rest, kind);
    }
    let committee = |after: &str| {
        let after = without_committee(after);
        after.is_empty() || words.is_office(after) || after.starts_with('(') || (cut && words.begins_internal(after))
    };
    // 加格达奇区, 大柴旦行政委员会: run as a county though not on the lists.
    let run_as_county =
        |zone: &String| (zone.ends_with('区') && words.zone(zone).is_none()) || zone.ends_with("行委") || zone.ends_with("行政委员会");
    if body.zone.as_ref().is_some_and(run_as_county) && (rest.is_empty() || government.is_some()) {
        return set(body, rest, OrgKind::Government);
    }
    if body.zone.is_some() {
        let own = committee(rest) || words.suffix(rest).is_none();
        let after = without_committee(rest);
        return if own { set(body, "", OrgKind::DevelopmentZone) } else { set(body, after, OrgKind::Department) };
    }
    if let Some((_, end)) = words.zone(rest) {
        let after = &rest[end..];
        let name = format!("{}{}", body.chain.last().map_or("", |(text, _)| text.as_str()), &rest[..end]);
        if committee(after) {
            body.zone = Some(name);
            return set(body, "", OrgKind::DevelopmentZone);
        }
        let after = without_committee(after);
        if words.suffix(after).is_some() && !matches!(after, "管理局" | "管理处" | "管理中心" | "管理站") {
            body.zone = Some(name);
            return set(body, after, OrgKind::Department);
        }
    }
    // 城市管理委员会 is a department, 临港片区管理委员会 a zone.
    let zone = rest.strip_suffix("管委会").or_else(|| rest.strip_suffix("管理委员会").filter(|zone| words.ends_in_zone(zone)));
    if let Some(zone) = zone {
        body.zone = Some(format!("{}{zone}", body.chain.last().map_or("", |(text, _)| text.as_str())));
        return set(body, "", OrgKind::DevelopmentZone);
    }
    if rest.is_empty() {
        if !body.chain.is_empty() {
            body.kind = Some(OrgKind::Government);
        }
        return;
    }
    let mut name = rest;
    if cut {
        name = cut_internal(rest).unwrap_or(rest);
    }
    // 市委、县委: the party's committee does not report.
    if matches!(name, "委" | "委员会" | "部" | "办" | "处" | "所" | "社" | "站" | "组" | "台" | "科" | "队" | "室") {
        return;
    }
    if let Some(kind) = words.suffix(name) {
        branch(body, name);
        set(body, name, kind.into());
    }
}

/// What follows a zone's committee.
fn without_committee(text: &str) -> &str {
    &text[phrases().prefix(PhraseRole::Committee, text).map_or(0, str::len)..]
}

/// 佛冈县公安局|指挥中心办公室: the end of the body's own name.
fn cut_internal(rest: &str) -> Option<&str> {
    let words = body_words();
    for (at, c) in rest.char_indices() {
        let end = at + c.len_utf8();
        if "局委厅队处关会心署社站所".contains(c) && words.suffix(&rest[..end]).is_some() {
            let after = &rest[end..];
            // 委员会 and 中心 are not over with their first character.
            if after.starts_with("员会") || after.is_empty() && c == '委' {
                continue;
            }
            if after.is_empty() || words.begins_internal(after) || after.chars().next().is_some_and(|c| !is_han(c)) {
                return Some(&rest[..end]);
            }
            if c == '局' && !after.contains("分局") && words.suffix(after).is_none() {
                return Some(&rest[..end]);
            }
        }
    }
    None
}

/// The place that a branch's name states: 益阳市生态环境局安化分局.
fn branch(body: &mut Body, name: &str) {
    let Some(stem) = name.strip_suffix("分局").or_else(|| name.strip_suffix("分中心")).or_else(|| name.strip_suffix("大队")) else {
        return;
    };
    let gazetteer = gazetteer();
    let found = gazetteer.scan(stem).filter(|m| m.start > 0 && m.end == stem.len()).last();
    if let Some(found) = found {
        body.branch = Some((stem[found.start..].to_owned(), gazetteer.senses(&found).to_vec()));
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, Option<String>, String, Option<OrgKind>) {
        let body = parse(text, false).unwrap_or_default();
        (body.place_text(), body.township, body.tail, body.kind)
    }

    #[test]
    fn names_of_bodies() {
        let kind = |text: &str| parse(text, false).unwrap().kind;
        assert_eq!(
            parts("韶关市武江区龙归镇人民政府"),
            ("韶关市武江区".into(), Some("龙归镇".into()), String::new(), Some(OrgKind::Township))
        );
        assert_eq!(parts("无锡市梁溪区教育局"), ("无锡市梁溪区".into(), None, "教育局".into(), Some(OrgKind::Department)));
        assert_eq!(parts("余杭街道").1.as_deref(), Some("余杭街道"));
        assert_eq!(kind("浙江省人民政府国有资产监督管理委员会"), Some(OrgKind::Department));
        assert_eq!(kind("甘谷县人民政府办公室"), Some(OrgKind::Government));
        assert_eq!(kind("海关总署"), Some(OrgKind::Central));
        assert_eq!(parts("中华人民共和国水利部").2, "水利部");
        assert_eq!(kind("中华人民共和国水利部"), Some(OrgKind::Central));
        assert_eq!(kind("海关总署广东分署"), Some(OrgKind::Department));
        assert_eq!(kind("中华人民共和国天津海事局"), Some(OrgKind::Department));
        assert_eq!(parse("自治区水利厅", false).unwrap().relative, Some('省'));
        let zone = parse("中国（山东）自由贸易试验区烟台片区管理委员会", false).unwrap();
        assert_eq!((zone.place_text().as_str(), zone.kind), ("山东烟台", Some(OrgKind::DevelopmentZone)));
        assert_eq!(zone.zone.as_deref(), Some("中国（山东）自由贸易试验区烟台片区"));
        assert_eq!(kind("天津市城市管理委员会"), Some(OrgKind::Department));
        assert_eq!(kind("国家税务总局嘉兴市税务局"), Some(OrgKind::Department));
        assert_eq!(kind("兰州新区经济合作局"), Some(OrgKind::Department));
        assert_eq!(kind("永川高新技术产业开发区管理委员会"), Some(OrgKind::DevelopmentZone));
        assert_eq!(kind("荆州市住房和城乡建设局"), Some(OrgKind::Department));
        assert_eq!(kind("中共甘谷县委办公室、县人民政府办公室"), Some(OrgKind::Government));
        assert_eq!(parts("中共甘谷县委办公室、县人民政府办公室").0, "甘谷县");
        assert_eq!(parts("甘谷县财政局、国家税务总局甘谷县税务局").2, "财政局");
        assert_eq!(parse("县乡村振兴局", false).unwrap().relative, Some('县'));
        assert_eq!(parse("市场监督管理局", false).unwrap().relative, None);
    }
}
