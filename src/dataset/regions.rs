//! The table `regions`, and what aggregation asks of it.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::aggregate::{Government, Governments, Regions};
use crate::knowledge::{FIRST_YEAR, OPEN_YEAR, RegionLevel, gazetteer};
use crate::schema::RegionRow;

static REGIONS: LazyLock<Vec<RegionRow>> = LazyLock::new(|| {
    let code = |code: u32| format!("{code:06}");
    let rows = gazetteer().rows().map(|(_, region)| RegionRow {
        region_code: code(region.code),
        name: region.name.clone(),
        short_name: region.short_name.clone(),
        level: level_word(region.level).to_owned(),
        parent_code: (region.parent != 0).then(|| code(region.parent)),
        valid_from: region.from,
        valid_to: (region.to != OPEN_YEAR).then_some(region.to),
        successor_codes: region.successors.iter().map(|heir| code(*heir)).collect::<Vec<_>>().join(";"),
    });
    let mut rows: Vec<RegionRow> = rows.collect();
    rows.sort_by(|a, b| (&a.region_code, a.valid_from).cmp(&(&b.region_code, b.valid_from)));
    rows
});

/// All regions and periods, in order of code and first year.
pub fn regions() -> &'static [RegionRow] {
    &REGIONS
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
    pub fn of(year: i16) -> Self {
        let year = year.max(FIRST_YEAR);
        let mut regions = Self { by_code: HashMap::new(), children: HashMap::new() };
        for row in self::regions().iter().filter(|row| row.valid_from <= year && row.valid_to.is_none_or(|last| year <= last)) {
            regions.by_code.insert(&row.region_code, row);
            let parent = row.parent_code.as_deref().unwrap_or("000000");
            *regions.children.entry(parent).or_default().entry(&row.level).or_default() += 1;
        }
        regions
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
