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
}
