//! The browser to drive, and the download of one, behind app's port.

use std::path::{Path, PathBuf};

use app::ports::{
    BrowserFound, BrowserOffered, Browsers, DownloadProgress, DownloadStop, SiteStop,
};
use async_trait::async_trait;
use browser::{
    BrowserError, Executable, Source,
    download::{self, Build, DownloadError, Pin, Progress, Stage},
};
use tokio_util::sync::CancellationToken;

use crate::folder::DataFolder;

/// What is looked for when a browser is needed, in this order.
#[derive(Clone, Debug)]
pub(crate) struct OfThisMachine {
    /// Named by the person.
    pub(crate) named: Option<PathBuf>,
    pub(crate) folder: DataFolder,
}

#[async_trait]
impl Browsers for OfThisMachine {
    async fn found(&self) -> Result<BrowserFound, SiteStop> {
        self.look().await.map(view).map_err(|error| {
            let advice = error.advice().unwrap_or_else(|| error.to_string());
            match error {
                BrowserError::TooOld { .. } => SiteStop::BrowserTooOld(advice),
                _ => SiteStop::BrowserNotFound(advice),
            }
        })
    }

    fn offered(&self) -> Result<BrowserOffered, DownloadStop> {
        self.build().map(|build| BrowserOffered {
            version: build.version,
            bytes: build.bytes,
        })
    }

    fn usual_source(&self) -> &'static str {
        download::GOOGLE
    }

    async fn download(
        &self,
        source: &str,
        tell: &(dyn Fn(DownloadProgress) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<BrowserFound, DownloadStop> {
        let build = self.build()?;
        let tell = |progress: Progress| {
            tell(DownloadProgress {
                stage: match progress.stage {
                    Stage::Fetching => "fetching",
                    Stage::Checking => "checking",
                    Stage::Unpacking => "unpacking",
                },
                received: progress.received,
                total: progress.total,
            });
        };
        download::download(&build, source, &self.folder.browsers(), &tell, cancel)
            .await
            .map(view)
            .map_err(stop)
    }
}

impl OfThisMachine {
    pub(crate) async fn look(&self) -> Result<Executable, BrowserError> {
        browser::find::find(
            self.named.as_deref(),
            bundled().as_deref(),
            Some(&self.folder.browsers()),
        )
        .await
    }

    /// The build for this machine: the person's own list in the data folder goes before the app's.
    fn build(&self) -> Result<Build, DownloadStop> {
        let own = self.folder.browser_pin();
        let pin = if own.is_file() {
            Pin::read(&own)
        } else {
            Pin::built_in()
        };
        let pin = pin.map_err(|error| DownloadStop::NotOffered(format!("{error}.")))?;
        download::platform()
            .and_then(|platform| pin.build_for(platform))
            .cloned()
            .ok_or_else(|| {
                DownloadStop::NotOffered(
                    "No download was signed off for this system yet. Install Chromium, Chrome or Edge; `studio \
                     doctor` says how."
                        .to_owned(),
                )
            })
    }
}

fn view(executable: Executable) -> BrowserFound {
    BrowserFound {
        path: executable.path,
        version: executable.version,
        source: match executable.source {
            Source::Explicit => "explicit",
            Source::Bundled => "bundled",
            Source::Downloaded => "downloaded",
            Source::Installed => "installed",
        },
    }
}

fn stop(error: DownloadError) -> DownloadStop {
    let text = error.to_string();
    match error {
        DownloadError::Address(_) => DownloadStop::Address(text),
        DownloadError::Busy => DownloadStop::Busy,
        DownloadError::Connection(_) | DownloadError::Status(_) => DownloadStop::Broken(text),
        DownloadError::Size { .. }
        | DownloadError::Hash { .. }
        | DownloadError::Archive(_)
        | DownloadError::NoBrowser(_) => DownloadStop::Refused(text),
        DownloadError::Disk { source, .. } => DownloadStop::Disk(source),
        DownloadError::Cancelled => DownloadStop::Cancelled,
    }
}

/// The browser of the package that this program came in.
pub(crate) fn bundled() -> Option<PathBuf> {
    bundled_with(&std::env::current_exe().ok()?)
}

/// Beside the program, or where the package's other files lie (`cargo xtask bundle`).
fn bundled_with(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?;
    // Windows and unpacked builds; Debian package and AppImage; macOS.
    [
        "chromium",
        "../lib/VintedBot Studio/chromium",
        "../Resources/chromium",
    ]
    .iter()
    .map(|place| folder.join(place))
    .find(|place| place.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_s_browser_is_found_where_each_package_puts_it() {
        for (program, browser) in [
            ("app/studio.exe", "app/chromium"),
            ("usr/bin/studio", "usr/lib/VintedBot Studio/chromium"),
            (
                "X.app/Contents/MacOS/studio",
                "X.app/Contents/Resources/chromium",
            ),
        ] {
            let root = tempfile::tempdir().unwrap();
            let program = root.path().join(program);
            fs_err::create_dir_all(program.parent().unwrap()).unwrap();
            assert_eq!(bundled_with(&program), None, "a package without one");
            fs_err::create_dir_all(root.path().join(browser)).unwrap();
            let found = fs_err::canonicalize(bundled_with(&program).unwrap()).unwrap();
            assert!(found.ends_with(browser), "{}", found.display());
        }
    }
}
