//! Names of options: `POST item_upload/attributes` as the page makes it, and `GET item_upload/colors`
//! (vinted-facts A6, H).

use std::collections::BTreeMap;

use domain::values::fold;
use serde_json::Value;

use super::id_number;

/// Titles of options by their ids, in the site's language.
pub(crate) type Titles = BTreeMap<u32, String>;

/// The attributes of a leaf: which there are, and the titles of their options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attributes(BTreeMap<String, Titles>);

impl Attributes {
    /// None where the answer is no list of attributes.
    pub(crate) fn of(body: &Value) -> Option<Self> {
        let list = body["attributes"].as_array()?;
        let mut attributes = BTreeMap::new();
        for attribute in list {
            let Some(code) = attribute["code"].as_str() else {
                continue;
            };
            let mut titles = Titles::new();
            collect(&attribute["configuration"]["options"], &mut titles);
            attributes.insert(code.to_owned(), titles);
        }
        Some(Self(attributes))
    }

    /// Whether the leaf has the attribute.
    pub(crate) fn has(&self, code: &str) -> bool {
        self.0.contains_key(code)
    }

    /// Whether one of an attribute's options has that title.
    pub(crate) fn offers(&self, code: &str, title: &str) -> bool {
        self.0
            .get(code)
            .is_some_and(|titles| titles.values().any(|t| fold(t) == fold(title)))
    }

    /// The title of an option.
    pub(crate) fn title(&self, code: &str, id: u32) -> Option<&str> {
        self.0.get(code)?.get(&id).map(String::as_str)
    }
}

/// Options lie flat or in groups (`options` or `groups`) of any depth.
fn collect(value: &Value, titles: &mut Titles) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(object) => {
                let below = [object.get("options"), object.get("groups")];
                if below.iter().all(Option::is_none) {
                    let title = object.get("title").and_then(Value::as_str);
                    if let (Some(id), Some(title)) = (object.get("id").and_then(id_number), title) {
                        titles.insert(id, title.to_owned());
                    }
                }
                open.extend(below.into_iter().flatten());
            }
            _ => {}
        }
    }
}

/// The site's colours; empty where the answer has none.
pub(crate) fn colors(body: &Value) -> Titles {
    let mut titles = Titles::new();
    collect(&body["colors"], &mut titles);
    titles
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn options_are_named_through_groups() {
        let attributes = Attributes::of(&json!({"code": 0, "attributes": [
            {"code": "brand", "id": 1, "configuration": null},
            {"code": "size", "id": 8001, "configuration": {"title": "Taille", "options": [
                {"id": 4, "title": "Lettres", "options": [{"id": 1740, "title": "L / 40 / 12"}]},
                {"id": 5, "title": "EU", "options": [{"id": 1750, "title": "40"}]}]}},
            {"code": "condition", "id": 431, "configuration": {"options": [{"id": 6, "title": "Neuf"}]}},
        ]}))
        .unwrap();
        assert_eq!(
            attributes.title("size", 1740),
            Some("L / 40 / 12"),
            "an option in a group"
        );
        assert_eq!(attributes.title("size", 4), None, "a group is no option");
        assert_eq!(
            attributes.title("condition", 6),
            Some("Neuf"),
            "a flat option"
        );
        assert!(
            attributes.has("brand"),
            "an attribute without configuration is there"
        );
        assert!(!attributes.has("material"), "one that is not listed is not");
        assert!(
            Attributes::of(&json!({"code": 0})).is_none(),
            "no list is not an empty one"
        );
    }

    #[test]
    fn colours_by_id() {
        let titles =
            colors(&json!({"colors": [{"id": 1, "title": "Noir"}, {"id": 12, "title": "Blanc"}]}));
        assert_eq!(titles.get(&12).map(String::as_str), Some("Blanc"), "white");
    }
}
