//! `cargo xtask schema`: schemathesis asks the local API what its own document allows, and much that it does not.
//!
//! The real `studio serve` on a fresh data folder, on loopback, with a marketplace that nobody can reach: no request
//! leaves the machine. Each answer must be one that the document describes, and none a fault of the server.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::place::Place;
use crate::setup::{self, Purpose};
use crate::{process, python, run};

const VERSION: &str = "4.32.5";
const TOKEN: &str = "a-token-of-the-schema-run";
const START: Duration = Duration::from_secs(60);
const LIMIT: Duration = Duration::from_secs(3 * 60 * 60);
/// What must hold of every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,ignored_auth";

/// How much is asked.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Requests of each path and method, beside those that the document itself suggests
    #[arg(long, default_value_t = 180)]
    examples: u32,
    /// The same seed asks the same again
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Builds, serves and asks; fails for any answer outside of the document.
pub(crate) fn schema(place: &mut Place, options: &Options) -> Result<()> {
    setup::set_up(place, Purpose::RustTest)?;
    run::build(place, "studio", false)?;
    asked(
        place,
        &["--phases", "examples,coverage,fuzzing,stateful"],
        options.examples,
        options.seed,
    )
}

/// What CI does: the document's examples, and each value at its bounds and beyond; some 1,400 requests.
pub(crate) fn short(place: &Place) -> Result<()> {
    asked(place, &["--phases", "examples,coverage"], 1, 1)
}

fn asked(place: &Place, phases: &[&str], examples: u32, seed: u64) -> Result<()> {
    let package = format!("schemathesis=={VERSION}");
    let python = python::with(place, &place.tools.join("schemathesis"), &[&package])?;
    let served = Served::start(place)?;
    let mut command = place.command(python.with_file_name("schemathesis"));
    command
        .arg("run")
        .arg(format!("{}/openapi.json", served.url))
        .args(["--header", &format!("Authorization: Bearer {TOKEN}")])
        .args(["--checks", CHECKS])
        .args(["--max-examples", &examples.to_string()])
        .args(["--seed", &seed.to_string()])
        // What streams never ends.
        .args(["--exclude-path-regex", "/logs/stream$|^/ws"])
        .args(["--request-timeout", "30", "--continue-on-failure"])
        .args(["--suppress-health-check", "all"])
        .args(phases)
        .current_dir(&served.folder);
    process::run(&mut command, LIMIT)
        .context("An answer was not as the document says; the output names each")
}

/// `studio serve` on a data folder of its own. Ends with this value.
struct Served {
    process: Child,
    url: String,
    folder: PathBuf,
}

impl Served {
    fn start(place: &Place) -> Result<Self> {
        let folder = place.target.join("schema");
        if folder.exists() {
            fs_err::remove_dir_all(&folder)?;
        }
        fs_err::create_dir_all(&folder)?;
        let limits = [
            "settings",
            "set",
            "api_writes_minute=1000000",
            "api_uploads_minute=1000000",
            "api_publishes_minute=1000000",
        ];
        let mut set = Self::studio(place, &folder, &limits);
        process::run(set.stdout(Stdio::null()), START)?;
        let mut process = Self::studio(place, &folder, &["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .context("`studio serve` could not be started")?;
        let stdout = process.stdout.take().context("stdout was asked for")?;
        let mut served = Self {
            process,
            url: String::new(),
            folder,
        };
        let (send, receive) = mpsc::channel();
        thread::spawn(move || {
            let mut document = String::new();
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                document.push_str(&line);
                if let Ok(view) = serde_json::from_str::<Value>(&document) {
                    // Where the receiver is gone, the run is over.
                    let _ = send.send(view["url"].as_str().map(str::to_owned));
                    document.clear();
                }
            }
        });
        match receive.recv_timeout(START).ok().flatten() {
            Some(url) => served.url = url,
            None => bail!(
                "`studio serve` did not print its address within {} s",
                START.as_secs()
            ),
        }
        Ok(served)
    }

    fn studio(place: &Place, folder: &std::path::Path, arguments: &[&str]) -> Command {
        let mut command = place.command(place.built("studio", false));
        command
            .args(arguments)
            .arg("--json")
            .env("STUDIO_DATA_DIR", folder.join("data"))
            .env("STUDIO_TOKEN", TOKEN)
            .env("STUDIO_VAULT", "file")
            .env("STUDIO_VAULT_PASSPHRASE", "a passphrase of the schema run")
            .env("STUDIO_HEADLESS", "1")
            .env("STUDIO_PACE", "0")
            // The port of `discard`, where nobody listens.
            .env("STUDIO_SITE_URL", "http://127.0.0.1:9");
        command
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
