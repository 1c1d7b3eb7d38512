//! The dataset: every document of the inputs through the stages, and their rows into tables.
//!
//! ```text
//! read::visit ─▶ threads: process (one document) ─▶ results (rows, one file) ─▶ kept for the next build
//!                   ▲                            ├▶ sorter (order of reports)
//!   results kept ───┘                            └▶ candidates ─▶ select
//! sorter ─▶ merge in the order of publication ─▶ rows ─▶ tables ─▶ publish
//!                                                     └▶ aggregate, one year at a time
//! ```
//!
//! What is kept of all reports at once is what `select` needs, some 250 bytes each, and where their results
//! stand, some 100. The rest is bounded
//! by the budgets of the sorters, the row groups being written and one year's figures. No output depends on
//! the order of inputs or the number of threads: everything that is written comes out of a merge.

mod account;
mod across;
mod bundles;
mod changes;
mod corrections;
mod documentation;
mod duplicates;
mod guard;
mod packing;
mod process;
mod regions;
mod results;
mod select;
mod sheets;
mod sorter;
mod stages;
mod summary;
mod tables;
mod verify;
mod writing;

use std::num::NonZero;
use std::path::PathBuf;

use crate::aggregate::AggregateError;
use crate::knowledge::{self, KnowledgeError};
use crate::publish::{Build, Inputs, Manifest, Publication, PublishError, TableWriter};
use crate::read::{self, InputError};
use crate::schema::{CHANGES, ChangeRow};

use results::Kept;

pub use account::Accounts;
pub use changes::{DiffError, changes};
pub use corrections::{Corrections, CorrectionsError};
pub use guard::Guards;
pub use process::{Bundle, Refusal, figures};
pub use sorter::SpillError;
pub use verify::{Verdict, VerifyError, verify, verify_spans};

/// What a build is asked to do.
#[derive(Debug)]
pub struct Options {
    /// Files and folders of documents.
    pub inputs: Vec<PathBuf>,
    /// How containers are read.
    pub read: read::Options,
    /// The place of the dataset.
    pub out: PathBuf,
    /// What a build must meet to be published.
    pub guards: Guards,
    /// Threads that process documents.
    pub threads: NonZero<usize>,
    /// Bytes of what is sorted that are kept in memory before they are spilled to the work folder.
    pub memory: usize,
    /// What people know better.
    pub corrections: Corrections,
    /// Whether to read every document, also those that the build before read.
    pub full: bool,
}

/// Bytes kept in memory where nothing else is asked for: accounts of some 50,000 documents.
pub const DEFAULT_MEMORY: usize = 16 << 20;

/// Who watches a build: told how far it is, asked whether to go on.
pub trait Watch: Sync {
    /// A document was processed; `reused`: the build before knew it.
    fn document(&self, report: bool, reused: bool) {
        let _ = (report, reused);
    }

    /// A part of the work begins.
    fn begins(&self, part: Part) {
        let _ = part;
    }

    /// So many reports are written.
    fn written(&self, reports: u64) {
        let _ = reports;
    }

    /// The number of the signal that asks the build to stop.
    fn stopped(&self) -> Option<i32> {
        None
    }
}

/// The parts of the work of a build, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Documents are taken through the stages.
    Read,
    /// Tables are written.
    Write,
    /// The build is made durable and takes its place.
    Publish,
}

/// What a build made.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The name of the build.
    pub id: String,
    /// Whether the dataset was this very build before.
    pub unchanged: bool,
    /// Documents, reports and rejects.
    pub accounts: Accounts,
    /// Rows of the larger tables, by name.
    pub rows: Vec<(String, u64)>,
    /// Rows of `changes`; `None` where there is no build before that can be compared.
    pub changes: Option<u64>,
}

/// Why there is no new dataset. The one before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The data embedded in the program has a mistake.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// An input cannot be read at all.
    #[error(transparent)]
    Input(#[from] InputError),
    /// Rows cannot be spilled or read back.
    #[error(transparent)]
    Spill(#[from] SpillError),
    /// Figures cannot be summed.
    #[error(transparent)]
    Aggregate(#[from] AggregateError),
    /// Files cannot be written or published.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The accounts do not add up: a mistake in ogi.
    #[error("{what}: this is a mistake in ogi and nothing was published; please report it")]
    Account {
        /// What does not add up.
        what: String,
    },
    /// The build before cannot be compared.
    #[error(transparent)]
    Diff(#[from] DiffError),
    /// Declared corrections do not find what they expect.
    #[error("not published: corrections do not fit; the dataset is as it was\n{}", .0.join("\n"))]
    Corrections(Vec<String>),
    /// A guard holds the build back.
    #[error("not published: {0}; the dataset is as it was")]
    Guard(String),
    /// A signal asked to stop.
    #[error("stopped by signal {0}; the dataset is as it was")]
    Stopped(i32),
    /// A thread could not be started.
    #[error("cannot start a thread: {0}; try fewer with --threads")]
    Thread(std::io::Error),
}

/// Builds a dataset and publishes it.
///
/// # Errors
/// When the inputs, the work folder or the place of the dataset fail, or a signal asks to stop. No document
/// does: what is no report is a row of `rejects`.
pub fn build(options: &Options, watch: &dyn Watch) -> Result<Outcome, BuildError> {
    knowledge::load()?;
    for path in &options.inputs {
        // Before anything is written; the visit would tell it later.
        std::fs::metadata(path).map_err(|source| InputError::Missing { path: path.clone(), source })?;
    }
    let publication = Publication::begin(&options.out, &options.inputs)?;
    watch.begins(Part::Read);
    let kept = if options.full { None } else { Kept::open(&publication.kept()) };
    let mut collected = stages::run(options, &publication.work(), &publication.to_keep(), kept, watch)?;
    all_fit(options.corrections.failures_in_documents())?;
    watch.begins(Part::Write);
    let stages::Collected { candidates, accounts, .. } = &mut collected;
    let selection = select::Selection::decide(std::mem::take(candidates));

    let (accounts, coverage, mut outputs) = account::write(&publication, std::mem::take(accounts))?;
    if accounts.distinct_reports != selection.reports() as u64 {
        let what = format!("{} reports have documents, but {} were selected from", accounts.distinct_reports, selection.reports());
        return Err(BuildError::Account { what });
    }
    let before = Build::open(&options.out).ok();
    options.guards.check(&accounts, before.as_ref().map(|build| &build.manifest().inputs)).map_err(BuildError::Guard)?;
    outputs.extend(tables::write(&publication, collected, &selection, coverage, options, watch)?);
    all_fit(options.corrections.failures())?;
    outputs.extend(documentation::write(&publication)?);
    let rows = outputs.iter().filter_map(|file| Some((file.path.strip_suffix(".parquet")?.to_owned(), file.rows?))).collect();
    let inputs = Inputs {
        documents: accounts.documents,
        reports: accounts.reports,
        rejects: accounts.rejects,
        sha256: accounts.inputs_sha256.clone(),
        corrections_sha256: options.corrections.sha256().map(str::to_owned),
    };
    let manifest = Manifest::new(inputs, outputs);
    let changes = match before {
        Some(before) if *before.manifest() != manifest => compare(&publication, &before, &manifest)?,
        _ => None,
    };
    if let Some(signal) = watch.stopped() {
        return Err(BuildError::Stopped(signal));
    }
    watch.begins(Part::Publish);
    let published = publication.commit(&manifest)?;
    Ok(Outcome { id: published.id, unchanged: published.unchanged, accounts, rows, changes })
}

fn all_fit(failures: Vec<String>) -> Result<(), BuildError> {
    if failures.is_empty() { Ok(()) } else { Err(BuildError::Corrections(failures)) }
}

/// Writes what changed since the build before. One that cannot be read, or that a version of ogi with other
/// tables wrote, is no reason not to publish.
fn compare(publication: &Publication, before: &Build, manifest: &Manifest) -> Result<Option<u64>, BuildError> {
    let mut table = TableWriter::<ChangeRow>::create(publication, CHANGES.key)?;
    let new = publication.written(manifest.clone());
    let compared = changes::changes(before, &new, &publication.work(), &mut |row| table.push(&row).map_err(BuildError::from));
    match compared {
        Ok(()) => Ok(table.finish()?.rows),
        Err(BuildError::Diff(DiffError::Publish(_) | DiffError::Schema { .. })) => {
            drop(table);
            publication.remove(&CHANGES)?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;
    use std::path::Path;

    use super::{Corrections, DEFAULT_MEMORY, Guards, Options, Watch, build};
    use crate::read;

    struct Nobody;

    impl Watch for Nobody {}

    /// How much is spilled, and by how many threads, shows nowhere: builds are named by their content.
    #[test]
    fn memory_and_threads_change_nothing() -> Result<(), Box<dyn std::error::Error>> {
        let folder = std::env::temp_dir().join(format!("ogi-build-{}", std::process::id()));
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample/reports");
        let mut outcomes = Vec::new();
        for (name, threads, memory) in [("a", 1, DEFAULT_MEMORY), ("b", 1, 2_000), ("c", 3, 30_000)] {
            let options = Options {
                inputs: vec![samples.clone()],
                read: read::Options::default(),
                out: folder.join(name),
                threads: NonZero::new(threads).ok_or("no threads")?,
                memory,
                guards: Guards::default(),
                corrections: Corrections::default(),
                full: false,
            };
            outcomes.push(build(&options, &Nobody)?);
        }
        std::fs::remove_dir_all(&folder)?;
        assert!(outcomes.windows(2).all(|pair| pair[0] == pair[1]), "{outcomes:?}");
        assert_eq!(outcomes[0].accounts.documents, 11);
        Ok(())
    }
}
