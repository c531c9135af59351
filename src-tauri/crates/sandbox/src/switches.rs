//! The traps and faults a person or a test can turn on. Serialised, this is the body of `/practice/switches`.

use serde::{Deserialize, Serialize};

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
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            language: Language::Fr,
            delay_ms: 0,
            brand_delay_ms: 300,
            layout: Layout::Auto,
            done_button_when_wide: false,
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

/// A step of the seller's way through the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The form's page is loaded.
    Open,
    /// A category is chosen: its attributes are asked for.
    Category,
    /// A photo is uploaded.
    Upload,
    /// The listing is created, saved or updated.
    Submit,
    /// The page to which the site leads after a publish call made since the switch was set.
    AfterSubmit,
    /// The listing or the wardrobe is read, after a publish call made since the switch was set.
    Readback,
}

/// A fault without further settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Times {
    /// How often it still happens.
    pub times: Option<u32>,
}

impl Times {
    /// Until it is switched off.
    pub fn always() -> Self {
        Self { times: None }
    }

    /// One time.
    pub fn once() -> Self {
        Self { times: Some(1) }
    }
}

/// A fault at one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtStage {
    /// Where it happens.
    pub stage: Stage,
    /// How often it still happens.
    #[serde(default)]
    pub times: Option<u32>,
}

/// Whose challenge, and how it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChallengeKind {
    /// A JSON answer with the challenge's address, and nothing on the screen.
    DatadomeJson,
    /// A frame from another site over the page.
    DatadomeIframe,
    /// A whole page.
    DatadomePage,
    /// A whole page ("Just a moment...").
    CloudflarePage,
}

/// An anti-bot challenge. The person solves it with its button, which switches it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// Which one.
    pub kind: ChallengeKind,
    /// Where it comes.
    pub stage: Stage,
    /// HTTP status of the answer; 403 unless set. 200 is one that only its body gives away.
    #[serde(default)]
    pub status: Option<u16>,
    /// How often it still happens.
    #[serde(default)]
    pub times: Option<u32>,
}

/// A wall behind which the account must be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerificationWall {
    /// 115: verify the account; 168: verify the phone number.
    pub code: u16,
    /// Where it comes.
    pub stage: Stage,
    /// How often it still happens.
    #[serde(default)]
    pub times: Option<u32>,
}

/// Too many requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimited {
    /// Where it happens.
    pub stage: Stage,
    /// Value of `Retry-After` in seconds; without it the header is absent.
    #[serde(default)]
    pub retry_after_s: Option<u64>,
    /// How often it still happens.
    #[serde(default)]
    pub times: Option<u32>,
}

/// One field that the site refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldError {
    /// The site's name of the field, such as `title`, `price`, `package_size`.
    pub field: String,
    /// The sentence shown.
    pub value: String,
}

/// A refusal with chosen errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// What is refused.
    pub errors: Vec<FieldError>,
    /// How often it still happens.
    #[serde(default)]
    pub times: Option<u32>,
}

/// An answer that does not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hang {
    /// Where it happens.
    pub stage: Stage,
    /// At `submit`: after the listing was stored rather than before.
    #[serde(default)]
    pub after_storing: bool,
    /// How long, in milliseconds; ten minutes unless set, never more.
    #[serde(default)]
    pub ms: Option<u64>,
    /// How often it still happens.
    #[serde(default)]
    pub times: Option<u32>,
}

/// Where the seller stands after publishing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Landing {
    /// On the item's page.
    Item,
    /// On the own profile.
    Profile,
    /// Still on the form, under a modal.
    Modal,
}

/// What the page does after a published listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterPublish {
    /// Where the seller stands then.
    pub landing: Landing,
    /// How often it still happens.
    #[serde(default)]
    pub times: Option<u32>,
}

/// The modal about proof of authenticity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthenticityModal {
    /// After any brand, not only after those known for imitations.
    pub every_brand: bool,
    /// How often it still happens.
    pub times: Option<u32>,
}

/// What goes wrong with a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoTrouble {
    /// It takes `ms` longer.
    Slow,
    /// 500.
    Fail,
    /// 400, code 99, field `photos`.
    Refuse,
}

/// Trouble with photo uploads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhotoUpload {
    /// What happens.
    pub trouble: PhotoTrouble,
    /// Only to the nth upload since the switch was set, the first being 1.
    #[serde(default)]
    pub nth: Option<u64>,
    /// For `slow`: by how much, in milliseconds; 3,000 unless set.
    #[serde(default)]
    pub ms: Option<u64>,
    /// How often it still happens.
    #[serde(default)]
    pub times: Option<u32>,
}

/// A click that the page does not take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SwallowedClick {
    /// The first click on each control, not only the first on the page.
    pub each_control: bool,
    /// On how many page loads it still happens.
    pub times: Option<u32>,
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
            reorder: false,
        }
    }
}

/// A fault with a number of times left.
pub(crate) trait Counted: Clone {
    fn times(&mut self) -> &mut Option<u32>;
}

macro_rules! counted {
    ($($fault:ty),*) => {
        $(impl Counted for $fault {
            fn times(&mut self) -> &mut Option<u32> {
                &mut self.times
            }
        })*
    };
}

counted!(
    Times,
    AtStage,
    Challenge,
    VerificationWall,
    RateLimited,
    Refused,
    Hang,
    AfterPublish,
    AuthenticityModal,
    PhotoUpload,
    SwallowedClick
);

/// Takes one happening off the fault; with the last one it is switched off.
pub(crate) fn take<F: Counted>(slot: &mut Option<F>) -> Option<F> {
    let fault = slot.as_mut()?;
    let taken = fault.clone();
    match fault.times() {
        None => {}
        Some(0) => {
            *slot = None;
            return None;
        }
        Some(1) => *slot = None,
        Some(left) => *left -= 1,
    }
    Some(taken)
}
