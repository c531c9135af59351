//! The `studio` command line: a thin shell over the use cases.
//!
//! With `--json` stdout holds one JSON document and nothing else; progress and logs go to stderr. Exit codes: 0 done,
//! 1 refused or failed, 2 wrong usage.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal: its words to the person are its output"
)]

mod arguments;
mod commands;
mod input;
mod output;
mod progress;

use std::process::ExitCode;

use clap::Parser;

use crate::{arguments::Arguments, output::Output};

fn main() -> ExitCode {
    if let Some(code) = assembly::worker_if_asked() {
        return code;
    }
    let arguments = Arguments::parse();
    let output = Output {
        json: arguments.json,
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            return output.failure(&contract::Failure::new(
                contract::Code::Internal,
                format!("The program could not start its threads: {error}."),
            ));
        }
    };
    match runtime.block_on(commands::run(arguments, output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output.failure(&failure),
    }
}
