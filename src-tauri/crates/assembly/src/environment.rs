//! The environment variables of the contract (section 3), read in this place only.

use std::path::PathBuf;

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
    /// `STUDIO_VAULT`.
    pub vault: VaultChoice,
    /// `STUDIO_PACE`, 0 to 10; 1 where unset.
    pub pace: f64,
    /// `STUDIO_HEADLESS`.
    pub headless: Option<bool>,
    /// `STUDIO_LOG`.
    pub log: String,
}

impl Environment {
    /// Reads the process's environment. A value that makes no sense counts as unset, with a line in the log later
    /// on: none of them is worth refusing to start.
    #[must_use]
    pub fn read() -> Self {
        Self::from_lookup(|name| std::env::var(name).ok().filter(|v| !v.trim().is_empty()))
    }

    fn from_lookup(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            data_dir: get("STUDIO_DATA_DIR").map(PathBuf::from),
            site_url: get("STUDIO_SITE_URL")
                .map(|url| url.trim().trim_end_matches('/').to_owned())
                .filter(|url| url.starts_with("https://") || url.starts_with("http://")),
            browser: get("STUDIO_BROWSER").map(PathBuf::from),
            browser_args: get("STUDIO_BROWSER_ARGS")
                .map(|args| args.split_whitespace().map(str::to_owned).collect())
                .unwrap_or_default(),
            vault: match get("STUDIO_VAULT").as_deref() {
                Some("file") => VaultChoice::File {
                    passphrase: get("STUDIO_VAULT_PASSPHRASE").map(SecretString::from),
                },
                _ => VaultChoice::Keyring,
            },
            pace: get("STUDIO_PACE")
                .and_then(|p| p.parse::<f64>().ok())
                .filter(|p| (0.0..=10.0).contains(p))
                .unwrap_or(1.0),
            headless: match get("STUDIO_HEADLESS").as_deref() {
                Some("1") => Some(true),
                Some("0") => Some(false),
                _ => None,
            },
            log: get("STUDIO_LOG").unwrap_or_else(|| "info".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(values: &'static [(&'static str, &'static str)]) -> Environment {
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
    fn values_that_make_no_sense_count_as_unset() {
        let env = with(&[
            ("STUDIO_PACE", "-3"),
            ("STUDIO_HEADLESS", "maybe"),
            ("STUDIO_SITE_URL", "javascript:alert(1)"),
        ]);
        assert!(
            (env.pace - 1.0).abs() < f64::EPSILON,
            "a negative pause is none"
        );
        assert_eq!(env.site_url, None, "only http and https are sites");
    }

    #[test]
    fn the_passphrase_never_prints() {
        let env = with(&[
            ("STUDIO_VAULT", "file"),
            ("STUDIO_VAULT_PASSPHRASE", "hunter2"),
        ]);
        assert!(
            !format!("{env:?}").contains("hunter2"),
            "debug output goes to logs"
        );
    }
}
