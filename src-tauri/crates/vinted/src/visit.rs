//! One run's living browser: started for the account, closed with its session handed back.

use std::{path::PathBuf, sync::Arc, time::Duration};

use app::ports::{Challenge, Run, Session, SiteStop};
use browser::{
    Browser, BrowserError, Context, Executable, Forbidden, FreshConnections, Launch, Pace,
    ResourceKind, Shot, find,
};
use tokio::{sync::OnceCell, time::timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{
    challenge, cookies,
    lookout::{Lookout, Step},
    marketplace::MarketplaceConfig,
    page::{Place, Reply, SitePage},
    profile::{Hook, Profile},
    stop,
};

/// For a page of the site to load.
const LOAD: Duration = Duration::from_secs(30);
/// For what must still be done when a run ends, whatever ended it.
const FAREWELL: Duration = Duration::from_secs(15);
/// Tries to draw a page that is just changing, and the time between them.
const PICTURES: usize = 4;
const DRAWN: Duration = Duration::from_secs(4);
const CHANGES: Duration = Duration::from_millis(400);
/// Between two looks at what the site objects while something is waited for.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// A tab of the site in a browser of its own.
pub(crate) struct Visit {
    pub(crate) run: Run,
    pub(crate) page: SitePage,
    pub(crate) lookout: Lookout,
    pub(crate) visible: bool,
    /// What it was started with.
    pub(crate) config: MarketplaceConfig,
    origin: Url,
    /// Stops the publish call, but for the one that a permit lets out.
    guard: Forbidden,
    /// Gives that one its own connection, once it was needed.
    fresh: OnceCell<Option<Arc<FreshConnections>>>,
    context: Context,
    /// Whoever lets it go last closes it.
    browser: Arc<Browser>,
}

impl Visit {
    /// Starts a browser with the run's session. Nothing of the site is loaded yet.
    pub(crate) async fn start(
        config: &MarketplaceConfig,
        profile: Arc<Profile>,
        run: Run,
        headless: bool,
    ) -> Result<Self, SiteStop> {
        origin(&run.site_url)?;
        run.steps.step("start_browser");
        let browser = tokio::select! {
            biased;
            () = run.cancel.cancelled() => return Err(SiteStop::Cancelled),
            started = launch(config, &run.account, headless) => started.map_err(stop::of_browser)?,
        };
        failpoint::reached("site.browser_launched");
        Self::within(Arc::new(browser), config, profile, run, headless).await
    }

    /// The run's session in a fresh, off-the-record part of a browser. Nothing of the site is loaded yet.
    pub(crate) async fn within(
        browser: Arc<Browser>,
        config: &MarketplaceConfig,
        profile: Arc<Profile>,
        run: Run,
        headless: bool,
    ) -> Result<Self, SiteStop> {
        let origin = origin(&run.site_url)?;
        // Ends with the run, and as soon as an answer demands that nothing is clicked any more.
        let acting = run.cancel.child_token();
        let preparing = async {
            let jar = cookies::into_browser(&run.session, &origin);
            let context = browser.new_context(jar).await?;
            failpoint::reached("site.cookies_in");
            let tab = context.new_page("about:blank").await?;
            failpoint::reached("site.page_made");
            // The bans stand before the first page of the site is there.
            for call in &profile.calls.never {
                // Kept for the browser's life: dropping a ban does not lift it.
                let _ = tab.forbid(call.pattern()).await?;
            }
            let guard = tab.forbid(profile.calls.publish.pattern()).await?;
            let lookout = Lookout::start(&tab, Arc::clone(&profile), acting.clone()).await?;
            failpoint::reached("site.publish_forbidden");
            Ok::<_, BrowserError>((context, tab, guard, lookout))
        };
        let cancel = run.cancel.clone();
        let (context, tab, guard, lookout) = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(SiteStop::Cancelled),
            ready = preparing => ready.map_err(stop::of_browser)?,
        };
        let page = SitePage {
            tab: tab.bound_to(acting),
            profile,
            origin: origin.origin().ascii_serialization(),
            quickness: Arc::default(),
        };
        Ok(Self {
            run,
            page,
            lookout,
            visible: !headless,
            config: config.clone(),
            origin,
            guard,
            fresh: OnceCell::new(),
            context,
            browser,
        })
    }

    pub(crate) fn profile(&self) -> &Profile {
        &self.page.profile
    }

    /// Tells that a step begins.
    pub(crate) fn step(&self, code: &str) {
        self.run.steps.step(code);
    }

    /// Begins a step: nothing is touched where the site asks for the person.
    pub(crate) async fn begin(&self, code: &str) -> Result<(), SiteStop> {
        self.step(code);
        self.clear().await
    }

    /// The page for what is done after the run was stopped: to look, to show, to draw. Nothing is clicked in it.
    pub(crate) fn after_all(&self) -> SitePage {
        SitePage {
            tab: self.page.tab.bound_to(CancellationToken::new()),
            ..self.page.clone()
        }
    }

    /// The site's address of a path.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin.as_str().trim_end_matches('/'))
    }

    /// Loads a page of the site and looks whether it may be used.
    pub(crate) async fn go(&self, path: &str) -> Result<(), SiteStop> {
        self.page.tab.clear_responses();
        self.page
            .tab
            .goto(&self.address(path), LOAD)
            .await
            .map_err(stop::of_browser)?;
        self.arrived().await
    }

    /// After a change of address: a challenge, or a status that says no.
    pub(crate) async fn arrived(&self) -> Result<(), SiteStop> {
        self.clear().await?;
        let document = self
            .page
            .tab
            .responses()
            .into_iter()
            .rfind(|r| r.kind == ResourceKind::Document && r.main_frame);
        let Some(document) = document else {
            return Ok(());
        };
        let reply = Reply {
            status: document.status,
            ..Reply::default()
        };
        match stop::of_reply(self.profile(), &reply) {
            // A page that is not there is told by what it does not show.
            Some(SiteStop::Unreachable(_)) | None => Ok(()),
            Some(stop) => Err(stop),
        }
    }

    /// Nothing stands against going on: no challenge in the page or in an answer, no lost session.
    pub(crate) async fn clear(&self) -> Result<(), SiteStop> {
        if let Some(stop) = self.lookout.trouble() {
            return Err(stop);
        }
        match self.asks_for_person(&self.page).await {
            Ok(Some(kind)) => Err(SiteStop::Challenge(kind)),
            // The page is just changing; the next look sees the new one.
            Ok(None) | Err(BrowserError::Script { .. }) => Ok(()),
            Err(error) => Err(stop::of_browser(error)),
        }
    }

    /// Whether the page shows a challenge or a wall now.
    pub(crate) async fn asks_for_person(
        &self,
        page: &SitePage,
    ) -> Result<Option<Challenge>, BrowserError> {
        let signs = page
            .signs(&challenge::words(&self.profile().challenge))
            .await?;
        let frames = page.tab.frames().await?;
        Ok(challenge::in_page(self.profile(), &signs, &frames))
    }

    /// The reason behind a stop: a challenge or a lost session explains a field that could not be used.
    pub(crate) async fn reason(&self, stop: SiteStop) -> SiteStop {
        match stop {
            SiteStop::FieldNotFound { .. }
            | SiteStop::InvalidField { .. }
            | SiteStop::PhotoUpload { .. }
            | SiteStop::Refused { .. }
            | SiteStop::Unreachable(_) => match self.clear().await {
                Err(
                    behind @ (SiteStop::Challenge(_)
                    | SiteStop::SessionGone
                    | SiteStop::RateLimited { .. }),
                ) => behind,
                _ => stop,
            },
            // Not the person's stop: the lookout's.
            SiteStop::Cancelled if !self.run.cancel.is_cancelled() => {
                self.lookout.trouble().unwrap_or(stop)
            }
            other => other,
        }
    }

    /// Waits until an expression is true, or the site objects; whether it became true.
    pub(crate) async fn holds(&self, js: &str, within: Duration) -> Result<bool, SiteStop> {
        let end = tokio::time::Instant::now() + within;
        loop {
            let left = end.saturating_duration_since(tokio::time::Instant::now());
            let round = left.min(LOOK_EVERY);
            if self.page.holds(js, round).await.map_err(stop::of_browser)? {
                return Ok(true);
            }
            if let Some(stop) = self.lookout.trouble() {
                return Err(stop);
            }
            if left <= LOOK_EVERY {
                return Ok(false);
            }
        }
    }

    /// Waits for a step of the page's requests since a mark, or until the site objects; none where none came in time.
    pub(crate) async fn hears<T>(
        &self,
        mark: u64,
        within: Duration,
        fits: impl Fn(&Step) -> Option<T>,
    ) -> Result<Option<T>, SiteStop> {
        let heard = tokio::select! {
            biased;
            () = self.run.cancel.cancelled() => return Err(SiteStop::Cancelled),
            heard = self.lookout.wait(mark, within, fits) => heard,
        };
        match self.lookout.trouble() {
            Some(stop) => Err(stop),
            None => Ok(heard),
        }
    }

    /// Waits until something can be found, or the site objects.
    pub(crate) async fn appears(&self, place: &Place, within: Duration) -> Result<bool, SiteStop> {
        self.holds(&self.page.there(place), within).await
    }

    /// Whether something can be found now.
    pub(crate) async fn reachable(&self, hook: Hook) -> Result<bool, SiteStop> {
        self.page
            .is(&self.page.there(&Place::of(hook)))
            .await
            .map_err(stop::of_browser)
    }

    /// A read in the page's session; an answer that says no is a stop.
    pub(crate) async fn get(&self, path: &str) -> Result<Reply, SiteStop> {
        let ask = async || self.page.get(path).await.map_err(stop::of_browser);
        let mut reply = ask().await?;
        if reply.status == 401 && self.refreshed().await {
            reply = ask().await?;
        }
        match stop::of_reply(self.profile(), &reply) {
            Some(stop) => Err(stop),
            None => Ok(reply),
        }
    }

    /// A stale access token is renewed by the site itself when a page is loaded (vinted-facts A8, H). The form is
    /// not reloaded for that: a second tab is opened for a moment.
    async fn refreshed(&self) -> bool {
        self.step("renew_session");
        let Ok(tab) = self.context.new_page("about:blank").await else {
            return false;
        };
        let loaded = tab
            .bound_to(self.run.cancel.clone())
            .goto(&self.address("/"), LOAD)
            .await;
        if let Err(error) = tab.close().await {
            tracing::debug!(code = error.code(), "the second tab did not close");
        }
        loaded.is_ok()
    }

    /// The messages that the form shows.
    pub(crate) async fn messages(&self) -> Vec<String> {
        self.page
            .texts(Hook::ErrorMessage)
            .await
            .unwrap_or_default()
    }

    /// Lets one publish call out, and no second one. It gets a connection of its own: over one that was used before the
    /// browser may send it several times by itself (see [`browser::FreshConnections`]).
    pub(crate) async fn let_one_out(&self) {
        let open = async || match self.context.fresh_connections().await {
            Ok(fresh) => Some(Arc::new(fresh)),
            Err(error) => {
                tracing::warn!(
                    code = error.code(),
                    "no fresh connection for the publish call"
                );
                None
            }
        };
        let fresh = self.fresh.get_or_init(open).await.clone();
        self.guard.let_one_out(fresh);
    }

    /// Lets none out any more; whether one was.
    pub(crate) fn hold_back(&self) -> bool {
        self.guard.hold_back()
    }

    /// How many publish calls were stopped so far.
    pub(crate) fn stopped_calls(&self) -> usize {
        self.guard.refusals().len()
    }

    /// A picture of what stands there after a stop: the page may be about to show what the answer said.
    pub(crate) async fn picture_of_stop(&self) -> Option<Vec<u8>> {
        tokio::time::sleep(CHANGES).await;
        self.picture().await
    }

    /// A picture of the whole page; none where the page cannot be drawn.
    pub(crate) async fn picture(&self) -> Option<Vec<u8>> {
        // Also after a cancellation: what was on the screen is evidence.
        let page = self.after_all();
        let taking = async {
            for _ in 0..PICTURES {
                let drawing = page.tab.screenshot_png(Shot::FullPage);
                match timeout(DRAWN, drawing).await {
                    Ok(Ok(png)) => return Some(png),
                    Ok(Err(BrowserError::Crashed { .. } | BrowserError::PageClosed)) => {
                        return None;
                    }
                    // The page is just changing to another one: a wall, a log-in page. A picture that was asked for
                    // at that moment never comes (measured with Chromium 156).
                    Ok(Err(_)) | Err(_) => tokio::time::sleep(CHANGES).await,
                }
            }
            None
        };
        timeout(FAREWELL, taking).await.ok().flatten()
    }

    /// Hands over what the browser holds now. An empty jar is not handed over: it would only erase a session
    /// that may still be good.
    pub(crate) async fn keep_session(&self) -> Option<Session> {
        match timeout(FAREWELL, self.context.cookies()).await {
            Ok(Ok(jar)) => {
                let session = cookies::into_session(jar, &self.origin, &self.run.session);
                if !session.cookies.is_empty() {
                    self.run.keeper.keep(session.clone()).await;
                    failpoint::reached("site.session_handed_over");
                    return Some(session);
                }
            }
            Ok(Err(error)) => tracing::warn!(code = error.code(), "the session could not be read"),
            Err(_) => tracing::warn!("the session could not be read in time"),
        }
        None
    }

    /// Hands the session back and ends the browser. The run as it would go on: with the session that the browser
    /// held in the end.
    pub(crate) async fn end(mut self) -> Run {
        if let Some(session) = self.keep_session().await {
            self.run.session = session;
        }
        drop(self.lookout);
        if let Some(Some(fresh)) = self.fresh.get() {
            fresh.close().await;
        }
        let closed = match Arc::try_unwrap(self.browser) {
            Ok(browser) => browser.close().await,
            Err(_) => self.context.close().await,
        };
        if let Err(error) = closed {
            tracing::warn!(code = error.code(), "the browser did not close");
        }
        failpoint::reached("site.browser_closed");
        self.run
    }
}

/// A browser on the account's profile folder.
pub(crate) async fn launch(
    config: &MarketplaceConfig,
    account: &str,
    headless: bool,
) -> Result<Browser, BrowserError> {
    let mut launch = Launch::new(executable(config).await?, profile_dir(config, account));
    launch.headless = headless;
    launch.extra_args.clone_from(&config.extra_args);
    launch.pace = Pace {
        factor: config.pace,
    };
    Browser::launch(launch).await
}

/// The browser to drive.
pub(crate) async fn executable(config: &MarketplaceConfig) -> Result<Executable, BrowserError> {
    find::find(
        config.executable.as_deref(),
        config.bundled_dir.as_deref(),
        config.downloaded_dir.as_deref(),
    )
    .await
}

/// The site's origin.
fn origin(site_url: &str) -> Result<Url, SiteStop> {
    let bad = |why: &str| SiteStop::Unreachable(format!("{site_url} is no site address: {why}"));
    let url = Url::parse(site_url).map_err(|e| bad(&e.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(bad("it needs http or https and a host"));
    }
    // `origin` drops path, user name and password.
    Url::parse(&url.origin().ascii_serialization()).map_err(|e| bad(&e.to_string()))
}

/// The account's browser profile. It keeps no cookies: runs use off-the-record contexts.
fn profile_dir(config: &MarketplaceConfig, account: &str) -> PathBuf {
    // Accounts are named by ids; anything else must still not leave the folder.
    let safe: String = account
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' {
                c
            } else {
                '_'
            }
        })
        .take(80)
        .collect();
    config.profiles_dir.join(if safe.is_empty() {
        "_".to_owned()
    } else {
        safe
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_origin_of_a_site_address_is_used() {
        let of = |s: &str| origin(s).map(|u| u.to_string()).ok();
        assert_eq!(
            of("https://www.vinted.fr/x?y").as_deref(),
            Some("https://www.vinted.fr/"),
            "path"
        );
        assert_eq!(
            of("http://127.0.0.1:8080").as_deref(),
            Some("http://127.0.0.1:8080/"),
            "port"
        );
        assert_eq!(of("file:///etc/passwd"), None, "only the web");
        assert_eq!(
            of("vinted.fr"),
            None,
            "an address is needed, nothing is guessed"
        );
    }

    #[test]
    fn an_account_cannot_leave_the_profiles_folder() {
        let config = MarketplaceConfig::new("/data/profiles");
        for (account, dir) in [
            ("01939d2e-7c1b", "/data/profiles/01939d2e-7c1b"),
            ("../../etc", "/data/profiles/______etc"),
            ("", "/data/profiles/_"),
        ] {
            assert_eq!(
                profile_dir(&config, account),
                PathBuf::from(dir),
                "{account:?}"
            );
        }
    }
}
