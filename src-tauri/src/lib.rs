//! The desktop shell: window, tray and commands over the use cases. No business rule, no SQL; HTTP is `http_api`'s,
//! which it starts.

mod again;
mod commands;
mod desk;
mod ipc;
mod messages;
mod notify;
mod pictures;
mod served;
mod tell;
mod tray;
mod window;

use std::process::ExitCode;

use assembly::{DataFolder, Environment, keep_logs};
use contract::Failure;
use tauri::{AppHandle, Manager, RunEvent};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use crate::desk::Desk;

/// Runs the desktop app until it is quit.
#[must_use]
#[allow(
    clippy::disallowed_methods,
    reason = "Tauri's generated context ends the process where a check of its own fails"
)]
#[allow(
    clippy::print_stderr,
    reason = "before there is a window the terminal is the only place to say it"
)]
pub fn run() -> ExitCode {
    let practice_asked = std::env::args().skip(1).any(|a| a == "--practice");
    let environment = match Environment::read() {
        Ok(environment) => environment,
        Err(failure) => {
            eprintln!("{failure}");
            return ExitCode::FAILURE;
        }
    };
    let Some(folder) = DataFolder::choose(environment.data_dir.clone()) else {
        eprintln!("No application-data folder is known here. Name one with STUDIO_DATA_DIR.");
        return ExitCode::FAILURE;
    };
    let (logs, fault) = keep_logs(&folder.logs(), &environment.log, true);
    if let Some(fault) = fault {
        eprintln!("{fault}");
    }
    let built = tauri::Builder::default()
        // First: a second start only brings the first window up.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            window::show(app)
        }))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .register_asynchronous_uri_scheme_protocol("photo", pictures::answer)
        .invoke_handler(ipc::builder().invoke_handler())
        .on_window_event(window::on_event)
        .setup(move |app| {
            let opened = tauri::async_runtime::block_on(Desk::open(
                app.handle().clone(),
                environment,
                folder,
                practice_asked,
            ));
            match opened {
                Ok(desk) => {
                    app.manage(desk);
                    tray::build(app.handle());
                    window::open(app.handle())?;
                }
                Err(error) => say_and_end(app.handle(), &error.failure()),
            }
            Ok(())
        })
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(tauri::Error::PluginInitialization(plugin, why))
            if plugin == "single-instance" && again::may_try() =>
        {
            tracing::warn!(why, "the instance before is just ending; starting again");
            drop(logs);
            return again::start();
        }
        Err(error) => {
            tracing::error!(%error, "the desktop app could not start");
            eprintln!("VintedBot Studio could not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = app.run_return(|app, event| {
        if matches!(event, RunEvent::Exit)
            && let Some(desk) = app.try_state::<Desk>()
        {
            tauri::async_runtime::block_on(desk.close());
        }
    });
    drop(logs);
    if code == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Without its data the app cannot work: a newer or damaged database is said in a dialog, and nothing is touched.
fn say_and_end(handle: &AppHandle, failure: &Failure) {
    tracing::error!(%failure, "the data could not be opened");
    let ending = handle.clone();
    handle
        .dialog()
        .message(&failure.message)
        .title("VintedBot Studio")
        .kind(MessageDialogKind::Error)
        .show(move |_| ending.exit(1));
}
