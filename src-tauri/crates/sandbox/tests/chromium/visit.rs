//! A signed-in browser on a page of the practice marketplace.

use std::path::PathBuf;
use std::time::Duration;

use browser::{Browser, Condition, Launch, Locator, Pace, Page, find, running_as_root};
use sandbox::switches::Switches;
use sandbox::{RunningSandbox, Sandbox, SandboxConfig};
use tempfile::TempDir;

/// Generous: other tests share the machine.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Dropped in this order.
pub(crate) struct Visit {
    pub(crate) page: Page,
    pub(crate) market: RunningSandbox,
    _browser: Browser,
    folder: TempDir,
}

impl Visit {
    pub(crate) async fn with(switches: Switches) -> Self {
        let switches = Switches {
            brand_delay_ms: 20,
            cookie_banner: false,
            ..switches
        };
        let config = SandboxConfig {
            switches,
            ..SandboxConfig::default()
        };
        let market = Sandbox::start(config).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let named = std::env::var_os("STUDIO_BROWSER");
        let executable = find::find(named.as_deref().map(AsRef::as_ref), None, None)
            .await
            .unwrap();
        let mut launch = Launch::new(executable, folder.path().join("profile"));
        if running_as_root() {
            launch.extra_args.push("--no-sandbox".to_owned());
        }
        launch.pace = Pace::NONE;
        let browser = Browser::launch(launch).await.unwrap();
        let context = browser.new_context(Vec::new()).await.unwrap();
        let page = context.new_page("about:blank").await.unwrap();
        Self {
            page,
            market,
            _browser: browser,
            folder,
        }
    }

    /// On the form, signed in.
    pub(crate) async fn form(switches: Switches) -> Self {
        let visit = Self::with(switches).await;
        visit.sign_in().await;
        visit.open("/items/new").await;
        visit
    }

    pub(crate) async fn sign_in(&self) {
        self.open("/practice").await;
        let request = "fetch('/practice/session', {method: 'POST'}).then(answer => answer.ok)";
        assert!(self.page.eval::<bool>(request).await.unwrap(), "signed in");
    }

    pub(crate) async fn open(&self, path: &str) {
        self.page
            .goto(&format!("{}{path}", self.market.url()), SOON)
            .await
            .unwrap();
        self.until("document.querySelector('main')").await;
    }

    /// Waits until the JavaScript expression is truthy.
    pub(crate) async fn until(&self, expression: &str) {
        if let Err(error) = self
            .page
            .wait_for(Condition::Js(expression.to_owned()), SOON)
            .await
        {
            let html = self.page.html().await.unwrap_or_default();
            panic!("never: {expression}: {error}\n{html}");
        }
    }

    pub(crate) async fn click(&self, target: impl Into<Locator>) {
        self.page.click(target).await.unwrap();
    }

    pub(crate) async fn value(&self, css: &str) -> String {
        self.page.value(css).await.unwrap()
    }

    pub(crate) async fn count(&self, css: &str) -> usize {
        self.page.count(css).await.unwrap()
    }

    pub(crate) async fn js<T: serde::de::DeserializeOwned>(&self, expression: &str) -> T {
        self.page.eval(expression).await.unwrap()
    }

    /// Files with a tiny picture each.
    pub(crate) fn pictures(&self, count: usize) -> Vec<PathBuf> {
        (0..count)
            .map(|index| {
                let path = self.folder.path().join(format!("photo {index}.png"));
                let mut content = include_bytes!("../pixel.png").to_vec();
                content.extend_from_slice(format!("number {index}").as_bytes());
                fs_err::write(&path, content).unwrap();
                path
            })
            .collect()
    }

    pub(crate) async fn add_photos(&self, count: usize) {
        let files = self.pictures(count);
        self.page
            .set_files("[data-testid='add-photos-input']", &files)
            .await
            .unwrap();
        let shown = "document.querySelectorAll('[data-testid=media-upload-grid] img').length";
        self.until(&format!("{shown} === {count}")).await;
    }

    /// Down the tree by ids to men's hoodies.
    pub(crate) async fn choose_hoodie(&self) {
        self.click("#category").await;
        for id in ["#catalog-5", "#catalog-2050", "#catalog-267"] {
            self.click(id).await;
        }
        self.until("document.querySelector('#condition')").await;
    }

    /// Everything the site requires, as a person does it.
    pub(crate) async fn fill(&self) {
        self.add_photos(1).await;
        self.page
            .insert_text("#title", "Sweat à capuche Noir L – Bon état")
            .await
            .unwrap();
        self.page
            .insert_text("#description", "Une ligne.\nUne autre.")
            .await
            .unwrap();
        self.choose_hoodie().await;
        self.click("#size").await;
        self.click("[role=checkbox][aria-label='L']").await;
        self.click("#condition").await;
        self.click("#condition-3").await;
        self.page.type_text("#price", "18,5").await.unwrap();
        self.page.press_key(browser::Key::Tab).await.unwrap();
    }

    pub(crate) async fn publish(&self) {
        self.click("[data-testid='upload-form-save-button']").await;
    }
}
