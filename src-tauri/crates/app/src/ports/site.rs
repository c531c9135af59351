//! The marketplace as the use cases see it. It never decides: it returns what it saw.
//!
//! Filling and publishing are separate capabilities: a [`Site`] fills; only a [`SubmitPermit`], which
//! nobody but the publish use case can make, lets a [`FilledPage`] press the button.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    form::{Field, FieldReport, FormContent, SuggestedPrice},
    listing::OwnItem,
};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

/// One cookie of a session. Its value never prints.
#[derive(Clone, Debug)]
pub struct SessionCookie {
    /// Name.
    pub name: String,
    /// Value.
    pub value: SecretString,
    /// Domain as the browser holds it; empty: the site's host.
    pub domain: String,
    /// Path; `/` where unknown.
    pub path: String,
    /// Seconds since 1970; none for a session cookie.
    pub expires: Option<f64>,
    /// Not readable by the page.
    pub http_only: bool,
    /// HTTPS only.
    pub secure: bool,
    /// `Strict`, `Lax` or `None`.
    pub same_site: Option<String>,
}

/// A seller's session.
#[derive(Clone, Debug)]
pub struct Session {
    /// What the browser held.
    pub cookies: Vec<SessionCookie>,
    /// The user agent of the browser that made it; compared, never imitated.
    pub user_agent: Option<String>,
}

/// Takes a session over as soon as the browser holds a newer one: after each page that matters and at the
/// end of every run, failed ones included (refresh tokens are single-use).
#[async_trait]
pub trait SessionKeeper: Send + Sync {
    /// Seals and stores it.
    async fn keep(&self, session: Session);
}

/// Told about each step, for logs and progress.
pub trait Steps: Send + Sync {
    /// A step began; `code` is stable, such as `open_form` or `fill_title`.
    fn step(&self, code: &str);
}

/// One run against the site for one account.
#[derive(Clone)]
pub struct Run {
    /// Names the browser profile folder.
    pub account: String,
    /// `https://www.vinted.fr` or the practice marketplace.
    pub site_url: String,
    /// The login that must be connected, once known.
    pub expected_login: Option<String>,
    /// What the browser starts with.
    pub session: Session,
    /// Where its session goes.
    pub keeper: Arc<dyn SessionKeeper>,
    /// Where steps are told.
    pub steps: Arc<dyn Steps>,
    /// Ends the run early.
    pub cancel: CancellationToken,
}

/// Who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentUser {
    /// The site's id.
    pub id: String,
    /// The login.
    pub login: String,
}

/// Kinds of challenge, for the log and the sentence; none is ever solved here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// A DataDome page, frame or answer.
    DataDome,
    /// A Cloudflare page or answer.
    Cloudflare,
    /// The site wants the account or phone verified (codes 115, 168).
    Verification,
}

/// Why a run stopped before its end. Nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum SiteStop {
    /// Stop, keep the page, hand over to the person.
    #[error("the site shows a challenge ({0:?})")]
    Challenge(Challenge),
    /// Logged out.
    #[error("the session is not accepted any more")]
    SessionGone,
    /// Somebody else is logged in.
    #[error("{found} is logged in, not {expected}")]
    WrongAccount {
        /// Login that was expected.
        expected: String,
        /// Login that was found.
        found: String,
    },
    /// 429.
    #[error("the site asks to wait")]
    RateLimited {
        /// Seconds, where the site says.
        retry_after: Option<u64>,
    },
    /// A 403 that is no challenge.
    #[error("the site refused ({status})")]
    Refused {
        /// HTTP status.
        status: u16,
    },
    /// 5xx.
    #[error("the site answered with an error of its own ({status})")]
    SiteError {
        /// HTTP status.
        status: u16,
    },
    /// No answer, or no connection.
    #[error("the site does not answer: {0}")]
    Unreachable(String),
    /// A field that is needed was not found.
    #[error("the form's field {} was not found", field.code())]
    FieldNotFound {
        /// Which.
        field: Field,
        /// The ways that were tried.
        tried: Vec<String>,
    },
    /// A value does not exist on the site, or fits several.
    #[error("the value of {} does not fit the site", field.code())]
    InvalidField {
        /// Which.
        field: Field,
        /// What was sent.
        value: String,
        /// What the site offers.
        candidates: Vec<String>,
    },
    /// A photo was refused or failed twice.
    #[error("photo {} was not taken by the site", index + 1)]
    PhotoUpload {
        /// Place in the draft, from 0.
        index: usize,
        /// What the site said.
        reason: String,
    },
    /// No browser; what to install, as a sentence.
    #[error("{0}")]
    BrowserNotFound(String),
    /// The browser is too old; what to do, as a sentence.
    #[error("{0}")]
    BrowserTooOld(String),
    /// The browser did not start.
    #[error("{advice} ({cause})")]
    BrowserNotStarted {
        /// What to do, as a sentence.
        advice: String,
        /// What it said.
        cause: String,
    },
    /// It died.
    #[error("the browser stopped: {0}")]
    BrowserCrashed(String),
    /// A visible browser is needed and there is no display.
    #[error("a visible browser needs a display")]
    NoDisplay,
    /// The person stopped it.
    #[error("stopped")]
    Cancelled,
}

/// What was sent beside what the site stored. Values are texts as a person would read them.
pub type Readback = BTreeMap<Field, (Option<String>, Option<String>, bool)>;

/// What the site answered to the publish call.
#[derive(Debug)]
pub enum Submitted {
    /// 200 and code 0, with the new id.
    Published {
        /// The site's id.
        listing_id: String,
        /// Its address.
        listing_url: String,
    },
    /// 400 with fields: nothing was made.
    Rejected {
        /// The site's field name and sentence, all of them.
        errors: Vec<(String, String)>,
    },
    /// A challenge came instead of an answer: nothing was made.
    Challenge(Challenge),
    /// 401 or code 100.
    SessionGone,
    /// 429.
    RateLimited {
        /// Seconds, where the site says.
        retry_after: Option<u64>,
    },
    /// Another 403.
    Refused {
        /// HTTP status.
        status: u16,
    },
    /// 5xx: whether something was made must be read from the own items.
    SiteError {
        /// HTTP status.
        status: u16,
    },
    /// The page proved that nothing was sent (the button's click never made the call).
    NotSent {
        /// Messages that the form shows, if any.
        messages: Vec<String>,
    },
    /// Sent, and no answer: whether something was made must be read from the own items.
    NoAnswer,
}

/// What a stored listing says.
#[derive(Debug)]
pub struct StoredListing {
    /// Its address.
    pub url: String,
    /// Compared with the content that was sent.
    pub readback: Readback,
    /// It exists but is not shown yet.
    pub under_review: bool,
}

/// Leave to press the publish button once. Only [`crate::use_cases`] can make one, after the intent is on disk.
#[derive(Debug)]
pub struct SubmitPermit(());

impl SubmitPermit {
    pub(crate) fn after_intent_is_on_disk() -> Self {
        Self(())
    }
}

/// A filled form in a living browser page.
#[async_trait]
pub trait FilledPage: Send {
    /// The form's fields as it shows them now.
    ///
    /// # Errors
    /// When the page is gone or shows something else.
    async fn reread(&mut self) -> Result<Vec<FieldReport>, SiteStop>;

    /// The seller's own items, newest first, as a baseline before and as evidence after the click.
    ///
    /// # Errors
    /// When the list cannot be read.
    async fn own_items(&mut self) -> Result<Vec<OwnItem>, SiteStop>;

    /// Presses the publish button once and waits for the server's answer.
    async fn submit(&mut self, permit: SubmitPermit) -> Submitted;

    /// Leaves the filled form to the person, who presses the site's own button in the visible browser, and waits for
    /// the server's answer to that one press. Nothing here clicks.
    ///
    /// From the call on, one publish call of the page is let out; as soon as one was seen leaving, further ones are
    /// stopped again, whatever the answer was. The attempt is on the disk as `submitted` before this is called, so the
    /// answer says what [`FilledPage::submit`] would say, and:
    /// - [`Submitted::NotSent`] only where it is proved that no call left: `patience` passed, `cancel` came, the person
    ///   closed the tab or went elsewhere, and the ban on the call was back before the log of calls was looked at;
    /// - [`Submitted::NoAnswer`] where a call left without an answer, or the browser died while calls were let out.
    ///
    /// `patience` bounds the waiting for the press, not for its answer; `cancel` ends only the former. A challenge
    /// that the site shows meanwhile is the person's own: it is waited for, not reported, as long as nothing was sent.
    ///
    /// The default is for pages that nobody can see: nothing is let out.
    async fn await_person(
        &mut self,
        permit: SubmitPermit,
        patience: Duration,
        cancel: CancellationToken,
    ) -> Submitted {
        let _ = (permit, patience, cancel);
        Submitted::NotSent {
            messages: vec!["this browser cannot be seen".to_owned()],
        }
    }

    /// Reads a listing back and compares it with what was sent.
    ///
    /// # Errors
    /// When it cannot be read; the listing exists all the same.
    async fn read_back(&mut self, listing_id: &str) -> Result<StoredListing, SiteStop>;

    /// Brings the page to the front in a visible browser.
    async fn show(&mut self) -> bool;

    /// Leaves the page to the person: the site asks for them in it. Nothing clicks in it any more.
    async fn hand_over(self: Box<Self>) -> Box<dyn HeldPage>;

    /// Hands the session to the keeper and closes the page.
    async fn close(self: Box<Self>);
}

/// A form that was filled and waits.
pub struct Filled {
    /// Who is logged in.
    pub user: CurrentUser,
    /// Field by field, in the form's order.
    pub fields: Vec<FieldReport>,
    /// The range that the site itself suggests, where it shows one.
    pub suggested_price: Option<SuggestedPrice>,
    /// The brands that its panel showed on the way, as the site writes them.
    pub brands: Vec<String>,
    /// The whole form as a PNG.
    pub picture: Vec<u8>,
    /// The living page.
    pub page: Box<dyn FilledPage>,
}

/// A page at which the person is needed. Nothing clicks in it any more. In a visible browser it stays open as it is;
/// where the run had no window, it is opened in one with the same session once it is to be shown.
#[async_trait]
pub trait HeldPage: Send {
    /// Brings the page to the front; false where it cannot be seen (no display).
    async fn show(&mut self) -> bool;

    /// Looks at the page, without touching it, until the site asks for nobody in it any more.
    ///
    /// # Errors
    /// [`SiteStop::Cancelled`] where `patience` passed, `cancel` came or the person closed the page;
    /// [`SiteStop::SessionGone`]; [`SiteStop::NoDisplay`] where the page was never shown.
    async fn answered(
        &mut self,
        patience: Duration,
        cancel: CancellationToken,
    ) -> Result<(), SiteStop>;

    /// Whether a browser is open for it: nobody else works on the site meanwhile.
    fn is_open(&self) -> bool;

    /// Hands the session to the keeper and closes the browser, so that others may work on the site. Shown again, the
    /// page is opened anew, at the same address.
    async fn step_aside(self: Box<Self>) -> Box<dyn HeldPage>;

    /// How a page without a browser is opened anew: with the account's newest session. Nothing where one is open.
    fn renew(&mut self, run: Run);

    /// Hands the session to the keeper and closes the page.
    async fn close(self: Box<Self>);
}

/// A stop, with a picture of the page where there was one.
pub struct Stopped {
    /// Why.
    pub stop: SiteStop,
    /// What was on the screen.
    pub picture: Option<Vec<u8>>,
    /// The page itself, where the person can go on in it: a challenge in a visible browser.
    pub page: Option<Box<dyn HeldPage>>,
}

impl std::fmt::Debug for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stopped")
            .field("stop", &self.stop)
            .field("page_held", &self.page.is_some())
            .finish_non_exhaustive()
    }
}

impl From<SiteStop> for Stopped {
    fn from(stop: SiteStop) -> Self {
        Self {
            stop,
            picture: None,
            page: None,
        }
    }
}

/// How one field of the form was found, for the site check.
#[derive(Clone, Debug)]
pub struct FieldFound {
    /// Which.
    pub field: Field,
    /// All ways that find it now, best first, each with its kind, such as `test_id title--input`; none where it was
    /// not found.
    pub ways: Vec<String>,
    /// The ways that were tried, best first.
    pub tried: Vec<String>,
}

impl FieldFound {
    /// The hook that found it.
    #[must_use]
    pub fn hook(&self) -> Option<&str> {
        self.ways.first().map(String::as_str)
    }
}

/// What a walk through the form found. Nothing was published, saved or uploaded.
#[derive(Clone, Debug)]
pub struct FormCheck {
    /// In the form's order.
    pub fields: Vec<FieldFound>,
    /// The hook that found the publish button; it was not pressed.
    pub publish_button: Option<String>,
    /// The page's language, such as `fr`.
    pub language: String,
    /// The form as it stood in the end, as a PNG.
    pub picture: Option<Vec<u8>>,
}

/// What is known of the site's pages, and where from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteProfile {
    /// Its date, `YYYY-MM-DD`: its version.
    pub date: String,
    /// The file it came from; none: the one that the app ships.
    pub file: Option<PathBuf>,
    /// Why a file that was named is not used: a sentence.
    pub problem: Option<String>,
}

/// The marketplace.
#[async_trait]
pub trait Site: Send + Sync {
    /// Who is logged in with the run's session.
    ///
    /// # Errors
    /// [`SiteStop::SessionGone`] where nobody is.
    async fn current_user(&self, run: Run) -> Result<CurrentUser, SiteStop>;

    /// Opens a visible browser in which the person logs in, and waits for it (bounded).
    ///
    /// # Errors
    /// [`SiteStop::NoDisplay`] without a display; [`SiteStop::Cancelled`] when the person gives up.
    async fn log_in(&self, run: Run) -> Result<CurrentUser, SiteStop>;

    /// Opens the form, checks the account, uploads, fills, reads every field back, stops.
    ///
    /// # Errors
    /// See [`SiteStop`]. A field that is optional and failed is no error: it is in the report.
    async fn fill(&self, run: Run, content: FormContent) -> Result<Filled, Stopped>;

    /// The seller's own items, newest first, without a form.
    ///
    /// # Errors
    /// When the list cannot be read.
    async fn own_items(&self, run: Run) -> Result<Vec<OwnItem>, SiteStop>;

    /// Walks the form without publishing, saving or uploading, and says for each field which hook found it.
    ///
    /// # Errors
    /// See [`SiteStop`].
    async fn check_form(&self, run: Run) -> Result<FormCheck, SiteStop>;

    /// Uses the site profile of a file from the next run on; none: what the installation has. A file that is wrong,
    /// too large or older than the shipped profile is not used, and the answer says why.
    async fn use_profile(&self, file: Option<PathBuf>) -> SiteProfile;

    /// The site profile in use.
    fn profile(&self) -> SiteProfile;

    /// The major version of the browser that is driven, such as 156; none where none is found.
    async fn browser_major(&self) -> Option<u32>;

    /// Ends browsers that a dead process of this installation left behind.
    async fn end_orphans(&self);
}
