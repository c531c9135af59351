//! Phones that add photos.

use contract::{ImportResult, PairedPhoneView};

use crate::{Answer, Engine};

/// The phones that may add photos, the newest first.
pub async fn paired_phones(engine: &Engine) -> Answer<Vec<PairedPhoneView>> {
    engine.app.paired_phones().await
}

/// A phone may add nothing any more; what it sent stays.
pub async fn shut_phone_out(engine: &Engine, id: String) -> Answer<()> {
    engine.app.shut_phone_out(&id).await
}

/// Makes drafts of what phones sent until now; null where nothing waits.
pub async fn close_phone_import(engine: &Engine) -> Answer<Option<ImportResult>> {
    engine.app.close_phone_import(true).await
}
