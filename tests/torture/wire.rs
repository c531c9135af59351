//! The way between the app and the practice marketplace: a relay on loopback that a run can cut or stall, and that
//! knows which answers arrived.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// The call that makes a listing (vinted-facts A3).
const PUBLISH: &[u8] = b"POST /api/v2/item_upload/items ";

/// What the relay does with bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Passes them on.
    Open,
    /// Resets every connection, those under way too.
    Cut,
    /// Holds them: nothing arrives, nothing fails.
    Hung,
}

/// A relay before one marketplace.
pub(crate) struct Wire {
    address: SocketAddr,
    mode: watch::Sender<Mode>,
    counts: Arc<Counts>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Counts {
    /// Connections that carried a request, since the last reset.
    requests: AtomicU64,
    /// Connections that a fault hit, since the last reset.
    hits: AtomicU64,
    /// Connections that are open now.
    open: AtomicU64,
    /// Answers to publish calls that went out to the browser to their end, since the last reset.
    publish_answers: AtomicU64,
}

impl Wire {
    /// Relays to the marketplace at `upstream` (`127.0.0.1:PORT`).
    pub(crate) async fn to(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port on loopback");
        let address = listener.local_addr().expect("a bound listener");
        let (mode, seen) = watch::channel(Mode::Open);
        let counts = Arc::new(Counts::default());
        let shared = Arc::clone(&counts);
        let serving = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                };
                let relay = Relay {
                    mode: seen.clone(),
                    counts: Arc::clone(&shared),
                    hit: false,
                };
                tokio::spawn(relay.carry(stream, upstream));
            }
        });
        Self {
            address,
            mode,
            counts,
            serving,
        }
    }

    /// What the app takes for the site.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Resets connections until [`Wire::heal`].
    pub(crate) fn cut(&self) {
        self.mode.send_replace(Mode::Cut);
    }

    /// Holds every byte until [`Wire::heal`].
    pub(crate) fn hang(&self) {
        self.mode.send_replace(Mode::Hung);
    }

    /// Passes bytes again, the held ones first.
    pub(crate) fn heal(&self) {
        self.mode.send_replace(Mode::Open);
    }

    /// Forgets what was counted.
    pub(crate) fn reset(&self) {
        for count in [
            &self.counts.requests,
            &self.counts.hits,
            &self.counts.publish_answers,
        ] {
            count.store(0, Ordering::SeqCst);
        }
    }

    /// Connections that carried a request.
    pub(crate) fn requests(&self) -> u64 {
        self.counts.requests.load(Ordering::SeqCst)
    }

    /// Connections that a fault hit: reset, refused or held with bytes in them.
    pub(crate) fn hits(&self) -> u64 {
        self.counts.hits.load(Ordering::SeqCst)
    }

    /// Answers to publish calls that left for the browser to their end.
    pub(crate) fn publish_answers(&self) -> u64 {
        self.counts.publish_answers.load(Ordering::SeqCst)
    }

    /// Waits until nothing is on its way, for at most three seconds: a call that a stall held may still arrive.
    pub(crate) async fn calm(&self) {
        for _ in 0..60 {
            if self.counts.open.load(Ordering::SeqCst) == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn until_cut(mode: &mut watch::Receiver<Mode>) {
    if mode.wait_for(|mode| *mode == Mode::Cut).await.is_err() {
        // The relay is gone with its last user: nothing is cut any more.
        std::future::pending::<()>().await;
    }
}

/// One connection. The marketplace takes one request a connection, so its end is the end of the answer.
struct Relay {
    mode: watch::Receiver<Mode>,
    counts: Arc<Counts>,
    hit: bool,
}

impl Relay {
    async fn carry(mut self, mut browser: TcpStream, site: SocketAddr) {
        self.counts.open.fetch_add(1, Ordering::SeqCst);
        if self.relayed(&mut browser, site).await.is_none() {
            // Without lingering the close is a reset, as from a network that went away.
            let _ = browser.set_zero_linger();
        }
        drop(browser);
        self.counts.open.fetch_sub(1, Ordering::SeqCst);
    }

    /// Passes bytes until one side is done; none: cut.
    async fn relayed(&mut self, browser: &mut TcpStream, site: SocketAddr) -> Option<()> {
        self.passes().await?;
        let mut site = TcpStream::connect(site).await.ok()?;
        let (mut from_browser, mut to_browser) = browser.split();
        let (mut from_site, mut to_site) = site.split();
        let (mut up, mut down) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
        let (mut asked, mut publishes, mut asking) = (false, false, true);
        let mut mode = self.mode.clone();
        loop {
            tokio::select! {
                () = until_cut(&mut mode) => {
                    // An idle connection carries nothing that could be lost.
                    if asked {
                        self.strike();
                    }
                    return None;
                }
                read = from_browser.read(&mut up), if asking => {
                    let read = read.unwrap_or(0);
                    if read > 0 || asked {
                        self.passes().await?;
                    }
                    if read == 0 {
                        asking = false;
                        if !asked {
                            return Some(());
                        }
                        to_site.shutdown().await.ok()?;
                        continue;
                    }
                    if !asked {
                        asked = true;
                        publishes = up.starts_with(PUBLISH);
                        self.counts.requests.fetch_add(1, Ordering::SeqCst);
                    }
                    to_site.write_all(&up[..read]).await.ok()?;
                }
                read = from_site.read(&mut down) => {
                    let read = read.unwrap_or(0);
                    self.passes().await?;
                    if read > 0 {
                        to_browser.write_all(&down[..read]).await.ok()?;
                        continue;
                    }
                    if to_browser.shutdown().await.is_ok() && publishes {
                        self.counts.publish_answers.fetch_add(1, Ordering::SeqCst);
                    }
                    return Some(());
                }
            }
        }
    }

    /// Waits out a stall; none: cut.
    async fn passes(&mut self) -> Option<()> {
        loop {
            let mode = *self.mode.borrow_and_update();
            if mode == Mode::Open {
                return Some(());
            }
            self.strike();
            if mode == Mode::Cut {
                return None;
            }
            self.mode.changed().await.ok()?;
        }
    }

    /// Counts the hit, once a connection.
    fn strike(&mut self) {
        if !std::mem::replace(&mut self.hit, true) {
            self.counts.hits.fetch_add(1, Ordering::SeqCst);
        }
    }
}
