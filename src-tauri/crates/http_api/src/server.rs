//! Start, connections, stop.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use app::App;
use axum::{Router, body::Body};
use contract::{Code, Failure, SettingsView};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use page_commands::SentFiles;
use parking_lot::Mutex;
use secrecy::SecretString;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{either::Either, sync::CancellationToken, task::TaskTracker};
use tower_http::timeout::TimeoutBody;

use crate::{
    descriptors,
    doors::{self, Ends, Gates, Keys},
    measure,
    page::{Page, PageConfig, PageError},
    routes,
    state::{Api, Inner, UPLOADS},
};

/// How long a client may take for a request's head, and a quiet connection is kept.
const HEAD: Duration = Duration::from_secs(10);
/// Longest head of a request.
const HEAD_BYTES: usize = 32 * 1024;
/// How long a client may pause while it sends a body.
const PAUSE: Duration = Duration::from_secs(20);
/// Connections at once; further ones wait at the door, those that are slow lose theirs. This machine may have them all;
/// no other of the network, should the person let it in, keeps the rest out.
const CONNECTIONS: Places = Places {
    all: 2_048,
    of_one: 64,
    of_this_machine: 2_048,
};
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
    /// Show the window's page to a browser tab of this machine.
    pub page: Option<PageConfig>,
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
    /// The page.
    #[error(transparent)]
    Page(#[from] PageError),
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
            Self::Page(PageError::NotHere) => Failure::new(
                Code::NotAvailable,
                format!("{self}. Leave --listen out, or --page. Nothing was started."),
            ),
            Self::Page(PageError::Files(_)) => Failure::new(
                Code::NotAvailable,
                format!("{self}. Build it with `cargo xtask run`, or install the package again."),
            ),
            Self::Page(PageError::Folder(_)) | Self::Folder(_) => {
                Failure::new(Code::StorageUnavailable, format!("{self}."))
            }
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
            page,
        } = config;
        if !listen.ip().to_canonical().is_loopback() && !lan {
            return Err(StartError::NotAllowed(listen));
        }
        if page.is_some() && !listen.ip().to_canonical().is_loopback() {
            return Err(PageError::NotHere.into());
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
        let page = match page {
            Some(page) => Some(Page::open(page, &app, stopping.clone()).await?),
            None => None,
        };
        if page.is_none() && SentFiles::are_there(&app) {
            // Of a server before this one.
            SentFiles::of(&app).await?.tidy(&app).await;
        }
        let api = Api::new(Inner {
            app,
            keys: Keys::new(&token, address.port()),
            gates: Gates::new(&limits),
            local: address,
            incoming,
            uploads: Semaphore::new(UPLOADS),
            stopping: stopping.clone(),
            work: TaskTracker::new(),
            page,
            measures: measure::recorder().map_err(StartError::Measures)?,
            begun: Instant::now(),
        });
        let router = doors::before(routes::all(&api), &api);
        tokio::spawn(api.clone().sweep());
        tokio::spawn(measure::jobs(api.clone()));
        let most = Places {
            all: descriptors::room_for(CONNECTIONS.all),
            ..CONNECTIONS
        };
        let serving = tokio::spawn(serve(listener, router, stopping, most, None));
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

    /// A link that opens the page in one tab within so many seconds; none where no page is served. The secret stands
    /// behind `#`: a browser sends it to no server and into no log.
    #[must_use]
    pub fn page_link(&self) -> Option<(String, u64)> {
        self.api.page.as_ref()?;
        Some((self.api.page_link(), doors::LINK.as_secs()))
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

/// How many connections there are at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    /// In all; further ones wait.
    pub(crate) all: usize,
    /// Of one address; further ones are closed.
    pub(crate) of_one: usize,
    /// The same over loopback.
    pub(crate) of_this_machine: usize,
}

impl Places {
    fn of(&self, peer: IpAddr) -> usize {
        if peer.to_canonical().is_loopback() {
            self.of_this_machine
        } else {
            self.of_one
        }
    }
}

/// Serves until `stopping`, in so many places; through `tls` where there is one. Aborted, it takes its connections with
/// it.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    stopping: CancellationToken,
    most: Places,
    tls: Option<TlsAcceptor>,
) {
    let places = Arc::new(Semaphore::new(most.all));
    let peers = Peers::default();
    let mut connections = JoinSet::new();
    loop {
        let taken = tokio::select! {
            () = stopping.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            taken = accept(&listener, &places) => taken,
        };
        let Some((stream, ends, place)) = taken else {
            continue;
        };
        let Some(of_peer) = peers.place(ends.peer.ip(), most.of(ends.peer.ip())) else {
            tracing::debug!("an address has too many connections");
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
            drop((place, of_peer));
        });
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// How many connections each address has.
#[derive(Clone, Default)]
struct Peers(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A connection of an address, until it is dropped.
struct OfPeer {
    peers: Peers,
    peer: IpAddr,
}

impl Peers {
    /// None: it has `most` already.
    fn place(&self, peer: IpAddr, most: usize) -> Option<OfPeer> {
        let peer = doors::of_client(peer);
        let mut counts = self.0.lock();
        let count = counts.entry(peer).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        drop(counts);
        Some(OfPeer {
            peers: self.clone(),
            peer,
        })
    }
}

impl Drop for OfPeer {
    fn drop(&mut self) {
        let mut counts = self.peers.0.lock();
        if let Some(count) = counts.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.peer);
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpSocket,
    };

    use super::*;

    async fn connect(from: [u8; 4], to: SocketAddr) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((from, 0))).unwrap();
        socket.connect(to).await.unwrap()
    }

    /// What is answered until the connection ends; nothing where it was closed.
    async fn asked(mut stream: TcpStream, path: &str) -> String {
        let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let mut answer = Vec::new();
        let talk = async {
            if stream.write_all(head.as_bytes()).await.is_ok() {
                // A connection that is closed before it is read from may end as a reset.
                let _ = stream.read_to_end(&mut answer).await;
            }
        };
        let ended = tokio::time::timeout(Duration::from_secs(30), talk).await;
        assert!(ended.is_ok(), "the connection ends by itself");
        String::from_utf8_lossy(&answer).into_owned()
    }

    // Only Linux has all of 127.0.0.0/8 without being told so.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn one_address_keeps_no_other_out_and_an_end_is_one() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (begun, mut begins) = tokio::sync::mpsc::channel::<()>(1);
        let router = Router::new().route("/", get(|| async { "here" })).route(
            "/never",
            get(move || {
                let begun = begun.clone();
                async move {
                    let _ = begun.send(()).await;
                    std::future::pending::<&'static str>().await
                }
            }),
        );
        let most = Places {
            all: 8,
            of_one: 1,
            of_this_machine: 2,
        };
        let stopping = CancellationToken::new();
        let serving = tokio::spawn(serve(listener, router, stopping.clone(), most, None));
        let (one, other) = ([127, 0, 0, 1], [127, 0, 0, 2]);
        let idle = (connect(one, address).await, connect(one, address).await);
        let third = asked(connect(one, address).await, "/").await;
        assert_eq!(third, "", "an address has two places");
        let answer = asked(connect(other, address).await, "/").await;
        assert!(answer.ends_with("here"), "another has its own: {answer:?}");
        drop(idle);
        // The server sees in its own time that they went.
        loop {
            let answer = asked(connect(one, address).await, "/").await;
            if answer.ends_with("here") {
                break;
            }
            tokio::task::yield_now().await;
        }

        let hanging = tokio::spawn(asked(connect(one, address).await, "/never"));
        begins.recv().await.unwrap();
        stopping.cancel();
        serving.abort();
        assert_eq!(hanging.await.unwrap(), "", "cut off with the server");
    }

    #[test]
    fn a_stranger_of_the_network_has_few_of_the_places_and_this_machine_all() {
        let peers = Peers::default();
        let places = |peer: &str| {
            let peer: IpAddr = peer.parse().unwrap();
            let taken: Vec<OfPeer> =
                std::iter::from_fn(|| peers.place(peer, CONNECTIONS.of(peer))).collect();
            taken.len()
        };
        for (peer, most) in [
            ("192.168.1.7", 64),
            ("::ffff:192.168.1.7", 64),
            ("fe80::7", 64),
            ("127.0.0.1", 2_048),
            ("::1", 2_048),
            ("::ffff:127.0.0.1", 2_048),
        ] {
            assert_eq!(places(peer), most, "{peer}");
        }
    }
}
