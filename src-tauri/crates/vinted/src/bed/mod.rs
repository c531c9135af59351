//! The test bed: the practice marketplace in this process, and a real headless Chromium.

mod by_hand;
mod challenges;
mod filling;
mod publishing;
mod reading;
mod trouble;
mod variants;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use app::ports::{Run, Session, SessionCookie, SessionKeeper, SiteStop, Steps, Stopped};
use async_trait::async_trait;
use browser::Browser;
use domain::{
    Brand, Condition, Currency, PackageSize, Size,
    form::{Field, FieldReport, FieldState, FormContent},
};
use sandbox::{DEMO_LOGIN, RunningSandbox, Sandbox, SandboxConfig, Switches};
use tokio_util::sync::CancellationToken;

use crate::{Marketplace, MarketplaceConfig, filled::FilledTab, profile::Profile, visit};

/// A hoodie for men, by a hint, with every field of the form.
pub(crate) const TITLE: &str = "Sweat à capuche noir Diesel L – Bon état";
pub(crate) const DESCRIPTION: &str = "Sweat à capuche Diesel noir.\nTaille L, coupe droite.\nCoton épais.\nPoche ventrale.\nEnvoi soigné 📦\n#sweat #diesel #noir";

/// Keeps the sessions that a run handed over.
#[derive(Default)]
pub(crate) struct Kept(pub(crate) Mutex<Vec<Session>>);

#[async_trait]
impl SessionKeeper for Kept {
    async fn keep(&self, session: Session) {
        self.0.lock().unwrap().push(session);
    }
}

/// Keeps the steps that a run told.
#[derive(Default)]
pub(crate) struct Told(pub(crate) Mutex<Vec<String>>);

impl Steps for Told {
    fn step(&self, code: &str) {
        self.0.lock().unwrap().push(code.to_owned());
    }
}

pub(crate) struct Bed {
    pub(crate) market: RunningSandbox,
    pub(crate) site: Marketplace,
    pub(crate) kept: Arc<Kept>,
    pub(crate) told: Arc<Told>,
    pub(crate) dir: tempfile::TempDir,
}

impl Bed {
    /// A practice marketplace with these traps on, and a browser that starts with each run.
    pub(crate) async fn open(switches: Switches) -> Self {
        Self::with(switches, None).await
    }

    /// The same with one browser for all runs: each has its own part of it, as each has its own browser elsewhere.
    pub(crate) async fn sharing(switches: Switches) -> Self {
        let mut bed = Self::open(switches).await;
        let browser = visit::launch(bed.config(), "shared", true).await.unwrap();
        bed.site.shared = Some(Arc::new(browser));
        bed
    }

    /// Another marketplace with other traps, in the same browser.
    pub(crate) async fn beside(&self, switches: Switches) -> Self {
        Self::with(switches, self.site.shared.clone()).await
    }

    async fn with(switches: Switches, shared: Option<Arc<Browser>>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = MarketplaceConfig::new(dir.path().join("profiles"));
        config.headless = Some(true);
        config.pace = 0.0;
        // In a container these keep Chromium from asking for devices that are not there.
        config.extra_args = vec!["--disable-gpu".into(), "--disable-dev-shm-usage".into()];
        if browser::running_as_root() {
            // What the app never does by itself.
            config.extra_args.push("--no-sandbox".into());
        }
        let market = Sandbox::start(SandboxConfig {
            switches,
            ..SandboxConfig::default()
        })
        .await
        .unwrap();
        let mut site = Marketplace::new(config).unwrap();
        site.shared = shared;
        Self {
            market,
            site,
            kept: Arc::default(),
            told: Arc::default(),
            dir,
        }
    }

    /// A run with a fresh session of the demo seller.
    pub(crate) fn run(&self) -> Run {
        let cookies = self
            .market
            .session_cookie(DEMO_LOGIN)
            .split("; ")
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| SessionCookie {
                name: name.to_owned(),
                value: value.to_owned().into(),
                domain: String::new(),
                path: "/".into(),
                expires: None,
                http_only: true,
                secure: false,
                same_site: None,
            })
            .collect();
        Run {
            account: "01939d2e-0000-7000-8000-000000000001".into(),
            site_url: self.market.url().to_owned(),
            expected_login: Some(DEMO_LOGIN.to_owned()),
            session: Session {
                cookies,
                user_agent: None,
            },
            keeper: Arc::clone(&self.kept) as Arc<dyn SessionKeeper>,
            steps: Arc::clone(&self.told) as Arc<dyn Steps>,
            cancel: CancellationToken::new(),
        }
    }

    /// Photos of their own each.
    pub(crate) fn photos(&self, count: usize) -> Vec<PathBuf> {
        (0..count)
            .map(|n| {
                let path = self.dir.path().join(format!("photo-{n}.gif"));
                fs_err::write(&path, gif(u8::try_from(n).unwrap())).unwrap();
                path
            })
            .collect()
    }

    /// Every field, with so many photos.
    pub(crate) fn content(&self, photos: usize) -> FormContent {
        FormContent {
            title: TITLE.into(),
            description: DESCRIPTION.into(),
            category: "Homme > Sweats".into(),
            brand: Some(Brand::Named("Diesel".into())),
            size: Size::Label("L".into()),
            condition: Condition::Good,
            colors: vec!["noir".into(), "Blanc".into()],
            materials: vec!["Coton".into(), "Polyester".into()],
            price_cents: 1850,
            currency: Currency::Eur,
            package_size: Some(PackageSize::Large),
            photos: self.photos(photos),
        }
    }

    pub(crate) fn config(&self) -> &MarketplaceConfig {
        &self.site.config
    }

    pub(crate) fn profile(&self) -> Arc<Profile> {
        self.site.site_profile()
    }

    /// Uses another site profile.
    pub(crate) fn use_profile(&mut self, profile: Arc<Profile>) {
        self.site.replace_profile(profile);
    }

    /// Waits so long for the answer to a publish call.
    pub(crate) fn answer_within(&mut self, within: Duration) {
        self.site.config.answer_within = within;
    }

    /// The least that the site takes: a bag, which has no sizes, with a photo.
    pub(crate) fn bag(&self) -> FormContent {
        FormContent {
            title: "Sac à main noir – Très bon état".into(),
            description: "Sac à main noir.".into(),
            category: "156".into(),
            brand: None,
            size: Size::Unknown,
            condition: Condition::VeryGood,
            colors: vec![],
            materials: vec![],
            price_cents: 1200,
            currency: Currency::Eur,
            package_size: None,
            photos: self.photos(1),
        }
    }

    pub(crate) async fn fill(&self, content: FormContent) -> Result<FilledTab, Stopped> {
        self.site.fill_tab(self.run(), content).await
    }

    /// A filled form; everything that went wrong is told where it did.
    pub(crate) async fn filled(&self, content: FormContent) -> FilledTab {
        match self.fill(content).await {
            Ok(tab) => tab,
            Err(stopped) => panic!("{:?} after {:?}", stopped.stop, self.told.0.lock().unwrap()),
        }
    }

    /// Why a form was not filled.
    pub(crate) async fn stopped(&self, content: FormContent) -> SiteStop {
        match self.fill(content).await {
            Ok(tab) => panic!("the form was filled: {:?}", tab.form.fields),
            Err(stopped) => stopped.stop,
        }
    }

    /// Sets switches for what comes next.
    pub(crate) fn switch(&self, change: impl FnOnce(&mut Switches)) {
        let mut switches = self.market.switches();
        change(&mut switches);
        self.market.set_switches(switches);
    }

    pub(crate) fn told(&self, step: &str) -> bool {
        self.told.0.lock().unwrap().iter().any(|s| s == step)
    }
}

/// A one-pixel GIF whose colour is its own, padded to the size of a small photo behind its end.
fn gif(color: u8) -> Vec<u8> {
    let mut bytes = b"GIF89a\x01\x00\x01\x00\x80\x00\x00".to_vec();
    bytes.extend([color, 255 - color, 77, 0, 0, 0]);
    bytes.extend(b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;");
    bytes.resize(200_000, color);
    bytes
}

/// The state and value of a field in a report.
pub(crate) fn of(fields: &[FieldReport], field: Field) -> (FieldState, Option<&str>) {
    let report = fields
        .iter()
        .find(|f| f.field == field)
        .expect("every field is reported");
    (report.state, report.value.as_deref())
}
