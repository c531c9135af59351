//! Confirm tokens: PASETO v4.local, so that nobody else makes one and nobody reads one.
//!
//! The token only names a confirmation and repeats what it is bound to; the row in the store decides.

use chrono::{DateTime, Utc};
use contract::{Code, Failure};
use pasetors::{
    Local,
    keys::SymmetricKey,
    token::UntrustedToken,
    version4::{LocalToken, V4},
};
use secrecy::{ExposeSecret, SecretBox};
use serde::{Deserialize, Serialize};

use crate::ports::Confirmation;

/// Minutes that a token lives.
pub(crate) const LIFETIME_MINUTES: i64 = 30;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) jti: domain::ConfirmationId,
    pub(crate) draft: domain::DraftId,
    pub(crate) account: domain::AccountId,
    pub(crate) hash: String,
    pub(crate) exp: DateTime<Utc>,
}

/// Binds the token to its use: one of another purpose, though sealed with the same key, is refused.
const PURPOSE: &[u8] = b"vintedbot-studio confirm token 1";

pub(crate) fn issue(
    confirmation: &Confirmation,
    key: &SecretBox<[u8; 32]>,
) -> Result<String, Failure> {
    let claims = Claims {
        jti: confirmation.id,
        draft: confirmation.draft_id,
        account: confirmation.account_id,
        hash: confirmation.content_hash.clone(),
        exp: confirmation.expires_at,
    };
    let body =
        serde_json::to_vec(&claims).map_err(|e| crate::fail::internal("making a token", e))?;
    let key = SymmetricKey::<V4>::from(key.expose_secret().as_slice())
        .map_err(|e| crate::fail::internal("making a token", e))?;
    LocalToken::encrypt(&key, &body, None, Some(PURPOSE))
        .map_err(|e| crate::fail::internal("making a token", e))
}

/// Reads a token; whether it is still in time is for the caller to say, since a settled attempt is replayed even
/// after that.
pub(crate) fn read(token: &str, key: &SecretBox<[u8; 32]>) -> Result<Claims, Failure> {
    let invalid = || {
        Failure::new(
            Code::TokenInvalid,
            "This is not a confirm token of this installation. Prepare the draft again.",
        )
    };
    let key = SymmetricKey::<V4>::from(key.expose_secret().as_slice())
        .map_err(|e| crate::fail::internal("reading a token", e))?;
    let untrusted = UntrustedToken::<Local, V4>::try_from(token.trim()).map_err(|_| invalid())?;
    let trusted =
        LocalToken::decrypt(&key, &untrusted, None, Some(PURPOSE)).map_err(|_| invalid())?;
    serde_json::from_str(trusted.payload()).map_err(|_| invalid())
}

pub(crate) fn expired() -> Failure {
    Failure::new(
        Code::TokenExpired,
        "The confirmation is older than 30 minutes. Prepare the draft again and look at it once more.",
    )
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use uuid::Uuid;

    use super::*;

    fn confirmation() -> Confirmation {
        let at = Utc.timestamp_opt(1_700_000_000, 0).single().unwrap();
        Confirmation {
            id: Uuid::from_u128(1).into(),
            draft_id: Uuid::from_u128(2).into(),
            account_id: Uuid::from_u128(3).into(),
            login: "zoe".into(),
            site_url: "https://www.vinted.fr".into(),
            content_hash: "ab".into(),
            fields: vec![],
            dry_only: false,
            prepared_at: at,
            expires_at: at,
        }
    }

    fn key(byte: u8) -> SecretBox<[u8; 32]> {
        SecretBox::new(Box::new([byte; 32]))
    }

    #[test]
    fn a_token_reads_back_only_under_its_own_key() {
        let token = issue(&confirmation(), &key(1)).unwrap();
        let claims = read(&token, &key(1)).unwrap();
        assert_eq!(
            claims.jti,
            Uuid::from_u128(1).into(),
            "the token names its confirmation"
        );
        let other = read(&token, &key(2)).unwrap_err();
        assert_eq!(
            other.code,
            Code::TokenInvalid,
            "another installation's token is refused"
        );
    }

    #[test]
    fn a_changed_token_is_refused() {
        let token = issue(&confirmation(), &key(1)).unwrap();
        for at in [10, token.len() / 2, token.len() - 1] {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(bytes).unwrap();
            let error = read(&forged, &key(1)).unwrap_err();
            assert_eq!(
                error.code,
                Code::TokenInvalid,
                "byte {at} changed must not pass"
            );
        }
        assert_eq!(
            read("", &key(1)).unwrap_err().code,
            Code::TokenInvalid,
            "empty is no token"
        );
    }
}
