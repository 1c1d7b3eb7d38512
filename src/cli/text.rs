//! `ogi text`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::Status;
use crate::read::Hints;

/// Arguments of `ogi text`.
#[derive(Debug, Args)]
pub(super) struct TextArguments {
    /// The document
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(arguments: &TextArguments) -> anyhow::Result<Status> {
    let name = arguments.file.display();
    let bytes = std::fs::read(&arguments.file).with_context(|| format!("{name} cannot be read"))?;
    let document = super::reader()?.read(&bytes, &Hints::default()).with_context(|| format!("{name} is no document that ogi reads"))?;
    let mut out = std::io::stdout().lock();
    out.write_all(document.text.as_bytes()).and_then(|()| out.flush()).context("standard output cannot be written")?;
    Ok(Status::Done)
}
