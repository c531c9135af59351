//! What is under way and may be stopped, by its kind.

use std::{collections::HashMap, sync::Arc};

use contract::Stoppable;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

/// Cheap to clone; clones stop the same.
#[derive(Clone, Debug, Default)]
pub struct Stops {
    all: CancellationToken,
    kinds: Arc<Mutex<HashMap<Stoppable, CancellationToken>>>,
}

impl Stops {
    /// All of them end with `all` too.
    #[must_use]
    pub fn within(all: CancellationToken) -> Self {
        Self {
            all,
            kinds: Arc::default(),
        }
    }

    /// The token for something that the person may stop. Two of one kind end together.
    #[must_use]
    pub fn of(&self, what: Stoppable) -> CancellationToken {
        let mut kinds = self.kinds.lock();
        let token = kinds.entry(what).or_insert_with(|| self.all.child_token());
        token.clone()
    }

    /// Stops what is under way of a kind; what begins afterwards is not meant.
    pub fn stop(&self, what: Stoppable) {
        if let Some(token) = self.kinds.lock().remove(&what) {
            token.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_means_what_is_under_way_and_an_end_means_all() {
        let end = CancellationToken::new();
        let stops = Stops::within(end.clone());
        let (form, model) = (stops.of(Stoppable::Form), stops.of(Stoppable::Model));
        stops.stop(Stoppable::Form);
        assert!(form.is_cancelled() && !model.is_cancelled(), "one kind");
        let next = stops.of(Stoppable::Form);
        assert!(!next.is_cancelled(), "what begins afterwards is not meant");
        end.cancel();
        assert!(
            next.is_cancelled() && model.is_cancelled(),
            "the end is all"
        );
    }
}
