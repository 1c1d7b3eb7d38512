//! What explains a dataset: `regions`, `codebook`, the data package and `CODEBOOK.md`.

use super::BuildError;
use super::regions::regions;
use crate::knowledge::codebook;
use crate::publish::{Publication, TableWriter, Written};
use crate::schema::{self, CodebookRow, REGIONS, RegionRow, TABLES};

/// Writes them.
pub fn write(publication: &Publication) -> Result<Vec<Written>, BuildError> {
    let mut region_table = TableWriter::<RegionRow>::create(publication, REGIONS.key)?;
    regions()?.iter().try_for_each(|row| region_table.push(row))?;
    let mut code_table = TableWriter::<CodebookRow>::create(publication, &[])?;
    for (_, code) in codebook().codes() {
        code_table.push(&code.row())?;
    }
    let tables: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
    let package = format!("{:#}\n", schema::data_package(&tables));
    Ok(vec![
        region_table.finish()?,
        code_table.finish()?,
        publication.write("datapackage.json", &package)?,
        publication.write("CODEBOOK.md", &codebook().markdown(&schema::codebook_tables(&tables)))?,
    ])
}
