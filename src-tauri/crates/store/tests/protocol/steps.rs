//! What may happen in a history, at random.

use proptest::prelude::*;

use crate::{
    bed::{ACCOUNTS, DRAFTS},
    market::{Answer, Sight},
    run::PROCESSES,
};

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Prepare {
        who: usize,
        draft: usize,
        account: usize,
    },
    Edit {
        draft: usize,
    },
    Publish {
        who: usize,
        token: usize,
        key: Option<usize>,
        live: bool,
        by_hand: bool,
        answer: Answer,
        sight: Sight,
        dies_at: Option<u8>,
    },
    /// The process is killed, or ends, and starts again.
    Restart {
        who: usize,
        settles: bool,
        sight: Sight,
        dies_at: Option<u8>,
    },
    Evidence {
        who: usize,
        draft: usize,
        look: bool,
        sight: Sight,
    },
    Resolve {
        who: usize,
        draft: usize,
        sight: Sight,
    },
    /// The seller lists the same, or something else, without the app.
    Outside {
        account: usize,
        draft: usize,
        same: bool,
    },
    /// Time passes; calls of browsers that nobody ended arrive.
    Time {
        minutes: i64,
        laptop_jumps: i64,
    },
}

fn sight() -> impl Strategy<Value = Sight> {
    prop_oneof![
        6 => Just(Sight::Clear),
        1 => Just(Sight::Challenged),
        1 => Just(Sight::Unreachable),
        1 => Just(Sight::BrowserGone),
    ]
}

fn death(often: u32) -> impl Strategy<Value = Option<u8>> {
    prop_oneof![3 => Just(None), often => (0..14_u8).prop_map(Some)]
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let who = || 0..PROCESSES;
    let draft = || 0..DRAFTS;
    let answer = prop_oneof![
        2 => Just(Answer::Made),
        3 => Just(Answer::MadeAndLost),
        3 => Just(Answer::LostBeforeMade),
        4 => proptest::sample::select(Answer::ALL.to_vec()),
    ];
    let publish = (
        who(),
        0..6_usize,
        prop_oneof![3 => Just(None), 1 => (0..2_usize).prop_map(Some)],
        prop_oneof![9 => Just(true), 1 => Just(false)],
        prop_oneof![4 => Just(false), 1 => Just(true)],
        answer,
        sight(),
        death(2),
    )
        .prop_map(
            |(who, token, key, live, by_hand, answer, sight, dies_at)| Step::Publish {
                who,
                token,
                key,
                live,
                by_hand,
                answer,
                sight,
                dies_at,
            },
        );
    prop_oneof![
        5 => (who(), draft(), 0..ACCOUNTS)
            .prop_map(|(who, draft, account)| Step::Prepare { who, draft, account }),
        1 => draft().prop_map(|draft| Step::Edit { draft }),
        9 => publish,
        3 => (who(), any::<bool>(), sight(), death(1))
            .prop_map(|(who, settles, sight, dies_at)| Step::Restart { who, settles, sight, dies_at }),
        1 => (who(), draft(), any::<bool>(), sight())
            .prop_map(|(who, draft, look, sight)| Step::Evidence { who, draft, look, sight }),
        3 => (who(), draft(), sight()).prop_map(|(who, draft, sight)| Step::Resolve { who, draft, sight }),
        1 => (0..ACCOUNTS, draft(), any::<bool>())
            .prop_map(|(account, draft, same)| Step::Outside { account, draft, same }),
        2 => (0..40_i64, prop_oneof![4 => Just(0_i64), 1 => -2000..2000_i64])
            .prop_map(|(minutes, laptop_jumps)| Step::Time { minutes, laptop_jumps }),
    ]
}
