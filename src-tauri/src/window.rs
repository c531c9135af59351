//! The one window: opened, shown, hidden into the tray.

use std::sync::atomic::{AtomicBool, Ordering};

use tauri::{AppHandle, Manager, Runtime, WebviewUrl, WebviewWindowBuilder, Window, WindowEvent};
use tauri_plugin_notification::NotificationExt;

use crate::{desk::Desk, messages, tell, tray};

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

/// Closing hides the window where a tray can bring it back; elsewhere it quits.
pub(crate) fn on_event<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    if let WindowEvent::CloseRequested { api, .. } = event
        && window.label() == MAIN
        && window.app_handle().tray_by_id(tray::ID).is_some()
        && has_tray()
    {
        api.prevent_close();
        if let Err(error) = window.hide() {
            tracing::warn!(%error, "the window was not hidden");
            return;
        }
        say_once(window.app_handle());
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
        let shown = handle
            .notification()
            .builder()
            .title(messages::text(&language, "closed_title"))
            .body(messages::text(&language, "closed_body"))
            .show();
        if let Err(error) = shown {
            tracing::info!(%error, "the system shows no notifications");
        }
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
