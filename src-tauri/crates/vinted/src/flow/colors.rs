//! Colours and materials: lists of which several may be checked, with the same trap: past the limit the oldest
//! goes without a word (vinted-facts A2, H). The limit is kept before the first click.

use std::time::Duration;

use app::ports::SiteStop;
use domain::{
    draft::{MAX_COLORS, MAX_MATERIALS},
    form::{Field, FormContent},
    values::fold,
    vocabulary,
};

use super::{Expectation, Expected, pickers::Picker};
use crate::{
    answers::{self, Attributes},
    page::{Choice, Place},
    profile::Hook,
    visit::Visit,
};

/// Fields of a leaf mount together; one that comes late comes soon after.
const WITH_THE_OTHERS: Duration = Duration::from_millis(1_500);

/// More colours or materials than the site keeps are an error before anything is filled.
pub(crate) fn within_limits(content: &FormContent) -> Result<(), SiteStop> {
    let check = |field, values: &[String], most: usize| {
        if values.len() <= most {
            return Ok(());
        }
        Err(SiteStop::InvalidField {
            field,
            value: values.join(", "),
            candidates: Vec::new(),
        })
    };
    check(Field::Color, &content.colors, MAX_COLORS)?;
    check(Field::Material, &content.materials, MAX_MATERIALS)
}

/// Chooses the colours.
pub(crate) async fn colors(visit: &Visit, colors: &[String]) -> Result<Expectation, SiteStop> {
    if let Some(absent) = absent(visit, Hook::Color, colors).await? {
        return Ok(absent);
    }
    let picker = Picker::COLOR;
    picker.open(visit).await?;
    let choices = picker.choices(visit).await?;
    // The page has asked for them by now.
    let path = visit.profile().endpoints.colors.clone();
    let titles = match visit.lookout.newest(&path) {
        Some(body) => answers::colors(&body),
        None => answers::colors(&visit.get(&path).await?.json()),
    };
    let known: Vec<String> = titles.values().map(|t| fold(t)).collect();
    picker
        .verify(visit, &choices, |c| {
            known.contains(&fold(&c.name)) || vocabulary::colour(&c.name).is_some()
        })
        .await?;
    let wanted = colors.iter().map(|name| match vocabulary::colour(name) {
        Some(c) => Wanted::new(name, c.id, &[&c.fr, &c.en], titles.get(&c.id)),
        None => Wanted::unknown(name),
    });
    several(visit, picker, &choices, wanted.collect()).await
}

/// Chooses the materials.
pub(crate) async fn materials(
    visit: &Visit,
    materials: &[String],
    attributes: Option<&Attributes>,
) -> Result<Expectation, SiteStop> {
    if let Some(absent) = absent(visit, Hook::Material, materials).await? {
        return Ok(absent);
    }
    let picker = Picker::MATERIAL;
    picker.open(visit).await?;
    let choices = picker.choices(visit).await?;
    picker
        .verify(visit, &choices, |c| {
            attributes.is_some_and(|a| a.offers("material", &c.name))
                || vocabulary::material(&c.name).is_some()
        })
        .await?;
    let wanted = materials
        .iter()
        .map(|name| match vocabulary::material(name) {
            Some(m) => {
                let title = attributes
                    .and_then(|a| a.title("material", m.id))
                    .map(str::to_owned);
                Wanted::new(name, m.id, &[&m.fr, &m.en], title.as_ref())
            }
            None => Wanted::unknown(name),
        });
    several(visit, picker, &choices, wanted.collect()).await
}

/// Nothing to choose, or no field for it.
async fn absent(
    visit: &Visit,
    input: Hook,
    values: &[String],
) -> Result<Option<Expectation>, SiteStop> {
    if values.is_empty() {
        return Ok(Some(Expectation::Absent("nothing_to_send")));
    }
    let there = visit.appears(&Place::of(input), WITH_THE_OTHERS).await?;
    Ok((!there).then_some(Expectation::Absent("no_such_field")))
}

/// One value: the site's id, and every name it may go by on the page.
struct Wanted {
    typed: String,
    id: Option<u32>,
    names: Vec<String>,
}

impl Wanted {
    fn new(typed: &str, id: u32, names: &[&String], title: Option<&String>) -> Self {
        // In the site's own language, where it told: names of another one could name another value.
        let names = match title {
            Some(title) => vec![fold(title)],
            None => names.iter().map(|n| fold(n)).chain([fold(typed)]).collect(),
        };
        Self {
            typed: typed.to_owned(),
            id: Some(id),
            names,
        }
    }

    fn unknown(typed: &str) -> Self {
        Self {
            typed: typed.to_owned(),
            id: None,
            names: vec![fold(typed)],
        }
    }

    fn among<'a>(&self, choices: &'a [Choice]) -> Option<&'a Choice> {
        let own = || choices.iter().filter(|c| !c.suggested);
        let named = own().find(|c| self.names.contains(&fold(&c.name)));
        named.or_else(|| own().find(|c| self.id.is_some() && c.site_id() == self.id))
    }
}

async fn several(
    visit: &Visit,
    picker: Picker,
    choices: &[Choice],
    wanted: Vec<Wanted>,
) -> Result<Expectation, SiteStop> {
    let mut chosen: Vec<Choice> = Vec::new();
    for value in &wanted {
        match value.among(choices) {
            Some(choice) if chosen.contains(choice) => {}
            Some(choice) => chosen.push(choice.clone()),
            None => {
                picker.close(visit, false).await?;
                return Err(SiteStop::InvalidField {
                    field: picker.field,
                    value: value.typed.clone(),
                    candidates: choices.iter().map(|c| c.name.clone()).take(60).collect(),
                });
            }
        }
    }
    picker.choose_all(visit, &chosen).await?;
    Ok(Expectation::Shown(Expected::Labels(
        chosen.into_iter().map(|c| c.name).collect(),
    )))
}
