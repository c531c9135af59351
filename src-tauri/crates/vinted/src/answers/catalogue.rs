//! `GET item_upload/catalogs`: the whole tree with the site's ids (vinted-facts A6, H).

use domain::catalogue::{Catalogue, CatalogueNode};
use serde_json::Value;

use super::id_number;

/// The site has some 3,000 categories.
const MOST: usize = 50_000;

/// The tree in the site's own language, informed by the shipped one (English titles, hints); none where the
/// answer is no tree.
pub(crate) fn catalogue(body: &Value) -> Option<Catalogue> {
    let roots = body
        .get("catalogs")
        .or_else(|| body.get("catalog_tree"))?
        .as_array()?;
    let mut nodes = Vec::new();
    // A stack of our own: a deep answer cannot overflow the call stack.
    let mut open: Vec<(Option<u32>, &Value)> = roots.iter().rev().map(|n| (None, n)).collect();
    while let Some((parent, value)) = open.pop() {
        let (Some(id), Some(title)) = (id_number(&value["id"]), value["title"].as_str()) else {
            continue;
        };
        if nodes.len() >= MOST {
            return None;
        }
        nodes.push(CatalogueNode {
            key: id,
            parent,
            site_id: Some(id),
            title: title.to_owned(),
            ..CatalogueNode::default()
        });
        let below = ["catalogs", "children"]
            .iter()
            .find_map(|key| value[*key].as_array());
        open.extend(
            below
                .into_iter()
                .flatten()
                .rev()
                .map(|child| (Some(id), child)),
        );
    }
    if nodes.is_empty() {
        return None;
    }
    Some(
        Catalogue::from_nodes(nodes)
            .ok()?
            .informed_by(Catalogue::starter()),
    )
}

#[cfg(test)]
mod tests {
    use domain::catalogue::Resolution;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_tree_keeps_ids_and_paths() {
        let tree = catalogue(&json!({"code": 0, "catalogs": [
            {"id": 1904, "title": "Femmes", "catalogs": [
                {"id": 19, "title": "Sacs", "catalogs": [{"id": 157, "title": "Sacs à dos", "catalogs": []}]}]},
            {"id": 5, "title": "Hommes", "catalogs": [{"id": 246, "title": "Sacs à dos"}]},
        ]}))
        .unwrap();
        let Resolution::One(leaf) = tree.resolve("Hommes > Sacs à dos") else {
            panic!("one leaf has this path");
        };
        assert_eq!(
            leaf.site_id,
            Some(246),
            "the men's one, not the women's of the same name"
        );
        assert!(
            matches!(tree.resolve("Sacs à dos"), Resolution::Several(l) if l.len() == 2),
            "the title alone fits both"
        );
        for body in [
            json!({}),
            json!({"catalogs": []}),
            json!({"catalogs": [{"id": 1}]}),
        ] {
            assert!(catalogue(&body).is_none(), "{body} is no tree");
        }
    }
}
