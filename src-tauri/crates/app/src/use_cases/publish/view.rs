//! What the caller is told, and the listing that is noted.

use std::collections::BTreeMap;

use contract::{Code, PublishView, ReadbackView};
use domain::{
    form::Field,
    listing::{Listing, OwnItem},
};

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

/// The listing as it was read back, and what is said of it.
pub(super) fn published_view(listing: Listing, stored: &StoredListing) -> (Listing, PublishView) {
    let readback: BTreeMap<String, ReadbackView> = stored
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
        .collect();
    let listing = known_for_sure(
        Listing {
            url: stored.url.clone(),
            under_review: stored.under_review,
            ..listing
        },
        &readback,
    );
    let view = read_back_view(&listing, readback);
    (listing, view)
}

/// The same from the row of the own items, for a listing that was not read back when it was made: title, price and
/// number of photos, as far as the row tells them.
pub(crate) fn stored_row(
    attempt: &Attempt,
    listing: Listing,
    item: &OwnItem,
) -> (Listing, PublishView) {
    let sent = &attempt.fingerprint;
    let amount = |cents: u32| {
        let currency = sent.currency.code();
        format!("{}.{:02} {currency}", cents / 100, cents % 100)
    };
    let mut readback = BTreeMap::new();
    let mut compare = |field: Field, sent: String, stored: Option<String>| {
        if let Some(stored) = stored {
            let same = domain::values::fold(&sent) == domain::values::fold(&stored);
            let view = ReadbackView {
                sent: Some(sent),
                stored: Some(stored),
                same,
            };
            readback.insert(field.code().to_owned(), view);
        }
    };
    compare(
        Field::Title,
        sent.title.clone(),
        Some(item.title.clone()).filter(|t| !t.is_empty()),
    );
    compare(
        Field::Price,
        amount(sent.price_cents),
        item.price_cents.map(amount),
    );
    compare(
        Field::Photos,
        sent.photo_count.to_string(),
        item.photo_count.map(|n| n.to_string()),
    );
    let listing = known_for_sure(
        Listing {
            under_review: item.is_hidden,
            ..listing
        },
        &readback,
    );
    let view = read_back_view(&listing, readback);
    (listing, view)
}

/// What differs is in the view as the site shows it; the row holds what is known for sure.
fn known_for_sure(listing: Listing, readback: &BTreeMap<String, ReadbackView>) -> Listing {
    let of = |field: Field| readback.get(field.code());
    Listing {
        price_cents: listing
            .price_cents
            .filter(|_| of(Field::Price).is_none_or(|f| f.same)),
        title: of(Field::Title)
            .and_then(|f| f.stored.clone())
            .unwrap_or(listing.title),
        ..listing
    }
}

fn read_back_view(listing: &Listing, readback: BTreeMap<String, ReadbackView>) -> PublishView {
    let mut warnings = Vec::new();
    let differing: Vec<String> = readback
        .iter()
        .filter(|(_, f)| !f.same)
        .map(|(name, f)| {
            format!(
                "{name} is {} instead of {}",
                f.stored.as_deref().unwrap_or("empty"),
                f.sent.as_deref().unwrap_or("empty")
            )
        })
        .collect();
    let edit_url = (!differing.is_empty()).then(|| edit_url(listing));
    let message = edit_url.as_ref().map(|url| {
        format!(
            "The listing exists, but the site stored something else: {}. Mend it at {url}.",
            differing.join("; ")
        )
    });
    if edit_url.is_some() {
        warnings.push(Code::ReadbackMismatch.as_str().to_owned());
    }
    if listing.under_review {
        warnings.push(Code::UnderReview.as_str().to_owned());
    }
    PublishView {
        listing_id: Some(listing.site_id.clone()),
        listing_url: Some(listing.url.clone()),
        readback,
        warnings,
        pending: listing.under_review,
        message,
        edit_url,
        ..nothing_published()
    }
}

/// `/items/{id}/edit` (vinted-facts A1, H), beside the listing's own address.
fn edit_url(listing: &Listing) -> String {
    let site = listing
        .url
        .split_once("/items/")
        .map_or(listing.url.as_str(), |(site, _)| site);
    format!("{site}/items/{}/edit", listing.site_id)
}

/// The listing exists; what the site stored is compared later.
pub(crate) fn not_read_back(listing_id: &str, listing_url: &str) -> PublishView {
    PublishView {
        listing_id: Some(listing_id.to_owned()),
        listing_url: Some(listing_url.to_owned()),
        warnings: vec![Code::ReadbackUnavailable.as_str().to_owned()],
        ..nothing_published()
    }
}

/// What was said of a settled attempt, said again.
pub(crate) fn replay(attempt: &Attempt) -> PublishView {
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
        readback: BTreeMap::new(),
        warnings: Vec::new(),
        pending: false,
        message: None,
        edit_url: None,
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
