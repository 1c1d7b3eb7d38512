//! What the stages made of each document, packed, in one file.
//!
//! The file serves twice. While a build runs it holds the rows of its reports until they are written in the
//! order of publication. After the build it is kept beside the builds, so that the next one takes from it
//! what it says of documents that did not change, and reads the others only.
//!
//! ```text
//! results, one after the other        stub (account, what selection needs) | packed rows of each report
//! index                               content, place, lengths and hash of each
//! foot                                place, length and hash of the index; hash of the stages
//! ```
//!
//! A result is found by what the stages know of a document: its bytes and what a container says beside them,
//! but never its name or place. So a renamed document keeps its result. A file that other stages made (other
//! sources, data or libraries), or one that is not whole, is not used; a result whose bytes do not have their
//! hash is not there. Each build keeps the results of its own documents only, so that the file never grows
//! beyond what the inputs hold.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::packing::{Packer, Unpacker};
use super::process::{Account, Bundle, Processed};
use super::select::Candidate;
use super::sorter::SpillError;
use crate::read::{Content, Entry};

/// The stages that this program has: sources, data and versions of libraries.
const STAGES: &str = env!("OGI_STAGES_SHA256");
/// Place and length of the index, its hash, and the stages.
const FOOT: usize = 8 + 8 + 32 + STAGES.len();

/// What the stages know of a document, hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ContentKey([u8; 16]);

impl ContentKey {
    /// The key of an entry that has these bytes.
    pub fn of(entry: &Entry, bytes: &[u8]) -> Self {
        let kind: &[u8] = match &entry.content {
            Content::File(_) | Content::Bytes(_) => b"bytes",
            Content::Text(_) => b"text",
            Content::Html(_) => b"html",
            Content::Broken(_) => b"broken",
        };
        let mut hash = Sha256::new_with_prefix(kind);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
        for text in [&entry.title, &entry.address, &entry.charset] {
            // A text that is missing is another than one that is empty.
            hash.update(text.as_ref().map_or(u64::MAX, |text| text.len() as u64).to_le_bytes());
            hash.update(text.as_deref().unwrap_or_default());
        }
        Self(half(&hash.finalize()))
    }
}

/// Where the rows of a report stand in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    offset: u64,
    length: u32,
}

impl Place {
    /// The first so many bytes, and what comes after them.
    #[must_use]
    pub fn split_at(self, length: u32) -> (Self, Self) {
        let length = length.min(self.length);
        (Self { length, ..self }, Self { offset: self.offset + u64::from(length), length: self.length - length })
    }
}

/// A result without the rows of its reports.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stub {
    /// The account of the document, but for its source and member.
    pub account: Account,
    /// Of each report, what orders and selects it, but for source and member.
    pub reports: Vec<Rank>,
}

/// What orders and selects a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rank {
    /// Its year.
    pub year: Option<i16>,
    /// Its region.
    pub region_code: Option<String>,
    /// Its body.
    pub body_id: Option<String>,
    /// What selection has to know.
    pub candidate: Candidate,
    /// Bytes of its packed rows.
    pub length: u32,
}

/// A result, packed.
#[derive(Debug)]
pub struct Packed {
    /// All but the rows of the reports.
    pub stub: Stub,
    /// The stub, and the rows behind it.
    bytes: Vec<u8>,
    /// Where the rows begin.
    rows: usize,
    /// Of the bytes.
    hash: [u8; 16],
}

impl Packed {
    /// Packs what became of a document.
    ///
    /// # Errors
    /// When a row cannot be packed.
    pub fn new(processed: Processed, packer: &mut Packer) -> Result<Self, SpillError> {
        let Processed { account, reports } = processed;
        let mut rows = Vec::new();
        let mut ranks = Vec::with_capacity(reports.len());
        for (bundle, candidate) in reports {
            let packed = packer.pack(&bundle)?;
            let length = u32::try_from(packed.len()).map_err(SpillError::record)?;
            let Bundle { report, .. } = bundle;
            ranks.push(Rank { year: report.year, region_code: report.region_code, body_id: report.body_id, candidate, length });
            if rows.is_empty() { rows = packed } else { rows.extend(packed) }
        }
        let stub = Stub { account, reports: ranks };
        let mut bytes = postcard::to_stdvec(&stub).map_err(SpillError::record)?;
        let begin = bytes.len();
        bytes.extend(rows);
        let hash = half(&Sha256::digest(&bytes));
        Ok(Self { stub, bytes, rows: begin, hash })
    }
}

/// A line of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    key: ContentKey,
    /// Of fixed width, so that the size of the file does not depend on the order in which results came.
    #[serde(with = "postcard::fixint::le")]
    offset: u64,
    stub: u32,
    rows: u32,
    hash: [u8; 16],
}

/// The results that a build before kept.
#[derive(Debug)]
pub struct Kept {
    file: File,
    /// In order of keys.
    index: Vec<Line>,
}

impl Kept {
    /// Opens the file of a build before; `None` where there is none, it is not whole, or other stages made it.
    pub fn open(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let end = file.metadata().ok()?.len().checked_sub(FOOT as u64)?;
        let mut foot = [0; FOOT];
        file.read_exact_at(&mut foot, end).ok()?;
        let (place, rest) = foot.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let (hash, stages) = rest.split_first_chunk::<32>()?;
        let (place, length) = (u64::from_le_bytes(*place), u64::from_le_bytes(*length));
        if stages != STAGES.as_bytes() || place.checked_add(length)? != end {
            return None;
        }
        let mut packed = vec![0; usize::try_from(length).ok()?];
        file.read_exact_at(&mut packed, place).ok()?;
        if Sha256::digest(&packed).as_slice() != hash {
            return None;
        }
        let index = postcard::from_bytes(&packed).ok()?;
        Some(Self { file, index })
    }

    /// The result of a document; `None` where there is none that is whole.
    fn find(&self, key: ContentKey) -> Option<Packed> {
        let line = self.index[self.index.binary_search_by_key(&key, |line| line.key).ok()?];
        let rows = line.stub as usize;
        let mut bytes = vec![0; rows + line.rows as usize];
        self.file.read_exact_at(&mut bytes, line.offset).ok()?;
        if half(&Sha256::digest(&bytes)) != line.hash {
            return None;
        }
        let stub = postcard::from_bytes(&bytes[..rows]).ok()?;
        Some(Packed { stub, bytes, rows, hash: line.hash })
    }
}

/// The results of a build at work.
#[derive(Debug)]
pub struct Results {
    path: PathBuf,
    before: Option<Kept>,
    written: Mutex<Written>,
}

#[derive(Debug)]
struct Written {
    stream: BufWriter<File>,
    length: u64,
    index: HashMap<ContentKey, Line>,
}

impl Results {
    /// Begins the file of a build, which takes from `before` what did not change.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn create(path: &Path, before: Option<Kept>) -> Result<Self, SpillError> {
        let file = File::options().read(true).write(true).create_new(true).open(path).map_err(SpillError::at("create", path))?;
        let written = Written { stream: BufWriter::with_capacity(1 << 18, file), length: 0, index: HashMap::new() };
        Ok(Self { path: path.to_owned(), before, written: Mutex::new(written) })
    }

    /// What a build before made of an equal document.
    pub fn find(&self, key: ContentKey) -> Option<Packed> {
        self.before.as_ref()?.find(key)
    }

    /// Adds a result, and tells where its rows stand. Without a key no build will find it again. An equal
    /// document is there once.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&self, key: Option<ContentKey>, packed: &Packed) -> Result<Place, SpillError> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = key.and_then(|key| written.index.get(&key)) {
            return Ok(line.place());
        }
        let offset = written.length;
        written.stream.write_all(&packed.bytes).map_err(SpillError::at("write", &self.path))?;
        written.length += packed.bytes.len() as u64;
        let length = |bytes: usize| u32::try_from(bytes).map_err(SpillError::record);
        let (stub, rows) = (length(packed.rows)?, length(packed.bytes.len() - packed.rows)?);
        let line = Line { key: key.unwrap_or(ContentKey([0; 16])), offset, stub, rows, hash: packed.hash };
        if let Some(key) = key {
            written.index.insert(key, line);
        }
        Ok(line.place())
    }

    /// Ends the file and opens it to be read.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(self) -> Result<Rows, SpillError> {
        let Written { mut stream, length, index } = self.written.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut lines: Vec<Line> = index.into_values().collect();
        lines.sort_unstable_by_key(|line| line.key);
        let packed = postcard::to_stdvec(&lines).map_err(SpillError::record)?;
        let mut foot = Vec::with_capacity(FOOT);
        foot.extend(length.to_le_bytes());
        foot.extend((packed.len() as u64).to_le_bytes());
        foot.extend(Sha256::digest(&packed));
        foot.extend(STAGES.as_bytes());
        stream.write_all(&packed).and_then(|()| stream.write_all(&foot)).map_err(SpillError::at("write", &self.path))?;
        let file = stream.into_inner().map_err(|error| SpillError::at("write", &self.path)(error.into_error()))?;
        Ok(Rows { path: self.path, file })
    }
}

impl Line {
    fn place(&self) -> Place {
        Place { offset: self.offset + u64::from(self.stub), length: self.rows }
    }
}

/// The rows of reports, to be read in any order.
#[derive(Debug)]
pub struct Rows {
    path: PathBuf,
    file: File,
}

impl Rows {
    /// The rows of a report.
    ///
    /// # Errors
    /// When the file cannot be read, or was changed.
    pub fn bundle(&self, place: Place, unpacker: &mut Unpacker) -> Result<Bundle, SpillError> {
        let mut packed = vec![0; place.length as usize];
        self.file.read_exact_at(&mut packed, place.offset).map_err(SpillError::at("read", &self.path))?;
        unpacker.unpack(&packed)
    }
}

fn half(hash: &[u8]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    half
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{ContentKey, Kept, Packed, Packer, Results, SpillError, Unpacker};
    use crate::dataset::corrections::Corrections;
    use crate::dataset::process::process;
    use crate::read::{Content, Entry, Reader};

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn entry(text: &str) -> Entry {
        let content = Content::Text(text.to_owned());
        Entry { source: "a.txt".into(), member: String::new(), title: None, address: None, charset: None, content }
    }

    fn packed(entry: &Entry) -> Result<Packed, SpillError> {
        Packed::new(process(entry, &Reader::default(), &Corrections::default()), &mut Packer::new()?)
    }

    fn key(entry: &Entry) -> Result<ContentKey, Box<dyn std::error::Error>> {
        Ok(ContentKey::of(entry, &entry.bytes()?))
    }

    fn folder(test: &str) -> std::io::Result<PathBuf> {
        let folder = std::env::temp_dir().join(format!("ogi-results-{test}-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    const TEXTS: [&str; 3] = ["武江区龙归镇2016年政府信息公开年度报告\n全年收到政府信息公开申请29件。", "今天天气很好。", "明天天气也好。"];

    fn write(path: &Path) -> Outcome {
        let results = Results::create(path, None)?;
        for text in TEXTS {
            let entry = entry(text);
            results.add(Some(key(&entry)?), &packed(&entry)?)?;
        }
        results.finish()?;
        Ok(())
    }

    fn found(path: &Path) -> Result<usize, Box<dyn std::error::Error>> {
        let Some(kept) = Kept::open(path) else { return Ok(0) };
        let keys = TEXTS.iter().map(|text| key(&entry(text))).collect::<Result<Vec<_>, _>>()?;
        Ok(keys.into_iter().filter_map(|key| kept.find(key)).count())
    }

    #[test]
    fn a_result_is_found_by_all_that_the_stages_know_and_nothing_else() -> Outcome {
        let known = entry(TEXTS[0]);
        let elsewhere = Entry { source: "b/c.txt".into(), member: "x".into(), ..known.clone() };
        assert_eq!(key(&elsewhere)?, key(&known)?);
        let others = [
            entry(TEXTS[1]),
            Entry { title: Some(String::new()), ..known.clone() },
            Entry { title: Some("t".into()), ..known.clone() },
            Entry { address: Some("t".into()), ..known.clone() },
            Entry { charset: Some("t".into()), ..known.clone() },
            Entry { content: Content::Html(TEXTS[0].into()), ..known.clone() },
            Entry { content: Content::Bytes(TEXTS[0].into()), ..known.clone() },
        ];
        for entry in others {
            assert_ne!(key(&entry)?, key(&known)?, "{entry:?}");
        }
        Ok(())
    }

    #[test]
    fn what_is_taken_from_a_build_before_is_what_the_stages_make() -> Outcome {
        let folder = folder("same")?;
        let path = folder.join("kept");
        write(&path)?;
        let again = Results::create(&folder.join("again"), Kept::open(&path))?;
        let entry = entry(TEXTS[0]);
        let packed = again.find(key(&entry)?).ok_or("it was kept")?;
        let place = again.add(None, &packed)?;
        let rows = again.finish()?.bundle(place, &mut Unpacker::new()?)?;
        let fresh = process(&entry, &Reader::default(), &Corrections::default());
        assert_eq!(Some(rows), fresh.reports.into_iter().next().map(|(bundle, _)| bundle));
        assert_eq!(packed.stub.account, fresh.account);
        fs::remove_dir_all(folder)?;
        Ok(())
    }

    /// Whatever happens to the file: a result is whole, or it is not there and the document is read again.
    #[test]
    fn a_damaged_file_is_not_believed() -> Outcome {
        let folder = folder("damaged")?;
        let path = folder.join("kept");
        write(&path)?;
        assert_eq!(found(&path)?, TEXTS.len());
        let whole = fs::read(&path)?;
        let mut least = TEXTS.len();
        for at in (0..whole.len()).step_by(7) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            fs::write(&path, &bytes)?;
            let count = found(&path)?;
            assert!(count < TEXTS.len(), "a changed byte {at} of {} was not noticed", whole.len());
            least = least.min(count);
            fs::write(&path, &whole[..at])?;
            assert_eq!(found(&path)?, 0, "cut at {at}");
        }
        assert_eq!(least, 0);
        fs::remove_dir_all(folder)?;
        Ok(())
    }

    #[test]
    fn an_equal_document_is_there_once() -> Result<(), SpillError> {
        let folder = folder("once").map_err(SpillError::record)?;
        let path = folder.join("results");
        let results = Results::create(&path, None)?;
        let entry = entry(TEXTS[0]);
        let key = ContentKey::of(&entry, TEXTS[0].as_bytes());
        let first = results.add(Some(key), &packed(&entry)?)?;
        let second = results.add(Some(key), &packed(&entry)?)?;
        assert_eq!(first, second);
        let _ = fs::remove_dir_all(folder);
        Ok(())
    }
}
