//! Rebuilds the embedded migrations when a file is added.
#![allow(
    clippy::print_stdout,
    reason = "this is how a build script speaks to Cargo"
)]

fn main() {
    println!("cargo:rerun-if-changed=../../../migrations");
}
