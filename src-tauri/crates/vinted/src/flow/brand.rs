//! The brand: the exact one the site knows, or "no brand".

use std::{collections::BTreeSet, time::Duration};

use app::ports::SiteStop;
use browser::Key;
use domain::{Brand, form::Field, values::fold};
use serde_json::Value;
use url::Url;

use super::{Expectation, Expected, MOUNT, pickers::Picker};
use crate::{
    lookout::{Step, path_of},
    matching::{self, Pick},
    page::Place,
    profile::Hook,
    stop,
    visit::Visit,
};

/// Brands of one form that are handed on.
const MOST_SHOWN: usize = 500;
/// The search is remote and takes 1 to 2 s (vinted-facts A2, H).
const SEARCH: Duration = Duration::from_secs(12);
/// For the rows of an answer to be drawn.
const DRAWN: Duration = Duration::from_secs(3);

/// Chooses the brand.
pub(crate) async fn brand(visit: &Visit, brand: &Brand) -> Result<Expectation, SiteStop> {
    if !visit.appears(&Place::of(Hook::Brand), MOUNT).await? {
        return Ok(Expectation::Absent("no_such_field"));
    }
    let picker = Picker::BRAND;
    picker.open(visit).await?;
    // Of the fields below the category only the brand has a search.
    if picker.is_by_position(visit).await?
        && !visit
            .appears(&Place::of(Hook::BrandSearch).within(picker.panel), DRAWN)
            .await?
    {
        picker.close(visit, false).await?;
        return Err(picker.by_hand(visit, "the field in its place has no search"));
    }
    match brand {
        Brand::None => no_brand(visit).await,
        Brand::Named(name) => named(visit, name).await,
    }
}

async fn no_brand(visit: &Visit) -> Result<Expectation, SiteStop> {
    let picker = Picker::BRAND;
    let place = Place::of(Hook::BrandNone).within(picker.panel);
    if !visit.appears(&place, DRAWN).await? {
        return Err(SiteStop::InvalidField {
            field: Field::Brand,
            value: Brand::None.as_text().to_owned(),
            candidates: Vec::new(),
        });
    }
    let taken = visit.page.checked_or_gone(&place);
    let error = |e| stop::of_field(Field::Brand, visit.profile(), e);
    if !visit
        .page
        .click_until(visit.page.at(&place), &taken)
        .await
        .map_err(error)?
    {
        return Err(picker.by_hand(visit, "the option does not take the click"));
    }
    picker.close(visit, true).await?;
    let labels: Vec<String> = visit
        .profile()
        .label("no_brand")
        .into_iter()
        .map(str::to_owned)
        .collect();
    picker
        .shows(visit, |shown| labels.iter().any(|l| fold(l) == fold(shown)))
        .await?;
    Ok(Expectation::Shown(Expected::OneOf(labels)))
}

async fn named(visit: &Visit, name: &str) -> Result<Expectation, SiteStop> {
    let picker = Picker::BRAND;
    let error = |e| stop::of_field(Field::Brand, visit.profile(), e);
    // The popular brands may be there already.
    let shown = visit
        .page
        .choices(picker.panel)
        .await
        .map_err(error)?
        .unwrap_or_default();
    let choice = match matching::brand::pick(name, &shown) {
        Pick::One(choice) => choice,
        Pick::Candidates(_) => searched(visit, name).await?,
    };
    picker.click(visit, &choice).await?;
    picker.close(visit, true).await?;
    picker
        .shows(visit, |shown| fold(shown) == fold(&choice.name))
        .await?;
    Ok(Expectation::Shown(Expected::Label(choice.name)))
}

/// Types the name into the panel's search and waits for the exact brand, or for the answer that lacks it.
async fn searched(visit: &Visit, name: &str) -> Result<crate::page::Choice, SiteStop> {
    let picker = Picker::BRAND;
    let error = |e| stop::of_field(Field::Brand, visit.profile(), e);
    let place = Place::of(Hook::BrandSearch).within(picker.panel);
    if !visit.appears(&place, DRAWN).await? {
        return Err(picker.by_hand(visit, "its panel has no search"));
    }
    let input = visit.page.at(&place);
    let mark = visit.lookout.mark();
    if !visit
        .page
        .tab
        .value(input.clone())
        .await
        .map_err(error)?
        .is_empty()
    {
        visit.page.tab.clear(input.clone()).await.map_err(error)?;
    }
    visit.page.tab.type_text(input, name).await.map_err(error)?;
    let endpoint = visit.profile().endpoints.brands.clone();
    let answer = visit
        .hears(mark, SEARCH, |step| match step {
            Step::Answered(e) if is_search(&e.request.url, &endpoint, name) => {
                Some(serde_json::from_slice::<Value>(&e.body).unwrap_or_default())
            }
            _ => None,
        })
        .await?;
    let titles = answer.as_ref().and_then(titles);
    let known = titles
        .as_ref()
        .is_none_or(|t| t.iter().any(|t| fold(t) == fold(name)));
    let end = tokio::time::Instant::now() + if known { DRAWN } else { Duration::ZERO };
    loop {
        let shown = visit
            .page
            .choices(picker.panel)
            .await
            .map_err(error)?
            .unwrap_or_default();
        match matching::brand::pick(name, &shown) {
            Pick::One(choice) => return Ok(choice),
            Pick::Candidates(names) if tokio::time::Instant::now() >= end => {
                // The panel stays usable for the person.
                visit.page.tab.press_key(Key::Escape).await.map_err(error)?;
                return Err(SiteStop::InvalidField {
                    field: Field::Brand,
                    value: name.to_owned(),
                    candidates: titles.unwrap_or(names),
                });
            }
            Pick::Candidates(_) => tokio::time::sleep(Duration::from_millis(40)).await,
        }
    }
}

/// Whether a call is the search for exactly this keyword: answers to its beginnings come too.
fn is_search(url: &str, endpoint: &str, name: &str) -> bool {
    path_of(url) == endpoint
        && Url::parse(url).is_ok_and(|u| {
            u.query_pairs()
                .any(|(key, value)| key == "keyword" && fold(&value) == fold(name))
        })
}

fn titles(answer: &Value) -> Option<Vec<String>> {
    Some(all_titles(answer)?.take(30).map(str::to_owned).collect())
}

fn all_titles(answer: &Value) -> Option<impl Iterator<Item = &str>> {
    let brands = answer["brands"].as_array()?;
    Some(brands.iter().filter_map(|b| b["title"].as_str()))
}

/// The brands that the site answered with while the form was filled: some 50 popular ones of the category, and what a
/// search found. Nothing is asked for their sake.
pub(crate) fn brands_shown(visit: &Visit) -> Vec<String> {
    let endpoint = &visit.profile().endpoints.brands;
    let mut names = BTreeSet::new();
    for step in visit.lookout.since(0) {
        let Step::Answered(answer) = step else {
            continue;
        };
        if answer.status != 200 || path_of(&answer.request.url) != endpoint.as_str() {
            continue;
        }
        let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        names.extend(all_titles(&value).into_iter().flatten().map(str::to_owned));
    }
    names.into_iter().take(MOST_SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_to_the_whole_name_is_told_from_its_beginnings() {
        let endpoint = "/api/v2/item_upload/brands";
        let url =
            |keyword: &str| format!("https://a.test{endpoint}?category_id=5&keyword={keyword}");
        assert!(
            is_search(&url("Pull+%26+Bear"), endpoint, "Pull & Bear"),
            "the whole name"
        );
        assert!(
            !is_search(&url("Pull"), endpoint, "Pull & Bear"),
            "a beginning"
        );
        assert!(
            !is_search("https://a.test/api/v2/x?keyword=Zara", endpoint, "Zara"),
            "another call"
        );
    }
}
