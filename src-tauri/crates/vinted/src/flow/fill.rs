//! Fills the form in its own order and reads it back. Nothing here can publish: the call is stopped inside the
//! browser the whole time.

use std::collections::BTreeMap;

use app::ports::{CurrentUser, SiteStop};
use domain::form::{Field, FieldReport, FormContent, SuggestedPrice};

use super::{
    Expectation, Expected, account, brand, category, colors, condition, open, package, photos,
    read, size, suggested_price, text,
};
use crate::{answers::Attributes, stop, visit::Visit};

/// A form that was filled, and what is needed to judge it later.
pub(crate) struct FilledForm {
    pub(crate) user: CurrentUser,
    pub(crate) fields: Vec<FieldReport>,
    pub(crate) expectations: BTreeMap<Field, Expectation>,
    pub(crate) attributes: Option<Attributes>,
    /// What the site itself would ask for the item, where it says so.
    pub(crate) suggested_price: Option<SuggestedPrice>,
}

/// Opens the form, checks the account, uploads, fills, reads back, stops.
pub(crate) async fn fill(visit: &Visit, content: &FormContent) -> Result<FilledForm, SiteStop> {
    open::open_form(visit).await?;
    failpoint::reached("site.form_open");
    let user = account::current_user(visit).await?;
    visit.keep_session().await;
    let mut seen = texts_and_photos(visit, content).await?;
    let attributes = details(visit, content, &mut seen).await?;
    visit.begin("read_back_form").await?;
    visit
        .page
        .close_authenticity()
        .await
        .map_err(stop::of_browser)?;
    visit.clear().await?;
    let fields = read::read_form(visit, &seen).await?;
    let suggested_price = suggested_price::suggested_price(visit, content.currency).await;
    failpoint::reached("site.form_read_back");
    Ok(FilledForm {
        user,
        fields,
        expectations: seen,
        attributes,
        suggested_price,
    })
}

type Seen = BTreeMap<Field, Expectation>;

/// The part that is there at first: photos, title, description. A photo that fails is tried once more, on a fresh
/// form, so that the photos keep their order.
async fn texts_and_photos(visit: &Visit, content: &FormContent) -> Result<Seen, SiteStop> {
    let mut again = false;
    loop {
        let mut seen = Seen::new();
        // The upload runs while the texts are typed.
        let uploading = if content.photos.is_empty() {
            None
        } else {
            let uploading = photos::start(visit, &content.photos).await?;
            failpoint::reached("site.photos_given");
            Some(uploading)
        };
        visit.begin("fill_title").await?;
        seen.insert(
            Field::Title,
            shown(text::text(visit, Field::Title, &content.title).await?),
        );
        failpoint::reached("site.title_filled");
        visit.begin("fill_description").await?;
        let described = if content.description.trim().is_empty() {
            Expectation::Absent("nothing_to_send")
        } else {
            shown(text::text(visit, Field::Description, &content.description).await?)
        };
        seen.insert(Field::Description, described);
        failpoint::reached("site.description_filled");
        let Some(uploading) = uploading else {
            return Ok(seen);
        };
        visit.step("wait_photos");
        match photos::finish(visit, &uploading).await? {
            Ok(()) => {
                failpoint::reached("site.photos_uploaded");
                seen.insert(Field::Photos, shown(Expected::Photos(content.photos.len())));
                return Ok(seen);
            }
            Err(failed) if again => return Err(failed.into()),
            Err(failed) => {
                tracing::info!(
                    photo = failed.index,
                    reason = failed.reason,
                    "a photo failed, once more"
                );
                again = true;
                visit.step("photos_again");
                open::open_form(visit).await?;
            }
        }
    }
}

/// The part that mounts below a leaf category.
async fn details(
    visit: &Visit,
    content: &FormContent,
    seen: &mut Seen,
) -> Result<Option<Attributes>, SiteStop> {
    visit.begin("fill_category").await?;
    let chosen = category::category(visit, &content.category).await?;
    seen.insert(Field::Category, shown(chosen.expected));
    failpoint::reached("site.category_filled");
    let attributes = chosen.attributes;

    if let Some(wanted) = &content.brand {
        visit.begin("fill_brand").await?;
        seen.insert(Field::Brand, brand::brand(visit, wanted).await?);
        failpoint::reached("site.brand_filled");
    }
    visit.begin("fill_size").await?;
    seen.insert(
        Field::Size,
        size::size(visit, &content.size, attributes.as_ref()).await?,
    );
    failpoint::reached("site.size_filled");
    visit.begin("fill_condition").await?;
    let condition = condition::condition(visit, content.condition).await?;
    seen.insert(Field::Condition, shown(condition));
    failpoint::reached("site.condition_filled");
    visit.begin("fill_color").await?;
    let colors = colors::colors(visit, &content.colors).await;
    seen.insert(Field::Color, optional(visit, Field::Color, colors).await?);
    failpoint::reached("site.color_filled");
    visit.begin("fill_material").await?;
    let materials = colors::materials(visit, &content.materials, attributes.as_ref()).await;
    seen.insert(
        Field::Material,
        optional(visit, Field::Material, materials).await?,
    );
    failpoint::reached("site.material_filled");
    visit.begin("fill_price").await?;
    seen.insert(
        Field::Price,
        shown(text::price(visit, content.price_cents).await?),
    );
    failpoint::reached("site.price_filled");
    visit.begin("fill_package_size").await?;
    let package = package::package(visit, content.package_size).await;
    seen.insert(
        Field::PackageSize,
        optional(visit, Field::PackageSize, package).await?,
    );
    failpoint::reached("site.package_size_filled");
    Ok(attributes)
}

fn shown(expected: Expected) -> Expectation {
    Expectation::Shown(expected)
}

/// What fails in an optional field is left to the person, and said; a challenge is none of that.
async fn optional(
    visit: &Visit,
    field: Field,
    result: Result<Expectation, SiteStop>,
) -> Result<Expectation, SiteStop> {
    let stop = match result {
        Ok(expectation) => return Ok(expectation),
        Err(stop) => visit.reason(stop).await,
    };
    tracing::warn!(field = field.code(), %stop, "left to the person");
    match stop {
        SiteStop::FieldNotFound { .. } => Ok(Expectation::Failed("field_not_found")),
        SiteStop::InvalidField { .. } => Ok(Expectation::Failed("invalid_field")),
        stop => Err(stop),
    }
}
