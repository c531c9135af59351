//! Notifications of the system; a click brings the window up at the place that they tell of.

use tauri::{AppHandle, Runtime};
use tauri_plugin_notification::NotificationExt;

/// Shows a notification. `place` is where a click leads, such as `/queue`; none: the window as it is. Systems on which
/// the plugin hears no clicks show it all the same.
pub(crate) fn show<R: Runtime>(
    handle: &AppHandle<R>,
    title: &str,
    body: &str,
    place: Option<&'static str>,
) {
    #[cfg(target_os = "linux")]
    {
        let (handle, title, body) = (handle.clone(), title.to_owned(), body.to_owned());
        tauri::async_runtime::spawn(async move {
            if let Err(error) = bus::show(&handle, &title, &body, place).await {
                tracing::info!(%error, "the bus shows no notifications");
                plain(&handle, &title, &body);
            }
        });
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = place;
        plain(handle, title, body);
    }
}

fn plain<R: Runtime>(handle: &AppHandle<R>, title: &str, body: &str) {
    let shown = handle
        .notification()
        .builder()
        .title(title)
        .body(body)
        .show();
    if let Err(error) = shown {
        tracing::info!(%error, "the system shows no notifications");
    }
}

#[cfg(target_os = "linux")]
mod bus {
    //! https://specifications.freedesktop.org/notification-spec/latest/

    use std::{collections::HashMap, time::Duration};

    use tauri::{AppHandle, Emitter, Runtime};
    use zbus::{Connection, Proxy, export::ordered_stream::OrderedStreamExt, zvariant::Value};

    use crate::{tell, window};

    const SERVICE: &str = "org.freedesktop.Notifications";
    /// The action of a click on the notification itself.
    const CLICK: &str = "default";
    /// How long a notification may be clicked: some desktops keep them for hours and never say that they went.
    const HEARD: Duration = Duration::from_secs(30 * 60);

    pub(super) async fn show<R: Runtime>(
        handle: &AppHandle<R>,
        title: &str,
        body: &str,
        place: Option<&'static str>,
    ) -> zbus::Result<()> {
        let connection = Connection::session().await?;
        let desktop = Proxy::new(
            &connection,
            SERVICE,
            "/org/freedesktop/Notifications",
            SERVICE,
        )
        .await?;
        // Listened to first: a quick click is heard too.
        let mut clicks = desktop.receive_signal("ActionInvoked").await?;
        let mut ends = desktop.receive_signal("NotificationClosed").await?;
        let hints = HashMap::from([("desktop-entry", Value::from("app.vintedbot.studio"))]);
        let id: u32 = desktop
            .call(
                "Notify",
                &(
                    "VintedBot Studio",
                    0_u32,
                    "app.vintedbot.studio",
                    title,
                    body,
                    vec![CLICK, title],
                    hints,
                    -1_i32,
                ),
            )
            .await?;
        let clicked = async {
            loop {
                tokio::select! {
                    click = clicks.next() => {
                        let Some(click) = click else { return false };
                        if click.body().deserialize::<(u32, String)>().is_ok_and(|(of, _)| of == id) {
                            return true;
                        }
                    }
                    end = ends.next() => {
                        let Some(end) = end else { return false };
                        if end.body().deserialize::<(u32, u32)>().is_ok_and(|(of, _)| of == id) {
                            return false;
                        }
                    }
                }
            }
        };
        if tokio::time::timeout(HEARD, clicked).await == Ok(true) {
            window::show(handle);
            if let Some(place) = place
                && let Err(error) = handle.emit(tell::NAVIGATE, place)
            {
                tracing::warn!(%error, "the page was not told");
            }
        }
        Ok(())
    }
}
