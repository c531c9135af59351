//! `cargo xtask bundle`: the package of this platform, with its notices and, where asked for, with a browser.
//!
//! Tauri's bundler makes the package; this puts into it what the app looks for beside itself (`chromium/`) and what
//! the licences of others ask for (`THIRD-PARTY.txt`), and reads the finished package back.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::notices;
use crate::place::Place;
use crate::setup::{self, Purpose};
use crate::{node, outputs, process, run};

/// A package with a browser in it is compressed for minutes.
const BUNDLE: Duration = Duration::from_secs(60 * 60);
const LOOK: Duration = Duration::from_secs(120);
/// Names of a browser's program in the folder of an unpacked build, as the app looks for them.
const PROGRAMS: [&str; 4] = ["chrome", "chromium", "chrome.exe", "Chromium.app"];
/// Codec libraries that are linked, not built in: the package must ask for them.
const LINKED: [&str; 2] = ["libde265.so", "libdav1d.so"];

/// How to bundle.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Put a browser into the package: the folder of an unpacked Chromium build, or, without a folder, the one that
    /// `studio browser download` fetched. Chrome is Google's: a package that others get needs a Chromium build.
    #[arg(long, value_name = "FOLDER", num_args = 0..=1)]
    with_chromium: Option<Option<PathBuf>>,
    /// Kinds of package as Tauri names them, such as deb, appimage, dmg, nsis.
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    kinds: Vec<String>,
    /// From the debug build.
    #[arg(long)]
    debug: bool,
    /// From the executables and the page as they were built last.
    #[arg(long)]
    no_build: bool,
}

/// Makes the package and says what is in it.
pub(crate) fn bundle(place: &mut Place, options: &Options) -> Result<()> {
    let browser = match &options.with_chromium {
        None => None,
        Some(Some(folder)) => Some(browser_in(folder)?),
        Some(None) => Some(downloaded()?),
    };
    let _claim = outputs::claim(place)?;
    if !options.no_build {
        setup::set_up(place, Purpose::Run)?;
        process::run(&mut node::script(place, "build"), BUNDLE)?;
        run::build(place, "vintedbot-studio", !options.debug)?;
    } else {
        node::ensure(place)?;
    }
    let staged = place.target.join("bundle-files");
    fs_err::create_dir_all(&staged)?;
    let notices = staged.join("THIRD-PARTY.txt");
    fs_err::write(&notices, notices::text(place, browser.as_deref())?)?;
    let kinds = if options.kinds.is_empty() {
        vec![usual_kind().to_owned()]
    } else {
        options.kinds.clone()
    };
    let program = place.built("studio-desktop", !options.debug);
    let config = config(
        place,
        &notices,
        browser.as_deref(),
        &linked(place, &program)?,
    );
    let mut tauri = place.command(place.ui().join("node_modules").join(".bin").join("tauri"));
    tauri.args([
        "bundle",
        "--ci",
        "--bundles",
        &kinds.join(","),
        "--config",
        &config.to_string(),
    ]);
    if options.debug {
        tauri.arg("--debug");
    }
    process::run(&mut tauri, BUNDLE)?;
    let profile = if options.debug { "debug" } else { "release" };
    let folder = place.target.join(profile).join("bundle");
    for kind in &kinds {
        let package = newest_in(&folder.join(kind))?;
        println!("\n{}", package.display());
        if kind == "deb" {
            let listing = process::read(
                place.command("dpkg-deb").arg("--contents").arg(&package),
                LOOK,
            )?;
            println!("{}", checked(&listing, browser.is_some())?);
        }
    }
    Ok(())
}

fn usual_kind() -> &'static str {
    match std::env::consts::OS {
        "macos" => "dmg",
        "windows" => "nsis",
        _ => "deb",
    }
}

/// A folder that holds a browser where the app will look for it.
fn browser_in(folder: &Path) -> Result<PathBuf> {
    let folder = fs_err::canonicalize(folder)?;
    if PROGRAMS.iter().any(|name| folder.join(name).exists()) {
        return Ok(folder);
    }
    bail!(
        "{} holds no browser: one of {} must lie in it.",
        folder.display(),
        PROGRAMS.join(", ")
    )
}

/// The browser that the app downloaded into its usual data folder, or into `STUDIO_DATA_DIR`.
fn downloaded() -> Result<PathBuf> {
    let none = "No downloaded browser was found. Name a folder: --with-chromium FOLDER.";
    let data = std::env::var_os("STUDIO_DATA_DIR")
        .map(PathBuf::from)
        .or_else(|| {
            // As `directories` places it on Linux; elsewhere the folder is named.
            std::env::home_dir().map(|home| home.join(".local/share/vintedbotstudio"))
        });
    let builds = data.context(none)?.join("browsers");
    let build = fs_err::read_dir(builds)
        .context(none)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.join("receipt.json").is_file())
        .context(none)?;
    let unpacked = fs_err::read_dir(build)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.is_dir());
    browser_in(&unpacked.context(none)?)
}

/// What this package has beyond tauri.conf.json, merged by Tauri (RFC 7396).
fn config(place: &Place, notices: &Path, browser: Option<&Path>, depends: &[String]) -> Value {
    let mut resources = serde_json::Map::new();
    let mut add = |from: &Path, to: &str| {
        resources.insert(from.display().to_string(), json!(to));
    };
    add(notices, "THIRD-PARTY.txt");
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        add(&place.root.join(licence), licence);
    }
    if let Some(browser) = browser {
        // A folder is named with its closing slash: what lies below keeps its place.
        add(&browser.join(""), "chromium/");
    }
    let mut depends = depends.to_vec();
    depends.push("libayatana-appindicator3-1".to_owned());
    let mut recommends = vec!["gnome-keyring"];
    if browser.is_none() {
        recommends.push("chromium");
    }
    json!({ "bundle": {
        "resources": resources,
        "linux": { "deb": { "depends": depends, "recommends": recommends } },
    } })
}

/// Debian packages of the codec libraries that the program is linked to.
fn linked(place: &Place, program: &Path) -> Result<Vec<String>> {
    if !cfg!(target_os = "linux") || place.find_program("dpkg-query").is_none() {
        return Ok(Vec::new());
    }
    let libraries = process::read(place.command("ldd").arg(program), LOOK)?;
    let mut packages = Vec::new();
    for path in linked_paths(&libraries) {
        // Debian's own paths begin below /usr, whatever the loader prints.
        let file = fs_err::canonicalize(path)?;
        let owner = process::read(place.command("dpkg-query").arg("--search").arg(&file), LOOK)?;
        let package = owner.split(':').next().unwrap_or_default().trim();
        packages.push(package.to_owned());
    }
    Ok(packages)
}

/// The paths in lines such as `libde265.so.0 => /lib/x86_64-linux-gnu/libde265.so.0 (0x00007f)`.
fn linked_paths(ldd: &str) -> Vec<&str> {
    ldd.lines()
        .filter(|line| {
            LINKED
                .iter()
                .any(|name| line.trim_start().starts_with(name))
        })
        .filter_map(|line| line.split_whitespace().nth(2))
        .collect()
}

fn newest_in(folder: &Path) -> Result<PathBuf> {
    let newest = fs_err::read_dir(folder)?
        .flatten()
        .filter(|entry| entry.path().is_file())
        .max_by_key(|entry| entry.metadata().and_then(|facts| facts.modified()).ok());
    Ok(newest
        .with_context(|| format!("No package in {}", folder.display()))?
        .path())
}

/// Reads a Debian package's list back: what a person must find in it, or what is missing.
fn checked(listing: &str, browser: bool) -> Result<String> {
    let files: Vec<(&str, &str)> = listing.lines().filter_map(mode_and_path).collect();
    let holds = |end: &str| files.iter().find(|(_, path)| path.ends_with(end));
    let mut wanted = vec![
        "/bin/studio-desktop",
        "/THIRD-PARTY.txt",
        "/LICENSE-MIT",
        "/LICENSE-APACHE",
    ];
    if browser {
        wanted.push(if holds("/chromium/chrome").is_some() {
            "/chromium/chrome"
        } else {
            "/chromium/chromium"
        });
    }
    let mut lines = vec![format!("{} files and folders, among them:", files.len())];
    for end in wanted {
        let Some((mode, path)) = holds(end) else {
            bail!("The package has no {end}.");
        };
        let program = end.contains("/bin/") || end.contains("/chromium/");
        if program && !mode.contains('x') {
            bail!("{path} in the package cannot be executed.");
        }
        lines.push(format!("  {mode} {path}"));
    }
    Ok(lines.join("\n"))
}

/// Of a line such as `-rwxr-xr-x 0/0  95237000 2026-11-20 09:00 usr/bin/studio-desktop`. Paths hold blanks.
fn mode_and_path(line: &str) -> Option<(&str, &str)> {
    let mode = line.split_whitespace().next()?;
    let mut rest = line;
    for _ in 0..5 {
        rest = rest.trim_start().split_once(char::is_whitespace)?.1;
    }
    Some((mode, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "\
drwxr-xr-x 0/0               0 2026-11-20 09:00 usr/
-rwxr-xr-x 0/0        95237000 2026-11-20 09:00 usr/bin/studio-desktop
-rw-r--r-- 0/0           12000 2026-11-20 09:00 usr/lib/VintedBot Studio/THIRD-PARTY.txt
-rw-r--r-- 0/0            1000 2026-11-20 09:00 usr/lib/VintedBot Studio/LICENSE-MIT
-rw-r--r-- 0/0            1000 2026-11-20 09:00 usr/lib/VintedBot Studio/LICENSE-APACHE
-rwxr-xr-x 0/0       300000000 2026-11-20 09:00 usr/lib/VintedBot Studio/chromium/chromium
";

    #[test]
    fn a_package_without_its_notices_or_its_browser_fails() {
        let said = checked(LIST, true).unwrap();
        assert!(said.contains("chromium/chromium"), "{said}");
        for (missing, browser) in [
            ("THIRD-PARTY.txt", false),
            ("LICENSE-MIT", false),
            ("chromium/chromium", true),
        ] {
            let list = LIST.replace(missing, "x");
            assert!(
                checked(&list, browser).is_err(),
                "{missing} is not there, and nobody noticed"
            );
        }
        let list = LIST.replace(
            "-rwxr-xr-x 0/0       300000000",
            "-rw-r--r-- 0/0       300000000",
        );
        assert!(
            checked(&list, true).is_err(),
            "a browser that cannot be executed"
        );
    }

    #[test]
    fn the_package_asks_for_the_codecs_that_are_linked() {
        let ldd = "\tlinux-vdso.so.1 (0x00007ffd)\n\tlibde265.so.0 => /lib/x86_64-linux-gnu/libde265.so.0 (0x00007f)\n";
        assert_eq!(linked_paths(ldd), ["/lib/x86_64-linux-gnu/libde265.so.0"]);
    }

    #[test]
    fn a_folder_without_a_browser_is_refused_before_anything_is_built() {
        let folder = tempfile::tempdir().unwrap();
        let error = browser_in(folder.path()).unwrap_err().to_string();
        assert!(error.contains("holds no browser"), "{error}");
        fs_err::write(folder.path().join("chromium"), "").unwrap();
        browser_in(folder.path()).unwrap();
    }
}
