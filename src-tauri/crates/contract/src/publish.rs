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
    /// The range that the site itself suggests on its form; absent where it shows none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested_price: Option<SuggestedPriceView>,
    /// Every required field is filled: the token may serve a live publish.
    pub publishable: bool,
}

/// A range of prices that the site suggests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[schema(as = SuggestedPrice)]
pub struct SuggestedPriceView {
    /// Lowest, minor units.
    pub min_cents: u32,
    /// Highest, minor units; the lowest again where the site shows one figure.
    pub max_cents: u32,
    /// ISO 4217.
    pub currency: String,
}

/// One field of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[schema(as = FormField)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
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
    /// The listing exists, and the site does not show it to others yet: it is reviewing it.
    #[serde(default)]
    pub pending: bool,
    /// What to do next, in English, where there is something to do.
    #[serde(default)]
    pub message: Option<String>,
    /// Where the listing is edited, where what was stored is not what was sent.
    #[serde(default)]
    pub edit_url: Option<String>,
    /// The first result of the same key, given again.
    #[serde(default)]
    pub replayed: bool,
}

/// One field of the read-back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[schema(as = Readback)]
pub struct ReadbackView {
    /// What was sent.
    pub sent: Option<String>,
    /// What the site stored.
    pub stored: Option<String>,
    /// They agree.
    pub same: bool,
}

/// The person's word on an attempt whose outcome is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "outcome", deny_unknown_fields)]
pub enum Resolution {
    /// It was published, under this id.
    Published {
        /// The site's id.
        listing_id: String,
    },
    /// It was not.
    NotPublished,
}

/// An outcome that nobody could prove, with what is known of it side by side. The person decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct UnknownView {
    /// The draft.
    pub draft_id: String,
    /// The login on the site as which it was sent.
    pub account: String,
    /// What was sent.
    pub sent: SentView,
    /// The own items that are new since just before the click, likeliest first.
    pub candidates: Vec<CandidateView>,
    /// When the own items were read, RFC 3339. Null: they could not be read since.
    pub looked_at: Option<String>,
    /// Why they could not be read just now: a code.
    pub not_looked: Option<String>,
    /// Reading them just now settled it: the one listing that can be ours. Nothing is left to decide.
    pub settled: Option<PublishView>,
}

/// What was sent to the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct SentView {
    /// Title.
    pub title: String,
    /// Minor units.
    pub price_cents: u32,
    /// ISO 4217.
    pub currency: String,
    /// How many photos.
    pub photos: u32,
    /// When, RFC 3339.
    pub at: String,
    /// The person pressed the site's own button.
    pub by_hand: bool,
}

/// An own item that may be what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct CandidateView {
    /// The site's id: what to answer with.
    pub listing_id: String,
    /// Its address.
    pub url: String,
    /// Title.
    pub title: String,
    /// Minor units, where the site says.
    pub price_cents: Option<u32>,
    /// How many photos, where the site says.
    pub photos: Option<u32>,
    /// When it was made, RFC 3339, where the site says.
    pub created_at: Option<String>,
    /// The site does not show it to others.
    pub hidden: bool,
    /// Title, price, photos and time agree with what was sent.
    pub fits: bool,
}
