//! Grouping of `analysis` behind the app's port.

use analysis::group::{PhotoTime, Reason, group_by_capture_time, natural_gap};
use app::ports::{Grouper, PhotoGroup};
use domain::Photo;

pub(crate) struct ByCaptureTime;

impl Grouper for ByCaptureTime {
    fn group(&self, photos: &[Photo]) -> Vec<PhotoGroup> {
        let times: Vec<PhotoTime> = photos
            .iter()
            .enumerate()
            .map(|(index, photo)| PhotoTime {
                index,
                captured_at: photo.captured_at,
                camera: photo.camera.clone(),
            })
            .collect();
        group_by_capture_time(&times, natural_gap(&times))
            .into_iter()
            .map(|group| {
                let (reason, seconds) = match group.reason {
                    Reason::TakenWithin { seconds } => {
                        ("taken_within", u32::try_from(seconds).ok())
                    }
                    Reason::NoTimes => ("no_times", None),
                    Reason::Single => ("single", None),
                    Reason::ByPerson => ("by_person", None),
                };
                PhotoGroup {
                    indices: group.indices,
                    reason,
                    seconds,
                    confidence: group.confidence,
                }
            })
            .collect()
    }
}
