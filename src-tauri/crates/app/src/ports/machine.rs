//! What `studio doctor` asks of the machine.

use async_trait::async_trait;
use uuid::Uuid;

/// One thing looked at.
#[derive(Clone, Debug)]
pub struct Check {
    /// Stable name, such as `browser`.
    pub name: &'static str,
    /// It works.
    pub ok: bool,
    /// What was found, or what to do.
    pub detail: String,
}

/// The installation.
#[async_trait]
pub trait Machine: Send + Sync {
    /// Looks at data folder, database, keyring, browser, codecs and models; bounded to a few seconds.
    async fn checks(&self) -> Vec<Check>;

    /// Where the key that seals sessions lies: `keyring` or `file`.
    fn vault(&self) -> &'static str;
}

/// Held while a process works on the site; dropped, the next one may.
pub type Turn = Box<dyn Send + Sync>;

/// Processes of this installation that work on the same data folder.
#[async_trait]
pub trait Processes: Send + Sync {
    /// Waits (bounded) until no other process of this data folder works on the site: one tab, one action at a
    /// time (vinted-facts 0.2, M-H). None: it did not come free in time.
    async fn site_turn(&self) -> Option<Turn>;

    /// Another process waits for its turn on the site: a page that is only kept for convenience makes way.
    fn turn_wanted(&self) -> bool;

    /// The process with this boot id still lives. In doubt it does: a living one is never taken for dead.
    fn alive(&self, boot_id: Uuid) -> bool;
}
