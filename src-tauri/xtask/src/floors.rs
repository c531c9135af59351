//! Version floors: libraries with known holes below a version, checked in Cargo.lock without network.

use std::cmp::Ordering;

use anyhow::{Context, Result, bail};
use semver::Version;

use crate::place::Place;

/// Library, the first good version and why.
const FLOORS: &str = include_str!("../floors.toml");

/// Fails where Cargo.lock holds a version below its floor, naming all of them.
pub(crate) fn check(place: &Place) -> Result<()> {
    let lock = fs_err::read_to_string(place.root.join("Cargo.lock"))?;
    let below = below_floor(FLOORS, &lock)?;
    if below.is_empty() {
        return Ok(());
    }
    bail!(
        "Cargo.lock holds versions with known holes:\n{}",
        below.join("\n")
    )
}

/// One line per package of the lock file that is below its floor.
fn below_floor(floors: &str, lock: &str) -> Result<Vec<String>> {
    let floors: toml::Table = floors.parse().context("floors.toml cannot be read")?;
    let lock: toml::Table = lock.parse().context("Cargo.lock cannot be read")?;
    let packages = lock.get("package").and_then(|list| list.as_array());
    let packages = packages.context("Cargo.lock names no packages")?;
    let mut below = Vec::new();
    for package in packages {
        let field = |name: &str| package.get(name).and_then(|value| value.as_str());
        let name = field("name").context("Cargo.lock: a package without a name")?;
        let version = field("version").context("Cargo.lock: a package without a version")?;
        let Some(floor) = floors.get(name) else {
            continue;
        };
        if let Some(floor) = too_old(&Version::parse(version)?, floor)
            .with_context(|| format!("floors.toml: [{name}]"))?
        {
            let why = floor_text(&floors, name, "why")?;
            below.push(format!("  {name} {version}: at least {floor} ({why})"));
        }
    }
    Ok(below)
}

/// The floor that `version` misses. A library with several lines kept by its makers has a floor
/// for each (`at_least = ["0.8.6", "0.9.3"]`): the one of the version's own line counts; an older
/// line misses the first, a newer one none.
fn too_old(version: &Version, floor: &toml::Value) -> Result<Option<Version>> {
    let floors = floor.get("at_least").and_then(|list| list.as_array());
    let floors = floors.context("`at_least` is a list of versions")?;
    let mut floors = floors
        .iter()
        .map(|floor| {
            Ok(Version::parse(
                floor.as_str().context("a version is a text")?,
            )?)
        })
        .collect::<Result<Vec<Version>>>()?;
    floors.sort();
    let own = floors.iter().find(|floor| line(floor) == line(version));
    let counts = own.or_else(|| floors.iter().find(|floor| line(floor) > line(version)));
    // Cargo.lock's build part (`+1.23.1`) names the C library inside and is no part of the order.
    let missed = counts.filter(|floor| version.cmp_precedence(floor) == Ordering::Less);
    Ok(missed.cloned())
}

/// Versions that cargo takes for compatible share it.
fn line(version: &Version) -> (u64, u64) {
    (
        version.major,
        if version.major == 0 { version.minor } else { 0 },
    )
}

fn floor_text<'a>(floors: &'a toml::Table, name: &str, field: &str) -> Result<&'a str> {
    floors
        .get(name)
        .and_then(|floor| floor.get(field)?.as_str())
        .with_context(|| format!("floors.toml: [{name}] has no `{field}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(name: &str, version: &str) -> String {
        format!("version = 4\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n")
    }

    #[test]
    fn every_floor_has_a_version_and_a_reason() {
        let floors: toml::Table = FLOORS.parse().unwrap();
        assert!(
            !floors.is_empty(),
            "an empty list would let everything pass"
        );
        for (name, floor) in &floors {
            assert!(
                floor_text(&floors, name, "why").unwrap().len() > 5,
                "[{name}] says why"
            );
            let oldest = Version::new(0, 0, 0);
            assert!(
                too_old(&oldest, floor).unwrap().is_some(),
                "[{name}] must refuse at least version 0.0.0"
            );
        }
    }

    #[test]
    fn a_version_below_its_floor_is_named() {
        let found = below_floor(FLOORS, &lock("libsqlite3-sys", "0.35.0")).unwrap();
        assert_eq!(
            found.len(),
            1,
            "the SQLite that loses data in WAL mode must be refused"
        );
        assert!(found[0].contains("libsqlite3-sys 0.35.0"), "{found:?}");
        let found = below_floor(FLOORS, &lock("libsqlite3-sys", "0.37.0")).unwrap();
        assert!(found.is_empty(), "the floor itself is good: {found:?}");
    }

    #[test]
    fn each_line_of_a_library_has_its_own_floor() {
        let floors = "[rand]\nat_least = [\"0.8.6\", \"0.9.3\", \"0.10.1\"]\nwhy = \"a reason\"\n";
        let cases = [
            ("0.7.9", true),
            ("0.8.5", true),
            ("0.8.6", false),
            ("0.9.2", true),
            ("0.9.3", false),
            ("0.10.0", true),
            ("0.10.1", false),
            ("1.0.0", false),
        ];
        for (version, refused) in cases {
            let found = below_floor(floors, &lock("rand", version)).unwrap();
            assert_eq!(!found.is_empty(), refused, "rand {version}: {found:?}");
        }
    }

    #[test]
    fn an_unreadable_lock_file_fails() {
        assert!(
            below_floor(FLOORS, "version = 4\n").is_err(),
            "no packages is no proof"
        );
        assert!(below_floor(FLOORS, "<<<<<<< a merge").is_err());
    }
}
