//! The table `regions`, and what aggregation asks of it.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::aggregate::{Government, Governments, Regions};
use crate::knowledge::{DataTable, KnowledgeError, RegionLevel, gazetteer};
use crate::schema::RegionRow;

const TABLE: DataTable = DataTable { file: "regions/regions.csv", content: include_str!("../../data/regions/regions.csv") };

#[derive(Deserialize)]
struct Line {
    code: String,
    name: String,
    short_name: String,
    level: String,
    parent_code: Option<String>,
    valid_from: i16,
    valid_to: Option<i16>,
    successor_codes: String,
}

static REGIONS: LazyLock<Result<Vec<RegionRow>, KnowledgeError>> = LazyLock::new(|| {
    let mut rows: Vec<RegionRow> = TABLE
        .rows::<Line>()?
        .into_iter()
        .map(|(_, line)| RegionRow {
            region_code: line.code,
            name: line.name,
            short_name: line.short_name,
            level: line.level,
            parent_code: line.parent_code.filter(|code| !code.is_empty()),
            valid_from: line.valid_from,
            valid_to: line.valid_to,
            successor_codes: line.successor_codes,
        })
        .collect();
    rows.sort_by(|a, b| (&a.region_code, a.valid_from).cmp(&(&b.region_code, b.valid_from)));
    Ok(rows)
});

/// All regions and periods, in order of code and first year.
///
/// # Errors
/// When the embedded table has a mistake.
pub fn regions() -> Result<&'static [RegionRow], KnowledgeError> {
    REGIONS.as_ref().map(Vec::as_slice).map_err(Clone::clone)
}

fn level_word(level: RegionLevel) -> &'static str {
    match level {
        RegionLevel::Province => "province",
        RegionLevel::Prefecture => "prefecture",
        RegionLevel::County => "county",
    }
}

/// The governments of county level and above that had to report for a year.
pub fn governments(year: i16) -> Governments {
    let gazetteer = gazetteer();
    let code = |code: u32| format!("{code:06}");
    let listed = gazetteer.rows().filter(|(id, _)| gazetteer.listed(*id, year));
    Governments::new(
        year,
        listed
            .map(|(id, region)| {
                let lineage = gazetteer.lineage(id, year);
                let name = |level| lineage.iter().map(|id| &gazetteer[*id]).find(|r| r.level == level).map(|r| r.name.clone());
                Government {
                    region_code: code(region.code),
                    unit_code: code(gazetteer.unit_code(id)),
                    region_code_latest: gazetteer.latest_code(id).map(code),
                    parent_code: gazetteer.parent(id, year).map(|above| code(gazetteer[above].code)),
                    level: level_word(region.level).to_owned(),
                    name: region.name.clone(),
                    province: name(RegionLevel::Province),
                    city: name(RegionLevel::Prefecture),
                    county: name(RegionLevel::County),
                }
            })
            .collect(),
    )
}

/// The regions of one year.
#[derive(Debug)]
pub struct RegionsOfYear {
    by_code: HashMap<&'static str, &'static RegionRow>,
    /// Region above, then level.
    children: HashMap<&'static str, HashMap<&'static str, usize>>,
}

impl RegionsOfYear {
    /// The regions listed at the end of a year; the gazetteer begins with 2008.
    ///
    /// # Errors
    /// When the embedded table has a mistake.
    pub fn of(year: i16) -> Result<Self, KnowledgeError> {
        let year = year.max(2008);
        let mut regions = Self { by_code: HashMap::new(), children: HashMap::new() };
        for row in self::regions()?.iter().filter(|row| row.valid_from <= year && row.valid_to.is_none_or(|last| year <= last)) {
            regions.by_code.insert(&row.region_code, row);
            let parent = row.parent_code.as_deref().unwrap_or("000000");
            *regions.children.entry(parent).or_default().entry(&row.level).or_default() += 1;
        }
        Ok(regions)
    }
}

impl Regions for RegionsOfYear {
    fn name(&self, code: &str) -> Option<String> {
        self.by_code.get(code).map(|row| row.name.clone())
    }

    fn parent(&self, code: &str) -> Option<String> {
        self.by_code.get(code)?.parent_code.clone()
    }

    fn level(&self, code: &str) -> Option<&'static str> {
        self.by_code.get(code).map(|row| row.level.as_str())
    }

    fn children(&self, code: &str, level: &str) -> usize {
        self.children.get(code).and_then(|levels| levels.get(level)).copied().unwrap_or_default()
    }
}
