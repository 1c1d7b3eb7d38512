//! The published files as another reader sees them: types, order, compression, documentation.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::Path;

use arrow::datatypes::DataType;
use ogi::aggregate::tables;
use ogi::schema::{self, AggregateRow, CodebookRow, DocumentRow, FactRow, FindingRow, RegionRow, RejectRow, ReportRow, Table};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::Value;

use crate::corpus::{self, Plan};
use crate::program::{Folder, build, files, ogi, rows, sample_dataset};
use crate::scaled;

/// Tables that a build writes.
fn published() -> Vec<&'static Table> {
    tables().into_iter().filter(|table| sample_dataset().join(format!("{}.parquet", table.name)).is_file()).collect()
}

#[test]
fn the_tables_of_the_contract_are_there() {
    let names: BTreeSet<&str> = published().iter().map(|table| table.name).collect();
    for name in [
        "documents",
        "reports",
        "facts",
        "findings",
        "rejects",
        "aggregates",
        "panel",
        "rates",
        "trends",
        "regions",
        "codebook",
        "crosswalk",
    ] {
        assert!(names.contains(name), "{name}.parquet is missing");
    }
    for name in ["datapackage.json", "CODEBOOK.md", "panel_labels.do", "panel_labels.R", "summary/README.md", "manifest.json"] {
        assert!(sample_dataset().join(name).is_file(), "{name} is missing");
    }
    let summaries = fs::read_dir(sample_dataset().join("summary")).expect("summary/ is there").count();
    assert!(summaries > 0);
}

#[test]
fn schema_is_that_of_the_field_table() {
    for table in published() {
        let file = File::open(sample_dataset().join(format!("{}.parquet", table.name))).unwrap();
        let schema = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().schema().clone();
        assert_eq!(schema.fields(), table.schema().fields(), "{}", table.name);
    }
}

#[test]
fn types_are_those_that_stata_r_and_csv_read() {
    for table in tables() {
        for field in table.schema().fields() {
            let fit = matches!(
                field.data_type(),
                DataType::Utf8
                    | DataType::Int16
                    | DataType::Int32
                    | DataType::Int64
                    | DataType::Float64
                    | DataType::Boolean
                    | DataType::Date32
            );
            assert!(fit, "{}.{} is {}", table.name, field.name(), field.data_type());
        }
    }
}

#[test]
fn every_column_is_compressed_with_zstd() {
    for table in published() {
        let reader = SerializedFileReader::new(File::open(sample_dataset().join(format!("{}.parquet", table.name))).unwrap()).unwrap();
        for group in reader.metadata().row_groups() {
            for column in group.columns() {
                assert!(matches!(column.compression(), Compression::ZSTD(_)), "{} {}", table.name, column.column_path());
            }
        }
    }
}

fn assert_sorted<K: Ord + std::fmt::Debug>(name: &str, keys: Vec<K>) {
    for pair in keys.windows(2) {
        assert!(pair[0] <= pair[1], "{name} is not sorted: {:?} stands before {:?}", pair[0], pair[1]);
    }
}

fn assert_unique<K: Ord + Clone + std::fmt::Debug>(name: &str, keys: &[K]) {
    let mut seen = BTreeSet::new();
    for key in keys {
        assert!(seen.insert(key.clone()), "{name} has two rows of {key:?}");
    }
}

/// Order and keys over more reports than the samples.
#[test]
fn rows_are_in_order_and_keys_unique() {
    let folder = Folder::new("physical");
    for seed in 0..scaled(60) {
        let report = corpus::report(&Plan::random(seed));
        folder.write(&format!("in/{}", report.name), &report.bytes);
    }
    let out = build(&folder, &folder.path("in"), "out", &[]);

    let reports: Vec<ReportRow> = rows(&out);
    let place = |r: &ReportRow| (r.year, r.region_code.clone(), r.body_id.clone(), r.report_id.clone());
    assert_sorted("reports", reports.iter().map(place).collect());
    assert_unique("reports", &reports.iter().map(|r| &r.report_id).collect::<Vec<_>>());

    let facts: Vec<FactRow> = rows(&out);
    let order = |id: &str| reports.iter().position(|r| r.report_id == id).expect("a fact has its report");
    assert_sorted("facts", facts.iter().map(|f| (order(&f.report_id), f.fact_no)).collect());
    assert_unique("facts", &facts.iter().map(|f| (&f.report_id, f.fact_no)).collect::<Vec<_>>());
    for report in &reports {
        let mine: Vec<&FactRow> = facts.iter().filter(|f| f.report_id == report.report_id).collect();
        assert_eq!(mine.len(), usize::try_from(report.facts).unwrap(), "reports.facts of {}", report.source);
        assert!(mine.windows(2).all(|pair| pair[0].start <= pair[1].start), "fact_no follows the source in {}", report.source);
        assert!(mine.iter().all(|f| f.year == report.year && f.region_code == report.region_code && f.body_id == report.body_id));
    }

    let findings: Vec<FindingRow> = rows(&out);
    assert_unique("findings", &findings.iter().map(|f| (&f.report_id, f.finding_no)).collect::<Vec<_>>());
    assert!(findings.iter().all(|f| reports.iter().any(|r| r.report_id == f.report_id)));

    let documents: Vec<DocumentRow> = rows(&out);
    assert_unique("documents", &documents.iter().map(|d| (&d.source, &d.member)).collect::<Vec<_>>());
    let rejects: Vec<RejectRow> = rows(&out);
    assert!(rejects.iter().all(|r| documents.iter().any(|d| d.source == r.source && d.member == r.member)));

    let aggregates: Vec<AggregateRow> = rows(&out);
    let key = |a: &AggregateRow| {
        let words = [&a.basis, &a.region_code, &a.level, &a.org_kind, &a.scope, &a.indicator, &a.dimension, &a.category, &a.applicant];
        (a.year, words.map(String::clone))
    };
    assert_unique("aggregates", &aggregates.iter().map(key).collect::<Vec<_>>());
    let codes: Vec<CodebookRow> = rows(&out);
    let codes: BTreeSet<(&str, &str, &str)> =
        codes.iter().map(|c| (c.indicator.as_str(), c.dimension.as_str(), c.category.as_str())).collect();
    assert!(facts.iter().all(|f| codes.contains(&(f.indicator.as_str(), f.dimension.as_str(), f.category.as_str()))));
    let regions: Vec<RegionRow> = rows(&out);
    let regions: BTreeSet<&str> = regions.iter().map(|r| r.region_code.as_str()).collect();
    assert!(reports.iter().filter_map(|r| r.region_code.as_deref()).all(|code| regions.contains(code)));
}

/// Sums of the aggregates can be recomputed from counted rows by anyone.
#[test]
fn aggregates_are_sums_of_counted_rows() {
    let facts: Vec<FactRow> = rows(sample_dataset());
    let aggregates: Vec<AggregateRow> = rows(sample_dataset());
    let own: Vec<&AggregateRow> = aggregates.iter().filter(|a| a.basis == "own").collect();
    assert!(!own.is_empty());
    for aggregate in own {
        let mut values: BTreeMap<&str, (bool, f64)> = BTreeMap::new();
        for fact in facts.iter().filter(|f| is_summed(f, aggregate)) {
            let Some(value) = fact.value else { continue };
            // `total` and empty are one quantity, the table's figure first.
            let total = fact.applicant == "total";
            let kept = values.entry(&fact.report_id).or_insert((total, value));
            if total {
                *kept = (total, value);
            }
        }
        let values: Vec<f64> = values.into_values().map(|(_, value)| value).collect();
        assert_eq!(usize::try_from(aggregate.n_reported).unwrap(), values.len(), "{aggregate:?}");
        match aggregate.sum {
            None => assert!(values.is_empty(), "{aggregate:?}"),
            Some(sum) => assert!((sum - values.iter().sum::<f64>()).abs() < 1e-6 * sum.abs().max(1.0), "{aggregate:?}"),
        }
    }
}

fn is_summed(fact: &FactRow, aggregate: &AggregateRow) -> bool {
    let applicant = if fact.applicant == "total" { "" } else { &fact.applicant };
    let words = [&fact.scope, &fact.indicator, &fact.dimension, &fact.category];
    fact.counted
        && fact.period == "year"
        && fact.year == Some(aggregate.year)
        && fact.region_code.as_deref() == Some(aggregate.region_code.as_str())
        && fact.level.as_deref() == Some(aggregate.level.as_str())
        && fact.org_kind.as_deref() == Some(aggregate.org_kind.as_str())
        && words == [&aggregate.scope, &aggregate.indicator, &aggregate.dimension, &aggregate.category]
        && applicant == aggregate.applicant
}

#[test]
fn documentation_is_that_of_the_field_table() {
    let package: Value = serde_json::from_str(&fs::read_to_string(sample_dataset().join("datapackage.json")).unwrap()).unwrap();
    let resources = package["resources"].as_array().unwrap();
    for table in published() {
        let resource =
            resources.iter().find(|r| r["name"] == table.name).unwrap_or_else(|| panic!("{} is not in datapackage.json", table.name));
        assert_eq!(resource["schema"], schema::json_schema(table), "{}", table.name);
        let path = resource["path"].as_str().unwrap();
        assert!(sample_dataset().join(path).is_file(), "datapackage.json names {path}");
    }
    for resource in resources {
        let path = resource["path"].as_str().unwrap();
        assert!(sample_dataset().join(path).is_file(), "datapackage.json names {path}, which the build did not write");
    }
    let page = fs::read_to_string(sample_dataset().join("CODEBOOK.md")).unwrap();
    assert!(page.contains(&schema::codebook_tables(&published())), "CODEBOOK.md holds the tables as the field table has them");
    for (_, code) in ogi::knowledge::codebook().codes() {
        assert!(page.contains(code.label_zh.as_str()), "CODEBOOK.md explains {}", code.label_zh);
    }
}

#[test]
fn labels_of_the_panel_are_those_that_the_command_prints() {
    for (name, format) in [("panel_labels.do", "stata"), ("panel_labels.R", "r")] {
        let printed = ogi(&["codebook", "--format", format]).expect(0).stdout;
        assert_eq!(fs::read_to_string(sample_dataset().join(name)).unwrap(), printed, "{name}");
    }
}

#[test]
fn the_readme_of_the_summaries_tells_of_each_file_and_column() {
    let readme = fs::read_to_string(sample_dataset().join("summary/README.md")).unwrap();
    let manifest = fs::read_to_string(sample_dataset().join("manifest.json")).unwrap();
    let mut told = readme.split("\n## ").skip(1).map(|part| part.split_once(".csv\n").unwrap()).collect::<Vec<_>>();
    told.sort_unstable();
    let mut files: Vec<_> =
        fs::read_dir(sample_dataset().join("summary")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    files.retain(|name| name.ends_with(".csv"));
    files.sort();
    assert_eq!(told.iter().map(|(name, _)| format!("{name}.csv")).collect::<Vec<_>>(), files);
    for (name, text) in told {
        let csv = fs::read_to_string(sample_dataset().join(format!("summary/{name}.csv"))).unwrap();
        let headers: Vec<_> = csv.trim_start_matches('\u{feff}').lines().next().unwrap().split(',').collect();
        let rows: Vec<_> = text.lines().filter(|line| line.starts_with("| ")).skip(2).collect();
        assert_eq!(rows.iter().map(|row| row.split(" | ").next().unwrap().trim_start_matches("| ")).collect::<Vec<_>>(), headers, "{name}");
        assert!(rows.iter().all(|row| row.split(" | ").all(|cell| !cell.trim().is_empty())), "{name}: {rows:?}");
        assert!(manifest.contains(&format!("summary/{name}.csv")));
    }
    assert!(manifest.contains("summary/README.md"), "the README is in the manifest");
}

#[test]
fn the_manifest_names_every_file_with_its_hash() {
    let manifest: Value = serde_json::from_str(&fs::read_to_string(sample_dataset().join("manifest.json")).unwrap()).unwrap();
    let text = manifest.to_string();
    for (name, bytes) in files(sample_dataset()) {
        if name != "manifest.json" {
            assert!(text.contains(&hash(&bytes)), "the manifest holds the hash of {name}");
        }
    }
}

fn hash(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn summaries_open_in_a_spreadsheet() {
    let mut seen = 0;
    for (name, bytes) in files(sample_dataset()).into_iter().filter(|(name, _)| Path::new(name).extension().is_some_and(|e| e == "csv")) {
        assert!(bytes.starts_with(b"\xef\xbb\xbf"), "{name} begins with a byte order mark");
        let mut reader = csv::Reader::from_reader(&bytes[3..]);
        let width = reader.headers().unwrap().len();
        assert!(width > 1, "{name} has columns");
        for record in reader.records() {
            assert_eq!(record.unwrap().len(), width, "{name}");
        }
        seen += 1;
    }
    assert!(seen > 0);
}
