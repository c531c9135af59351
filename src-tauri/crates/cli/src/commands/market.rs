//! `studio sandbox`: the practice marketplace in the foreground.

use std::{io::Write, net::SocketAddr, path::PathBuf};

use contract::{Code, Failure};
use sandbox::{Sandbox, SandboxConfig};
use serde_json::json;

use crate::output::Output;

pub(super) async fn run(
    listen: SocketAddr,
    state_file: Option<PathBuf>,
    output: Output,
) -> Result<(), Failure> {
    let failed = |what: &str, e: sandbox::SandboxError| {
        Failure::new(
            Code::NotAvailable,
            format!("The practice marketplace {what}: {e}."),
        )
    };
    let config = SandboxConfig {
        listen,
        state_file,
        ..SandboxConfig::default()
    };
    let market = Sandbox::start(config)
        .await
        .map_err(|e| failed("cannot start", e))?;
    output.view(&json!({ "url": market.url() }), |_| market.url().to_owned())?;
    // Scripts read the address through a pipe and would wait for a full buffer.
    let _ = std::io::stdout().flush();
    super::asked_to_end().await;
    market
        .stop()
        .await
        .map_err(|e| failed("could not save its state", e))
}
