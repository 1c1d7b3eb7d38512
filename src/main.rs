//! `ogi`: parse, call the library, turn an error into an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    match ogi::cli::run() {
        Ok(status) => status.into(),
        Err(error) => {
            eprintln!("ogi: {error:#}");
            ExitCode::from(3)
        }
    }
}
