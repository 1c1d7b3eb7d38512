//! Publishing: a build is written beside the dataset, made durable, and takes its place by one rename.
//! Knows the field table and nothing of how rows are made.
//!
//! ```text
//! out -> .out.builds/3f9c0a55d1e2b7c4      what readers see
//! .out.builds/
//!     OGI                                  says whose folder this is
//!     lock                                 held while a build runs
//!     kept                                 what a build keeps for the next one
//!     3f9c0a55d1e2b7c4/                    the build, named by the hash of its manifest
//!     91d0c4be02a7f513/                    the build before
//!     unfinished/                          a build at work, or what a killed one left
//! ```

mod build;
mod csv;
mod file;
mod folder;
mod manifest;
mod parquet;

pub use self::build::Build;
pub use self::csv::{Cell, CsvTable};
pub use self::file::Written;
pub use self::folder::{Publication, Published};
pub use self::manifest::{Inputs, Manifest, Program};
pub use self::parquet::{RowWriter, TableWriter};

use std::io;
use std::path::{Path, PathBuf};

/// Why a build could not be written or published. The dataset that stood there before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Reading, writing or syncing failed.
    #[error("cannot {action} {path}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// Rows could not be written as Parquet.
    #[error("cannot write {path}")]
    Parquet {
        /// The file.
        path: PathBuf,
        /// Why it failed.
        source: ::parquet::errors::ParquetError,
    },
    /// There is no dataset to read.
    #[error("{path} is no dataset of ogi: it has no manifest.json; give the DIR of an `ogi build INPUT... --out DIR`")]
    NoDataset {
        /// The place.
        path: PathBuf,
    },
    /// A published table cannot be read.
    #[error("cannot read {path}; build the dataset again")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Why it failed.
        source: ::parquet::errors::ParquetError,
    },
    /// The place of the dataset holds something that ogi did not write.
    #[error("{path} {what}; give --out a new name, or move it away: ogi replaces only what it wrote")]
    Occupied {
        /// The place.
        path: PathBuf,
        /// What stands there.
        what: &'static str,
    },
    /// The dataset would become a part of its own input.
    #[error("{out} lies inside the input {input}: the next build would read its own output; give --out a place outside")]
    InsideInput {
        /// The place of the dataset.
        out: PathBuf,
        /// The input.
        input: PathBuf,
    },
    /// Another build is at work.
    #[error("another build of {out} is running ({holder}); wait for it to end, then try again")]
    Locked {
        /// The place of the dataset.
        out: PathBuf,
        /// What the other one wrote into the lock.
        holder: String,
    },
}

impl PublishError {
    fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    fn damaged(path: &Path) -> impl FnOnce(::parquet::errors::ParquetError) -> Self {
        let path = path.to_owned();
        move |source| Self::Damaged { path, source }
    }

    fn parquet(path: &Path) -> impl FnOnce(::parquet::errors::ParquetError) -> Self {
        let path = path.to_owned();
        move |source| Self::Parquet { path, source }
    }
}
