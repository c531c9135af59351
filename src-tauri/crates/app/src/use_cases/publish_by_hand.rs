//! Publishing by hand: the person presses the site's own button in the filled form; the app watches and records.
//!
//! The protocol is that of [`super::publish`]: the attempt is on disk before the page lets a publish call out, the
//! person's press takes the place of the click, and one call is let out.

use contract::{Failure, PublishView};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::publish::Button;
use crate::App;

impl App {
    /// Brings the filled form to the front, waits until the person has pressed the site's button, and notes the
    /// listing. `cancel` ends the waiting; so does the end of the app.
    ///
    /// # Errors
    /// Those of [`App::publish`]; `no_display` where the browser cannot be seen; `cancelled` where it is proved that
    /// the person did not press: the confirmation may be used again.
    pub async fn publish_by_hand(
        &self,
        token: &str,
        key: Option<&str>,
        cancel: CancellationToken,
    ) -> Result<PublishView, Failure> {
        let (stop, _linked) = self.until_closing(cancel);
        self.publish_in_the_background(token, key, Some(Button::Persons(stop)))
            .await
    }

    /// A token that ends with `cancel` and with the app, as long as what comes with it is kept.
    pub(crate) fn until_closing(
        &self,
        cancel: CancellationToken,
    ) -> (CancellationToken, AbortOnDropHandle<()>) {
        let either = self.closing.child_token();
        let stop = either.clone();
        let linked = AbortOnDropHandle::new(tokio::spawn(async move {
            cancel.cancelled().await;
            stop.cancel();
        }));
        (either, linked)
    }
}
