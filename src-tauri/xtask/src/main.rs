//! Setup, run and test: what the README's two commands call. Nothing of the product depends on it.
//!
//! `cargo xtask run` brings a machine to the point where the app runs; `cargo xtask test` runs what
//! CI runs. Both install what is missing first and say what they do.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal: its words to the person are its output"
)]

mod bench;
mod browser;
mod bundle;
mod floors;
mod fuzz;
mod hostile;
mod http;
mod measure;
mod node;
mod notices;
mod outputs;
mod packages;
mod place;
mod practice;
mod process;
mod python;
mod run;
mod sabotage;
mod schema;
mod screenshots;
mod setup;
mod steps;
mod test;
mod tools;
mod torture;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::place::Place;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Set up, run and test VintedBot Studio.")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing, build, and open the window in practice mode. Without a display, do
    /// the main job on the command line instead.
    Run(run::Options),
    /// Install what is missing, then run everything that CI runs.
    Test(test::Options),
    /// Build the release and print the figures of docs/measurements.md.
    Measure(measure::Options),
    /// Make the package of this platform.
    Bundle(bundle::Options),
    /// Run the long forms of the tests that break things on purpose.
    Torture(torture::Options),
    /// Break the sources line by line, in a copy, and expect a test to notice each.
    Sabotage(sabotage::Options),
    /// Ask the local API what its document allows and what it does not, by schemathesis.
    Schema(schema::Options),
    /// Decode every hostile file, generated and given, and print the table.
    Hostile(hostile::Options),
    /// Run the fuzz targets of the photo decoders.
    Fuzz(fuzz::Options),
    /// Make pictures of every screen in both themes and languages.
    Screenshots(screenshots::Options),
    /// Measure one part and print its figures.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Install what is missing and stop there.
    Setup {
        /// Also what the tests need.
        #[arg(long)]
        test: bool,
    },
}

fn main() -> ExitCode {
    let task = Arguments::parse().command;
    let outcome = Place::find().and_then(|mut place| match task {
        Task::Run(options) => run::run(&mut place, &options),
        Task::Test(options) => test::test(&mut place, &options),
        Task::Measure(options) => measure::measure(&mut place, &options),
        Task::Bundle(options) => bundle::bundle(&mut place, &options),
        Task::Torture(options) => torture::torture(&mut place, &options),
        Task::Sabotage(options) => sabotage::sabotage(&mut place, &options),
        Task::Schema(options) => schema::schema(&mut place, &options),
        Task::Hostile(options) => hostile::hostile(&place, &options),
        Task::Fuzz(options) => fuzz::fuzz(&place, &options),
        Task::Screenshots(options) => screenshots::screenshots(&mut place, &options),
        Task::Bench(which) => bench::bench(&place, &which),
        Task::Setup { test } => {
            let purpose = if test {
                setup::Purpose::Test
            } else {
                setup::Purpose::Run
            };
            setup::set_up(&mut place, purpose)
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
