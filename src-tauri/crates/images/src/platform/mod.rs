//! What differs by system: how a worker is started and what it takes from itself.
//!
//! Linux: limits on address space, processor time, files and core dumps; no new privileges; death
//! with the parent. Other Unix systems: the same but for the last two, and macOS does not keep to
//! the limit on address space. Elsewhere the pool's own limit on time is all there is.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(target_os = "linux")]
pub(crate) use linux::{confine, spawn};
#[cfg(not(unix))]
pub(crate) use other::*;
#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) use unix::{confine, spawn};
#[cfg(unix)]
pub(crate) use unix::{ended_by_cpu_limit, limit_cpu, sync_folder};
