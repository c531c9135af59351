//! From what the browser and the site say to why a run stops.

use app::ports::SiteStop;
use browser::BrowserError;
use chrono::DateTime;
use domain::form::Field;

use crate::{answers::Envelope, challenge, page::Reply, profile::Profile};

/// A browser error outside of a field.
pub(crate) fn of_browser(error: BrowserError) -> SiteStop {
    match error {
        BrowserError::NotFound { .. } => SiteStop::BrowserNotFound(advice(&error)),
        BrowserError::TooOld { .. } => SiteStop::BrowserTooOld(advice(&error)),
        BrowserError::RunsAsRoot | BrowserError::NotStarted { .. } => SiteStop::BrowserNotStarted {
            advice: advice(&error),
            cause: error.to_string(),
        },
        BrowserError::NoDisplay => SiteStop::NoDisplay,
        BrowserError::Cancelled => SiteStop::Cancelled,
        BrowserError::Navigation { .. } => SiteStop::Unreachable(error.to_string()),
        BrowserError::Timeout { .. } => SiteStop::Unreachable(error.to_string()),
        other => SiteStop::BrowserCrashed(other.to_string()),
    }
}

fn advice(error: &BrowserError) -> String {
    error.advice().unwrap_or_else(|| error.to_string())
}

/// A browser error while a field was handled: where the element was the problem, the field was not found.
pub(crate) fn of_field(field: Field, profile: &Profile, error: BrowserError) -> SiteStop {
    if error.is_about_element() {
        not_found(field, profile, Some(&error))
    } else {
        of_browser(error)
    }
}

/// The field was not found, or could not be used; with every way that was tried.
pub(crate) fn not_found(field: Field, profile: &Profile, why: Option<&BrowserError>) -> SiteStop {
    let mut tried: Vec<String> = profile
        .ways(crate::profile::Hook::of(field))
        .iter()
        .map(|w| w.how.to_string())
        .collect();
    tried.extend(why.map(ToString::to_string));
    SiteStop::FieldNotFound { field, tried }
}

/// What an answer of the site says against going on; none for one that can be used, and for 404 and other
/// statuses that only the asker can judge.
pub(crate) fn of_reply(profile: &Profile, reply: &Reply) -> Option<SiteStop> {
    if reply.status == 0 {
        return Some(SiteStop::Unreachable(reply.body.clone()));
    }
    let envelope = Envelope::of(&reply.json());
    if let Some(kind) = challenge::in_answer(profile, &reply.body, &envelope) {
        return Some(SiteStop::Challenge(kind));
    }
    if asks_to_log_in(profile, reply, &envelope) {
        return Some(SiteStop::SessionGone);
    }
    match reply.status {
        429 => Some(SiteStop::RateLimited {
            retry_after: retry_after(reply),
        }),
        403 => Some(SiteStop::Refused { status: 403 }),
        status @ 500.. => Some(SiteStop::SiteError { status }),
        _ => None,
    }
}

/// The session is gone: by status, by code, or by a log-in page in place of an answer, whatever its status.
pub(crate) fn asks_to_log_in(profile: &Profile, reply: &Reply, envelope: &Envelope) -> bool {
    let page = || {
        reply.body.trim_start().starts_with('<')
            && profile
                .challenge
                .log_in_words
                .iter()
                .any(|w| reply.body.contains(w.as_str()))
    };
    reply.status == 401 || envelope.code == Some(100) || page()
}

/// Seconds of `Retry-After`: a number, or a date, counted from the answer's own `Date`.
pub(crate) fn retry_after(reply: &Reply) -> Option<u64> {
    let text = reply.retry_after.as_deref()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let date = |text: &str| DateTime::parse_from_rfc2822(text).ok();
    let from = date(reply.date.as_deref()?)?;
    u64::try_from((date(text)? - from).num_seconds()).ok()
}

#[cfg(test)]
mod tests {
    use app::ports::Challenge;

    use super::*;

    fn stop(status: u16, body: &str) -> Option<SiteStop> {
        let reply = Reply {
            status,
            body: body.into(),
            ..Reply::default()
        };
        of_reply(&Profile::load(None).unwrap(), &reply)
    }

    #[test]
    fn answers_are_told_apart() {
        use SiteStop as S;
        assert!(stop(200, r#"{"code":0}"#).is_none(), "an answer");
        assert!(
            stop(404, r#"{"code":104}"#).is_none(),
            "not found is for the asker to judge"
        );
        assert!(matches!(stop(401, ""), Some(S::SessionGone)), "401");
        assert!(
            matches!(stop(200, r#"{"code":100}"#), Some(S::SessionGone)),
            "code 100"
        );
        assert!(
            matches!(
                stop(403, r#"{"code":106}"#),
                Some(S::Refused { status: 403 })
            ),
            "access denied is no bot check (vinted-facts A8, H)"
        );
        assert!(
            matches!(
                stop(200, r#"{"url":"https://geo.captcha-delivery.com/x"}"#),
                Some(S::Challenge(Challenge::DataDome))
            ),
            "a challenge with status 200"
        );
        assert!(
            matches!(
                stop(
                    200,
                    "<!doctype html><a data-testid=\"auth-select-type--login-email\">"
                ),
                Some(S::SessionGone)
            ),
            "a log-in page with status 200"
        );
        assert!(
            matches!(stop(503, ""), Some(S::SiteError { status: 503 })),
            "5xx"
        );
        assert!(
            matches!(stop(0, "Failed to fetch"), Some(S::Unreachable(_))),
            "no answer"
        );
    }

    #[test]
    fn retry_after_in_both_forms() {
        let reply = |retry: &str, date: Option<&str>| {
            retry_after(&Reply {
                status: 429,
                retry_after: Some(retry.into()),
                date: date.map(str::to_owned),
                body: String::new(),
            })
        };
        assert_eq!(reply("120", None), Some(120), "seconds");
        assert_eq!(
            reply(
                "Fri, 20 Nov 2026 08:15:00 GMT",
                Some("Fri, 20 Nov 2026 08:00:00 GMT")
            ),
            Some(900),
            "a date, from the answer's own"
        );
        assert_eq!(
            reply("Fri, 20 Nov 2026 08:15:00 GMT", None),
            None,
            "nothing is guessed"
        );
        assert_eq!(reply("soon", None), None, "nor from words");
    }

    #[test]
    fn a_covered_field_names_its_ways_and_the_cover() {
        let error = BrowserError::Covered {
            what: "price".into(),
            by: "div#banner".into(),
        };
        let profile = Profile::load(None).unwrap();
        let SiteStop::FieldNotFound { field, tried } = of_field(Field::Price, &profile, error)
        else {
            panic!("an element that cannot be used is reported as its field");
        };
        assert_eq!(field, Field::Price, "the field");
        assert!(
            tried.iter().any(|t| t.contains("price-input--input")),
            "{tried:?} names the ways"
        );
        assert!(
            tried.iter().any(|t| t.contains("div#banner")),
            "{tried:?} names what covers it"
        );
    }
}
