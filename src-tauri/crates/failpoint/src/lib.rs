//! Named places where a torture run stops the program to break something: kill it, kill its browser,
//! cut the connection. One line marks a place, `failpoint::reached("publish.intent_written")`.
//!
//! A release build holds none of this: [`reached`] is empty there. In a debug build it does nothing
//! either, until `STUDIO_FAIL_CONTROL` names a controller on loopback (`127.0.0.1:PORT`). Then each
//! place says its name there, `reached NAME PID`, and stands still until the controller answers with a
//! line. The controller decides what breaks, so a run without faults tells which places there are.
//!
//! Names read `part.what_has_just_happened`, lower case, unique in the program.

/// Where the controller listens: `127.0.0.1:PORT`. Debug builds only.
pub const CONTROL: &str = "STUDIO_FAIL_CONTROL";

/// Marks the place `name`. Blocks its thread while a controller holds it, for at most two minutes: a
/// controller that died must not leave the program standing.
#[cfg(debug_assertions)]
pub fn reached(name: &'static str) {
    let Some(control) = std::env::var_os(CONTROL) else {
        return;
    };
    // Nobody to answer is no fault: the run goes on as if there were no controller.
    let _ = held(&control.to_string_lossy(), name);
}

/// Marks the place `name`: nothing, in a release build.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn reached(_name: &'static str) {}

#[cfg(debug_assertions)]
fn held(control: &str, name: &str) -> std::io::Result<()> {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::{SocketAddr, TcpStream};
    use std::time::Duration;

    let address: SocketAddr = control.parse().map_err(std::io::Error::other)?;
    if !address.ip().is_loopback() {
        return Err(std::io::Error::other("a controller is on loopback"));
    }
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    writeln!(stream, "reached {name} {}", std::process::id())?;
    BufReader::new(stream).read_line(&mut String::new())?;
    Ok(())
}
