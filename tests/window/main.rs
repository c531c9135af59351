//! The built desktop app in a real window: a display without a screen, a session bus of its own, WebKit's own driver
//! for the page and the X server for what comes from outside (a drop of files, the title bar's close button).
//!
//! The practice marketplace and the browser that fills its form run as they do on a person's machine. Pictures of the
//! screens are kept in `target/window-screenshots`.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a story that cannot go on fails, and says what the processes said"
)]

mod bed;

mod closing;
mod drop_to_listing;
mod phone;
mod phone_switch;
mod rights;
mod tray;
mod typing;
