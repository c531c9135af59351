//! What a call may take.

use std::time::Duration;

/// Bounds of one question and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Reaching the server.
    pub connect: Duration,
    /// One try from its first byte to its last. A model on a machine without a graphics card takes minutes.
    pub whole: Duration,
    /// Silence of the server once its answer has begun.
    pub silence: Duration,
    /// Largest answer in bytes.
    pub max_answer: usize,
    /// Further tries of a question that was surely not answered.
    pub retries: usize,
    /// Wait before the first of them; each further one waits twice as long.
    pub first_wait: Duration,
    /// A server that asks for a longer wait than this gets no further try.
    pub longest_wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            whole: Duration::from_secs(300),
            silence: Duration::from_secs(30),
            max_answer: 256 * 1024,
            retries: 3,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(60),
        }
    }
}
