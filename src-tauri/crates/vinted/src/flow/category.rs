//! The category: resolved in the site's own tree, then walked to by id from the root, so that a title that stands
//! in several branches cannot mislead (vinted-facts A2, H).

use std::time::Duration;

use app::ports::SiteStop;
use domain::{
    catalogue::{Catalogue, Leaf, Resolution},
    form::Field,
    values::fold,
};

use super::{Expected, MOUNT, pickers::Picker};
use crate::{
    answers::{self, Attributes},
    lookout::{Step, path_of},
    page::Place,
    profile::Hook,
    stop,
    visit::Visit,
};

/// At most this many candidates are named.
const CANDIDATES: usize = 20;
/// Levels of the tree: 2 to 5 (vinted-facts B), with room.
const DEEPEST: usize = 12;
/// For the search to answer.
const SEARCH: Duration = Duration::from_secs(8);

/// The leaf that was chosen, and what it brought along.
pub(crate) struct Chosen {
    pub(crate) expected: Expected,
    /// Which fields the leaf has, where the page asked for them.
    pub(crate) attributes: Option<Attributes>,
}

/// The site's tree in its own language: as the page loaded it, else read in its session.
pub(crate) async fn site_tree(visit: &Visit) -> Result<Catalogue, SiteStop> {
    let path = visit.profile().endpoints.catalogue.clone();
    let body = match visit.lookout.newest(&path) {
        Some(body) => body,
        None => visit.get(&path).await?.json(),
    };
    answers::catalogue(&body).ok_or_else(|| SiteStop::Unreachable("no category tree".to_owned()))
}

/// The one leaf that a category text means.
pub(crate) fn resolve(tree: &Catalogue, category: &str) -> Result<Leaf, SiteStop> {
    let invalid = |candidates: Vec<String>| SiteStop::InvalidField {
        field: Field::Category,
        value: category.to_owned(),
        candidates,
    };
    match tree.resolve(category) {
        Resolution::One(leaf) => Ok(leaf),
        Resolution::Several(leaves) => Err(invalid(
            leaves
                .into_iter()
                .take(CANDIDATES)
                .map(|l| l.path)
                .collect(),
        )),
        Resolution::None => Err(invalid(Vec::new())),
    }
}

/// Resolves a category and chooses it.
pub(crate) async fn category(visit: &Visit, category: &str) -> Result<Chosen, SiteStop> {
    let tree = site_tree(visit).await?;
    let leaf = resolve(&tree, category)?;
    choose_leaf(visit, &tree, &leaf).await
}

/// Chooses a leaf and waits for the fields that it brings.
pub(crate) async fn choose_leaf(
    visit: &Visit,
    tree: &Catalogue,
    leaf: &Leaf,
) -> Result<Chosen, SiteStop> {
    let path = nodes_to(tree, leaf);
    let Some((id, title)) = path.last().cloned() else {
        return Err(stop::not_found(Field::Category, visit.profile(), None));
    };
    let mark = visit.lookout.mark();
    match walk(visit, &path).await {
        Err(SiteStop::FieldNotFound { .. }) if visit.reachable(Hook::CategorySearch).await? => {
            search(visit, id, &title).await?;
        }
        other => other?,
    }
    Picker::CATEGORY.close(visit, true).await?;
    Picker::CATEGORY
        .shows(visit, |shown| is_title(shown, &title))
        .await?;
    let attributes = late_fields(visit, mark).await?;
    Ok(Chosen {
        expected: Expected::Category {
            id,
            title,
            path: leaf.path.clone(),
        },
        attributes,
    })
}

/// Ids and titles from the root to the leaf.
fn nodes_to(tree: &Catalogue, leaf: &Leaf) -> Vec<(u32, String)> {
    let node = |key: u32| tree.nodes().iter().find(|n| n.key == key);
    let mut path = Vec::new();
    let mut at = node(leaf.key);
    while let Some(n) = at {
        path.push((n.site_id.unwrap_or(n.key), n.title.clone()));
        if path.len() > DEEPEST {
            break;
        }
        at = n.parent.and_then(node);
    }
    path.reverse();
    path
}

async fn walk(visit: &Visit, path: &[(u32, String)]) -> Result<(), SiteStop> {
    let picker = Picker::CATEGORY;
    let error = |e| stop::of_field(Field::Category, visit.profile(), e);
    let row = |level: usize| {
        let (id, title) = &path[level];
        let hook = if level + 1 == path.len() {
            Hook::CategoryLeaf
        } else {
            Hook::CategoryBranch
        };
        Place::of(hook)
            .id(id)
            .text(title)
            .within(Hook::CategoryPanel)
    };
    picker.open(visit).await?;
    to_the_root(visit, &row(0)).await?;
    for level in 0..path.len() {
        let here = row(level);
        if !visit.appears(&here, MOUNT).await? {
            return Err(picker.by_hand(visit, &format!("no row for {}", path[level].1)));
        }
        let taken = if level + 1 < path.len() {
            visit.page.there(&row(level + 1))
        } else {
            visit.page.checked_or_gone(&here)
        };
        if !visit
            .page
            .click_until(visit.page.at(&here), &taken)
            .await
            .map_err(error)?
        {
            return Err(picker.by_hand(visit, &format!("{} does not open", path[level].1)));
        }
    }
    Ok(())
}

/// A panel that was used before may open on a deeper level.
async fn to_the_root(visit: &Visit, first: &Place) -> Result<(), SiteStop> {
    let error = |e| stop::of_field(Field::Category, visit.profile(), e);
    let back = Place::of(Hook::CategoryBack).within(Hook::CategoryPanel);
    let either = format!("{} || {}", visit.page.there(first), visit.page.there(&back));
    visit.holds(&either, MOUNT).await?;
    for _ in 0..DEEPEST {
        if visit
            .page
            .is(&visit.page.there(first))
            .await
            .map_err(error)?
            || !visit
                .page
                .is(&visit.page.there(&back))
                .await
                .map_err(error)?
        {
            return Ok(());
        }
        visit
            .page
            .click(visit.page.at(&back))
            .await
            .map_err(error)?;
        visit.holds(&either, Duration::from_secs(2)).await?;
    }
    Ok(())
}

/// By the panel's search; the result is told by its id.
async fn search(visit: &Visit, id: u32, title: &str) -> Result<(), SiteStop> {
    let error = |e| stop::of_field(Field::Category, visit.profile(), e);
    Picker::CATEGORY.open(visit).await?;
    let input = visit.page.at(&Place::of(Hook::CategorySearch));
    visit.page.tab.clear(input.clone()).await.map_err(error)?;
    visit
        .page
        .tab
        .type_text(input, title)
        .await
        .map_err(error)?;
    let result = Place::of(Hook::CategoryResult).id(id);
    if !visit.appears(&result, SEARCH).await? {
        return Err(Picker::CATEGORY.by_hand(visit, &format!("no search result for {title}")));
    }
    let taken = visit.page.checked_or_gone(&result);
    if visit
        .page
        .click_until(visit.page.at(&result), &taken)
        .await
        .map_err(error)?
    {
        Ok(())
    } else {
        Err(Picker::CATEGORY.by_hand(visit, "the search result does not take the click"))
    }
}

/// Waits for what the page asks about the leaf, and for the first of its fields.
async fn late_fields(visit: &Visit, mark: u64) -> Result<Option<Attributes>, SiteStop> {
    let endpoint = &visit.profile().endpoints.attributes;
    let is_it = |step: &Step| path_of(&step.request().url) == endpoint;
    // Where the page asks nothing, its fields are there all the same.
    let condition = Place::of(Hook::Condition);
    visit.appears(&condition, MOUNT).await?;
    let asked = visit.lookout.since(mark).iter().any(is_it);
    let answer = if asked {
        let answered = visit.hears(mark, MOUNT, |step| match step {
            Step::Answered(e) if is_it(step) => Some(serde_json::from_slice(&e.body).ok()),
            Step::Failed(_) if is_it(step) => Some(None),
            _ => None,
        });
        answered.await?.flatten()
    } else {
        None
    };
    visit.clear().await?;
    if !visit.appears(&condition, MOUNT).await? {
        return Err(stop::not_found(Field::Condition, visit.profile(), None));
    }
    Ok(answer.as_ref().and_then(Attributes::of))
}

/// The field shows the title, or a path that ends with it.
pub(super) fn is_title(shown: &str, title: &str) -> bool {
    let last = shown.rsplit(['>', '›']).next().unwrap_or(shown);
    fold(shown) == fold(title) || fold(last) == fold(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_shows_a_title_or_its_path() {
        assert!(is_title("Sacs à dos", "Sacs à dos"), "the title");
        assert!(is_title("Hommes › Sacs à dos", "Sacs à dos"), "a path");
        assert!(
            !is_title("Sacs à dos enfant", "Sacs à dos"),
            "another title"
        );
    }

    #[test]
    fn several_leaves_are_all_offered() {
        let tree = Catalogue::starter();
        let Err(SiteStop::InvalidField {
            field, candidates, ..
        }) = resolve(tree, "Femmes > Sweats")
        else {
            panic!("two leaves fit, the person chooses");
        };
        assert_eq!(field, Field::Category, "the field");
        assert_eq!(candidates.len(), 2, "both are named: {candidates:?}");
        let Ok(leaf) = resolve(tree, "Homme > Sweats") else {
            panic!("one leaf fits the hint")
        };
        let path: Vec<String> = nodes_to(tree, &leaf).into_iter().map(|(_, t)| t).collect();
        assert_eq!(
            path.join(" > "),
            leaf.path,
            "the walk follows the leaf's path"
        );
    }
}
