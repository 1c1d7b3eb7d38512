//! Sorting more records than fit in memory.
//!
//! A [`Sorter`] packs each record as it comes, keeps records up to a budget of bytes, then writes them as
//! one sorted run to the work folder. [`merge`] reads any number of sorters back in order. The order is that
//! of the keys' bytes and then of the values' bytes: it depends neither on the order of arrival nor on how
//! records were spread over sorters.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::packing::{Packer, Unpacker};

/// How many runs are read at once; more are merged into longer ones first. Bounds open files and buffers.
const FAN_IN: usize = 48;

/// Records could not be written or read back.
#[derive(Debug, thiserror::Error)]
pub enum SpillError {
    /// A run failed.
    #[error("cannot {action} the work file {path}; is the disk full?")]
    Run {
        /// What was tried.
        action: &'static str,
        /// The run.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A record cannot be packed or unpacked.
    #[error("a record in the work folder is damaged: {0}; build again")]
    Record(Box<dyn std::error::Error + Send + Sync>),
}

impl SpillError {
    pub(super) fn at(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Run { action, path, source }
    }

    pub(super) fn record(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Record(error.into())
    }
}

/// A key whose bytes order as its parts do, one after the other; what is missing comes first.
#[derive(Clone, Debug, Default)]
pub struct Key(Vec<u8>);

impl Key {
    /// Adds a text.
    pub fn text(mut self, text: &str) -> Self {
        self.0.push(1);
        for &byte in text.as_bytes() {
            // The end mark 0 0 orders before every continuation, so that a NUL must not look like it.
            self.0.extend_from_slice(if byte == 0 { &[0, 1] } else { std::slice::from_ref(&byte) });
        }
        self.0.extend_from_slice(&[0, 0]);
        self
    }

    /// Adds a text that may be missing.
    pub fn optional(mut self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(text),
            None => {
                self.0.push(0);
                self
            }
        }
    }

    /// Adds a number that may be missing.
    pub fn number(mut self, number: Option<i16>) -> Self {
        match number {
            Some(number) => {
                self.0.push(1);
                self.0.extend_from_slice(&(number.cast_unsigned() ^ 0x8000).to_be_bytes());
            }
            None => self.0.push(0),
        }
        self
    }

    /// Adds a place in a list.
    pub fn place(mut self, place: u32) -> Self {
        self.0.extend_from_slice(&place.to_be_bytes());
        self
    }
}

/// A key and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Record {
    key: Vec<u8>,
    value: Vec<u8>,
}

/// Collects records, at most `budget` bytes of them in memory.
#[derive(Debug)]
pub struct Sorter {
    folder: PathBuf,
    name: String,
    packer: Packer,
    budget: usize,
    records: Vec<Record>,
    bytes: usize,
    runs: Vec<Run>,
    written: usize,
}

/// Records in order, in a file of the work folder.
#[derive(Debug)]
struct Run {
    path: PathBuf,
    /// How many they are: a file that was cut between two of them looks whole.
    records: u64,
}

impl Sorter {
    /// A sorter whose runs are files of `folder` that begin with `name`.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn new(folder: &Path, name: impl Into<String>, budget: usize) -> Result<Self, SpillError> {
        let (folder, name, packer) = (folder.to_owned(), name.into(), Packer::new()?);
        Ok(Self { folder, name, packer, budget, records: Vec::new(), bytes: 0, runs: Vec::new(), written: 0 })
    }

    /// Adds a record.
    ///
    /// # Errors
    /// When the record cannot be packed or a run cannot be written.
    pub fn push(&mut self, key: Key, value: &impl Serialize) -> Result<(), SpillError> {
        let value = self.packer.pack(value)?;
        self.bytes += key.0.len() + value.len() + size_of::<Record>();
        self.records.push(Record { key: key.0, value });
        if self.bytes > self.budget {
            self.records.sort_unstable();
            let mut run = RunWriter::create(self.next_run())?;
            for record in self.records.drain(..) {
                run.push(&record)?;
            }
            self.runs.push(run.finish()?);
            self.bytes = 0;
        }
        Ok(())
    }

    fn next_run(&mut self) -> PathBuf {
        self.written += 1;
        self.folder.join(format!("{}-{}.run", self.name, self.written))
    }

    /// Merges runs until there are few enough to read at once.
    fn shorten(&mut self, most: usize) -> Result<(), SpillError> {
        while self.runs.len() > most {
            let some: Vec<Run> = self.runs.drain(..FAN_IN.min(self.runs.len())).collect();
            let mut run = RunWriter::create(self.next_run())?;
            let mut merge = Merge::new(some.iter().map(|run| RunReader::open(run).map(Source::Run)).collect::<Result<_, _>>()?)?;
            while let Some(record) = merge.next_record()? {
                run.push(&record)?;
            }
            let longer = run.finish()?;
            for Run { path, .. } in some {
                std::fs::remove_file(&path).map_err(SpillError::at("remove", &path))?;
            }
            self.runs.push(longer);
        }
        Ok(())
    }
}

/// Reads the records of all sorters back, in order.
///
/// # Errors
/// When a run cannot be read or written.
pub fn merge(sorters: Vec<Sorter>) -> Result<Merge, SpillError> {
    let mut sources = Vec::new();
    let most = (FAN_IN / sorters.len().max(1)).max(2);
    for mut sorter in sorters {
        sorter.shorten(most)?;
        for run in &sorter.runs {
            sources.push(Source::Run(RunReader::open(run)?));
        }
        sorter.records.sort_unstable();
        sources.push(Source::Memory(sorter.records.into_iter()));
    }
    Merge::new(sources)
}

/// The values of all records in order.
#[derive(Debug)]
pub struct Merge {
    sources: Vec<Source>,
    heads: BinaryHeap<Reverse<(Record, usize)>>,
    unpacker: Unpacker,
}

impl Merge {
    fn new(mut sources: Vec<Source>) -> Result<Self, SpillError> {
        let mut heads = BinaryHeap::with_capacity(sources.len());
        for (at, source) in sources.iter_mut().enumerate() {
            if let Some(record) = source.next()? {
                heads.push(Reverse((record, at)));
            }
        }
        Ok(Self { sources, heads, unpacker: Unpacker::new()? })
    }

    fn next_record(&mut self) -> Result<Option<Record>, SpillError> {
        let Some(Reverse((record, at))) = self.heads.pop() else { return Ok(None) };
        if let Some(next) = self.sources[at].next()? {
            self.heads.push(Reverse((next, at)));
        }
        Ok(Some(record))
    }

    /// The value of the next record.
    ///
    /// # Errors
    /// When a run cannot be read or a record is no `T`.
    pub fn next_value<T: DeserializeOwned>(&mut self) -> Result<Option<T>, SpillError> {
        let Some(record) = self.next_record()? else { return Ok(None) };
        self.unpacker.unpack(&record.value).map(Some)
    }
}

#[derive(Debug)]
enum Source {
    Memory(std::vec::IntoIter<Record>),
    Run(RunReader),
}

impl Source {
    fn next(&mut self) -> Result<Option<Record>, SpillError> {
        match self {
            Self::Memory(records) => Ok(records.next()),
            Self::Run(run) => run.next(),
        }
    }
}

struct RunWriter {
    run: Run,
    stream: BufWriter<File>,
}

impl RunWriter {
    fn create(path: PathBuf) -> Result<Self, SpillError> {
        let file = File::create(&path).map_err(SpillError::at("create", &path))?;
        Ok(Self { run: Run { path, records: 0 }, stream: BufWriter::new(file) })
    }

    fn push(&mut self, record: &Record) -> Result<(), SpillError> {
        let mut put = |bytes: &[u8]| {
            self.stream.write_all(&(bytes.len() as u64).to_le_bytes())?;
            self.stream.write_all(bytes)
        };
        put(&record.key).and_then(|()| put(&record.value)).map_err(SpillError::at("write", &self.run.path))?;
        self.run.records += 1;
        Ok(())
    }

    fn finish(mut self) -> Result<Run, SpillError> {
        self.stream.flush().map_err(SpillError::at("write", &self.run.path))?;
        Ok(self.run)
    }
}

#[derive(Debug)]
struct RunReader {
    path: PathBuf,
    stream: BufReader<File>,
    /// Records to come.
    rest: u64,
}

impl RunReader {
    fn open(run: &Run) -> Result<Self, SpillError> {
        let file = File::open(&run.path).map_err(SpillError::at("open", &run.path))?;
        Ok(Self { path: run.path.clone(), stream: BufReader::new(file), rest: run.records })
    }

    fn next(&mut self) -> Result<Option<Record>, SpillError> {
        let Some(rest) = self.rest.checked_sub(1) else { return Ok(None) };
        self.rest = rest;
        let mut record = || Ok(Record { key: sized(&mut self.stream)?, value: sized(&mut self.stream)? });
        record().map(Some).map_err(SpillError::at("read", &self.path))
    }
}

/// Bytes after their length.
fn sized(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    stream.read_exact(&mut length)?;
    let length = usize::try_from(u64::from_le_bytes(length)).map_err(io::Error::other)?;
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{FAN_IN, Key, Merge, RunReader, Sorter, SpillError, merge};

    fn values(mut merge: Merge) -> Result<Vec<i16>, SpillError> {
        let mut all = Vec::new();
        while let Some(value) = merge.next_value()? {
            all.push(value);
        }
        Ok(all)
    }

    #[test]
    fn keys_order_as_their_parts() {
        let keys = [
            Key::default().number(None).optional(None),
            Key::default().number(None).text("a"),
            Key::default().number(Some(-1)).text("z"),
            Key::default().number(Some(2016)).optional(None),
            Key::default().number(Some(2016)).text(""),
            Key::default().number(Some(2016)).text("1").text("9"),
            Key::default().number(Some(2016)).text("1\0").text("0"),
            Key::default().number(Some(2016)).text("10"),
            Key::default().number(Some(2017)).text("1"),
        ];
        assert!(keys.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn spilled_records_come_back_in_order_whatever_the_arrival() -> Result<(), Box<dyn std::error::Error>> {
        let folder = std::env::temp_dir().join(format!("ogi-sorter-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let count = 3000i16;
        let mut random = fastrand::Rng::with_seed(7);
        let mut outcomes = Vec::new();
        for (name, sorters, budget) in [("a", 1, 2_000), ("b", 3, 9_000), ("c", 2, usize::MAX)] {
            let mut numbers: Vec<i16> = (0..count).collect();
            random.shuffle(&mut numbers);
            let mut all: Vec<Sorter> =
                (0..sorters).map(|n| Sorter::new(&folder, format!("{name}{n}"), budget)).collect::<Result<_, _>>()?;
            for (at, number) in numbers.into_iter().enumerate() {
                all[at % sorters].push(Key::default().number(Some(number)), &number)?;
            }
            if budget == 2_000 {
                assert!(all[0].runs.len() > FAN_IN, "the test has to need more than one pass");
            }
            outcomes.push(values(merge(all)?)?);
        }
        std::fs::remove_dir_all(&folder)?;
        assert!(outcomes.into_iter().all(|outcome| outcome.into_iter().eq(0..count)));
        Ok(())
    }

    #[test]
    fn a_run_cut_short_is_an_error() -> Result<(), Box<dyn std::error::Error>> {
        let folder = std::env::temp_dir().join(format!("ogi-sorter-cut-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let mut sorter = Sorter::new(&folder, "cut", 1_000)?;
        for number in 0..200 {
            sorter.push(Key::default().number(Some(number)), &number)?;
        }
        let run = sorter.runs[0].path.clone();
        let bytes = std::fs::read(&run)?;
        // All records of the test are of one length: the first cut is between two of them.
        let record = bytes.len() / usize::try_from(sorter.runs[0].records)?;
        for lost in [record, 1] {
            std::fs::write(&run, &bytes[..bytes.len() - lost])?;
            let mut reader = RunReader::open(&sorter.runs[0])?;
            let outcome = std::iter::from_fn(|| reader.next().transpose()).collect::<Result<Vec<_>, _>>();
            assert!(outcome.is_err(), "{lost} bytes were lost");
        }
        let outcome = merge(vec![sorter]).and_then(values);
        std::fs::remove_dir_all(&folder)?;
        assert!(outcome.is_err());
        Ok(())
    }
}
