//! What the own items prove where the answer does not: the baseline is subtracted, title, price, number of photos
//! and time are compared.

use std::time::Duration;

use chrono::TimeDelta;
use contract::{Code, Failure, PublishView};
use domain::{
    AccountId,
    attempt::{AttemptEvent, AttemptState},
    listing::{OwnItem, Traits, new_since},
};
use tokio_util::sync::CancellationToken;

use crate::{
    App, fail,
    ports::{Attempt, AttemptFacts, Evidence, FilledPage, SiteStop},
};

/// When the own items are looked at after a lost or failed answer.
const LOOKS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(3),
];
/// "Nothing new" is believed after this many looks that could be taken: a list may be behind what was stored.
const ENOUGH_LOOKS: usize = 2;
/// New items that are kept as evidence.
const KEPT: usize = 50;
/// How long after the intent a call may have left.
const LEAVES_WITHIN: TimeDelta = TimeDelta::minutes(10);
/// The same, where the person presses.
const LEAVES_BY_HAND_WITHIN: TimeDelta = TimeDelta::minutes(30);

/// What the own items say of an attempt.
pub(crate) enum Verdict {
    /// One is new, looks like what was sent, and can be nothing else.
    Ours(OwnItem),
    /// None is new.
    NothingNew,
    /// Something is new, and it proves nothing either way.
    Unclear,
}

/// What a listing of the attempt looks like.
pub(crate) fn traits(attempt: &Attempt) -> Traits<'_> {
    let sent = &attempt.fingerprint;
    let within = if attempt.by_hand {
        LEAVES_BY_HAND_WITHIN
    } else {
        LEAVES_WITHIN
    };
    Traits {
        title: &sent.title,
        price_cents: sent.price_cents,
        photo_count: sent.photo_count,
        sent: (attempt.created_at, attempt.created_at + within),
    }
}

impl App {
    /// The answer is lost or an error: the own items before and after the click decide, or nobody does.
    pub(super) async fn by_evidence(
        &self,
        attempt: &Attempt,
        page: &mut dyn FilledPage,
        status: Option<u16>,
    ) -> Result<PublishView, Failure> {
        let mut looks = 0;
        let mut seen = None;
        for pause in LOOKS {
            self.parts.clock.pause(pause).await;
            let items = match self.own_items_after(attempt, page).await {
                Ok(items) => items,
                Err(failure) => {
                    tracing::warn!(%failure, "the own items could not be read after the click");
                    let asks = [Code::CaptchaOrVerification, Code::SessionExpired];
                    if asks.contains(&failure.code) {
                        return self.lost(attempt, seen).await;
                    }
                    continue;
                }
            };
            failpoint::reached("evidence.items_read");
            let (verdict, evidence) = match self.judge(&items, attempt).await {
                Ok(judged) => judged,
                Err(failure) => {
                    tracing::error!(%failure, "the evidence could not be weighed");
                    return self.lost(attempt, seen).await;
                }
            };
            seen = Some(evidence);
            match verdict {
                Verdict::Ours(one) => {
                    let url = self.listing_url(attempt.account_id, &one.id).await;
                    return self.published(attempt, &one.id, &url, page).await;
                }
                Verdict::Unclear => return self.lost(attempt, seen).await,
                Verdict::NothingNew => looks += 1,
            }
        }
        let Some(status) = status.filter(|_| looks >= ENOUGH_LOOKS) else {
            return self.lost(attempt, seen).await;
        };
        let facts = AttemptFacts::because(Code::SiteError);
        self.advance_after_click(attempt, AttemptEvent::NotPublished, facts)
            .await?;
        Err(fail::site_error(status))
    }

    /// The own items as the page shows them, or, where its browser is gone, a new one.
    async fn own_items_after(
        &self,
        attempt: &Attempt,
        page: &mut dyn FilledPage,
    ) -> Result<Vec<OwnItem>, Failure> {
        match page.own_items().await {
            Ok(items) => Ok(items),
            Err(SiteStop::BrowserCrashed(why)) => {
                tracing::warn!(
                    why,
                    "the browser is gone; the own items are read in a new one"
                );
                self.own_items_of(attempt, CancellationToken::new()).await
            }
            Err(stop) => Err(fail::stop(stop, self.parts.clock.now())),
        }
    }

    /// The own items of the login as which the attempt was sent, in a run of their own. The caller has the turn. What
    /// the site says against it is noted for the account.
    pub(crate) async fn own_items_of(
        &self,
        attempt: &Attempt,
        stop: CancellationToken,
    ) -> Result<Vec<OwnItem>, Failure> {
        let confirmation = self
            .parts
            .publish_log
            .confirmation(attempt.confirmation_id)
            .await
            .map_err(fail::record("reading the confirmation"))?;
        let account = self.account_by_id(attempt.account_id).await?;
        let (account, session) = self.session_in(account).await?;
        if account.site_url != confirmation.site_url {
            return Err(Failure::new(
                Code::SiteUnreachable,
                format!(
                    "It was sent to {}, and the account is on {} now.",
                    confirmation.site_url, account.site_url
                ),
            ));
        }
        let draft = Some(attempt.draft_id);
        let mut run = self.run_for(&account, session, draft, stop);
        run.expected_login = Some(confirmation.login);
        match self.parts.site.own_items(run).await {
            Ok(items) => Ok(items),
            Err(stop) => {
                let failure = fail::stop(stop, self.parts.clock.now());
                // Another login says nothing of this one.
                if failure.code != Code::WrongAccount {
                    self.note_answer(attempt.account_id, Some(&failure)).await;
                }
                Err(failure)
            }
        }
    }

    async fn lost(
        &self,
        attempt: &Attempt,
        evidence: Option<Evidence>,
    ) -> Result<PublishView, Failure> {
        let facts = AttemptFacts {
            evidence,
            ..AttemptFacts::because(Code::OutcomeUnknown)
        };
        self.advance_after_click(attempt, AttemptEvent::Lost, facts)
            .await?;
        Err(fail::outcome_unknown())
    }

    /// What the own items say. What came from another draft is not new; what another attempt that waits for its
    /// outcome may have made as well is nobody's, until the person says whose.
    pub(crate) async fn judge(
        &self,
        items: &[OwnItem],
        attempt: &Attempt,
    ) -> Result<(Verdict, Evidence), Failure> {
        let known = self
            .parts
            .listings
            .ids_of_other_drafts(attempt.account_id, attempt.draft_id)
            .await
            .map_err(fail::record("reading the listings"))?;
        let waiting = self
            .parts
            .publish_log
            .unsettled()
            .await
            .map_err(fail::record("reading the attempts"))?;
        let mut new: Vec<OwnItem> = new_since(items, &attempt.baseline)
            .filter(|i| !known.contains(&i.id))
            .cloned()
            .collect();
        let ours = traits(attempt);
        let mut fitting = new.iter().filter(|i| ours.fit(i));
        let verdict = match (fitting.next(), fitting.next()) {
            (None, None) if new.is_empty() => Verdict::NothingNew,
            (Some(one), None) if !waiting.iter().any(|w| may_have_made(w, one, attempt)) => {
                Verdict::Ours(one.clone())
            }
            _ => Verdict::Unclear,
        };
        new.truncate(KEPT);
        let evidence = Evidence {
            seen_at: self.parts.clock.now(),
            new_items: new,
        };
        Ok((verdict, evidence))
    }

    /// A listing's address, where the site did not give one.
    pub(crate) async fn listing_url(&self, account: AccountId, listing_id: &str) -> String {
        let site = match self.parts.accounts.by_id(account).await {
            Ok(found) => found.map(|account| account.site_url),
            Err(error) => {
                tracing::warn!(%error, "the account's site could not be read");
                None
            }
        };
        let site = site.unwrap_or_else(|| self.site_url().to_owned());
        format!("{}/items/{listing_id}", site.trim_end_matches('/'))
    }
}

/// Another attempt on the same account could be where this item comes from, whatever the clocks say: time may keep an
/// item from being adopted, never decide between two.
fn may_have_made(other: &Attempt, item: &OwnItem, attempt: &Attempt) -> bool {
    other.id != attempt.id
        && other.account_id == attempt.account_id
        && matches!(other.state, AttemptState::Submitted | AttemptState::Unknown)
        && !other.baseline.contains(&item.id)
        && traits(other).look_like(item)
}
