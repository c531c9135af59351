//! Looking at stored photos, offline. What was seen in a photo is kept, so that nobody looks twice.

use std::{collections::HashMap, sync::Arc};

use contract::{Code, Failure};
use domain::{Draft, Photo, PhotoId, form::Field};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    App, fail,
    ports::{Facts, ItemKnown, ItemSeen, LookError, SellsFor},
    use_cases::MOST_PHOTOS,
};

/// Setting: imported photos are looked at.
pub(crate) const WANTED: &str = "analysis";
/// Setting: for whom the account mostly sells.
pub(crate) const SELLS_FOR: &str = "audience";
/// Photos that a sentence names.
const MOST_NAMED: usize = 5;
/// Photos whose facts are kept: some 10 kB each.
const MOST_KEPT: u32 = 3_000;

/// What was seen in photos.
#[derive(Default)]
pub(crate) struct Looks {
    /// By photo.
    pub(crate) facts: HashMap<PhotoId, Facts>,
    /// Photos that could not be looked at, with the reason.
    pub(crate) unread: Vec<Unread>,
}

/// A photo that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    /// Its file's name.
    pub(crate) filename: String,
    /// Why.
    pub(crate) why: String,
}

/// How far looking is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SoFar {
    /// Photos gone through.
    pub(crate) through: u32,
    /// Those of them in which something was seen.
    pub(crate) looked: u32,
}

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

    /// What the item of a draft is, as far as the offline analyser can tell.
    pub(crate) async fn look_at(
        &self,
        draft: &Draft,
        cancel: &CancellationToken,
    ) -> Result<(ItemSeen, Vec<Unread>), Failure> {
        let photos = &draft.photos[..draft.photos.len().min(MOST_PHOTOS)];
        let looks = self.facts_of(photos, cancel, &mut |_| {}).await?;
        let category = self.said_category(draft).await?;
        let item = self.item_of(photos, &looks.facts, category).await?;
        Ok((item, looks.unread))
    }

    /// What is seen in each photo, by its id; `told` hears how far it is. A photo that cannot be read has no facts, and
    /// is named.
    ///
    /// # Errors
    /// `not_available` without models, `cancelled`, storage.
    pub(crate) async fn facts_of(
        &self,
        photos: &[Photo],
        cancel: &CancellationToken,
        told: &mut (dyn FnMut(SoFar) + Send),
    ) -> Result<Looks, Failure> {
        let analyst = &self.parts.analyst;
        if !analyst.is_able() {
            return Err(not_able(&analyst.missing()));
        }
        let hashes: Vec<String> = photos.iter().map(|photo| photo.sha256.clone()).collect();
        let known = self.parts.seen.facts(&analyst.version(), &hashes).await;
        let mut known = known.map_err(fail::record("reading what was seen"))?;
        let mut looks = Looks::default();
        let mut so_far = SoFar::default();
        for photo in photos {
            if cancel.is_cancelled() {
                return Err(cancelled());
            }
            if let Some(facts) = known.get(&photo.sha256) {
                looks.facts.insert(photo.id, facts.clone());
                so_far.looked += 1;
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
                        looks.facts.insert(photo.id, facts);
                        so_far.looked += 1;
                    }
                    Err(LookError::NoModels(missing)) => return Err(not_able(&missing)),
                    Err(LookError::Photo(why)) => {
                        tracing::warn!(photo = %photo.id, why, "a photo was not looked at");
                        looks.unread.push(Unread {
                            filename: photo.filename.clone(),
                            why,
                        });
                    }
                }
            }
            so_far.through += 1;
            told(so_far);
        }
        Ok(looks)
    }

    /// What the item of these photos is, by what was seen in them.
    pub(crate) async fn item_of(
        &self,
        photos: &[Photo],
        facts: &HashMap<PhotoId, Facts>,
        category: Option<String>,
    ) -> Result<ItemSeen, Failure> {
        let seen: Vec<(PhotoId, Facts)> = photos
            .iter()
            .filter_map(|photo| Some((photo.id, facts.get(&photo.id)?.clone())))
            .collect();
        let known = ItemKnown {
            sells_for: self.sells_for().await?,
            category,
            brands: Arc::clone(&self.known_brands().await?.of_site),
        };
        self.parts
            .analyst
            .item(seen, known, self.parts.clock.now())
            .await
            .map_err(|error| fail::internal("putting together what was seen", error))
    }

    /// The category of a draft where the person gave it; what an analysis filled in says nothing that the next one does
    /// not see itself.
    pub(crate) async fn said_category(&self, draft: &Draft) -> Result<Option<String>, Failure> {
        let Some(category) = &draft.category else {
            return Ok(None);
        };
        let memory = self.parts.suggestions.of_draft(draft.id).await;
        let memory = memory.map_err(fail::record("reading the draft"))?;
        let said = memory.said.contains(&Field::Category);
        Ok(said.then(|| category.clone()))
    }

    /// Forgets the oldest of what was seen.
    pub(crate) async fn forget_old_facts(&self) {
        if let Err(error) = self.parts.seen.forget_facts(MOST_KEPT).await {
            tracing::warn!(%error, "what was seen long ago stays");
        }
    }
}

/// Says which photos could not be looked at; none: all could.
pub(crate) fn not_read(unread: &[Unread]) -> Option<String> {
    let first = unread.first()?;
    let names: Vec<&str> = unread
        .iter()
        .take(MOST_NAMED)
        .map(|photo| photo.filename.as_str())
        .collect();
    let more = unread.len() - names.len();
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    Some(format!(
        "{} could not be looked at and count for nothing: {}{more} ({}). Import them again, or fill in what they show \
         by hand.",
        if unread.len() == 1 {
            "One photo"
        } else {
            "Photos"
        },
        names.join(", "),
        first.why
    ))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_looked_at_is_named() {
        let unread = |n: usize| Unread {
            filename: format!("IMG_{n}.JPG"),
            why: "it ends too early".to_owned(),
        };
        assert_eq!(not_read(&[]), None);
        let one = not_read(&[unread(1)]).unwrap();
        assert!(
            one.contains("One photo") && one.contains("IMG_1.JPG (it ends too early)"),
            "{one}"
        );
        let many: Vec<Unread> = (0..9).map(unread).collect();
        let many = not_read(&many).unwrap();
        assert!(
            many.contains("IMG_4.JPG and 4 more") && !many.contains("IMG_5"),
            "a sentence stays a sentence: {many}"
        );
    }
}
