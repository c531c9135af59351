//! What the site's answers say: the envelope of errors, and the shapes of what is read.

mod attributes;
mod catalogue;
mod envelope;
mod item;
mod money;
mod price_range;
mod user;
mod wardrobe;

pub(crate) use attributes::{Attributes, colors};
pub(crate) use catalogue::catalogue;
pub(crate) use envelope::Envelope;
pub(crate) use item::{Item, new_item_id};
pub(crate) use money::{shown_cents, stored_cents};
pub(crate) use price_range::price_range;
pub(crate) use user::current_user;
pub(crate) use wardrobe::own_items;

use serde_json::Value;

/// An id as digits: the site writes numbers, older answers strings.
fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(n) => n.as_u64().map(|n| n.to_string()),
        Value::String(s) if !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit()) => {
            Some(s.clone())
        }
        _ => None,
    }
}

fn id_number(value: &Value) -> Option<u32> {
    id_text(value)?.parse().ok()
}
