//! `cargo xtask bench`: figures of one part, for docs/measurements.md. One file for each part.

mod analysis;
mod api;
mod images;
mod queue;
mod ready;
mod roll;

use anyhow::Result;
use clap::Subcommand;

use crate::place::Place;

/// Which part to measure.
#[derive(Subcommand)]
pub(crate) enum Bench {
    /// The local API with 10,000 drafts and jobs: times of common requests, memory.
    Api,
    /// Labels, categories and colours on photos: how much is read rightly, how long it takes; drafts that are ready.
    Analysis(analysis::Options),
    /// Made-up rolls of photos: how well they are put into piles, how long 500 take.
    Grouping(analysis::Options),
    /// Photos beside Pillow and vipsthumbnail: time, memory, likeness.
    Images(images::Options),
    /// 500 photos through the whole program, `studio import` with looking: time, peak memory.
    Roll(analysis::Options),
    /// Claim and list at 10,000 queued jobs.
    Queue,
}

/// Builds the release of the part's bench and prints its medians.
pub(crate) fn bench(place: &Place, which: &Bench) -> Result<()> {
    match which {
        Bench::Api => api::bench(place),
        Bench::Analysis(options) => {
            analysis::bench(place, "analysis", options)?;
            ready::bench(place, &options.garments, options.fonts.as_deref())
        }
        Bench::Grouping(options) => analysis::bench(place, "grouping", options),
        Bench::Images(options) => images::bench(place, options),
        Bench::Roll(options) => roll::bench(place, &options.garments, options.fonts.as_deref()),
        Bench::Queue => queue::bench(place),
    }
}
