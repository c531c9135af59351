//! System packages: which are missing, and how this system installs them.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use crate::place::{Place, in_ci};
use crate::process;

/// Package names per package manager and purpose.
const LIST: &str = include_str!("../packages.toml");

const LOOK: Duration = Duration::from_secs(60);
const INSTALL: Duration = Duration::from_secs(30 * 60);

/// What packages are for: a table of `packages.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Building and running the app.
    Build,
    /// A browser to drive, where none is installed.
    Browser,
    /// What only the tests need.
    Test,
}

/// A system's package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manager {
    /// Debian, Ubuntu and what descends from them.
    Apt,
    /// Fedora.
    Dnf,
    /// Arch.
    Pacman,
    /// macOS with Homebrew.
    Brew,
    /// Windows.
    Winget,
}

impl Manager {
    /// This system's package manager; `None` where it is not one of those known here.
    pub(crate) fn of_this_system() -> Option<Self> {
        if cfg!(target_os = "macos") {
            return Some(Self::Brew);
        }
        if cfg!(target_os = "windows") {
            return Some(Self::Winget);
        }
        Self::of_linux(&fs_err::read_to_string("/etc/os-release").ok()?)
    }

    /// Reads `ID` and `ID_LIKE` of os-release(5).
    fn of_linux(release: &str) -> Option<Self> {
        let field = |name: &str| {
            let line = release
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.unwrap_or_default()
                .trim_matches(['"', '\''])
                .to_owned()
        };
        let names = format!("{} {}", field("ID"), field("ID_LIKE"));
        names.split_whitespace().find_map(|name| match name {
            "debian" | "ubuntu" => Some(Self::Apt),
            "fedora" => Some(Self::Dnf),
            "arch" => Some(Self::Pacman),
            _ => None,
        })
    }

    fn table(self) -> &'static str {
        match self {
            Self::Apt => "apt",
            Self::Dnf => "dnf",
            Self::Pacman => "pacman",
            Self::Brew => "brew",
            Self::Winget => "winget",
        }
    }

    /// The command a person would type to install these packages.
    fn install_words(self, packages: &[String]) -> String {
        let packages = packages.join(" ");
        match self {
            Self::Apt => format!("sudo apt-get install --no-install-recommends {packages}"),
            Self::Dnf => format!("sudo dnf install {packages}"),
            Self::Pacman => format!("sudo pacman -S --needed {packages}"),
            Self::Brew => format!("brew install {packages}"),
            Self::Winget => format!("winget install {packages}"),
        }
    }

    /// Those of `packages` that are not installed.
    fn missing(self, place: &Place, packages: Vec<String>) -> Result<Vec<String>> {
        match self {
            Self::Apt => {
                let mut query = place.command("dpkg-query");
                query.args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"]);
                // Unknown packages make the exit code 1 and are named on stderr; both are expected.
                query.args(&packages).stderr(std::process::Stdio::null());
                let (known, _) = process::read_any(&mut query, LOOK)?;
                Ok(not_installed(packages, &known))
            }
            Self::Dnf => each(packages, |name| {
                succeeds(place.command("rpm").args(["-q", name]))
            }),
            Self::Pacman => {
                // A group such as base-devel is answered by -Qg, a package by -Q.
                each(packages, |name| {
                    Ok(succeeds(place.command("pacman").args(["-Q", name]))?
                        || succeeds(place.command("pacman").args(["-Qg", name]))?)
                })
            }
            Self::Brew => each(packages, |name| {
                succeeds(place.command("brew").args(["list", "--versions", name]))
            }),
            Self::Winget => each(packages, |name| {
                succeeds(
                    place
                        .command("winget")
                        .args(["list", "--exact", "--id", name]),
                )
            }),
        }
    }
}

/// Installs those packages of these kinds that are missing; asks for root only then.
pub(crate) fn install_missing(place: &Place, kinds: &[Kind]) -> Result<()> {
    let Some(manager) = Manager::of_this_system() else {
        println!(
            "This system's package manager is not known here. src-tauri/xtask/packages.toml lists \
             what must be installed; going on."
        );
        return Ok(());
    };
    if manager == Manager::Brew && place.find_program("brew").is_none() {
        bail!(
            "Homebrew is missing. It installs itself with the command on https://brew.sh; then \
             start again."
        );
    }
    let mut wanted = Vec::new();
    for kind in kinds {
        wanted.extend(names(manager, *kind)?);
    }
    let missing = manager.missing(place, wanted)?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("System packages that are missing: {}", missing.join(", "));
    let advice = format!(
        "This command installs them: {}",
        manager.install_words(&missing)
    );
    install(place, manager, &missing).map_err(|error| anyhow!("{error:#}\n{advice}"))?;
    let still = manager.missing(place, missing)?;
    if still.is_empty() {
        return Ok(());
    }
    bail!(
        "Still missing after the installation: {}. {advice}",
        still.join(", ")
    )
}

fn install(place: &Place, manager: Manager, packages: &[String]) -> Result<()> {
    match manager {
        Manager::Apt => {
            let apt = |arguments: &[&str]| -> Result<Command> {
                let mut command = as_root(place, "env")?;
                command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-q"]);
                // Another installation may be under way: wait for it instead of failing.
                command.args(["-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3"]);
                command.args(["-o", "Dpkg::Use-Pty=0"]);
                command.args(arguments);
                Ok(command)
            };
            if let Err(error) = process::run(&mut apt(&["update"])?, INSTALL) {
                println!(
                    "The package lists could not be renewed, trying with the old ones. {error:#}"
                );
            }
            let mut command = apt(&["install", "--no-install-recommends"])?;
            process::run(command.args(packages), INSTALL)
        }
        // Named, not run: package names of these systems are not tested by CI.
        Manager::Dnf | Manager::Pacman => bail!("They are installed by hand on this system."),
        Manager::Brew => process::run(place.command("brew").arg("install").args(packages), INSTALL),
        Manager::Winget => packages.iter().try_for_each(|package| {
            let mut command = place.command("winget");
            command.args(["install", "--exact", "--silent", "--id", package]);
            command.args(["--accept-package-agreements", "--accept-source-agreements"]);
            process::run(&mut command, INSTALL)
        }),
    }
}

/// A command that runs as root: as it is for root, through sudo for others.
pub(crate) fn as_root(place: &Place, program: &str) -> Result<Command> {
    if is_root(place)? {
        return Ok(place.command(program));
    }
    if place.find_program("sudo").is_none() {
        bail!("Installing needs root, and sudo is missing.");
    }
    let mut command = place.command("sudo");
    if in_ci() {
        // Nobody is there to type a password.
        command.arg("--non-interactive");
    }
    command.arg(program);
    Ok(command)
}

/// Whether this process runs as root. Always false on Windows.
pub(crate) fn is_root(place: &Place) -> Result<bool> {
    if cfg!(windows) {
        return Ok(false);
    }
    Ok(process::read(place.command("id").arg("-u"), LOOK)?.trim() == "0")
}

fn names(manager: Manager, kind: Kind) -> Result<Vec<String>> {
    let list: toml::Table = LIST.parse().context("packages.toml cannot be read")?;
    let kind = match kind {
        Kind::Build => "build",
        Kind::Browser => "browser",
        Kind::Test => "test",
    };
    let names = list
        .get(manager.table())
        .and_then(|table| table.get(kind)?.as_array());
    let names = names.with_context(|| {
        format!(
            "packages.toml has no list `{kind}` under [{}]",
            manager.table()
        )
    })?;
    names
        .iter()
        .map(|name| {
            Ok(name
                .as_str()
                .context("packages.toml: a name is not a text")?
                .to_owned())
        })
        .collect()
}

/// Reads dpkg-query's lines `name status`.
fn not_installed(wanted: Vec<String>, known: &str) -> Vec<String> {
    let installed: Vec<&str> = known
        .lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .collect();
    let mut missing: Vec<String> = wanted
        .into_iter()
        .filter(|name| !installed.contains(&name.as_str()))
        .collect();
    missing.sort();
    missing.dedup();
    missing
}

fn each(packages: Vec<String>, installed: impl Fn(&str) -> Result<bool>) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    for package in packages {
        if !installed(&package)? && !missing.contains(&package) {
            missing.push(package);
        }
    }
    Ok(missing)
}

fn succeeds(command: &mut Command) -> Result<bool> {
    let (_, status) = process::read_any(command.stderr(std::process::Stdio::null()), LOOK)?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_manager_has_every_list() {
        let managers = [
            Manager::Apt,
            Manager::Dnf,
            Manager::Pacman,
            Manager::Brew,
            Manager::Winget,
        ];
        for manager in managers {
            for kind in [Kind::Build, Kind::Browser, Kind::Test] {
                names(manager, kind).unwrap();
            }
        }
    }

    #[test]
    fn systems_are_told_by_their_own_name_or_their_family() {
        let cases = [
            ("ID=debian\nVERSION_ID=\"12\"\n", Some(Manager::Apt)),
            ("ID=ubuntu\nID_LIKE=debian\n", Some(Manager::Apt)),
            (
                "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n",
                Some(Manager::Apt),
            ),
            ("ID=fedora\n", Some(Manager::Dnf)),
            ("ID=manjaro\nID_LIKE=arch\n", Some(Manager::Pacman)),
            ("ID=alpine\n", None),
        ];
        for (release, expected) in cases {
            assert_eq!(Manager::of_linux(release), expected, "{release}");
        }
    }

    #[test]
    fn a_removed_package_counts_as_missing() {
        let wanted = ["xvfb", "nasm", "cmake", "nasm"]
            .map(str::to_owned)
            .to_vec();
        let known = "cmake installed\nxvfb config-files\n";
        assert_eq!(
            not_installed(wanted, known),
            ["nasm", "xvfb"],
            "a package of which only the settings are left does not serve, and none is named twice"
        );
    }
}
