//! The reports in the order of publication, unpacked ahead of their use on several threads.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Scope};

use super::BuildError;
use super::packing::Unpacker;
use super::process::Bundle;
use super::results::Rows;
use super::select::{ReportId, Selection};
use super::sorter::Merge;
use super::stages::Placed;

/// Reports handed to a thread at once.
const PORTION: usize = 16;
/// Portions that wait or are worked on for each thread: enough that none starves, few enough to bound memory.
const AHEAD: usize = 2;

/// A report, and the other one that counts for its body and year.
type Version = (Bundle, Option<ReportId>);
type Unpacked = Result<Vec<Version>, BuildError>;
type Job = (Vec<Placed>, SyncSender<Unpacked>);

/// Reads reports back in the order of publication.
pub struct Bundles {
    merged: Merge,
    jobs: SyncSender<Job>,
    /// Portions in their order.
    pending: VecDeque<Receiver<Unpacked>>,
    ahead: usize,
    current: std::vec::IntoIter<Version>,
}

impl Bundles {
    /// Starts threads that unpack the reports of `merged`, a sequence of [`Placed`].
    pub fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        merged: Merge,
        rows: &'scope Rows,
        selection: &'scope Selection,
        threads: NonZero<usize>,
    ) -> Result<Self, BuildError> {
        let ahead = AHEAD * threads.get();
        let (jobs, receiver) = sync_channel::<Job>(ahead);
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..threads.get() {
            let receiver = Arc::clone(&receiver);
            let mut unpacker = Unpacker::new()?;
            let body = move || {
                // Held only while waiting for a portion. The other ends are gone when the writing has failed.
                while let Ok((portion, taker)) = { receiver.lock().unwrap_or_else(PoisonError::into_inner).recv() } {
                    let _ = taker.send(unpack(portion, rows, selection, &mut unpacker));
                }
            };
            thread::Builder::new().spawn_scoped(scope, body).map_err(BuildError::Thread)?;
        }
        Ok(Self { merged, jobs, pending: VecDeque::with_capacity(ahead), ahead, current: Vec::new().into_iter() })
    }

    /// The next report, with all that is known of it, and the report that counts in its place where that is
    /// another one of its body and year.
    ///
    /// # Errors
    /// When results cannot be read back.
    pub fn next(&mut self) -> Result<Option<Version>, BuildError> {
        loop {
            if let Some(version) = self.current.next() {
                return Ok(Some(version));
            }
            while self.pending.len() < self.ahead {
                let mut portion = Vec::with_capacity(PORTION);
                while portion.len() < PORTION
                    && let Some(placed) = self.merged.next_value()?
                {
                    portion.push(placed);
                }
                if portion.is_empty() {
                    break;
                }
                let (taker, receiver) = sync_channel(1);
                self.jobs.send((portion, taker)).map_err(|_| broke_down())?;
                self.pending.push_back(receiver);
            }
            let Some(first) = self.pending.pop_front() else { return Ok(None) };
            self.current = first.recv().map_err(|_| broke_down())??.into_iter();
        }
    }
}

fn broke_down() -> BuildError {
    BuildError::Account { what: "a thread broke down".to_owned() }
}

/// The rows of reports, without copies that another document speaks for.
fn unpack(portion: Vec<Placed>, rows: &Rows, selection: &Selection, unpacker: &mut Unpacker) -> Unpacked {
    let mut bundles = Vec::with_capacity(portion.len());
    for Placed { id, source, member, rows: place } in portion {
        let Some(standing) = selection.standing(id, &source, &member) else { continue };
        let mut bundle = rows.bundle(place, unpacker)?;
        if bundle.report.report_id.parse() != Ok(id) {
            return Err(BuildError::Account { what: format!("the results of {id} are those of {}", bundle.report.report_id) });
        }
        bundle.report.source = source;
        bundle.member = member;
        bundle.report.selected = standing.selected;
        bundle.report.duplicate_of = standing.duplicate_of.as_ref().map(ReportId::to_string);
        bundle.complete();
        bundles.push((bundle, standing.version_of));
    }
    Ok(bundles)
}
