//! The table `regions`, and what aggregation asks of it.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::aggregate::Regions;
use crate::knowledge::{DataTable, KnowledgeError};
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
