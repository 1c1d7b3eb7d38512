//! All integration tests in one binary, since each binary links polars. One module a room:
//!
//! | room | asks |
//! | --- | --- |
//! | house | do the rooms of `src/` know only whom the table in `src/lib.rs` lets them know |
//! | layouts | a report says the same in every layout |
//! | forms | a random form comes back whole from every layout, damaged it yields no wrong figure, changed it is noticed |
//! | formats | a report says the same in every format and container |
//! | noise | damage on the way changes no fact |
//! | hostile | no input makes the program panic, hang or end the build |
//! | sample | the sample reports hold what a careful reader finds, and each fact stands where it says |
//! | build | the dataset: accounts, repeatability, refusal, interruption |
//! | check | what `ogi check` says of a dataset, of one that adds up and of one that was changed |
//! | rebuild | builds after the first: what did not change is not read again, and no byte tells |
//! | kills | builds that die, fail or meet another |
//! | series | rates and trends over the forms, computed a second way |
//! | page | the page of a dataset |
//! | physical | the files as other readers see them, and their documentation |
//! | cli | arguments, streams, exit status |
//!
//! [`corpus`] generates reports, [`program`] runs the real `ogi`, [`stages`] runs the library in process.
//! `OGI_TEST_SCALE` multiplies the number of generated reports (1 unless set), `OGI_TEST_SEED` draws others for noise.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod build;
mod check;
mod cli;
mod corpus;
mod formats;
mod forms;
mod hostile;
mod house;
mod kills;
mod layouts;
mod noise;
mod page;
mod physical;
mod program;
mod rebuild;
mod sample;
mod series;
mod stages;

/// How many generated reports a test takes where it takes `count` on a small machine.
fn scaled(count: u64) -> u64 {
    count * setting("OGI_TEST_SCALE").unwrap_or(1)
}

/// Seeds for what a test draws `count` of on a small machine: others where another seed is asked for.
fn seeds(count: u64) -> std::ops::Range<u64> {
    let first = setting("OGI_TEST_SEED").unwrap_or(0) * 1_000_000;
    first..first + scaled(count)
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Says aloud that a test has nothing to look at; in CI that is a failure.
fn skipped(what: &str) {
    use std::io::Write as _;

    assert!(std::env::var("CI").as_deref() != Ok("true"), "{what} is absent, and CI must not pass without it");
    // Not `eprintln!`: the harness would hide it.
    let _ = writeln!(std::io::stderr(), "\nSKIPPED: {what} is absent\n");
}
