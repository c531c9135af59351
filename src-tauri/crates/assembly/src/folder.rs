//! The data folder: where everything of one installation lies.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use uuid::Uuid;

/// The data folder of one installation, private to its user.
#[derive(Clone, Debug)]
pub struct DataFolder {
    root: PathBuf,
}

impl DataFolder {
    /// The given folder, or the platform's application-data folder.
    #[must_use]
    pub fn choose(given: Option<PathBuf>) -> Option<Self> {
        given
            .or_else(|| {
                directories::ProjectDirs::from("app", "VintedBot", "VintedBot Studio")
                    .map(|dirs| dirs.data_local_dir().to_owned())
            })
            .map(|root| Self { root })
    }

    /// Practice lives in a folder of its own inside: nothing of it mixes with real drafts and accounts.
    #[must_use]
    pub fn practice(&self) -> Self {
        Self {
            root: self.root.join("practice"),
        }
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The app's own log.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    pub(crate) fn photos(&self) -> PathBuf {
        self.root.join("photos")
    }

    pub(crate) fn previews(&self) -> PathBuf {
        self.root.join("previews")
    }

    pub(crate) fn profiles(&self) -> PathBuf {
        self.root.join("browser-profiles")
    }

    /// A browser that was downloaded.
    pub(crate) fn browsers(&self) -> PathBuf {
        self.root.join("browsers")
    }

    /// The person's own list of browsers that may be downloaded, in place of the app's.
    pub(crate) fn browser_pin(&self) -> PathBuf {
        self.root.join("browser-pin.toml")
    }

    pub(crate) fn running(&self) -> PathBuf {
        self.root.join("running")
    }

    pub(crate) fn vault_file(&self) -> PathBuf {
        self.root.join("vault.key")
    }

    pub(crate) fn site_profile(&self) -> PathBuf {
        self.root.join("site-profile.toml")
    }

    pub(crate) fn market(&self) -> PathBuf {
        self.root.join("market.json")
    }

    pub(crate) fn market_port(&self) -> PathBuf {
        self.root.join("market.port")
    }

    /// Names this folder in the keyring; made once, moved with the folder.
    pub(crate) fn installation_id(&self) -> std::io::Result<String> {
        fs_err::create_dir_all(&self.root)?;
        let path = self.root.join("installation-id");
        match fs_err::read_to_string(&path) {
            Ok(id) if !id.trim().is_empty() => return Ok(id.trim().to_owned()),
            Ok(_) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
        let mut file = tempfile::Builder::new()
            .prefix(".incoming-")
            .tempfile_in(&self.root)?;
        file.write_all(Uuid::new_v4().to_string().as_bytes())?;
        file.as_file().sync_all()?;
        // Of two first starts at once, one wins and both read what it wrote. An empty one is a crash's.
        let named = if path.exists() {
            file.persist(&path)
        } else {
            file.persist_noclobber(&path)
        };
        match named {
            Ok(_) => {}
            Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e.error),
        }
        sync_folder(&self.root)?;
        fs_err::read_to_string(&path).map(|id| id.trim().to_owned())
    }
}

/// A new name survives a power cut only once its folder is synced.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    fs_err::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    // Folders cannot be opened for syncing here; the file system journals them.
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_installation_id_stays() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::choose(Some(folder.path().to_owned())).unwrap();
        let id = data.installation_id().unwrap();
        assert_eq!(
            data.installation_id().unwrap(),
            id,
            "the keyring entry must be found again"
        );
        assert_eq!(
            fs_err::read_dir(folder.path()).unwrap().count(),
            1,
            "no half-made file stays"
        );
    }
}
