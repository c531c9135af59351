use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

use crate::{Format, Limits, platform};

/// What a worker took from itself before the first byte of a photo reached it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Isolation {
    /// The system's means that hold, such as `seccomp` and `landlock`.
    pub walls: Vec<String>,
    /// Why the worker can still reach files, the network or other programs. `None`: it cannot.
    pub missing: Option<String>,
}

impl Isolation {
    /// Whether the worker can reach neither files nor network nor other programs.
    pub fn is_whole(&self) -> bool {
        self.missing.is_none()
    }

    /// Whether a file of this format may be decoded behind these walls. HEIC and AVIF are read by
    /// C and C++ libraries with a history of holes (GHSA records of libheif, 2026): only isolated.
    pub(crate) fn admits(&self, format: Format) -> bool {
        self.is_whole() || !matches!(format, Format::Heic | Format::Avif)
    }
}

impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let walls = self.walls.join(", ");
        match &self.missing {
            None => write!(f, "{walls}"),
            Some(missing) if walls.is_empty() => write!(f, "none: {missing}"),
            Some(missing) => write!(f, "not whole ({walls}): {missing}"),
        }
    }
}

/// Takes from the calling process what decoding does not need: memory beyond the limit, processor
/// time beyond that of one photo, files, network, other programs and processes. There is no way
/// back: this is for a worker, and for probes that try its walls.
///
/// # Errors
/// When a limit cannot be set. Walls that the system does not offer are no error: they are missing
/// in the [`Isolation`].
pub fn confine(limits: &Limits) -> io::Result<Isolation> {
    platform::limit_cpu(limits.wall)?;
    platform::confine(limits.memory)
}
