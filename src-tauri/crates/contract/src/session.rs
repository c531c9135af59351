//! The seller's own session.

use serde::{Deserialize, Serialize};

use crate::Code;

/// What is known of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct SessionView {
    /// The site takes it.
    pub authenticated: bool,
    /// The name on the site.
    pub username: Option<String>,
    /// The site's id of the person.
    pub user_id: Option<String>,
    /// Why the site could not be asked, where it could not: the session is stored all the same.
    #[serde(default)]
    pub reason: Option<Code>,
    /// Codes of what is worth knowing and stops nothing: `user_agent_differs`, the session comes from a browser of
    /// another kind or major version than the one that is driven. The user agent is never overridden.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// An account of the seller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct AccountView {
    /// UUIDv7.
    pub id: String,
    /// The name that the seller gave it.
    pub name: String,
    /// The site's address.
    pub site_url: String,
    /// The name on the site, once seen.
    pub username: Option<String>,
    /// A sealed session is stored.
    pub has_session: bool,
    /// When the site last took it (RFC 3339).
    pub checked_at: Option<String>,
    /// Where it sells: ISO 3166-1, two capitals.
    pub country: String,
    /// What it is priced in there: ISO 4217.
    pub currency: String,
    /// The site's language there: ISO 639-1.
    pub language: String,
    /// How it fares on the site.
    pub health: AccountHealthView,
    /// What it may publish, and what it has.
    pub budget: BudgetView,
}

/// All accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct AccountList {
    /// By name.
    pub accounts: Vec<AccountView>,
}

/// How an account fares on the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct AccountHealthView {
    /// What the site last said of its session: `missing|unknown|accepted|expired`.
    pub session: String,
    /// What the site keeps it from, once seen; null: nothing that is known.
    pub restriction: Option<RestrictionView>,
    /// The last refusals, newest first, at most 20.
    pub refusals: Vec<RefusalView>,
    /// Why its jobs wait; one entry for each reason.
    pub waiting: Vec<crate::AccountWait>,
}

/// Something that the site does not let an account do for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct RestrictionView {
    /// A code.
    pub code: String,
    /// When it was seen (RFC 3339).
    pub seen_at: String,
    /// Until when (RFC 3339); null where only the person can end it.
    pub until: Option<String>,
}

/// The site refused something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct RefusalView {
    /// When (RFC 3339).
    pub at: String,
    /// A code.
    pub code: String,
    /// A sentence.
    pub message: String,
}

/// What an account may publish, and what it has within the last hour and the last 24.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct BudgetView {
    /// New listings within any hour.
    pub hour: u32,
    /// Of those taken.
    pub hour_used: u32,
    /// New listings within any 24 hours.
    pub day: u32,
    /// Of those taken.
    pub day_used: u32,
    /// When there is room again (RFC 3339); null: now.
    pub free_at: Option<String>,
}

/// A new account, or what to change of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct AccountChange {
    /// Its name.
    pub name: String,
    /// Where it sells: ISO 3166-1. Null: as it is, France for a new one.
    pub country: Option<String>,
    /// New listings an hour, 1 to 20. Null: as it is; 0: what the settings say.
    pub budget_hour: Option<u32>,
    /// New listings a day, 1 to 60. Null: as it is; 0: what the settings say.
    pub budget_day: Option<u32>,
}
