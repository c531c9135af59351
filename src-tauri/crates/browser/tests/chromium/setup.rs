//! A browser with one page on the test site.
use crate::site::Site;
use browser::{
    Browser, BrowserError, Context, Executable, Launch, Pace, Page, find, running_as_root,
};
use std::time::Duration;
use tempfile::TempDir;

/// Generous: two browsers share two busy cores in CI.
pub(crate) const SOON: Duration = Duration::from_secs(20);

pub(crate) async fn executable() -> Executable {
    let named = std::env::var_os("STUDIO_BROWSER");
    find::find(named.as_deref().map(AsRef::as_ref), None, None)
        .await
        .expect("a browser")
}

/// What the app never does by itself.
pub(crate) fn no_sandbox_for_root(launch: &mut Launch) {
    if running_as_root() {
        launch.extra_args.push("--no-sandbox".to_owned());
    }
}

pub(crate) async fn launch_on(profile: &TempDir) -> Launch {
    let mut launch = Launch::new(executable().await, profile.path().join("profile"));
    no_sandbox_for_root(&mut launch);
    launch.pace = Pace::NONE;
    launch
}

/// Ends the process that draws the page; returns once that was noticed.
pub(crate) async fn crash(page: &Page) {
    page.goto("chrome://crash", SOON).await.unwrap_err();
    let end = std::time::Instant::now() + SOON;
    while !matches!(
        page.eval::<i64>("1").await,
        Err(BrowserError::Crashed { .. })
    ) {
        assert!(std::time::Instant::now() < end, "the crash was not noticed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Everything one test needs; dropped in this order.
pub(crate) struct Bench {
    pub(crate) page: Page,
    pub(crate) context: Context,
    pub(crate) browser: Browser,
    pub(crate) site: Site,
    pub(crate) profile: TempDir,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let browser = Browser::launch(launch_on(&profile).await)
            .await
            .expect("a running browser");
        let context = browser.new_context(Vec::new()).await.unwrap();
        let page = context.new_page("about:blank").await.unwrap();
        Self {
            page,
            context,
            browser,
            site: Site::start().await,
            profile,
        }
    }

    /// With the page already on one of `tests/pages`.
    pub(crate) async fn at(name: &str) -> Self {
        let bench = Self::new().await;
        bench
            .page
            .goto(&bench.site.url(&format!("/page/{name}")), SOON)
            .await
            .unwrap();
        bench
    }

    /// A number that the page keeps in `window`.
    pub(crate) async fn number(&self, name: &str) -> i64 {
        self.page.eval(&format!("window.{name}")).await.unwrap()
    }
}
