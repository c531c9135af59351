//! What the rows still need of the files beside them; whatever else lies there may be removed.

use std::collections::HashSet;

use app::ports::Recorded;
use chrono::{DateTime, Utc};

use crate::{Database, convert::time, error::record};

impl Database {
    /// SHA-256 (hex) of every photo that has a row, drafts that were removed included: they can come back.
    ///
    /// # Errors
    /// Storage only.
    pub async fn photo_hashes(&self) -> Recorded<HashSet<String>> {
        let hashes: Vec<String> = sqlx::query_scalar(
            "SELECT sha256 FROM photos UNION \
             SELECT json_extract(master, '$.sha256') FROM photos WHERE master IS NOT NULL",
        )
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        Ok(hashes.into_iter().collect())
    }

    /// Confirmations whose picture of the form may still be looked at: not expired at `now`, or with an attempt
    /// that is neither settled nor refused, where the picture is evidence.
    ///
    /// # Errors
    /// Storage only.
    pub async fn confirmations_in_use(&self, now: DateTime<Utc>) -> Recorded<HashSet<String>> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM confirmations WHERE expires_at > ? UNION \
             SELECT confirmation_id FROM publish_attempts WHERE state NOT IN ('settled', 'refused')",
        )
        .bind(time(now))
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        Ok(ids.into_iter().collect())
    }
}
