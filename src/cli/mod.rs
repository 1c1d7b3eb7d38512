//! The command line: arguments become ready configuration once, then a command of the library runs.
//! One file a family of commands.

mod build;
mod check;
mod codebook;
mod diff;
mod inspect;
mod report;
mod stream;
mod text;
mod verify;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, Parser, Subcommand};

use crate::read::{self, Reader};

/// China's annual reports on open government information as data.
#[derive(Debug, Parser)]
#[command(name = "ogi", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a dataset of documents: files, folders, archives, tables of documents
    Build(build::BuildArguments),
    /// Write the facts of documents as a stream on standard output
    Extract(stream::ExtractArguments),
    /// Read NDJSON {"title","url","context"} and write one line of identity out for each
    Identify(stream::IdentifyArguments),
    /// Show one report to human eyes: identity, outline, each fact in its sentence, findings
    Inspect(inspect::InspectArguments),
    /// Print the source text of a document: what `start` and `end` of a fact count in
    Text(text::TextArguments),
    /// Compute the identities over a dataset: by check how often each holds, is broken, lacks a figure
    Check(check::CheckArguments),
    /// Prove a dataset: hashes, keys, and every fact's span in its source
    Verify(verify::VerifyArguments),
    /// Tell what changed between two datasets
    Diff(diff::DiffArguments),
    /// Make one page with charts and tables of a dataset
    Report(report::ReportArguments),
    /// Print the codebook and the schema of the tables
    Codebook(codebook::CodebookArguments),
    /// Print the completions of a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Read documents that the process which starts this one sends
    #[command(name = WORKER, hide = true)]
    Worker,
}

/// How a command ended, as its exit status tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// All done.
    Done,
    /// The command ran and the answer is no.
    No,
    /// A part of the input failed; each was named on standard error.
    InputFailed,
    /// Stopped by a signal of this number.
    Stopped(i32),
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Done => 0,
            Status::No => 1,
            Status::InputFailed => 3,
            Status::Stopped(signal) => u8::try_from(128 + signal).unwrap_or(u8::MAX),
        })
    }
}

/// Runs the command that the arguments of the process name.
///
/// # Errors
/// Input, output or lock failed; the message names the file, what was wrong and what to do.
pub fn run() -> anyhow::Result<Status> {
    let arguments = Arguments::parse();
    match arguments.command {
        // Reading knows nothing but formats: what the other commands load would be for nothing.
        Command::Worker | Command::Text(_) => {}
        // A crawler asks for one page at a time; what a page seldom needs is parsed when it does.
        Command::Identify(_) => crate::knowledge::load_bodies()?,
        _ => {
            crate::knowledge::load()?;
            crate::repair::load()?;
        }
    }
    match arguments.command {
        Command::Build(arguments) => build::run(&arguments),
        Command::Extract(arguments) => stream::extract(&arguments),
        Command::Identify(arguments) => stream::identify(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Text(arguments) => text::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        Command::Codebook(arguments) => codebook::run(&arguments),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "ogi", &mut script);
            std::io::stdout().write_all(&script).context("standard output cannot be written")?;
            Ok(Status::Done)
        }
        Command::Worker => read::serve().context("the worker cannot go on").map(|()| Status::Done),
    }
}

/// The hidden command by which this program starts workers of itself.
const WORKER: &str = "read-documents";

/// What reads documents: this process, and workers of this program.
fn reader() -> anyhow::Result<Reader> {
    // The name by which the program was found may belong to another version before the build is done.
    let own = Path::new("/proc/self/exe");
    let program = if own.exists() { own.to_owned() } else { std::env::current_exe().context("the program does not find itself")? };
    Ok(Reader::with_workers(program, WORKER))
}
