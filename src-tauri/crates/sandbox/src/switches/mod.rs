//! The traps and faults a person or a test can turn on. Serialised, this is the body of `/practice/switches`.

mod fault;

use serde::{Deserialize, Serialize};

pub(crate) use fault::take;
pub use fault::{
    AfterPublish, AtStage, AuthenticityModal, Challenge, ChallengeKind, FieldError, Hang, Landing,
    PhotoTrouble, PhotoUpload, RateLimited, Refused, Stage, SwallowedClick, Times,
    VerificationWall,
};

/// Everything that can be switched. `Default` is the site on a good day, in French.
///
/// A fault is `null` when off. Its `times` says how often it still happens: `null` means until it is switched off;
/// with the last time the fault goes back to `null`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// Language of pages and catalogue.
    pub language: Language,
    /// Added to every page and JSON call, in milliseconds: a slow site.
    pub delay_ms: u64,
    /// Time that a brand search takes, in milliseconds (1 to 2 s on the site; vinted-facts A2, confidence H).
    pub brand_delay_ms: u64,
    /// Inline panels, or pickers in a modal with a Done button.
    pub layout: Layout,
    /// A Done button in the inline panels too (sources disagree; vinted-facts A2).
    pub done_button_when_wide: bool,
    /// How the form shows the range of prices that it suggests.
    pub price_suggestion: PriceSuggestion,
    /// When set, the price field appears only this many milliseconds after the category's fields.
    pub price_mount_delay_ms: Option<u64>,
    /// No `data-testid` anywhere.
    pub missing_test_ids: bool,
    /// No `id` and `name` on the form.
    pub missing_ids: bool,
    /// A form that drifted away from the known one, at random but repeatably.
    pub drift: Option<Drift>,
    /// After each committed field the other fields' nodes are replaced by new ones.
    pub rerender: bool,
    /// The cookie banner, until the visitor has chosen.
    pub cookie_banner: bool,
    /// Lifetime of the access token in seconds; after it a page load goes through the refresh, which rotates both tokens.
    pub access_token_ttl_s: u64,
    /// Shape of `price` in the read-back (unknown on the site; vinted-facts, read-back shapes, confidence L).
    pub price_shape: PriceShape,
    /// An anti-bot challenge.
    pub challenge: Option<Challenge>,
    /// An account verification wall.
    pub verification_wall: Option<VerificationWall>,
    /// The session is gone: every token of the account is revoked and the answer is 401, code 100.
    pub session_expired: Option<AtStage>,
    /// The access token counts as expired at the next page load, whatever its age.
    pub stale_access_token: Option<Times>,
    /// 429 with `Retry-After`.
    pub rate_limited: Option<RateLimited>,
    /// A create or update call is answered 400, code 99, with these errors; nothing is stored.
    pub refused: Option<Refused>,
    /// A create or update call is answered 500; nothing is stored.
    pub server_error_before: Option<Times>,
    /// A create or update call is answered 500 although it was stored.
    pub server_error_after: Option<Times>,
    /// A create or update call is stored and the connection is cut instead of an answer.
    pub answer_lost: Option<Times>,
    /// No answer for a long time.
    pub hang: Option<Hang>,
    /// The price is stored as 0 although another one was sent.
    pub price_stored_as_zero: Option<Times>,
    /// What the page does after a published listing; off: it goes to the item.
    pub after_publish: Option<AfterPublish>,
    /// The listing is made but hidden until reviewed: its public page is a 404.
    pub under_review: Option<Times>,
    /// A modal asks for proof of authenticity after a brand was chosen.
    pub authenticity_modal: Option<AuthenticityModal>,
    /// A modal asks for at least three photos when a brand of high value is published with fewer.
    pub premium_photos: Option<Times>,
    /// Slow or failing photo upload.
    pub photo_upload: Option<PhotoUpload>,
    /// `/items/new` sends the visitor home unless they came by the header's link.
    pub bounce: Option<Times>,
    /// The first click in the form does nothing.
    pub swallowed_click: Option<SwallowedClick>,
    /// Connections are used again, and a lost answer is one of which not a byte comes: what a real site does. A
    /// browser may then send a request again by itself (see `connection.rs`).
    pub keep_alive: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            language: Language::Fr,
            delay_ms: 0,
            brand_delay_ms: 300,
            layout: Layout::Auto,
            done_button_when_wide: false,
            price_suggestion: PriceSuggestion::Range,
            price_mount_delay_ms: None,
            missing_test_ids: false,
            missing_ids: false,
            drift: None,
            rerender: false,
            cookie_banner: true,
            access_token_ttl_s: 7200,
            price_shape: PriceShape::Object,
            challenge: None,
            verification_wall: None,
            session_expired: None,
            stale_access_token: None,
            rate_limited: None,
            refused: None,
            server_error_before: None,
            server_error_after: None,
            answer_lost: None,
            hang: None,
            price_stored_as_zero: None,
            after_publish: None,
            under_review: None,
            authenticity_modal: None,
            premium_photos: None,
            photo_upload: None,
            bounce: None,
            swallowed_click: None,
            keep_alive: false,
        }
    }
}

/// Language of the site's pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // the variants are ISO 639-1 codes
pub enum Language {
    #[default]
    Fr,
    En,
    De,
    Es,
    It,
    Nl,
    Pl,
    Pt,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Fr,
        Self::En,
        Self::De,
        Self::Es,
        Self::It,
        Self::Nl,
        Self::Pl,
        Self::Pt,
    ];

    /// ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
            Self::De => "de",
            Self::Es => "es",
            Self::It => "it",
            Self::Nl => "nl",
            Self::Pl => "pl",
            Self::Pt => "pt",
        }
    }
}

/// Where the pickers open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// By the window's width.
    #[default]
    Auto,
    /// Inline panels.
    Wide,
    /// A modal with a Done button.
    Narrow,
}

/// How the form shows the range of prices that it suggests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceSuggestion {
    /// In words: `Articles semblables : 10,80 € à 25,20 €`.
    #[default]
    Range,
    /// Not at all.
    Absent,
    /// One figure: `18,00 €`.
    OneFigure,
    /// Three ranges of figures with the currency once each: `10–14 € · 14–20 € · 20–25 €`.
    ThreeRanges,
    /// As sites of other countries write it: `£10.80 - £25.20`.
    Pounds,
}

/// How a price is written in answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceShape {
    /// `{"amount":"18.0","currency_code":"EUR"}`
    #[default]
    Object,
    /// `18.0`
    Number,
    /// `"18.0"`
    String,
}

/// How far the form's hooks drift. Probabilities run from 0 to 1; the same seed gives the same form.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Drift {
    /// Seed of the mutations.
    pub seed: u32,
    /// A test id has another name.
    pub rename_test_ids: f64,
    /// A test id is gone.
    pub remove_test_ids: f64,
    /// An id and the name belonging to it have another name.
    pub rename_ids: f64,
    /// An id and the name belonging to it are gone.
    pub remove_ids: f64,
    /// Fields sit in further wrapping elements.
    pub wrappers: f64,
    /// A field's or button's label is in another of the site's languages.
    pub translate_labels: f64,
    /// A field's or button's label is in words that nobody knows.
    pub unknown_labels: f64,
    /// The fields' order is shuffled (photos stay first, the buttons last).
    pub reorder: bool,
}

impl Default for Drift {
    fn default() -> Self {
        Self {
            seed: 0,
            rename_test_ids: 0.0,
            remove_test_ids: 0.0,
            rename_ids: 0.0,
            remove_ids: 0.0,
            wrappers: 0.0,
            translate_labels: 0.0,
            unknown_labels: 0.0,
            reorder: false,
        }
    }
}
