//! Looking at stored photos, offline. What was seen in a photo is kept, so that nobody looks twice.

use std::collections::HashMap;

use contract::{Code, Failure};
use domain::{Photo, PhotoId};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    App, fail,
    ports::{Facts, ItemSeen, LookError, SellsFor},
    use_cases::MOST_PHOTOS,
};

/// Setting: imported photos are looked at.
pub(crate) const WANTED: &str = "analysis";
/// Setting: for whom the account mostly sells.
pub(crate) const SELLS_FOR: &str = "audience";
/// Photos whose facts are kept: some 10 kB each.
const MOST_KEPT: u32 = 3_000;

impl App {
    /// The person wants imported photos to be looked at. In doubt they do.
    pub(crate) async fn wants_analysis(&self) -> Result<bool, Failure> {
        let set = self.parts.settings.get(WANTED).await;
        Ok(set.map_err(fail::record("reading the settings"))? != Some(Value::Bool(false)))
    }

    /// Whom the person sells for; none: they did not say.
    async fn sells_for(&self) -> Result<Option<SellsFor>, Failure> {
        let set = self.parts.settings.get(SELLS_FOR).await;
        let set = set.map_err(fail::record("reading the settings"))?;
        Ok(set.and_then(|value| serde_json::from_value(value).ok()))
    }

    /// What the item of these photos is, as far as the offline analyser can tell.
    pub(crate) async fn look_at(
        &self,
        photos: &[Photo],
        cancel: &CancellationToken,
    ) -> Result<ItemSeen, Failure> {
        let photos = &photos[..photos.len().min(MOST_PHOTOS)];
        let facts = self.facts_of(photos, cancel, &mut |_| {}).await?;
        self.item_of(photos, &facts).await
    }

    /// What is seen in each photo, by its id; `told` hears how many are done. A photo that cannot be read has no facts.
    ///
    /// # Errors
    /// `not_available` without models, `cancelled`, storage.
    pub(crate) async fn facts_of(
        &self,
        photos: &[Photo],
        cancel: &CancellationToken,
        told: &mut (dyn FnMut(u32) + Send),
    ) -> Result<HashMap<PhotoId, Facts>, Failure> {
        let analyst = &self.parts.analyst;
        if !analyst.is_able() {
            return Err(not_able(&analyst.missing()));
        }
        let hashes: Vec<String> = photos.iter().map(|photo| photo.sha256.clone()).collect();
        let known = self.parts.seen.facts(&analyst.version(), &hashes).await;
        let mut known = known.map_err(fail::record("reading what was seen"))?;
        let mut found = HashMap::new();
        for (done, photo) in (1..).zip(photos) {
            if cancel.is_cancelled() {
                return Err(cancelled());
            }
            if let Some(facts) = known.get(&photo.sha256) {
                found.insert(photo.id, facts.clone());
            } else {
                let looking = tokio::select! {
                    () = cancel.cancelled() => return Err(cancelled()),
                    looked = analyst.look(&photo.sha256) => looked,
                };
                match looking {
                    Ok(facts) => {
                        self.parts
                            .seen
                            .keep_facts(
                                &analyst.version(),
                                &photo.sha256,
                                &facts,
                                self.parts.clock.now(),
                            )
                            .await
                            .map_err(fail::record("keeping what was seen"))?;
                        failpoint::reached("look.facts_kept");
                        known.insert(photo.sha256.clone(), facts.clone());
                        found.insert(photo.id, facts);
                    }
                    Err(LookError::NoModels(missing)) => return Err(not_able(&missing)),
                    Err(LookError::Photo(why)) => {
                        tracing::warn!(photo = %photo.id, why, "a photo was not looked at");
                    }
                }
            }
            told(done);
        }
        Ok(found)
    }

    /// What the item of these photos is, by what was seen in them.
    pub(crate) async fn item_of(
        &self,
        photos: &[Photo],
        facts: &HashMap<PhotoId, Facts>,
    ) -> Result<ItemSeen, Failure> {
        let seen: Vec<(PhotoId, Facts)> = photos
            .iter()
            .filter_map(|photo| Some((photo.id, facts.get(&photo.id)?.clone())))
            .collect();
        let sells_for = self.sells_for().await?;
        self.parts
            .analyst
            .item(seen, sells_for, self.parts.clock.now())
            .await
            .map_err(|error| fail::internal("putting together what was seen", error))
    }

    /// Forgets the oldest of what was seen.
    pub(crate) async fn forget_old_facts(&self) {
        if let Err(error) = self.parts.seen.forget_facts(MOST_KEPT).await {
            tracing::warn!(%error, "what was seen long ago stays");
        }
    }
}

/// Models are missing: the sentence says which, and that the rest works.
pub(crate) fn not_able(missing: &[String]) -> Failure {
    Failure::new(
        Code::NotAvailable,
        format!(
            "The photos cannot be looked at here: {} Photos are put into piles by their times, and drafts are yours to \
             fill. To change that, install the app again, or name the folder of its models in STUDIO_MODELS.",
            missing.join(" ")
        ),
    )
    .with(json!({ "missing": missing }))
}

pub(crate) fn cancelled() -> Failure {
    Failure::new(
        Code::Cancelled,
        "Stopped. What was seen until then is kept.",
    )
}
