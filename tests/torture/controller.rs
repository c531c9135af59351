//! Answers the program at its named places: notes their order, holds it at the wished one.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use crate::{processes, wire::Wire};

/// A place that the program reached.
#[derive(Clone, Debug)]
pub(crate) struct Reached {
    pub(crate) name: String,
    /// How often it was reached by now, the first being 1.
    pub(crate) nth: usize,
    /// A browser of this data folder ran then.
    pub(crate) browser: bool,
    /// Requests that had gone over the wire by then.
    pub(crate) requests: u64,
}

/// The program stands at the wished place until this is let go.
pub(crate) struct Held {
    /// The program's process.
    pub(crate) pid: i32,
    release: oneshot::Sender<()>,
}

impl Held {
    pub(crate) fn let_go(self) {
        // A killed program does not wait for it any more.
        let _ = self.release.send(());
    }
}

/// Where to hold the program.
struct Wish {
    name: String,
    nth: usize,
    held: oneshot::Sender<Held>,
}

struct Shared {
    data: PathBuf,
    wire: Arc<Wire>,
    reached: Mutex<Vec<Reached>>,
    wish: Mutex<Option<Wish>>,
}

/// Listens for one run of the program.
pub(crate) struct Controller {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

impl Controller {
    /// For a program that works on `data` and reaches the site over `wire`.
    pub(crate) async fn open(data: PathBuf, wire: Arc<Wire>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port on loopback");
        let address = listener.local_addr().expect("a bound listener");
        let shared = Arc::new(Shared {
            data,
            wire,
            reached: Mutex::default(),
            wish: Mutex::default(),
        });
        let answering = Arc::clone(&shared);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&answering);
                tokio::spawn(async move { shared.answer(stream).await });
            }
        });
        Self {
            address,
            shared,
            serving,
        }
    }

    /// The value of `STUDIO_FAIL_CONTROL`.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Holds the program when it comes to `name` for the `nth` time.
    pub(crate) fn hold(&self, name: &str, nth: usize) -> oneshot::Receiver<Held> {
        let (held, there) = oneshot::channel();
        *self.shared.wish.lock().unwrap() = Some(Wish {
            name: name.to_owned(),
            nth,
            held,
        });
        there
    }

    /// The places so far, in their order.
    pub(crate) fn reached(&self) -> Vec<Reached> {
        self.shared.reached.lock().unwrap().clone()
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shared {
    async fn answer(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let mut words = line.split_whitespace();
        let (Some("reached"), Some(name), Some(pid)) = (words.next(), words.next(), words.next())
        else {
            panic!("a place said {line:?}");
        };
        let pid: i32 = pid.parse().expect("a place names its process");
        if let Some(wish) = self.note(name) {
            let (release, released) = oneshot::channel();
            let _ = wish.held.send(Held { pid, release });
            let _ = released.await;
        }
        // A program that was killed meanwhile reads nothing any more.
        stream.get_mut().write_all(b"go\n").await.ok()
    }

    /// Notes the place; the wish that it fulfils.
    fn note(&self, name: &str) -> Option<Wish> {
        let browser = !processes::browsers(&self.data).is_empty();
        let requests = self.wire.requests();
        let mut reached = self.reached.lock().unwrap();
        let nth = 1 + reached.iter().filter(|r| r.name == name).count();
        reached.push(Reached {
            name: name.to_owned(),
            nth,
            browser,
            requests,
        });
        let mut wish = self.wish.lock().unwrap();
        let fits = wish
            .as_ref()
            .is_some_and(|w| w.name == name && w.nth == nth);
        if fits { wish.take() } else { None }
    }
}
