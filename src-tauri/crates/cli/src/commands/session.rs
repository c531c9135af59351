//! `studio session`.

use std::path::Path;

use app::App;
use contract::{Code, Failure, SessionView};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroize;

use crate::{
    arguments::Session,
    input,
    output::{Output, note},
};

/// Larger than any cookie file.
const MAX_BYTES: usize = 1_000_000;

pub(super) async fn run(
    app: &App,
    command: Session,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    match command {
        Session::Set {
            cookie_file,
            user_agent,
            account,
        } => {
            let cookies = read(&cookie_file).await?;
            let view = app
                .set_session(account.account.as_deref(), &cookies, &user_agent, stop)
                .await?;
            output.view(&view, text)
        }
        Session::Login(account) => {
            note("A browser opens. Log in there yourself; this program never sees your password.");
            output.view(&app.log_in(account.account.as_deref(), stop).await?, text)
        }
        Session::Check(account) => output.view(
            &app.check_session(account.account.as_deref(), stop).await?,
            text,
        ),
        Session::Forget(account) => {
            app.forget_session(account.account.as_deref()).await?;
            let view = SessionView {
                authenticated: false,
                username: None,
                user_id: None,
                reason: None,
                warnings: Vec::new(),
            };
            output.view(&view, |_| "forgotten".to_owned())
        }
    }
}

fn text(view: &SessionView) -> String {
    let mut text = said(view);
    if view.warnings.iter().any(|w| w == "user_agent_differs") {
        text += "\nnote: the session comes from another browser or version than the one that is driven; the site may \
                 ask you to confirm it";
    }
    text
}

fn said(view: &SessionView) -> String {
    match (&view.username, view.authenticated) {
        (Some(name), true) => format!("logged in as {name}"),
        (_, true) => "logged in".to_owned(),
        (_, false) => match view.reason {
            None | Some(Code::SessionExpired) => {
                "not logged in: the site does not take this session".to_owned()
            }
            Some(code) => format!(
                "stored, but the site could not be asked ({}); try `studio session check`",
                code.as_str()
            ),
        },
    }
}

async fn read(file: &Path) -> Result<SecretString, Failure> {
    let bytes = input::read(file, MAX_BYTES, "cookie file").await?;
    String::from_utf8(bytes)
        .map(SecretString::from)
        .map_err(|error| {
            error.into_bytes().zeroize();
            Failure::new(
                Code::FileUnreadable,
                "The cookie file cannot be read: it is no UTF-8 text.",
            )
        })
}
