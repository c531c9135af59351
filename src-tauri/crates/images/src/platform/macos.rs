//! macOS: the system's own sandbox, in its narrowest named form.

use std::ffi::{CStr, c_char, c_int};
use std::io;
use std::ptr;

use rustix::process::Resource;

use super::unix;
use crate::Isolation;

/// `kSBXProfilePureComputation` of <sandbox.h>: no files, no network, no other programs.
const PURE_COMPUTATION: &CStr = c"pure-computation";
/// `SANDBOX_NAMED` of <sandbox.h>: the first argument names a profile of the system.
const NAMED: u64 = 1;

unsafe extern "C" {
    fn sandbox_init(profile: *const c_char, flags: u64, error: *mut *mut c_char) -> c_int;
    fn sandbox_free_error(error: *mut c_char);
}

/// The system does not keep to the limit on address space; it is set all the same.
pub(crate) fn confine(memory: u64) -> io::Result<Isolation> {
    unix::limit(Resource::As, memory)?;
    unix::limit_files()?;
    let mut error = ptr::null_mut();
    // SAFETY: a constant text that ends in NUL, and a place for the system to leave a pointer.
    let answer = unsafe { sandbox_init(PURE_COMPUTATION.as_ptr(), NAMED, &raw mut error) };
    if !error.is_null() {
        // SAFETY: the system gave this pointer to be freed by this call.
        unsafe { sandbox_free_error(error) };
    }
    Ok(if answer == 0 {
        Isolation {
            walls: vec!["sandbox_init".to_owned()],
            missing: None,
        }
    } else {
        Isolation {
            walls: Vec::new(),
            missing: Some("the system refused its sandbox".to_owned()),
        }
    })
}

pub(crate) async fn spawn(
    mut command: tokio::process::Command,
) -> io::Result<tokio::process::Child> {
    command.spawn()
}
