//! Rows that outlive the process: drafts, photos, listings, attempts, confirmations, accounts, settings.
//!
//! One trait per table group, all implemented by `store`. Whatever returns `Ok` is on disk.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use contract::Code;
use domain::{
    AccountId, AttemptId, ConfirmationId, Country, Draft, DraftId, Photo, PhotoId,
    attempt::{AttemptEvent, AttemptState},
    form::FieldReport,
    listing::{Listing, OwnItem},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a row could not be read or written. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// No such row.
    #[error("not found")]
    NotFound,
    /// Somebody changed the row since it was read.
    #[error("changed by somebody else since it was read")]
    Stale,
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The disk refused, or gave back what cannot be a database.
    #[error("the disk cannot be read or written: {0}")]
    Disk(String),
    /// The attempt is not in a state that allows this.
    #[error("the attempt is {state:?} and cannot take {event:?}")]
    Illegal {
        /// Where it stands.
        state: AttemptState,
        /// What was to happen.
        event: AttemptEvent,
    },
    /// Anything else of the database or the disk.
    #[error("storage: {0}")]
    Broken(String),
}

/// Result of a record call.
pub type Recorded<T> = Result<T, RecordError>;

/// Which drafts to list.
#[derive(Clone, Debug, Default)]
pub struct DraftQuery {
    /// Words sought in title, description, brand and category; empty: all.
    pub search: String,
    /// At most this many, newest first.
    pub limit: u32,
    /// Skip this many.
    pub offset: u32,
}

/// Drafts with their photos.
#[async_trait]
pub trait Drafts: Send + Sync {
    /// Stores new drafts, all or none, with their photo order.
    async fn insert(&self, drafts: &[Draft]) -> Recorded<()>;

    /// One draft; removed ones are not found.
    async fn get(&self, id: DraftId) -> Recorded<Draft>;

    /// Drafts, newest first, without removed ones.
    async fn list(&self, query: &DraftQuery) -> Recorded<Vec<Draft>>;

    /// Replaces the draft whose stored revision is `draft.revision - 1`.
    ///
    /// # Errors
    /// [`RecordError::Stale`] where the stored revision is another.
    async fn update(&self, draft: &Draft) -> Recorded<()>;

    /// Takes it out of all lists; [`Drafts::restore`] brings it back.
    async fn remove(&self, id: DraftId, at: DateTime<Utc>) -> Recorded<()>;

    /// Brings a removed draft back.
    async fn restore(&self, id: DraftId) -> Recorded<Draft>;
}

/// Photos.
#[async_trait]
pub trait Photos: Send + Sync {
    /// Stores it unless a photo with the same SHA-256 is there; returns the stored one and whether it is new.
    async fn insert_once(&self, photo: &Photo) -> Recorded<(Photo, bool)>;

    /// Gives a photo other bytes, where its SHA-256 is still `before`; returns the drafts that it stands in.
    ///
    /// # Errors
    /// [`RecordError::Stale`] where the photo was changed since.
    async fn replace(&self, photo: &Photo, before: &str) -> Recorded<Vec<DraftId>>;

    /// Photos by id, in the order asked for; unknown ids are an error.
    async fn get_many(&self, ids: &[PhotoId]) -> Recorded<Vec<Photo>>;
}

/// A form that was filled and shown to a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Carried by the confirm token.
    pub id: ConfirmationId,
    /// The draft.
    pub draft_id: DraftId,
    /// The account.
    pub account_id: AccountId,
    /// Who was logged in when the person looked; publishing as somebody else is refused.
    pub login: String,
    /// The site that was filled; a practice token never publishes elsewhere.
    pub site_url: String,
    /// [`domain::content::content_hash`] of the draft as it was filled.
    pub content_hash: String,
    /// What the form showed.
    pub fields: Vec<FieldReport>,
    /// Filled without photos: serves dry runs only.
    pub dry_only: bool,
    /// When the form was filled.
    pub prepared_at: DateTime<Utc>,
    /// Until when it may be published.
    pub expires_at: DateTime<Utc>,
}

/// What a listing is recognised by: an edited draft must not hide the listing that it became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Title as sent.
    pub title: String,
    /// Price as sent, minor units.
    pub price_cents: u32,
    /// Its currency.
    pub currency: domain::Currency,
    /// Number of photos sent.
    pub photo_count: u32,
}

/// What the own items showed after a lost answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// When they were read.
    pub seen_at: DateTime<Utc>,
    /// Those that are new since the baseline, whatever they look like; at most 50.
    pub new_items: Vec<OwnItem>,
}

/// One try to publish.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// Identifier.
    pub id: AttemptId,
    /// The confirmation that it used.
    pub confirmation_id: ConfirmationId,
    /// The draft.
    pub draft_id: DraftId,
    /// The account.
    pub account_id: AccountId,
    /// What was confirmed.
    pub content_hash: String,
    /// The caller's key; the confirmation's id where none was given.
    pub idempotency_key: String,
    /// Where it stands.
    pub state: AttemptState,
    /// Ids of the seller's own items just before the click.
    pub baseline: Vec<String>,
    /// What the new listing will look like among the own items.
    pub fingerprint: Fingerprint,
    /// The process that made it; a dead one's open attempts are settled at the next start.
    pub boot_id: Uuid,
    /// The site's id of the listing.
    pub listing_id: Option<String>,
    /// Its address.
    pub listing_url: Option<String>,
    /// A code, where it did not settle.
    pub reason: Option<String>,
    /// The person pressed the site's own button.
    pub by_hand: bool,
    /// What the own items last showed, where the answer is lost.
    pub evidence: Option<Evidence>,
    /// The whole answer that was given to the caller, for replays (JSON of `contract::PublishView`); none while the
    /// listing was not read back.
    pub result: Option<String>,
    /// When the intent was written.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Why an intent was not written. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum IntentRefused {
    /// The confirmation serves another live attempt, or did.
    #[error("the confirmation was used by attempt {0}")]
    TokenUsed(AttemptId),
    /// The key belongs to another content, or an attempt with it is open, unknown or settled.
    #[error("the key is in use by attempt {0}")]
    KeyInUse(AttemptId),
    /// The same content of this draft is on its way or published on this account.
    #[error("the content is in use by attempt {0}")]
    ContentInUse(AttemptId),
    /// The draft was changed or removed since it was confirmed.
    #[error("the draft was changed since it was confirmed")]
    DraftChanged,
    /// Storage.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// Confirmations and attempts: the publish log. Its commits are synced to the disk before they return.
#[async_trait]
pub trait PublishLog: Send + Sync {
    /// Stores a confirmation.
    async fn confirm(&self, confirmation: &Confirmation) -> Recorded<()>;

    /// One confirmation.
    async fn confirmation(&self, id: ConfirmationId) -> Recorded<Confirmation>;

    /// In one transaction: checks that the draft is stored in `draft_revision` with the attempt's content, photos
    /// included, that the confirmation is unused by any attempt that is not a proven failure, that key and content are
    /// free, and writes the attempt with state `intent`. Unique indices, not reads, decide.
    ///
    /// # Errors
    /// [`IntentRefused`]; exactly one of several callers at once succeeds.
    async fn begin(&self, attempt: &Attempt, draft_revision: u32) -> Result<(), IntentRefused>;

    /// Moves an attempt by a legal event ([`AttemptState::after`]); sets what is given, and where it settles,
    /// stores the listing and marks the draft published, all in one transaction.
    async fn advance(
        &self,
        id: AttemptId,
        event: AttemptEvent,
        facts: &AttemptFacts,
    ) -> Recorded<Attempt>;

    /// Keeps the answer that was given for a settled attempt, for replays, and the listing as the site stored it.
    async fn note_result(&self, id: AttemptId, result: &str, listing: &Listing) -> Recorded<()>;

    /// Keeps what the own items showed for an attempt whose outcome is unknown.
    async fn note_evidence(&self, id: AttemptId, evidence: &Evidence) -> Recorded<()>;

    /// One attempt.
    async fn attempt(&self, id: AttemptId) -> Recorded<Attempt>;

    /// Attempts that wait for their outcome, `submitted` or `unknown`, oldest first.
    async fn unsettled(&self) -> Recorded<Vec<Attempt>>;

    /// Settled attempts since a time whose listing was not read back yet, oldest first.
    async fn not_read_back(&self, since: DateTime<Utc>) -> Recorded<Vec<Attempt>>;

    /// The newest attempt with this key on this account.
    async fn by_key(&self, account: AccountId, key: &str) -> Recorded<Option<Attempt>>;

    /// The newest attempt that used this confirmation.
    async fn by_confirmation(&self, id: ConfirmationId) -> Recorded<Option<Attempt>>;

    /// The newest attempt of a draft.
    async fn latest_of_draft(&self, id: DraftId) -> Recorded<Option<Attempt>>;

    /// Drafts whose newest attempt is `unknown`.
    async fn drafts_with_unknown_outcome(&self) -> Recorded<Vec<DraftId>>;

    /// Attempts that are `intent` or `submitted` and whose process is not `boot_id`.
    async fn open_of_other_processes(&self, boot_id: Uuid) -> Recorded<Vec<Attempt>>;
}

/// What an advance writes beside the state.
#[derive(Clone, Debug, Default)]
pub struct AttemptFacts {
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// A code.
    pub reason: Option<String>,
    /// The listing, where it settled.
    pub listing: Option<Listing>,
    /// What the own items showed, where it was lost.
    pub evidence: Option<Evidence>,
}

impl AttemptFacts {
    /// Why it did not settle.
    #[must_use]
    pub fn because(code: Code) -> Self {
        Self {
            reason: Some(code.as_str().to_owned()),
            ..Self::default()
        }
    }
}

/// Listings.
#[async_trait]
pub trait Listings: Send + Sync {
    /// The newest listing that came from a draft.
    async fn of_draft(&self, id: DraftId) -> Recorded<Option<Listing>>;

    /// The site's ids of listings on this account that came from other drafts: never evidence for this one.
    async fn ids_of_other_drafts(
        &self,
        account: AccountId,
        draft: DraftId,
    ) -> Recorded<Vec<String>>;

    /// All listings that came from these drafts, oldest first.
    async fn of_drafts(&self, ids: &[DraftId]) -> Recorded<Vec<Listing>>;

    /// The newest listing of each of these drafts, in no order.
    async fn newest_of(&self, ids: &[DraftId]) -> Recorded<Vec<Listing>>;
}

/// An account of the seller.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Identifier.
    pub id: AccountId,
    /// The name that the seller gave it; unique.
    pub name: String,
    /// The site's address.
    pub site_url: String,
    /// Login on the site, once seen.
    pub login: Option<String>,
    /// The site's id of the person, once seen.
    pub site_user_id: Option<String>,
    /// The user agent that came with the session.
    pub user_agent: Option<String>,
    /// The session, sealed; none: no session.
    pub sealed_session: Option<Vec<u8>>,
    /// When the site last took the session.
    pub checked_at: Option<DateTime<Utc>>,
    /// The country that the person named; none: what the site's address says, else France.
    pub country: Option<Country>,
    /// New listings an hour; none: what the settings say.
    pub budget_hour: Option<u32>,
    /// New listings a day; none: what the settings say.
    pub budget_day: Option<u32>,
}

impl Account {
    /// One that nobody has logged in to.
    #[must_use]
    pub fn new(id: AccountId, name: String, site_url: String) -> Self {
        Self {
            id,
            name,
            site_url,
            login: None,
            site_user_id: None,
            user_agent: None,
            sealed_session: None,
            checked_at: None,
            country: None,
            budget_hour: None,
            budget_day: None,
        }
    }

    /// Where this account sells.
    #[must_use]
    pub fn country(&self) -> Country {
        self.country
            .or_else(|| Country::of_site(&self.site_url))
            .unwrap_or(Country::FRANCE)
    }
}

/// Accounts.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// All, by name.
    async fn all(&self) -> Recorded<Vec<Account>>;

    /// One by its id.
    async fn by_id(&self, id: AccountId) -> Recorded<Option<Account>>;

    /// One by name.
    async fn by_name(&self, name: &str) -> Recorded<Option<Account>>;

    /// Makes it or replaces everything but the id.
    async fn save(&self, account: &Account) -> Recorded<()>;

    /// Replaces the budgets, and where no session is stored, country and site. The session itself stays as it is now:
    /// a run may hand a newer one back at any moment.
    async fn change(&self, account: &Account) -> Recorded<()>;

    /// Replaces only the sealed session, and only where it is still `expected`: a run hands a rotated one back, and
    /// must not overwrite what the person set, or bring back what they erased, meanwhile. Returns whether it did.
    async fn replace_session(
        &self,
        id: AccountId,
        expected: Option<&[u8]>,
        sealed: Option<&[u8]>,
    ) -> Recorded<bool>;

    /// Notes who the site says that this is; the session does not move.
    async fn note_user(
        &self,
        id: AccountId,
        login: &str,
        site_user_id: &str,
        at: DateTime<Utc>,
    ) -> Recorded<()>;

    /// Any account holds a sealed session: the vault's key must exist.
    async fn any_sealed(&self) -> Recorded<bool>;
}

/// Settings: JSON values by key.
#[async_trait]
pub trait Settings: Send + Sync {
    /// All that were set.
    async fn all(&self) -> Recorded<Vec<(String, serde_json::Value)>>;

    /// One.
    async fn get(&self, key: &str) -> Recorded<Option<serde_json::Value>>;

    /// Sets several, all or none.
    async fn set(&self, values: &[(String, serde_json::Value)]) -> Recorded<()>;
}
