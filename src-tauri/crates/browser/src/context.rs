use crate::connection::{CALL_BOUND, Connection, read};
use crate::network::{Ban, FreshConnections};
use crate::page::PageState;
use crate::targets::{Attached, TargetInfo, release};
use crate::{BrowserError, Pace, Page};
use chromiumoxide_cdp::cdp::browser_protocol::browser::{
    BrowserContextId, SetDownloadBehaviorBehavior, SetDownloadBehaviorParams,
};
use chromiumoxide_cdp::cdp::browser_protocol::network::{
    CookieParam, CookiePartitionKey, CookieSameSite, TimeSinceEpoch,
};
use chromiumoxide_cdp::cdp::browser_protocol::storage::{GetCookiesParams, SetCookiesParams};
use chromiumoxide_cdp::cdp::browser_protocol::target::{
    CreateBrowserContextParams, CreateTargetParams, DisposeBrowserContextParams,
};
use parking_lot::Mutex;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// How long [`Context::new_page`] may load.
const LOAD_BOUND: Duration = Duration::from_secs(30);

/// The SameSite attribute of a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SameSite {
    /// `Strict`
    Strict,
    /// `Lax`
    Lax,
    /// `None`
    None,
}

/// Where a partitioned cookie (CHIPS) belongs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Partition {
    /// Site of the top page, such as `https://example.com`.
    pub top_level_site: String,
    /// Set from inside a frame with another site above it.
    pub has_cross_site_ancestor: bool,
}

/// One cookie. `Debug` never shows the value.
#[derive(Debug, Clone)]
pub struct Cookie {
    /// Name.
    pub name: String,
    /// Value; secret.
    pub value: SecretString,
    /// With a leading dot: for the domain and all below it. Without: for this host only.
    pub domain: String,
    /// Path, mostly `/`.
    pub path: String,
    /// Seconds since 1970; `None` for a cookie that ends with the session.
    pub expires: Option<f64>,
    /// Hidden from scripts.
    pub http_only: bool,
    /// Sent over https only (and to loopback).
    pub secure: bool,
    /// If the site set it.
    pub same_site: Option<SameSite>,
    /// For partitioned cookies.
    pub partition: Option<Partition>,
}

impl Cookie {
    /// A session cookie for the whole site (`path` `/`), not secure, visible to scripts.
    pub fn new(
        name: impl Into<String>,
        value: impl Into<SecretString>,
        domain: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            domain: domain.into(),
            path: "/".to_owned(),
            expires: None,
            http_only: false,
            secure: false,
            same_site: None,
            partition: None,
        }
    }

    fn to_param(&self) -> CookieParam {
        // A domain makes a domain cookie, a URL alone makes one for its host only.
        let host_only = !self.domain.starts_with('.');
        let scheme = if self.secure { "https" } else { "http" };
        CookieParam {
            url: host_only.then(|| format!("{scheme}://{}{}", self.domain, self.path)),
            domain: (!host_only).then(|| self.domain.clone()),
            path: Some(self.path.clone()),
            secure: Some(self.secure),
            http_only: Some(self.http_only),
            same_site: self.same_site.map(|same_site| match same_site {
                SameSite::Strict => CookieSameSite::Strict,
                SameSite::Lax => CookieSameSite::Lax,
                SameSite::None => CookieSameSite::None,
            }),
            expires: self.expires.map(TimeSinceEpoch::new),
            partition_key: self.partition.as_ref().map(|partition| {
                CookiePartitionKey::new(
                    partition.top_level_site.clone(),
                    partition.has_cross_site_ancestor,
                )
            }),
            ..CookieParam::new(self.name.clone(), self.value.expose_secret().to_owned())
        }
    }
}

/// What we read of a cookie; unknown fields of newer browsers are passed over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredCookie {
    name: String,
    value: String,
    domain: String,
    path: String,
    #[serde(default)]
    expires: f64,
    #[serde(default)]
    http_only: bool,
    #[serde(default)]
    secure: bool,
    #[serde(default)]
    session: bool,
    same_site: Option<String>,
    partition_key: Option<Partition>,
}

impl From<StoredCookie> for Cookie {
    fn from(stored: StoredCookie) -> Self {
        Self {
            name: stored.name,
            value: stored.value.into(),
            domain: stored.domain,
            path: stored.path,
            expires: (!stored.session && stored.expires > 0.0).then_some(stored.expires),
            http_only: stored.http_only,
            secure: stored.secure,
            same_site: match stored.same_site.as_deref() {
                Some("Strict") => Some(SameSite::Strict),
                Some("Lax") => Some(SameSite::Lax),
                Some("None") => Some(SameSite::None),
                _ => None,
            },
            partition: stored.partition_key,
        }
    }
}

/// One off-the-record cookie jar with its pages. Clones are the same one; dropping the last clone
/// does not close it, the browser's end does.
#[derive(Clone)]
pub struct Context {
    state: Arc<ContextState>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("id", &self.state.id())
            .finish_non_exhaustive()
    }
}

impl Context {
    pub(crate) fn new(state: Arc<ContextState>) -> Self {
        Self { state }
    }

    pub(crate) async fn prepare(&self, cookies: Vec<Cookie>) -> Result<(), BrowserError> {
        let ContextState { connection, id, .. } = &*self.state;
        let downloads = SetDownloadBehaviorParams {
            browser_context_id: Some(id.clone()),
            ..SetDownloadBehaviorParams::new(SetDownloadBehaviorBehavior::Deny)
        };
        connection.call(None, &downloads, CALL_BOUND).await?;
        if !cookies.is_empty() {
            let set = SetCookiesParams {
                browser_context_id: Some(id.clone()),
                ..SetCookiesParams::new(cookies.iter().map(Cookie::to_param).collect::<Vec<_>>())
            };
            connection.call(None, &set, CALL_BOUND).await?;
        }
        Ok(())
    }

    /// Every cookie the context holds now, with what the site rotated meanwhile.
    pub async fn cookies(&self) -> Result<Vec<Cookie>, BrowserError> {
        #[derive(Deserialize)]
        struct Cookies {
            cookies: Vec<StoredCookie>,
        }
        let get = GetCookiesParams {
            browser_context_id: Some(self.state.id.clone()),
        };
        let result = self.state.connection.call(None, &get, CALL_BOUND).await?;
        let stored: Cookies = read("Storage.getCookies", result)?;
        Ok(stored.cookies.into_iter().map(Cookie::from).collect())
    }

    /// Opens a tab and loads `url` as [`Page::goto`] does, at most 30 s; `about:blank` gives an
    /// empty one at once. A tab whose address cannot be loaded is closed again.
    ///
    /// # Errors
    /// As [`Page::goto`].
    pub async fn new_page(&self, url: &str) -> Result<Page, BrowserError> {
        self.open(CreateTargetParams::new("about:blank"), url, LOAD_BOUND)
            .await
    }

    /// Prepares fresh connections for a request that must not be sent twice: see [`FreshConnections`].
    ///
    /// # Errors
    /// Where the browser does not open its own page for it (a policy may forbid that).
    pub async fn fresh_connections(&self) -> Result<FreshConnections, BrowserError> {
        FreshConnections::open(self).await
    }

    /// A tab that is in no window.
    pub(crate) async fn hidden_page(
        &self,
        url: &str,
        within: Duration,
    ) -> Result<Page, BrowserError> {
        let hidden = CreateTargetParams {
            hidden: Some(true),
            background: Some(true),
            ..CreateTargetParams::new("about:blank")
        };
        self.open(hidden, url, within).await
    }

    async fn open(
        &self,
        target: CreateTargetParams,
        url: &str,
        within: Duration,
    ) -> Result<Page, BrowserError> {
        let create = CreateTargetParams {
            browser_context_id: Some(self.state.id.clone()),
            ..target
        };
        let created = self
            .state
            .connection
            .call(None, &create, CALL_BOUND)
            .await?;
        let target = created["targetId"].as_str().unwrap_or_default();
        let page = Page::new(self.state.ready_page(target).await?);
        failpoint::reached("browser.page_opened");
        if url != "about:blank"
            && let Err(error) = page.goto(url, within).await
        {
            if let Err(left) = page.close().await {
                tracing::debug!(code = left.code(), "a page that did not load stays open");
            }
            return Err(error);
        }
        Ok(page)
    }

    /// The open tabs, those that the site or the person opened included.
    pub fn pages(&self) -> Vec<Page> {
        self.state
            .pages
            .lock()
            .values()
            .cloned()
            .map(Page::new)
            .collect()
    }

    /// Closes all its pages and forgets its cookies.
    pub async fn close(&self) -> Result<(), BrowserError> {
        let dispose = DisposeBrowserContextParams::new(self.state.id.clone());
        self.state
            .connection
            .call(None, &dispose, CALL_BOUND)
            .await?;
        Ok(())
    }
}

/// What the pages of one context share.
pub(crate) struct ContextState {
    pub(crate) connection: Arc<Connection>,
    id: BrowserContextId,
    pub(crate) pace: Pace,
    /// By target id.
    pages: Mutex<HashMap<String, Arc<PageState>>>,
    /// Bans hold for the whole context: whatever tab a click opens is under them too.
    pub(crate) bans: Mutex<Vec<Arc<Ban>>>,
    /// One change of the intercepted patterns at a time, so that an older list never overtakes a
    /// newer one.
    pub(crate) pattern_gate: tokio::sync::Mutex<()>,
    page_came: tokio::sync::Notify,
}

impl ContextState {
    pub(crate) async fn create(
        connection: &Arc<Connection>,
        pace: Pace,
    ) -> Result<Arc<Self>, BrowserError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Created {
            browser_context_id: BrowserContextId,
        }
        let create = CreateBrowserContextParams {
            dispose_on_detach: Some(true),
            ..CreateBrowserContextParams::default()
        };
        let result = connection.call(None, &create, CALL_BOUND).await?;
        let created: Created = read("Target.createBrowserContext", result)?;
        Ok(Arc::new(Self {
            connection: Arc::clone(connection),
            id: created.browser_context_id,
            pace,
            pages: Mutex::default(),
            bans: Mutex::default(),
            pattern_gate: tokio::sync::Mutex::default(),
            page_came: tokio::sync::Notify::new(),
        }))
    }

    pub(crate) fn id(&self) -> &str {
        self.id.as_ref()
    }

    /// All pages now.
    pub(crate) fn pages(&self) -> Vec<Arc<PageState>> {
        self.pages.lock().values().cloned().collect()
    }

    /// A new tab is held by the browser until it was set up.
    pub(crate) fn page_attached(self: &Arc<Self>, attached: Attached, runtime: &Handle) {
        let Attached {
            session_id,
            target_info,
        } = attached;
        let mut pages = self.pages.lock();
        if pages.contains_key(&target_info.target_id) {
            drop(pages);
            release(&self.connection, &session_id, None);
            return;
        }
        if let Some(opener) = target_info.opener_id.as_ref().and_then(|id| pages.get(id)) {
            opener.popup_opened(&target_info);
        }
        let page = PageState::new(self, session_id.clone(), &target_info, runtime.clone());
        pages.insert(target_info.target_id, Arc::clone(&page));
        drop(pages);
        self.connection.listen(&session_id, page.main_listener());
        runtime.spawn(page.set_up());
        self.page_came.notify_waiters();
    }

    /// Waits for the page of a target that was just made, and until it can be used.
    async fn ready_page(&self, target: &str) -> Result<Arc<PageState>, BrowserError> {
        let ready = async {
            loop {
                let came = self.page_came.notified();
                let page = self.pages.lock().get(target).cloned();
                match page {
                    Some(page) => break page.ready().await.map(|()| page),
                    None => came.await,
                }
            }
        };
        tokio::select! {
            result = tokio::time::timeout(CALL_BOUND, ready) => {
                result.unwrap_or_else(|_| Err(BrowserError::Timeout {
                    what: "the new tab".to_owned(),
                    seconds: CALL_BOUND.as_secs_f64(),
                }))
            }
            () = self.connection.died().cancelled() => {
                Err(self.connection.death().into())
            }
        }
    }

    pub(crate) fn page_gone(&self, target: &str) {
        self.pages.lock().remove(target);
    }

    pub(crate) fn target_changed(&self, info: TargetInfo) {
        for page in self.pages() {
            page.target_changed(&info);
        }
    }
}
