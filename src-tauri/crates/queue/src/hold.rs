//! Lanes that wait: all of them at a person's word, or one that must not go on for a while.

use chrono::{DateTime, Utc};

use crate::clock::{from_text, to_text};
use crate::enqueue::has_four_digit_year;
use crate::{Queue, QueueError, Reason};

/// Which lanes wait.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum HoldScope {
    /// All.
    All,
    /// One.
    Lane(String),
}

impl HoldScope {
    fn stored(&self) -> &str {
        match self {
            Self::All => "",
            Self::Lane(lane) => lane,
        }
    }
}

/// Lanes that wait: no job of theirs is claimed; one that runs is not disturbed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Which.
    pub scope: HoldScope,
    /// Why.
    pub reason: Reason,
    /// Ends by itself then; none: when it is released.
    pub until: Option<DateTime<Utc>>,
}

impl Queue {
    /// Makes lanes wait, over restarts too. A hold of the same lanes for the same reason's code is
    /// replaced; those for other reasons stay beside it.
    ///
    /// # Errors
    /// [`QueueError::Invalid`], and those of the database.
    pub async fn hold(&self, hold: Hold) -> Result<(), QueueError> {
        if hold.scope == HoldScope::Lane(String::new()) {
            return Err(QueueError::Invalid {
                what: "a lane without a name",
            });
        }
        if hold.until.is_some_and(|until| !has_four_digit_year(until)) {
            return Err(QueueError::Invalid {
                what: "a time outside the years 0 to 9999",
            });
        }
        sqlx::query(
            "INSERT INTO queue_holds (lane, code, detail, until, created_at) \
             VALUES (?, ?, ?, ?, ?) ON CONFLICT (lane, code) DO UPDATE SET \
             detail = excluded.detail, until = excluded.until, created_at = excluded.created_at",
        )
        .bind(hold.scope.stored())
        .bind(&hold.reason.code)
        .bind(&hold.reason.detail)
        .bind(hold.until.map(to_text))
        .bind(to_text(self.now()))
        .execute(&self.inner.writer)
        .await?;
        Ok(())
    }

    /// Ends the hold of these lanes for this reason's code; what holds them for another stays. False
    /// where there was none.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn release(&self, scope: &HoldScope, code: &str) -> Result<bool, QueueError> {
        let released = sqlx::query("DELETE FROM queue_holds WHERE lane = ? AND code = ?")
            .bind(scope.stored())
            .bind(code)
            .execute(&self.inner.writer)
            .await?;
        self.inner.wake.notify_one();
        Ok(released.rows_affected() > 0)
    }

    /// What is held now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn holds(&self) -> Result<Vec<Hold>, QueueError> {
        let rows: Vec<(String, String, String, Option<String>)> = sqlx::query_as(
            "SELECT lane, code, detail, until FROM queue_holds \
             WHERE until IS NULL OR until > ? ORDER BY lane, code",
        )
        .bind(to_text(self.now()))
        .fetch_all(&self.inner.reader)
        .await?;
        rows.into_iter()
            .map(|(lane, code, detail, until)| {
                let scope = if lane.is_empty() {
                    HoldScope::All
                } else {
                    HoldScope::Lane(lane)
                };
                let until = until.as_deref().map(from_text).transpose()?;
                Ok(Hold {
                    scope,
                    reason: Reason { code, detail },
                    until,
                })
            })
            .collect()
    }
}
