//! Storage under faults: whatever was confirmed as saved is there, or the person was told.
//!
//! `strace` breaks the N-th system call of the real `studio`: the process is killed there, or the call fails with
//! `EIO` or `ENOSPC`. Short by default; `SWEEP=400` takes 400 points of the sweep, `SWEEP=full` all of them and the
//! other tests' long forms (`cargo xtask torture --only storage`). `SWEEP_SEED` repeats a run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; figures are printed"
)]

// Elsewhere there is no strace.
#[cfg(target_os = "linux")]
mod closed_pipe;
#[cfg(target_os = "linux")]
mod full_disk;
#[cfg(target_os = "linux")]
mod injection;
#[cfg(target_os = "linux")]
mod judge;
#[cfg(target_os = "linux")]
mod kills;
#[cfg(target_os = "linux")]
mod order;
#[cfg(target_os = "linux")]
mod place;
#[cfg(target_os = "linux")]
mod publish;
#[cfg(target_os = "linux")]
mod round_trip;
#[cfg(target_os = "linux")]
mod scenario;
#[cfg(target_os = "linux")]
mod sweep;

/// The long form, for `cargo xtask torture`.
#[cfg(target_os = "linux")]
fn full() -> bool {
    std::env::var("SWEEP").is_ok_and(|v| v == "full")
}

/// What chances are drawn from; printed, so that a run can be repeated.
#[cfg(target_os = "linux")]
fn seed() -> u64 {
    let given = std::env::var("SWEEP_SEED").ok();
    let seed = given.map_or_else(rand::random, |s| s.parse().expect("SWEEP_SEED is a number"));
    println!("SWEEP_SEED={seed}");
    seed
}
