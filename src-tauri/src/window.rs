//! The one window: opened, shown, hidden into the tray.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use tauri::{
    AppHandle, Emitter, Manager, Runtime, WebviewUrl, WebviewWindowBuilder, Window, WindowEvent,
};

use crate::{desk::Desk, messages, notify, tell, tray};

const MAIN: &str = "main";

/// Opens the window.
pub(crate) fn open<R: Runtime>(handle: &AppHandle<R>) -> tauri::Result<()> {
    WebviewWindowBuilder::new(handle, MAIN, WebviewUrl::default())
        .title("VintedBot Studio")
        .inner_size(1280.0, 820.0)
        .min_inner_size(1024.0, 640.0)
        // The page shows nothing of the outside: every other address belongs into the person's own browser.
        .on_navigation(|url| {
            matches!(url.scheme(), "tauri" | "about")
                || url.host_str() == Some("tauri.localhost")
                || (cfg!(debug_assertions) && url.host_str() == Some("localhost"))
        })
        .build()
        .map(drop)
}

/// Brings the window to the front.
pub(crate) fn show<R: Runtime>(handle: &AppHandle<R>) {
    let Some(window) = handle.get_webview_window(MAIN) else {
        return;
    };
    let shown = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window was not brought to the front");
    }
}

/// The page asks whether to quit or go on without a tray.
pub(crate) const CLOSE_ASKED: &str = "studio-close-asked";

/// The question was put to the person, or answered: what a further press on the cross means.
static WITHOUT_TRAY: AtomicU8 = AtomicU8::new(NOT_ASKED);
const NOT_ASKED: u8 = 0;
const ASKED: u8 = 1;
const GOES_ON: u8 = 2;

/// Closing hides the window where a tray can bring it back. Elsewhere the queue would end with it: the page asks once,
/// and who closes again without an answer, or chose to quit, quits.
pub(crate) fn on_event<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else {
        return;
    };
    if window.label() != MAIN {
        return;
    }
    if window.app_handle().tray_by_id(tray::ID).is_some() && has_tray() {
        api.prevent_close();
        if let Err(error) = window.hide() {
            tracing::warn!(%error, "the window was not hidden");
            return;
        }
        say_once(window.app_handle());
        return;
    }
    match WITHOUT_TRAY.load(Ordering::Relaxed) {
        // A page that cannot be asked must not keep the window open.
        NOT_ASKED if window.app_handle().emit(CLOSE_ASKED, ()).is_ok() => {
            api.prevent_close();
            WITHOUT_TRAY.store(ASKED, Ordering::Relaxed);
        }
        GOES_ON => {
            api.prevent_close();
            minimise(window.app_handle());
        }
        _ => {}
    }
}

/// The person's answer to [`CLOSE_ASKED`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CloseAnswer {
    /// End the app.
    Quit,
    /// Go on out of sight for as long as the app runs: from now on the cross minimises.
    GoOn,
    /// Neither: the window stays, and the next press on the cross asks again.
    Stay,
}

pub(crate) fn answer_close<R: Runtime>(handle: &AppHandle<R>, answer: CloseAnswer) {
    match answer {
        CloseAnswer::Quit => handle.exit(0),
        CloseAnswer::GoOn => {
            WITHOUT_TRAY.store(GOES_ON, Ordering::Relaxed);
            minimise(handle);
        }
        CloseAnswer::Stay => WITHOUT_TRAY.store(NOT_ASKED, Ordering::Relaxed),
    }
}

fn minimise<R: Runtime>(handle: &AppHandle<R>) {
    if let Some(window) = handle.get_webview_window(MAIN)
        && let Err(error) = window.minimize()
    {
        tracing::warn!(%error, "the window was not minimised");
    }
}

/// The first time, the person is told that the app goes on.
fn say_once<R: Runtime>(handle: &AppHandle<R>) {
    static SAID: AtomicBool = AtomicBool::new(false);
    if SAID.swap(true, Ordering::Relaxed) {
        return;
    }
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let app = handle.state::<Desk>().app().await;
        let language = tell::language(&app).await;
        notify::show(
            &handle,
            &messages::text(&language, "closed_title"),
            &messages::text(&language, "closed_body"),
            None,
        );
    });
}

/// Somebody shows tray icons. Asked on a thread of its own: the D-Bus client must not block this one's runtime.
#[cfg(target_os = "linux")]
fn has_tray() -> bool {
    let asked = std::thread::spawn(|| {
        let connection = zbus::blocking::Connection::session()?;
        let reply = connection.call_method(
            Some("org.freedesktop.DBus"),
            "/org/freedesktop/DBus",
            Some("org.freedesktop.DBus"),
            "NameHasOwner",
            &"org.kde.StatusNotifierWatcher",
        )?;
        reply.body().deserialize::<bool>()
    });
    matches!(asked.join(), Ok(Ok(true)))
}

#[cfg(not(target_os = "linux"))]
fn has_tray() -> bool {
    true
}
