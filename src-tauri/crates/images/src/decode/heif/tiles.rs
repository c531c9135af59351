//! The tiles of one photo on several threads: whoever drops one photo need not wait for one core.

use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

use super::container::{Container, Item};
use super::hevc::{Configuration, Pictures};
use super::photo::Photo;
use crate::pixels::{Band, Planes};
use crate::{ImageError, Limits};

/// Threads at most: workers run beside each other too.
const MOST_THREADS: usize = 4;
/// Pixels that are decoded at once at most. A decoder takes several bytes for each pixel of its
/// tile, and phones' tiles have a quarter of a million.
const MOST_AT_ONCE: usize = 8_000_000;

/// Decodes all tiles into their places. Each row of tiles fills a band of its own, so that threads
/// share nothing but the list of bands.
pub(super) fn decode_into(
    planes: &mut Planes,
    container: &Container<'_>,
    photo: &Photo<'_, '_>,
    configuration: &Configuration<'_>,
    limits: &Limits,
) -> Result<(), ImageError> {
    let (tile_width, tile_height) = photo.tile_size;
    let rows = photo.tiles.chunks(photo.columns as usize);
    let row_count = rows.len();
    let bands = Mutex::new(rows.zip(planes.bands(tile_height)));
    let next = || bands.lock().unwrap_or_else(PoisonError::into_inner).next();

    let fill = |(tiles, mut band): (&[&Item<'_>], Band<'_>), pictures: &mut Pictures<'_>| {
        for (tile, column) in tiles.iter().zip(0..) {
            let data = container
                .data(tile)
                .ok_or_else(|| ImageError::corrupt("a tile lies outside the file"))?;
            pictures.decode_into(&data, &mut band, column * tile_width, photo.tile_size)?;
        }
        Ok(())
    };
    let work = || {
        let mut pictures = Pictures::new(configuration, limits)?;
        while let Some(row) = next() {
            if let Err(error) = fill(row, &mut pictures) {
                // The photo is lost: the other threads find nothing more to do.
                while next().is_some() {}
                return Err(error);
            }
        }
        Ok(())
    };

    let tile = tile_width as usize * tile_height as usize;
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST_THREADS)
        .min(MOST_AT_ONCE / tile.max(1))
        .min(row_count);
    thread::scope(|scope| {
        // Where a thread is refused, the others do its part.
        let helpers: Vec<_> = (1..threads)
            .filter_map(|_| Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut outcome = work();
        for helper in helpers {
            let gave_up = |_| Err(ImageError::corrupt("the decoder gave up in the middle"));
            outcome = outcome.and(helper.join().unwrap_or_else(gave_up));
        }
        outcome
    })
}
