//! Opens the form: directly, and by the header's link where the site sends us home first
//! (vinted-facts A1: seen by one source, M).

use std::time::Duration;

use app::ports::SiteStop;
use domain::form::Field;

use crate::{page::Place, profile::Hook, stop, visit::Visit};

/// For the page to show what it is.
const RECOGNISE: Duration = Duration::from_secs(20);

/// What the site showed instead of, or as, the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Landed {
    Form,
    /// Logged out: the site offers to join or log in.
    Join,
    /// Some other page with the header's link to the form.
    Elsewhere,
}

/// Opens `/items/new` and makes sure that it is the form.
pub(crate) async fn open_form(visit: &Visit) -> Result<(), SiteStop> {
    visit.step("open_form");
    visit.go(&visit.profile().paths.new_listing.clone()).await?;
    match landed(visit).await? {
        Landed::Form => return visit.clear().await,
        Landed::Join => return Err(SiteStop::SessionGone),
        Landed::Elsewhere => {}
    }
    visit.step("open_form_by_link");
    let link = Place::of(Hook::NewListingLink);
    let form = Place::of(Hook::Title);
    let clicked = visit
        .page
        .click_until(visit.page.at(&link), &visit.page.there(&form))
        .await;
    match clicked {
        Ok(_) => {}
        Err(error) if error.is_about_element() => {}
        Err(error) => return Err(stop::of_browser(error)),
    }
    visit.arrived().await?;
    match landed(visit).await? {
        Landed::Form => visit.clear().await,
        Landed::Join => Err(SiteStop::SessionGone),
        Landed::Elsewhere => Err(stop::not_found(Field::Title, visit.profile(), None)),
    }
}

async fn landed(visit: &Visit) -> Result<Landed, SiteStop> {
    let there = |hook| visit.page.there(&Place::of(hook));
    let form = there(Hook::Title);
    let join = there(Hook::JoinLink);
    let link = there(Hook::NewListingLink);
    let known = format!("{form} || {join} || {link}");
    if !visit.holds(&known, RECOGNISE).await? {
        visit.clear().await?;
        return Err(stop::not_found(Field::Title, visit.profile(), None));
    }
    // The header with its links is drawn before the form: what may still become the form is given a moment.
    const SETTLE: Duration = Duration::from_millis(1_500);
    let new_listing = visit.profile().paths.new_listing.clone();
    let here = visit.page.tab.url().await.map_err(stop::of_browser)?;
    let wait = if crate::lookout::path_of(&here) == new_listing {
        SETTLE
    } else {
        Duration::ZERO
    };
    if visit.page.is(&form).await.map_err(stop::of_browser)? || visit.holds(&form, wait).await? {
        return Ok(Landed::Form);
    }
    if visit.page.is(&join).await.map_err(stop::of_browser)? {
        return Ok(Landed::Join);
    }
    Ok(Landed::Elsewhere)
}
