//! Embeds the page, the icons and the capabilities.
#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a build script speaks to Cargo on stdout, and a build that cannot go on fails"
)]

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    // Without a built page the executable would not compile; an empty one says what to do.
    let page = Path::new("ui/dist/index.html");
    if !page.exists() {
        std::fs::create_dir_all("ui/dist").expect("ui/dist can be made");
        std::fs::write(page, "<!doctype html><title>VintedBot Studio</title>Run `cargo xtask run`: the page is not built yet.")
            .expect("a placeholder page can be written");
    }
    // SQLite inside the executable must not be found by system libraries that want their own.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-link-arg-bins=-Wl,--exclude-libs,ALL");
    }
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*.json");
    tauri_build::try_build(attributes).expect("tauri.conf.json and the capabilities are valid");
}
