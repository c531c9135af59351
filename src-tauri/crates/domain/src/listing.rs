//! A listing: what exists on the marketplace.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    ids::{AccountId, DraftId},
    money::Currency,
};

/// A listing of the seller that came from a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// The site's id, digits as text.
    pub site_id: String,
    /// The account that owns it.
    pub account_id: AccountId,
    /// The draft it came from.
    pub draft_id: DraftId,
    /// Its address.
    pub url: String,
    /// Title as stored by the site.
    pub title: String,
    /// Price as stored by the site, minor units.
    pub price_cents: Option<u32>,
    /// Currency of the price.
    pub currency: Currency,
    /// The site has it but does not show it yet.
    pub under_review: bool,
    /// When it was made.
    pub published_at: DateTime<Utc>,
}

/// A row of the seller's own items as the site lists them: enough to recognise one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnItem {
    /// The site's id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Price, minor units, where the row has one.
    pub price_cents: Option<u32>,
    /// Number of photos, where the row tells.
    pub photo_count: Option<u32>,
    /// Not public yet: saved as a draft on the site.
    pub is_draft: bool,
}

/// The items that are new since `baseline` and look like what was sent.
///
/// Title and price must agree; a photo count that the row tells must agree too. A price that the site
/// stored as 0 still counts (vinted-facts A3, H: phantom prices), since the listing exists.
#[must_use]
pub fn new_matches<'a>(
    items: &'a [OwnItem],
    baseline: &[String],
    title: &str,
    price_cents: Option<u32>,
    photo_count: usize,
) -> Vec<&'a OwnItem> {
    items
        .iter()
        .filter(|i| !i.is_draft && !baseline.contains(&i.id))
        .filter(|i| crate::values::fold(&i.title) == crate::values::fold(title))
        .filter(|i| match (i.price_cents, price_cents) {
            (Some(0) | None, _) | (_, None) => true,
            (Some(stored), Some(sent)) => stored == sent,
        })
        .filter(|i| i.photo_count.is_none_or(|n| n as usize == photo_count))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, title: &str, price: u32) -> OwnItem {
        OwnItem {
            id: id.into(),
            title: title.into(),
            price_cents: Some(price),
            photo_count: Some(2),
            is_draft: false,
        }
    }

    #[test]
    fn only_new_items_that_agree_match() {
        let items = [
            item("1", "Robe", 1200),
            item("2", "Robe", 1200),
            item("3", "Jean", 1200),
        ];
        let ids = |m: Vec<&OwnItem>| m.into_iter().map(|i| i.id.clone()).collect::<Vec<_>>();
        assert_eq!(
            ids(new_matches(&items, &["1".into()], "Robe", Some(1200), 2)),
            ["2"],
            "what was there before the click is never taken for ours"
        );
        assert_eq!(
            ids(new_matches(&items, &[], "Robe", Some(1200), 2)),
            ["1", "2"],
            "two that agree are both named: the person decides"
        );
        assert!(
            new_matches(&items, &[], "Robe", Some(900), 2).is_empty(),
            "another price is another"
        );
    }

    #[test]
    fn a_price_stored_as_zero_is_still_ours() {
        let items = [item("9", "Robe", 0)];
        assert_eq!(
            new_matches(&items, &[], "Robe", Some(1200), 2).len(),
            1,
            "the listing exists although the site lost its price"
        );
    }
}
