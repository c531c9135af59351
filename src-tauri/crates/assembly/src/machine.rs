//! What `doctor` looks at: data folder, database, keyring, browser, codecs, models.

use std::sync::Arc;

use app::ports::{Analyst, Check, Machine};
use async_trait::async_trait;
use store::Database;

use crate::{
    analyst::Offline, browsers::OfThisMachine, folder::DataFolder, photo_pipeline::ChildProcesses,
    secrets::VaultSecrets,
};

pub(crate) struct ThisMachine {
    pub(crate) folder: DataFolder,
    pub(crate) database: Database,
    pub(crate) secrets: Arc<VaultSecrets>,
    pub(crate) browsers: OfThisMachine,
    pub(crate) decoders: ChildProcesses,
    pub(crate) analyst: Arc<Offline>,
}

#[async_trait]
impl Machine for ThisMachine {
    async fn checks(&self) -> Vec<Check> {
        vec![
            self.data_folder(),
            self.database().await,
            self.vault().await,
            self.find_browser().await,
            codecs(),
            self.isolation().await,
            self.analysis(),
        ]
    }

    fn vault(&self) -> &'static str {
        self.secrets.kind()
    }
}

impl ThisMachine {
    fn data_folder(&self) -> Check {
        let root = self.folder.root();
        let probe = root.join(format!(".probe-{}", std::process::id()));
        let written = fs_err::write(&probe, b"").and_then(|()| fs_err::remove_file(&probe));
        Check {
            name: "data_folder",
            ok: written.is_ok(),
            detail: match written {
                Ok(()) => root.display().to_string(),
                Err(error) => format!("cannot be written: {error}"),
            },
        }
    }

    async fn database(&self) -> Check {
        match self.database.sqlite_version().await {
            Ok(version) => Check {
                name: "database",
                ok: true,
                detail: format!("SQLite {version}"),
            },
            Err(error) => Check {
                name: "database",
                ok: false,
                detail: error.to_string(),
            },
        }
    }

    async fn vault(&self) -> Check {
        match self.secrets.vault().await {
            Ok(_) => Check {
                name: "vault",
                ok: true,
                detail: match self.secrets.kind() {
                    "file" => "the key is in the vault file, under its passphrase",
                    _ => "the key is in the system's keyring",
                }
                .to_owned(),
            },
            Err(error) => Check {
                name: "vault",
                ok: false,
                detail: error.to_string(),
            },
        }
    }

    /// What the photo decoder's children are shut off from. Not whole: HEIC and AVIF are refused.
    async fn isolation(&self) -> Check {
        match self.decoders.isolation().await {
            Ok(isolation) => Check {
                name: "isolation",
                ok: isolation.is_whole(),
                detail: if isolation.is_whole() {
                    format!("photos are decoded without files, network and programs ({isolation})")
                } else {
                    format!(
                        "{isolation}; HEIC and AVIF photos are refused unless you allow them in the settings"
                    )
                },
            },
            Err(error) => Check {
                name: "isolation",
                ok: false,
                detail: error.to_string(),
            },
        }
    }

    /// Whether photos can be looked at.
    fn analysis(&self) -> Check {
        let missing = self.analyst.missing();
        Check {
            name: "analysis",
            ok: missing.is_empty(),
            detail: match (missing.is_empty(), self.analyst.is_able()) {
                (true, _) => "photos are looked at offline: labels, garments, colours".to_owned(),
                (false, true) => format!("{} The rest of the analysis works.", missing.join(" ")),
                (false, false) => format!(
                    "{} Photos are put into piles by their times, and drafts are yours to fill.",
                    missing.join(" ")
                ),
            },
        }
    }

    async fn find_browser(&self) -> Check {
        let found = self.browsers.look().await;
        match found {
            Ok(executable) => Check {
                name: "browser",
                ok: true,
                detail: format!("{} ({})", executable.path.display(), executable.version),
            },
            Err(error) => Check {
                name: "browser",
                ok: false,
                detail: error.advice().unwrap_or_else(|| error.to_string()),
            },
        }
    }
}

fn codecs() -> Check {
    let versions = images::codec_versions();
    let below = versions.below_floor();
    let mut detail = format!("libheif {}", versions.libheif);
    if let Some(version) = versions.libde265 {
        detail.push_str(&format!(", libde265 {version}"));
    }
    match versions.dav1d {
        Some(version) => detail.push_str(&format!(", dav1d {version}")),
        None => detail.push_str("; AVIF cannot be read without dav1d"),
    }
    for (name, _, floor) in &below {
        detail.push_str(&format!(
            "; {name} is older than {floor}, so it runs only in the isolated decoder"
        ));
    }
    // Old codecs are named, not refused: photos are decoded in children that have nothing to lose.
    Check {
        name: "codecs",
        ok: true,
        detail,
    }
}
