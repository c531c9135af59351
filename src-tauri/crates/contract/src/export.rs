//! Everything of the seller in one file.

use serde::{Deserialize, Serialize};

/// What an export wrote. Its format is described in `docs/export.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct ExportResult {
    /// Drafts in the file.
    pub drafts: u32,
    /// Photos in the file, each once.
    pub photos: u32,
    /// SHA-256 (hex) of photos that drafts name and that are missing or damaged in the data folder. The file
    /// names them too, without their bytes.
    #[serde(default)]
    pub missing: Vec<String>,
}
