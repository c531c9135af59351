//! A browser with one page on the test site.
use crate::site::Site;
use browser::{
    Browser, BrowserError, Context, Executable, Launch, Pace, Page, find, running_as_root,
};
use futures::StreamExt;
use futures::future::BoxFuture;
use std::sync::Arc;
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
    _leaving: Leaving,
    pub(crate) browser: Arc<Browser>,
    pub(crate) site: Site,
    pub(crate) profile: Arc<TempDir>,
}

/// Closes the context of a test that shares its browser.
struct Leaving(Context);

impl Drop for Leaving {
    fn drop(&mut self) {
        let context = self.0.clone();
        tokio::spawn(async move { context.close().await });
    }
}

tokio::task_local! {
    /// The browser that several tests share.
    static HOUSE: (Arc<Browser>, Arc<TempDir>);
}

async fn launched() -> (Arc<Browser>, Arc<TempDir>) {
    let profile = tempfile::tempdir().unwrap();
    let browser = Browser::launch(launch_on(&profile).await)
        .await
        .expect("a running browser");
    (Arc::new(browser), Arc::new(profile))
}

/// A test without a browser of its own: its name, and what it does.
pub(crate) type Section = (&'static str, BoxFuture<'static, ()>);

/// Tests by their names, for [`in_one_browser`].
macro_rules! sections {
    ($($name:ident),+ $(,)?) => {
        vec![$((stringify!($name), Box::pin($name()) as futures::future::BoxFuture<'static, ()>)),+]
    };
}
pub(crate) use sections;

/// Runs tests, so many at once, each in a context of its own of one browser: a start of Chromium costs more than most
/// of them. All of them run; what failed is named at the end.
pub(crate) async fn in_one_browser(at_once: usize, sections: Vec<Section>) {
    let house = launched().await;
    let failed: Vec<&str> = futures::stream::iter(sections)
        .map(|(name, section)| {
            let house = house.clone();
            async move {
                let done = tokio::spawn(HOUSE.scope(house, section)).await;
                done.is_err().then_some(name)
            }
        })
        .buffer_unordered(at_once)
        .filter_map(std::future::ready)
        .collect()
        .await;
    assert!(
        failed.is_empty(),
        "failed, for the reasons above: {failed:#?}"
    );
    end(house.0).await;
}

/// Closes a browser that nobody else holds any more.
pub(crate) async fn end(mut browser: Arc<Browser>) {
    for _ in 0..1000 {
        match Arc::try_unwrap(browser) {
            Ok(browser) => return browser.close().await.unwrap(),
            Err(shared) => browser = shared,
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("somebody still holds the browser");
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let (browser, profile) = match HOUSE.try_with(Clone::clone) {
            Ok(house) => house,
            Err(_) => launched().await,
        };
        let context = browser.new_context(Vec::new()).await.unwrap();
        let page = context.new_page("about:blank").await.unwrap();
        Self {
            page,
            _leaving: Leaving(context.clone()),
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
