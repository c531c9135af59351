//! Opens the keyring vault as a program of its own and says on stdout what came of it, for
//! tests/secret_service.rs. Usage: `vault-probe store|read|read-fresh FILE`: `store` makes or
//! fetches the key and writes a sealed value to FILE; `read` opens FILE, expecting the key to
//! exist; `read-fresh` does so without expecting it.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use vault::{OpenOptions, Vault, VaultError, VaultKind, VaultScope};

/// Not a real cookie: what the test looks for.
const VALUE: &[u8] = b"canary-session-4711";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let answer = match arguments.as_slice() {
        [step, file] => run(step, file).await,
        _ => Err("usage: vault-probe store|read|read-fresh FILE".to_owned()),
    };
    let (text, code) = match answer {
        Ok(text) => (text, ExitCode::SUCCESS),
        Err(text) => (text, ExitCode::FAILURE),
    };
    // With stdout gone nobody is left to be told.
    if writeln!(std::io::stdout(), "{text}").is_err() {
        return ExitCode::FAILURE;
    }
    code
}

async fn run(step: &str, file: &str) -> Result<String, String> {
    let scope = VaultScope {
        service: "vault-probe".into(),
        name: "probe".into(),
    };
    let options = OpenOptions {
        expects_existing: step == "read",
        timeout: Duration::from_secs(10),
        lock_file: None,
    };
    let vault = match Vault::open(VaultKind::Keyring, scope, options).await {
        Ok(vault) => vault,
        Err(VaultError::Unavailable { reason }) => return Ok(format!("unavailable: {reason}")),
        Err(VaultError::KeyLost) => return Ok("key lost".to_owned()),
        Err(other) => return Err(other.to_string()),
    };
    if step == "store" {
        let sealed = vault
            .seal("seller", VALUE)
            .map_err(|error| error.to_string())?;
        fs_err::write(file, sealed).map_err(|error| error.to_string())?;
        return Ok("stored".to_owned());
    }
    let sealed = fs_err::read(file).map_err(|error| error.to_string())?;
    match vault.open_sealed("seller", &sealed) {
        Ok(plain) if plain.as_slice() == VALUE => Ok("same value".to_owned()),
        Ok(_) => Err("another value".to_owned()),
        Err(VaultError::SealDamaged) => Ok("sealed under another key".to_owned()),
        Err(other) => Err(other.to_string()),
    }
}
