//! `GET wardrobe/{uid}/items`: the seller's own items (vinted-facts A6, H).

use chrono::{DateTime, Utc};
use domain::listing::OwnItem;
use serde_json::Value;

use super::{id_text, stored_cents};

/// The rows of a page and whether another page follows; none where the answer is no such list.
pub(crate) fn own_items(body: &Value) -> Option<(Vec<OwnItem>, bool)> {
    let rows = body["items"].as_array()?;
    let items = rows
        .iter()
        .filter_map(|row| {
            Some(OwnItem {
                id: id_text(&row["id"])?,
                title: row["title"].as_str().unwrap_or_default().to_owned(),
                price_cents: stored_cents(&row["price"]).map(|(cents, _)| cents),
                photo_count: row["photos"]
                    .as_array()
                    .and_then(|p| u32::try_from(p.len()).ok()),
                is_draft: row["is_draft"].as_bool().unwrap_or(false),
                is_hidden: row["is_hidden"].as_bool().unwrap_or(false),
                // The caller knows the site's address; a path alone leads nowhere.
                url: row["url"].as_str().map(str::to_owned),
                created_at: made_at(&row["created_at_ts"]),
            })
        })
        .collect();
    let page = |key: &str| body["pagination"][key].as_u64();
    let more =
        matches!((page("current_page"), page("total_pages")), (Some(at), Some(of)) if at < of);
    Some((items, more))
}

/// Seconds since 1970 or RFC 3339, as other lists of the site write times.
fn made_at(value: &Value) -> Option<DateTime<Utc>> {
    match value {
        Value::String(text) => DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|at| at.with_timezone(&Utc)),
        _ => DateTime::from_timestamp(value.as_i64()?, 0),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_are_read_and_pages_counted() {
        let (items, more) = own_items(&json!({
            "items": [
                {"id": 12, "title": "Robe", "price": {"amount": "12.0", "currency_code": "EUR"},
                 "photos": [{}, {}], "is_draft": false, "is_hidden": true, "created_at_ts": "2026-11-20T08:00:00Z"},
                {"id": "13", "title": "Jean", "price": "0.0", "is_draft": true},
                {"title": "without id"},
            ],
            "pagination": {"current_page": 1, "total_pages": 2},
        }))
        .unwrap();
        assert_eq!(items.len(), 2, "a row without an id proves nothing");
        assert_eq!(
            (
                items[0].price_cents,
                items[0].photo_count,
                items[0].is_draft
            ),
            (Some(1200), Some(2), false),
            "what helps to recognise a listing"
        );
        assert_eq!(
            (
                items[1].id.as_str(),
                items[1].price_cents,
                items[1].photo_count,
                items[1].is_draft
            ),
            ("13", Some(0), None, true),
            "what the row does not tell stays unknown"
        );
        assert_eq!(
            (
                items[0].is_hidden,
                items[0].created_at.map(|at| at.timestamp()),
                items[1].created_at
            ),
            (true, Some(1_795_161_600), None),
            "whether others see it, and since when"
        );
        assert!(more, "another page follows");
    }

    #[test]
    fn what_is_no_list_is_not_an_empty_one() {
        assert!(
            own_items(&json!({"code": 0})).is_none(),
            "no list is not `nothing published`"
        );
        assert_eq!(
            own_items(&json!({"items": []})),
            Some((vec![], false)),
            "an empty one is"
        );
    }
}
