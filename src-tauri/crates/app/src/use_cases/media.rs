//! Pictures by the addresses that views carry.

use std::path::PathBuf;

use domain::photo::is_sha256;

use crate::App;

impl App {
    /// The file behind `/media/<sha256>.jpg`, `/media/<sha256>.thumb.jpg` or `/previews/<id>.png`.
    ///
    /// Only such names are answered: whatever else a page asks for has no file.
    #[must_use]
    pub fn picture_file(&self, address: &str) -> Option<PathBuf> {
        let files = &self.parts.files;
        if let Some(name) = address.strip_prefix("/media/") {
            let (hash, thumb) = match name.strip_suffix(".thumb.jpg") {
                Some(hash) => (hash, true),
                None => (name.strip_suffix(".jpg")?, false),
            };
            return is_sha256(hash).then(|| {
                if thumb {
                    files.thumbnail(hash)
                } else {
                    files.picture(hash)
                }
            });
        }
        let name = address.strip_prefix("/previews/")?.strip_suffix(".png")?;
        uuid::Uuid::parse_str(name)
            .ok()
            .map(|id| files.preview(&id.to_string()))
    }
}
