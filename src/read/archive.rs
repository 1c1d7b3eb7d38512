//! ZIP archives: their members within bounds. Names in them are text and never paths of this machine.

use std::io::{Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;

use super::{ReadError, limits};

/// What an archive is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A Word document.
    Docx,
    /// A spreadsheet.
    Xlsx,
    /// A document of another kind, named in a message.
    Other(&'static str),
    /// Files put together.
    Container,
}

/// An open archive.
pub(super) struct Archive<R> {
    zip: ZipArchive<R>,
    /// Bytes that came out of it.
    expanded: u64,
    /// Bytes that all members together may have.
    bound: u64,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive of which at most `bound` bytes come out.
    pub fn open(reader: R, bound: u64) -> Result<Self, ReadError> {
        let mut zip = ZipArchive::new(reader).map_err(damaged)?;
        limits::members(zip.len())?;
        // Members that share bytes are how a small archive holds without end.
        if zip.has_overlapping_files().map_err(damaged)? {
            return Err(ReadError::Damaged { what: "ZIP archive", detail: "its members overlap".to_owned() });
        }
        Ok(Self { zip, expanded: 0, bound })
    }

    /// What it is made for, by the names in it.
    pub fn purpose(&self) -> Purpose {
        let mut other = None;
        for name in self.zip.file_names_raw() {
            match name {
                b"word/document.xml" => return Purpose::Docx,
                b"xl/workbook.xml" => return Purpose::Xlsx,
                b"xl/workbook.bin" => return Purpose::Xlsx,
                b"ppt/presentation.xml" => other = Some(Purpose::Other("a presentation")),
                b"OFD.xml" => other = Some(Purpose::Other("an OFD document")),
                b"META-INF/container.xml" => other = Some(Purpose::Other("a book (.epub)")),
                b"META-INF/manifest.xml" if self.zip.index_for_name("content.xml").is_some() => {
                    other = Some(Purpose::Other("an OpenDocument file"));
                }
                _ => {}
            }
        }
        other.unwrap_or(Purpose::Container)
    }

    /// The files in it: index and name, in the order of names.
    pub fn files(&mut self) -> Vec<(usize, String)> {
        let mut files = Vec::with_capacity(self.zip.len());
        for index in 0..self.zip.len() {
            let Ok(file) = self.zip.by_index_raw(index) else { continue };
            if file.is_file() {
                files.push((index, name_of(file.name_raw())));
            }
        }
        files.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
        files
    }

    /// The bytes of a member by its place.
    pub fn read(&mut self, index: usize) -> Result<Vec<u8>, ReadError> {
        let file = self.zip.by_index(index).map_err(damaged)?;
        let packed = file.compressed_size();
        let limit = limits::DOCUMENT_BYTES.min(self.bound - self.expanded);
        let mut bytes = Vec::new();
        file.take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| ReadError::Truncated { what: "ZIP archive", detail: error.to_string() })?;
        let length = bytes.len() as u64;
        self.expanded += length.min(limit);
        limits::expansion(packed, length)?;
        if length > limit {
            return Err(ReadError::TooLarge { what: "bytes in an archive", limit });
        }
        Ok(bytes)
    }

    /// The bytes of a member by its name; `None` where there is none.
    pub fn named(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        self.zip.index_for_name(name).map(|index| self.read(index)).transpose()
    }
}

/// A name in an archive. Old programs write it in the encoding of their system.
fn name_of(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

fn damaged(error: ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(detail) if detail == ZipError::PASSWORD_REQUIRED => ReadError::Encrypted("ZIP archive"),
        error => ReadError::Damaged { what: "ZIP archive", detail: error.to_string() },
    }
}
