//! A stored listing as its owner reads it, and the id of a new one.

use serde_json::Value;

use super::{id_number, id_text, stored_cents};

/// `GET item_upload/items/{id}` (vinted-facts, read-back shapes, L: every part may be missing).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) id: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) price_cents: Option<u32>,
    pub(crate) currency: Option<String>,
    pub(crate) brand: Option<String>,
    pub(crate) catalog_id: Option<u32>,
    pub(crate) package_size_id: Option<u32>,
    pub(crate) color_ids: Option<Vec<u32>>,
    /// Option ids by code: `size`, `condition`, `material`.
    pub(crate) attributes: Vec<(String, Vec<u32>)>,
    /// The size's label, where the answer carries it.
    pub(crate) size: Option<String>,
    pub(crate) photo_count: Option<usize>,
}

impl Item {
    /// None where the answer holds no item.
    pub(crate) fn of(body: &Value) -> Option<Self> {
        let item = body.get("item").filter(|i| i.is_object())?;
        let text = |key: &str| item[key].as_str().map(str::to_owned);
        let ids = |value: &Value| -> Option<Vec<u32>> {
            Some(value.as_array()?.iter().filter_map(id_number).collect())
        };
        let price = stored_cents(&item["price"]);
        let mut attributes: Vec<(String, Vec<u32>)> = item["item_attributes"]
            .as_array()
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .filter_map(|a| Some((a["code"].as_str()?.to_owned(), ids(&a["ids"])?)))
            .collect();
        // Older answers carry these two flat (vinted-facts A7: sources disagree).
        for (code, key) in [("size", "size_id"), ("condition", "status_id")] {
            if let (false, Some(id)) = (
                attributes.iter().any(|(c, _)| c == code),
                id_number(&item[key]),
            ) {
                attributes.push((code.to_owned(), vec![id]));
            }
        }
        let brand = item["brand"]
            .as_str()
            .or_else(|| item["brand"]["title"].as_str());
        Some(Self {
            id: id_text(&item["id"]),
            title: text("title"),
            description: text("description"),
            price_cents: price.as_ref().map(|(cents, _)| *cents),
            currency: price
                .and_then(|(_, currency)| currency)
                .or_else(|| text("currency")),
            brand: brand.map(str::to_owned),
            catalog_id: id_number(&item["catalog_id"]),
            package_size_id: id_number(&item["package_size_id"]),
            color_ids: ids(&item["color_ids"]),
            attributes,
            size: text("size")
                .or_else(|| text("size_title"))
                .filter(|s| !s.is_empty()),
            photo_count: item["photos"].as_array().map(Vec::len),
        })
    }

    /// The option ids of an attribute; none where the answer does not speak of it.
    pub(crate) fn ids(&self, code: &str) -> Option<&[u32]> {
        self.attributes
            .iter()
            .find(|(c, _)| c == code)
            .map(|(_, ids)| ids.as_slice())
    }
}

/// The id in the answer to the publish call: `{item:{id}, code:0}` (vinted-facts A4, H).
pub(crate) fn new_item_id(body: &Value) -> Option<String> {
    id_text(&body["item"]["id"])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_item_is_read_with_whatever_it_tells() {
        let item = Item::of(&json!({"code": 0, "item": {
            "id": 99, "title": "Robe", "description": "Longue", "price": {"amount": "12.5", "currency_code": "EUR"},
            "brand": "Zara", "brand_id": 12, "catalog_id": 1056, "package_size_id": 1, "color_ids": [1, 12],
            "item_attributes": [{"code": "size", "ids": [1740]}, {"code": "condition", "ids": [3]}],
            "photos": [{"id": 1}, {"id": 2}], "is_draft": false,
        }}))
        .unwrap();
        assert_eq!(
            (item.price_cents, item.currency.as_deref()),
            (Some(1250), Some("EUR")),
            "price"
        );
        assert_eq!(item.ids("size"), Some(&[1740][..]), "size");
        assert_eq!(item.ids("material"), None, "what is not told stays unknown");
        assert_eq!(item.photo_count, Some(2), "photos");
        let flat =
            Item::of(&json!({"item": {"id": 1, "size_id": 5, "status_id": 3, "price": "0.0"}}))
                .unwrap();
        assert_eq!(
            (flat.ids("size"), flat.ids("condition")),
            (Some(&[5][..]), Some(&[3][..])),
            "flat ids"
        );
        assert_eq!(
            flat.price_cents,
            Some(0),
            "a price of nothing is seen, not skipped"
        );
        assert!(Item::of(&json!({"code": 104})).is_none(), "no item is none");
    }

    #[test]
    fn the_new_id_is_read_from_the_answer() {
        assert_eq!(
            new_item_id(&json!({"item": {"id": 5}, "code": 0})).as_deref(),
            Some("5"),
            "id"
        );
        assert_eq!(
            new_item_id(&json!({"item": null, "code": 0})),
            None,
            "no id, no proof"
        );
    }
}
