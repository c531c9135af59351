//! The parcel size. Without one given, the site's recommendation stays.

use app::ports::SiteStop;
use domain::{PackageSize, form::Field};

use super::{Expectation, Expected, MOUNT};
use crate::{page::Place, profile::Hook, stop, visit::Visit};

/// Chooses the parcel size.
pub(crate) async fn package(
    visit: &Visit,
    size: Option<PackageSize>,
) -> Result<Expectation, SiteStop> {
    let Some(size) = size else {
        return Ok(Expectation::Absent("recommended"));
    };
    let cell = Place::of(Hook::PackageCell).id(size.site_id());
    if !visit.appears(&cell, MOUNT).await? {
        return Err(stop::not_found(Field::PackageSize, visit.profile(), None));
    }
    let radio = Place::of(Hook::PackageRadio)
        .id(size.site_id())
        .even_hidden();
    let checked = visit.page.checked(&radio);
    let error = |e| stop::of_field(Field::PackageSize, visit.profile(), e);
    if visit
        .page
        .click_until(visit.page.at(&cell), &checked)
        .await
        .map_err(error)?
    {
        Ok(Expectation::Shown(Expected::Package(size)))
    } else {
        Err(stop::not_found(Field::PackageSize, visit.profile(), None))
    }
}
