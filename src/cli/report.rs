//! `ogi report`.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::Status;
use crate::page;
use crate::publish::Build;

/// Arguments of `ogi report`.
#[derive(Debug, Args)]
pub(super) struct ReportArguments {
    /// The dataset: the DIR of `ogi build INPUT... --out DIR`
    #[arg(value_name = "DIR")]
    dataset: PathBuf,

    /// Where the page is written; it stands on its own and needs no network
    #[arg(long, value_name = "FILE.html")]
    out: PathBuf,
}

pub(super) fn run(arguments: &ReportArguments) -> anyhow::Result<Status> {
    let page = page::page(&Build::open(&arguments.dataset)?)?;
    // Whole or not at all, also for who has the page before open.
    let mut unfinished = arguments.out.clone().into_os_string();
    unfinished.push(".unfinished");
    let written = fs::write(&unfinished, page).and_then(|()| fs::rename(&unfinished, &arguments.out));
    if written.is_err() {
        // What failed is told below; a file that was never made cannot be removed.
        let _ = fs::remove_file(&unfinished);
    }
    written.with_context(|| format!("cannot write {}; give --out a name in a folder that you may write to", arguments.out.display()))?;
    Ok(Status::Done)
}
