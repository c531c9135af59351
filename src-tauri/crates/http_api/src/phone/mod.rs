//! The phones' door: a listener of its own on the local network, for one small page and what it sends.
//!
//! Nothing of the API is behind it: a paired phone may add photos, and nothing else (docs/decisions/0039). It closes by
//! itself when no photo has come for a while.

mod announce;
mod certificate;
mod code;
mod doors;
mod network;
mod page;
mod routes;

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use app::App;
use contract::{Code, Failure, PhoneDoorView};
use parking_lot::Mutex;
use secrecy::{ExposeSecret, SecretString};
use tokio::{net::TcpListener, sync::Semaphore, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use self::{announce::Name, doors::Rates};
pub use self::{
    code::{code_for_terminals, code_view},
    network::lan_addresses,
};
use crate::server;

/// Where the door is, where nothing else listens there: a phone that was paired finds it again.
const PORT: u16 = 5180;
/// How long the door stays open without a photo.
const IDLE: Duration = Duration::from_secs(30 * 60);
/// Connections at once, in all and of one address: a stranger's idle ones keep no phone out.
const CONNECTIONS: server::Places = server::Places {
    all: 512,
    of_one: 16,
    of_this_machine: 16,
};
/// Parts in memory at once, of 1 MiB each.
const PARTS: usize = 16;
/// How often it is looked whether drafts can be made, and whether the door is to close.
const LOOK: Duration = Duration::from_secs(1);
/// How long requests under way have to end.
const STOP: Duration = Duration::from_secs(3);
/// How long photos that came whole have to be stored after that.
const SETTLE: Duration = Duration::from_secs(10);
/// How often abandoned uploads are looked for.
const SWEEP: Duration = Duration::from_secs(60);

/// Whether the door is told to the network by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announced {
    /// By a name in `.local`, where the network passes such names on.
    ByName,
    /// By its address alone.
    ByAddress,
}

/// How to open the door.
#[derive(Clone, Copy, Debug)]
pub struct PhoneConfig {
    /// The address of this machine that phones reach.
    pub address: IpAddr,
    /// None: the usual one, or a free one where that is taken.
    pub port: Option<u16>,
    /// With the certificate of this installation.
    pub encrypted: bool,
    /// Whether it gets a name.
    pub announced: Announced,
    /// How long it stays open without a photo; none: 30 minutes.
    pub idle: Option<Duration>,
}

/// Why the door is closed.
#[derive(Debug, thiserror::Error)]
pub enum PhoneDoorError {
    /// The address cannot be had.
    #[error("{address} cannot be listened on: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// No certificate.
    #[error("the certificate cannot be made: {0}")]
    Certificate(String),
    /// The vault or the disk.
    #[error(transparent)]
    Refused(#[from] Failure),
}

impl PhoneDoorError {
    /// The shape that reaches a person.
    #[must_use]
    pub fn failure(self) -> Failure {
        match self {
            Self::Listen { .. } => Failure::new(
                Code::NotAvailable,
                format!("{self}. Connect this computer to the Wi-Fi of the phone, then try again."),
            ),
            Self::Certificate(_) => Failure::new(Code::Internal, format!("{self}.")),
            Self::Refused(failure) => failure,
        }
    }
}

/// What the handlers share. Cheap to clone.
#[derive(Clone)]
struct Door(Arc<Inner>);

struct Inner {
    app: App,
    scheme: &'static str,
    /// `NAME.local:PORT`, where the door has a name.
    name: Option<String>,
    local: SocketAddr,
    rates: Rates,
    parts: Semaphore,
    /// When a part of a photo last came, or a phone was paired. Asking alone keeps no door open.
    used: Mutex<Instant>,
    idle: Duration,
    stopping: CancellationToken,
}

impl std::ops::Deref for Door {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Door {
    fn use_now(&self) {
        *self.used.lock() = Instant::now();
    }

    fn left(&self) -> Duration {
        self.idle.saturating_sub(self.used.lock().elapsed())
    }
}

/// An open door.
pub struct PhoneDoor {
    door: Door,
    fingerprint: Option<String>,
    watching: JoinHandle<()>,
}

impl std::fmt::Debug for PhoneDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PhoneDoor")
            .field("address", &self.door.local)
            .finish_non_exhaustive()
    }
}

impl PhoneDoor {
    /// Opens the door.
    ///
    /// # Errors
    /// See [`PhoneDoorError`].
    pub async fn open(app: App, config: PhoneConfig) -> Result<Self, PhoneDoorError> {
        let listener = listen(config.address, config.port).await?;
        let local = listener
            .local_addr()
            .map_err(|source| PhoneDoorError::Listen {
                address: SocketAddr::new(config.address, 0),
                source,
            })?;
        let host = match config.announced {
            Announced::ByName => Some(Name::host_of(app.data_dir())),
            Announced::ByAddress => None,
        };
        let identity = if config.encrypted {
            Some(certificate::of_installation(&app, config.address, host.as_deref()).await?)
        } else {
            None
        };
        let name = host.and_then(|host| Name::announce(&host, local));
        let (tls, fingerprint) = identity.map(|i| (i.acceptor, i.fingerprint)).unzip();
        let stopping = CancellationToken::new();
        let door = Door(Arc::new(Inner {
            app,
            scheme: if tls.is_some() { "https" } else { "http" },
            name: name.as_ref().map(|name| name.authority().to_owned()),
            local,
            rates: Rates::default(),
            parts: Semaphore::new(PARTS),
            used: Mutex::new(Instant::now()),
            idle: config.idle.unwrap_or(IDLE),
            stopping: stopping.clone(),
        }));
        if let Err(failure) = door.app.take_up_phone_import().await {
            tracing::warn!(%failure, "photos that phones sent before wait for their drafts");
        }
        let router = doors::before(routes::all(&door), &door);
        let serving = tokio::spawn(server::serve(listener, router, stopping, CONNECTIONS, tls));
        let watching = tokio::spawn(watch(door.clone(), name, serving));
        tracing::info!(address = %local, encrypted = config.encrypted, "phones are let in");
        Ok(Self {
            door,
            fingerprint,
            watching,
        })
    }

    /// It has not closed by itself.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.door.stopping.is_cancelled()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.door.local
    }

    /// Such as `http://192.168.1.7:5180`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.door.scheme, self.door.local)
    }

    /// The same by name, where the network passes names on. A phone that was paired there finds the computer again when
    /// the network gives it another address.
    #[must_use]
    pub fn name_url(&self) -> Option<String> {
        let name = self.door.name.as_ref()?;
        Some(format!("{}://{name}", self.door.scheme))
    }

    /// What a phone opens to be paired: by address, or by name where there is one and `by_name` asks for it. The secret
    /// stands behind `#`: no server, proxy or log ever gets that part.
    #[must_use]
    pub fn pairing_link(&self, secret: &SecretString, by_name: bool) -> SecretString {
        let named = self.name_url().filter(|_| by_name);
        let url = named.unwrap_or_else(|| self.url());
        SecretString::from(format!("{url}/#{}", secret.expose_secret()))
    }

    /// As the window shows it.
    #[must_use]
    pub fn view(&self) -> PhoneDoorView {
        let open = self.is_open();
        let left = u32::try_from(self.door.left().as_secs()).unwrap_or(u32::MAX);
        PhoneDoorView {
            open,
            url: open.then(|| self.url()),
            name_url: self.name_url().filter(|_| open),
            encrypted: self.fingerprint.is_some(),
            fingerprint: self.fingerprint.clone(),
            seconds_left: open.then_some(left),
            addresses: lan_addresses(),
        }
    }

    /// Lets nobody in any more, ends what is under way, and makes drafts of what arrived.
    pub async fn stop(self) {
        self.door.stopping.cancel();
        if let Err(error) = self.watching.await {
            tracing::error!(%error, "the watch over the phones' door ended before its time");
        }
    }
}

/// The usual port, or a free one where another program has it.
async fn listen(address: IpAddr, port: Option<u16>) -> Result<TcpListener, PhoneDoorError> {
    let usual = SocketAddr::new(address, port.unwrap_or(PORT));
    match TcpListener::bind(usual).await {
        Ok(listener) => Ok(listener),
        Err(error) if port.is_none() && error.kind() == std::io::ErrorKind::AddrInUse => {
            let free = SocketAddr::new(address, 0);
            TcpListener::bind(free)
                .await
                .map_err(|source| PhoneDoorError::Listen {
                    address: free,
                    source,
                })
        }
        Err(source) => Err(PhoneDoorError::Listen {
            address: usual,
            source,
        }),
    }
}

/// Makes drafts once no more photos come, and closes the door when it was not used for long. What was complete by then
/// is in a draft before this ends.
async fn watch(door: Door, name: Option<Name>, serving: JoinHandle<()>) {
    let mut swept: Option<Instant> = None;
    loop {
        tokio::select! {
            () = door.stopping.cancelled() => break,
            () = tokio::time::sleep(LOOK.min(door.idle)) => {}
        }
        if swept.is_none_or(|at| at.elapsed() >= SWEEP) {
            swept = Some(Instant::now());
            door.rates.sweep();
            sweep_uploads(&door.app).await;
        }
        close_import(&door.app, false).await;
        if door.left().is_zero() {
            tracing::info!("the phones' door closes: no photo came for a while");
            door.stopping.cancel();
        }
    }
    door.app.close_pairing();
    let withdrawn = async {
        if let Some(name) = name {
            name.withdraw().await;
        }
    };
    tokio::join!(withdrawn, end(serving));
    if tokio::time::timeout(SETTLE, door.app.uploads_made())
        .await
        .is_err()
    {
        tracing::warn!(
            "photos that came whole are still being stored; the next opening makes drafts of them"
        );
    }
    close_import(&door.app, true).await;
    door.app.phones_door_changed();
}

/// Gives requests under way a moment, then cuts them off: nothing is taken through a closed door.
async fn end(mut serving: JoinHandle<()>) {
    if tokio::time::timeout(STOP, &mut serving).await.is_err() {
        tracing::warn!("uploads under way were cut off: the phone sends them again");
        serving.abort();
        // Cancelled, as it was asked to be.
        let _ = serving.await;
    }
}

async fn sweep_uploads(app: &App) {
    match app.sweep_uploads().await {
        Ok(0) => {}
        Ok(swept) => tracing::info!(swept, "abandoned uploads were removed"),
        Err(failure) => tracing::warn!(%failure, "uploads could not be swept"),
    }
}

async fn close_import(app: &App, now: bool) {
    if let Err(failure) = app.close_phone_import(now).await {
        tracing::warn!(%failure, "photos from phones wait for their drafts");
    }
}
