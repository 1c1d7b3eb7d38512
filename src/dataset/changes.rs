//! What changed between two builds: `changes`.
//!
//! Documents are paired by source and member; reports that count by body and year, others by their id;
//! figures and findings within paired reports by what they are about. So a page that was published again
//! with another layout, and therefore is another report, shows the figures that differ and no others.
//! What only moved within its document is no change: places, quotes, numbers of rows and rules are not
//! compared. The rows of a report that came or went are not listed beside it.
//!
//! A first pass takes a hash of each group of rows that is compared; a second looks only at the rows of
//! groups that differ. What is kept of all reports at once is their ids, pairs and hashes.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde::{Deserialize, Serialize};

use super::DEFAULT_MEMORY;
use super::select::half_hash;
use super::sorter::{Key, Sorter, SpillError, merge};
use crate::publish::{Build, PublishError};
use crate::schema::{ChangeRow, DOCUMENTS, FACTS, FINDINGS, REPORTS, Table};

/// Why two builds cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// A build cannot be read.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// Rows cannot be put aside.
    #[error(transparent)]
    Spill(#[from] SpillError),
    /// A table is not as the field table says.
    #[error("{table}.parquet is not as this version of ogi writes it ({source}); build again with this version")]
    Schema {
        /// The table.
        table: &'static str,
        /// What differs.
        source: ArrowError,
    },
}

/// What takes changes.
type Sink<'a, E> = dyn FnMut(ChangeRow) -> Result<(), E> + 'a;
/// What takes the group, key and compared cells of rows.
type RowSink<'a> = dyn FnMut(&str, &str, Vec<Option<String>>) -> Result<(), SpillError> + 'a;

/// Hands each change from `old` to `new` to `sink`, in order of table, key and column. Rows are put aside in
/// `work`.
///
/// # Errors
/// When a build cannot be read, rows cannot be put aside, or the sink fails.
pub fn changes<E: From<DiffError>>(old: &Build, new: &Build, work: &Path, sink: &mut Sink<E>) -> Result<(), E> {
    let sides = [Side::open(old)?, Side::open(new)?];
    for compared in COMPARED {
        compared.changes(&sides, work, sink)?;
    }
    Ok(())
}

/// What is compared of a table.
struct Compared {
    table: &'static Table,
    /// Columns that pair the rows of a group; none where the group is one row.
    key: &'static [&'static str],
    /// Columns that are compared, in order of their names.
    columns: &'static [&'static str],
    /// Whether rows belong to reports.
    of_reports: bool,
    /// The column by which a row is told that came or went.
    headline: &'static str,
    /// A column that must hold for a row to be compared.
    only: Option<&'static str>,
}

/// In order of the names of tables.
const COMPARED: [Compared; 4] = [
    Compared {
        table: &DOCUMENTS,
        key: &["source", "member"],
        columns: &["bytes", "charset", "media_type", "outcome", "report_id", "sha256"],
        headline: "outcome",
        of_reports: false,
        only: None,
    },
    Compared {
        table: &FACTS,
        key: &["subject", "indicator", "dimension", "category", "applicant", "period"],
        columns: &["checked", "correction", "counted", "form", "implied", "origin", "qualifier", "scope", "unit", "value", "value_text"],
        headline: "value",
        of_reports: true,
        only: Some("selected"),
    },
    Compared {
        table: &FINDINGS,
        key: &["check", "applicant", "expression"],
        columns: &["delta", "lhs", "other_report_id", "rhs", "severity"],
        headline: "severity",
        of_reports: true,
        only: None,
    },
    Compared {
        table: &REPORTS,
        key: &[],
        columns: &[
            "cells_blank",
            "cells_expected",
            "cells_read",
            "characters",
            "checks_broken",
            "checks_held",
            "checks_open",
            "correction",
            "doc_no",
            "duplicate_of",
            "facts",
            "findings",
            "form",
            "index_no",
            "level",
            "org",
            "org_kind",
            "period_end",
            "period_start",
            "published",
            "region_code",
            "report_id",
            "scope",
            "source",
            "tables",
            "text_sha256",
            "title",
        ],
        headline: "report_id",
        of_reports: true,
        only: None,
    },
];

/// A build, and what its reports are paired by.
struct Side<'a> {
    build: &'a Build,
    /// Report to pair.
    pairs: HashMap<String, String>,
    known: HashSet<String>,
}

impl<'a> Side<'a> {
    fn open(build: &'a Build) -> Result<Self, DiffError> {
        let mut pairs = HashMap::new();
        for batch in build.batches(&REPORTS, &["report_id", "body_id", "year", "selected"])? {
            let batch = batch?;
            let cells = Cells::new(&REPORTS, &batch, &["report_id", "body_id", "year", "selected"])?;
            for row in 0..batch.num_rows() {
                let [id, body, year, selected] = [0, 1, 2, 3].map(|column| cells.text(column, row));
                let id = id.unwrap_or_default();
                let pair = match (body, year) {
                    (Some(body), Some(year)) if selected.as_deref() == Some("true") => joined(&[body, year]),
                    _ => id.clone(),
                };
                pairs.insert(id, pair);
            }
        }
        let known = pairs.values().cloned().collect();
        Ok(Self { build, pairs, known })
    }
}

/// A row that is compared.
#[derive(Serialize, Deserialize)]
struct Compare {
    new: bool,
    key: String,
    cells: Vec<Option<String>>,
}

impl Compared {
    fn changes<E: From<DiffError>>(&self, sides: &[Side; 2], work: &Path, sink: &mut Sink<E>) -> Result<(), E> {
        let touched = self.touched(sides)?;
        if touched.is_empty() {
            return Ok(());
        }
        let mut sorter = Sorter::new(work, format!("changes-{}", self.table.name), DEFAULT_MEMORY).map_err(DiffError::from)?;
        for (side, new) in sides.iter().zip([false, true]) {
            let mut seen: HashMap<String, u32> = HashMap::new();
            let mut last = String::new();
            self.each_row(side, sides, &mut |group, row_key, cells| {
                if !touched.contains(&half_hash(&[group.as_bytes()])) {
                    return Ok(());
                }
                if last != group {
                    group.clone_into(&mut last);
                    seen.clear();
                }
                // Several findings can be about one thing: their order tells them apart.
                let count = seen.entry(row_key.to_owned()).and_modify(|count| *count += 1).or_insert(1);
                let mut key = group.to_owned();
                for part in [row_key, &(if *count > 1 { format!("#{count}") } else { String::new() })] {
                    if !part.is_empty() {
                        key = format!("{key};{part}");
                    }
                }
                sorter.push(Key::default().text(&key).place(new.into()), &Compare { new, key, cells })
            })?;
        }
        let mut rows = merge(vec![sorter]).map_err(DiffError::from)?;
        let mut pending: Option<Compare> = None;
        while let Some(row) = rows.next_value::<Compare>().map_err(DiffError::from)? {
            match pending.take() {
                Some(old) if row.new && old.key == row.key => self.differences(&old, &row, sink)?,
                Some(alone) => {
                    self.alone(alone, sink)?;
                    pending = Some(row);
                }
                None => pending = Some(row),
            }
        }
        pending.map_or(Ok(()), |alone| self.alone(alone, sink))
    }

    /// Hashes of the groups that are not equal in both builds.
    fn touched(&self, sides: &[Side; 2]) -> Result<HashSet<u128>, DiffError> {
        let [old, new] = sides;
        let mut before = self.hashes(old, sides)?;
        let mut touched = HashSet::new();
        for (group, hash) in self.hashes(new, sides)? {
            if before.remove(&group) != Some(hash) {
                touched.insert(group);
            }
        }
        touched.extend(before.into_keys());
        Ok(touched)
    }

    /// The hash of each group's rows.
    fn hashes(&self, side: &Side, sides: &[Side; 2]) -> Result<HashMap<u128, u128>, DiffError> {
        let mut hashes: HashMap<u128, u128> = HashMap::new();
        self.each_row(side, sides, &mut |group, key, cells| {
            let parts = cells.iter().map(|cell| cell.as_deref().unwrap_or("\0").as_bytes());
            let row = half_hash(&[key.as_bytes()].into_iter().chain(parts).collect::<Vec<_>>());
            // A sum does not depend on the order of a group's rows.
            let hash = hashes.entry(half_hash(&[group.as_bytes()])).or_default();
            *hash = hash.wrapping_add(row);
            Ok(())
        })?;
        Ok(hashes)
    }

    /// Hands on the group, key and compared cells of each row that may differ.
    fn each_row(&self, side: &Side, sides: &[Side; 2], sink: &mut RowSink) -> Result<(), DiffError> {
        let id_column = self.of_reports.then_some("report_id");
        let names: Vec<&str> = self.key.iter().chain(self.columns).copied().chain(id_column).chain(self.only).collect();
        let [old, new] = sides;
        // The same program makes the same figures of the same document.
        let same_program = old.build.manifest().program == new.build.manifest().program;
        let same_corrections = old.build.manifest().inputs.corrections_sha256 == new.build.manifest().inputs.corrections_sha256;
        let figures = std::ptr::eq(self.table, &FACTS);
        let may_differ = |id: &str| {
            let pairs = [old, new].map(|side| side.pairs.get(id));
            let equal = figures && same_program && same_corrections && pairs[0].is_some() && pairs[0] == pairs[1];
            let within = |pair: &String| std::ptr::eq(self.table, &REPORTS) || (old.known.contains(pair) && new.known.contains(pair));
            !equal && side.pairs.get(id).is_some_and(within)
        };
        let mut visit = |batch: &RecordBatch| {
            let cells = Cells::new(self.table, batch, &names)?;
            let (compared, key) = (self.columns.len(), self.key.len());
            for row in 0..batch.num_rows() {
                let only = key + compared + usize::from(self.of_reports);
                if self.only.is_some() && cells.text(only, row).as_deref() != Some("true") {
                    continue;
                }
                let row_key = joined(&(0..key).map(|column| cells.text(column, row).unwrap_or_default()).collect::<Vec<_>>());
                let values = (key..key + compared).map(|column| cells.text(column, row)).collect();
                if self.of_reports {
                    let id = cells.text(key + compared, row).unwrap_or_default();
                    let Some(pair) = side.pairs.get(&id) else { continue };
                    sink(pair, &row_key, values)?;
                } else {
                    sink(&row_key, "", values)?;
                }
            }
            Ok::<(), DiffError>(())
        };
        if self.of_reports {
            for batch in side.build.batches_of(self.table, &names, "report_id", &mut |id| may_differ(id))? {
                visit(&batch?)?;
            }
        } else {
            for batch in side.build.batches(self.table, &names)? {
                visit(&batch?)?;
            }
        }
        Ok(())
    }

    fn differences<E>(&self, old: &Compare, new: &Compare, sink: &mut Sink<E>) -> Result<(), E> {
        for (column, cells) in self.columns.iter().zip(old.cells.iter().zip(&new.cells)) {
            if cells.0 != cells.1 {
                sink(self.change(&new.key, column, "changed", cells.0.clone(), cells.1.clone()))?;
            }
        }
        Ok(())
    }

    /// A row that came or went is told by its headline.
    fn alone<E>(&self, row: Compare, sink: &mut Sink<E>) -> Result<(), E> {
        let cell = self.columns.iter().position(|column| *column == self.headline).and_then(|at| row.cells.into_iter().nth(at).flatten());
        let (change, old, new) = if row.new { ("added", None, cell) } else { ("removed", cell, None) };
        sink(self.change(&row.key, self.headline, change, old, new))
    }

    fn change(&self, key: &str, column: &str, change: &str, old: Option<String>, new: Option<String>) -> ChangeRow {
        ChangeRow { table: self.table.name.to_owned(), key: key.to_owned(), column: column.to_owned(), change: change.to_owned(), old, new }
    }
}

/// Columns of a batch, as text.
struct Cells<'a>(Vec<(&'a dyn Array, ArrayFormatter<'a>)>);

impl<'a> Cells<'a> {
    fn new(table: &'static Table, batch: &'a RecordBatch, names: &[&str]) -> Result<Self, DiffError> {
        const OPTIONS: FormatOptions = FormatOptions::new();
        let column = |name: &&str| {
            let absent = || ArrowError::SchemaError(format!("no column {name}"));
            let array = batch.column_by_name(name).ok_or_else(absent)?.as_ref();
            Ok((array, ArrayFormatter::try_new(array, &OPTIONS)?))
        };
        names.iter().map(column).collect::<Result<_, _>>().map(Self).map_err(|source| DiffError::Schema { table: table.name, source })
    }

    fn text(&self, column: usize, row: usize) -> Option<String> {
        let (array, formatter) = &self.0[column];
        array.is_valid(row).then(|| match array.as_string_opt::<i32>() {
            Some(texts) => texts.value(row).to_owned(),
            None => formatter.value(row).to_string(),
        })
    }
}

/// Parts of a key, joined so that they can be told apart; empty ones at the end are left out.
fn joined(parts: &[String]) -> String {
    let filled = parts.iter().rposition(|part| !part.is_empty()).map_or(0, |last| last + 1);
    parts[..filled].iter().map(|part| part.replace('%', "%25").replace(';', "%3B")).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::{COMPARED, joined};

    #[test]
    fn what_is_compared_is_in_the_field_table() {
        for compared in &COMPARED {
            for name in compared.key.iter().chain(compared.columns).chain(compared.only.as_ref()) {
                assert!(compared.table.field(name).is_some(), "{}.{name}", compared.table.name);
            }
            assert!(compared.columns.is_sorted() && compared.columns.contains(&compared.headline), "{}", compared.table.name);
        }
        assert!(COMPARED.is_sorted_by_key(|compared| compared.table.name));
    }

    #[test]
    fn parts_of_keys_can_be_told_apart() {
        let key = |parts: &[&str]| joined(&parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
        assert_ne!(key(&["a;b", ""]), key(&["a", "b"]));
        assert_eq!(key(&["a", "", "b", ""]), "a;;b");
        assert_ne!(key(&["a%3Bb"]), key(&["a;b"]));
        assert_eq!(key(&["410322/government/", "2015"]), "410322/government/;2015");
    }
}
