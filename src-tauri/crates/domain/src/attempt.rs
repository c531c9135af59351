//! The publish attempt: a small state machine that errs on the side of asking.
//!
//! `intent` is written and synced before the click; what is lost between click and answer is
//! `unknown`, and no rule here leads from `unknown` back to a new submit.

use serde::{Deserialize, Serialize};

/// Where a publish attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// On disk; the publish button has not been pressed.
    Intent,
    /// The button is being pressed, or was; no answer yet. On disk before the click.
    Submitted,
    /// The site made the listing.
    Settled,
    /// The site answered that it made none.
    Refused,
    /// A challenge or a wall stands before the person; nothing was published.
    NeedsManual,
    /// Nobody knows. Only evidence or the person's word settles it.
    Unknown,
}

/// What happened to an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttemptEvent {
    /// The button is about to be pressed.
    Press,
    /// The site answered with a listing, or the read-back found exactly one.
    Published,
    /// The site answered that nothing was made, or the page proved that nothing was sent.
    NotPublished,
    /// A challenge came before anything was made.
    Challenged,
    /// The answer is lost.
    Lost,
}

impl AttemptState {
    /// All states.
    pub const ALL: [Self; 6] = [
        Self::Intent,
        Self::Submitted,
        Self::Settled,
        Self::Refused,
        Self::NeedsManual,
        Self::Unknown,
    ];

    /// The stored code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Submitted => "submitted",
            Self::Settled => "settled",
            Self::Refused => "refused",
            Self::NeedsManual => "needs_manual",
            Self::Unknown => "unknown",
        }
    }

    /// Reads a stored code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// A proven failure: the same content may be tried again.
    #[must_use]
    pub fn allows_new_attempt(self) -> bool {
        matches!(self, Self::Refused | Self::NeedsManual)
    }

    /// Still on its way in some process, or cut short with it.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Intent | Self::Submitted)
    }

    /// The next state, or none where the event is not legal here.
    #[must_use]
    pub fn after(self, event: AttemptEvent) -> Option<Self> {
        use AttemptEvent as E;
        use AttemptState as S;
        match (self, event) {
            (S::Intent, E::Press) => Some(S::Submitted),
            // Found out before the button was pressed.
            (S::Intent, E::NotPublished) => Some(S::Refused),
            (S::Intent, E::Challenged) => Some(S::NeedsManual),
            (S::Intent | S::Submitted | S::Unknown, E::Published) => Some(S::Settled),
            (S::Submitted, E::NotPublished) => Some(S::Refused),
            (S::Submitted, E::Challenged) => Some(S::NeedsManual),
            (S::Submitted, E::Lost) => Some(S::Unknown),
            // By the person's word only, or by an answer that proves it.
            (S::Unknown, E::NotPublished) => Some(S::Refused),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [AttemptEvent; 5] = [
        AttemptEvent::Press,
        AttemptEvent::Published,
        AttemptEvent::NotPublished,
        AttemptEvent::Challenged,
        AttemptEvent::Lost,
    ];

    #[test]
    fn no_state_but_intent_leads_to_a_submit() {
        for state in AttemptState::ALL {
            let pressed = state.after(AttemptEvent::Press);
            if state == AttemptState::Intent {
                assert_eq!(
                    pressed,
                    Some(AttemptState::Submitted),
                    "an intent may be submitted once"
                );
            } else {
                assert_eq!(pressed, None, "{state:?} must never press the button");
            }
        }
    }

    #[test]
    fn settled_refused_and_manual_are_final() {
        for state in [
            AttemptState::Settled,
            AttemptState::Refused,
            AttemptState::NeedsManual,
        ] {
            for event in EVENTS {
                assert_eq!(
                    state.after(event),
                    None,
                    "{state:?} is final, {event:?} changes nothing"
                );
            }
        }
    }

    #[test]
    fn codes_round_trip() {
        for state in AttemptState::ALL {
            assert_eq!(
                AttemptState::parse(state.code()),
                Some(state),
                "stored code reads back"
            );
        }
    }
}
