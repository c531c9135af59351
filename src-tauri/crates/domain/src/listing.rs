//! A listing: what exists on the marketplace.

use chrono::{DateTime, TimeDelta, Utc};
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// It exists and is not shown to others: under review, or hidden by the seller.
    #[serde(default)]
    pub is_hidden: bool,
    /// Its address, where the row tells.
    #[serde(default)]
    pub url: Option<String>,
    /// When it was made, where the row tells (vinted-facts A6 names no such field; the practice marketplace has one).
    #[serde(default)]
    pub created_at: Option<DateTime<Utc>>,
}

/// What a listing is recognised by among the own items.
#[derive(Clone, Copy, Debug)]
pub struct Traits<'a> {
    /// Title as sent.
    pub title: &'a str,
    /// Price as sent, minor units.
    pub price_cents: u32,
    /// Number of photos sent.
    pub photo_count: u32,
    /// When the call may have left: from, until.
    pub sent: (DateTime<Utc>, DateTime<Utc>),
}

/// How far the laptop's clock and the site's may lie apart.
const CLOCKS_APART: TimeDelta = TimeDelta::minutes(15);

impl Traits<'_> {
    /// Title and price agree; so do the number of photos and the time, where the row tells them.
    #[must_use]
    pub fn fit(&self, item: &OwnItem) -> bool {
        let (from, until) = self.sent;
        let time_fits = item
            .created_at
            .is_none_or(|at| from - CLOCKS_APART <= at && at <= until + CLOCKS_APART);
        time_fits && self.look_like(item)
    }

    /// The same whatever the time: a clock that was set proves nothing for another attempt.
    ///
    /// A price that the site stored as 0 still counts (vinted-facts A3, H: phantom prices), since the listing
    /// exists.
    #[must_use]
    pub fn look_like(&self, item: &OwnItem) -> bool {
        let price_fits = item
            .price_cents
            .is_none_or(|p| p == 0 || p == self.price_cents);
        !item.is_draft
            && crate::values::fold(&item.title) == crate::values::fold(self.title)
            && price_fits
            && item.photo_count.is_none_or(|n| n == self.photo_count)
    }
}

/// The items that are new since `baseline`, whatever they look like.
pub fn new_since<'a>(
    items: &'a [OwnItem],
    baseline: &'a [String],
) -> impl Iterator<Item = &'a OwnItem> {
    items.iter().filter(|i| !baseline.contains(&i.id))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        Utc.timestamp_opt(1_700_000_000 + minutes * 60, 0)
            .single()
            .unwrap()
    }

    fn item(id: &str, title: &str, price: u32) -> OwnItem {
        OwnItem {
            id: id.into(),
            title: title.into(),
            price_cents: Some(price),
            photo_count: Some(2),
            ..OwnItem::default()
        }
    }

    fn matches(items: &[OwnItem], baseline: &[&str], price: u32) -> Vec<String> {
        let baseline: Vec<String> = baseline.iter().map(|&id| id.to_owned()).collect();
        let sent = Traits {
            title: "Robe",
            price_cents: price,
            photo_count: 2,
            sent: (at(0), at(5)),
        };
        new_since(items, &baseline)
            .filter(|i| sent.fit(i))
            .map(|i| i.id.clone())
            .collect()
    }

    #[test]
    fn only_new_items_that_agree_match() {
        let items = [
            item("1", "Robe", 1200),
            item("2", "Robe", 1200),
            item("3", "Jean", 1200),
        ];
        assert_eq!(
            matches(&items, &["1"], 1200),
            ["2"],
            "what was there before the click is never taken for ours"
        );
        assert_eq!(
            matches(&items, &[], 1200),
            ["1", "2"],
            "two that agree are both named: the person decides"
        );
        assert!(
            matches(&items, &[], 900).is_empty(),
            "another price is another"
        );
        let more_photos = OwnItem {
            photo_count: Some(3),
            ..item("4", "Robe", 1200)
        };
        assert!(
            matches(&[more_photos], &[], 1200).is_empty(),
            "another number of photos is another"
        );
        let saved = OwnItem {
            is_draft: true,
            ..item("5", "Robe", 1200)
        };
        assert!(
            matches(&[saved], &[], 1200).is_empty(),
            "what is only saved on the site is no listing"
        );
    }

    #[test]
    fn a_price_stored_as_zero_is_still_ours() {
        assert_eq!(
            matches(&[item("9", "Robe", 0)], &[], 1200),
            ["9"],
            "the listing exists although the site lost its price"
        );
    }

    #[test]
    fn a_listing_of_another_hour_is_not_ours() {
        let made = |minutes| OwnItem {
            created_at: Some(at(minutes)),
            ..item("7", "Robe", 1200)
        };
        for (minutes, ours) in [
            (-16, false),
            (-14, true),
            (3, true),
            (19, true),
            (21, false),
        ] {
            assert_eq!(
                !matches(&[made(minutes)], &[], 1200).is_empty(),
                ours,
                "made {minutes} minutes after the intent, clocks a quarter of an hour apart at most"
            );
        }
    }
}
