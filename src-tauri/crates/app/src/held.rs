//! Pages at which the site asks for the person: one of each account. The browser of one at most is open, and nobody
//! else works on the site as long as it is.

use std::time::Duration;

use domain::{AccountId, DraftId};

use crate::{
    App,
    ports::{FilledPage, HeldPage, Turn},
};

/// How often a held page looks whether it should make way.
const MAKE_WAY: Duration = Duration::from_secs(1);

/// What a held page stands in the way of.
#[derive(Clone, Debug)]
pub(crate) struct HeldFor {
    pub(crate) draft: DraftId,
    pub(crate) account: AccountId,
    pub(crate) without_photos: bool,
}

/// A page at which the site asks for the person: before the form was filled, or after the click.
pub(crate) struct Held {
    pub(crate) page: Box<dyn HeldPage>,
    /// What goes on once it is answered.
    pub(crate) of: HeldFor,
    /// While its browser is open.
    pub(crate) turn: Option<Turn>,
}

impl Held {
    pub(crate) async fn close(self) {
        self.page.close().await;
    }

    /// Without a browser, until it is shown: others may work on the site. The turn goes after the browser.
    pub(crate) async fn aside(self) -> Self {
        Self {
            page: self.page.step_aside().await,
            of: self.of,
            turn: None,
        }
    }
}

pub(crate) enum HeldKind {
    Stopped(Box<dyn HeldPage>),
    Filled(Box<dyn FilledPage>),
}

impl HeldKind {
    /// The page as the person's: nothing clicks in it any more.
    async fn for_person(self) -> Box<dyn HeldPage> {
        match self {
            Self::Stopped(page) => page,
            Self::Filled(page) => page.hand_over().await,
        }
    }
}

/// One of each account, the newest last.
#[derive(Default)]
pub(crate) struct HeldPages(Vec<Held>);

impl HeldPages {
    /// Takes the place of an earlier page of the same account, which is given back to be closed.
    fn put(&mut self, held: Held) -> Option<Held> {
        let earlier = self.take_of(held.of.account);
        self.0.push(held);
        earlier
    }

    /// Takes out the page of an account.
    pub(crate) fn take_of(&mut self, account: AccountId) -> Option<Held> {
        let at = self.0.iter().position(|held| held.of.account == account)?;
        Some(self.0.remove(at))
    }

    /// Takes out the page at which the site asked last.
    pub(crate) fn take_newest(&mut self) -> Option<Held> {
        self.0.pop()
    }

    /// Takes out the page of a draft.
    pub(crate) fn take_of_draft(&mut self, draft: DraftId) -> Option<Held> {
        let at = self.0.iter().position(|held| held.of.draft == draft)?;
        Some(self.0.remove(at))
    }

    pub(crate) fn take_all(&mut self) -> Vec<Held> {
        std::mem::take(&mut self.0)
    }

    pub(crate) fn newest(&mut self) -> Option<&mut Held> {
        self.0.last_mut()
    }

    /// The open one, if any, loses its browser until it is shown.
    pub(crate) async fn step_aside(&mut self) {
        let open = self.0.iter().position(|held| held.turn.is_some());
        if let Some(at) = open {
            let aside = self.0.remove(at).aside().await;
            self.0.insert(at, aside);
        }
    }

    fn has(&self, account: AccountId) -> bool {
        self.0.iter().any(|held| held.of.account == account)
    }

    fn is_open(&self, account: AccountId) -> bool {
        self.0
            .iter()
            .any(|held| held.of.account == account && held.turn.is_some())
    }
}

impl App {
    /// Keeps a page for the person.
    pub(crate) async fn hold_page(&self, page: HeldKind, of: HeldFor, turn: Turn) {
        let page = page.for_person().await;
        // Where no browser is open, nobody has to wait for it.
        let turn = page.is_open().then_some(turn);
        self.hold(Held { page, of, turn }).await;
    }

    /// Puts a page back that was taken out: one that came meanwhile is the newer one, and stays.
    pub(crate) async fn hold_again(&self, held: Held) {
        let newer = self.held.lock().await.has(held.of.account);
        if newer {
            held.close().await;
        } else {
            self.hold(held).await;
        }
    }

    /// Keeps a page until the person answers in it. Its browser is open until another process wants its turn.
    pub(crate) async fn hold(&self, held: Held) {
        let account = held.of.account;
        let open = held.turn.is_some();
        let earlier = self.held.lock().await.put(held);
        if let Some(earlier) = earlier {
            earlier.close().await;
        }
        if !open {
            return;
        }
        // Only weak: a waiting task must not keep a closed data folder alive.
        let (held, parts) = (
            std::sync::Arc::downgrade(&self.held),
            std::sync::Arc::downgrade(&self.parts),
        );
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(MAKE_WAY).await;
                let (Some(held), Some(parts)) = (held.upgrade(), parts.upgrade()) else {
                    return;
                };
                let mut held = held.lock().await;
                // Gone, without a browser, or waited at: then the person is at it.
                if !held.is_open(account) {
                    return;
                }
                if parts.processes.turn_wanted() {
                    tracing::info!(
                        "the page at which the site asks makes way; it is opened anew when it is shown"
                    );
                    held.step_aside().await;
                    return;
                }
            }
        });
    }

    /// Forgets the page of a draft: the site took its form.
    pub(crate) async fn let_held_go(&self, draft: DraftId) {
        let held = self.held.lock().await.take_of_draft(draft);
        if let Some(held) = held {
            held.close().await;
        }
    }
}
