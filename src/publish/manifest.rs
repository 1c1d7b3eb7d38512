//! The manifest of a build: what it was made from and what it holds. No clock and no path of a machine.

use serde::{Deserialize, Serialize};

use super::file::Written;

/// What a build was made from and what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The program that made it.
    pub program: Program,
    /// What it was made from.
    pub inputs: Inputs,
    /// Every file by path, but the manifest itself and `changes`, which tells of this build and another.
    pub outputs: Vec<Written>,
}

/// A version of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 over its sources and the versions of its libraries.
    #[serde(default)]
    pub sources_sha256: String,
    /// SHA-256 over the data embedded in it.
    pub data_sha256: String,
}

impl Manifest {
    /// The manifest of these files, in the order of their paths.
    pub fn new(inputs: Inputs, mut outputs: Vec<Written>) -> Self {
        outputs.sort_by(|a, b| a.path.cmp(&b.path));
        Self { program: Program::this(), inputs, outputs }
    }
}

impl Program {
    /// This program.
    pub fn this() -> Self {
        Self {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sources_sha256: env!("OGI_SOURCES_SHA256").to_owned(),
            data_sha256: env!("OGI_DATA_SHA256").to_owned(),
        }
    }
}

/// The documents of a build; `documents.parquet` has the hash of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// How many.
    pub documents: u64,
    /// How many are reports, copies included.
    pub reports: u64,
    /// How many are none.
    pub rejects: u64,
    /// SHA-256 over source, member and hash of each in the order of the table, tab-separated, one a line.
    pub sha256: String,
    /// SHA-256 of the file of declared corrections, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrections_sha256: Option<String>,
}
