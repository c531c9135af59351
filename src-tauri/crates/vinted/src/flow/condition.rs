//! The condition, by the site's labels in its languages, else by its id.

use app::ports::SiteStop;
use domain::{Condition, form::Field, values::fold};

use super::{Expected, pickers::Picker};
use crate::visit::Visit;

/// Chooses the condition.
pub(crate) async fn condition(visit: &Visit, condition: Condition) -> Result<Expected, SiteStop> {
    let picker = Picker::CONDITION;
    picker.open(visit).await?;
    let choices = picker.choices(visit).await?;
    let known: Vec<String> = Condition::ALL
        .iter()
        .flat_map(|c| visit.profile().label(&format!("condition_{}", c.site_id())))
        .map(fold)
        .collect();
    picker
        .verify(visit, &choices, |c| known.contains(&fold(&c.name)))
        .await?;
    let id = condition.site_id();
    let labels: Vec<String> = visit
        .profile()
        .label(&format!("condition_{id}"))
        .into_iter()
        .map(fold)
        .collect();
    let choice = choices
        .iter()
        .find(|c| labels.contains(&fold(&c.name)))
        .or_else(|| choices.iter().find(|c| c.site_id() == Some(id)))
        .ok_or_else(|| SiteStop::InvalidField {
            field: Field::Condition,
            value: condition.label_fr().to_owned(),
            candidates: choices.iter().map(|c| c.name.clone()).collect(),
        })?;
    picker.choose(visit, choice).await?;
    Ok(Expected::Label(choice.name.clone()))
}
