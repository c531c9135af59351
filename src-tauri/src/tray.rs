//! The tray: how things stand, and a menu that works while the window is closed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use app::App;
use tauri::{
    AppHandle, Emitter, Manager, Runtime,
    image::Image,
    menu::{MenuBuilder, MenuItem},
    tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent},
};

use crate::{desk::Desk, messages, tell, window};

pub(crate) const ID: &str = "main";
const OPEN: &str = "open";
const NEXT: &str = "next";
const PAUSE: &str = "pause";
const QUIT: &str = "quit";

/// Letters of a title in the menu.
const SHOWN_TITLE: usize = 40;

/// The menu items whose text follows the queue.
struct Following<R: Runtime> {
    next: MenuItem<R>,
    pause: MenuItem<R>,
}

/// Builds the tray. A desktop without one is no fault: then closing the window quits the app.
pub(crate) fn build<R: Runtime>(handle: &AppHandle<R>) {
    // Where the indicator library is missing, its loader panics instead of returning an error.
    let built = catch_unwind(AssertUnwindSafe(|| try_build(handle)));
    match built {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "there is no tray icon"),
        Err(_) => {
            tracing::warn!("there is no tray icon: the system's indicator library is missing")
        }
    }
}

fn try_build<R: Runtime>(handle: &AppHandle<R>) -> tauri::Result<()> {
    let desk = handle.state::<Desk>();
    let language = tauri::async_runtime::block_on(async {
        let app = desk.app().await;
        tell::language(&app).await
    });
    let item = |id: &str, key: &str| {
        MenuItem::with_id(
            handle,
            id,
            messages::text(&language, key),
            true,
            None::<&str>,
        )
    };
    let pause = item(PAUSE, "tray_pause")?;
    let next = item(NEXT, "tray_next_none")?;
    let menu = MenuBuilder::new(handle)
        .item(&item(OPEN, "tray_open")?)
        .item(&next)
        .item(&pause)
        .separator()
        .item(&item(QUIT, "tray_quit")?)
        .build()?;
    let mut tray = TrayIconBuilder::with_id(ID)
        .tooltip(messages::text(&language, "tray_idle"))
        .icon(State::Idle.icon()?)
        .menu(&menu)
        .show_menu_on_left_click(false)
        .on_menu_event(|handle, event| match event.id().as_ref() {
            OPEN => window::show(handle),
            NEXT => open_queue(handle),
            PAUSE => toggle_pause(handle),
            QUIT => handle.exit(0),
            _ => {}
        })
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::show(tray.app_handle());
            }
        });
    if let Ok(folder) = handle.path().app_cache_dir() {
        // The shared temporary folder would show the icon's file to every user of the machine.
        tray = tray.temp_dir_path(folder);
    }
    tray.build(handle)?;
    handle.manage(Following { next, pause });
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let app = handle.state::<Desk>().app().await;
        refresh(&handle, &app).await;
    });
    Ok(())
}

fn open_queue<R: Runtime>(handle: &AppHandle<R>) {
    window::show(handle);
    if let Err(error) = handle.emit(tell::NAVIGATE, "/queue") {
        tracing::warn!(%error, "the page was not told");
    }
}

/// The next planned listing in one line: "21:58 · Robe droite".
async fn next_words(app: &App, language: &str) -> String {
    match app.queue_next().await {
        Ok(Some(next)) => {
            let title: String = next.title.chars().take(SHOWN_TITLE).collect();
            format!("{} · {title}", next.clock)
        }
        _ => messages::text(language, "tray_next_none"),
    }
}

fn toggle_pause<R: Runtime>(handle: &AppHandle<R>) {
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let app = handle.state::<Desk>().app().await;
        let done = match app.queue_paused().await {
            Ok(paused) => app.queue_pause_all(!paused).await,
            Err(failure) => Err(failure),
        };
        if let Err(failure) = done {
            tracing::error!(%failure, "the queue could not be paused or resumed");
        }
        refresh(&handle, &app).await;
        if let Err(error) = handle.emit(tell::NAVIGATE, "/queue") {
            tracing::warn!(%error, "the page was not told");
        }
    });
}

/// Shows how the queue stands now.
pub(crate) async fn refresh<R: Runtime>(handle: &AppHandle<R>, app: &App) {
    let Some(tray) = handle.tray_by_id(ID) else {
        return;
    };
    let (Ok(jobs), Ok(paused)) = (app.queue_counts().await, app.queue_paused().await) else {
        return;
    };
    let state = if jobs.needs_manual + jobs.unknown > 0 {
        State::NeedsYou
    } else if paused {
        State::Paused
    } else if jobs.running > 0 {
        State::Working
    } else {
        State::Idle
    };
    let language = tell::language(app).await;
    let shown = state
        .icon()
        .and_then(|icon| tray.set_icon(Some(icon)))
        .and_then(|()| tray.set_tooltip(Some(messages::text(&language, state.key()))));
    if let Err(error) = shown {
        tracing::warn!(%error, "the tray icon was not changed");
    }
    if let Some(items) = handle.try_state::<Following<R>>() {
        let key = if paused { "tray_resume" } else { "tray_pause" };
        let next = next_words(app, &language).await;
        let changed = items
            .pause
            .set_text(messages::text(&language, key))
            .and_then(|()| items.next.set_text(next));
        if let Err(error) = changed {
            tracing::warn!(%error, "the tray menu was not changed");
        }
    }
}

/// What the icon shows.
#[derive(Clone, Copy)]
enum State {
    Idle,
    Working,
    NeedsYou,
    Paused,
}

impl State {
    fn icon(self) -> tauri::Result<Image<'static>> {
        Image::from_bytes(match self {
            Self::Idle => include_bytes!("../../icons/tray/idle-on-dark.png").as_slice(),
            Self::Working => include_bytes!("../../icons/tray/working-on-dark.png").as_slice(),
            Self::NeedsYou => include_bytes!("../../icons/tray/needs-you-on-dark.png").as_slice(),
            Self::Paused => include_bytes!("../../icons/tray/paused-on-dark.png").as_slice(),
        })
    }

    fn key(self) -> &'static str {
        match self {
            Self::Idle => "tray_idle",
            Self::Working => "tray_working",
            Self::NeedsYou => "tray_needs_you",
            Self::Paused => "tray_paused",
        }
    }
}
