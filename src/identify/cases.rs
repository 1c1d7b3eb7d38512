//! Cases as data: page heads with their identities, texts with their scope, and every region in ten titles.

use serde_json::Value;

use super::{Genre, Identity, identify};
use crate::knowledge::{RegionId, RegionLevel, gazetteer};
use crate::read::{self, Document, Hints};
use crate::repair::repair;

fn identity_of(title: &str, url: &str, text: &str) -> Identity {
    let hints = Hints { title: Some(title).filter(|t| !t.is_empty()), address: Some(url).filter(|u| !u.is_empty()), charset: None };
    let document = read::from_text(text, &hints).unwrap_or_else(|_| Document {
        title: hints.title.map(str::to_owned),
        address: hints.address.map(str::to_owned),
        ..Document::default()
    });
    identify(&repair(&document))
}

fn answer(identity: &Identity, field: &str) -> Value {
    match field {
        "is_annual_report" => Value::from(identity.genre == Genre::AnnualReport),
        "year" => identity.year.into(),
        "org" => identity.org.clone().into(),
        "body_id" => identity.body_id.clone().into(),
        "org_kind" => identity.org_kind.map(|k| k.as_str()).into(),
        "region_code" => identity.region_code.clone().into(),
        "province" => identity.province.clone().into(),
        "city" => identity.city.clone().into(),
        "county" => identity.county.clone().into(),
        "township" => identity.township.clone().into(),
        "published" => identity.published.map(|d| d.to_string()).into(),
        other => Value::from(format!("unknown field {other}")),
    }
}

fn lines(cases: &str) -> impl Iterator<Item = Value> {
    cases.lines().filter_map(|line| serde_json::from_str(line).ok())
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_default()
}

#[test]
fn page_heads() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in lines(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/identify.jsonl"))) {
        count += 1;
        let identity = identity_of(text(&case, "title"), text(&case, "url"), text(&case, "context"));
        for (field, expected) in case["expect"].as_object().into_iter().flatten() {
            let got = answer(&identity, field);
            if got != *expected {
                wrong.push(format!(
                    "{} {}: {field} {got}, not {expected}; {:?}",
                    text(&case, "title"),
                    text(&case, "url"),
                    identity.evidence
                ));
            }
        }
    }
    assert!(count >= 100, "{count} cases");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn whose_figures() {
    let mut count = 0;
    for case in lines(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/scope.jsonl"))) {
        count += 1;
        let identity = identity_of(text(&case, "title"), "", text(&case, "text"));
        assert_eq!(identity.scope.as_str(), text(&case, "scope"), "{case}");
    }
    assert!(count >= 36, "{count} cases");
}

/// How much of the gazetteer the test below walks through: 1 takes each 61st region, 61 takes all.
fn scale() -> usize {
    std::env::var("OGI_TEST_SCALE").ok().and_then(|s| s.parse().ok()).unwrap_or(1)
}

fn titles(name: &str, year: i16) -> [String; 10] {
    [
        format!("{name}{year}年政府信息公开工作年度报告"),
        format!("{year}年{name}政府信息公开年度报告"),
        format!("{name}人民政府{year}年度政府信息公开工作报告"),
        format!("{year}年{name}人民政府信息公开年报"),
        format!("{name}人民政府办公室{year}年政府信息公开工作年度报告"),
        format!("{name}教育局{year}年度政府信息公开工作年度报告"),
        format!("{year}年度{name}财政局信息公开工作年度报告"),
        format!("{name}政府信息公开工作年度报告({year}年)"),
        format!("{name}人民政府关于{year}年政府信息公开工作的年度报告"),
        format!("{name}{year}年政府信息公开工作年度报告_政府信息公开年报_政府门户网站"),
    ]
}

#[derive(Debug, Default)]
struct Tally {
    right: usize,
    null: usize,
    wrong: Vec<String>,
}

impl Tally {
    /// With several bearers of a name the right answer is none.
    fn count(&mut self, title: &str, context: &str, code: u32, bearers: usize) {
        let got = identity_of(title, "", context).region_code;
        match got {
            None if bearers > 1 => self.right += 1,
            None => self.null += 1,
            Some(got) if bearers == 1 && got == code.to_string() => self.right += 1,
            Some(got) => self.wrong.push(format!("{title} [{context}]: {got}, not {code} of {bearers}")),
        }
    }

    fn check(&self, share: f64) {
        assert!(self.wrong.is_empty(), "{} wrong:\n{}", self.wrong.len(), self.wrong.join("\n"));
        assert!(self.right as f64 >= share * (self.right + self.null) as f64, "{} right, {} unknown", self.right, self.null);
    }
}

#[test]
fn every_region_in_ten_titles() {
    let g = gazetteer();
    let stride = (61 / scale().max(1)).max(1);
    let (mut prefecture, mut province, mut alone) = (Tally::default(), Tally::default(), Tally::default());
    for year in [2008, 2013, 2018, 2023] {
        let listed: Vec<RegionId> =
            g.rows().filter(|(id, row)| row.level != RegionLevel::Province && g.listed(*id, year)).map(|(id, _)| id).collect();
        for &id in listed.iter().step_by(stride) {
            let row = &g[id];
            let line = g.lineage(id, year);
            let top = line.last().copied().unwrap_or(id);
            let above = line.get(1).copied().unwrap_or(top);
            let bearers = |under: Option<RegionId>| {
                listed
                    .iter()
                    .filter(|other| g[**other].name == row.name && under.is_none_or(|u| g.lineage(**other, year).contains(&u)))
                    .count()
            };
            let (in_province, in_all) = (bearers(Some(top)), bearers(None));
            for title in titles(&row.name, year) {
                prefecture.count(&title, &format!("正文引用{}文件。", g[above].name), row.code, if above == top { in_province } else { 1 });
                province.count(&title, &format!("正文引用{}有关规定。", g[top].name), row.code, in_province);
                alone.count(&title, "", row.code, in_all);
            }
        }
    }
    prefecture.check(0.999);
    province.check(0.999);
    alone.check(0.99);
}
