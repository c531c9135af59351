//! Decoding in child processes: what the two sides say to each other, the child, and the pool.

mod child;
mod pool;
mod process;
mod protocol;

pub use child::worker_main;
pub use pool::Decoder;
pub use process::WorkerCommand;

/// The first argument by which an executable knows that it is to be a worker.
pub const WORKER_ARG: &str = "decode-worker";
