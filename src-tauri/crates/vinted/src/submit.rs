//! Presses the publish button and says what the server answered. What the page does then (item, profile, modal,
//! nothing) proves nothing and is not looked at (vinted-facts A4).
//!
//! At most one publish call leaves the browser per permit: calls are stopped inside the browser, and one exception is
//! made for the press, the app's or the person's. Each call is decided on in this process, so that none was let out
//! is proof that none left.

use std::time::Duration;

use app::ports::{SiteStop, Submitted};
use browser::{BrowserError, Exchange};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    answers::{Envelope, new_item_id},
    challenge,
    flow::shown_fields,
    lookout::{Step, path_of, reply_of},
    page::Place,
    profile::{Hook, Profile},
    stop,
    visit::Visit,
};

/// For the call to leave after the click.
const LEAVES: Duration = Duration::from_secs(5);
/// For a call to leave although the page shows a message: it may say that it is sending.
const LEAVES_YET: Duration = Duration::from_millis(1_500);
/// For a call that was let out to be in the log: it waits for its connection first, on a machine under load.
const HEARD: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(150);
const CLOSED: &str = "the window was closed";
/// Between two looks whether the person is still at the form.
const PERSON_EVERY: Duration = Duration::from_millis(400);
/// A click on a page that has just been drawn may do nothing (vinted-facts A3): one more, and only after it was
/// shown that no call left and that the form is unchanged.
const PRESSES: usize = 2;

/// Publishes. The caller holds a permit; nothing else in this crate calls this.
pub(crate) async fn publish(visit: &Visit) -> Submitted {
    visit.step("publish");
    if let Err(stop) = visit.clear().await {
        return not_sent(stop);
    }
    let Ok(before) = shown_fields(visit).await else {
        return nothing_sent(vec!["the form cannot be read".to_owned()]);
    };
    let old_messages = visit.messages().await;
    for _ in 0..PRESSES {
        let mark = visit.lookout.mark();
        let stopped = visit.stopped_calls();
        visit.let_one_out().await;
        failpoint::reached("site.publish_allowed");
        let over = press(visit, mark, &old_messages).await;
        failpoint::reached("site.publish_pressed");
        // Whatever came of it: no second call leaves.
        let left = visit.hold_back();
        failpoint::reached("site.publish_forbidden_again");
        if left {
            return sent(visit, mark).await;
        }
        if let Some(over) = over {
            return over;
        }
        let unchanged = shown_fields(visit).await.is_ok_and(|now| now == before);
        if !unchanged || visit.stopped_calls() > stopped {
            break;
        }
        visit.step("press_again");
    }
    let messages = visit.messages().await;
    nothing_sent(messages)
}

/// One click, and a look at what it starts: what the page, or the way to it, said against it. Whether a call left
/// is the guard's word.
async fn press(visit: &Visit, mark: u64, old_messages: &[String]) -> Option<Submitted> {
    let button = visit.page.at(&Place::of(Hook::Publish));
    match visit.page.click(button).await {
        Ok(()) => {}
        // Whether it clicked, and what came of it, died with the browser.
        Err(BrowserError::Crashed { .. } | BrowserError::PageClosed) => {
            return Some(Submitted::NoAnswer);
        }
        // The rest cannot have published unseen: the call is held back next, and was watched until then.
        Err(error) => {
            let mut messages = visit.messages().await;
            messages.extend(visit.page.texts(Hook::Dialog).await.unwrap_or_default());
            messages.push(error.to_string());
            return Some(not_sent_or(visit, nothing_sent(messages)).await);
        }
    }
    let end = Instant::now() + LEAVES;
    while Instant::now() < end {
        if visit
            .lookout
            .wait(mark, LOOK_EVERY, |s| publish_sent(visit.profile(), s))
            .await
            .is_some()
        {
            return None;
        }
        if let Err(stop) = visit.clear().await {
            return Some(not_sent(stop));
        }
        let mut said = visit.messages().await;
        said.extend(visit.page.texts(Hook::Dialog).await.unwrap_or_default());
        said.retain(|m| !old_messages.contains(m));
        if !said.is_empty() {
            let sent = visit
                .lookout
                .wait(mark, LEAVES_YET, |s| publish_sent(visit.profile(), s))
                .await;
            if sent.is_some() {
                return None;
            }
            return Some(nothing_sent(said));
        }
    }
    None
}

/// What became of the call that was let out since a mark.
async fn sent(visit: &Visit, mark: u64) -> Submitted {
    visit.step("await_answer");
    failpoint::reached("site.publish_call_left");
    let call = visit
        .lookout
        .wait(mark, HEARD, |s| publish_sent(visit.profile(), s))
        .await;
    let answered = match call {
        Some(id) => answer(visit, mark, &id).await,
        // Let out, and nothing more was heard of it: the browser died, or it is about to.
        None => Submitted::NoAnswer,
    };
    failpoint::reached("site.publish_answered");
    answered
}

/// Leaves the press to the person and waits for the answer to it (port: `FilledPage::await_person`). Nothing is clicked,
/// and what the site shows meanwhile is the person's own.
pub(crate) async fn by_person(
    visit: &Visit,
    patience: Duration,
    cancel: CancellationToken,
) -> Submitted {
    let mark = visit.lookout.mark();
    visit.let_one_out().await;
    // Told when it counts: an earlier press is refused like any other call.
    visit.step("await_person");
    failpoint::reached("site.publish_left_to_person");
    let why = tokio::select! {
        biased;
        pressed = visit.lookout.wait(mark, patience, |s| publish_sent(visit.profile(), s)) => match pressed {
            Some(_) => "the button was pressed",
            None if visit.after_all().tab.gone().is_cancelled() => CLOSED,
            None => "nobody pressed the button",
        },
        () = cancel.cancelled() => "stopped before the button was pressed",
        why = left_the_form(visit) => why,
    };
    // This process decides on each call: where none was let out, none left, whatever became of the browser.
    if visit.hold_back() {
        return sent(visit, mark).await;
    }
    nothing_sent(vec![why.to_owned()])
}

/// Ends once the person closed the form's page or went elsewhere in it.
async fn left_the_form(visit: &Visit) -> &'static str {
    let form = visit.profile().paths.new_listing.clone();
    let page = visit.after_all();
    loop {
        tokio::time::sleep(PERSON_EVERY).await;
        match page.tab.url().await {
            Ok(url) if path_of(&url) == form => {}
            // A challenge or a wall may lie between the form and itself; the wait is bounded.
            Ok(_) if matches!(visit.asks_for_person(&page).await, Ok(Some(_))) => {}
            Ok(_) => return "the form was left",
            Err(BrowserError::PageClosed | BrowserError::Crashed { .. }) => {
                return CLOSED;
            }
            // Just changing.
            Err(_) => {}
        }
    }
}

fn publish_sent(profile: &Profile, step: &Step) -> Option<String> {
    profile
        .calls
        .publish
        .is(step.request())
        .then(|| step.request().id.clone())
}

/// The server's answer to the call that left. Not ended by a cancellation: it is bounded, and whoever cancels
/// still needs to know.
async fn answer(visit: &Visit, mark: u64, id: &str) -> Submitted {
    let answered = visit
        .lookout
        .wait(mark, visit.config.answer_within, |step| {
            if step.request().id != id {
                return None;
            }
            match step {
                Step::Sent(_) => None,
                Step::Failed(_) => Some(None),
                // A redirect is no answer; what it leads to is.
                Step::Answered(e) if (300..400).contains(&e.status) => None,
                Step::Answered(e) => Some(Some(std::sync::Arc::clone(e))),
            }
        })
        .await;
    match answered.flatten() {
        Some(exchange) => outcome(visit.profile(), &exchange, |id| {
            visit.address(&format!("/items/{id}"))
        }),
        None => Submitted::NoAnswer,
    }
}

/// What an answer to the publish call means (contract: "What the site's answer means").
pub(crate) fn outcome(
    profile: &Profile,
    exchange: &Exchange,
    url: impl Fn(&str) -> String,
) -> Submitted {
    let reply = reply_of(exchange);
    let body = reply.json();
    let envelope = Envelope::of(&body);
    if let Some(kind) = challenge::in_answer(profile, &reply.body, &envelope) {
        return Submitted::Challenge(kind);
    }
    if stop::asks_to_log_in(profile, &reply, &envelope) {
        return Submitted::SessionGone;
    }
    match reply.status {
        200..=299 => match (envelope.code, new_item_id(&body)) {
            (Some(0) | None, Some(listing_id)) => Submitted::Published {
                listing_url: url(&listing_id),
                listing_id,
            },
            (Some(code), _) if code != 0 => Submitted::Rejected {
                errors: envelope.refusals(),
            },
            // An answer that does not say what was made is no proof of anything.
            _ => Submitted::NoAnswer,
        },
        429 => Submitted::RateLimited {
            retry_after: stop::retry_after(&reply),
        },
        400 | 422 => Submitted::Rejected {
            errors: envelope.refusals(),
        },
        // Of a proxy, or of the call's double: the site may be making the listing all the same, and it may take its time.
        408 | 409 | 425 | 499 => Submitted::NoAnswer,
        status @ 500.. => Submitted::SiteError { status },
        status => Submitted::Refused { status },
    }
}

fn nothing_sent(messages: Vec<String>) -> Submitted {
    Submitted::NotSent { messages }
}

/// A stop before anything was sent.
fn not_sent(stop: SiteStop) -> Submitted {
    match stop {
        SiteStop::Challenge(kind) => Submitted::Challenge(kind),
        SiteStop::SessionGone => Submitted::SessionGone,
        SiteStop::RateLimited { retry_after } => Submitted::RateLimited { retry_after },
        other => nothing_sent(vec![other.to_string()]),
    }
}

/// A challenge behind a click that did not work is named instead.
async fn not_sent_or(visit: &Visit, otherwise: Submitted) -> Submitted {
    match visit.clear().await {
        Err(stop @ (SiteStop::Challenge(_) | SiteStop::SessionGone)) => not_sent(stop),
        _ => otherwise,
    }
}

#[cfg(test)]
mod tests {
    use app::ports::Challenge;
    use browser::RequestSeen;

    use super::*;

    fn judged(status: u16, headers: &[(&str, &str)], body: &str) -> Submitted {
        let exchange = Exchange {
            request: RequestSeen {
                id: "1".into(),
                method: "POST".into(),
                url: "https://a.test/".into(),
            },
            status,
            headers: headers
                .iter()
                .map(|(n, v)| ((*n).into(), (*v).into()))
                .collect(),
            body: body.into(),
            truncated: false,
        };
        outcome(&Profile::load(None).unwrap(), &exchange, |id| {
            format!("https://a.test/items/{id}")
        })
    }

    #[test]
    fn a_listing_is_proved_by_its_id() {
        let Submitted::Published {
            listing_id,
            listing_url,
        } = judged(
            200,
            &[],
            r#"{"item":{"id":77},"after_upload_actions":["show_item_verification_modal"],"code":0}"#,
        )
        else {
            panic!("200, code 0 and an id are the proof, whatever actions follow");
        };
        assert_eq!(
            (listing_id.as_str(), listing_url.as_str()),
            ("77", "https://a.test/items/77"),
            "id"
        );
        for body in [
            "",
            "{}",
            r#"{"code":0}"#,
            r#"{"item":{},"code":0}"#,
            "<html>",
        ] {
            assert!(
                matches!(judged(200, &[], body), Submitted::NoAnswer),
                "{body:?} with status 200 proves nothing"
            );
        }
    }

    #[test]
    fn refusals_are_told_apart() {
        let Submitted::Rejected { errors } = judged(
            400,
            &[],
            r#"{"code":99,"errors":[{"field":"title","value":"x"},{"field":"price","value":"y"}]}"#,
        ) else {
            panic!("400 with fields");
        };
        assert_eq!(errors.len(), 2, "all of them are told");
        assert!(
            matches!(
                judged(200, &[], r#"{"code":99,"message":"no"}"#),
                Submitted::Rejected { .. }
            ),
            "in a 200"
        );
        assert!(
            matches!(
                judged(200, &[], r#"{"code":99,"item":{"id":5}}"#),
                Submitted::Rejected { .. }
            ),
            "a refusal that echoes an id"
        );
        assert!(
            matches!(judged(401, &[], ""), Submitted::SessionGone),
            "401"
        );
        assert!(
            matches!(
                judged(403, &[], r#"{"code":106}"#),
                Submitted::Refused { status: 403 }
            ),
            "403"
        );
        assert!(
            matches!(
                judged(403, &[], r#"{"url":"https://geo.captcha-delivery.com/c"}"#),
                Submitted::Challenge(Challenge::DataDome)
            ),
            "a 403 that is a challenge"
        );
        assert!(
            matches!(
                judged(200, &[], r#"{"code":168}"#),
                Submitted::Challenge(Challenge::Verification)
            ),
            "a wall in a 200"
        );
        assert!(
            matches!(
                judged(429, &[("retry-after", "900")], ""),
                Submitted::RateLimited {
                    retry_after: Some(900)
                }
            ),
            "429"
        );
        assert!(
            matches!(judged(500, &[], ""), Submitted::SiteError { status: 500 }),
            "500"
        );
        for status in [408, 409, 425, 499] {
            assert!(
                matches!(judged(status, &[], ""), Submitted::NoAnswer),
                "{status} may come from a proxy after the site took the call: it proves nothing"
            );
        }
        assert!(
            matches!(
                judged(503, &[], "<script>window._cf_chl_opt</script>"),
                Submitted::Challenge(Challenge::Cloudflare)
            ),
            "a 503 that is a challenge"
        );
        assert!(
            matches!(judged(404, &[], ""), Submitted::Refused { status: 404 }),
            "404"
        );
    }
}
