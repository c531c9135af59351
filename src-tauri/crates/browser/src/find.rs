//! Which browser to drive: the one asked for, the bundled, the downloaded, or an installed one.
use crate::{BrowserError, download, platform};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the executable was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Named by the person (settings or environment).
    Explicit,
    /// Shipped inside the package.
    Bundled,
    /// Downloaded by the app.
    Downloaded,
    /// Installed on the machine.
    Installed,
}

/// A browser that exists and said its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executable {
    /// Absolute path of the program.
    pub path: PathBuf,
    /// As it says itself, such as `Chromium 156.0.8078.79`.
    pub version: String,
    /// Major version, such as 156.
    pub major: u32,
    /// Where it was found.
    pub source: Source,
}

/// Oldest major version this crate drives: the headless mode that is the real browser
/// (Chrome 112) and the DevTools calls used here, with a margin.
pub const OLDEST_MAJOR: u32 = 120;

/// How long one candidate may take to say its version.
const VERSION_BOUND: Duration = Duration::from_secs(10);

/// Finds a browser: `explicit`, then `bundled_dir`, then what [`download`](crate::download) put into
/// `downloaded_dir` and is whole, then what is installed (Chromium, Chrome, Edge). An `explicit` path that does not work is an error, never a silent
/// fall-back to another browser. Each candidate is asked for its version, at most 10 s.
///
/// # Errors
/// [`BrowserError::NotFound`], [`BrowserError::TooOld`].
pub async fn find(
    explicit: Option<&Path>,
    bundled_dir: Option<&Path>,
    downloaded_dir: Option<&Path>,
) -> Result<Executable, BrowserError> {
    if let Some(path) = explicit {
        // A folder is meant as what lies in it: an unpacked build, or an application of macOS.
        let mut paths = vec![path.to_owned()];
        if path.is_dir() {
            paths = inside(path);
            paths.extend(
                path.file_stem()
                    .map(|name| path.join("Contents/MacOS").join(name)),
            );
        }
        let candidates = paths
            .into_iter()
            .map(|path| (path, Source::Explicit))
            .collect();
        let mut looked = Looked::default();
        return match looked.at(candidates).await {
            Some(found) => Ok(found),
            None => Err(looked.in_vain(true)),
        };
    }
    let mut looked = Looked::default();
    if let Some(folder) = bundled_dir
        && let Some(found) = looked.at(candidates(folder, Source::Bundled)).await
    {
        return Ok(found);
    }
    // Not before it is needed: all of a downloaded build is read to see that it is whole.
    if let Some(folder) = downloaded_dir
        && let Some(build) = download::installed(folder).await
        && let Some(found) = looked.at(candidates(&build, Source::Downloaded)).await
    {
        return Ok(found);
    }
    let installed = platform::installed().into_iter();
    let installed = installed.map(|path| (path, Source::Installed)).collect();
    match looked.at(installed).await {
        Some(found) => Ok(found),
        None => Err(looked.in_vain(false)),
    }
}

/// The browser in a folder that holds an unpacked build.
///
/// # Errors
/// As [`find`].
pub(crate) async fn in_folder(folder: &Path, source: Source) -> Result<Executable, BrowserError> {
    let mut looked = Looked::default();
    match looked.at(candidates(folder, source)).await {
        Some(found) => Ok(found),
        None => Err(looked.in_vain(false)),
    }
}

fn candidates(folder: &Path, source: Source) -> Vec<(PathBuf, Source)> {
    let paths = inside(folder).into_iter();
    paths.map(|path| (path, source)).collect()
}

/// Names of the program inside a folder that holds an unpacked build (Chromium snapshots and
/// Chrome for Testing), for every platform.
fn inside(folder: &Path) -> Vec<PathBuf> {
    const CHROME: &str = "Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing";
    const CHROMIUM: &str = "Chromium.app/Contents/MacOS/Chromium";
    let names: &[&str] = if cfg!(windows) {
        &["chrome.exe"]
    } else if cfg!(target_os = "macos") {
        &[CHROMIUM, CHROME]
    } else {
        &["chrome", "chromium"]
    };
    let below = [
        "",
        "chrome-linux64",
        "chrome-linux",
        "chrome-win64",
        "chrome-win",
        "chrome-mac-arm64",
        "chrome-mac-x64",
        "chrome-mac",
    ];
    below
        .iter()
        .flat_map(|sub| names.iter().map(move |name| folder.join(sub).join(name)))
        .collect()
}

/// What was looked at in vain.
#[derive(Default)]
struct Looked {
    paths: Vec<PathBuf>,
    too_old: Option<BrowserError>,
}

impl Looked {
    /// The first of the candidates that works.
    async fn at(&mut self, candidates: Vec<(PathBuf, Source)>) -> Option<Executable> {
        for (path, source) in candidates {
            match describe(path.clone(), source).await {
                Ok(found) if found.major >= OLDEST_MAJOR => return Some(found),
                Ok(found) => {
                    self.too_old.get_or_insert(BrowserError::TooOld {
                        path: found.path,
                        version: found.version,
                        minimum: OLDEST_MAJOR,
                    });
                }
                Err(reason) => {
                    tracing::debug!(path = %path.display(), reason, "no browser here");
                }
            }
            self.paths.push(path);
        }
        None
    }

    fn in_vain(self, named: bool) -> BrowserError {
        self.too_old.unwrap_or(BrowserError::NotFound {
            looked: self.paths,
            named,
        })
    }
}

async fn describe(path: PathBuf, source: Source) -> Result<Executable, String> {
    tokio::task::spawn_blocking(move || {
        let path = std::path::absolute(&path).map_err(|error| error.to_string())?;
        let version = platform::version(&path, VERSION_BOUND).map_err(|error| error.to_string())?;
        if version.ends_with(" snap") {
            return Err("the snap package cannot use our profile folder".to_owned());
        }
        let major = major_of(&version).ok_or_else(|| format!("says {version:?}"))?;
        Ok(Executable {
            path,
            version,
            major,
            source,
        })
    })
    .await
    .map_err(|error| error.to_string())?
}

/// First number of the first word that looks like `156.0.8078.79`.
fn major_of(version: &str) -> Option<u32> {
    version.split_whitespace().find_map(|word| {
        let (major, rest) = word.split_once('.')?;
        rest.starts_with(|c: char| c.is_ascii_digit())
            .then(|| major.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_each_brand_prints() {
        for (said, major) in [
            ("Chromium 156.0.8078.79 built on Debian 12", Some(156)),
            ("Google Chrome 131.0.6778.85", Some(131)),
            ("Microsoft Edge 130.0.2849.46", Some(130)),
            ("Google Chrome for Testing 127.0.6533.88", Some(127)),
            ("156.0.8078.79", Some(156)),
            ("Mozilla Firefox 128esr", None),
            ("", None),
        ] {
            assert_eq!(major_of(said), major, "from {said:?}");
        }
    }

    #[cfg(unix)]
    fn fake(folder: &Path, name: &str, script: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.join(name);
        fs_err::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_order_is_explicit_bundled_downloaded() {
        let root = tempfile::tempdir().unwrap();
        let [explicit, bundled, downloaded] = ["explicit", "bundled", "downloaded"].map(|name| {
            let folder = root.path().join(name);
            fs_err::create_dir(&folder).unwrap();
            folder
        });
        let named = fake(&explicit, "my-browser", "echo Chromium 150.0.1.2");
        fake(&bundled, "chrome", "echo Chromium 151.0.1.2");
        let build = downloaded.join("152.0.1.2");
        fs_err::create_dir_all(build.join("chrome-linux64")).unwrap();
        let program = fake(
            &build.join("chrome-linux64"),
            "chrome",
            "echo Chromium 152.0.1.2",
        );
        download::receipt_for_tests(&build, &program);

        let found = find(Some(&named), Some(&bundled), Some(&downloaded))
            .await
            .unwrap();
        assert_eq!((found.major, found.source), (150, Source::Explicit));
        let found = find(None, Some(&bundled), Some(&downloaded)).await.unwrap();
        assert_eq!((found.major, found.source), (151, Source::Bundled));
        let found = find(Some(&build), Some(&bundled), None).await.unwrap();
        assert_eq!(
            (found.major, found.source),
            (152, Source::Explicit),
            "named by its folder"
        );
        fs_err::remove_file(bundled.join("chrome")).unwrap();
        let found = find(None, Some(&bundled), Some(&downloaded)).await.unwrap();
        assert_eq!((found.major, found.source), (152, Source::Downloaded));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_named_browser_that_does_not_work_is_an_error_and_not_replaced() {
        let root = tempfile::tempdir().unwrap();
        let error = find(Some(&root.path().join("nothing")), None, None)
            .await
            .unwrap_err();
        assert_eq!(error.code(), "browser_not_found");

        let old = fake(root.path(), "old", "echo Chromium 99.0.1.2");
        let error = find(Some(&old), None, None).await.unwrap_err();
        assert_eq!(error.code(), "browser_too_old");

        let snap = fake(root.path(), "snap", "echo Chromium 150.0.1.2 snap");
        let error = find(Some(&snap), None, None).await.unwrap_err();
        assert_eq!(error.code(), "browser_not_found");
    }
}
