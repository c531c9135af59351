//! Windows: a job object around the worker, and the lowest label that a process may give itself.
#![allow(unsafe_code, reason = "no safe interface offers these calls")]

use std::io;
use std::mem::size_of;
use std::path::Path;
use std::process::ExitStatus;
use std::ptr;
use std::time::Duration;

use windows_sys::Win32::Foundation::{CloseHandle, HANDLE, LocalFree};
use windows_sys::Win32::Security::Authorization::ConvertStringSidToSidW;
use windows_sys::Win32::Security::{
    GetLengthSid, PSID, SID_AND_ATTRIBUTES, SetTokenInformation, TOKEN_ADJUST_DEFAULT,
    TOKEN_MANDATORY_LABEL, TOKEN_QUERY, TokenIntegrityLevel,
};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_ACTIVE_PROCESS,
    JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION, JOB_OBJECT_LIMIT_PROCESS_MEMORY,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation,
    SetInformationJobObject,
};
use windows_sys::Win32::System::SystemServices::SE_GROUP_INTEGRITY;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

use crate::Isolation;

const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// No child processes, `memory` bytes in all, and no writing to what belongs to the person. It can
/// still read files and reach the network, so this is never called whole: HEIC and AVIF are refused
/// here unless the person allows them.
pub(crate) fn confine(memory: u64) -> io::Result<Isolation> {
    join_a_job(memory)?;
    let mut walls = vec!["job object".to_owned()];
    if lower_integrity().is_ok() {
        walls.push("low integrity".to_owned());
    }
    Ok(Isolation {
        walls,
        missing: Some("files can be read and the network reached on this system".to_owned()),
    })
}

/// The job lasts as long as this process: its handle is never closed.
fn join_a_job(memory: u64) -> io::Result<()> {
    let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_ACTIVE_PROCESS
        | JOB_OBJECT_LIMIT_PROCESS_MEMORY
        | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
    limits.BasicLimitInformation.ActiveProcessLimit = 1;
    limits.ProcessMemoryLimit = usize::try_from(memory).unwrap_or(usize::MAX);
    // SAFETY: no name, no security attributes; the handle is checked.
    let job = unsafe { CreateJobObjectW(ptr::null(), ptr::null()) };
    if job.is_null() {
        return Err(io::Error::last_os_error());
    }
    let size = size_of::<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>() as u32;
    // SAFETY: the structure and its size belong to this class of information.
    answer(unsafe {
        SetInformationJobObject(
            job,
            JobObjectExtendedLimitInformation,
            (&raw const limits).cast(),
            size,
        )
    })?;
    // SAFETY: two valid handles.
    answer(unsafe { AssignProcessToJobObject(job, GetCurrentProcess()) })
}

fn lower_integrity() -> io::Result<()> {
    // "Low mandatory level" of the well-known security identifiers.
    let low: Vec<u16> = "S-1-16-4096\0".encode_utf16().collect();
    let mut sid: PSID = ptr::null_mut();
    // SAFETY: a text that ends in NUL, and a place for a pointer.
    answer(unsafe { ConvertStringSidToSidW(low.as_ptr(), &raw mut sid) })?;
    let mut token: HANDLE = ptr::null_mut();
    // SAFETY: the own process, and a place for a handle.
    let lowered = answer(unsafe {
        OpenProcessToken(
            GetCurrentProcess(),
            TOKEN_ADJUST_DEFAULT | TOKEN_QUERY,
            &raw mut token,
        )
    })
    .and_then(|()| {
        let label = TOKEN_MANDATORY_LABEL {
            Label: SID_AND_ATTRIBUTES {
                Sid: sid,
                Attributes: SE_GROUP_INTEGRITY as u32,
            },
        };
        // SAFETY: `sid` was made above and is freed below.
        let size = size_of::<TOKEN_MANDATORY_LABEL>() as u32 + unsafe { GetLengthSid(sid) };
        // SAFETY: the structure belongs to this class; the handle is open.
        let set = answer(unsafe {
            SetTokenInformation(token, TokenIntegrityLevel, (&raw const label).cast(), size)
        });
        // SAFETY: opened above, used no more.
        unsafe { CloseHandle(token) };
        set
    });
    // SAFETY: made by ConvertStringSidToSidW, which says that LocalFree frees it.
    unsafe { LocalFree(sid.cast()) };
    lowered
}

/// What a call that gives a BOOL says.
fn answer(result: i32) -> io::Result<()> {
    if result == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// The pool's limit on time is the only one.
pub(crate) fn limit_cpu(_more: Duration) -> io::Result<()> {
    Ok(())
}

pub(crate) fn ended_by_cpu_limit(_status: ExitStatus) -> bool {
    false
}

/// The exit status of a crash is an NTSTATUS of severity "error", as 0xC0000005.
pub(crate) fn crashed(status: ExitStatus) -> bool {
    status
        .code()
        .is_some_and(|code| code.cast_unsigned() >> 30 == 3)
}

pub(crate) async fn spawn(
    mut command: tokio::process::Command,
) -> io::Result<tokio::process::Child> {
    command.creation_flags(CREATE_NO_WINDOW).spawn()
}

/// Windows keeps renames in its journal; a folder cannot be synced there.
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
