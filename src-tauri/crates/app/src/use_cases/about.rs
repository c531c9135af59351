//! What the window shows about the installation.

use std::path::Path;

use contract::{AboutView, Failure};

use crate::App;

impl App {
    /// The sites that this installation works with: the present one, and those of the accounts.
    ///
    /// # Errors
    /// Storage only.
    pub async fn sites(&self) -> Result<Vec<String>, Failure> {
        let mut sites: Vec<String> = self
            .accounts()
            .await?
            .into_iter()
            .map(|a| a.site_url)
            .collect();
        sites.push(self.site_url().to_owned());
        Ok(sites)
    }

    /// The data folder.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.parts.data_dir
    }

    /// Version, mode, site and data folder. Parts with their versions come from the machine's checks.
    pub async fn about(&self) -> AboutView {
        let components = self
            .parts
            .machine
            .checks()
            .await
            .into_iter()
            .map(|check| (check.name.to_owned(), check.detail))
            .collect();
        AboutView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            practice: self.parts.practice,
            site_url: self.site_url().to_owned(),
            data_dir: self.parts.data_dir.display().to_string(),
            vault: self.parts.machine.vault().to_owned(),
            components,
        }
    }
}
