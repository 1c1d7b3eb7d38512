//! Hashes what the program is made of, so that a dataset can say what it was built with, and a build which
//! results of the build before it may use.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Data that is embedded in the program; samples are not.
const DATA: &str = "data";
const SAMPLES: &str = "sample";
const SOURCES: &str = "src";
/// Versions of the libraries.
const LOCK: &str = "Cargo.lock";
/// The rooms that decide what rows a document yields. `dataset` makes and packs the rows.
const STAGES: [&str; 8] = ["schema", "knowledge", "read", "repair", "identify", "extract", "check", "dataset"];

fn main() -> Result<(), Box<dyn Error>> {
    let data = files(Path::new(DATA), "csv")?;
    let sources = files(Path::new(SOURCES), "")?;
    let lock = PathBuf::from(LOCK);
    let of_stages = sources.iter().filter(|path| STAGES.iter().any(|room| path.starts_with(Path::new(SOURCES).join(room))));
    println!("cargo::rustc-env=OGI_DATA_SHA256={}", hash(&data)?);
    println!("cargo::rustc-env=OGI_STAGES_SHA256={}", hash(of_stages.chain(&data).chain([&lock]))?);
    println!("cargo::rustc-env=OGI_SOURCES_SHA256={}", hash(sources.iter().chain([&lock]))?);
    for path in [DATA, SOURCES, LOCK] {
        println!("cargo::rerun-if-changed={path}");
    }
    Ok(())
}

/// The files of a folder with an ending, sorted, since folders list theirs in any order; all files where
/// the ending is empty.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    fn collect(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                if !path.starts_with(Path::new(DATA).join(SAMPLES)) {
                    collect(&path, ending, files)?;
                }
            } else if ending.is_empty() || path.extension().is_some_and(|extension| extension == ending) {
                files.push(path);
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    collect(folder, ending, &mut found)?;
    found.sort();
    Ok(found)
}

/// The hash of files by path and content.
fn hash<'a>(files: impl IntoIterator<Item = &'a PathBuf>) -> Result<String, Box<dyn Error>> {
    let mut hash = Sha256::new();
    for file in files {
        let content = fs::read(file)?;
        hash.update(format!("{}\t{}\n", file.display(), content.len()));
        hash.update(content);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
