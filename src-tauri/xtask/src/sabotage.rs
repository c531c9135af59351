//! `cargo xtask sabotage`: breaks one line at a time and expects a test to notice.
//!
//! The list is `sabotage.toml`. Everything happens in a copy of the sources with build outputs of its own, below the
//! target folder: the person's own tree is never touched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::process;
use crate::setup::{self, Purpose};

/// The list, beside this crate's manifest.
const LIST: &str = "src-tauri/xtask/sabotage.toml";
/// One build and one test; the first build of a fresh copy compiles every library.
const LIMIT: Duration = Duration::from_secs(60 * 60);
/// What nextest says (nextest-metadata, `NextestExitCode`): a test failed; no test fits the filter.
const TEST_FAILED: i32 = 100;
const NO_TESTS: i32 = 4;
const BUILD_FAILED: i32 = 101;

/// What to break.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only breaks whose name or file contains this; may be given several times.
    #[arg(long, value_name = "WORDS")]
    only: Vec<String>,
    /// Check that every break still fits the sources, name them, and stop.
    #[arg(long)]
    list: bool,
}

/// One line to break, and who must notice.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Break {
    /// What a person would call it.
    what: String,
    /// From the repository's folder.
    file: String,
    /// Stands exactly once in the file.
    old: String,
    new: String,
    /// A nextest filter with `package(NAME)` in it.
    red_by: String,
    package: String,
    /// Where the filter names one with `binary(NAME)`: only that test is built.
    binary: Option<String>,
}

/// Breaks line after line in a copy, and fails unless each is noticed.
pub(crate) fn sabotage(place: &mut Place, options: &Options) -> Result<()> {
    let text = fs_err::read_to_string(place.root.join(LIST))?;
    let breaks = chosen(read(&text)?, &options.only)?;
    for one in &breaks {
        fitted(&place.root, one)?;
    }
    if options.list {
        for one in &breaks {
            println!("{}\n    {}: noticed by {}", one.what, one.file, one.red_by);
        }
        println!("{} breaks, each fits the sources.", breaks.len());
        return Ok(());
    }
    setup::set_up(place, Purpose::RustTest)?;
    let copy = copied(place)?;
    green(&copy, &breaks)?;
    let mut missed = Vec::new();
    let mut rows = Vec::new();
    for (number, one) in breaks.iter().enumerate() {
        println!("\n== {} of {}: {}", number + 1, breaks.len(), one.what);
        let start = Instant::now();
        let verdict = broken(&copy, one)?;
        println!(
            "{} ({:.0} s)",
            verdict.words(),
            start.elapsed().as_secs_f64()
        );
        if verdict != Verdict::Noticed {
            missed.push(one.what.as_str());
        }
        rows.push(format!(
            "| {} | `{}` | {} | {:.0} s |",
            one.what,
            one.file.trim_start_matches("src-tauri/crates/"),
            verdict.words(),
            start.elapsed().as_secs_f64()
        ));
    }
    println!("\n| break | file | outcome | time |\n|---|---|---|---|");
    rows.iter().for_each(|row| println!("{row}"));
    if missed.is_empty() {
        println!("\nAll {} breaks were noticed.", breaks.len());
        return Ok(());
    }
    bail!("Not noticed: {}.", missed.join("; "))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Noticed,
    NotNoticed,
    DoesNotCompile,
    NoSuchTest,
}

impl Verdict {
    fn words(self) -> &'static str {
        match self {
            Self::Noticed => "noticed",
            Self::NotNoticed => "NOT NOTICED",
            Self::DoesNotCompile => "DOES NOT COMPILE",
            Self::NoSuchTest => "NO SUCH TEST",
        }
    }
}

fn read(text: &str) -> Result<Vec<Break>> {
    let list: toml::Table = text.parse().context("sabotage.toml cannot be read")?;
    let entries = list
        .get("break")
        .and_then(toml::Value::as_array)
        .context("sabotage.toml has no [[break]]")?;
    let breaks: Vec<Break> = entries.iter().map(entry).collect::<Result<_>>()?;
    let names: BTreeSet<&str> = breaks.iter().map(|b| b.what.as_str()).collect();
    if names.len() != breaks.len() {
        bail!("two breaks have the same name");
    }
    Ok(breaks)
}

fn entry(entry: &toml::Value) -> Result<Break> {
    let value = |key: &str| {
        let text = entry.get(key).and_then(toml::Value::as_str);
        text.map(str::to_owned)
            .with_context(|| format!("a [[break]] has no `{key}`: {entry}"))
    };
    let red_by = value("red_by")?;
    let named = |kind: &str| {
        let (_, rest) = red_by.split_once(kind)?;
        Some(rest.split_once(')')?.0.trim_start_matches('=').to_owned())
    };
    let package =
        named("package(").with_context(|| format!("`red_by` names no package(...): {red_by}"))?;
    let binary = named("binary(").filter(|_| red_by.matches("binary(").count() == 1);
    Ok(Break {
        what: value("what")?,
        file: value("file")?,
        old: value("old")?,
        new: value("new")?,
        package,
        binary,
        red_by,
    })
}

fn chosen(breaks: Vec<Break>, only: &[String]) -> Result<Vec<Break>> {
    let fits = |b: &Break| {
        only.is_empty()
            || only
                .iter()
                .any(|words| b.what.contains(words) || b.file.contains(words))
    };
    let chosen: Vec<Break> = breaks.into_iter().filter(fits).collect();
    if chosen.is_empty() {
        bail!("No break has {} in its name or file.", only.join(" or "));
    }
    Ok(chosen)
}

/// The file with the line broken. A list that no longer fits the sources is an error: it would prove nothing.
fn fitted(root: &Path, one: &Break) -> Result<String> {
    let text = fs_err::read_to_string(root.join(&one.file))
        .with_context(|| format!("\"{}\" no longer fits", one.what))?;
    match text.matches(&one.old).count() {
        1 => Ok(text.replacen(&one.old, &one.new, 1)),
        times => bail!(
            "\"{}\" no longer fits: {} has its line {times} times instead of once. Mend {LIST}.",
            one.what,
            one.file
        ),
    }
}

/// The sources as git sees them, changes that are not committed included, below the target folder.
///
/// A file that is the same already keeps its time, so that cargo builds only what changed since the last run.
fn copied(place: &Place) -> Result<Place> {
    let folder = place.target.join("sabotage");
    let copy = place.elsewhere(folder.join("tree"), folder.join("target"));
    let mut list = place.command("git");
    list.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let files = process::read(&mut list, LIMIT)?;
    let mut kept = BTreeSet::new();
    for file in files.split('\0').filter(|f| !f.is_empty()) {
        let (from, to) = (place.root.join(file), copy.root.join(file));
        // Listed but not there: removed, and not committed yet.
        if !from.is_file() {
            continue;
        }
        kept.insert(to.clone());
        let bytes = fs_err::read(&from)?;
        if fs_err::read(&to).is_ok_and(|present| present == bytes) {
            continue;
        }
        if let Some(parent) = to.parent() {
            fs_err::create_dir_all(parent)?;
        }
        fs_err::write(&to, bytes)?;
    }
    if kept.is_empty() {
        bail!("git names no files in {}.", place.root.display());
    }
    remove_others(&copy.root, &kept)?;
    Ok(copy)
}

/// Removes what a former run copied and the repository holds no more.
fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, kept)?;
        } else if !kept.contains(&path) {
            fs_err::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Red proves something only where it is green without the break.
fn green(copy: &Place, breaks: &[Break]) -> Result<()> {
    let mut by_binary: BTreeMap<(&str, Option<&str>), BTreeSet<&str>> = BTreeMap::new();
    for one in breaks {
        by_binary
            .entry((&one.package, one.binary.as_deref()))
            .or_default()
            .insert(&one.red_by);
    }
    for ((package, binary), filters) in by_binary {
        println!(
            "\n== without a break: the tests of {package} {} that are to notice one",
            binary.unwrap_or_default()
        );
        let filters: Vec<String> = filters.into_iter().map(|f| format!("({f})")).collect();
        match tested(copy, package, binary, &filters.join(" | "))? {
            Verdict::NotNoticed => {}
            _ => bail!("The tests of {package} fail without any break: mend them first."),
        }
    }
    Ok(())
}

/// Breaks the line in the copy, runs the test, puts the line back.
fn broken(copy: &Place, one: &Break) -> Result<Verdict> {
    let file = copy.root.join(&one.file);
    let whole = fs_err::read_to_string(&file)?;
    fs_err::write(&file, fitted(&copy.root, one)?)?;
    let verdict = tested(copy, &one.package, one.binary.as_deref(), &one.red_by);
    fs_err::write(&file, whole)?;
    verdict
}

fn tested(copy: &Place, package: &str, binary: Option<&str>, filter: &str) -> Result<Verdict> {
    if package == "acceptance" {
        let mut build = copy.command("cargo");
        build.args(["build", "--quiet", "--locked", "--package", "studio"]);
        if process::run(&mut build, LIMIT).is_err() {
            return Ok(Verdict::DoesNotCompile);
        }
    }
    let mut command = copy.command("cargo");
    command.args([
        "nextest",
        "run",
        "--cargo-quiet",
        "--locked",
        "--status-level",
        "fail",
        "--final-status-level",
        "none",
        "--failure-output",
        "final",
        "--package",
        package,
        "-E",
        filter,
    ]);
    // The first failure is enough.
    command.arg("--fail-fast");
    if let Some(binary) = binary {
        command.args(["--test", binary]);
    }
    match process::status(&mut command, LIMIT)?.code() {
        Some(0) => Ok(Verdict::NotNoticed),
        Some(TEST_FAILED) => Ok(Verdict::Noticed),
        Some(NO_TESTS) => Ok(Verdict::NoSuchTest),
        Some(BUILD_FAILED) => Ok(Verdict::DoesNotCompile),
        other => bail!("nextest ended with {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn the_list() -> Vec<Break> {
        read(include_str!("../sabotage.toml")).unwrap()
    }

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    #[test]
    fn every_break_fits_the_sources() {
        let list = the_list();
        let wrong: Vec<String> = list
            .iter()
            .filter_map(|one| Some(format!("{:#}", fitted(&root(), one).err()?)))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(list.iter().all(|b| b.old != b.new), "each breaks something");
    }

    #[test]
    fn a_line_that_is_gone_or_there_twice_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join("a.rs"), "one\ntwo\ntwo\n").unwrap();
        let with = |old: &str| Break {
            what: "x".into(),
            file: "a.rs".into(),
            old: old.into(),
            new: "three".into(),
            red_by: String::new(),
            package: String::new(),
            binary: None,
        };
        assert_eq!(
            fitted(folder.path(), &with("one")).unwrap(),
            "three\ntwo\ntwo\n",
            "once: broken there"
        );
        for old in ["two", "four"] {
            assert!(
                fitted(folder.path(), &with(old)).is_err(),
                "{old}: a break that does not apply would prove nothing"
            );
        }
    }

    #[test]
    fn the_package_is_read_from_the_filter() {
        let list = "[[break]]\nwhat = 'a'\nfile = 'b'\nold = 'c'\nnew = 'd'\nred_by = 'package(queue) & test(x)'\n";
        assert_eq!(read(list).unwrap()[0].package, "queue");
        assert_eq!(
            read(list).unwrap()[0].binary,
            None,
            "all of its tests are built"
        );
        let one = read(&list.replace("test(x)", "binary(y) & test(x)")).unwrap();
        assert_eq!(
            one[0].binary.as_deref(),
            Some("y"),
            "one of its tests is built"
        );
        assert!(
            read(&list.replace("package(queue) & ", "")).is_err(),
            "without a package every test of the workspace would be built"
        );
        assert!(
            chosen(read(list).unwrap(), &["z".to_owned()]).is_err(),
            "breaking nothing would look like success"
        );
    }
}
