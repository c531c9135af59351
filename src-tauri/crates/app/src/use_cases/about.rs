//! What the window shows about the installation.

use contract::AboutView;

use crate::App;

impl App {
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
            components,
        }
    }
}
