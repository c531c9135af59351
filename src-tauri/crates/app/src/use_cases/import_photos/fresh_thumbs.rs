//! Thumbnails of photos that are still being worked on: in memory, until their own are on the disk.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use uuid::Uuid;

use crate::App;

/// As many as a screen shows, and some; at about 20 KB each.
const MOST: usize = 64;

/// The newest thumbnails.
#[derive(Default)]
pub(crate) struct FreshThumbs {
    newest: Mutex<VecDeque<(Uuid, Vec<u8>)>>,
}

impl FreshThumbs {
    fn keep(&self, id: Uuid, jpeg: &[u8]) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.len() == MOST {
            newest.pop_front();
        }
        newest.push_back((id, jpeg.to_vec()));
    }

    fn get(&self, id: Uuid) -> Option<Vec<u8>> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, jpeg) = newest.iter().find(|(kept, _)| *kept == id)?;
        Some(jpeg.clone())
    }
}

impl App {
    pub(super) fn keep_fresh_thumb(&self, jpeg: &[u8]) -> String {
        let id = self.parts.clock.new_id();
        self.fresh_thumbs.keep(id, jpeg);
        format!("/media/fresh/{id}.jpg")
    }

    /// The thumbnail (a JPEG) behind `/media/fresh/<id>.jpg`, for as long as it is one of the newest.
    #[must_use]
    pub fn fresh_thumb(&self, address: &str) -> Option<Vec<u8>> {
        let id = address
            .strip_prefix("/media/fresh/")?
            .strip_suffix(".jpg")?;
        self.fresh_thumbs.get(Uuid::parse_str(id).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_make_way() {
        let thumbs = FreshThumbs::default();
        for n in 0..=MOST {
            thumbs.keep(Uuid::from_u128(n as u128), &[7]);
        }
        assert_eq!(thumbs.get(Uuid::from_u128(0)), None, "memory is bounded");
        assert_eq!(thumbs.get(Uuid::from_u128(1)), Some(vec![7]));
        assert_eq!(thumbs.get(Uuid::from_u128(MOST as u128)), Some(vec![7]));
    }
}
