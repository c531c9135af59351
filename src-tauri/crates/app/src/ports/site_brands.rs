//! Brands as the site writes them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::Recorded;

/// The brands that the site's form showed, kept for when labels are read and names are typed.
#[async_trait]
pub trait SiteBrands: Send + Sync {
    /// All, in the order of their names.
    async fn site_brands(&self) -> Recorded<Vec<String>>;

    /// Notes names that were shown now; one that is known keeps its newest writing. Only the newest `most` stay.
    async fn keep_site_brands(
        &self,
        names: &[String],
        at: DateTime<Utc>,
        most: u32,
    ) -> Recorded<()>;
}
