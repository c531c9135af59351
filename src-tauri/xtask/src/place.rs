//! Where things lie: the repository, the build outputs, the tools that this crate installs.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The folders of one run, and the folders that its programs find first in `PATH`.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Build outputs. The only place that decides it; `CONTRIBUTING.md` states it for people.
    pub(crate) target: PathBuf,
    /// Whether further clones build into the same folder.
    pub(crate) shared_target: bool,
    /// Cargo's extensions, installed here with pinned versions, outlive a clone.
    pub(crate) tools: PathBuf,
    first_in_path: Vec<PathBuf>,
}

impl Place {
    /// Reads the folders from the environment.
    pub(crate) fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .ancestors()
            .nth(2)
            .context("The repository's folder was not found above src-tauri/xtask.")?
            .to_path_buf();
        let cache = cache_folder()?;
        let target = target_folder(env::var_os("CARGO_TARGET_DIR"), in_ci(), &root, &cache);
        let shared_target = target.parent() == Some(&cache);
        let tools = cache.join("tools");
        let first_in_path = vec![tools.join("bin")];
        Ok(Self {
            root,
            target,
            shared_target,
            tools,
            first_in_path,
        })
    }

    /// The same tools over other sources and outputs.
    pub(crate) fn elsewhere(&self, root: PathBuf, target: PathBuf) -> Self {
        Self {
            root,
            target,
            shared_target: false,
            ..self.clone()
        }
    }

    #[cfg(test)]
    pub(crate) fn at(root: PathBuf, target: PathBuf, shared_target: bool) -> Self {
        Self {
            root,
            target,
            shared_target,
            tools: PathBuf::new(),
            first_in_path: Vec::new(),
        }
    }

    /// From now on, programs started through [`Place::command`] look here first.
    pub(crate) fn put_first_in_path(&mut self, folder: PathBuf) {
        self.first_in_path.insert(0, folder);
    }

    /// The page's folder.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// A built executable of the workspace.
    pub(crate) fn built(&self, name: &str, release: bool) -> PathBuf {
        let profile = if release { "release" } else { "debug" };
        self.target
            .join(profile)
            .join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// A command that starts in the repository with the right `PATH` and target folder.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.path());
        command.env("CARGO_TARGET_DIR", &self.target);
        // What `cargo run` tells this crate about itself would be taken for facts about the crates
        // that a further cargo builds.
        for (name, _) in env::vars_os() {
            let told_by_cargo = name.to_str().is_some_and(|name| {
                name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
            });
            if told_by_cargo {
                command.env_remove(name);
            }
        }
        if in_ci() {
            // A fresh clone never reuses incremental outputs; they only fill the disk.
            command
                .env("CARGO_INCREMENTAL", "0")
                .env("RUST_BACKTRACE", "1");
        }
        command
    }

    /// The first executable of this name that [`Place::command`] would start.
    pub(crate) fn find_program(&self, name: &str) -> Option<PathBuf> {
        let endings: &[&str] = if cfg!(windows) {
            &[".exe", ".cmd", ".bat"]
        } else {
            &[""]
        };
        env::split_paths(&self.path())
            .flat_map(|folder| {
                endings
                    .iter()
                    .map(move |end| folder.join(format!("{name}{end}")))
            })
            .find(|file| file.is_file())
    }

    fn path(&self) -> OsString {
        let present = env::var_os("PATH").unwrap_or_default();
        let folders = self
            .first_in_path
            .iter()
            .cloned()
            .chain(env::split_paths(&present));
        // A folder with a separator in its name cannot stand in PATH; then the person's PATH is
        // used as it is.
        env::join_paths(folders).unwrap_or(present)
    }
}

/// Whether nobody sits at the terminal, as CI services say it.
pub(crate) fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

/// `CARGO_TARGET_DIR` where the person set it; in CI the cache folder, so that a fresh clone finds
/// the last run's outputs; else `target` as usual.
fn target_folder(chosen: Option<OsString>, in_ci: bool, root: &Path, cache: &Path) -> PathBuf {
    match chosen {
        // Cargo takes a relative one from the folder it was started in, which is the repository.
        Some(chosen) if !chosen.is_empty() => root.join(chosen),
        _ if in_ci => cache.join("target"),
        _ => root.join("target"),
    }
}

fn cache_folder() -> Result<PathBuf> {
    let base = if cfg!(target_os = "windows") {
        env::var_os("LOCALAPPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        env::home_dir().map(|home| home.join("Library/Caches"))
    } else {
        env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
            .or_else(|| env::home_dir().map(|home| home.join(".cache")))
    };
    let base = base.context("The user's cache folder was not found: set HOME.")?;
    Ok(base.join("vintedbot-studio"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ci_builds_outside_the_clone_and_people_inside() {
        let (root, cache) = (Path::new("/clone"), Path::new("/cache"));
        assert_eq!(
            target_folder(None, true, root, cache),
            Path::new("/cache/target"),
            "a fresh clone in CI must find the last run's outputs"
        );
        assert_eq!(
            target_folder(None, false, root, cache),
            Path::new("/clone/target"),
            "outside CI cargo's usual folder is what a person expects"
        );
        assert_eq!(
            target_folder(Some("elsewhere".into()), true, root, cache),
            Path::new("/clone/elsewhere"),
            "the person's own choice wins, read from the repository as cargo reads it"
        );
    }
}
