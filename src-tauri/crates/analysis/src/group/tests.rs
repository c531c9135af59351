use chrono::{DateTime, TimeDelta};
use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn moment(seconds: f64) -> NaiveDateTime {
    let morning = DateTime::from_timestamp(1_700_000_000, 0)
        .unwrap()
        .naive_utc();
    morning + TimeDelta::milliseconds((seconds * 1000.0) as i64)
}

/// Photos at these seconds, in import order; none has no time.
fn roll(seconds: &[Option<f64>]) -> Vec<PhotoTime> {
    seconds
        .iter()
        .enumerate()
        .map(|(index, s)| PhotoTime {
            index,
            captured_at: s.map(moment),
            camera: None,
        })
        .collect()
}

fn timed(seconds: &[f64]) -> Vec<PhotoTime> {
    roll(&seconds.iter().copied().map(Some).collect::<Vec<_>>())
}

fn indices(groups: &[Group]) -> Vec<Vec<usize>> {
    groups.iter().map(|g| g.indices.clone()).collect()
}

const GAP: Duration = Duration::from_secs(20);

#[test]
fn a_long_pause_begins_a_new_garment() {
    let groups = group_by_capture_time(&timed(&[0.0, 5.0, 12.5, 60.0, 64.0, 200.0]), GAP);
    assert_eq!(
        indices(&groups),
        [vec![0, 1, 2], vec![3, 4], vec![5]],
        "pauses part garments"
    );
    assert_eq!(
        groups[0].reason,
        Reason::TakenWithin { seconds: 8 },
        "the longest pause within"
    );
    assert_eq!(
        groups[1].reason,
        Reason::TakenWithin { seconds: 4 },
        "each group has its own"
    );
    assert_eq!(groups[2].reason, Reason::Single, "a photo alone says so");
}

#[test]
fn a_pause_as_long_as_the_gap_parts_nothing() {
    assert_eq!(
        indices(&group_by_capture_time(&timed(&[0.0, 20.0, 40.001]), GAP)),
        [vec![0, 1], vec![2]],
        "only a longer one does"
    );
}

#[test]
fn time_decides_not_the_import() {
    let groups = group_by_capture_time(&timed(&[105.0, 5.0, 100.0, 0.0]), GAP);
    assert_eq!(
        indices(&groups),
        [vec![2, 0], vec![3, 1]],
        "in the order of time within a group"
    );
}

#[test]
fn photos_without_a_time_never_join_a_garment_by_chance() {
    let groups = group_by_capture_time(
        &roll(&[Some(0.0), None, Some(5.0), None, None, Some(100.0), None]),
        GAP,
    );
    assert_eq!(
        indices(&groups),
        [vec![0, 1, 2], vec![3, 4], vec![5], vec![6]],
        "between two photos of one garment it is that garment's, else nobody knows"
    );
    assert_eq!(groups[1].reason, Reason::NoTimes, "and the group says so");
    assert!(
        groups[1].confidence < groups[0].confidence,
        "it is less sure"
    );
}

#[test]
fn without_any_time_there_is_one_group() {
    let groups = group_by_capture_time(&roll(&[None, None, None]), GAP);
    assert_eq!(indices(&groups), [vec![0, 1, 2]], "nothing parts them");
    assert_eq!(groups[0].reason, Reason::NoTimes, "and it says why");
}

#[test]
fn cameras_have_their_own_clocks() {
    let mut photos = timed(&[0.0, 1.0, 2.0, 3.0]);
    for (photo, camera) in photos.iter_mut().zip(["A", "B", "A", "B"]) {
        photo.camera = Some(camera.into());
    }
    let groups = group_by_capture_time(&photos, GAP);
    assert_eq!(
        indices(&groups),
        [vec![0, 2], vec![1, 3]],
        "two people work side by side"
    );
    photos[1].camera = None;
    photos[3].camera = None;
    let groups = group_by_capture_time(&photos, GAP);
    assert_eq!(
        indices(&groups),
        [vec![0, 1, 2, 3]],
        "one camera, some photos lost its name"
    );
}

#[test]
fn a_wider_pause_around_is_surer() {
    let near = group_by_capture_time(&timed(&[0.0, 10.0, 35.0, 45.0]), GAP);
    let far = group_by_capture_time(&timed(&[0.0, 10.0, 135.0, 145.0]), GAP);
    assert!(
        far[0].confidence > near[0].confidence,
        "{far:?} is parted more clearly than {near:?}"
    );
    assert!(
        far[0].confidence <= MOST_CONFIDENT,
        "time alone is never sure"
    );
}

#[test]
fn the_person_s_word_is_sure() {
    let photos = timed(&[0.0, 500.0]);
    assert_eq!(indices(&all_in_one(&photos)), [vec![0, 1]], "all together");
    assert_eq!(
        indices(&one_each(&photos)),
        [vec![0], vec![1]],
        "each alone"
    );
    assert_eq!(all_in_one(&[]), [], "no photos, no group");
    assert_eq!(
        one_each(&photos)[0].reason,
        Reason::ByPerson,
        "the reason is the person's word"
    );
}

/// A roll of 12 garments at a pace: pauses within and between vary by up to 1.6 each way.
fn at_pace(within: f64, between: f64) -> (Vec<PhotoTime>, Vec<Vec<usize>>) {
    let wobble = |n: usize| [1.0, 1.6, 0.7, 1.3, 0.65, 1.1, 1.5][n % 7];
    let (mut now, mut seconds, mut garments) = (0.0, Vec::new(), Vec::new());
    for garment in 0..12 {
        let mut own = Vec::new();
        for view in 0..2 + garment % 4 {
            if view > 0 {
                now += within * wobble(seconds.len());
            }
            own.push(seconds.len());
            seconds.push(now);
        }
        now += between * wobble(seconds.len() + 3);
        garments.push(own);
    }
    (timed(&seconds), garments)
}

#[rstest]
#[case::hasty(2.0, 12.0)]
#[case::brisk(4.0, 24.0)]
#[case::steady(8.0, 48.0)]
#[case::careful(15.0, 90.0)]
#[case::slow(30.0, 200.0)]
fn every_pace_has_its_own_gap(#[case] within: f64, #[case] between: f64) {
    let (photos, garments) = at_pace(within, between);
    let groups = group_by_capture_time(&photos, natural_gap(&photos));
    assert_eq!(
        indices(&groups),
        garments,
        "a pace of {within} s and {between} s is found"
    );
}

#[test]
fn no_fixed_gap_fits_every_pace() {
    for fixed in [10, 20, 30, 60] {
        let fits = |within, between| {
            let (photos, garments) = at_pace(within, between);
            indices(&group_by_capture_time(&photos, Duration::from_secs(fixed))) == garments
        };
        assert!(
            !(fits(2.0, 12.0) && fits(30.0, 200.0)),
            "{fixed} s for all would make the search for a gap needless"
        );
    }
}

#[test]
fn an_even_or_short_roll_has_the_default_gap() {
    assert_eq!(natural_gap(&[]), DEFAULT_GAP, "nothing to learn from");
    assert_eq!(
        natural_gap(&timed(&[0.0, 2.0, 100.0])),
        DEFAULT_GAP,
        "too short"
    );
    let even: Vec<f64> = (0..40).map(|n| f64::from(n) * 5.0).collect();
    assert_eq!(
        natural_gap(&timed(&even)),
        DEFAULT_GAP,
        "one kind of pause only"
    );
    assert_eq!(
        group_by_capture_time(&timed(&even), natural_gap(&timed(&even))).len(),
        1,
        "forty views of one garment stay together"
    );
}

prop_compose! {
    fn photos()(
        times in prop::collection::vec(
            (prop::option::weighted(0.8, -5000.0..5000.0f64), prop::option::of(0u8..3)), 0..60),
        sessions in prop::collection::vec(0i64..4, 60),
    ) -> Vec<PhotoTime> {
        times.into_iter().zip(sessions).enumerate().map(|(place, ((seconds, camera), session))| {
            PhotoTime {
                index: place * 3 + 1,
                captured_at: seconds.map(|s| moment(s) + TimeDelta::days(session)),
                camera: camera.map(|c| format!("camera {c}")),
            }
        }).collect()
    }
}

proptest! {
    #[test]
    fn every_photo_is_in_one_group(photos in photos(), gap in 0u64..10_000) {
        let groups = group_by_capture_time(&photos, Duration::from_secs(gap));
        let mut seen: Vec<usize> = groups.iter().flat_map(|g| g.indices.clone()).collect();
        seen.sort_unstable();
        let all: Vec<usize> = photos.iter().map(|p| p.index).collect();
        prop_assert_eq!(seen, all, "each photo exactly once");
        prop_assert!(groups.iter().all(|g| !g.indices.is_empty()), "no group is empty");
        prop_assert!(
            groups.iter().all(|g| (0.0..=MOST_CONFIDENT).contains(&g.confidence)),
            "times are never sure"
        );
    }

    #[test]
    fn the_same_roll_gives_the_same_groups(photos in photos()) {
        let gap = natural_gap(&photos);
        prop_assert_eq!(natural_gap(&photos), gap, "the same gap");
        prop_assert_eq!(
            group_by_capture_time(&photos, gap),
            group_by_capture_time(&photos, gap),
            "and the same groups"
        );
        prop_assert!(gap >= Duration::from_secs(4) && gap <= Duration::from_secs(300), "within bounds");
    }

    #[test]
    fn time_orders_a_group_and_pauses_part_groups(photos in photos(), gap in 0u64..10_000) {
        let gap = Duration::from_secs(gap);
        let at = |index: usize| photos[index / 3].captured_at;
        for group in group_by_capture_time(&photos, gap) {
            let times: Vec<NaiveDateTime> = group.indices.iter().filter_map(|&i| at(i)).collect();
            prop_assert!(times.is_sorted(), "in the order of time: {times:?}");
            for pair in times.windows(2) {
                let pause = (pair[1] - pair[0]).to_std().unwrap_or_default();
                prop_assert!(pause <= gap, "no pause within a group is longer than the gap");
            }
        }
    }

    #[test]
    fn a_wider_gap_never_parts_more(photos in photos(), gap in 0u64..5_000, more in 0u64..5_000) {
        let timed: Vec<PhotoTime> = photos.into_iter().filter(|p| p.captured_at.is_some()).collect();
        let narrow = group_by_capture_time(&timed, Duration::from_secs(gap)).len();
        let wide = group_by_capture_time(&timed, Duration::from_secs(gap + more)).len();
        prop_assert!(wide <= narrow, "a longer pause is allowed within a group");
    }
}
