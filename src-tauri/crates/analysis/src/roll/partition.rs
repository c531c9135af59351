//! From the odds of pairs to piles: the partition whose pairs say most for it.
//!
//! First the roll is cut into runs (the best cuts of all, by dynamic programming), then whole piles are joined and single
//! photos moved where the pairs want it, since people go back to a garment. Each step improves the same sum, in a fixed
//! order, so that the result is always the same.

/// Photos of a run at most: the site takes twenty of a listing, and some are left out.
const LONGEST_RUN: usize = 30;
/// What a join or a move must improve: a proposal that jumps over others has to be clear.
const CLEAR: f32 = 1.0;
/// Rounds of moving; the sum grows in each, and rolls need three or four.
const MOST_ROUNDS: usize = 12;

/// The pile of each place: numbers from 0 in the order of their first places. `odds(a, b)` is asked with `a < b` only.
pub(super) fn partition(count: usize, odds: &[f32]) -> Vec<usize> {
    let score = |a: usize, b: usize| odds[a.min(b) * count + a.max(b)];
    let mut pile = runs(count, &score);
    for _ in 0..MOST_ROUNDS {
        let joined = join(&mut pile, &score);
        let moved = move_single(&mut pile, &score);
        if !joined && !moved {
            break;
        }
    }
    renumber(&mut pile);
    pile
}

/// The best cuts into runs of neighbours.
fn runs(count: usize, score: &impl Fn(usize, usize) -> f32) -> Vec<usize> {
    let mut best = vec![0.0f32; count + 1];
    let mut from = vec![0usize; count + 1];
    for end in 1..=count {
        best[end] = f32::MIN;
        let mut sum = 0.0;
        for start in (end.saturating_sub(LONGEST_RUN)..end).rev() {
            sum += (start + 1..end)
                .map(|other| score(start, other))
                .sum::<f32>();
            if best[start] + sum > best[end] {
                best[end] = best[start] + sum;
                from[end] = start;
            }
        }
    }
    let mut pile = vec![0; count];
    let mut end = count;
    while end > 0 {
        pile[from[end]..end].fill(end);
        end = from[end];
    }
    pile
}

/// The places of each pile, in the order of their first places.
pub(super) fn members(pile: &[usize]) -> Vec<Vec<usize>> {
    let mut number = std::collections::HashMap::new();
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (place, of) in pile.iter().enumerate() {
        let at = *number.entry(*of).or_insert_with(|| {
            members.push(Vec::new());
            members.len() - 1
        });
        members[at].push(place);
    }
    members
}

/// Joins the two piles that gain most, until none gains.
fn join(pile: &mut [usize], score: &impl Fn(usize, usize) -> f32) -> bool {
    let mut piles = members(pile);
    let between = |a: &[usize], b: &[usize]| {
        a.iter()
            .flat_map(|&x| b.iter().map(move |&y| (x, y)))
            .map(|(x, y)| score(x, y))
            .sum::<f32>()
    };
    let mut gains: Vec<Vec<f32>> = piles
        .iter()
        .enumerate()
        .map(|(at, a)| piles[..at].iter().map(|b| between(a, b)).collect())
        .collect();
    let mut any = false;
    loop {
        let mut most = (CLEAR, 0, 0);
        for (a, row) in gains.iter().enumerate() {
            for (b, &gain) in row.iter().enumerate() {
                if gain > most.0 {
                    most = (gain, a, b);
                }
            }
        }
        let (_, a, b) = most;
        if a == b {
            break;
        }
        any = true;
        let taken = std::mem::take(&mut piles[a]);
        piles[b].extend(taken);
        // What is between sums is the sum of both.
        for other in 0..piles.len() {
            if other == a || other == b {
                continue;
            }
            let from = gains[a.max(other)][a.min(other)];
            gains[a.max(other)][a.min(other)] = f32::MIN;
            let to = &mut gains[b.max(other)][b.min(other)];
            *to = if *to == f32::MIN {
                f32::MIN
            } else {
                *to + from
            };
        }
        gains[a.max(b)][a.min(b)] = f32::MIN;
    }
    for (number, places) in piles.iter().enumerate() {
        places.iter().for_each(|&place| pile[place] = number);
    }
    any
}

/// Moves each photo to the pile that it fits better, or to one of its own.
fn move_single(pile: &mut [usize], score: &impl Fn(usize, usize) -> f32) -> bool {
    let mut any = false;
    let mut next = pile.iter().copied().max().map_or(0, |most| most + 1);
    for place in 0..pile.len() {
        let mut sums: std::collections::BTreeMap<usize, f32> = std::collections::BTreeMap::new();
        for other in (0..pile.len()).filter(|&other| other != place) {
            *sums.entry(pile[other]).or_default() += score(place, other);
        }
        let here = sums.get(&pile[place]).copied();
        let mut best = (here.unwrap_or(0.0) + CLEAR, pile[place]);
        if here.is_some_and(|here| here + CLEAR < 0.0) {
            best = (0.0, next);
        }
        for (&other, &sum) in &sums {
            if other != pile[place] && sum > best.0 {
                best = (sum, other);
            }
        }
        if best.1 != pile[place] {
            if best.1 == next {
                next += 1;
            }
            pile[place] = best.1;
            any = true;
        }
    }
    any
}

fn renumber(pile: &mut [usize]) {
    for (number, places) in members(pile).iter().enumerate() {
        places.iter().for_each(|&place| pile[place] = number);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(count: usize, same: impl Fn(usize, usize) -> f32) -> Vec<usize> {
        let mut odds = vec![0.0; count * count];
        for a in 0..count {
            for b in a + 1..count {
                odds[a * count + b] = same(a, b);
            }
        }
        partition(count, &odds)
    }

    #[test]
    fn runs_are_cut_where_the_pairs_want_it() {
        let piles = of(9, |a, b| if a / 3 == b / 3 { 2.0 } else { -2.0 });
        assert_eq!(piles, [0, 0, 0, 1, 1, 1, 2, 2, 2]);
        assert_eq!(
            of(0, |_, _| 1.0),
            Vec::<usize>::new(),
            "no photos, no piles"
        );
        assert_eq!(of(1, |_, _| 1.0), [0]);
        assert_eq!(of(4, |_, _| -1.0), [0, 1, 2, 3], "nothing belongs together");
    }

    #[test]
    fn a_photo_taken_later_goes_to_its_pile() {
        let truth = [0, 0, 0, 1, 1, 0, 1, 2, 2];
        let piles = of(9, |a, b| if truth[a] == truth[b] { 2.0 } else { -2.0 });
        assert_eq!(piles, [0, 0, 0, 1, 1, 0, 1, 2, 2]);
    }

    #[test]
    fn more_than_a_run_holds_still_comes_together() {
        let piles = of(80, |_, _| 1.0);
        assert!(
            piles.iter().all(|pile| *pile == 0),
            "eighty photos of one garment are one pile: {piles:?}"
        );
    }

    proptest! {
        #[test]
        fn every_photo_is_in_one_pile_and_numbers_have_no_gaps(count in 0usize..24, seed in any::<u32>()) {
            let piles = of(count, |a, b| {
                let mixed = (a as u32 * 7919 + b as u32 * 104_729).wrapping_mul(seed | 1) >> 8;
                (mixed % 100) as f32 / 10.0 - 5.0
            });
            prop_assert_eq!(piles.len(), count);
            let mut seen = 0;
            for pile in piles {
                prop_assert!(pile <= seen, "numbers follow first places");
                seen = seen.max(pile + 1);
            }
        }
    }
}
