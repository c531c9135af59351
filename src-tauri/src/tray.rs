//! The tray: how things stand, and a menu that works while the window is closed.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::PoisonError,
};

use app::App;
use contract::QueueState;
use tauri::{
    AppHandle, Emitter, Manager, Runtime,
    image::Image,
    menu::{MenuBuilder, MenuItem},
    tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent},
};

use crate::{desk::Desk, messages, tell, window};

pub(crate) const ID: &str = "main";
const STATE: &str = "state";
const OPEN: &str = "open";
const NEXT: &str = "next";
const PAUSE: &str = "pause";
const QUIT: &str = "quit";

/// Letters of a title in the menu.
const SHOWN_TITLE: usize = 40;

/// The menu's items, whose texts follow the queue and the language, and the state that the icon shows.
struct Shown<R: Runtime> {
    state: MenuItem<R>,
    open: MenuItem<R>,
    next: MenuItem<R>,
    pause: MenuItem<R>,
    quit: MenuItem<R>,
    icon: std::sync::Mutex<State>,
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
    let item = |id: &str, key: &str, enabled: bool| {
        let text = messages::text(&language, key);
        MenuItem::with_id(handle, id, text, enabled, None::<&str>)
    };
    let shown = Shown {
        // Desktops on Linux show no tooltip: the state is read here.
        state: item(STATE, State::Idle.key(), false)?,
        open: item(OPEN, "tray_open", true)?,
        next: item(NEXT, "tray_next_none", true)?,
        pause: item(PAUSE, "tray_pause", true)?,
        quit: item(QUIT, "tray_quit", true)?,
        icon: std::sync::Mutex::new(State::Idle),
    };
    let menu = MenuBuilder::new(handle)
        .item(&shown.state)
        .separator()
        .item(&shown.open)
        .item(&shown.next)
        .item(&shown.pause)
        .separator()
        .item(&shown.quit)
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
    handle.manage(shown);
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
    });
}

/// Shows how the queue stands now, in the language that is set now.
pub(crate) async fn refresh<R: Runtime>(handle: &AppHandle<R>, app: &App) {
    let (Some(tray), Some(shown)) = (handle.tray_by_id(ID), handle.try_state::<Shown<R>>()) else {
        return;
    };
    let (Ok(jobs), Ok(queue)) = (app.queue_counts().await, app.queue_state().await) else {
        return;
    };
    let jobs = Jobs {
        queued: jobs.queued,
        running: jobs.running,
        yours: jobs.needs_manual + jobs.unknown,
    };
    let state = State::of(jobs, &queue);
    let language = tell::language(app).await;
    let next = next_words(app, &language).await;
    let words = |key: &str| messages::text(&language, key);
    let before = {
        let mut icon = shown.icon.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *icon, state)
    };
    // Each new icon is a new file for the desktop to read.
    let drawn = if before == state {
        Ok(())
    } else {
        state.icon().and_then(|icon| tray.set_icon(Some(icon)))
    };
    let pause = if queue.paused {
        "tray_resume"
    } else {
        "tray_pause"
    };
    let changed = drawn
        .and_then(|()| tray.set_tooltip(Some(words(state.key()))))
        .and_then(|()| shown.state.set_text(words(state.key())))
        .and_then(|()| shown.open.set_text(words("tray_open")))
        .and_then(|()| shown.next.set_text(next))
        .and_then(|()| shown.pause.set_text(words(pause)))
        .and_then(|()| shown.quit.set_text(words("tray_quit")));
    if let Err(error) = changed {
        tracing::warn!(%error, "the tray was not changed");
    }
}

/// Jobs that count for the icon.
#[derive(Clone, Copy, Debug)]
struct Jobs {
    queued: u64,
    running: u64,
    /// They wait for the person.
    yours: u64,
}

/// What the icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Working,
    NeedsYou,
    Paused,
}

impl State {
    /// What needs the person comes first: a job, or an account without which its jobs do not go on.
    fn of(jobs: Jobs, queue: &QueueState) -> Self {
        let account_waits = queue
            .waiting
            .iter()
            .any(|wait| wait.code != "paused" && wait.until.is_none());
        if jobs.yours > 0 || (account_waits && jobs.queued > 0) {
            Self::NeedsYou
        } else if queue.paused {
            Self::Paused
        } else if jobs.running > 0 {
            Self::Working
        } else {
            Self::Idle
        }
    }

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

#[cfg(test)]
mod tests {
    use contract::AccountWait;

    use super::*;

    #[test]
    fn what_needs_the_person_comes_first() {
        let of = |queued, running, yours| Jobs {
            queued,
            running,
            yours,
        };
        let goes_on = QueueState {
            paused: false,
            waiting: Vec::new(),
        };
        let paused = QueueState {
            paused: true,
            ..goes_on.clone()
        };
        let waits = |code: &str, until: Option<&str>| QueueState {
            paused: false,
            waiting: vec![AccountWait {
                account: "main".into(),
                code: code.into(),
                message: String::new(),
                until: until.map(str::to_owned),
            }],
        };
        let expired = waits("session_expired", None);
        let limited = waits("rate_limited", Some("2026-11-20T21:00:00Z"));
        for (jobs, queue, state) in [
            (of(0, 0, 0), &goes_on, State::Idle),
            (of(2, 0, 0), &goes_on, State::Idle),
            (of(2, 1, 0), &goes_on, State::Working),
            (of(2, 1, 0), &paused, State::Paused),
            (of(2, 1, 1), &paused, State::NeedsYou),
            (of(2, 0, 0), &expired, State::NeedsYou),
            (of(0, 0, 0), &expired, State::Idle),
            (of(2, 0, 0), &waits("paused", None), State::Idle),
            (of(2, 0, 0), &limited, State::Idle),
        ] {
            assert_eq!(State::of(jobs, queue), state, "{jobs:?} {queue:?}");
        }
    }
}
