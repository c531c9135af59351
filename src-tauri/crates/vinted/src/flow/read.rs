//! Reads every field back as the form shows it, and compares it with what was to be filled.

use std::collections::BTreeMap;

use app::ports::SiteStop;
use domain::{
    PackageSize,
    form::{Field, FieldReport, FieldState},
    values::fold,
};

use super::{category::is_title, text::same_text};
use crate::{
    answers::shown_cents,
    page::{Place, Shown},
    profile::Hook,
    stop,
    visit::Visit,
};

/// What a field must show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// This text.
    Text(String),
    /// This price.
    Cents(u32),
    /// So many photos.
    Photos(usize),
    /// This leaf; the field shows its title only.
    Category {
        id: u32,
        title: String,
        path: String,
    },
    /// This label.
    Label(String),
    /// One of these labels of the same option.
    OneOf(Vec<String>),
    /// These labels in any order.
    Labels(Vec<String>),
    /// This parcel.
    Package(PackageSize),
}

/// What became of a field while it was filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expectation {
    /// It was filled and must show this.
    Shown(Expected),
    /// The form does not have it, or there was nothing to send; with the reason as a code.
    Absent(&'static str),
    /// It could not be filled; with the reason as a code.
    Failed(&'static str),
}

impl Expected {
    fn is(&self, shown: &str) -> bool {
        let same = |a: &str, b: &str| fold(a) == fold(b);
        match self {
            Self::Text(text) => same_text(text, shown),
            Self::Cents(cents) => shown_cents(shown) == Some(*cents),
            Self::Photos(count) => shown == count.to_string(),
            Self::Category { title, .. } => is_title(shown, title),
            Self::Label(label) => same(label, shown),
            Self::OneOf(labels) => labels.iter().any(|l| same(l, shown)),
            Self::Labels(labels) => {
                let sorted = |mut v: Vec<String>| {
                    v.sort();
                    v
                };
                sorted(shown.split(',').map(fold).collect())
                    == sorted(labels.iter().map(|l| fold(l)).collect())
            }
            Self::Package(size) => shown == size.code(),
        }
    }
}

/// The form's fields in the form's order.
pub(crate) async fn read_form(
    visit: &Visit,
    expectations: &BTreeMap<Field, Expectation>,
) -> Result<Vec<FieldReport>, SiteStop> {
    let found = shown_fields(visit).await?;
    if found.values().all(Option::is_none) {
        visit.clear().await?;
        return Err(stop::not_found(Field::Title, visit.profile(), None));
    }
    Ok(Field::ALL
        .into_iter()
        .map(|field| {
            report(
                visit,
                field,
                found.get(&field).cloned().flatten(),
                expectations.get(&field),
            )
        })
        .collect())
}

/// What every field shows; none where the form does not have it.
pub(crate) async fn shown_fields(
    visit: &Visit,
) -> Result<BTreeMap<Field, Option<Shown>>, SiteStop> {
    let mut places: Vec<(&str, Place)> = Field::ALL
        .into_iter()
        .filter(|f| !matches!(f, Field::Photos | Field::PackageSize))
        .map(|f| (f.code(), Place::of(Hook::of(f))))
        .collect();
    for size in PackageSize::ALL {
        places.push((
            size.code(),
            Place::of(Hook::PackageRadio)
                .id(size.site_id())
                .even_hidden(),
        ));
    }
    places.push((Field::Photos.code(), Place::of(Hook::Photos)));
    let mut read = visit.page.read(&places).await.map_err(stop::of_browser)?;
    let mut shown: BTreeMap<Field, Option<Shown>> = BTreeMap::new();
    let parcels = PackageSize::ALL.map(|size| (size, read.remove(size.code()).flatten()));
    let chosen = parcels
        .iter()
        .find(|(_, s)| s.as_ref().is_some_and(|s| s.value == "true"));
    let parcel = match chosen {
        Some((size, Some(s))) => Some(Shown {
            way: s.way,
            value: size.code().to_owned(),
        }),
        // The cells are there and none is chosen.
        _ => parcels.iter().find_map(|(_, s)| s.clone()).map(|s| Shown {
            value: String::new(),
            ..s
        }),
    };
    shown.insert(Field::PackageSize, parcel);
    let (photos, _) = visit
        .page
        .count(Hook::PhotoThumbnail)
        .await
        .map_err(stop::of_browser)?;
    for (code, value) in read {
        let Some(field) = Field::parse(&code) else {
            continue;
        };
        let value = match field {
            Field::Photos => value.map(|s| Shown {
                value: photos.to_string(),
                ..s
            }),
            _ => value,
        };
        shown.insert(field, value);
    }
    Ok(shown)
}

fn report(
    visit: &Visit,
    field: Field,
    shown: Option<Shown>,
    expectation: Option<&Expectation>,
) -> FieldReport {
    let hook = shown
        .as_ref()
        .and_then(|s| visit.profile().ways(Hook::of(field)).get(s.way))
        .map(|w| w.how.to_string());
    let value = shown.map(|s| s.value).filter(|v| !v.is_empty());
    let (state, reason) = match (expectation, &value) {
        (Some(Expectation::Shown(expected)), Some(value)) if expected.is(value) => {
            (FieldState::Filled, None)
        }
        (Some(Expectation::Shown(_)), Some(_)) => (FieldState::Failed, Some("shows_another_value")),
        (Some(Expectation::Shown(_)), None) => (FieldState::Failed, Some("shows_nothing")),
        (Some(Expectation::Failed(reason)), _) => (FieldState::Failed, Some(*reason)),
        (Some(Expectation::Absent(reason)), _) => (FieldState::Absent, Some(*reason)),
        (None, _) => (FieldState::Absent, Some("nothing_to_send")),
    };
    // The form shows a leaf's title only; the person is told its path.
    let value = match (expectation, state) {
        (Some(Expectation::Shown(Expected::Category { path, .. })), FieldState::Filled) => {
            Some(path.clone())
        }
        _ => value,
    };
    FieldReport {
        field,
        state,
        value,
        reason: reason.map(str::to_owned),
        hook,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_as_the_form_writes_them() {
        assert!(Expected::Cents(1550).is("15,50 €"), "a formatted price");
        assert!(!Expected::Cents(1550).is("0,00 €"), "a lost one");
        assert!(
            Expected::Labels(vec!["Noir".into(), "Blanc".into()]).is("Blanc, Noir"),
            "list order"
        );
        assert!(
            !Expected::Labels(vec!["Noir".into(), "Blanc".into()]).is("Noir"),
            "one went missing"
        );
        assert!(
            Expected::OneOf(vec!["No brand".into(), "Unbranded".into()]).is("Unbranded"),
            "names"
        );
        assert!(
            Expected::Photos(3).is("3") && !Expected::Photos(3).is("2"),
            "every photo counts"
        );
        assert!(
            Expected::Package(PackageSize::Medium).is("medium"),
            "parcels by their code"
        );
    }
}
