//! The marketplace behind the app's port: a browser per run, of its own profile, with the run's session.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use app::ports::{CurrentUser, Filled, FormCheck, Run, Site, SiteProfile, SiteStop, Stopped};
use async_trait::async_trait;
use domain::{form::FormContent, listing::OwnItem};
use tokio::time::timeout;

use crate::{
    check,
    filled::FilledTab,
    flow,
    held::HeldTab,
    login, orphans, own_items,
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
    /// Factor on the pauses between actions; 0 for tests.
    pub pace: f64,
    /// How long the answer to the publish call is waited for; past it the outcome is read from the own items.
    pub answer_within: Duration,
    /// Where the installation's own site profile may lie; used where it is there and at least as new as the shipped one.
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
            pace: 1.0,
            answer_within: Duration::from_secs(30),
            profile_override: None,
        }
    }

    /// Asked for each time: the person may put one there, or take it away, while the app runs.
    fn own_profile(&self) -> Option<PathBuf> {
        self.profile_override.clone().filter(|path| path.is_file())
    }
}

/// The profile in use, with where it came from.
struct Known {
    profile: Arc<Profile>,
    told: SiteProfile,
}

impl Known {
    /// The profile of a file, else the shipped one with the reason.
    fn of(file: Option<PathBuf>) -> Result<Self, ProfileError> {
        let shipped = Profile::load(None)?;
        let date = |profile: &Profile| profile.date.clone();
        let kept = |problem| Self {
            told: SiteProfile {
                date: date(&shipped),
                file: None,
                problem,
            },
            profile: Arc::new(shipped.clone()),
        };
        let Some(file) = file else {
            return Ok(kept(None));
        };
        Ok(match Profile::load(Some(&file)) {
            Ok(given) if given.date < shipped.date => kept(Some(format!(
                "{} is of {}, older than the shipped profile of {}. The shipped one is used.",
                file.display(),
                given.date,
                shipped.date
            ))),
            Ok(given) => Self {
                told: SiteProfile {
                    date: date(&given),
                    file: Some(file),
                    problem: None,
                },
                profile: Arc::new(given),
            },
            Err(error) => kept(Some(format!("{error}. The shipped profile is used."))),
        })
    }
}

/// The site, driven through a browser.
pub struct Marketplace {
    pub(crate) config: MarketplaceConfig,
    profile: RwLock<Known>,
    /// Tests of many runs start one browser; each run has its own part of it.
    #[cfg(test)]
    pub(crate) shared: Option<Arc<browser::Browser>>,
}

impl Marketplace {
    /// Reads the site profile: the installation's own, else the shipped one.
    ///
    /// # Errors
    /// Where the shipped profile is wrong: it never is in a released program.
    pub fn new(config: MarketplaceConfig) -> Result<Self, ProfileError> {
        let known = Known::of(config.own_profile())?;
        if let Some(problem) = &known.told.problem {
            tracing::warn!(problem, "a site profile is not used");
        }
        Ok(Self {
            config,
            profile: RwLock::new(known),
            #[cfg(test)]
            shared: None,
        })
    }

    /// The site profile in use.
    pub(crate) fn site_profile(&self) -> Arc<Profile> {
        let known = self.profile.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known.profile)
    }

    #[cfg(test)]
    pub(crate) fn replace_profile(&mut self, profile: Arc<Profile>) {
        let known = self
            .profile
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        known.profile = profile;
    }

    /// A browser with the run's session; visible where that is wanted and can be.
    async fn visit(&self, run: Run) -> Result<Visit, SiteStop> {
        #[cfg(test)]
        if let Some(browser) = &self.shared {
            let browser = Arc::clone(browser);
            return Visit::within(browser, &self.config, self.site_profile(), run, true).await;
        }
        let start =
            |headless| Visit::start(&self.config, self.site_profile(), run.clone(), headless);
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
                let picture = visit.picture_of_stop().await;
                if matches!(stop, SiteStop::Challenge(_)) {
                    // The person answers in the very page in which the site asked.
                    let held = HeldTab::of(visit).await;
                    return Err(Stopped {
                        stop,
                        picture,
                        page: Some(Box::new(held)),
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
        let mut result = timeout(READ, read(&visit)).await.unwrap_or_else(|_| {
            Err(SiteStop::Unreachable(format!(
                "no answer in {} s",
                READ.as_secs()
            )))
        });
        if let Err(stop) = result {
            result = Err(visit.reason(stop).await);
        }
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
        let visit = Visit::start(&self.config, self.site_profile(), run, false).await?;
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
            suggested_price: tab.form.suggested_price,
            brands: flow::brands_shown(&tab.visit),
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

    async fn check_form(&self, run: Run) -> Result<FormCheck, SiteStop> {
        self.read(run, async |visit| check::check_form(visit).await)
            .await
    }

    async fn use_profile(&self, file: Option<PathBuf>) -> SiteProfile {
        let file = file.or_else(|| self.config.own_profile());
        let known = tokio::task::spawn_blocking(move || Known::of(file)).await;
        let mut current = self.profile.write().unwrap_or_else(PoisonError::into_inner);
        match known {
            Ok(Ok(known)) => {
                if let Some(problem) = &known.told.problem {
                    tracing::warn!(problem, "a site profile is not used");
                }
                *current = known;
                current.told.clone()
            }
            // The shipped profile was whole when the program started: what is in use stays.
            Ok(Err(error)) => SiteProfile {
                problem: Some(error.to_string()),
                ..current.told.clone()
            },
            Err(error) => SiteProfile {
                problem: Some(error.to_string()),
                ..current.told.clone()
            },
        }
    }

    fn profile(&self) -> SiteProfile {
        let known = self.profile.read().unwrap_or_else(PoisonError::into_inner);
        known.told.clone()
    }

    async fn browser_major(&self) -> Option<u32> {
        let found = crate::visit::executable(&self.config).await;
        found.ok().map(|executable| executable.major)
    }

    async fn end_orphans(&self) {
        orphans::end(&self.config.profiles_dir).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_used_where_it_is_whole_and_not_older() {
        let dir = tempfile::tempdir().unwrap();
        let shipped = include_str!("../profile/vinted.toml");
        let date = Profile::load(None).unwrap().date;
        let told = |name: &str, text: String| {
            let file = dir.path().join(name);
            fs_err::write(&file, text).unwrap();
            let known = Known::of(Some(file)).unwrap();
            assert_eq!(
                known.profile.date, known.told.date,
                "{name}: what is told is used"
            );
            (known.told.date, known.told.problem)
        };
        assert_eq!(
            told("newer", shipped.replacen(&date, "2031-01-01", 1)),
            ("2031-01-01".to_owned(), None),
            "a newer file is used"
        );
        for (name, text, said) in [
            ("older", shipped.replacen(&date, "2020-01-01", 1), "older"),
            ("broken", "format = ".to_owned(), "shape"),
            ("large", " ".repeat(1_000_001), "1000001 bytes"),
            (
                "code",
                format!("{shipped}\nscript = \"alert(1)\""),
                "script",
            ),
        ] {
            let (used, problem) = told(name, text);
            let problem = problem.unwrap_or_default();
            assert_eq!(used, date, "{name}: the shipped profile is used");
            assert!(problem.contains(said), "{name}: it is said why: {problem}");
        }
        let missing = Known::of(Some(dir.path().join("none"))).unwrap().told;
        assert!(
            missing.problem.is_some(),
            "a file that was named and is not there is said"
        );
    }
}
