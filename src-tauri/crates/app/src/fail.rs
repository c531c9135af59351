//! From what went wrong inside to the one shape that reaches a person.

use contract::{Code, Failure};
use serde_json::json;

use crate::ports::{Challenge, RecordError, SecretError, SiteStop};

/// Everything unforeseen: a short incident id is in the log beside the cause, and in the answer.
pub(crate) fn internal(what: &str, cause: impl std::fmt::Display) -> Failure {
    let incident = uuid::Uuid::new_v4().simple().to_string()[..8].to_owned();
    tracing::error!(incident, what, cause = %cause, "internal failure");
    Failure::new(
        Code::Internal,
        format!("Something unforeseen happened while {what}. The log has it under {incident}."),
    )
    .with(json!({ "incident": incident }))
}

/// A record call failed while doing `what`, a phrase such as "saving the draft".
pub(crate) fn record(what: &'static str) -> impl Fn(RecordError) -> Failure {
    move |error| match error {
        RecordError::NotFound => Failure::new(Code::NotFound, "There is no such thing any more."),
        RecordError::Stale => Failure::new(
            Code::DraftChanged,
            "It was changed elsewhere in the meantime. Load it again, then repeat the change.",
        ),
        RecordError::Full => full(),
        RecordError::Disk(cause) => refused_by_disk(what, &cause),
        other => internal(what, other),
    }
}

pub(crate) fn disk(what: &'static str) -> impl Fn(std::io::Error) -> Failure {
    move |error| {
        if is_full_disk(&error) {
            full()
        } else {
            refused_by_disk(what, &error)
        }
    }
}

/// Whether there was no space left, on the disk or in the person's share of it.
#[must_use]
pub fn is_full_disk(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

fn full() -> Failure {
    Failure::new(
        Code::StorageFull,
        "The disk is full. Nothing was lost; free some space, then try again.",
    )
}

pub(crate) fn refused_by_disk(what: &str, cause: &impl std::fmt::Display) -> Failure {
    tracing::error!(what, cause = %cause, "the disk refused");
    Failure::new(
        Code::StorageUnavailable,
        format!(
            "The disk refused while {what} ({cause}). What was saved before is still there. Check the disk, \
             then try again."
        ),
    )
}

pub(crate) fn secret(error: SecretError) -> Failure {
    match error {
        SecretError::Unavailable(why) => Failure::new(
            Code::VaultUnavailable,
            format!(
                "The vault that keeps your session cannot be used ({why}). Unlock the system's keyring, or set \
                 STUDIO_VAULT=file with STUDIO_VAULT_PASSPHRASE on machines without one."
            ),
        ),
        SecretError::Full => full(),
        SecretError::Disk(cause) => refused_by_disk("opening the vault", &cause),
        SecretError::KeyLost => Failure::new(
            Code::VaultKeyLost,
            "The key that sealed your session is gone. Log in to the site again.",
        ),
        SecretError::Damaged => Failure::new(
            Code::SessionMissing,
            "The stored session cannot be opened any more. Log in to the site again.",
        ),
    }
}

impl Challenge {
    /// Stable word for logs and details.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::DataDome => "datadome",
            Self::Cloudflare => "cloudflare",
            Self::Verification => "verification",
        }
    }
}

pub(crate) fn stop(stop: SiteStop, now: chrono::DateTime<chrono::Utc>) -> Failure {
    match stop {
        SiteStop::Challenge(kind) => Failure::new(
            Code::CaptchaOrVerification,
            "The site asks to confirm that a human sits here. Open it in your browser, answer, then come back.",
        )
        .with(json!({ "kind": kind.code() })),
        SiteStop::SessionGone => session_expired(),
        SiteStop::WrongAccount { expected, found } => Failure::new(
            Code::WrongAccount,
            format!("{found} is logged in, but this account is {expected}. Nothing was done; log in as {expected}."),
        )
        .with(json!({ "expected": expected, "found": found })),
        SiteStop::RateLimited { retry_after } => rate_limited(retry_after, now),
        SiteStop::Refused { status } => site_refused(status),
        SiteStop::SiteError { status } => site_error(status),
        SiteStop::Unreachable(why) => Failure::new(
            Code::SiteUnreachable,
            "The site does not answer. Check the connection, then try again.",
        )
        .with(json!({ "cause": why })),
        SiteStop::FieldNotFound { field, tried } => Failure::new(
            Code::FieldNotFound,
            format!(
                "The form's field \"{}\" was not found, so nothing was published. `studio doctor --site` shows \
                 what the form looks like now.",
                field.code()
            ),
        )
        .with(json!({ "field": field.code(), "tried": tried })),
        SiteStop::InvalidField { field, value, candidates } => Failure::new(
            Code::InvalidField,
            if candidates.is_empty() {
                format!("The site has no {} \"{value}\". Choose another.", field.code())
            } else {
                format!(
                    "\"{value}\" does not name one {} of the site. Choose one of: {}.",
                    field.code(),
                    candidates.join("; ")
                )
            },
        )
        .with(json!({
            "fields": { field.code(): "invalid_field" },
            "field": field.code(),
            "value": value,
            "candidates": candidates,
        })),
        SiteStop::PhotoUpload { index, reason } => Failure::new(
            Code::PhotoUploadFailed,
            format!("The site did not take photo {}. Nothing was published; try again, or remove it.", index + 1),
        )
        .with(json!({ "index": index, "reason": reason })),
        SiteStop::BrowserNotFound(hint) => Failure::new(Code::BrowserNotFound, hint),
        SiteStop::BrowserTooOld(advice) => Failure::new(Code::BrowserTooOld, advice),
        SiteStop::BrowserNotStarted { advice, cause } => Failure::new(
            Code::BrowserNotStarted,
            // The variable is the app's own; the browser knows its switch only.
            advice.replace(
                "give the browser the switch --no-sandbox",
                "set STUDIO_BROWSER_ARGS=--no-sandbox",
            ),
        )
        .with(json!({ "cause": cause })),
        SiteStop::BrowserCrashed(why) => Failure::new(
            Code::BrowserCrashed,
            "The browser stopped by itself. Nothing was published; try again.",
        )
        .with(json!({ "cause": why })),
        SiteStop::NoDisplay => Failure::new(
            Code::NoDisplay,
            "This needs a browser that you can see, and there is no display here. Do it where there is one; a session can \
             also be stored with `studio session set`.",
        ),
        SiteStop::Cancelled => Failure::new(Code::Cancelled, "Stopped. Nothing was published."),
    }
}

pub(crate) fn session_expired() -> Failure {
    Failure::new(
        Code::SessionExpired,
        "The site does not accept the session any more. Log in again.",
    )
}

pub(crate) fn rate_limited(
    retry_after: Option<u64>,
    now: chrono::DateTime<chrono::Utc>,
) -> Failure {
    // At least 15 minutes, whatever the site says (vinted-facts A8: peers' policy after 429, M).
    // A day at most: a clock or a header gone wild must not plan for another century.
    let seconds = retry_after.unwrap_or(0).clamp(15 * 60, 24 * 3600);
    let at = now + chrono::TimeDelta::seconds(i64::try_from(seconds).unwrap_or(6 * 3600));
    let mut failure = Failure::new(
        Code::RateLimited,
        format!(
            "The site asks to wait. Nothing was published; try again after {}.",
            contract::time(at)
        ),
    );
    failure.retry_at = Some(contract::time(at));
    failure
}

pub(crate) fn site_refused(status: u16) -> Failure {
    Failure::new(
        Code::SiteRefused,
        "The site refused. Nothing was published; look at the site in your browser for a message.",
    )
    .with(json!({ "status": status }))
}

pub(crate) fn site_error(status: u16) -> Failure {
    Failure::new(
        Code::SiteError,
        "The site answered with an error of its own, and no listing was made. Try again later.",
    )
    .with(json!({ "status": status }))
}

pub(crate) fn outcome_unknown() -> Failure {
    Failure::new(
        Code::OutcomeUnknown,
        "It is not known whether the listing was made. Look at your items on the site, then say it with \
         `studio publish resolve DRAFT --published ID` or `--not-published`. Nothing is tried again by itself.",
    )
}
