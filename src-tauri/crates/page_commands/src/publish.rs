//! The two steps.

use app::PrepareRequest;
use contract::{ChallengeView, PrepareView, PublishView, Resolution, Stoppable, UnknownView};

use crate::{Answer, Engine};

/// Step one: fills the form and stops. `stop` ends it.
pub async fn prepare(
    engine: &Engine,
    draft_id: String,
    account: Option<String>,
) -> Answer<PrepareView> {
    let stop = engine.stops.of(Stoppable::Form);
    let request = PrepareRequest {
        draft_id,
        account,
        ..PrepareRequest::default()
    };
    engine.app.prepare(request, stop).await
}

/// Step two: one click, once for a token; without `live` nothing is clicked.
pub async fn publish(engine: &Engine, token: String, live: bool) -> Answer<PublishView> {
    engine.app.publish(&token, live, None).await
}

/// The filled form comes to the front; the person presses the site's own button there. `stop` ends the waiting.
pub async fn publish_by_hand(engine: &Engine, token: String) -> Answer<PublishView> {
    let stop = engine.stops.of(Stoppable::ByHand);
    engine.app.publish_by_hand(&token, None, stop).await
}

/// What is known of an unknown outcome; `look` reads the own items anew first, which may settle it.
pub async fn publish_evidence(
    engine: &Engine,
    draft_id: String,
    look: bool,
) -> Answer<UnknownView> {
    let look = match look {
        true => Some(engine.stops.of(Stoppable::Evidence)),
        false => None,
    };
    engine.app.publish_evidence(&draft_id, look).await
}

/// Settles an unknown outcome by the person's word.
pub async fn resolve_publish(
    engine: &Engine,
    draft_id: String,
    resolution: Resolution,
) -> Answer<PublishView> {
    engine.app.resolve_publish(&draft_id, &resolution).await
}

/// Brings the page at which the site asks for the person to the front; false where no browser is open for it.
pub async fn show_browser(engine: &Engine) -> Answer<bool> {
    Ok(engine.app.show_held_page().await)
}

/// Shows the page at which the site asks for the person, waits until they answered, and goes on from a fresh check of
/// the form.
pub async fn answer_challenge(engine: &Engine, draft_id: String) -> Answer<ChallengeView> {
    let stop = engine.stops.of(Stoppable::Challenge);
    engine.app.answer_challenge(Some(&draft_id), stop).await
}
