//! What the caller is told, and the listing that is noted.

use contract::{Code, PublishView, ReadbackView};
use domain::listing::Listing;

use crate::ports::{Attempt, StoredListing};

pub(crate) fn listing_of(
    attempt: &Attempt,
    listing_id: &str,
    listing_url: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Listing {
    Listing {
        site_id: listing_id.to_owned(),
        account_id: attempt.account_id,
        draft_id: attempt.draft_id,
        url: listing_url.to_owned(),
        title: attempt.fingerprint.title.clone(),
        price_cents: Some(attempt.fingerprint.price_cents),
        currency: attempt.fingerprint.currency,
        under_review: false,
        published_at: now,
    }
}

pub(super) fn published_view(listing_id: &str, stored: &StoredListing) -> PublishView {
    let mut warnings = Vec::new();
    if stored.readback.values().any(|(_, _, same)| !same) {
        warnings.push(Code::ReadbackMismatch.as_str().to_owned());
    }
    if stored.under_review {
        warnings.push(Code::UnderReview.as_str().to_owned());
    }
    PublishView {
        listing_id: Some(listing_id.to_owned()),
        listing_url: Some(stored.url.clone()),
        readback: stored
            .readback
            .iter()
            .map(|(field, (sent, stored, same))| {
                let view = ReadbackView {
                    sent: sent.clone(),
                    stored: stored.clone(),
                    same: *same,
                };
                (field.code().to_owned(), view)
            })
            .collect(),
        warnings,
        ..nothing_published()
    }
}

pub(super) fn replay(attempt: &Attempt) -> PublishView {
    let stored: Option<PublishView> = attempt
        .result
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok());
    let view = stored.unwrap_or_else(|| PublishView {
        listing_id: attempt.listing_id.clone(),
        listing_url: attempt.listing_url.clone(),
        warnings: vec![Code::ReadbackUnavailable.as_str().to_owned()],
        ..nothing_published()
    });
    PublishView {
        replayed: true,
        ..view
    }
}

pub(crate) fn nothing_published() -> PublishView {
    PublishView {
        dry_run: false,
        listing_id: None,
        listing_url: None,
        needs_manual: false,
        reason: None,
        readback: std::collections::BTreeMap::new(),
        warnings: Vec::new(),
        replayed: false,
    }
}

pub(super) fn needs_person() -> PublishView {
    PublishView {
        needs_manual: true,
        reason: Some(Code::CaptchaOrVerification.as_str().to_owned()),
        ..nothing_published()
    }
}
