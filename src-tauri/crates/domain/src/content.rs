//! The content hash: what exactly a person confirmed.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::draft::Draft;

#[derive(Serialize)]
struct Published<'a> {
    title: &'a str,
    description: &'a str,
    price_target_cents: Option<u32>,
    currency: &'a str,
    brand: Option<&'a str>,
    size: &'a str,
    condition: Option<&'a str>,
    category: Option<&'a str>,
    colors: &'a [String],
    materials: &'a [String],
    package_size: Option<&'a str>,
    photos: Vec<&'a str>,
}

/// SHA-256 (hex) over every value that reaches the site, photo bytes included by their own hashes.
///
/// The price range and the status are not part of it: they never leave the machine.
#[must_use]
pub fn content_hash(draft: &Draft) -> String {
    let published = Published {
        title: &draft.title,
        description: &draft.description,
        price_target_cents: draft.price_target_cents,
        currency: draft.currency.code(),
        brand: draft.brand.as_ref().map(crate::draft::Brand::as_text),
        size: draft.size.as_text(),
        condition: draft.condition.map(crate::values::Condition::code),
        category: draft.category.as_deref(),
        colors: &draft.colors,
        materials: &draft.materials,
        package_size: draft.package_size.map(crate::values::PackageSize::code),
        photos: draft
            .site_photos()
            .iter()
            .map(|p| p.sha256.as_str())
            .collect(),
    };
    // A struct of strings and numbers always serialises.
    let bytes = serde_json::to_vec(&published).unwrap_or_default();
    hex::encode(Sha256::digest(&bytes))
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};
    use uuid::Uuid;

    use super::*;
    use crate::ids::DraftId;

    #[test]
    fn hash_follows_what_is_sent_and_nothing_else() {
        let now = Utc.timestamp_opt(1_700_000_000, 0).single().unwrap();
        let draft = Draft::new(DraftId(Uuid::nil()), now);
        let base = content_hash(&draft);
        let mut priced = draft.clone();
        priced.price_target_cents = Some(1200);
        assert_ne!(
            content_hash(&priced),
            base,
            "the published price is part of what was confirmed"
        );
        let mut ranged = draft.clone();
        ranged.price_min_cents = Some(900);
        ranged.revision = 7;
        assert_eq!(
            content_hash(&ranged),
            base,
            "the private range never leaves the machine"
        );
        let mut titled = draft;
        titled.title.push('x');
        assert_ne!(content_hash(&titled), base, "one letter is another content");
    }
}
