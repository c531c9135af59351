//! The faults' own settings, and how a fault counts down.

use serde::{Deserialize, Serialize};

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
    /// The title was typed: the page asks what goes with it.
    Title,
    /// A brand is searched for.
    Brand,
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
    /// A frame of the other service over the page.
    CloudflareIframe,
    /// The log-in page instead of what was asked for, also instead of a JSON answer. No challenge, but met the same way.
    LogInPage,
}

/// An anti-bot challenge. The person solves it with its button, which switches it off, or by `/practice/challenge/solved`.
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
