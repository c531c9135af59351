//! A page at which the site asks for the person. Nothing is clicked in it: it is shown, and looked at.

use std::{sync::Arc, time::Duration};

use app::ports::{HeldPage, Run, SiteStop};
use async_trait::async_trait;
use browser::BrowserError;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    lookout::path_of, marketplace::MarketplaceConfig, profile::Profile, stop, visit::Visit,
};

/// Between two looks at the page.
const LOOK_EVERY: Duration = Duration::from_millis(700);
/// Looks in a row that must find nothing: a page that is just changing shows nothing either.
const CLEAR_LOOKS: u32 = 2;
/// For a page that is opened anew; a slow one is the person's to wait for.
const LOAD: Duration = Duration::from_secs(30);
/// For what must be told of a page before it is left.
const FAREWELL: Duration = Duration::from_secs(5);

/// Where the person answers.
pub(crate) enum HeldTab {
    /// In the very page in which the site asked: its browser can be seen.
    Open(Box<Visit>),
    /// In a browser that is opened for it, with the same session at the same address: the run had no window.
    Away(Box<Away>),
}

/// What it takes to open the page anew.
pub(crate) struct Away {
    pub(crate) config: MarketplaceConfig,
    pub(crate) profile: Arc<Profile>,
    pub(crate) run: Run,
    /// Path of the page, from the site's root.
    pub(crate) path: String,
}

impl Away {
    /// Opens the page in a browser of its own.
    pub(crate) async fn open(&self, headless: bool) -> Result<Visit, SiteStop> {
        let run = Run {
            // What stopped the run must not stop the person.
            cancel: CancellationToken::new(),
            ..self.run.clone()
        };
        let visit = Visit::start(&self.config, Arc::clone(&self.profile), run, headless).await?;
        let tab = visit.after_all().tab;
        match tab.goto(&visit.address(&self.path), LOAD).await {
            Ok(()) | Err(BrowserError::Timeout { .. }) => Ok(visit),
            Err(error) => {
                let stop = stop::of_browser(error);
                visit.end().await;
                Err(stop)
            }
        }
    }
}

impl HeldTab {
    /// Holds a page. One that nobody can see is closed, with its session handed back, to be opened when asked for.
    pub(crate) async fn of(visit: Visit) -> Self {
        if visit.visible {
            return Self::Open(Box::new(visit));
        }
        Self::away(visit).await
    }

    async fn away(visit: Visit) -> Self {
        let page = visit.after_all();
        let url = timeout(FAREWELL, page.tab.url()).await;
        let path = match url {
            Ok(Ok(url)) if url.starts_with(&page.origin) => path_of(&url).to_owned(),
            _ => visit.profile().paths.new_listing.clone(),
        };
        Self::Away(Box::new(Away {
            config: visit.config.clone(),
            profile: Arc::clone(&visit.page.profile),
            path,
            run: visit.end().await,
        }))
    }
}

/// Looks at the page until it asks for nobody any more, and the site answers the session.
pub(crate) async fn answered(
    visit: &Visit,
    patience: Duration,
    cancel: CancellationToken,
) -> Result<(), SiteStop> {
    visit.step("wait_for_person");
    let page = visit.after_all();
    let end = Instant::now() + patience;
    let mut clear = 0;
    while Instant::now() < end {
        let asks = match visit.asks_for_person(&page).await {
            Ok(asks) => asks.is_some(),
            // The person closed it.
            Err(BrowserError::PageClosed | BrowserError::Crashed { .. }) => {
                return Err(SiteStop::Cancelled);
            }
            Err(_) => true,
        };
        clear = if asks { 0 } else { clear + 1 };
        if clear >= CLEAR_LOOKS {
            let path = &visit.profile().endpoints.current_user;
            match page
                .get(path)
                .await
                .map(|r| stop::of_reply(visit.profile(), &r))
            {
                Ok(None) => {
                    visit.keep_session().await;
                    return Ok(());
                }
                Ok(Some(stop @ SiteStop::SessionGone)) => return Err(stop),
                // The page may be elsewhere, or the site still asks for somebody.
                Ok(Some(_)) | Err(_) => clear = 0,
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = cancel.cancelled() => return Err(SiteStop::Cancelled),
        }
    }
    Err(SiteStop::Cancelled)
}

#[async_trait]
impl HeldPage for HeldTab {
    async fn show(&mut self) -> bool {
        if let Self::Away(away) = self {
            match away.open(false).await {
                Ok(visit) => *self = Self::Open(Box::new(visit)),
                Err(stop) => {
                    tracing::warn!(%stop, "the page at which the site asks cannot be shown");
                    return false;
                }
            }
        }
        match self {
            Self::Open(visit) => visit.after_all().tab.bring_to_front().await.is_ok(),
            Self::Away(_) => false,
        }
    }

    async fn answered(
        &mut self,
        patience: Duration,
        cancel: CancellationToken,
    ) -> Result<(), SiteStop> {
        match self {
            Self::Open(visit) => answered(visit, patience, cancel).await,
            // Nobody can answer what nobody sees.
            Self::Away(_) => Err(SiteStop::NoDisplay),
        }
    }

    fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }

    async fn step_aside(self: Box<Self>) -> Box<dyn HeldPage> {
        match *self {
            Self::Open(visit) => Box::new(Self::away(*visit).await),
            Self::Away(_) => self,
        }
    }

    fn renew(&mut self, run: Run) {
        if let Self::Away(away) = self {
            away.run = run;
        }
    }

    async fn close(self: Box<Self>) {
        match *self {
            Self::Open(visit) => {
                visit.end().await;
            }
            Self::Away(_) => {}
        }
    }
}
