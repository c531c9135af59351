//! The steps of filling the form, one file each, in the form's order.

mod account;
mod brand;
mod category;
mod colors;
mod condition;
mod fill;
mod open;
mod package;
mod photos;
mod pickers;
mod read;
mod size;
mod suggested_price;
mod text;

pub(crate) use account::current_user;
pub(crate) use brand::brands_shown;
pub(crate) use category::{choose_leaf, site_tree};
pub(crate) use colors::within_limits;
pub(crate) use fill::{FilledForm, fill};
pub(crate) use open::open_form;
pub(crate) use read::{Expectation, Expected, read_form, shown_fields};
pub(crate) use text::same_text;

use std::time::Duration;

/// For a field to mount once the page has what it needs.
const MOUNT: Duration = Duration::from_secs(10);
