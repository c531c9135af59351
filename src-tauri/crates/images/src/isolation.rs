use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use crate::{Format, ImageError, Limits, codec_versions, platform};

/// Set in a worker whose walls are not whole. Of the process, as the walls are.
static EXPOSED: AtomicBool = AtomicBool::new(false);

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
    let isolation = platform::confine(limits.memory)?;
    EXPOSED.store(!isolation.is_whole(), Ordering::Relaxed);
    Ok(isolation)
}

/// Refuses what needs the native codecs in a worker that is not isolated, while one of them is
/// older than the versions without known holes: not even the person's word lets it through.
pub(crate) fn admit_native_codecs(format: Format) -> Result<(), ImageError> {
    if !EXPOSED.load(Ordering::Relaxed) {
        return Ok(());
    }
    match codec_versions().below_floor().first() {
        None => Ok(()),
        Some((name, found, floor)) => Err(ImageError::IsolationUnavailable {
            format: format.name().to_owned(),
            missing: format!("{name} {found} has known holes, {floor} has none"),
            allowable: false,
        }),
    }
}
