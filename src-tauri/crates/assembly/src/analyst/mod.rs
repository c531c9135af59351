//! The offline analyser of `analysis` behind the app's port.
//!
//! Its networks take some 100 MB while they are open: they are opened for the first photo, work on one photo at a time,
//! and go when nothing was asked for a while.

mod models;
mod suggest;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex as StdMutex, PoisonError},
    time::Duration,
};

use analysis::{
    garment::Audience,
    item::{Known, item},
    label::BrandList,
    models::{ModelFile, Threads, not_usable},
    photo::{Analyser, FACTS_VERSION, PhotoFacts},
    picture::Picture,
    roll,
};
use app::ports::{
    Analyst, Facts, ItemKnown, ItemSeen, LookError, PhotoFiles, PileWhy, RollPhoto, RollPile,
    SellsFor,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{PhotoId, catalogue::Catalogue};
use tokio::{
    sync::Mutex,
    task::{AbortHandle, spawn_blocking},
};

pub(crate) use models::folder;

/// How long the networks stay open after the last photo.
const IDLE: Duration = Duration::from_secs(20);
/// No photo takes that long, not even on a machine that does ten other things (measured: 0.2 s).
const LONGEST_LOOK: Duration = Duration::from_secs(60);

/// Looks at the photos of the photo store.
pub(crate) struct Offline {
    /// Where the model files lie; none: they are nowhere to be found.
    folder: Option<PathBuf>,
    files: Arc<dyn PhotoFiles>,
    open: Arc<Mutex<Option<Open>>>,
    /// Networks that turned out to be damaged when they were opened, with the sentence.
    damaged: StdMutex<Vec<(ModelFile, String)>>,
    /// How long they stay open after the last photo.
    idle: Duration,
    /// Brands that labels are read by, with the site's list that they were made of.
    brands: StdMutex<Option<Brands>>,
}

/// The site's brands, and the list made of them and the shipped ones.
type Brands = (Arc<[String]>, Arc<BrandList>);

struct Open {
    analyser: Arc<Analyser>,
    /// Closes it after a while.
    closing: AbortHandle,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.closing.abort();
    }
}

impl Offline {
    pub(crate) fn new(folder: Option<PathBuf>, files: Arc<dyn PhotoFiles>) -> Self {
        Self {
            folder,
            files,
            open: Arc::default(),
            damaged: StdMutex::default(),
            idle: IDLE,
            brands: StdMutex::default(),
        }
    }

    /// The files that cannot be used, with a sentence each.
    fn unusable(&self) -> Vec<(ModelFile, String)> {
        let Some(folder) = &self.folder else {
            return ModelFile::ALL
                .map(|file| (file, format!("the model file {file} was not found")))
                .into();
        };
        let mut unusable: Vec<(ModelFile, String)> = not_usable(folder)
            .into_iter()
            .map(|error| (error.file(), error.to_string()))
            .collect();
        let damaged = self.damaged.lock().unwrap_or_else(PoisonError::into_inner);
        for (file, why) in damaged.iter() {
            if !unusable.iter().any(|(known, _)| known == file) {
                unusable.push((*file, why.clone()));
            }
        }
        unusable
    }

    /// Whether text can be read, and whether looks can be compared.
    fn abilities(&self) -> (bool, bool) {
        let unusable = self.unusable();
        let works = |files: &[ModelFile]| !unusable.iter().any(|(file, _)| files.contains(file));
        (
            works(&[
                ModelFile::TextDetection,
                ModelFile::TextRecognition,
                ModelFile::Characters,
            ]),
            works(&[ModelFile::Embedding]),
        )
    }

    /// The open networks; opens them where they are not. Whoever holds the guard is the only one who looks.
    async fn opened(&self, open: &mut Option<Open>) -> Result<Arc<Analyser>, LookError> {
        let closing = || {
            let open = Arc::downgrade(&self.open);
            let idle = self.idle;
            let closes = async move {
                tokio::time::sleep(idle).await;
                if let Some(open) = open.upgrade() {
                    *open.lock().await = None;
                }
            };
            tokio::spawn(closes).abort_handle()
        };
        if let Some(open) = open {
            open.closing.abort();
            open.closing = closing();
            return Ok(Arc::clone(&open.analyser));
        }
        let folder = self.folder.clone().ok_or_else(|| self.no_models())?;
        let analyser = spawn_blocking(move || Analyser::open(&folder, &Threads::all()))
            .await
            .map_err(|error| LookError::Photo(error.to_string()))?;
        let found = analyser
            .missing()
            .map(|error| (error.file(), error.to_string()));
        *self.damaged.lock().unwrap_or_else(PoisonError::into_inner) = found.collect();
        let analyser = Arc::new(analyser);
        *open = Some(Open {
            analyser: Arc::clone(&analyser),
            closing: closing(),
        });
        Ok(analyser)
    }

    /// The site's brands and the shipped ones, put together once for each list of the site.
    fn brands(&self, of_site: &Arc<[String]>) -> Arc<BrandList> {
        static SHIPPED: LazyLock<BrandList> = LazyLock::new(BrandList::shipped);
        let mut kept = self.brands.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, list)) = kept.as_ref().filter(|(of, _)| Arc::ptr_eq(of, of_site)) {
            return Arc::clone(list);
        }
        let list = Arc::new(BrandList::new(of_site.iter()).and(&SHIPPED));
        *kept = Some((Arc::clone(of_site), Arc::clone(&list)));
        list
    }

    fn no_models(&self) -> LookError {
        LookError::NoModels(self.missing())
    }
}

#[async_trait]
impl Analyst for Offline {
    fn missing(&self) -> Vec<String> {
        let sentence = |(_, why): (ModelFile, String)| {
            let mut letters = why.chars();
            let first = letters.next().map(|c| c.to_uppercase().to_string());
            format!("{}{}.", first.unwrap_or_default(), letters.as_str())
        };
        self.unusable().into_iter().map(sentence).collect()
    }

    fn is_able(&self) -> bool {
        let (reads, compares) = self.abilities();
        reads || compares
    }

    fn version(&self) -> String {
        let (reads, compares) = self.abilities();
        let text = if reads { "+text" } else { "" };
        let look = if compares { "+look" } else { "" };
        format!("offline-{FACTS_VERSION}{text}{look}")
    }

    async fn look(&self, sha256: &str) -> Result<Facts, LookError> {
        let mut open = self.open.lock().await;
        let analyser = self.opened(&mut open).await?;
        if !self.is_able() {
            *open = None;
            return Err(self.no_models());
        }
        let path = self.files.picture(sha256);
        let looking = spawn_blocking(move || looked(&analyser, &path));
        match tokio::time::timeout(LONGEST_LOOK, looking).await {
            Ok(Ok(facts)) => facts,
            Ok(Err(error)) => Err(LookError::Photo(error.to_string())),
            Err(_) => {
                // The next photo gets networks of its own; this one's thread ends some time.
                *open = None;
                Err(LookError::Photo(
                    "looking at it took more than a minute".to_owned(),
                ))
            }
        }
    }

    async fn piles(&self, roll: Vec<RollPhoto>) -> Result<Vec<RollPile>, LookError> {
        // The odds of all pairs: a second of work for 500 photos.
        spawn_blocking(move || grouped(&roll))
            .await
            .map_err(|error| LookError::Photo(error.to_string()))?
    }

    async fn item(
        &self,
        photos: Vec<(PhotoId, Facts)>,
        known: ItemKnown,
        at: DateTime<Utc>,
    ) -> Result<ItemSeen, LookError> {
        let brands = self.brands(&known.brands);
        spawn_blocking(move || seen(&photos, &known, &brands, at))
            .await
            .map_err(|error| LookError::Photo(error.to_string()))?
    }
}

fn looked(analyser: &Analyser, path: &Path) -> Result<Facts, LookError> {
    let unread = |error: &dyn std::fmt::Display| LookError::Photo(error.to_string());
    let bytes = fs_err::read(path).map_err(|error| unread(&error))?;
    let picture = Picture::from_jpeg(&bytes).map_err(|error| unread(&error))?;
    let facts = analyser.look(&picture).map_err(|error| unread(&error))?;
    let text = serde_json::to_string(&facts).map_err(|error| unread(&error))?;
    Ok(Facts(text))
}

fn read(facts: &Facts) -> Result<PhotoFacts, LookError> {
    serde_json::from_str(&facts.0).map_err(|error| LookError::Photo(error.to_string()))
}

fn grouped(roll: &[RollPhoto]) -> Result<Vec<RollPile>, LookError> {
    let facts: Vec<Option<PhotoFacts>> = roll
        .iter()
        .map(|photo| photo.facts.as_ref().map(read).transpose())
        .collect::<Result<_, _>>()?;
    let photos: Vec<roll::RollPhoto<'_>> = roll
        .iter()
        .zip(&facts)
        .map(|(photo, facts)| roll::RollPhoto {
            captured_at: photo.captured_at,
            camera: photo.camera.as_deref(),
            phash: Some(photo.phash),
            facts: facts.as_ref(),
            by_person: photo.by_person,
        })
        .collect();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let piles = roll::piles(&photos).into_iter().map(|pile| {
        let seconds = pile
            .why
            .longest_pause
            .map(|s| u32::try_from(s).unwrap_or(u32::MAX));
        RollPile {
            why: PileWhy {
                reason: reason(&pile).to_owned(),
                seconds,
                look: pile.why.look.map(part),
                colours: pile.why.colours.map(part),
                labels: count(pile.why.labels),
                copies: count(pile.why.copies),
                strays: count(pile.why.strays),
            },
            photos: pile.photos,
            confidence: part(pile.confidence),
            unsure: pile.unsure,
        }
    });
    Ok(piles.collect())
}

/// 0 to 1 in thousandths: more digits say nothing.
fn part(share: f32) -> f64 {
    (f64::from(share.clamp(0.0, 1.0)) * 1_000.0).round() / 1_000.0
}

fn reason(pile: &roll::Pile) -> &'static str {
    match &pile.why {
        why if why.by_person => "by_person",
        _ if pile.photos.len() == 1 => "single",
        why if why.look.is_some() || why.labels > 0 => "same_garment",
        why if why.longest_pause.is_some() => "taken_within",
        _ => "no_times",
    }
}

fn seen(
    photos: &[(PhotoId, Facts)],
    known: &ItemKnown,
    brands: &BrandList,
    at: DateTime<Utc>,
) -> Result<ItemSeen, LookError> {
    let facts: Vec<PhotoFacts> = photos
        .iter()
        .map(|(_, facts)| read(facts))
        .collect::<Result<_, _>>()?;
    let numbered: Vec<(usize, &PhotoFacts)> = facts.iter().enumerate().collect();
    let catalogue = Catalogue::starter();
    let found = item(
        &numbered,
        &Known {
            brands,
            catalogue,
            audience: match known.sells_for {
                Some(SellsFor::Men) => Audience::Men,
                Some(SellsFor::Children) => Audience::Children,
                Some(SellsFor::Women) | None => Audience::Women,
            },
        },
    );
    let ids: Vec<PhotoId> = photos.iter().map(|(id, _)| *id).collect();
    Ok(ItemSeen {
        no_garment: found.no_garment,
        suggestions: suggest::suggestions(found, &ids, catalogue, known, at),
    })
}

#[cfg(test)]
mod tests;
