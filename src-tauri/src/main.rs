//! The desktop executable.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    match assembly::worker_if_asked() {
        Some(code) => code,
        None => studio_desktop::run(),
    }
}
