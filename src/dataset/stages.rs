//! All documents through the stages, on several threads.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::process::process;
use super::select::Candidate;
use super::sorter::{Key, Sorter};
use super::{BuildError, Options, Watch};
use crate::read::{self, Entry, Reader};

/// Documents that wait for each thread: enough that none starves, few enough to bound their bytes.
const WAITING: usize = 4;
/// Pages nest deeply and are walked recursively by the libraries that parse them.
const STACK: usize = 16 << 20;

/// What the stages made of all documents, in no order yet.
#[derive(Debug, Default)]
pub struct Collected {
    /// Reports: bundles under the key of their order of publication.
    pub reports: Vec<Sorter>,
    /// Documents: accounts under their source and member.
    pub accounts: Vec<Sorter>,
    /// What selection has to know.
    pub candidates: Vec<Candidate>,
}

/// Reads and processes all documents.
pub fn run(options: &Options, work: &Path, watch: &dyn Watch) -> Result<Collected, BuildError> {
    let threads = options.threads.get();
    let budget = options.memory / threads;
    let (sender, receiver) = sync_channel::<Entry>(WAITING * threads);
    let receiver = Mutex::new(receiver);
    let failed = AtomicBool::new(false);
    thread::scope(|scope| {
        let mut workers = Vec::with_capacity(threads);
        for number in 0..threads {
            let (receiver, failed) = (&receiver, &failed);
            let worker = Worker {
                // An account is small beside a report, and there may be many more of them.
                reports: Sorter::new(work, format!("reports-{number}"), budget / 8 * 7),
                accounts: Sorter::new(work, format!("documents-{number}"), budget / 8),
                candidates: Vec::new(),
            };
            let body = move || worker.run(receiver, &options.read.reader, failed, watch);
            workers.push(thread::Builder::new().stack_size(STACK).spawn_scoped(scope, body).map_err(BuildError::Thread)?);
        }
        let visited = read::visit(&options.inputs, &options.read, &mut |entry| {
            if watch.stopped().is_some() || failed.load(Ordering::Relaxed) || sender.send(entry).is_err() {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        drop(sender);
        let mut collected = Collected::default();
        for worker in workers {
            // A thread cannot have panicked over a document, whose panics are caught.
            let worker = worker.join().map_err(|_| BuildError::Account { what: "a thread broke down".to_owned() })??;
            collected.reports.push(worker.reports);
            collected.accounts.push(worker.accounts);
            collected.candidates.extend(worker.candidates);
        }
        visited?;
        watch.stopped().map_or(Ok(collected), |signal| Err(BuildError::Stopped(signal)))
    })
}

struct Worker {
    reports: Sorter,
    accounts: Sorter,
    candidates: Vec<Candidate>,
}

impl Worker {
    fn run(
        mut self,
        receiver: &Mutex<Receiver<Entry>>,
        reader: &Reader,
        failed: &AtomicBool,
        watch: &dyn Watch,
    ) -> Result<Self, BuildError> {
        let mut outcome = Ok(());
        loop {
            // Held only while waiting for a document, never while processing one.
            let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(entry) = next else { break };
            // After a failure documents are drained, so that the visit is not left waiting for a taker.
            if outcome.is_ok() && watch.stopped().is_none() {
                outcome = self.take(&entry, reader, watch);
                if outcome.is_err() {
                    failed.store(true, Ordering::Relaxed);
                }
            }
        }
        outcome.map(|()| self)
    }

    fn take(&mut self, entry: &Entry, reader: &Reader, watch: &dyn Watch) -> Result<(), BuildError> {
        let processed = process(entry, reader);
        let document = &processed.account.document;
        let key = Key::default().text(&document.source).text(&document.member).text(&document.sha256);
        self.accounts.push(key, &processed.account)?;
        watch.document(processed.report.is_some());
        if let Some((bundle, candidate)) = processed.report {
            let report = &bundle.report;
            let key = Key::default().number(report.year).optional(report.region_code.as_deref()).optional(report.body_id.as_deref());
            let key = key.text(&report.report_id).text(&report.source).text(&bundle.member);
            self.reports.push(key, &bundle)?;
            self.candidates.push(candidate);
        }
        Ok(())
    }
}
