//! Aggregation: counts and sums by region, year and category. The only room that knows polars: frames are
//! made of plain vectors of one year's figures, keys as numbers, and results come back as vectors.
//!
//! # What is counted
//!
//! A figure enters when its row is `counted` and its `period` is the year. The applicant column `total` and
//! a figure without applicant are one quantity of a report, written empty: a stated value before a blank
//! cell, then the table's before prose's. What remains is at most one figure for each report, indicator,
//! dimension, category and applicant.
//!
//! A row of `aggregates` sums figures of like reports: one level, one kind of body, one scope.
//!
//! - basis `own`: reports of bodies at the region's own level, found by their region code. Townships and
//!   streets have no code of six digits and are in no such row. The State Council's level is `000000`.
//! - basis `parts`: reports of the level below, under the code of the region above: counties under their
//!   prefecture, prefectures under their province, provinces under `000000`; counties that a province
//!   governs itself under the province; townships under the code that their reports carry, the county's.
//!
//! A region's own report often covers its parts already: the two are never added. Categories are never
//! added either, since every category is a row of its own.
//!
//! `n_reports` counts the selected reports of the row's region, level, kind, scope and year, whether they
//! state this figure or not; `n_reported` those with a value; `n_blank` those with a blank cell or a dash;
//! `n_approx` values that are not exact (a stated zero is exact); `n_broken` values in a broken identity.
//! `n_expected` counts the governments that the gazetteer has for the row in that year, where the row is of
//! governments of county level or above; null otherwise. `sum` to `max` are null where no report has a value.
//!
//! # Exactness
//!
//! Sums are of integers: hundredths of the unit (so that money counts in fen), millionths for rates. The
//! sum of a rate means nothing; it is there because the column is. The mean is the exact sum divided once.
//!
//! # Files
//!
//! | file | table |
//! | --- | --- |
//! | `year` | `aggregates`: every figure of the codebook, one year at a time |
//! | `panel` | `panel`: a body and year, its figures and the comparable measures they make up |
//! | `rates` | `rates`: a part by its whole, by report and by region |
//! | `trends`, `statistics` | `trends`: slopes and tests of comparable measures and rates |
//! | `series` | reports in order of years into the last three |
//! | `coverage` | `summary/coverage.csv` |

mod coverage;
mod measure;
mod panel;
mod rates;
mod series;
mod statistics;
mod trends;
mod year;

pub use coverage::{Cell as CoverageCell, Coverage, CoverageRow};
pub use measure::AggregateError;
pub use panel::{Government, Governments, panel_table, tables};
pub use series::{Series, YearRows};
pub use year::{Place, Regions, Total, Year};
