//! Table `accounts`.

use app::ports::{Account, Accounts, Recorded};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::AccountId;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    Database,
    convert::{read_id, read_time, time, unreadable},
    error::record,
};

const COLUMNS: &str = "SELECT id, name, site_url, login, site_user_id, user_agent, sealed_session, checked_at, country, \
     budget_hour, budget_day FROM accounts";

fn read(row: &SqliteRow) -> Recorded<Account> {
    let country: Option<String> = row.try_get("country").map_err(record)?;
    let checked_at: Option<String> = row.try_get("checked_at").map_err(record)?;
    Ok(Account {
        id: read_id(row.try_get("id").map_err(record)?)?,
        name: row.try_get("name").map_err(record)?,
        site_url: row.try_get("site_url").map_err(record)?,
        login: row.try_get("login").map_err(record)?,
        site_user_id: row.try_get("site_user_id").map_err(record)?,
        user_agent: row.try_get("user_agent").map_err(record)?,
        sealed_session: row.try_get("sealed_session").map_err(record)?,
        checked_at: checked_at.as_deref().map(read_time).transpose()?,
        country: country
            .map(|code| code.parse().map_err(|_| unreadable("a country")))
            .transpose()?,
        budget_hour: row.try_get("budget_hour").map_err(record)?,
        budget_day: row.try_get("budget_day").map_err(record)?,
    })
}

#[async_trait]
impl Accounts for Database {
    async fn all(&self) -> Recorded<Vec<Account>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY name")))
            .fetch_all(&self.reader)
            .await
            .map_err(record)?;
        rows.iter().map(read).collect()
    }

    async fn by_id(&self, id: AccountId) -> Recorded<Option<Account>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = ?")))
            .bind(id.to_string())
            .fetch_optional(&self.reader)
            .await
            .map_err(record)?;
        row.as_ref().map(read).transpose()
    }

    async fn by_name(&self, name: &str) -> Recorded<Option<Account>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE name = ?")))
            .bind(name)
            .fetch_optional(&self.reader)
            .await
            .map_err(record)?;
        row.as_ref().map(read).transpose()
    }

    async fn save(&self, account: &Account) -> Recorded<()> {
        sqlx::query(
            "INSERT INTO accounts (id, name, site_url, login, site_user_id, user_agent, sealed_session, checked_at, \
             country, budget_hour, budget_day) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, site_url = excluded.site_url, \
             login = excluded.login, site_user_id = excluded.site_user_id, user_agent = excluded.user_agent, \
             sealed_session = excluded.sealed_session, checked_at = excluded.checked_at, \
             country = excluded.country, budget_hour = excluded.budget_hour, budget_day = excluded.budget_day",
        )
        .bind(account.id.to_string())
        .bind(&account.name)
        .bind(&account.site_url)
        .bind(&account.login)
        .bind(&account.site_user_id)
        .bind(&account.user_agent)
        .bind(&account.sealed_session)
        .bind(account.checked_at.map(time))
        .bind(account.country.map(domain::Country::code))
        .bind(account.budget_hour)
        .bind(account.budget_day)
        .execute(&self.writer)
        .await
        .map_err(record)?;
        Ok(())
    }

    async fn change(&self, account: &Account) -> Recorded<()> {
        sqlx::query(
            "UPDATE accounts SET budget_hour = ?, budget_day = ?, \
             country = CASE WHEN sealed_session IS NULL THEN ? ELSE country END, \
             site_url = CASE WHEN sealed_session IS NULL THEN ? ELSE site_url END WHERE id = ?",
        )
        .bind(account.budget_hour)
        .bind(account.budget_day)
        .bind(account.country.map(domain::Country::code))
        .bind(&account.site_url)
        .bind(account.id.to_string())
        .execute(&self.writer)
        .await
        .map_err(record)?;
        Ok(())
    }

    async fn replace_session(
        &self,
        id: AccountId,
        expected: Option<&[u8]>,
        sealed: Option<&[u8]>,
    ) -> Recorded<bool> {
        let done = sqlx::query(
            "UPDATE accounts SET sealed_session = ? WHERE id = ? AND sealed_session IS ?",
        )
        .bind(sealed)
        .bind(id.to_string())
        .bind(expected)
        .execute(&self.writer)
        .await
        .map_err(record)?;
        Ok(done.rows_affected() == 1)
    }

    async fn note_user(
        &self,
        id: AccountId,
        login: &str,
        site_user_id: &str,
        at: DateTime<Utc>,
    ) -> Recorded<()> {
        sqlx::query("UPDATE accounts SET login = ?, site_user_id = ?, checked_at = ? WHERE id = ?")
            .bind(login)
            .bind(site_user_id)
            .bind(time(at))
            .bind(id.to_string())
            .execute(&self.writer)
            .await
            .map_err(record)?;
        Ok(())
    }

    async fn any_sealed(&self) -> Recorded<bool> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM accounts WHERE sealed_session IS NOT NULL)",
        )
        .fetch_one(&self.reader)
        .await
        .map_err(record)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn a_rotated_session_replaces_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let account = Account {
            id: Uuid::from_u128(7).into(),
            name: "main".into(),
            site_url: "https://www.vinted.fr".into(),
            login: Some("zoe".into()),
            site_user_id: None,
            user_agent: Some("UA".into()),
            sealed_session: Some(vec![1, 2]),
            checked_at: None,
            country: None,
            budget_hour: None,
            budget_day: None,
        };
        db.save(&account).await.unwrap();
        let held = account.sealed_session.as_deref();
        assert!(
            db.replace_session(account.id, held, Some(&[9]))
                .await
                .unwrap(),
            "a run hands back what it began with, rotated"
        );
        assert!(
            !db.replace_session(account.id, held, Some(&[7]))
                .await
                .unwrap(),
            "a run that began before must not overwrite what came meanwhile"
        );
        let stored = Accounts::by_name(&db, "main").await.unwrap().unwrap();
        assert_eq!(
            stored.sealed_session,
            Some(vec![9]),
            "the newest session is kept"
        );
        assert_eq!(
            stored.login, account.login,
            "a run's end must not undo what was learnt meanwhile"
        );
        assert!(
            db.any_sealed().await.unwrap(),
            "a sealed session needs its key"
        );
    }
}
