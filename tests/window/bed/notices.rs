//! A desktop that shows notifications, as the app sees it on the session bus:
//! https://specifications.freedesktop.org/notification-spec/latest/

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use zbus::{Connection, connection::Builder, zvariant::OwnedValue};

/// For the app to show one.
const ANSWER: Duration = Duration::from_secs(30);
const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// Titles by number, from 1.
type Shown = Arc<Mutex<Vec<String>>>;

struct Server {
    shown: Shown,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Server {
    #[allow(
        clippy::too_many_arguments,
        reason = "the specification's own parameters"
    )]
    fn notify(
        &self,
        _app: String,
        _replaces: u32,
        _icon: String,
        title: String,
        _body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expires: i32,
    ) -> u32 {
        let mut shown = self.shown.lock().expect("no story panics here");
        shown.push(title);
        u32::try_from(shown.len()).expect("few are shown")
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["actions".into(), "body".into()]
    }

    fn close_notification(&self, _id: u32) {}
}

/// Where notifications are shown, and a hand to click on them.
pub(crate) struct Notices {
    connection: Connection,
    shown: Shown,
}

impl Notices {
    /// Takes the service's name on the bus.
    pub(crate) async fn new(bus: &str) -> Self {
        let shown = Shown::default();
        let server = Server {
            shown: Arc::clone(&shown),
        };
        let connection = Builder::address(bus)
            .and_then(|b| b.name(NAME))
            .and_then(|b| b.serve_at(PATH, server))
            .expect("the service's place is well formed")
            .build()
            .await
            .expect("the bus takes a service");
        Self { connection, shown }
    }

    /// Clicks on the notification with this title, as soon as it is there.
    pub(crate) async fn click(&self, title: &str) {
        let until = Instant::now() + ANSWER;
        let id = loop {
            let at = self
                .shown
                .lock()
                .expect("no story panics here")
                .iter()
                .position(|shown| shown == title);
            if let Some(at) = at {
                break u32::try_from(at + 1).expect("few are shown");
            }
            assert!(Instant::now() < until, "the app says: {title}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        self.connection
            .emit_signal(None::<&str>, PATH, NAME, "ActionInvoked", &(id, "default"))
            .await
            .expect("the click is told");
    }
}
