//! Practice mode: the practice marketplace runs inside the app, and a demo account is signed in without typing.

use std::net::SocketAddr;

use app::App;
use contract::Failure;
use sandbox::{DEMO_LOGIN, RunningSandbox, Sandbox, SandboxConfig, SandboxError};
use secrecy::SecretString;

use crate::folder::DataFolder;

/// The practice marketplace of this process.
pub struct Practice {
    market: RunningSandbox,
}

/// Why practice mode could not start.
#[derive(Debug, thiserror::Error)]
pub enum PracticeError {
    /// The practice marketplace.
    #[error("the practice marketplace could not start")]
    Market(#[from] SandboxError),
    /// Its session.
    #[error("the practice account could not be signed in: {0}")]
    Session(Failure),
}

/// The user agent noted for the demo session; compared, never sent.
const USER_AGENT: &str = "VintedBot Studio practice";

impl Practice {
    /// Starts the practice marketplace with what was published there before, at the address it had then: links to
    /// practice listings go on working.
    ///
    /// # Errors
    /// When it cannot listen on loopback or read its own file.
    pub async fn start(folder: &DataFolder) -> Result<Self, PracticeError> {
        let at = |port| SandboxConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], port)),
            state_file: Some(folder.market()),
            ..SandboxConfig::default()
        };
        let last = fs_err::read_to_string(folder.market_port())
            .ok()
            .and_then(|port| port.trim().parse::<u16>().ok());
        if let Some(port) = last
            && let Ok(market) = Sandbox::start(at(port)).await
        {
            return Ok(Self { market });
        }
        let market = Sandbox::start(at(0)).await?;
        let port = market.url().rsplit(':').next().unwrap_or_default();
        if let Err(error) = fs_err::write(folder.market_port(), port) {
            tracing::warn!(%error, "links to practice listings will not outlive this start");
        }
        Ok(Self { market })
    }

    /// Its address, `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        self.market.url()
    }

    /// Gives the app a session of the demo account.
    ///
    /// # Errors
    /// When the session cannot be sealed.
    pub fn sign_in(
        &self,
        app: App,
    ) -> impl Future<Output = Result<(), PracticeError>> + Send + use<> {
        let cookie = SecretString::from(self.market.session_cookie(DEMO_LOGIN));
        async move {
            app.store_session(None, &cookie, USER_AGENT)
                .await
                .map_err(PracticeError::Session)
        }
    }

    /// Stops it.
    ///
    /// # Errors
    /// When its last state could not be written.
    pub async fn stop(self) -> Result<(), PracticeError> {
        Ok(self.market.stop().await?)
    }
}
