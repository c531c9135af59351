//! `session forget`: the sealed session is erased.

use contract::{Event, Failure};

use crate::{App, fail};

impl App {
    /// Erases the account's session. Forgetting what is not there is no failure.
    ///
    /// # Errors
    /// Storage only.
    pub async fn forget_session(&self, account: Option<&str>) -> Result<(), Failure> {
        let Some(mut row) = self.account(account).await? else {
            return Ok(());
        };
        row.sealed_session = None;
        row.login = None;
        row.site_user_id = None;
        row.user_agent = None;
        row.checked_at = None;
        self.parts
            .accounts
            .save(&row)
            .await
            .map_err(fail::record("forgetting the session"))?;
        self.tell(Event::SessionChanged { account: row.name });
        Ok(())
    }
}
