//! The marketplace behind the app's port: a browser per run, of its own profile, with the run's session.

use std::{path::PathBuf, sync::Arc, time::Duration};

use app::ports::{CurrentUser, FieldFound, Filled, Run, Site, SiteStop, Stopped};
use async_trait::async_trait;
use domain::{form::FormContent, listing::OwnItem};
use tokio::time::timeout;

use crate::{
    check,
    filled::{FilledTab, HeldTab},
    flow, login, orphans, own_items,
    profile::{Profile, ProfileError},
    visit::Visit,
};

/// For filling a whole form, uploads included.
const FILL: Duration = Duration::from_secs(480);
/// For a run that only reads.
const READ: Duration = Duration::from_secs(120);

/// Where things lie and how browsers start.
#[derive(Clone, Debug)]
pub struct MarketplaceConfig {
    /// The browser that the person named.
    pub executable: Option<PathBuf>,
    /// A browser shipped with the app.
    pub bundled_dir: Option<PathBuf>,
    /// A browser that the app downloaded.
    pub downloaded_dir: Option<PathBuf>,
    /// One profile folder per account is made in here.
    pub profiles_dir: PathBuf,
    /// Without a window, or with one; none: with one where there is a display.
    pub headless: Option<bool>,
    /// Further switches of the browser, with their dashes.
    pub extra_args: Vec<String>,
    /// Switches Chromium's own sandbox off: only where the system demands it (root).
    pub no_sandbox: bool,
    /// Factor on the pauses between actions; 0 for tests.
    pub pace: f64,
    /// How long the answer to the publish call is waited for; past it the outcome is read from the own items.
    pub answer_within: Duration,
    /// A newer site profile.
    pub profile_override: Option<PathBuf>,
}

impl MarketplaceConfig {
    /// Whatever browser is found, a window where there is a display, the normal pace, the built-in profile.
    pub fn new(profiles_dir: impl Into<PathBuf>) -> Self {
        Self {
            executable: None,
            bundled_dir: None,
            downloaded_dir: None,
            profiles_dir: profiles_dir.into(),
            headless: None,
            extra_args: Vec::new(),
            no_sandbox: browser::running_as_root(),
            pace: 1.0,
            answer_within: Duration::from_secs(30),
            profile_override: None,
        }
    }
}

/// The site, driven through a browser.
pub struct Marketplace {
    pub(crate) config: MarketplaceConfig,
    pub(crate) profile: Arc<Profile>,
    /// Tests of many runs start one browser; each run has its own part of it.
    #[cfg(test)]
    pub(crate) shared: Option<Arc<browser::Browser>>,
}

impl Marketplace {
    /// Reads the site profile.
    ///
    /// # Errors
    /// A profile file that is there and wrong.
    pub fn new(config: MarketplaceConfig) -> Result<Self, ProfileError> {
        let profile = Arc::new(Profile::load(config.profile_override.as_deref())?);
        Ok(Self {
            config,
            profile,
            #[cfg(test)]
            shared: None,
        })
    }

    /// The site profile in use.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// A browser with the run's session; visible where that is wanted and can be.
    async fn visit(&self, run: Run) -> Result<Visit, SiteStop> {
        #[cfg(test)]
        if let Some(browser) = &self.shared {
            let (browser, profile) = (Arc::clone(browser), Arc::clone(&self.profile));
            return Visit::within(browser, &self.config, profile, run, true).await;
        }
        let start = |headless| {
            Visit::start(
                &self.config,
                Arc::clone(&self.profile),
                run.clone(),
                headless,
            )
        };
        match self.config.headless {
            Some(headless) => start(headless).await,
            None => match start(false).await {
                Err(SiteStop::NoDisplay) => start(true).await,
                other => other,
            },
        }
    }

    /// Fills a form and keeps its page.
    pub(crate) async fn fill_tab(
        &self,
        run: Run,
        content: FormContent,
    ) -> Result<FilledTab, Stopped> {
        flow::within_limits(&content)?;
        let visit = self.visit(run).await?;
        let filling = timeout(FILL, flow::fill(&visit, &content))
            .await
            .unwrap_or_else(|_| {
                Err(SiteStop::Unreachable(format!(
                    "the form was not filled in {} s",
                    FILL.as_secs()
                )))
            });
        match filling {
            Ok(form) => Ok(FilledTab {
                visit,
                form,
                content,
            }),
            Err(stop) => {
                let stop = visit.reason(stop).await;
                let picture = visit.picture().await;
                if visit.visible && matches!(stop, SiteStop::Challenge(_)) {
                    // The person answers in the very page in which the site asked.
                    return Err(Stopped {
                        stop,
                        picture,
                        page: Some(Box::new(HeldTab { visit })),
                    });
                }
                visit.end().await;
                Err(Stopped {
                    stop,
                    picture,
                    page: None,
                })
            }
        }
    }

    /// A run that reads something on a page of the site, and its end.
    async fn read<T>(
        &self,
        run: Run,
        read: impl AsyncFnOnce(&Visit) -> Result<T, SiteStop>,
    ) -> Result<T, SiteStop> {
        let visit = self.visit(run).await?;
        let result = timeout(READ, read(&visit)).await.unwrap_or_else(|_| {
            Err(SiteStop::Unreachable(format!(
                "no answer in {} s",
                READ.as_secs()
            )))
        });
        visit.end().await;
        result
    }
}

#[async_trait]
impl Site for Marketplace {
    async fn current_user(&self, run: Run) -> Result<CurrentUser, SiteStop> {
        self.read(run, async |visit| {
            visit.go("/").await?;
            flow::current_user(visit).await
        })
        .await
    }

    async fn log_in(&self, run: Run) -> Result<CurrentUser, SiteStop> {
        if self.config.headless == Some(true) {
            return Err(SiteStop::NoDisplay);
        }
        let visit = Visit::start(&self.config, Arc::clone(&self.profile), run, false).await?;
        let result = login::log_in(&visit).await;
        visit.end().await;
        result
    }

    async fn fill(&self, run: Run, content: FormContent) -> Result<Filled, Stopped> {
        let tab = self.fill_tab(run, content).await?;
        let Some(picture) = tab.visit.picture().await else {
            tab.visit.end().await;
            return Err(SiteStop::BrowserCrashed("the form cannot be drawn".to_owned()).into());
        };
        Ok(Filled {
            user: tab.form.user.clone(),
            fields: tab.form.fields.clone(),
            picture,
            page: Box::new(tab),
        })
    }

    async fn own_items(&self, run: Run) -> Result<Vec<OwnItem>, SiteStop> {
        self.read(run, async |visit| {
            visit.go("/").await?;
            let user = flow::current_user(visit).await?;
            own_items::own_items(visit, &user.id).await
        })
        .await
    }

    async fn check_form(&self, run: Run) -> Result<Vec<FieldFound>, SiteStop> {
        self.read(run, async |visit| check::check_form(visit).await)
            .await
    }

    async fn end_orphans(&self) {
        orphans::end(&self.config).await;
    }
}
