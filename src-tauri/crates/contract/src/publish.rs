//! The two steps: prepare, then publish.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What `prepare` gives: a filled form that waits for a word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct PrepareView {
    /// The draft.
    pub draft_id: String,
    /// Names this filled form; signed, 30 minutes, one live publish. Null where the person is needed.
    pub confirm_token: Option<String>,
    /// RFC 3339.
    pub expires_at: Option<String>,
    /// Where the picture of the filled form lies: `/previews/<id>.png`.
    pub preview_url: Option<String>,
    /// Field by field, in the contract's names.
    pub fields: BTreeMap<String, FieldView>,
    /// The order of the fields on the form.
    pub field_order: Vec<String>,
    /// The site wants the person: see `reason`.
    pub needs_manual: bool,
    /// A code, where the person is needed.
    pub reason: Option<String>,
    /// Codes of things worth knowing, style gates included.
    pub warnings: Vec<String>,
    /// The account on the site.
    pub account: Option<String>,
    /// The price that would be published, minor units.
    pub price_cents: Option<u32>,
    /// ISO 4217.
    pub currency: String,
    /// Every required field is filled: the token may serve a live publish.
    pub publishable: bool,
}

/// One field of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct FieldView {
    /// `filled|absent|failed`.
    pub state: String,
    /// What the form shows.
    pub value: Option<String>,
    /// A code, where it failed or is absent.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What `publish` gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct PublishView {
    /// Nothing was published because nobody asked for it.
    pub dry_run: bool,
    /// The site's id.
    pub listing_id: Option<String>,
    /// Its address.
    pub listing_url: Option<String>,
    /// The site wants the person: see `reason`.
    pub needs_manual: bool,
    /// A code.
    pub reason: Option<String>,
    /// What was sent beside what the site stored.
    pub readback: BTreeMap<String, ReadbackView>,
    /// Codes, `readback_mismatch` among them.
    pub warnings: Vec<String>,
    /// The first result of the same key, given again.
    #[serde(default)]
    pub replayed: bool,
}

/// One field of the read-back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct ReadbackView {
    /// What was sent.
    pub sent: Option<String>,
    /// What the site stored.
    pub stored: Option<String>,
    /// They agree.
    pub same: bool,
}

/// The person's word on an attempt whose outcome is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Resolution {
    /// It was published, under this id.
    Published {
        /// The site's id.
        listing_id: String,
    },
    /// It was not.
    NotPublished,
}
