//! What differs by system: how a worker is started and what it takes from itself.
//!
//! Linux: limits on address space, processor time, files and core dumps; no new privileges; death
//! with the parent; seccomp and landlock. macOS: the limits (it does not keep to the one on address
//! space) and its sandbox. Windows: a job object and low integrity, which is not whole. Elsewhere the
//! pool's own limit on time is all there is. The [`crate::Isolation`] says what holds.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
mod other;
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod unix;
#[cfg(target_os = "linux")]
mod walls;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{confine, spawn};
#[cfg(target_os = "macos")]
pub(crate) use macos::{confine, spawn};
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
pub(crate) use other::*;
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(crate) use unix::{crashed, ended_by_cpu_limit, limit_cpu, sync_folder};
#[cfg(windows)]
pub(crate) use windows::{confine, crashed, ended_by_cpu_limit, limit_cpu, spawn, sync_folder};
