//! The installation itself: doctor, settings, about.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{JsonValue, SiteCheckView};

/// What works here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct DoctorReport {
    /// In a fixed order.
    pub checks: Vec<DoctorCheck>,
    /// The walk through the site's form, where it was asked for and went through.
    #[serde(default)]
    pub site: Option<SiteCheckView>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct DoctorCheck {
    /// Stable name, such as `data_folder` or `browser`.
    pub name: String,
    /// It works.
    pub ok: bool,
    /// What was found, or what to do.
    pub detail: String,
}

/// Settings by key; secrets are masked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct SettingsView {
    /// Key to value.
    #[specta(type = BTreeMap<String, JsonValue>)]
    pub settings: BTreeMap<String, Value>,
}

/// What the window shows about the installation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct AboutView {
    /// The app's version.
    pub version: String,
    /// Practice mode: everything happens on the practice marketplace.
    pub practice: bool,
    /// The site that publishing goes to.
    pub site_url: String,
    /// The data folder.
    pub data_dir: String,
    /// Where the key that seals sessions lies: `keyring` (the system's), or `file` under a passphrase.
    pub vault: String,
    /// Name and version of the parts that matter for support.
    pub components: BTreeMap<String, String>,
}

/// What the person may stop. Publishing is not among it: it is never cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Stoppable {
    /// Logging in, or asking whether a session is good.
    Session,
    /// Filling the form.
    Form,
    /// Waiting until the person pressed the site's own button.
    ByHand,
    /// Reading the own items for an unknown outcome.
    Evidence,
    /// Waiting until the person answered what the site asks.
    Challenge,
    /// Walking the form for a check of the site.
    SiteCheck,
    /// Loading a browser down.
    Download,
    /// Writing everything into a file, or reading it back.
    Backup,
    /// Looking at the photos of a draft.
    Analysis,
    /// Asking the person's own model about drafts.
    Model,
    /// Asking it one tiny question.
    ModelTest,
}
