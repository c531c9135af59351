//! Start, connections, stop.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use app::App;
use axum::{Router, body::Body};
use contract::{Code, Failure, SettingsView};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use secrecy::SecretString;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{either::Either, sync::CancellationToken, task::TaskTracker};
use tower_http::timeout::TimeoutBody;

use crate::{
    doors::{self, Ends, Gates, Keys},
    measure, routes,
    state::{Api, Inner, UPLOADS},
};

/// How long a client may take for a request's head, and a quiet connection is kept.
const HEAD: Duration = Duration::from_secs(10);
/// Longest head of a request.
const HEAD_BYTES: usize = 32 * 1024;
/// How long a client may pause while it sends a body.
const PAUSE: Duration = Duration::from_secs(20);
/// Connections at once; further ones wait at the door, those that are slow lose theirs.
const CONNECTIONS: usize = 2_048;
/// How long requests under way have to end.
const STOP: Duration = Duration::from_secs(5);
/// Before the next try, where the system has no more descriptors.
const NO_DESCRIPTORS: Duration = Duration::from_millis(200);

/// How often clients may ask. The defaults are those of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Writing calls a minute and client.
    pub writes: u32,
    /// Calls a minute and client of the form upload.
    pub uploads: u32,
    /// Live publishes a minute, over all clients.
    pub publishes: u32,
    /// Reading calls a minute and client over the network.
    pub reads: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            writes: 60,
            uploads: 10,
            publishes: 5,
            reads: 600,
        }
    }
}

impl Limits {
    /// As the settings say.
    #[must_use]
    pub fn of(settings: &SettingsView) -> Self {
        let usual = Self::default();
        let set = |key: &str, usual: u32| {
            let value = settings.settings.get(key).and_then(|v| v.as_u64());
            value
                .and_then(|number| u32::try_from(number).ok())
                .filter(|number| *number > 0)
                .unwrap_or(usual)
        };
        Self {
            writes: set("api_writes_minute", usual.writes),
            uploads: set("api_uploads_minute", usual.uploads),
            publishes: set("api_publishes_minute", usual.publishes),
            reads: set("api_reads_minute", usual.reads),
        }
    }
}

/// How to serve.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The bearer token. Only its hash is kept.
    pub token: SecretString,
    /// The person allows other machines to connect.
    pub lan: bool,
    /// How often clients may ask.
    pub limits: Limits,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Not loopback, and nobody allowed that.
    #[error("{0} is not an address of this machine alone")]
    NotAllowed(SocketAddr),
    /// The address cannot be had.
    #[error("{address} cannot be listened on: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The data folder.
    #[error("the data folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// The counters.
    #[error("the metrics cannot be kept: {0}")]
    Measures(String),
}

impl StartError {
    /// The shape that reaches a person.
    #[must_use]
    pub fn failure(&self) -> Failure {
        match self {
            Self::NotAllowed(_) => Failure::new(
                Code::NotAvailable,
                format!(
                    "{self}. To let other machines of your network in: studio settings set api_lan=true. Nothing was \
                     started."
                ),
            ),
            Self::Listen { .. } => Failure::new(
                Code::NotAvailable,
                format!("{self}. Choose another with --listen, or end the program that has it."),
            ),
            Self::Folder(_) => Failure::new(Code::StorageUnavailable, format!("{self}.")),
            Self::Measures(_) => Failure::new(Code::Internal, format!("{self}.")),
        }
    }
}

/// A server at work.
pub struct Server {
    address: SocketAddr,
    api: Api,
    serving: JoinHandle<()>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Server {
    /// Starts to listen.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(app: App, config: Config) -> Result<Self, StartError> {
        let Config {
            listen,
            token,
            lan,
            limits,
        } = config;
        if !listen.ip().to_canonical().is_loopback() && !lan {
            return Err(StartError::NotAllowed(listen));
        }
        let refused = |source| StartError::Listen {
            address: listen,
            source,
        };
        let listener = TcpListener::bind(listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let incoming = app.data_dir().join("uploads");
        fs_err::tokio::create_dir_all(&incoming).await?;
        let stopping = CancellationToken::new();
        let api = Api::new(Inner {
            app,
            keys: Keys::new(&token),
            gates: Gates::new(&limits),
            local: address,
            incoming,
            uploads: Semaphore::new(UPLOADS),
            stopping: stopping.clone(),
            work: TaskTracker::new(),
            measures: measure::recorder().map_err(StartError::Measures)?,
            begun: Instant::now(),
        });
        let router = doors::before(routes::all(&api), &api);
        tokio::spawn(api.clone().sweep());
        tokio::spawn(measure::jobs(api.clone()));
        let serving = tokio::spawn(serve(listener, router, stopping, CONNECTIONS, None));
        tracing::info!(%address, "the local API is open");
        Ok(Self {
            address,
            api,
            serving,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Such as `http://127.0.0.1:5000`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no further connection, tells the streams, and gives requests under way a few seconds.
    pub async fn stop(self) {
        let end = tokio::time::Instant::now() + STOP;
        self.api.stopping.cancel();
        let mut serving = self.serving;
        if tokio::time::timeout_at(end, &mut serving).await.is_err() {
            tracing::warn!("requests under way were cut off");
            serving.abort();
        }
        self.api.work.close();
        if tokio::time::timeout_at(end, self.api.work.wait())
            .await
            .is_err()
        {
            tracing::warn!("work on the site goes on while the program ends");
        }
    }
}

/// Serves until `stopping`, at most `most` connections at once; through `tls` where there is one.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    stopping: CancellationToken,
    most: usize,
    tls: Option<TlsAcceptor>,
) {
    let places = Arc::new(Semaphore::new(most));
    let connections = TaskTracker::new();
    loop {
        let taken = tokio::select! {
            () = stopping.cancelled() => break,
            taken = accept(&listener, &places) => taken,
        };
        let Some((stream, ends, place)) = taken else {
            continue;
        };
        let (router, tls, stopping) = (router.clone(), tls.clone(), stopping.clone());
        connections.spawn(async move {
            let stream = tokio::select! {
                () = stopping.cancelled() => return,
                stream = encrypted(stream, tls) => stream,
            };
            let Some(stream) = stream else { return };
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD)
                .max_buf_size(HEAD_BYTES)
                .serve_connection(TokioIo::new(stream), service(router, ends))
                .with_upgrades();
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stopping.cancelled() => {
                    // The request under way is answered, no further one is read.
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                // A client that went away, or was too slow.
                tracing::debug!(%error, "a connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

type Stream = Either<TcpStream, tokio_rustls::server::TlsStream<TcpStream>>;

/// The connection as it is read: as it came, or after its TLS handshake. None: that failed, or took too long.
async fn encrypted(stream: TcpStream, tls: Option<TlsAcceptor>) -> Option<Stream> {
    let Some(tls) = tls else {
        return Some(Either::Left(stream));
    };
    match tokio::time::timeout(HEAD, tls.accept(stream)).await {
        Ok(Ok(stream)) => Some(Either::Right(stream)),
        Ok(Err(error)) => {
            // A browser that does not trust the certificate yet, or no TLS at all.
            tracing::debug!(%error, "a TLS handshake failed");
            None
        }
        Err(_) => None,
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, Ends, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    let (stream, peer) = match listener.accept().await {
        Ok(accepted) => accepted,
        Err(error) => {
            tracing::warn!(%error, "a connection could not be taken");
            tokio::time::sleep(NO_DESCRIPTORS).await;
            return None;
        }
    };
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY was refused");
    }
    let local = stream.local_addr().ok()?;
    Some((stream, Ends { peer, local }, place))
}

/// The router as hyper calls it. A body that pauses too long ends.
fn service(
    router: Router,
    ends: Ends,
) -> impl hyper::service::Service<
    hyper::Request<Incoming>,
    Response = axum::response::Response,
    Error = Infallible,
    Future: Send,
> + Clone {
    service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let mut request = request.map(|body| Body::new(TimeoutBody::new(PAUSE, body)));
            request.extensions_mut().insert(ends);
            tower_call(router, request).await
        }
    })
}

async fn tower_call(
    mut router: Router,
    request: axum::extract::Request,
) -> Result<axum::response::Response, Infallible> {
    use tower_service::Service;
    router.call(request).await
}
