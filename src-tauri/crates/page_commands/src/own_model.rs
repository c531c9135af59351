//! A vision model of the person's own.

use contract::{ModelAnalysisView, ModelTestView, OwnModelView, Stoppable};

use crate::{Answer, Engine};

/// What is set of the model, and what it cost this month.
pub async fn own_model(engine: &Engine) -> Answer<OwnModelView> {
    engine.app.own_model().await
}

/// Keeps the key in the vault for the address that was shown beside it, or forgets it; it never comes back to the page.
pub async fn set_model_key(
    engine: &Engine,
    address: String,
    key: Option<String>,
) -> Answer<OwnModelView> {
    let app = &engine.app;
    match key {
        Some(key) => app.set_model_key(&key.into(), Some(&address)).await?,
        None => app.forget_model_key().await?,
    }
    app.own_model().await
}

/// The person allows photos to go to the address that they were shown.
pub async fn consent_to_model(engine: &Engine, address: String) -> Answer<OwnModelView> {
    engine.app.consent_to_model(&address).await
}

/// No photo goes to the model any more.
pub async fn withdraw_model_consent(engine: &Engine) -> Answer<OwnModelView> {
    engine.app.withdraw_model_consent().await
}

/// One tiny question without photos.
pub async fn test_model(engine: &Engine) -> Answer<ModelTestView> {
    let stop = engine.stops.of(Stoppable::ModelTest);
    engine.app.test_model(&stop).await
}

/// Fills drafts from what the model says of their photos; each one is told as changed as soon as it is filled.
pub async fn analyze_with_model(engine: &Engine, ids: Vec<String>) -> Answer<ModelAnalysisView> {
    let stop = engine.stops.of(Stoppable::Model);
    let app = &engine.app;
    app.analyze_with_model(&ids, &stop, &|_| {}).await
}
