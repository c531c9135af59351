//! The size, where the leaf has sizes.

use std::time::Duration;

use app::ports::SiteStop;
use domain::{Size, form::Field};

use super::{Expectation, Expected, MOUNT, pickers::Picker};
use crate::{
    answers::Attributes,
    matching::{self, Pick},
    page::Place,
    profile::Hook,
    stop,
    visit::Visit,
};

/// Without the page's word on the leaf's attributes, a size field that comes comes with the others.
const WITH_THE_OTHERS: Duration = Duration::from_millis(1_500);
/// At most this many systems of sizes are looked through.
const TABS: usize = 10;

/// Chooses the size. An unknown size is an error where the leaf has sizes: it is never invented.
pub(crate) async fn size(
    visit: &Visit,
    size: &Size,
    attributes: Option<&Attributes>,
) -> Result<Expectation, SiteStop> {
    let wait = match attributes.map(|a| a.has("size")) {
        Some(true) => MOUNT,
        Some(false) => Duration::ZERO,
        None => WITH_THE_OTHERS,
    };
    if !visit.appears(&Place::of(Hook::Size), wait).await? {
        return match attributes.map(|a| a.has("size")) {
            Some(true) => Err(Picker::SIZE.by_hand(visit, "the leaf has sizes, the form no field")),
            _ => Ok(Expectation::Absent("no_such_field")),
        };
    }
    let picker = Picker::SIZE;
    picker.open(visit).await?;
    // Offers of another field are no sizes; the site's own titles decide, where it told them.
    let shown = picker.choices(visit).await?;
    picker
        .verify(visit, &shown, |c| {
            attributes.is_none_or(|a| a.offers("size", &c.name))
        })
        .await?;
    let label = match size {
        Size::Label(label) => label.as_str(),
        Size::Unknown => "",
    };
    match looked_up(visit, label).await? {
        Pick::One(choice) => {
            to_tab_of(visit, &choice.group).await?;
            picker.choose(visit, &choice).await?;
            Ok(Expectation::Shown(Expected::Label(choice.name)))
        }
        Pick::Candidates(candidates) => Err(SiteStop::InvalidField {
            field: Field::Size,
            value: size.as_text().to_owned(),
            candidates,
        }),
    }
}

/// Looks for the label under the panel's tabs: first under the one that it names, else under the site's first, and
/// under the others only where that one does not have it.
async fn looked_up(visit: &Visit, label: &str) -> Result<Pick, SiteStop> {
    let picker = Picker::SIZE;
    // The tabs are there with the first options.
    let shown = picker.choices(visit).await?;
    let error = |e| stop::of_field(Field::Size, visit.profile(), e);
    let tabs: Vec<String> = visit
        .page
        .tabs(picker.panel)
        .await
        .map_err(error)?
        .into_iter()
        .map(|t| t.name)
        .collect();
    if tabs.is_empty() {
        return Ok(matching::size::pick(label, &shown));
    }
    let named = matching::size::system_named(label, &tabs);
    let first = named.or_else(|| tabs.first().cloned());
    let mut seen = Vec::new();
    let order = first
        .iter()
        .chain(tabs.iter().filter(|t| Some(*t) != first.as_ref()));
    for tab in order.take(TABS) {
        to_tab_of(visit, tab).await?;
        // Suggestions stand above every tab; they are told of once.
        let under = picker.choices(visit).await?;
        seen.extend(under.into_iter().filter(|c| !c.suggested));
        if first.as_ref() == Some(tab)
            && let one @ Pick::One(_) = matching::size::pick(label, &seen)
        {
            return Ok(one);
        }
    }
    Ok(matching::size::pick(label, &seen))
}

/// Brings the tab of a system to the front, where the panel has tabs.
async fn to_tab_of(visit: &Visit, system: &str) -> Result<(), SiteStop> {
    let picker = Picker::SIZE;
    let error = |e| stop::of_field(Field::Size, visit.profile(), e);
    let tabs = visit.page.tabs(picker.panel).await.map_err(error)?;
    match tabs.iter().find(|t| t.name == system) {
        Some(tab) if !tab.chosen => {
            if visit
                .page
                .open_tab(picker.panel, system)
                .await
                .map_err(error)?
            {
                Ok(())
            } else {
                Err(picker.by_hand(visit, &format!("the tab {system} does not open")))
            }
        }
        _ => Ok(()),
    }
}
