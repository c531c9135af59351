//! The desktop shell: window, tray and commands over the use cases. No business rule, no SQL, no HTTP.

mod commands;
mod desk;
mod ipc;
mod messages;
mod pictures;
mod tell;
mod tray;
mod window;

use std::process::ExitCode;

use assembly::{DataFolder, Environment, keep_logs};
use tauri::{Manager, RunEvent};

use crate::desk::Desk;

/// Runs the desktop app until it is quit.
#[must_use]
#[allow(
    clippy::print_stderr,
    reason = "before there is a window the terminal is the only place to say it"
)]
pub fn run() -> ExitCode {
    let practice_asked = std::env::args().skip(1).any(|a| a == "--practice");
    let environment = Environment::read();
    let Some(folder) = DataFolder::choose(environment.data_dir.clone()) else {
        eprintln!("No application-data folder is known here. Name one with STUDIO_DATA_DIR.");
        return ExitCode::FAILURE;
    };
    let (logs, fault) = keep_logs(&folder.root().join("logs"), &environment.log, true);
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
            let desk = tauri::async_runtime::block_on(Desk::open(
                app.handle().clone(),
                environment,
                folder,
                practice_asked,
            ))?;
            app.manage(desk);
            tray::build(app.handle());
            window::open(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            tracing::error!(%error, "the desktop app could not start");
            eprintln!("VintedBot Studio could not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = app.run_return(|app, event| {
        if matches!(event, RunEvent::Exit) {
            tauri::async_runtime::block_on(app.state::<Desk>().close());
        }
    });
    drop(logs);
    if code == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
