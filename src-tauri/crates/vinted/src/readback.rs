//! Reads a listing back and compares it with what was sent, field by field (vinted-facts 0.3: a price shown and
//! stored as 0, H). Where the call for it is refused, the edit page shows the same values; where that fails too,
//! the row of the own items gives title and price.

use std::time::Duration;

use app::ports::{Readback, SiteStop, StoredListing};
use domain::{
    Brand, Condition, PackageSize,
    form::{Field, FieldState, FormContent},
    values::fold,
    vocabulary,
};

use crate::{
    answers::{self, Item},
    flow::{Expectation, Expected, FilledForm, read_form, same_text},
    own_items::own_items,
    page::Place,
    profile::Hook,
    stop,
    visit::Visit,
};

/// For the edit page to show its fields.
const EDIT_PAGE: Duration = Duration::from_secs(15);

/// Reads a listing back.
pub(crate) async fn read_back(
    visit: &Visit,
    form: &FilledForm,
    content: &FormContent,
    id: &str,
) -> Result<StoredListing, SiteStop> {
    visit.step("read_back_listing");
    let paths = &visit.profile().paths;
    let url = visit.address(&paths.item.replace("{id}", id));
    let readback = match stored_item(visit, id).await? {
        Some(item) => Sent {
            visit,
            form,
            content,
        }
        .compare(&item),
        None => match edit_page(visit, form, id).await {
            Ok(readback) => readback,
            Err(stop @ (SiteStop::Challenge(_) | SiteStop::SessionGone | SiteStop::Cancelled)) => {
                return Err(stop);
            }
            Err(stop) => {
                tracing::warn!(%stop, "the edit page does not show the listing");
                wardrobe_row(visit, form, content, id).await?
            }
        },
    };
    failpoint::reached("site.listing_read_back");
    Ok(StoredListing {
        under_review: is_hidden(visit, id).await,
        url,
        readback,
    })
}

/// The item as its owner reads it; none where the site refuses that call.
async fn stored_item(visit: &Visit, id: &str) -> Result<Option<Item>, SiteStop> {
    let path = visit.profile().endpoints.item.replace("{id}", id);
    let reply = visit.page.get(&path).await.map_err(stop::of_browser)?;
    match stop::of_reply(visit.profile(), &reply) {
        None => Ok(Item::of(&reply.json()).filter(|i| i.id.as_deref().is_none_or(|i| i == id))),
        Some(SiteStop::Refused { .. } | SiteStop::SiteError { .. }) => Ok(None),
        Some(stop) => Err(stop),
    }
}

pub(crate) async fn edit_page(
    visit: &Visit,
    form: &FilledForm,
    id: &str,
) -> Result<Readback, SiteStop> {
    visit
        .go(&visit.profile().paths.edit_listing.replace("{id}", id))
        .await?;
    if !visit.appears(&Place::of(Hook::Title), EDIT_PAGE).await? {
        return Err(stop::not_found(Field::Title, visit.profile(), None));
    }
    visit
        .appears(&Place::of(Hook::Condition), EDIT_PAGE)
        .await?;
    let reports = read_form(visit, &form.expectations).await?;
    let mut readback = Readback::new();
    for report in reports {
        let Some(Expectation::Shown(expected)) = form.expectations.get(&report.field) else {
            continue;
        };
        let same = report.state == FieldState::Filled;
        readback.insert(report.field, (Some(text_of(expected)), report.value, same));
    }
    Ok(readback)
}

pub(crate) async fn wardrobe_row(
    visit: &Visit,
    form: &FilledForm,
    content: &FormContent,
    id: &str,
) -> Result<Readback, SiteStop> {
    let items = own_items(visit, &form.user.id).await?;
    let row = items
        .into_iter()
        .find(|i| i.id == id)
        .ok_or_else(|| SiteStop::Unreachable(format!("the listing {id} cannot be read back")))?;
    let item = Item {
        title: Some(row.title),
        price_cents: row.price_cents,
        photo_count: row.photo_count.map(|n| n as usize),
        ..Item::default()
    };
    Ok(Sent {
        visit,
        form,
        content,
    }
    .compare(&item))
}

/// It exists, and its public page does not (vinted-facts A4: hidden or under review, never published again).
async fn is_hidden(visit: &Visit, id: &str) -> bool {
    let path = visit.profile().paths.item.replace("{id}", id);
    matches!(visit.page.get(&path).await, Ok(reply) if reply.status == 404)
}

/// What a person reads of an expectation.
fn text_of(expected: &Expected) -> String {
    match expected {
        Expected::Text(text) | Expected::Label(text) => text.clone(),
        Expected::Cents(cents) => price_text(*cents, None),
        Expected::Photos(count) => count.to_string(),
        Expected::Category { path, .. } => path.clone(),
        Expected::OneOf(labels) => labels.first().cloned().unwrap_or_default(),
        Expected::Labels(labels) => labels.join(", "),
        Expected::Package(size) => size.code().to_owned(),
    }
}

fn price_text(cents: u32, currency: Option<&str>) -> String {
    let amount = format!("{}.{:02}", cents / 100, cents % 100);
    match currency {
        Some(currency) => format!("{amount} {currency}"),
        None => amount,
    }
}

/// What was sent, with the names under which the site stored it.
struct Sent<'a> {
    visit: &'a Visit,
    form: &'a FilledForm,
    content: &'a FormContent,
}

impl Sent<'_> {
    /// Only fields that were filled and of which the answer speaks: what is not told is not a difference.
    fn compare(&self, item: &Item) -> Readback {
        let mut readback = Readback::new();
        for (field, expectation) in &self.form.expectations {
            let Expectation::Shown(expected) = expectation else {
                continue;
            };
            if let Some((stored, same)) = self.stored(*field, expected, item) {
                readback.insert(
                    *field,
                    (Some(self.sent_text(*field, expected)), stored, same),
                );
            }
        }
        readback
    }

    fn sent_text(&self, field: Field, expected: &Expected) -> String {
        match (field, expected) {
            (Field::Price, Expected::Cents(cents)) => {
                price_text(*cents, Some(self.content.currency.code()))
            }
            _ => text_of(expected),
        }
    }

    /// What is stored, and whether it is what was sent; none where the answer does not speak of the field.
    fn stored(
        &self,
        field: Field,
        expected: &Expected,
        item: &Item,
    ) -> Option<(Option<String>, bool)> {
        let filled = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
        match (field, expected) {
            (Field::Title | Field::Description, Expected::Text(text)) => {
                let stored = if field == Field::Title {
                    &item.title
                } else {
                    &item.description
                };
                stored.as_ref().map(|s| (filled(s), same_text(text, s)))
            }
            (Field::Price, Expected::Cents(cents)) => {
                let stored = item.price_cents?;
                let currency = item.currency.as_deref();
                let same = stored == *cents
                    && currency
                        .is_none_or(|c| c.eq_ignore_ascii_case(self.content.currency.code()));
                Some((Some(price_text(stored, currency)), same))
            }
            (Field::Photos, Expected::Photos(count)) => {
                item.photo_count.map(|n| (Some(n.to_string()), n == *count))
            }
            (Field::Category, Expected::Category { id, path, .. }) => {
                item.catalog_id.map(|stored| {
                    let same = stored == *id;
                    (
                        Some(if same {
                            path.clone()
                        } else {
                            stored.to_string()
                        }),
                        same,
                    )
                })
            }
            (Field::Brand, expected) => {
                let stored = item.brand.as_deref()?;
                let same = match (expected, &self.content.brand) {
                    (Expected::OneOf(labels), Some(Brand::None)) => {
                        stored.is_empty() || labels.iter().any(|l| fold(l) == fold(stored))
                    }
                    (Expected::Label(label), _) => fold(label) == fold(stored),
                    _ => false,
                };
                Some((filled(stored), same))
            }
            (Field::Size, Expected::Label(label)) => {
                let named = item
                    .ids("size")
                    .and_then(|ids| ids.first())
                    .and_then(|id| self.title("size", *id))
                    .or_else(|| item.size.clone())?;
                let same = fold(&named) == fold(label);
                Some((Some(named), same))
            }
            (Field::Condition, _) => {
                let id = *item.ids("condition")?.first()?;
                let same = id == self.content.condition.site_id();
                let name = Condition::ALL.into_iter().find(|c| c.site_id() == id);
                let named = self
                    .title("condition", id)
                    .or_else(|| name.map(|c| c.label_fr().to_owned()))
                    .unwrap_or_else(|| id.to_string());
                Some((Some(named), same))
            }
            (Field::Color, Expected::Labels(labels)) => {
                let colors = self
                    .visit
                    .lookout
                    .newest(&self.visit.profile().endpoints.colors)
                    .map(|body| answers::colors(&body))
                    .unwrap_or_default();
                let name = |id: &u32| {
                    let known = vocabulary::colours().iter().find(|c| c.id == *id);
                    colors
                        .get(id)
                        .cloned()
                        .or_else(|| known.map(|c| c.fr.clone()))
                };
                Some(self.named_set(item.color_ids.as_deref()?, labels, name))
            }
            (Field::Material, Expected::Labels(labels)) => {
                let name = |id: &u32| {
                    let known = vocabulary::materials().iter().find(|m| m.id == *id);
                    self.title("material", *id)
                        .or_else(|| known.map(|m| m.fr.clone()))
                };
                Some(self.named_set(item.ids("material")?, labels, name))
            }
            (Field::PackageSize, Expected::Package(size)) => {
                let id = item.package_size_id?;
                let named = PackageSize::ALL.into_iter().find(|s| s.site_id() == id);
                let text = named.map_or_else(|| id.to_string(), |s| s.code().to_owned());
                Some((Some(text), id == size.site_id()))
            }
            _ => None,
        }
    }

    fn title(&self, code: &str, id: u32) -> Option<String> {
        self.form
            .attributes
            .as_ref()?
            .title(code, id)
            .map(str::to_owned)
    }

    fn named_set(
        &self,
        stored: &[u32],
        sent: &[String],
        name: impl Fn(&u32) -> Option<String>,
    ) -> (Option<String>, bool) {
        let names: Vec<String> = stored
            .iter()
            .map(|id| name(id).unwrap_or_else(|| id.to_string()))
            .collect();
        let folded = |names: &[String]| {
            let mut folded: Vec<String> = names.iter().map(|n| fold(n)).collect();
            folded.sort();
            folded
        };
        let same = folded(&names) == folded(sent);
        (Some(names.join(", ")).filter(|n| !n.is_empty()), same)
    }
}
