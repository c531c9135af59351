//! Photos of one import into future items.

use domain::Photo;

/// Photos that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoGroup {
    /// Places in the list that was given.
    pub indices: Vec<usize>,
    /// Why, as the contract's word: `taken_within|no_times|single|by_person`.
    pub reason: &'static str,
    /// The longest pause between two neighbours in seconds, where times are known.
    pub seconds: Option<u32>,
    /// 0 to 1.
    pub confidence: f64,
}

/// Puts photos into groups; every photo in exactly one, the same input always the same way.
pub trait Grouper: Send + Sync {
    /// Groups by what the photos themselves tell.
    fn group(&self, photos: &[Photo]) -> Vec<PhotoGroup>;
}
