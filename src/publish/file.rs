//! A file of a build, hashed as it is written.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::PublishError;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Path within the build, with `/`.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Rows, for tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// Writes a file and its hash.
#[derive(Debug)]
pub(super) struct HashedFile {
    name: String,
    path: PathBuf,
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl HashedFile {
    /// Creates a file of a build; `name` is its path within it.
    pub(super) fn create(folder: &Path, name: &str) -> Result<Self, PublishError> {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(PublishError::io("create", parent))?;
        }
        let file = File::create_new(&path).map_err(PublishError::io("create", &path))?;
        Ok(Self { name: name.to_owned(), path, file: BufWriter::new(file), hash: Sha256::new(), bytes: 0 })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the file durable.
    pub(super) fn finish(self, rows: Option<u64>) -> Result<Written, PublishError> {
        let file = self.file.into_inner().map_err(|error| PublishError::io("write", &self.path)(error.into_error()))?;
        file.sync_all().map_err(PublishError::io("sync", &self.path))?;
        Ok(Written { path: self.name, bytes: self.bytes, sha256: hexadecimal(&self.hash.finalize()), rows })
    }
}

impl Write for HashedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The hash of a file.
pub(super) fn hash_of(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
