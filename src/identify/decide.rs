//! From evidence to answers.

use chrono::{Datelike, NaiveDate};

use crate::knowledge::{Field, PhraseRole, RegionId, RegionLevel, body_words, gazetteer, phrases, townships};
use crate::repair::Clean;

use super::address::Address;
use super::body::Body;
use super::dates;
use super::genre;
use super::identity::{Identity, Level, OrgKind, Scope};
use super::page::{Page, clip};
use super::place::{self, Resolution, Traces};
use super::published;
use super::statement::{self, Statement, YearStatement};
use super::title::{self, Title};

/// At this weight and below a statement is a mention rather than a statement of who reports.
const MENTION: u32 = 60;

pub(super) fn identify(clean: &Clean) -> Identity {
    let page = Page::new(clean);
    let address = Address::new(clean.address.as_deref());
    let titles: Vec<Title> = page.titles.iter().map(|t| title::read(t)).collect();
    let (mut statements, mut years) = statement::read(&page, &titles);
    let mut identity = Identity { title: page.titles.first().cloned(), ..Identity::default() };

    identity.genre = genre::decide(&page, &titles, &mut identity.evidence);
    let stated = page.body().take(30).find_map(|l| dates::period(clip(&l.text, 3_000)));
    if let Some((first, last)) = stated {
        identity.period_start = Some(first);
        identity.period_end = Some(last);
    }
    // The date is needed to judge the year, and the year to judge the date.
    let out = published::find(&page, &address, None).map(|(date, _)| date);
    if let Some((year, origin)) = address.year() {
        years.push(YearStatement { year, weight: if origin == "query nbYear" { 42 } else { 8 }, origin });
    }
    if let Some((year, origin)) = report_year(&years, out) {
        identity.year = Some(year);
        identity.evidence.push(format!("year:{origin}"));
    }
    if let Some((date, origin)) = published::find(&page, &address, identity.year) {
        identity.published = Some(date);
        identity.evidence.push(format!("published:{origin}"));
    }
    numbers(&page, &mut identity);

    let traces = Traces::collect(&page, address.clone(), identity.year);
    // Of equal statements the first counts.
    statements.sort_by_key(|s| std::cmp::Reverse(s.weight));
    let text: String = page.body().take(30).map(|l| clip(&l.text, 2_000)).collect::<Vec<_>>().join("\n");
    body(&mut identity, &statements, &traces, &address, &text);
    identity.scope = scope(&identity, &text);
    identity
}

/// The report year: the year with most weight behind it.
fn report_year(years: &[YearStatement], out: Option<NaiveDate>) -> Option<(i16, &'static str)> {
    let mut votes: Vec<(i16, u32, u32, &'static str)> = Vec::new();
    for y in years {
        match votes.iter_mut().find(|v| v.0 == y.year) {
            Some(vote) => {
                // The same kind of statement twice says little more.
                if y.weight > vote.2 {
                    vote.3 = y.origin;
                    vote.1 += y.weight - vote.2 / 2;
                    vote.2 = y.weight;
                } else {
                    vote.1 += y.weight.min(20) / 2;
                }
            }
            None => votes.push((y.year, y.weight, y.weight, y.origin)),
        }
    }
    // Titles that name the year of publication: the period is the year before and the page is out early in it.
    let titled = years.iter().find(|y| y.origin == "title").map(|y| y.year);
    let period = years.iter().find(|y| y.origin == "period" && y.weight == 70).map(|y| y.year);
    if let (Some(titled), Some(period), Some(out)) = (titled, period, out)
        && period == titled - 1
        && out.year() == i32::from(titled)
        && out.month() <= 6
    {
        return Some((period, "period"));
    }
    // A report is not out before its year.
    if let Some(out) = out
        && votes.iter().any(|v| i32::from(v.0) <= out.year())
    {
        votes.retain(|v| i32::from(v.0) <= out.year());
    }
    let best = votes.iter().max_by_key(|v| (v.1, std::cmp::Reverse(v.0)))?;
    // Where only running text speaks, the report is on the year before it came out, unless another has clearly more weight:
    // texts tell of plans and of years past.
    let stated = |y: &YearStatement| !matches!(y.origin, "text" | "translation" | "breadcrumb" | "folder");
    if let Some(out) = out.filter(|_| !years.iter().any(stated))
        && let Some(before) = votes.iter().find(|v| i32::from(v.0) == out.year() - 1 && v.1 * 3 > best.1 * 2)
    {
        return Some((before.0, before.3));
    }
    Some((best.0, best.3))
}

fn numbers(page: &Page, identity: &mut Identity) {
    let all = |field: Field| page.labelled.iter().filter(move |l| l.field == field).map(|l| l.value.trim().to_owned());
    identity.index_no = all(Field::IndexNo).find(|v| v.chars().any(|c| c.is_ascii_digit()) && v.chars().count() >= 5);
    let numbered = |v: &String| v.contains('号') && v.contains(['〔', '[', '(', '（', '［']) && v.chars().any(|c| c.is_ascii_digit());
    identity.doc_no = all(Field::DocNo).find(numbered).or_else(|| {
        page.head
            .iter()
            .take(20)
            .map(|l| super::page::squeeze(&l.text))
            .find(|l| l.chars().count() <= 25 && l.ends_with('号') && l.contains(['〔', '[', '［']))
    });
}

/// Chooses the body and places it.
fn body(identity: &mut Identity, statements: &[Statement], traces: &Traces, address: &Address, text: &str) {
    let year = identity.year;
    let mut own = body_words().own_kind(text).map(OrgKind::from);
    let chosen = statements
        .iter()
        .find(|s| s.body.is_named() && s.body.kind.is_some() && s.weight > 12)
        .or_else(|| statements.iter().find(|s| s.body.is_named() || s.body.is_area()));
    let mut body = chosen.map(|s| s.body.clone()).unwrap_or_default();
    let (weight, origin) = chosen.map_or((0, "nothing"), |s| (s.weight, s.origin));
    let mut kind = body.kind;
    // 我办 is as well the office of the government that the page names.
    if kind == Some(OrgKind::Government) && !body.is_area() && own == Some(OrgKind::Department) {
        own = body_words().own_kind(&without_offices(text)).map(OrgKind::from);
    }
    // 我局, 我镇: what the report calls itself, where nothing names it with more authority.
    let mut unnamed = false;
    if weight <= MENTION && (body.is_area() || phrases().is(PhraseRole::Government, &body.tail) || weight == 0 || kind.is_none()) {
        if let Some(own) = own.filter(|k| *k != OrgKind::Government && Some(*k) != kind) {
            kind = Some(own);
            unnamed = true;
            body.tail.clear();
            body.office = None;
        } else if kind.is_none() && (!body.chain.is_empty()) {
            kind = Some(OrgKind::Government);
        }
    }
    // A government's office that only compiles is not the body.
    if matches!(origin, "compiler" | "contact" | "publisher" | "source" | "text" | "signature") && kind == Some(OrgKind::Government) {
        body.office = None;
    }
    if chosen.is_none() && kind.is_none() {
        kind = own;
        unnamed = true;
    }
    formal_name(&mut body, statements);
    complete(&mut body, statements);
    // 旅游局 on the portal of the central government or on its own domain is the national one.
    if kind == Some(OrgKind::Department)
        && body.is_placeless()
        && let Some(name) = body_words().ministry(&body.tail, |domain| address.speaks_for(domain))
    {
        name.clone_into(&mut body.tail);
        kind = Some(OrgKind::Central);
    }
    if kind == Some(OrgKind::Government) && body.is_area() && place::is_zone(&body, year) {
        body.zone = body.chain.last().map(|(name, _)| name.clone());
        kind = Some(OrgKind::DevelopmentZone);
    }
    let mut resolution = place::resolve(&body, kind, traces, year);
    let g = gazetteer();
    if unnamed
        && matches!(kind, Some(OrgKind::Township | OrgKind::Street))
        && body.township.is_none()
        && let Some(id) = resolution.region.filter(|id| resolution.exact && g[*id].level == RegionLevel::County)
        && let Some(name) = place::township_by_initials(g[id].code, address)
    {
        resolution.township = Some(name.to_owned());
        resolution.evidence.push("township:address".to_owned());
        unnamed = false;
    }
    identity.org_kind = kind;
    identity.evidence.push(format!("body:{origin}"));
    identity.evidence.extend(resolution.evidence.iter().cloned());
    if !resolution.exact {
        identity.region_choices = resolution.choices.iter().map(|id| format!("{} {}", g[*id].name, g[*id].code)).collect();
    }
    identity.joint_with.clone_from(&body.beside);
    identity.confidence = if kind.is_none() { 0.0 } else { resolution.confidence * f64::from(weight.clamp(20, 100)) / 100.0 };
    fill_place(identity, &body, kind, &resolution, unnamed);
    if !unnamed {
        identity.org = name_of(&body, kind, &resolution, year);
        identity.body_id = identity.org.as_ref().and_then(|_| body_id(&body, kind, &resolution));
    }
}

/// A text without the words by which an office speaks of itself.
fn without_offices(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for found in phrases().find(PhraseRole::OwnOffice, text) {
        kept += &text[from..found.start];
        from = found.end;
    }
    kept + &text[from..]
}

/// Of a township that the chosen statement names without its government, the name with it as another gives it.
fn formal_name(body: &mut Body, statements: &[Statement]) {
    if body.township.is_some()
        && !body.formal
        && let Some(formal) = statements.iter().map(|s| &s.body).find(|b| b.formal && b.township == body.township)
    {
        let places = std::mem::replace(body, formal.clone()).chain;
        if places.len() > body.chain.len() {
            body.context_chain(places);
        }
    }
}

/// Takes the places that another statement of the same body adds to it.
fn complete(body: &mut Body, statements: &[Statement]) {
    let same = |other: &Body| -> bool {
        if let Some(township) = &body.township {
            return other.township.as_ref() == Some(township);
        }
        match (body.chain.last(), other.chain.last()) {
            (Some(a), Some(b)) => a.0 == b.0 && other.chain.len() > body.chain.len(),
            (None, Some(_)) => {
                !body.tail.is_empty() && same_tail(&body.tail, &other.tail) || body.zone.is_some() && body.zone == other.zone
            }
            _ => false,
        }
    };
    let best = statements
        .iter()
        .map(|s| &s.body)
        .filter(|other| same(other) && other.chain.len() > body.chain.len() && other.borrowed == 0)
        .max_by_key(|other| other.chain.len());
    if let Some(best) = best {
        // Where the report gives only the last of the places, the others serve to find it and are kept out of its name.
        let fuller = best.chain.clone();
        body.context_chain(fuller);
    }
}

fn same_tail(a: &str, b: &str) -> bool {
    let full = |t: &str| body_words().department(t).unwrap_or(t).to_owned();
    full(a) == full(b)
}

fn fill_place(identity: &mut Identity, body: &Body, kind: Option<OrgKind>, resolution: &Resolution, unnamed: bool) {
    if kind == Some(OrgKind::Central) {
        identity.level = Some(Level::Nation);
        identity.region_name = Some("全国".to_owned());
        return;
    }
    if matches!(kind, Some(OrgKind::Township | OrgKind::Street)) {
        identity.township.clone_from(&resolution.township);
    }
    let g = gazetteer();
    let Some(region) = resolution.region else { return };
    let year = identity.year.unwrap_or(g[region].from);
    for id in g.lineage(region, year) {
        let name = Some(g[id].name.clone());
        match g[id].level {
            RegionLevel::Province => identity.province = name,
            RegionLevel::Prefecture => identity.city = name,
            RegionLevel::County => identity.county = name,
        }
    }
    if !resolution.exact {
        return;
    }
    let in_lists = identity.year.is_none_or(|y| [y, y - 1, y + 1].into_iter().any(|y| g.listed(region, y)));
    if in_lists {
        identity.region_code = Some(g[region].code.to_string());
        identity.region_code_latest = g.latest_code(region).map(|c| c.to_string());
    }
    identity.level = Some(match g[region].level {
        RegionLevel::Province => Level::Province,
        RegionLevel::Prefecture => Level::Prefecture,
        RegionLevel::County => Level::County,
    });
    if run_as_county(body, kind, resolution).is_some() {
        identity.level = Some(Level::County);
    }
    identity.region_name = Some(g[region].name.clone());
    if let Some(township) = &resolution.township {
        identity.township = Some(township.clone());
        identity.township_code = townships().code(g[region].code, township, year).map(|c| c.to_string());
        identity.region_name = Some(township.clone());
        identity.level = Some(Level::Township);
    } else if matches!(kind, Some(OrgKind::Township | OrgKind::Street)) {
        identity.level = Some(Level::Township);
        identity.region_name = None;
    }
    if let Some(zone) = body.zone.as_ref().filter(|_| !unnamed) {
        identity.region_name = Some(zone.clone());
    }
}

/// The name as the report gives it, completed to a full one.
fn name_of(body: &Body, kind: Option<OrgKind>, resolution: &Resolution, year: Option<i16>) -> Option<String> {
    let kind = kind?;
    if kind == OrgKind::Central {
        return Some(body.tail.clone());
    }
    let place = place_of_name(body, resolution, year);
    let (vertical, tail) = body.tail.split_once('|').unwrap_or(("", &body.tail));
    let department = |tail: &str| body_words().department(tail).unwrap_or(tail).to_owned();
    Some(match kind {
        OrgKind::Township | OrgKind::Street => {
            let township = resolution.township.as_ref().or(body.township.as_ref())?;
            let given: String = body.own_chain().iter().map(|(t, _)| t.as_str()).collect();
            let office = if kind == OrgKind::Street { "办事处" } else { "人民政府" };
            format!("{given}{township}{office}")
        }
        OrgKind::DevelopmentZone => {
            let zone = body.zone.as_ref()?;
            let given = place_text_without_zone(body, zone);
            format!("{given}{zone}管理委员会")
        }
        OrgKind::Government => {
            let office = body.office.as_deref().unwrap_or_default();
            let place = match run_as_county(body, Some(kind), resolution) {
                Some(zone) if zone.ends_with('委') || zone.ends_with("委员会") => {
                    return Some(format!("{}{zone}{office}", place_text_without_zone(body, zone)));
                }
                Some(zone) => format!("{}{zone}", place_text_without_zone(body, zone)),
                None => place,
            };
            if place.is_empty() {
                return None;
            }
            let government = if tail.ends_with('署') { "行政公署" } else { "人民政府" };
            format!("{place}{government}{office}")
        }
        _ if tail.is_empty() => return None,
        _ => match &body.zone {
            Some(zone) => format!("{}{zone}{}", place_text_without_zone(body, zone), department(tail)),
            None => format!("{}{place}{}", body_words().national(vertical).unwrap_or(vertical), department(tail)),
        },
    })
}

fn place_text_without_zone(body: &Body, zone: &str) -> String {
    let given: String = body.own_chain().iter().map(|(t, _)| t.as_str()).collect();
    match body.own_chain().last() {
        Some((last, _)) if zone.starts_with(last.as_str()) => given.strip_suffix(last.as_str()).unwrap_or_default().to_owned(),
        _ => given,
    }
}

/// The places before the body's name, the last with its official name, with a place above it where it is not unique.
fn place_of_name(body: &Body, resolution: &Resolution, year: Option<i16>) -> String {
    let g = gazetteer();
    let mut given: Vec<String> = body.own_chain().iter().map(|(t, _)| t.clone()).collect();
    let Some(region) = resolution.region.filter(|_| resolution.exact && body.branch.is_none()) else { return given.concat() };
    let official = g[region].name.clone();
    if body.is_branch() && !given.is_empty() {
        return given.concat();
    }
    match given.last_mut() {
        None => given.push(official.clone()),
        Some(last) if g.named(last).iter().any(|s| s.region == region || g.unit_code(s.region) == g.unit_code(region)) => {
            last.clone_from(&official)
        }
        Some(_) => {}
    }
    if given.len() == 1 {
        let year = year.unwrap_or(g[region].from);
        let bearers = g.named(&official).iter().filter(|s| g[s.region].name == official && g.listed(s.region, year)).count();
        if bearers > 1
            && let Some(above) = g.parent(region, year)
        {
            given.insert(0, g[above].name.clone());
        }
    }
    given.concat()
}

/// The area that a government runs as a county though no list of regions has it (加格达奇区, 大柴旦行委): its region is the
/// prefecture that hosts it, whose government is another.
fn run_as_county<'a>(body: &'a Body, kind: Option<OrgKind>, resolution: &Resolution) -> Option<&'a str> {
    let hosted = resolution.region.is_some_and(|id| gazetteer()[id].level != RegionLevel::County);
    body.zone.as_deref().filter(|_| hosted && kind == Some(OrgKind::Government))
}

/// Unit code / kind / name within the unit.
fn body_id(body: &Body, kind: Option<OrgKind>, resolution: &Resolution) -> Option<String> {
    let kind = kind?;
    // The central system of a branch is told by the branch's own name: 税务局.
    let tail = body.tail.split_once('|').map_or(body.tail.as_str(), |(_, tail)| tail);
    let name = match kind {
        OrgKind::Central => return Some(format!("000000/central/{tail}")),
        OrgKind::Township | OrgKind::Street => resolution.township.clone()?,
        OrgKind::Government => {
            format!("{}{}", run_as_county(body, Some(kind), resolution).unwrap_or_default(), body.office.as_deref().unwrap_or_default())
        }
        OrgKind::DevelopmentZone => body.zone.clone()?,
        OrgKind::Department | OrgKind::Other => {
            let full = body_words().department(tail).unwrap_or(tail);
            format!("{}{}{full}", body.zone.as_deref().unwrap_or_default(), body.township.as_deref().unwrap_or_default())
        }
    };
    let region: RegionId = resolution.region.filter(|_| resolution.exact)?;
    Some(format!("{}/{}/{name}", gazetteer().unit_code(region), kind.as_str()))
}

/// Whose figures the text says it holds.
fn scope(identity: &Identity, text: &str) -> Scope {
    if text.is_empty() && identity.org_kind != Some(OrgKind::Government) {
        return Scope::Unknown;
    }
    let head = clip(text, 6_000);
    let says = |role| phrases().within(role, head);
    if says(PhraseRole::OwnOnly) {
        return Scope::Own;
    }
    let (area, own) = (says(PhraseRole::Area), says(PhraseRole::Own));
    match identity.org_kind {
        Some(OrgKind::Government) => {
            let office = identity.org.as_ref().is_some_and(|o| o.ends_with("办公室") || o.ends_with("办公厅"));
            if office {
                return if own || !area { Scope::Own } else { Scope::Unknown };
            }
            if area { Scope::Area } else { Scope::Unknown }
        }
        Some(_) if own => Scope::Own,
        _ => Scope::Unknown,
    }
}
