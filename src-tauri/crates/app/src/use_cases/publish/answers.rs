//! The site's answers that prove that nothing was made, as failures.

use contract::{Code, Failure};
use serde_json::json;

use crate::{fail, ports::Submitted};

/// The answers that prove that nothing was made.
pub(super) fn refusal(
    submitted: Submitted,
    by_hand: bool,
    now: chrono::DateTime<chrono::Utc>,
) -> Failure {
    match submitted {
        Submitted::NotSent { messages } if by_hand => Failure::new(
            Code::Cancelled,
            "You did not press the site's button. Nothing was published; the draft may be prepared again.",
        )
        .with(json!({ "messages": messages })),
        Submitted::Rejected { errors } => {
            let sentences: Vec<&str> = errors.iter().map(|(_, text)| text.as_str()).collect();
            let list: Vec<_> = errors
                .iter()
                .map(|(f, text)| json!({ "field": f, "value": text }))
                .collect();
            Failure::new(
                Code::InvalidField,
                format!(
                    "The site did not take the listing: {}. Nothing was published.",
                    sentences.join("; ")
                ),
            )
            .with(json!({ "errors": list }))
        }
        Submitted::NotSent { messages } => Failure::new(
            Code::SiteRefused,
            if messages.is_empty() {
                "The site's button did nothing. Nothing was published; try again.".to_owned()
            } else {
                format!(
                    "The form says: {}. Nothing was published.",
                    messages.join("; ")
                )
            },
        )
        .with(json!({ "messages": messages })),
        Submitted::SessionGone => fail::session_expired(),
        Submitted::RateLimited { retry_after } => fail::rate_limited(retry_after, now),
        Submitted::Refused { status } => fail::site_refused(status),
        other => fail::internal(
            "reading the site's answer",
            format!("{other:?} is no refusal"),
        ),
    }
}
