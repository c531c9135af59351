//! What comes to the app's window from outside, in the X server's own words: a drop of files as a file manager
//! makes it (XDND, https://www.freedesktop.org/wiki/Specifications/XDND/), the title bar's close button (ICCCM 4.2.8.1).

use std::{
    path::PathBuf,
    sync::mpsc,
    time::{Duration, Instant},
};

use tokio::task::JoinHandle;
use url::Url;
use x11rb::{
    COPY_DEPTH_FROM_PARENT, CURRENT_TIME,
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            Atom, AtomEnum, ClientMessageEvent, ConnectionExt, CreateWindowAux, EventMask,
            MapState, PropMode, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent,
            SelectionRequestEvent, Window, WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

/// For the app to answer.
const ANSWER: Duration = Duration::from_secs(30);
/// For a drag from its first moment to its end.
const HOLD: Duration = Duration::from_secs(60);
const URI_LIST: &str = "text/uri-list";
const TITLE: &[u8] = b"VintedBot Studio";

/// The display, seen by somebody else than the app.
pub(crate) struct Outside {
    x: RustConnection,
    root: Window,
}

impl Outside {
    pub(super) fn connect(display: &str) -> Self {
        let (x, screen) = RustConnection::connect(Some(display)).expect("the display answers");
        let root = x.setup().roots[screen].root;
        Self { x, root }
    }

    /// Waits until the app's window is shown, or hidden.
    pub(crate) async fn shows(&self, shown: bool) {
        let until = Instant::now() + ANSWER;
        while self.window().is_some_and(|(_, mapped)| mapped) != shown {
            assert!(
                Instant::now() < until,
                "the window was to be {}",
                if shown { "shown" } else { "hidden" }
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Clicks on the title bar's close button.
    pub(crate) fn close(&self) {
        let (window, _) = self.window().expect("there is a window to close");
        let data = [self.atom("WM_DELETE_WINDOW"), CURRENT_TIME, 0, 0, 0];
        self.tell(window, "WM_PROTOCOLS", data);
    }

    /// Carries files over the middle of the window and holds them there.
    pub(crate) fn drag(self, files: &[PathBuf]) -> Drag {
        let list: String = files
            .iter()
            .map(|file| {
                let file = fs_err::canonicalize(file).expect("the file is there");
                format!(
                    "{}\r\n",
                    Url::from_file_path(file).expect("an absolute path")
                )
            })
            .collect();
        let (let_go, told) = mpsc::channel();
        let hand = tokio::task::spawn_blocking(move || Hand::over(self, list).hold(&told));
        Drag { let_go, hand }
    }

    /// The app's window and whether it is shown. Without a window manager it lies right on the root.
    fn window(&self) -> Option<(Window, bool)> {
        let tree = self.x.query_tree(self.root).ok()?.reply().ok()?;
        let takes_drops = self.atom("XdndAware");
        tree.children.into_iter().find_map(|window| {
            // Windows come and go while we look; one that is gone is not the one sought.
            let title = self.property(window, AtomEnum::WM_NAME.into())?;
            self.property(window, takes_drops)
                .filter(|_| title == TITLE)?;
            let state = self
                .x
                .get_window_attributes(window)
                .ok()?
                .reply()
                .ok()?
                .map_state;
            Some((window, state == MapState::VIEWABLE))
        })
    }

    fn property(&self, window: Window, name: Atom) -> Option<Vec<u8>> {
        let reply = self
            .x
            .get_property(false, window, name, AtomEnum::ANY, 0, 1024)
            .ok()?
            .reply()
            .ok()?;
        (reply.type_ != 0).then_some(reply.value)
    }

    fn atom(&self, name: &str) -> Atom {
        let asked = self
            .x
            .intern_atom(false, name.as_bytes())
            .expect("the display takes a request");
        asked.reply().expect("the display answers").atom
    }

    fn tell(&self, window: Window, what: &str, data: [u32; 5]) {
        let message = ClientMessageEvent::new(32, window, self.atom(what), data);
        let sent = self
            .x
            .send_event(false, window, EventMask::NO_EVENT, message);
        sent.expect("the display takes a request")
            .check()
            .expect("the window is there");
    }
}

/// Files held over the window.
pub(crate) struct Drag {
    let_go: mpsc::Sender<()>,
    hand: JoinHandle<()>,
}

impl Drag {
    /// Lets go, and waits until the window has taken the files. To be called when the window has shown that it
    /// knows of them: whoever lets go before that drops nothing.
    pub(crate) async fn let_go(self) {
        self.let_go
            .send(())
            .expect("the hand still holds the files");
        self.hand.await.expect("the window takes the files");
    }
}

/// Who drags: answers what the window asks meanwhile.
struct Hand {
    outside: Outside,
    source: Window,
    target: Window,
    list: String,
}

impl Hand {
    fn over(outside: Outside, list: String) -> Self {
        let (target, _) = outside.window().expect("there is a window to drop on");
        let x = &outside.x;
        let source = x.generate_id().expect("a number for a window");
        let (depth, class, look) = (
            COPY_DEPTH_FROM_PARENT,
            WindowClass::INPUT_OUTPUT,
            CreateWindowAux::new(),
        );
        x.create_window(depth, source, outside.root, 0, 0, 1, 1, 0, class, 0, &look)
            .expect("the display takes a request")
            .check()
            .expect("a window to drag from");
        x.set_selection_owner(source, outside.atom("XdndSelection"), CURRENT_TIME)
            .expect("the display takes a request")
            .check()
            .expect("the selection is ours");
        let geometry = x
            .get_geometry(target)
            .expect("the display takes a request")
            .reply();
        let geometry = geometry.expect("the window is there");
        let middle = (u32::from(geometry.width / 2) << 16) | u32::from(geometry.height / 2);
        outside.tell(
            target,
            "XdndEnter",
            [source, 5 << 24, outside.atom(URI_LIST), 0, 0],
        );
        let copy = outside.atom("XdndActionCopy");
        outside.tell(
            target,
            "XdndPosition",
            [source, 0, middle, CURRENT_TIME, copy],
        );
        Self {
            outside,
            source,
            target,
            list,
        }
    }

    /// Holds the files until told to let go, then until the window has taken them. A story that ended lets go too.
    fn hold(self, told: &mpsc::Receiver<()>) {
        let status = self.outside.atom("XdndStatus");
        let finished = self.outside.atom("XdndFinished");
        let until = Instant::now() + HOLD;
        let (mut accepted, mut let_go, mut dropped) = (false, false, false);
        while Instant::now() < until {
            match self.outside.x.poll_for_event().expect("the display lives") {
                Some(Event::SelectionRequest(request)) => self.hand_out(&request),
                Some(Event::ClientMessage(message)) if message.type_ == status => {
                    accepted = message.data.as_data32()[1] & 1 == 1;
                }
                Some(Event::ClientMessage(message)) if message.type_ == finished => return,
                Some(_) => {}
                None if accepted && let_go && !dropped => {
                    self.outside.tell(
                        self.target,
                        "XdndDrop",
                        [self.source, 0, CURRENT_TIME, 0, 0],
                    );
                    dropped = true;
                }
                None if !let_go => match told.recv_timeout(Duration::from_millis(5)) {
                    Ok(()) => let_go = true,
                    Err(mpsc::RecvTimeoutError::Timeout) => {}
                    Err(mpsc::RecvTimeoutError::Disconnected) => return,
                },
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
        panic!("the window answers a drag; accepted: {accepted}, dropped: {dropped}");
    }

    fn hand_out(&self, request: &SelectionRequestEvent) {
        let x = &self.outside.x;
        let kind = self.outside.atom(URI_LIST);
        let property = if request.target == kind {
            x.change_property8(
                PropMode::REPLACE,
                request.requestor,
                request.property,
                kind,
                self.list.as_bytes(),
            )
            .expect("the display takes a request");
            request.property
        } else {
            x11rb::NONE
        };
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property,
        };
        x.send_event(false, request.requestor, EventMask::NO_EVENT, answer)
            .expect("the display takes a request")
            .check()
            .expect("who asked is there");
    }
}
