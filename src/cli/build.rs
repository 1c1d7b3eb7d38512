//! `ogi build`.

use std::io::IsTerminal;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use signal_hook::consts::{SIGINT, SIGTERM};

use super::Status;
use crate::dataset::{self, BuildError, Corrections, DEFAULT_MEMORY, Guards, Options, Outcome, Part, Watch};
use crate::read;

/// Arguments of `ogi build`.
#[derive(Debug, Args)]
pub(super) struct BuildArguments {
    /// Files and folders of documents
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,

    /// Where the dataset appears; it becomes a link to the newest build, kept beside it in .DIR.builds
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Field or column of a container that holds the text, where it is not called text
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,

    /// Field or column of a container that holds HTML, where it is not called html
    #[arg(long, value_name = "NAME")]
    html_field: Option<String>,

    /// Threads [default: all cores]
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,

    /// Read every document, also those that the build before read and that did not change
    #[arg(long)]
    full: bool,

    /// Declared corrections: a CSV file of what is wrong, what is expected there, why, and who says so
    #[arg(long, value_name = "FILE")]
    corrections: Option<PathBuf>,

    /// Publish only with at least so many different reports
    #[arg(long, value_name = "N")]
    min_reports: Option<u64>,

    /// Publish only if at most this share of documents is rejected, from 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share)]
    max_reject_rate: Option<f64>,

    /// Publish only if reports are at most this share fewer than in the build before, from 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share)]
    max_drop: Option<f64>,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().map_err(|_| "give a number from 0 to 1, such as 0.05".to_owned())?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("give a number from 0 to 1, such as 0.05".to_owned()) }
}

pub(super) fn run(arguments: &BuildArguments) -> anyhow::Result<Status> {
    let all_cores = || std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let options = Options {
        inputs: arguments.inputs.clone(),
        read: read::Options {
            reader: super::reader()?,
            text_field: arguments.text_field.clone(),
            html_field: arguments.html_field.clone(),
        },
        out: arguments.out.clone(),
        threads: arguments.threads.unwrap_or_else(all_cores),
        memory: DEFAULT_MEMORY,
        corrections: arguments.corrections.as_deref().map(Corrections::read).transpose()?.unwrap_or_default(),
        full: arguments.full,
        guards: Guards { min_reports: arguments.min_reports, max_reject_rate: arguments.max_reject_rate, max_drop: arguments.max_drop },
    };
    let terminal = Terminal::new()?;
    let outcome = dataset::build(&options, &terminal);
    terminal.bar.finish_and_clear();
    match outcome {
        Ok(outcome) => {
            summarise(&outcome, &options, &terminal);
            Ok(Status::Done)
        }
        Err(BuildError::Stopped(signal)) => {
            eprintln!("ogi: {}", BuildError::Stopped(signal));
            Ok(Status::Stopped(signal))
        }
        Err(error @ (BuildError::Guard(_) | BuildError::Corrections(_))) => {
            eprintln!("ogi: {error}");
            Ok(Status::No)
        }
        Err(error) => Err(error.into()),
    }
}

/// Shows how far a build is, and hears the signals that end it.
struct Terminal {
    bar: ProgressBar,
    /// 0 while no signal came.
    signal: Arc<AtomicUsize>,
    reports: AtomicU64,
    rejects: AtomicU64,
    reused: AtomicU64,
    /// When each part of the work began.
    parts: Mutex<Vec<(Part, Instant)>>,
}

impl Terminal {
    fn new() -> anyhow::Result<Self> {
        let signal = Arc::new(AtomicUsize::new(0));
        for number in [SIGINT, SIGTERM] {
            let value = usize::try_from(number).unwrap_or_default();
            signal_hook::flag::register_usize(number, Arc::clone(&signal), value).context("cannot listen for signals")?;
        }
        let shown = std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})").unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::with_draw_target(None, target).with_style(style);
        if shown {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Ok(Self { bar, signal, reports: AtomicU64::new(0), rejects: AtomicU64::new(0), reused: AtomicU64::new(0), parts: Mutex::default() })
    }
}

impl Terminal {
    /// Seconds of each part of the work.
    fn times(&self) -> String {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = parts.iter().skip(1).map(|(_, began)| *began).chain([Instant::now()]);
        let times = parts.iter().zip(ends).map(|((part, began), end)| {
            let what = match part {
                Part::Read => "read to check",
                Part::Write => "tables",
                Part::Publish => "publish",
            };
            format!("{what} {:.1} s", (end - *began).as_secs_f64())
        });
        times.collect::<Vec<_>>().join(", ")
    }
}

impl Watch for Terminal {
    fn document(&self, report: bool, reused: bool) {
        self.reused.fetch_add(u64::from(reused), Ordering::Relaxed);
        let counter = if report { &self.reports } else { &self.rejects };
        counter.fetch_add(1, Ordering::Relaxed);
        if !self.bar.is_hidden() {
            let (reports, rejects) = (self.reports.load(Ordering::Relaxed), self.rejects.load(Ordering::Relaxed));
            self.bar.set_message(format!("{} documents read: {reports} reports, {rejects} rejects", reports + rejects));
        }
    }

    fn begins(&self, part: Part) {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).push((part, Instant::now()));
    }

    fn written(&self, reports: u64) {
        if !self.bar.is_hidden() {
            self.bar.set_message(format!("{reports} reports written"));
        }
    }

    fn stopped(&self) -> Option<i32> {
        match self.signal.load(Ordering::Relaxed) {
            0 => None,
            signal => i32::try_from(signal).ok(),
        }
    }
}

fn summarise(outcome: &Outcome, options: &Options, terminal: &Terminal) {
    let accounts = &outcome.accounts;
    eprintln!("documents {} = reports {} + rejects {}", accounts.documents, accounts.reports, accounts.rejects);
    if accounts.distinct_reports < accounts.reports {
        eprintln!("  {} different reports; the others are copies", accounts.distinct_reports);
    }
    for (reason, count) in &accounts.reasons {
        eprintln!("  rejected {reason}: {count}");
    }
    let reused = terminal.reused.load(Ordering::Relaxed);
    if reused > 0 {
        eprintln!("  {reused} did not change: the build before had read them");
    }
    let rows: Vec<String> = outcome.rows.iter().map(|(table, rows)| format!("{table} {rows}")).collect();
    eprintln!("rows: {}", rows.join(", "));
    if let Some(changes) = outcome.changes {
        eprintln!("changes from the build before: {changes}, in changes.parquet");
    }
    eprintln!("time: {}", terminal.times());
    let state = if outcome.unchanged { "unchanged" } else { "published" };
    eprintln!("{} {state}: build {}", options.out.display(), outcome.id);
}
