//! `ogi verify`.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::Status;
use crate::dataset;
use crate::read;

/// Arguments of `ogi verify`.
#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// The dataset
    #[arg(value_name = "DIR")]
    dir: PathBuf,

    /// The inputs it was built from: read every fact's span in its source
    #[arg(long, value_name = "INPUT", num_args = 1..)]
    inputs: Vec<PathBuf>,
}

pub(super) fn run(arguments: &VerifyArguments) -> anyhow::Result<Status> {
    let mut verdict = dataset::verify(&arguments.dir)?;
    if !arguments.inputs.is_empty() && verdict.problems.is_empty() {
        let work = std::env::temp_dir().join(format!("ogi-verify-{}", std::process::id()));
        std::fs::create_dir(&work).with_context(|| format!("cannot create {}", work.display()))?;
        let options = read::Options { reader: super::reader()?, ..read::Options::default() };
        let outcome = dataset::verify_spans(&arguments.dir, &arguments.inputs, &options, &work, &mut verdict);
        std::fs::remove_dir_all(&work).with_context(|| format!("cannot remove {}", work.display()))?;
        outcome?;
    }
    for problem in &verdict.problems {
        eprintln!("ogi: {problem}");
    }
    eprintln!("{} files, {} keys, {} spans: {} problems", verdict.files, verdict.keys, verdict.spans, verdict.problems.len());
    if verdict.absent > 0 {
        eprintln!("{} reports have no document among the inputs given; their spans were not read", verdict.absent);
    }
    Ok(if verdict.problems.is_empty() { Status::Done } else { Status::No })
}
