//! Ends a process at one of its awaits.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use tokio::sync::Notify;

/// Ends a process at one of its awaits: from then on nothing of it goes on.
pub(crate) struct Fuse {
    left: AtomicI64,
    dead: AtomicBool,
    burnt: Notify,
}

impl Fuse {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            left: AtomicI64::new(i64::MAX),
            dead: AtomicBool::new(false),
            burnt: Notify::new(),
        })
    }

    /// The process dies at the `after`-th await from now.
    pub(crate) fn light(&self, after: u8) {
        self.left.store(i64::from(after), Ordering::SeqCst);
    }

    pub(crate) fn put_out(&self) {
        self.left.store(i64::MAX, Ordering::SeqCst);
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    pub(crate) async fn burnt(&self) {
        loop {
            let notified = self.burnt.notified();
            if self.is_dead() {
                return;
            }
            notified.await;
        }
    }

    /// Whether the process dies here.
    pub(crate) fn burns(&self) -> bool {
        if self.left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            self.dead.store(true, Ordering::SeqCst);
        }
        self.is_dead()
    }

    /// A place where the process may die.
    pub(crate) async fn point(&self) {
        if self.burns() {
            self.burnt.notify_waiters();
            std::future::pending::<()>().await;
        }
    }
}
