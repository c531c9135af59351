//! Processed photos and pictures of forms on the disk.

use std::path::{Path, PathBuf};

use app::ports::{PhotoFiles, Processed};
use async_trait::async_trait;

use crate::folder::DataFolder;

pub(crate) struct Folders {
    photos: PathBuf,
    previews: PathBuf,
}

impl Folders {
    pub(crate) fn of(folder: &DataFolder) -> std::io::Result<Self> {
        let folders = Self {
            photos: folder.photos(),
            previews: folder.previews(),
        };
        fs_err::create_dir_all(&folders.photos)?;
        fs_err::create_dir_all(&folders.previews)?;
        Ok(folders)
    }

    /// Two letters of the hash a folder, so that none holds tens of thousands of files.
    fn shelf(&self, sha256: &str) -> PathBuf {
        self.photos.join(sha256.get(..2).unwrap_or("__"))
    }
}

#[async_trait]
impl PhotoFiles for Folders {
    async fn put(&self, photo: &Processed) -> std::io::Result<bool> {
        let shelf = self.shelf(&photo.sha256);
        if !shelf.is_dir() {
            fs_err::tokio::create_dir_all(&shelf).await?;
            sync_folder(&self.photos).await?;
        }
        images::store_once(&shelf, &format!("{}.thumb.jpg", photo.sha256), &photo.thumb).await?;
        images::store_once(&shelf, &format!("{}.jpg", photo.sha256), &photo.jpeg).await
    }

    fn picture(&self, sha256: &str) -> PathBuf {
        self.shelf(sha256).join(format!("{sha256}.jpg"))
    }

    fn thumbnail(&self, sha256: &str) -> PathBuf {
        self.shelf(sha256).join(format!("{sha256}.thumb.jpg"))
    }

    async fn put_preview(&self, name: &str, png: &[u8]) -> std::io::Result<PathBuf> {
        let file = format!("{name}.png");
        images::store_once(&self.previews, &file, png).await?;
        failpoint::reached("preview.stored");
        Ok(self.previews.join(file))
    }

    fn preview(&self, name: &str) -> PathBuf {
        self.previews.join(format!("{name}.png"))
    }
}

/// A new folder survives a power cut only once its parent is synced.
#[cfg(unix)]
async fn sync_folder(folder: &Path) -> std::io::Result<()> {
    fs_err::tokio::File::open(folder).await?.sync_all().await
}

#[cfg(not(unix))]
async fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    // Folders cannot be opened for syncing here; the file system journals them.
    std::future::ready(Ok(())).await
}
