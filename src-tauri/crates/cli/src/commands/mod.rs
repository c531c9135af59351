//! From arguments to use cases.

mod accounts;
mod analyze;
mod browser;
mod drafts;
mod export;
mod market;
mod own_model;
mod phones;
mod photos;
mod plans;
mod publish;
mod queue;
mod restore;
mod serve;
mod serve_phone;
mod session;

use std::path::PathBuf;

use app::{App, ImportRequest, Look, SiteCheckRequest};
use assembly::{
    Assembled, DataFolder, Environment, Options, Practice, PracticeError, assemble, keep_logs,
};
use contract::{Code, Failure, Grouping};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    arguments::{Arguments, Command, Group, Provider, Settings},
    output::{Output, note},
    progress::Progress,
};

/// Runs one command to its end. Ctrl-C asks it to stop; sessions go back sealed in any case.
pub(crate) async fn run(arguments: Arguments, output: Output) -> Result<(), Failure> {
    let environment = Environment::read()?;
    if let Command::Sandbox { listen, state } = arguments.command {
        return market::run(listen, state, output).await;
    }
    let folder = DataFolder::choose(arguments.data_dir.or_else(|| environment.data_dir.clone()))
        .ok_or_else(|| {
            Failure::new(
                Code::StorageUnavailable,
                "No application-data folder is known here. Name one with --data-dir.",
            )
        })?;
    let (_logs, fault) = keep_logs(&folder.logs(), &environment.log, false);
    if let Some(fault) = fault {
        note(&fault);
    }
    let practises = matches!(arguments.command, Command::Serve { practice: true, .. });
    let logs = practises.then(|| folder.logs());
    let (folder, practice) = match practises {
        true => {
            let folder = folder.practice();
            let market = Practice::start(&folder).await.map_err(practice_failed)?;
            (folder, Some(market))
        }
        false => (folder, None),
    };
    let options = Options {
        folder,
        practice_url: practice.as_ref().map(|market| market.url().to_owned()),
        logs,
    };
    let assembled: Assembled = assemble(&environment, options)
        .await
        .map_err(|e| e.failure())?;
    let app = assembled.app.clone();
    let stop = CancellationToken::new();
    let interrupt = tokio::spawn({
        let stop = stop.clone();
        async move {
            asked_to_end().await;
            stop.cancel();
        }
    });
    settle(&app, &arguments.command).await;
    let done = match arguments.command {
        Command::Serve {
            listen,
            new_token,
            page,
            practice: _,
            phone,
        } => {
            if let Some(market) = &practice
                && let Err(error) = market.sign_in(app.clone()).await
            {
                // Without a keyring everything up to publishing works.
                tracing::warn!(%error, "the practice account is not signed in");
                note(&practice_failed(error).message);
            }
            let serve = serve::Serve {
                listen,
                new_token,
                page,
                token: environment.api_token.clone(),
                phone: phone.phone.then_some(serve_phone::Phone {
                    address: phone
                        .phone_address
                        .map(|named| named.ip())
                        .or(environment.phone_address),
                    port: phone.phone_address.map(|named| named.port()),
                    encrypted: phone.phone_encrypted,
                    idle: phone.phone_idle,
                }),
            };
            serve::run(&app, serve, output, stop).await
        }
        command => dispatch(&app, command, output, stop).await,
    };
    interrupt.abort();
    assembled.close().await;
    if let Some(market) = practice
        && let Err(error) = market.stop().await
    {
        tracing::warn!(%error, "the practice marketplace did not save its last state");
    }
    done
}

fn practice_failed(error: PracticeError) -> Failure {
    match error {
        PracticeError::Session(failure) => failure,
        error => Failure::new(Code::NotAvailable, format!("{error}.")),
    }
}

/// What a dead process left behind is noted before anything else; the site is asked about it where the command goes
/// there anyway.
async fn settle(app: &App, command: &Command) {
    let found = match app.note_dead_attempts().await {
        Ok(found) => found,
        Err(failure) => {
            tracing::error!(%failure, "open attempts could not be settled");
            return;
        }
    };
    let goes_there = matches!(command, Command::Prepare { .. } | Command::Publish(_));
    if found > 0
        && goes_there
        && let Err(failure) = app.settle_open_attempts().await
    {
        tracing::error!(%failure, "open attempts could not be settled");
    }
}

async fn dispatch(
    app: &App,
    command: Command,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    match command {
        Command::Import { paths, group } => import(app, paths, group, output, stop).await,
        Command::Drafts(command) => drafts::run(app, command, output).await,
        Command::Analyze { ids, provider } => {
            let own = match provider {
                Some(provider) => matches!(provider, Provider::Openai),
                None => app.own_model_looks().await?,
            };
            if own {
                own_model::analyze(app, ids, output, stop).await
            } else {
                analyze::run(app, ids, Provider::Offline, output, stop).await
            }
        }
        Command::Model(command) => own_model::run(app, command, output, stop).await,
        Command::Plans(command) => plans::run(app, command, output, stop).await,
        Command::Photos(command) => photos::run(app, command, output).await,
        Command::Phones(command) => phones::run(app, command, output).await,
        Command::Session(command) => session::run(app, command, output, stop).await,
        Command::Accounts(command) => accounts::run(app, command, output).await,
        Command::Prepare {
            id,
            screenshot,
            without_photos,
            account,
        } => {
            let request = app::PrepareRequest {
                draft_id: id,
                account: account.account,
                without_photos,
                for_job: false,
            };
            publish::prepare(app, request, screenshot, output, stop).await
        }
        Command::Publish(arguments) => publish::publish(app, arguments, output, stop).await,
        Command::Queue(command) => queue::run(app, command, output, stop).await,
        Command::Doctor { site, profile } => {
            let site = site.then(|| SiteCheckRequest {
                profile,
                ..SiteCheckRequest::default()
            });
            let report = app.doctor(site, stop).await?;
            output.view(&report, |r| {
                let line = |c: &contract::DoctorCheck| {
                    format!(
                        "{} {}: {}",
                        if c.ok { "ok  " } else { "FAIL" },
                        c.name,
                        c.detail
                    )
                };
                r.checks.iter().map(line).collect::<Vec<_>>().join("\n")
            })
        }
        Command::Export { file } => export::run(app, &file, output, stop).await,
        Command::Restore { file } => restore::run(app, &file, output, stop).await,
        Command::Browser(command) => browser::run(app, command, output, stop).await,
        Command::Settings(command) => settings(app, command, output).await,
        // Run before this point: without an app, and with more of the environment.
        Command::Sandbox { .. } | Command::Serve { .. } => Ok(()),
    }
}

async fn import(
    app: &App,
    paths: Vec<PathBuf>,
    group: Group,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let import_id = Uuid::now_v7().to_string();
    let request = ImportRequest {
        import_id: import_id.clone(),
        paths,
        grouping: match group {
            Group::Auto => Grouping::Auto,
            Group::One => Grouping::One,
            Group::None => Grouping::None,
        },
        look: Look::Now,
    };
    let progress = Progress::of(app);
    let importing = app.import_photos(request);
    tokio::pin!(importing);
    let result = tokio::select! {
        result = &mut importing => result,
        () = stop.cancelled() => {
            app.stop_import(&import_id).await;
            importing.await
        }
    }?;
    drop(progress);
    if let Some(why) = &result.not_looked {
        note(why);
    }
    output.view(&result, |r| {
        let mut lines: Vec<String> = r
            .drafts
            .iter()
            .map(|d| format!("{}  {} photos", d.id, d.photos.len()))
            .collect();
        lines.extend(
            r.rejected
                .iter()
                .map(|f| format!("refused {}: {} ({})", f.path, f.message, f.code.as_str())),
        );
        lines.push(format!(
            "{} drafts; {} photos: {} new, {} there already, {} refused",
            r.drafts.len(),
            r.photos.total,
            r.photos.stored,
            r.photos.duplicates,
            r.rejected.len()
        ));
        lines.join("\n")
    })
}

async fn settings(app: &App, command: Settings, output: Output) -> Result<(), Failure> {
    let view = match command {
        Settings::Get { key } => app.settings(key.as_deref()).await?,
        Settings::Set { values } => {
            let values: Vec<(String, Value)> = values
                .into_iter()
                .map(|(key, text)| (key, value(text)))
                .collect();
            if values
                .iter()
                .any(|(key, value)| key == "model_key" && !value.is_null())
            {
                return Err(Failure::new(
                    Code::InvalidField,
                    "A key does not belong into arguments: every program of this machine can read them. Nothing was \
                     set. Hand it to `studio model key` on standard input.",
                ));
            }
            app.set_settings(&values).await?
        }
    };
    output.view(&view, |v| {
        v.settings
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect::<Vec<_>>()
            .join("\n")
    })
}

/// `true`, `false` and numbers as such, all else as text; empty removes.
fn value(text: String) -> Value {
    match serde_json::from_str(&text) {
        Ok(value @ (Value::Bool(_) | Value::Number(_))) => value,
        _ if text.is_empty() => Value::Null,
        _ => Value::String(text),
    }
}

/// Ctrl-C, or being asked to end.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut asked) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = asked.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
