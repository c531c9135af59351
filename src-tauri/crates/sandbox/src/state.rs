//! What the marketplace holds: members, sessions, photos, listings, counts. In memory, and in a file where one is named.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use chrono::{DateTime, Utc};
use rand::Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use crate::catalogue::Catalogue;
use crate::listing::{Listing, ListingPhoto};
use crate::persist::StateFile;
use crate::session::Session;
use crate::switches::{Language, Switches};

/// Bytes of photos held in memory; past it the oldest photos of no listing go first, then the oldest of all.
const PHOTO_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Listings, photos and sessions kept at most; the oldest go.
const ROWS_MAX: usize = 50_000;

pub(crate) struct Market {
    state: Mutex<State>,
    pub(crate) catalogue: Catalogue,
    pub(crate) file: Option<StateFile>,
    /// Ends waiting handlers when the marketplace stops.
    pub(crate) stopping: CancellationToken,
}

impl Market {
    pub(crate) fn new(catalogue: Catalogue, file: Option<StateFile>, state: State) -> Self {
        Self {
            state: Mutex::new(state),
            catalogue,
            file,
            stopping: CancellationToken::new(),
        }
    }

    /// Never held across an await.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn language(&self) -> Language {
        self.lock().switches.language
    }
}

/// A member of the marketplace.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) id: u64,
    pub(crate) login: String,
}

/// An uploaded photo.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Photo {
    pub(crate) owner_id: u64,
    pub(crate) mime: String,
    pub(crate) temp_uuid: Option<String>,
    #[serde(flatten)]
    pub(crate) file: ListingPhoto,
    #[serde(skip)]
    pub(crate) content: Option<Bytes>,
}

/// What was counted since the start or the last reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Listings published, deleted ones included.
    pub created: u64,
    /// Drafts saved for the first time.
    pub drafts_created: u64,
    /// Calls that asked to publish, whatever the answer.
    pub publish_calls: u64,
    /// Photos stored.
    pub photos_uploaded: u64,
    /// Log-ins by form.
    pub logins: u64,
    /// Refreshes of a session's tokens.
    pub token_rotations: u64,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// Not in the state file: a restart starts with the switches it is given.
    #[serde(skip)]
    pub(crate) switches: Switches,
    /// How often each fault took effect.
    #[serde(skip)]
    pub(crate) fired: BTreeMap<String, u64>,
    /// `publish_calls` and `photo_calls` when the switches were last set.
    #[serde(skip)]
    pub(crate) publish_calls_at_set: u64,
    #[serde(skip)]
    pub(crate) photo_calls_since_set: u64,
    pub(crate) counts: Counts,
    pub(crate) csrf_token: String,
    pub(crate) accounts: BTreeMap<u64, Account>,
    pub(crate) sessions: Vec<Session>,
    /// Refresh tokens already used, with the session that they belonged to: using one again ends that session.
    pub(crate) spent_refresh_tokens: BTreeMap<String, String>,
    pub(crate) listings: BTreeMap<u64, Listing>,
    pub(crate) photos: BTreeMap<u64, Photo>,
    next_id: u64,
}

impl State {
    pub(crate) fn empty(switches: Switches) -> Self {
        Self {
            switches,
            fired: BTreeMap::new(),
            publish_calls_at_set: 0,
            photo_calls_since_set: 0,
            counts: Counts::default(),
            csrf_token: uuid::Uuid::now_v7().to_string(),
            accounts: BTreeMap::new(),
            sessions: Vec::new(),
            spent_refresh_tokens: BTreeMap::new(),
            listings: BTreeMap::new(),
            photos: BTreeMap::new(),
            next_id: 7_400_000_001,
        }
    }

    /// Ids of listings and photos never come back, also after a reset.
    pub(crate) fn new_id(&mut self) -> u64 {
        let id = self.next_id;
        // Steps of random width, as on a busy site: nobody may guess the next id.
        self.next_id += rand::rng().random_range(1..40);
        id
    }

    pub(crate) fn set_switches(&mut self, switches: Switches) {
        self.switches = switches;
        self.publish_calls_at_set = self.counts.publish_calls;
        self.photo_calls_since_set = 0;
    }

    /// A fault took effect.
    pub(crate) fn fire(&mut self, fault: &str) {
        tracing::debug!(fault, "fault fired");
        *self.fired.entry(fault.to_owned()).or_default() += 1;
    }

    /// Forgets listings, photos and counts; members stay logged in, switches as they are.
    pub(crate) fn reset(&mut self) {
        self.listings.clear();
        self.photos.clear();
        self.fired.clear();
        self.counts = Counts::default();
        self.publish_calls_at_set = 0;
        self.photo_calls_since_set = 0;
    }

    /// The member of that name, made when new. The id follows from the name, so that it is the same in every run.
    pub(crate) fn account(&mut self, login: &str) -> Account {
        let digest = Sha256::digest(login.as_bytes());
        let mut id = 1_000_000
            + u64::from(u32::from_be_bytes([0, digest[0], digest[1], digest[2]])) % 90_000_000;
        while self
            .accounts
            .get(&id)
            .is_some_and(|other| other.login != login)
        {
            id += 1;
        }
        let account = Account {
            id,
            login: login.to_owned(),
        };
        self.accounts.entry(id).or_insert(account).clone()
    }

    pub(crate) fn add_photo(&mut self, photo: Photo) {
        self.photos.insert(photo.file.id, photo);
        while self.photos.len() > ROWS_MAX {
            self.photos.pop_first();
        }
        let mut held: u64 = self
            .photos
            .values()
            .filter(|photo| photo.content.is_some())
            .map(|photo| photo.file.bytes)
            .sum();
        if held <= PHOTO_BYTES_MAX {
            return;
        }
        let listed: std::collections::BTreeSet<u64> = self
            .listings
            .values()
            .flat_map(|l| &l.photos)
            .map(|photo| photo.id)
            .collect();
        let newest = self.photos.last_key_value().map(|(id, _)| *id);
        let (loose, kept): (Vec<u64>, Vec<u64>) = self
            .photos
            .keys()
            .copied()
            .partition(|id| !listed.contains(id));
        for id in loose
            .into_iter()
            .chain(kept)
            .filter(|id| Some(*id) != newest)
        {
            if held <= PHOTO_BYTES_MAX {
                break;
            }
            if let Some(photo) = self.photos.get_mut(&id)
                && photo.content.take().is_some()
            {
                held -= photo.file.bytes;
            }
        }
    }

    pub(crate) fn add_listing(&mut self, listing: Listing) {
        self.listings.insert(listing.id, listing);
        while self.listings.len() > ROWS_MAX {
            self.listings.pop_first();
        }
    }

    /// The listing if it is there and belongs to the member.
    pub(crate) fn own_listing(&self, account: &Account, id: u64) -> Option<&Listing> {
        self.listings
            .get(&id)
            .filter(|l| l.owner_id == account.id && !l.is_deleted)
    }

    /// As [`State::own_listing`], to change it.
    pub(crate) fn own_listing_mut(&mut self, account: &Account, id: u64) -> Option<&mut Listing> {
        self.listings
            .get_mut(&id)
            .filter(|l| l.owner_id == account.id && !l.is_deleted)
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}
