//! Hashes what the program is made of, so that a dataset can say what it was built with.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Data that is embedded in the program; samples are not.
const DATA: &str = "data";
const SAMPLES: &str = "sample";

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    collect(Path::new(DATA), &mut files)?;
    // Folders list their files in any order.
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let content = fs::read(&file)?;
        hash.update(format!("{}\t{}\n", file.display(), content.len()));
        hash.update(content);
    }
    let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=OGI_DATA_SHA256={digits}");
    println!("cargo::rerun-if-changed={DATA}");
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with(SAMPLES) {
                collect(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "csv") {
            files.push(path);
        }
    }
    Ok(())
}
