//! How high the body that reports stands, by its own words (我镇, 全市, 我局) and the title: it tells its own
//! website from that of a superior, and its own figures from those of its counties or townships.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Anchored, Input, StartKind};

use super::characters::Characters;

use crate::repair::Clean;

/// Rank of a body: 1 province, 2 prefecture, 3 county, 4 township or street, 5 department or zone.
pub(super) type Rank = u8;

const DEPARTMENT: Rank = 5;
/// Words by which a body speaks of itself, with its rank.
const SELF_WORDS: [(&str, Rank); 42] = [
    ("我局", 5),
    ("本局", 5),
    ("我委", 5),
    ("本委", 5),
    ("我办", 5),
    ("我厅", 5),
    ("本厅", 5),
    ("我院", 5),
    ("我中心", 5),
    ("我会", 5),
    ("我处", 5),
    ("我支队", 5),
    ("管委会", 5),
    ("我镇", 4),
    ("全镇", 4),
    ("本镇", 4),
    ("我乡", 4),
    ("全乡", 4),
    ("本乡", 4),
    ("我街道", 4),
    ("本街道", 4),
    ("全街道", 4),
    ("街道办事处", 4),
    ("我办事处", 4),
    ("我苏木", 4),
    ("全苏木", 4),
    ("我县", 3),
    ("全县", 3),
    ("本县", 3),
    ("我区", 3),
    ("全区", 3),
    ("本区", 3),
    ("我旗", 3),
    ("全旗", 3),
    ("我市", 2),
    ("全市", 2),
    ("本市", 2),
    ("我州", 2),
    ("全州", 2),
    ("我省", 1),
    ("全省", 1),
    ("本省", 1),
];

/// What they begin with.
static OPENINGS: Characters = Characters::new(&[&['我', '本', '全', '管', '街']]);
static SELF: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().start_kind(StartKind::Anchored).build(SELF_WORDS.iter().map(|(w, _)| *w)).ok());

/// The rank of the body that reports; `None` where nothing tells.
pub(super) fn rank(clean: &Clean) -> Option<Rank> {
    let text = clean.text();
    let first = clean.blocks.iter().filter_map(|b| text.get(b.span.clone())).map(str::trim).find(|line| is_title(line));
    let titled = clean.title.as_deref().and_then(rank_of_title).or_else(|| first.and_then(rank_of_title));
    if titled.is_some_and(|r| r >= 4) {
        return titled;
    }
    let mut counts = [0usize; 6];
    if let Some(words) = &*SELF {
        let mut read = 0;
        for (at, _) in OPENINGS.find(text) {
            let here = Input::new(text).span(at..text.len()).anchored(Anchored::Yes);
            if let Some(found) = (at >= read).then(|| words.find(here)).flatten() {
                counts[usize::from(SELF_WORDS[found.pattern().as_usize()].1)] += 1;
                read = found.end();
            }
        }
    }
    let total: usize = counts.iter().sum();
    // 全市 stands in every department's report and 街道办事处 in every district's: they must prevail.
    if titled.is_none() && counts[5] > 0 && counts[5] * 2 >= total {
        return Some(DEPARTMENT);
    }
    if titled.is_none() && counts[4] > 0 && counts[4] * 2 >= total {
        return Some(4);
    }
    let own = [3, 2, 1].into_iter().filter(|r| counts[*r] > 0).max_by_key(|r| counts[*r]);
    own.and_then(|r| Rank::try_from(r).ok()).or(titled)
}

/// Whether a line names a report.
pub(super) fn is_title(line: &str) -> bool {
    line.chars().count() <= 50 && line.contains("公开") && (line.contains("年度报告") || line.contains("年报") || line.contains("工作报告"))
}

/// The rank that a title's body has: 泸州市2017年..., 荆州市民政局2017年度....
fn rank_of_title(title: &str) -> Option<Rank> {
    let cut = title.find("公开").unwrap_or(title.len());
    let head = title[..cut].trim_end_matches(|c: char| !c.is_alphanumeric());
    let head = head.trim_end_matches("信息").trim_end_matches("政府").trim_end_matches("政务");
    let head = head.trim_end_matches(|c: char| c.is_ascii_digit() || "年度〇○一二三四五六七八九零关于的 ".contains(c));
    let head = head
        .trim_end_matches("人民政府办公室")
        .trim_end_matches("人民政府办公厅")
        .trim_end_matches("人民政府")
        .trim_end_matches("政府办公室")
        .trim_end_matches("政府");
    for office in ["管委会", "管理委员会", "开发区", "园区", "新区", "街道", "街道办事处", "中心"] {
        if head.ends_with(office) {
            return Some(if office.starts_with("街道") { 4 } else { DEPARTMENT });
        }
    }
    letter(head)
}

/// The rank of the unit or office that a name ends with.
pub(super) fn letter(name: &str) -> Option<Rank> {
    let last = name.chars().next_back()?;
    Some(match last {
        '区' if name.ends_with("自治区") => 1,
        '区' if ["开发区", "园区", "新区", "社区", "片区"].iter().any(|z| name.ends_with(z)) => DEPARTMENT,
        '省' => 1,
        '市' | '州' | '盟' => 2,
        '县' | '旗' | '区' => 3,
        '镇' | '乡' => 4,
        '局' | '委' | '办' | '厅' | '院' | '会' | '所' | '队' | '处' | '站' => DEPARTMENT,
        _ if name.ends_with("街道") || name.ends_with("苏木") => 4,
        _ => return None,
    })
}
