//! Start, stop, and what every request passes first.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::api;
use crate::catalogue::Catalogue;
use crate::connection::{CuttableListener, Scissors};
use crate::control;
use crate::error::SandboxError;
use crate::listing::Listing;
use crate::pages;
use crate::persist::StateFile;
use crate::session::cookie_header;
use crate::state::{Counts, Market, State as MarketState};
use crate::switches::{Language, Switches};

/// Requests under way get this long to end when the marketplace stops.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// How to start the practice marketplace.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// Where to listen: loopback only; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Keeps listings and sessions over a restart; photos go in the folder beside it that ends in `.photos`. Without
    /// it everything is forgotten at the end.
    pub state_file: Option<PathBuf>,
    /// Traps and faults that are on from the start.
    pub switches: Switches,
    /// Language of the pages; goes before the one in `switches`.
    pub language: Option<Language>,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            state_file: None,
            switches: Switches::default(),
            language: None,
        }
    }
}

/// The practice marketplace, not yet started.
#[derive(Debug)]
pub struct Sandbox;

impl Sandbox {
    /// Starts it; it runs until it is stopped or dropped.
    ///
    /// # Errors
    /// When the address is not loopback or taken, or the state file cannot be read.
    pub async fn start(config: SandboxConfig) -> Result<RunningSandbox, SandboxError> {
        let SandboxConfig {
            listen,
            state_file,
            mut switches,
            language,
        } = config;
        if !listen.ip().is_loopback() {
            return Err(SandboxError::NotLoopback(listen));
        }
        switches.language = language.unwrap_or(switches.language);
        let catalogue = Catalogue::load()?;
        let (file, state) = match state_file {
            Some(path) => {
                let (file, state) = StateFile::open(&path, switches)?;
                (Some(file), state)
            }
            None => (None, MarketState::empty(switches)),
        };
        let market = Arc::new(Market::new(catalogue, file, state));
        let refused = |source| SandboxError::Listen {
            address: listen,
            source,
        };
        let listener = TcpListener::bind(listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let stopping = market.stopping.clone();
        let app = router(Arc::clone(&market)).into_make_service_with_connect_info::<Scissors>();
        let serving = tokio::spawn(async move {
            let server = axum::serve(CuttableListener(listener), app)
                .with_graceful_shutdown(async move { stopping.cancelled().await });
            if let Err(error) = server.await {
                tracing::error!(%error, "the practice marketplace ended");
            }
        });
        tracing::info!(%address, "practice marketplace is open");
        Ok(RunningSandbox {
            url: format!("http://{address}"),
            market,
            serving,
        })
    }
}

/// The practice marketplace at work. Dropping it ends it.
pub struct RunningSandbox {
    url: String,
    market: Arc<Market>,
    serving: JoinHandle<()>,
}

impl std::fmt::Debug for RunningSandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunningSandbox")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl RunningSandbox {
    /// Base address without a slash at the end, such as `http://127.0.0.1:41234`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Published listings, oldest first; deleted ones are still among them, marked so.
    pub fn created(&self) -> Vec<Listing> {
        self.market.lock().received().listings
    }

    /// Drafts saved on the site, oldest first.
    pub fn drafts(&self) -> Vec<Listing> {
        self.market.lock().received().drafts
    }

    /// Calls that asked to publish, whatever the answer.
    pub fn publish_calls(&self) -> u64 {
        self.counts().publish_calls
    }

    /// What was counted since the start or the last reset.
    pub fn counts(&self) -> Counts {
        self.market.lock().counts
    }

    /// How often the fault of that name (a field of [`Switches`]) took effect.
    pub fn fired(&self, fault: &str) -> u64 {
        self.market.lock().fired.get(fault).copied().unwrap_or(0)
    }

    /// What is switched on now; a fault with `times` counts down here.
    pub fn switches(&self) -> Switches {
        self.market.lock().switches.clone()
    }

    /// Sets all switches.
    pub fn set_switches(&self, switches: Switches) {
        self.market.lock().set_switches(switches);
    }

    /// Forgets listings, photos and counts; members stay logged in, switches as they are. Not written to the state
    /// file before the next change.
    pub fn reset(&self) {
        self.market.lock().reset();
    }

    /// Signs the member in, who is made when new, and gives the session as a `Cookie` request header.
    pub fn session_cookie(&self, login: &str) -> String {
        let mut state = self.market.lock();
        let account = state.account(login);
        cookie_header(&state.sign_in(&account))
    }

    /// The id of the member of that name, who is made when new.
    pub fn member_id(&self, login: &str) -> u64 {
        self.market.lock().account(login).id
    }

    /// The very bytes uploaded as that photo, while they are in memory.
    pub fn photo(&self, id: u64) -> Option<Bytes> {
        self.market.lock().photos.get(&id)?.content.clone()
    }

    /// Ends it: requests that hang are let go, what is stored is written.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub async fn stop(mut self) -> Result<(), SandboxError> {
        self.market.stopping.cancel();
        if tokio::time::timeout(STOP_WITHIN, &mut self.serving)
            .await
            .is_err()
        {
            self.serving.abort();
        }
        self.market.save().await?;
        Ok(())
    }
}

impl Drop for RunningSandbox {
    fn drop(&mut self) {
        self.market.stopping.cancel();
        self.serving.abort();
    }
}

fn router(market: Arc<Market>) -> Router {
    pages::routes()
        .nest("/api/v2", api::routes())
        .nest("/shipping-estimation", api::shipping_routes())
        .nest("/practice", control::routes())
        .route("/web/api/auth/login", post(api::log_in))
        .route("/web/api/auth/logout", post(api::log_out))
        .route(
            "/web/api/auth/refresh",
            get(api::refresh).post(api::refresh),
        )
        .layer(from_fn_with_state(Arc::clone(&market), guard))
        .with_state(market)
}

/// The name or address before the port in a `Host` or `Origin` value.
fn is_loopback_host(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

/// Another site's page may neither reach in by a name that it points at loopback, nor write with the visitor's
/// browser.
fn is_foreign(headers: &HeaderMap, method: &Method) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let host = text(header::HOST).unwrap_or_default();
    if !is_loopback_host(host) {
        return true;
    }
    if method == Method::GET || method == Method::HEAD {
        return false;
    }
    text(header::ORIGIN).is_some_and(|origin| origin != format!("http://{host}"))
}

async fn guard(State(market): State<Arc<Market>>, request: Request, next: Next) -> Response {
    if is_foreign(request.headers(), request.method()) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    let path = request.uri().path();
    let own_affairs = ["/practice", "/assets/"]
        .iter()
        .any(|start| path.starts_with(start));
    if !own_affairs {
        let delay = market.lock().switches.delay_ms;
        market.pause(Duration::from_millis(delay)).await;
    }
    let keep_alive = market.lock().switches.keep_alive;
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    // One request a connection, unless a test wants it otherwise: what Chromium does when a used connection breaks
    // (see `connection.rs`) stays out of the way.
    if !keep_alive {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; \
             frame-src http://localhost:* http://127.0.0.1:*; base-uri 'none'; object-src 'none'",
        ),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    answer
}
