//! What code that took a worker over might try. `decode-worker probe walls|open NAME ARGUMENT`
//! tries one thing, shut off like a worker or not at all, and prints `denied` or `allowed`.
#![allow(
    unsafe_code,
    reason = "tries system calls that no safe interface offers"
)]

use std::ffi::CString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use images::Limits;

pub(crate) fn run_if_asked() -> Option<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [word, walls, name, argument] = arguments.as_slice() else {
        return None;
    };
    if word != "probe" {
        return None;
    }
    let limits = Limits {
        wall: Duration::from_secs(1),
        ..Limits::default()
    };
    if walls == "walls"
        && let Err(error) = images::confine(&limits)
    {
        return Some(said(&format!("not confined: {error}")));
    }
    Some(match attempt(name, argument) {
        Ok(()) => said("allowed"),
        Err(error) => said(&format!("denied: {error}")),
    })
}

fn said(words: &str) -> ExitCode {
    match writeln!(io::stdout(), "{words}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn attempt(name: &str, argument: &str) -> io::Result<()> {
    match name {
        "connect" => std::net::TcpStream::connect(argument).map(drop),
        "unix_socket" => std::os::unix::net::UnixStream::connect(argument).map(drop),
        "read_home" | "read_parent" => fs_err::read(argument).map(drop),
        "write_file" => fs_err::write(argument, "written"),
        "exec" => exec(argument),
        "fork" => fork(),
        "four_gigabytes" => four_gigabytes(),
        "spin" => spin(),
        "ptrace" => ptrace_parent(),
        "kill_parent" => kill_parent(),
        "mount" => mount(argument),
        other => Err(io::Error::other(format!("no probe {other}"))),
    }
}

/// What a call of libc says.
fn answer(result: i64) -> io::Result<()> {
    if result == -1 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// On success this process is another one, which prints what it was given.
fn exec(program: &str) -> io::Result<()> {
    let program = CString::new(program)?;
    let word = CString::new("allowed")?;
    let arguments = [program.as_ptr(), word.as_ptr(), std::ptr::null()];
    // SAFETY: NUL-terminated texts that live until the call, and a list that ends in a null.
    answer(i64::from(unsafe {
        libc::execv(program.as_ptr(), arguments.as_ptr())
    }))
}

/// The first of a fork bomb; the child ends at once.
fn fork() -> io::Result<()> {
    // SAFETY: one thread only, and the child calls nothing but _exit.
    match unsafe { libc::fork() } {
        // SAFETY: ends the child, without anything of the parent's running.
        0 => unsafe { libc::_exit(0) },
        child => answer(i64::from(child)),
    }
}

fn four_gigabytes() -> io::Result<()> {
    let mut memory: Vec<u8> = Vec::new();
    memory
        .try_reserve_exact(4 << 30)
        .map_err(|error| io::Error::other(error.to_string()))
}

/// Three seconds of processor time; a worker has one and a bit.
fn spin() -> io::Result<()> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(8) {
        std::hint::spin_loop();
    }
    Ok(())
}

fn ptrace_parent() -> io::Result<()> {
    // SAFETY: attaches to a process by number; no memory of this one is named.
    answer(unsafe {
        libc::syscall(
            libc::SYS_ptrace,
            libc::PTRACE_SEIZE,
            std::os::unix::process::parent_id(),
            0,
            0,
        )
    })
}

/// Signal 0 asks only whether it may.
fn kill_parent() -> io::Result<()> {
    let parent = std::os::unix::process::parent_id();
    // SAFETY: takes two numbers.
    answer(i64::from(unsafe { libc::kill(parent.cast_signed(), 0) }))
}

fn mount(folder: &str) -> io::Result<()> {
    let (folder, kind) = (CString::new(folder)?, CString::new("tmpfs")?);
    // SAFETY: NUL-terminated texts that live until the call; no data.
    answer(i64::from(unsafe {
        libc::mount(
            kind.as_ptr(),
            folder.as_ptr(),
            kind.as_ptr(),
            0,
            std::ptr::null(),
        )
    }))
}
