//! The environment variables of the contract (section 3), read in this place only.

use std::{net::IpAddr, path::PathBuf};

use contract::{Code, Failure};
use secrecy::SecretString;

/// Where the vault's key lives.
#[derive(Debug, Clone)]
pub enum VaultChoice {
    /// The system's keyring.
    Keyring,
    /// A file under a passphrase, for machines without one.
    File {
        /// `STUDIO_VAULT_PASSPHRASE`; none: the vault says that it is needed.
        passphrase: Option<SecretString>,
    },
}

/// What the environment asks for. Secrets in it never print.
#[derive(Debug, Clone)]
pub struct Environment {
    /// `STUDIO_DATA_DIR`.
    pub data_dir: Option<PathBuf>,
    /// `STUDIO_SITE_URL`, without a trailing slash.
    pub site_url: Option<String>,
    /// `STUDIO_BROWSER`.
    pub browser: Option<PathBuf>,
    /// `STUDIO_BROWSER_ARGS`, split at blanks.
    pub browser_args: Vec<String>,
    /// `STUDIO_MODELS`: the folder of the offline analyser's model files; unset: where the package has them.
    pub models: Option<PathBuf>,
    /// `STUDIO_VAULT`.
    pub vault: VaultChoice,
    /// `STUDIO_PACE`, 0 to 10; 1 where unset.
    pub pace: f64,
    /// `STUDIO_HEADLESS`.
    pub headless: Option<bool>,
    /// `STUDIO_LOG`.
    pub log: String,
    /// `OPENAI_BASE_URL`.
    pub model_address: Option<String>,
    /// `OPENAI_API_KEY`.
    pub model_key: Option<SecretString>,
    /// `STUDIO_TOKEN`, at least 16 characters.
    pub api_token: Option<SecretString>,
    /// `STUDIO_PHONE_ADDRESS`: the address of this machine that phones reach, where it is none that is found by itself.
    pub phone_address: Option<IpAddr>,
}

impl Environment {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// `invalid_field`, naming the variable: a mistyped address must not mean another site.
    pub fn read() -> Result<Self, Failure> {
        Self::from_lookup(|name| std::env::var(name).ok().filter(|v| !v.trim().is_empty()))
    }

    fn from_lookup(get: impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let pace = match get("STUDIO_PACE").map(|p| p.trim().parse::<f64>()) {
            None => 1.0,
            Some(Ok(pace)) if (0.0..=10.0).contains(&pace) => pace,
            Some(_) => return Err(wrong("STUDIO_PACE", "a number from 0 to 10")),
        };
        let vault = match get("STUDIO_VAULT").as_deref() {
            None | Some("keyring") => VaultChoice::Keyring,
            Some("file") => VaultChoice::File {
                passphrase: get("STUDIO_VAULT_PASSPHRASE").map(SecretString::from),
            },
            Some(_) => return Err(wrong("STUDIO_VAULT", "keyring or file")),
        };
        let headless = match get("STUDIO_HEADLESS").as_deref() {
            None => None,
            Some("1") => Some(true),
            Some("0") => Some(false),
            Some(_) => return Err(wrong("STUDIO_HEADLESS", "1 or 0")),
        };
        let site_url = match get("STUDIO_SITE_URL") {
            None => None,
            Some(url) => {
                let url = url.trim().trim_end_matches('/').to_owned();
                let host = url
                    .strip_prefix("https://")
                    .or_else(|| url.strip_prefix("http://"));
                if host.is_none_or(str::is_empty) {
                    return Err(wrong(
                        "STUDIO_SITE_URL",
                        "an address such as https://www.vinted.fr",
                    ));
                }
                Some(url)
            }
        };
        let api_token = match get("STUDIO_TOKEN").map(|t| t.trim().to_owned()) {
            Some(token) if token.len() < 16 || !token.bytes().all(|b| b.is_ascii_graphic()) => {
                return Err(wrong(
                    "STUDIO_TOKEN",
                    "at least 16 characters without blanks",
                ));
            }
            token => token.map(SecretString::from),
        };
        let phone_address = match get("STUDIO_PHONE_ADDRESS").map(|a| a.trim().parse::<IpAddr>()) {
            None => None,
            Some(Ok(address)) if !address.is_unspecified() => Some(address),
            Some(_) => {
                return Err(wrong(
                    "STUDIO_PHONE_ADDRESS",
                    "one address of this machine, such as 192.168.1.7",
                ));
            }
        };
        Ok(Self {
            api_token,
            phone_address,
            model_address: get("OPENAI_BASE_URL").map(|url| url.trim().to_owned()),
            model_key: get("OPENAI_API_KEY").map(|key| SecretString::from(key.trim())),
            data_dir: get("STUDIO_DATA_DIR").map(PathBuf::from),
            site_url,
            browser: get("STUDIO_BROWSER").map(PathBuf::from),
            browser_args: get("STUDIO_BROWSER_ARGS")
                .map(|args| args.split_whitespace().map(str::to_owned).collect())
                .unwrap_or_default(),
            models: get("STUDIO_MODELS").map(PathBuf::from),
            vault,
            pace,
            headless,
            log: get("STUDIO_LOG").unwrap_or_else(|| "info".to_owned()),
        })
    }
}

fn wrong(name: &str, what: &str) -> Failure {
    Failure::new(
        Code::InvalidField,
        format!("The environment variable {name} must be {what}. Nothing was done."),
    )
    .with(serde_json::json!({ "fields": { name: "invalid_field" } }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(values: &'static [(&'static str, &'static str)]) -> Environment {
        lookup(values).unwrap()
    }

    fn lookup(values: &'static [(&'static str, &'static str)]) -> Result<Environment, Failure> {
        Environment::from_lookup(|name| {
            values
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn defaults_are_those_of_the_contract() {
        let env = with(&[]);
        assert!(
            (env.pace - 1.0).abs() < f64::EPSILON,
            "unhurried unless asked"
        );
        assert_eq!(
            env.headless, None,
            "headless only where there is no display"
        );
        assert!(
            matches!(env.vault, VaultChoice::Keyring),
            "the keyring unless a file is asked for"
        );
    }

    #[test]
    fn a_mistyped_variable_is_named_and_nothing_is_done() {
        let wrong: [&'static [(&'static str, &'static str)]; 6] = [
            &[("STUDIO_PHONE_ADDRESS", "0.0.0.0")],
            &[("STUDIO_SITE_URL", "127.0.0.1:8080")],
            &[("STUDIO_SITE_URL", "javascript:alert(1)")],
            &[("STUDIO_VAULT", "files")],
            &[("STUDIO_HEADLESS", "yes")],
            &[("STUDIO_PACE", "-3")],
        ];
        for values in wrong {
            let failure = lookup(values).unwrap_err();
            assert!(
                failure.message.contains(values[0].0),
                "an address without its scheme must not mean the real site: {failure}"
            );
        }
    }

    #[test]
    fn passphrase_and_key_never_print() {
        let env = with(&[
            ("STUDIO_VAULT", "file"),
            ("STUDIO_VAULT_PASSPHRASE", "hunter2"),
            ("OPENAI_API_KEY", "sk-hunter2"),
        ]);
        assert!(
            !format!("{env:?}").contains("hunter2"),
            "debug output goes to logs"
        );
    }
}
