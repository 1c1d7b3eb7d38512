//! All documents through the stages, on several threads.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use serde::{Deserialize, Serialize};

use super::corrections::Corrections;
use super::packing::Packer;
use super::process::{Account, process};
use super::results::{ContentKey, Kept, Packed, Place, Rank, Results, Rows, Stub};
use super::select::{Candidate, ReportId};
use super::sorter::{Key, Sorter};
use super::{BuildError, Options, Watch};
use crate::read::{self, Content, Entry, Reader};

/// Documents that wait for each thread: enough that none starves, few enough to bound their bytes.
const WAITING: usize = 4;
/// Pages nest deeply and are walked recursively by the libraries that parse them.
const STACK: usize = 16 << 20;

/// A document that is a report, and where its rows stand among the results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Placed {
    /// The report.
    pub id: ReportId,
    /// Source of the document.
    pub source: String,
    /// Place in a container.
    pub member: String,
    /// Where its rows stand.
    pub rows: Place,
}

/// What the stages made of all documents, in no order yet.
#[derive(Debug)]
pub struct Collected {
    /// Reports: [`Placed`] under the key of their order of publication.
    pub reports: Vec<Sorter>,
    /// Their rows.
    pub rows: Rows,
    /// Documents: accounts under their source and member.
    pub accounts: Vec<Sorter>,
    /// What selection has to know.
    pub candidates: Vec<Candidate>,
}

/// Takes all documents through the stages, but for those of which `kept` knows what they yield. The results
/// are put into the file `results` of the work folder.
pub fn run(options: &Options, work: &Path, results: &Path, kept: Option<Kept>, watch: &dyn Watch) -> Result<Collected, BuildError> {
    let threads = options.threads.get();
    let budget = options.memory / threads;
    let (sender, receiver) = sync_channel::<Entry>(WAITING * threads);
    let receiver = Mutex::new(receiver);
    let failed = AtomicBool::new(false);
    let results = Results::create(results, kept)?;
    let (reports, accounts, candidates) = thread::scope(|scope| {
        let mut workers = Vec::with_capacity(threads);
        for number in 0..threads {
            let (receiver, failed) = (&receiver, &failed);
            let worker = Worker {
                reader: &options.read.reader,
                corrections: &options.corrections,
                results: &results,
                packer: Packer::new()?,
                reports: Sorter::new(work, format!("reports-{number}"), budget / 2)?,
                accounts: Sorter::new(work, format!("documents-{number}"), budget / 2)?,
                candidates: Vec::new(),
            };
            let body = move || worker.run(receiver, failed, watch);
            workers.push(thread::Builder::new().stack_size(STACK).spawn_scoped(scope, body).map_err(BuildError::Thread)?);
        }
        let visited = read::visit(&options.inputs, &options.read, &mut |entry| {
            if watch.stopped().is_some() || failed.load(Ordering::Relaxed) || sender.send(entry).is_err() {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        drop(sender);
        let (mut reports, mut accounts, mut candidates) = (Vec::new(), Vec::new(), Vec::new());
        for worker in workers {
            // A thread cannot have panicked over a document, whose panics are caught.
            let worker = worker.join().map_err(|_| BuildError::Account { what: "a thread broke down".to_owned() })??;
            reports.push(worker.reports);
            accounts.push(worker.accounts);
            candidates.extend(worker.candidates);
        }
        visited?;
        watch.stopped().map_or(Ok((reports, accounts, candidates)), |signal| Err(BuildError::Stopped(signal)))
    })?;
    Ok(Collected { reports, rows: results.finish()?, accounts, candidates })
}

struct Worker<'a> {
    reader: &'a Reader,
    corrections: &'a Corrections,
    results: &'a Results,
    packer: Packer,
    reports: Sorter,
    accounts: Sorter,
    candidates: Vec<Candidate>,
}

impl Worker<'_> {
    fn run(mut self, receiver: &Mutex<Receiver<Entry>>, failed: &AtomicBool, watch: &dyn Watch) -> Result<Self, BuildError> {
        let mut outcome = Ok(());
        loop {
            // Held only while waiting for a document, never while processing one.
            let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(entry) = next else { break };
            // After a failure documents are drained, so that the visit is not left waiting for a taker.
            if outcome.is_ok() && watch.stopped().is_none() {
                outcome = self.take(entry, watch);
                if outcome.is_err() {
                    failed.store(true, Ordering::Relaxed);
                }
            }
        }
        outcome.map(|()| self)
    }

    fn take(&mut self, entry: Entry, watch: &dyn Watch) -> Result<(), BuildError> {
        let entry = at_hand(entry);
        // A result that is corrected is that of the corrections, too: it is made anew.
        let key = entry.bytes().ok().filter(|bytes| !self.is_corrected(&entry, bytes)).map(|bytes| ContentKey::of(&entry, &bytes));
        let known = key.and_then(|key| self.results.find(key));
        let reused = known.is_some();
        let packed = match known {
            Some(packed) => packed,
            None => Packed::new(process(&entry, self.reader, self.corrections), &mut self.packer)?,
        };
        let Entry { source, member, .. } = entry;
        let mut rest = self.results.add(key.filter(|_| is_lasting(&packed.stub.account)), &packed)?;
        let Stub { mut account, reports } = packed.stub;
        account.document.source.clone_from(&source);
        account.document.member.clone_from(&member);
        if let Some(reject) = &mut account.reject {
            reject.source.clone_from(&source);
            reject.member.clone_from(&member);
        }
        let key = Key::default().text(&source).text(&member).text(&account.document.sha256);
        self.accounts.push(key, &account)?;
        watch.document(!reports.is_empty(), reused);
        for Rank { year, region_code, body_id, mut candidate, length } in reports {
            let (rows, after) = rest.split_at(length);
            rest = after;
            let key = Key::default().number(year).optional(region_code.as_deref()).optional(body_id.as_deref());
            let key = key.text(&candidate.id.to_string()).text(&source).text(&member);
            candidate.origin = (source.as_str().into(), member.as_str().into());
            self.reports.push(key, &Placed { id: candidate.id, source: source.clone(), member: member.clone(), rows })?;
            self.candidates.push(candidate);
        }
        Ok(())
    }
}

impl Worker<'_> {
    fn is_corrected(&self, entry: &Entry, bytes: &[u8]) -> bool {
        let id = || ReportId::of(bytes, entry.title.as_deref(), entry.address.as_deref()).to_string();
        !self.corrections.is_empty() && self.corrections.corrects(&id())
    }
}

/// The same document with its bytes, so that a file which changes meanwhile is hashed as it is read.
fn at_hand(entry: Entry) -> Entry {
    let content = match &entry.content {
        Content::File(_) => entry.bytes().map_or_else(Content::Broken, |bytes| Content::Bytes(bytes.into_owned())),
        _ => return entry,
    };
    Entry { content, ..entry }
}

/// Whether the same program makes the same of the document again: not where a clock or the state of the
/// machine decided, and a mistake in ogi is worth another try.
fn is_lasting(account: &Account) -> bool {
    let passing = |reason: &str| matches!(reason, "timed_out" | "no_worker");
    !account.reject.as_ref().is_some_and(|reject| reject.stage == "internal" || passing(&reject.reason))
}
