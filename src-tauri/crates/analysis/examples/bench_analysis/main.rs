//! Figures of the offline analyser, and the training of its two small models.
//!
//! `cargo xtask bench grouping|analysis --garments DIR` calls this in release. Training, with the same folder:
//! `cargo run --release -p analysis --example bench_analysis -- train-category --garments DIR` writes
//! `data/category_head.json`; `train-grouping` writes `data/grouping_pairs.json`. Both give the same bytes each time.
//!
//! DIR holds `train` and `validation` with a folder a class, as clothing-dataset-small (CC0) has them.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program for the terminal that stops where it cannot go on"
)]

mod draw;
mod fields;
mod grouping;
mod labels;
mod machine;
mod rolls;
mod train_category;
mod train_grouping;
mod write_roll;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// What every command needs.
#[derive(clap::Args, Clone)]
pub(crate) struct Common {
    /// Photos of clothes: `train` and `validation`, a folder a class.
    #[arg(long, value_name = "DIR")]
    garments: PathBuf,
    /// The networks' files.
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models"))]
    models: PathBuf,
    /// TrueType fonts for made-up labels.
    #[arg(long, value_name = "DIR", default_value = "/usr/share/fonts/truetype")]
    fonts: PathBuf,
    /// Threads of the networks.
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Made-up rolls: how well photos are put into piles, how long 500 take, how much memory.
    Grouping {
        #[command(flatten)]
        common: Common,
        /// Rolls of some seventy photos.
        #[arg(long, default_value_t = 10)]
        rolls: u64,
    },
    /// Labels, categories, colours: how much is read rightly.
    Analysis {
        #[command(flatten)]
        common: Common,
        /// Labels of each hardness.
        #[arg(long, default_value_t = 60)]
        labels: usize,
    },
    /// Writes a made-up roll as photos with times, for an import.
    WriteRoll {
        #[command(flatten)]
        common: Common,
        /// Where to.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        /// Garments.
        #[arg(long, default_value_t = 20)]
        items: usize,
        /// Each garment has a photo of a label with its brand and a size of its kind.
        #[arg(long)]
        labelled: bool,
        /// The same seed gives the same roll.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Trains the category head on `train` and writes it.
    TrainCategory {
        #[command(flatten)]
        common: Common,
    },
    /// Trains the pair model on rolls of `train` and writes it.
    TrainGrouping {
        #[command(flatten)]
        common: Common,
        /// Rolls to train on.
        #[arg(long, default_value_t = 6)]
        rolls: u64,
    },
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Grouping { common, rolls } => grouping::bench(&common, rolls),
        Command::Analysis { common, labels } => fields::bench(&common, labels),
        Command::WriteRoll {
            common,
            to,
            items,
            labelled,
            seed,
        } => {
            let labels = if labelled {
                rolls::Labels::Each
            } else {
                rolls::Labels::NowAndThen
            };
            write_roll::write(&common, &to, (items, labels), seed)
        }
        Command::TrainCategory { common } => train_category::train(&common),
        Command::TrainGrouping { common, rolls } => train_grouping::train(&common, rolls),
    }
}

/// A file of the crate's data folder.
pub(crate) fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(name)
}
