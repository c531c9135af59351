//! Who looks at photos: what they say and show, piles for each garment, values for a draft.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use domain::{PhotoId, suggestion::Suggestion};
use serde::{Deserialize, Serialize};

use super::Recorded;

/// What was seen in one photo, in the words of who looked: nobody else reads it. It holds no pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts(pub String);

/// For whom an account mostly sells, where a photo does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SellsFor {
    /// Women.
    Women,
    /// Men.
    Men,
    /// Girls and boys.
    Children,
}

/// What is known of an item beside its photos.
#[derive(Clone, Debug, Default)]
pub struct ItemKnown {
    /// Whom the person sells for; none: they did not say.
    pub sells_for: Option<SellsFor>,
    /// The category that the person gave the item: it decides how its sizes are read.
    pub category: Option<String>,
    /// Brands as the site writes them: they go before the shipped ones.
    pub brands: Arc<[String]>,
}

/// A photo of a roll with what is known of it.
#[derive(Clone, Debug)]
pub struct RollPhoto {
    /// When the camera says it was taken.
    pub captured_at: Option<NaiveDateTime>,
    /// Camera model.
    pub camera: Option<String>,
    /// 64-bit difference hash.
    pub phash: u64,
    /// What was seen in it.
    pub facts: Option<Facts>,
    /// The pile into which the person put it, by any number: nothing adds to that pile or takes from it.
    pub by_person: Option<u64>,
}

/// Why photos are together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PileWhy {
    /// `taken_within|no_times|single|by_person|same_garment`.
    pub reason: String,
    /// The longest pause between two neighbours in seconds, where times are known.
    pub seconds: Option<u32>,
    /// How alike the garment's photos look, 0 to 1.
    pub look: Option<f64>,
    /// How alike their colours are, 0 to 1.
    pub colours: Option<f64>,
    /// Photos of labels among them.
    pub labels: u32,
    /// Copies of another photo among them.
    pub copies: u32,
    /// Photos that others lie between.
    pub strays: u32,
}

/// Photos of one garment, as far as can be told.
#[derive(Clone, Debug, PartialEq)]
pub struct RollPile {
    /// Places in the roll.
    pub photos: Vec<usize>,
    /// Why.
    pub why: PileWhy,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// Places that might as well lie in the pile before or after.
    pub unsure: Vec<usize>,
}

/// What the photos of one item say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemSeen {
    /// Values with their evidence.
    pub suggestions: Vec<Suggestion>,
    /// None of the photos shows a garment or a label.
    pub no_garment: bool,
}

/// Why a photo was not looked at.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LookError {
    /// Model files are missing or damaged; the sentences say which.
    #[error("{}", .0.join(" "))]
    NoModels(Vec<String>),
    /// This photo cannot be looked at; others can.
    #[error("{0}")]
    Photo(String),
}

/// The offline analyser. Calls may be many; one photo is looked at at a time, off the threads that others wait for.
#[async_trait]
pub trait Analyst: Send + Sync {
    /// A sentence for each model file that cannot be used here; none: all can.
    fn missing(&self) -> Vec<String>;

    /// It can say something that capture times do not.
    fn is_able(&self) -> bool;

    /// Names who looks: facts of another version are found anew.
    fn version(&self) -> String;

    /// Looks at a stored photo.
    ///
    /// # Errors
    /// The models cannot be used, or this photo cannot be read.
    async fn look(&self, sha256: &str) -> Result<Facts, LookError>;

    /// Piles of a roll that is given in import order. Every photo is in exactly one; the same roll gives the same piles.
    ///
    /// # Errors
    /// Facts of another version.
    async fn piles(&self, roll: Vec<RollPhoto>) -> Result<Vec<RollPile>, LookError>;

    /// What an item is, from the facts of its photos. Where the person did not say whom they sell for, and no size
    /// does, its category is offered only. The same list of brands is handed in again and again: it may be kept.
    ///
    /// # Errors
    /// Facts of another version.
    async fn item(
        &self,
        photos: Vec<(PhotoId, Facts)>,
        known: ItemKnown,
        at: DateTime<Utc>,
    ) -> Result<ItemSeen, LookError>;
}

/// What was seen in photos, kept so that nobody looks twice.
#[async_trait]
pub trait SeenPhotos: Send + Sync {
    /// The facts of these photos (by SHA-256) that this version found.
    async fn facts(&self, version: &str, photos: &[String]) -> Recorded<HashMap<String, Facts>>;

    /// Keeps the facts of a photo.
    async fn keep_facts(
        &self,
        version: &str,
        sha256: &str,
        facts: &Facts,
        at: DateTime<Utc>,
    ) -> Recorded<()>;

    /// Forgets all but the newest `most`: they can be found again.
    async fn forget_facts(&self, most: u32) -> Recorded<()>;
}
