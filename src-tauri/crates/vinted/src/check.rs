//! The site check: walks the form without publishing, saving or uploading, and says for each field which ways find it.

use std::collections::BTreeMap;

use app::ports::{FieldFound, FormCheck, SiteStop};
use domain::{
    PackageSize,
    catalogue::{Catalogue, Leaf, Resolution},
    form::Field,
};

use crate::{
    flow::{choose_leaf, current_user, open_form, site_tree},
    page::Place,
    profile::Hook,
    stop,
    visit::Visit,
};

/// At most this many leaves are opened.
const LEAVES: usize = 3;

/// Opens the form and leaves of several kinds until every field was seen.
pub(crate) async fn check_form(visit: &Visit) -> Result<FormCheck, SiteStop> {
    open_form(visit).await?;
    current_user(visit).await?;
    visit.keep_session().await;
    let mut found: BTreeMap<Field, Vec<usize>> = BTreeMap::new();
    note(visit, &mut found).await?;
    let tree = site_tree(visit).await?;
    for leaf in leaves(visit, &tree) {
        if found.len() == Field::ALL.len() {
            break;
        }
        visit.begin("check_category").await?;
        match choose_leaf(visit, &tree, &leaf).await {
            Ok(_) => {}
            // What the check is there to tell: the fields that were seen until now are told all the same.
            Err(SiteStop::FieldNotFound { .. }) => break,
            Err(stop) => return Err(stop),
        }
        note(visit, &mut found).await?;
    }
    let button = Place::of(Hook::Publish);
    let way = visit.page.way(&button).await.map_err(stop::of_browser)?;
    let language: String = visit
        .page
        .tab
        .eval("document.documentElement.lang || ''")
        .await
        .map_err(stop::of_browser)?;
    Ok(FormCheck {
        fields: Field::ALL
            .into_iter()
            .map(|field| told(visit, field, found.remove(&field).unwrap_or_default()))
            .collect(),
        publish_button: way.and_then(|w| said(visit, Hook::Publish, w)),
        language,
        picture: visit.picture().await,
    })
}

fn said(visit: &Visit, hook: Hook, way: usize) -> Option<String> {
    let ways = visit.profile().ways(hook);
    ways.get(way).map(|w| w.how.to_string())
}

fn told(visit: &Visit, field: Field, ways: Vec<usize>) -> FieldFound {
    let hook = Hook::of(field);
    let ways: Vec<String> = ways
        .into_iter()
        .filter_map(|way| said(visit, hook, way))
        .collect();
    FieldFound {
        field,
        ways,
        tried: visit
            .profile()
            .ways(hook)
            .iter()
            .map(|w| w.how.to_string())
            .collect(),
    }
}

/// Every way that finds a field now, of those that were not found before.
async fn note(visit: &Visit, found: &mut BTreeMap<Field, Vec<usize>>) -> Result<(), SiteStop> {
    for field in Field::ALL {
        if found.contains_key(&field) {
            continue;
        }
        let place = Place::of(Hook::of(field));
        let place = match field {
            Field::PackageSize => place.id(PackageSize::Medium.site_id()).even_hidden(),
            _ => place,
        };
        let ways = visit
            .page
            .ways_that_find(&place)
            .await
            .map_err(stop::of_browser)?;
        if !ways.is_empty() {
            found.insert(field, ways);
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
