use std::path::PathBuf;

/// What died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrashOf {
    /// The whole browser process; launch a new one.
    Browser,
    /// The process that draws this page; `goto` on the same page brings it back.
    Page,
}

/// Everything that can go wrong between us and the browser. Texts are for logs and reports; a
/// person is shown a sentence chosen by [`code`](Self::code).
///
/// URLs in here are cut to origin and path: a query can carry secrets.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BrowserError {
    /// No usable Chromium, Chrome or Edge; [`advice`](Self::advice) says what to install.
    #[error("no browser found; looked at: {}", shown_paths(.looked))]
    NotFound {
        /// Every place that was tried, in order.
        looked: Vec<PathBuf>,
        /// The person had named it.
        named: bool,
    },
    /// The browser is older than what this crate drives.
    #[error("browser {version} at {} is too old: version {minimum} or newer is needed", path.display())]
    TooOld {
        /// Its executable.
        path: PathBuf,
        /// Its version as it says itself.
        version: String,
        /// Oldest major version that works.
        minimum: u32,
    },
    /// The process started and ended, or never answered. `output` is the end of what it wrote.
    #[error("the browser did not start ({reason}); it said: {output}")]
    NotStarted {
        /// What was waited for, or the exit code.
        reason: String,
        /// Last lines of its standard error, at most 2,000 characters.
        output: String,
    },
    /// The app runs as root, where Chromium refuses to start with its sandbox (Linux), and nobody
    /// asked for a start without it.
    #[error("Chromium does not start as root with its sandbox on")]
    RunsAsRoot,
    /// Another running program uses this profile folder.
    #[error("the profile folder {} is in use", path.display())]
    ProfileInUse {
        /// The folder.
        path: PathBuf,
    },
    /// A visible window was asked for and there is no display to show it on.
    #[error("no display for a visible browser window")]
    NoDisplay,
    /// A process died under us.
    #[error("the {} died: {reason}", match .of { CrashOf::Browser => "browser", CrashOf::Page => "page" })]
    Crashed {
        /// Which one.
        of: CrashOf,
        /// Exit code or signal, as far as known.
        reason: String,
    },
    /// The tab is gone: closed by us, by the person, or by the page itself.
    #[error("the page was closed")]
    PageClosed,
    /// A bound in time was reached.
    #[error("gave up after {seconds:.1} s: {what}")]
    Timeout {
        /// What was waited for.
        what: String,
        /// The bound, in seconds.
        seconds: f64,
    },
    /// The caller's cancellation token fired.
    #[error("cancelled")]
    Cancelled,
    /// The address could not be loaded at all (no connection, unknown host, bad certificate …).
    #[error("could not load {url}: {reason}")]
    Navigation {
        /// Origin and path.
        url: String,
        /// Chromium's name for it, such as `net::ERR_CONNECTION_REFUSED`.
        reason: String,
    },
    /// Nothing on the page answers to the locator (within the time given).
    #[error("no element for {what}")]
    ElementNotFound {
        /// The locator.
        what: String,
    },
    /// The element is there but has no visible box.
    #[error("{what} is not visible")]
    NotVisible {
        /// The locator.
        what: String,
    },
    /// The element kept moving.
    #[error("{what} does not hold still")]
    Unstable {
        /// The locator.
        what: String,
    },
    /// The element is disabled.
    #[error("{what} is disabled")]
    Disabled {
        /// The locator.
        what: String,
    },
    /// The element took no focus.
    #[error("{what} takes no focus")]
    NotFocusable {
        /// The locator.
        what: String,
    },
    /// Something else lies on top; nothing was clicked.
    #[error("{what} is covered by {by}")]
    Covered {
        /// The locator.
        what: String,
        /// The element that would have got the click, as `tag#id.class`.
        by: String,
    },
    /// A file to be uploaded is missing, empty, not a file, or not readable. Nothing was uploaded.
    #[error("cannot upload {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A script threw, or its result has not the expected shape.
    #[error("script failed: {message}")]
    Script {
        /// The page's error message.
        message: String,
    },
    /// The browser refused a command.
    #[error("{method} refused: {message}")]
    Protocol {
        /// The DevTools method.
        method: String,
        /// The browser's answer.
        message: String,
    },
    /// The profile folder or another local file could not be used.
    #[error("{what}: {reason}")]
    Io {
        /// What was tried.
        what: String,
        /// The system's message.
        reason: String,
    },
}

impl BrowserError {
    /// Stable name of the kind of error, snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "browser_not_found",
            Self::TooOld { .. } => "browser_too_old",
            Self::NotStarted { .. } => "browser_not_started",
            Self::RunsAsRoot => "browser_runs_as_root",
            Self::ProfileInUse { .. } => "profile_in_use",
            Self::NoDisplay => "no_display",
            Self::Crashed { .. } => "browser_crashed",
            Self::PageClosed => "page_closed",
            Self::Timeout { .. } => "browser_timeout",
            Self::Cancelled => "cancelled",
            Self::Navigation { .. } => "navigation_failed",
            Self::ElementNotFound { .. } => "element_not_found",
            Self::NotVisible { .. } => "element_not_visible",
            Self::Unstable { .. } => "element_unstable",
            Self::Disabled { .. } => "element_disabled",
            Self::NotFocusable { .. } => "element_not_focusable",
            Self::Covered { .. } => "element_covered",
            Self::File { .. } => "upload_file_unreadable",
            Self::Script { .. } => "script_failed",
            Self::Protocol { .. } => "browser_refused",
            Self::Io { .. } => "browser_io",
        }
    }

    /// Whether the element itself was the problem, so that another way to find it may still work.
    /// False for everything that would also stop the next action.
    pub fn is_about_element(&self) -> bool {
        matches!(
            self,
            Self::ElementNotFound { .. }
                | Self::NotVisible { .. }
                | Self::Unstable { .. }
                | Self::Disabled { .. }
                | Self::NotFocusable { .. }
                | Self::Covered { .. }
        )
    }
}

fn shown_paths(paths: &[PathBuf]) -> String {
    paths
        .iter()
        .map(|p| p.display().to_string())
        .collect::<Vec<_>>()
        .join(", ")
}
