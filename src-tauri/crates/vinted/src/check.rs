//! `doctor --site`: walks the form without publishing and says for each field which way found it.

use std::collections::BTreeMap;

use app::ports::{FieldFound, SiteStop};
use domain::{
    catalogue::{Catalogue, Leaf, Resolution},
    form::Field,
};

use crate::{
    flow::{choose_leaf, current_user, open_form, shown_fields, site_tree},
    profile::Hook,
    visit::Visit,
};

/// At most this many leaves are opened.
const LEAVES: usize = 3;

/// Opens the form and leaves of several kinds until every field was seen.
pub(crate) async fn check_form(visit: &Visit) -> Result<Vec<FieldFound>, SiteStop> {
    open_form(visit).await?;
    current_user(visit).await?;
    visit.keep_session().await;
    let mut found: BTreeMap<Field, String> = BTreeMap::new();
    note(visit, &mut found).await?;
    let tree = site_tree(visit).await?;
    for leaf in leaves(visit, &tree) {
        if found.len() == Field::ALL.len() {
            break;
        }
        visit.step("check_category");
        choose_leaf(visit, &tree, &leaf).await?;
        note(visit, &mut found).await?;
    }
    Ok(Field::ALL
        .into_iter()
        .map(|field| FieldFound {
            field,
            hook: found.remove(&field),
        })
        .collect())
}

async fn note(visit: &Visit, found: &mut BTreeMap<Field, String>) -> Result<(), SiteStop> {
    for (field, shown) in shown_fields(visit).await? {
        let ways = visit.profile().ways(Hook::of(field));
        if let Some(way) = shown.and_then(|s| ways.get(s.way)) {
            found.entry(field).or_insert_with(|| way.how.to_string());
        }
    }
    Ok(())
}

/// The profile's leaves that the site has, else its first one.
fn leaves(visit: &Visit, tree: &Catalogue) -> Vec<Leaf> {
    let known: Vec<Leaf> = visit
        .profile()
        .check
        .leaves
        .iter()
        .filter_map(|id| match tree.resolve(id) {
            Resolution::One(leaf) => Some(leaf),
            Resolution::Several(leaves) => leaves.into_iter().next(),
            Resolution::None => None,
        })
        .take(LEAVES)
        .collect();
    if known.is_empty() {
        tree.leaves().into_iter().take(1).collect()
    } else {
        known
    }
}
