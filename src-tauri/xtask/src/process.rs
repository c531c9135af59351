//! Starting programs: each with a limit on its time, and an error that names the command.

use std::fmt::Write as _;
use std::io::{self, Read as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a running program is looked at.
const POLL: Duration = Duration::from_millis(50);
/// How long a program that is asked to end may take.
const GRACE: Duration = Duration::from_secs(10);
/// Bytes of output that are read; none of the programs here writes as much.
const LARGEST: u64 = 16 << 20;

/// Runs a command to its end with its output on the terminal. Anything but exit code 0 is an error.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Result<()> {
    let status = status(command, limit)?;
    if !status.success() {
        bail!("`{}` failed ({status}).", words(command));
    }
    Ok(())
}

/// Runs a command to its end with its output on the terminal, and tells how it ended: for programs whose exit code
/// is an answer.
pub(crate) fn status(command: &mut Command, limit: Duration) -> Result<ExitStatus> {
    let words = words(command);
    let mut child = command
        .spawn()
        .with_context(|| format!("`{words}` could not be started"))?;
    let ended = wait(&mut child, limit);
    ended
        .with_context(|| format!("`{words}` could not be watched"))?
        .with_context(|| {
            let minutes = limit.as_secs() / 60;
            format!("`{words}` did not end within {minutes} min and was stopped.")
        })
}

/// Runs a command to its end and returns what it wrote on stdout; stderr stays on the terminal.
pub(crate) fn read(command: &mut Command, limit: Duration) -> Result<String> {
    let words = words(command);
    let (output, status) = read_any(command, limit)?;
    if !status.success() {
        bail!("`{words}` failed ({status}). {}", output.trim());
    }
    Ok(output)
}

/// As [`read`], for programs whose exit code is an answer.
pub(crate) fn read_any(command: &mut Command, limit: Duration) -> Result<(String, ExitStatus)> {
    let words = words(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{words}` could not be started"))?;
    let stdout = child.stdout.take().context("stdout was asked for")?;
    let reader = thread::spawn(move || {
        let mut bytes = Vec::new();
        stdout.take(LARGEST).read_to_end(&mut bytes).map(|_| bytes)
    });
    let ended =
        wait(&mut child, limit).with_context(|| format!("`{words}` could not be watched"))?;
    let Some(status) = ended else {
        bail!(
            "`{words}` did not end within {} s and was stopped.",
            limit.as_secs()
        );
    };
    let Ok(bytes) = reader.join() else {
        bail!("The output of `{words}` could not be read.")
    };
    let bytes = bytes.with_context(|| format!("The output of `{words}` could not be read"))?;
    Ok((String::from_utf8_lossy(&bytes).into_owned(), status))
}

/// The command as a person would type it.
pub(crate) fn words(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        let plain = !argument.is_empty() && !argument.contains([' ', '\'', '"', '$', '>']);
        // Writing to a String cannot fail.
        let _ = if plain {
            write!(line, " {argument}")
        } else {
            write!(line, " '{argument}'")
        };
    }
    line
}

/// Waits for the end, or ends the program when its time is up (then `None`).
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() > limit {
            end(child)?;
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

/// Asks the program to end, so that it can end what it started; then ends it.
fn end(child: &mut Child) -> io::Result<()> {
    if cfg!(unix) {
        // Where this fails the program has ended, or is ended below.
        let _ = Command::new("sh")
            .args(["-c", &format!("kill -TERM {}", child.id())])
            .status();
        let start = Instant::now();
        while start.elapsed() < GRACE {
            if child.try_wait()?.is_some() {
                return Ok(());
            }
            thread::sleep(POLL);
        }
    }
    child.kill()?;
    child.wait()?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command() {
        let error = run(
            Command::new("sh").args(["-c", "exit 3"]),
            Duration::from_secs(60),
        )
        .unwrap_err()
        .to_string();
        assert!(
            error.contains("sh -c 'exit 3'"),
            "the person must see what failed: {error}"
        );
        assert!(
            error.contains('3'),
            "the exit code is the first clue: {error}"
        );
    }

    #[test]
    fn a_program_past_its_time_is_ended() {
        let mut command = Command::new("sleep");
        let error = read(command.arg("3600"), Duration::from_millis(1))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("did not end"),
            "a hanging step must not hang CI: {error}"
        );
    }

    #[test]
    fn a_missing_program_is_an_error_with_its_name() {
        let error = run(
            &mut Command::new("no-such-program-here"),
            Duration::from_secs(60),
        );
        let error = format!("{:#}", error.unwrap_err());
        assert!(error.contains("no-such-program-here"), "{error}");
    }
}
