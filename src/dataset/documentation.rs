//! What explains a dataset: `regions`, `codebook`, `crosswalk`, the data package, `CODEBOOK.md` and the labels
//! of the panel for Stata and R.

use super::BuildError;
use super::regions::regions;
use crate::aggregate::{panel_table, tables};
use crate::knowledge::{codebook, crosswalk};
use crate::publish::{Publication, TableWriter, Written};
use crate::schema::{self, CROSSWALK, CodebookRow, CrosswalkRow, REGIONS, RegionRow};

/// What stands beside the tables, at the end of `CODEBOOK.md`.
const BESIDE: &str = "\
## Beside the tables

- `panel_labels.do`: labels (English) and notes (Chinese) of the panel's variables in Stata; run it after loading `panel`.
- `panel_labels.R`: labels of the panel's columns in R; source it where the data frame `panel` is.
- `datapackage.json`: the schema of every table as a Frictionless data package.
- `summary/README.md`: what each summary CSV holds.
- `manifest.json`: hashes of inputs, outputs, program and data; `ogi verify` proves them.
";

/// Writes them.
pub fn write(publication: &Publication) -> Result<Vec<Written>, BuildError> {
    let mut region_table = TableWriter::<RegionRow>::create(publication, REGIONS.key)?;
    regions().iter().try_for_each(|row| region_table.push(row))?;
    let mut code_table = TableWriter::<CodebookRow>::create(publication, &[])?;
    for (_, code) in codebook().codes() {
        code_table.push(&code.row())?;
    }
    let mut crosswalk_table = TableWriter::<CrosswalkRow>::create(publication, CROSSWALK.key)?;
    crosswalk().rows().iter().try_for_each(|row| crosswalk_table.push(row))?;
    let tables = tables();
    let package = format!("{:#}\n", schema::data_package(&tables));
    Ok(vec![
        region_table.finish()?,
        code_table.finish()?,
        crosswalk_table.finish()?,
        publication.write("datapackage.json", &package)?,
        publication.write("CODEBOOK.md", &format!("{}{BESIDE}", codebook().markdown(&schema::codebook_tables(&tables))))?,
        publication.write("panel_labels.do", &schema::stata_labels(panel_table()))?,
        publication.write("panel_labels.R", &schema::r_labels(panel_table()))?,
    ])
}
