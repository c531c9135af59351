//! `drafts set`: field by field. Shapes only are checked; category, brand and size meet the site at `prepare`.

use contract::{Code, DraftChange, DraftView, Event, Failure};
use domain::{
    Brand, Condition, Currency, Draft, DraftId, PackageSize, Size,
    draft::{DraftStatus, MAX_COLORS, MAX_MATERIALS},
    form::Field,
};
use serde_json::{Value, json};

use crate::{App, fail};

/// Longest title that is stored (characters); the gates and the site take far less. Nothing typed is cut.
const MAX_TITLE: usize = 1_000;
/// Longest description that is stored (characters).
const MAX_DESCRIPTION: usize = 20_000;
/// Longest of the short texts: brand, size, category.
const MAX_SHORT: usize = 300;

pub(crate) fn draft_id(text: &str) -> Result<DraftId, Failure> {
    text.parse()
        .map_err(|_| Failure::new(Code::NotFound, "There is no such draft."))
}

impl App {
    /// Changes values of a draft, all or none.
    ///
    /// With `revision`, the change is refused where the draft was saved elsewhere since; without, the newest is taken.
    ///
    /// # Errors
    /// `invalid_field` with `details.fields`, `not_found`, `draft_changed`.
    pub async fn change_draft(
        &self,
        id: &str,
        revision: Option<u32>,
        changes: &[DraftChange],
    ) -> Result<DraftView, Failure> {
        let key = draft_id(id)?;
        let mut draft = self.draft_to_change(key).await?;
        if revision.is_some_and(|r| r != draft.revision) {
            return Err(fail::record("saving the draft")(
                crate::ports::RecordError::Stale,
            ));
        }
        let before = draft.clone();
        apply(&mut draft, changes)?;
        let said = said(changes);
        let now = self.parts.clock.now();
        if draft == before {
            // To say what stands there is to say it: no analysis changes it any more.
            self.parts
                .suggestions
                .person_said(key, &said, now)
                .await
                .map_err(fail::record("saving the draft"))?;
            return self.view_of(draft).await;
        }
        draft.revision += 1;
        draft.updated_at = now;
        self.parts
            .suggestions
            .person_changed(&draft, &said, now)
            .await
            .map_err(fail::record("saving the draft"))?;
        self.tell(Event::DraftChanged { id: id.to_owned() });
        self.view_of(draft).await
    }
}

/// The fields in which the person says something, each once.
pub(crate) fn said(changes: &[DraftChange]) -> Vec<Field> {
    let mut fields: Vec<Field> = changes
        .iter()
        .filter_map(|change| match change.key.as_str() {
            "price_min_cents" | "price_target_cents" | "price_max_cents" | "price_cents"
            | "currency" => Some(Field::Price),
            key => Field::parse(key),
        })
        .collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// Applies all changes or names every one that does not fit.
pub(crate) fn apply(draft: &mut Draft, changes: &[DraftChange]) -> Result<(), Failure> {
    let mut refused = serde_json::Map::new();
    let mut reasons = Vec::new();
    for change in changes {
        if let Err(reason) = set(draft, &change.key, &change.value) {
            refused.insert(change.key.clone(), json!(Code::InvalidField));
            reasons.push(format!("{}: {reason}", change.key));
        }
    }
    if refused.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        Code::InvalidField,
        format!("Nothing was changed. {}", reasons.join(" ")),
    )
    .with(json!({ "fields": refused })))
}

fn set(draft: &mut Draft, key: &str, value: &Value) -> Result<(), String> {
    match key {
        "title" => draft.title = one_line(value, MAX_TITLE)?,
        "description" => draft.description = text(value, MAX_DESCRIPTION)?,
        "price_min_cents" => draft.price_min_cents = cents(value)?,
        "price_target_cents" | "price_cents" => draft.price_target_cents = cents(value)?,
        "price_max_cents" => draft.price_max_cents = cents(value)?,
        "currency" => {
            draft.currency = one_line(value, MAX_SHORT)?
                .trim()
                .parse::<Currency>()
                .map_err(|_| "An ISO 4217 code such as EUR.".to_owned())?;
        }
        "brand" => draft.brand = Brand::parse(&one_line(value, MAX_SHORT)?),
        "size" => draft.size = Size::parse(&one_line(value, MAX_SHORT)?),
        "condition" => {
            draft.condition = choice(
                value,
                Condition::parse,
                "One of new_with_tags, new_without_tags, very_good, good, satisfactory, or the site's label.",
            )?;
        }
        "category" => {
            let text = one_line(value, MAX_SHORT)?;
            draft.category = Some(text.trim().to_owned()).filter(|t| !t.is_empty());
        }
        "color" => draft.colors = names(value, MAX_COLORS)?,
        "material" => draft.materials = names(value, MAX_MATERIALS)?,
        "package_size" => {
            draft.package_size = choice(value, PackageSize::parse, "One of small, medium, large.")?;
        }
        "status" => {
            draft.status = match (draft.status, one_line(value, MAX_SHORT)?.as_str()) {
                (DraftStatus::Archived, "draft") => DraftStatus::Draft,
                (DraftStatus::Draft, "archived") => DraftStatus::Archived,
                (present, wanted) if present.code() == wanted => present,
                _ => {
                    return Err(
                        "Only a draft can be archived, and only an archived one brought back."
                            .to_owned(),
                    );
                }
            };
        }
        _ => return Err("A draft has no such field.".to_owned()),
    }
    Ok(())
}

fn text(value: &Value, max: usize) -> Result<String, String> {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.replace("\r\n", "\n"),
        Value::Number(number) => number.to_string(),
        _ => return Err("A text.".to_owned()),
    };
    if text.chars().count() > max {
        return Err(format!("At most {max} characters."));
    }
    if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Err("No control characters.".to_owned());
    }
    Ok(text)
}

/// One line as typed: a trailing blank may be the beginning of the next word, while an editor saves along.
fn one_line(value: &Value, max: usize) -> Result<String, String> {
    let text = text(value, max)?;
    if text.contains('\n') {
        return Err("One line only.".to_owned());
    }
    Ok(text)
}

fn cents(value: &Value) -> Result<Option<u32>, String> {
    let wrong = || "Whole minor units (cents), such as 1200 for 12.00.".to_owned();
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.trim().is_empty() => Ok(None),
        Value::String(text) => text.trim().parse().map(Some).map_err(|_| wrong()),
        Value::Number(number) => number
            .as_u64()
            .and_then(|n| u32::try_from(n).ok())
            .map(Some)
            .ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

fn choice<T>(
    value: &Value,
    parse: impl Fn(&str) -> Option<T>,
    what: &str,
) -> Result<Option<T>, String> {
    let text = one_line(value, MAX_SHORT)?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    parse(text.trim()).map(Some).ok_or_else(|| what.to_owned())
}

fn names(value: &Value, max: usize) -> Result<Vec<String>, String> {
    let text = match value {
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(","),
        other => one_line(other, MAX_SHORT)?,
    };
    let names: Vec<String> = text
        .split(',')
        .map(str::trim)
        .filter(|n| !n.is_empty())
        .map(str::to_owned)
        .collect();
    // A third colour would silently push the first out on the site (vinted-facts A2, H).
    if names.len() > max {
        return Err(format!("At most {max}, separated by commas."));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};
    use uuid::Uuid;

    use super::*;

    fn draft() -> Draft {
        Draft::new(
            DraftId(Uuid::nil()),
            Utc.timestamp_opt(1_700_000_000, 0).single().unwrap(),
        )
    }

    fn change(key: &str, value: Value) -> DraftChange {
        DraftChange {
            key: key.into(),
            value,
        }
    }

    #[test]
    fn one_wrong_value_is_named() {
        let mut d = draft();
        let failure = apply(
            &mut d,
            &[
                change("title", json!("Robe")),
                change("color", json!("Bleu, Noir, Rouge")),
            ],
        )
        .unwrap_err();
        assert_eq!(
            failure.code,
            Code::InvalidField,
            "a third colour is refused before the site drops one"
        );
        assert_eq!(
            failure.details["fields"],
            json!({ "color": "invalid_field" }),
            "only the field at fault is named"
        );
    }

    #[test]
    fn values_are_read_in_the_forms_of_the_contract() {
        let mut d = draft();
        apply(
            &mut d,
            &[
                change("condition", json!("bon")),
                change("size", json!("")),
                change("brand", json!("Sans marque")),
                change("price_target_cents", json!("1200")),
                change("package_size", json!("Moyen")),
            ],
        )
        .unwrap();
        assert_eq!(
            d.condition,
            Some(Condition::Good),
            "`bon` is taken for good"
        );
        assert_eq!(
            d.size,
            Size::Unknown,
            "an emptied size is unknown, not null"
        );
        assert_eq!(d.brand, Some(Brand::None), "no brand is an answer");
        assert_eq!(
            d.price_target_cents,
            Some(1200),
            "the command line gives texts"
        );
        assert_eq!(
            d.package_size,
            Some(PackageSize::Medium),
            "the site's French label"
        );
    }

    #[test]
    fn every_key_of_a_draft_says_something_in_a_field() {
        let keys = ["price_cents", "brand", "price_min_cents", "status", "color"];
        let changes = keys.map(|key| change(key, Value::Null));
        assert_eq!(
            said(&changes),
            [Field::Brand, Field::Color, Field::Price],
            "each field once; a status is no field of the form"
        );
    }

    #[test]
    fn a_blank_typed_before_the_next_word_stays() {
        let mut d = draft();
        apply(
            &mut d,
            &[
                change("title", json!("Robe ")),
                change("brand", json!("Ralph ")),
            ],
        )
        .unwrap();
        assert_eq!(d.title, "Robe ", "the editor saves while one types");
        assert_eq!(
            d.brand.as_ref().map(Brand::as_text),
            Some("Ralph "),
            "nothing typed is lost"
        );
    }

    #[test]
    fn shapes_are_refused() {
        for (key, value) in [
            ("price_min_cents", json!(-1)),
            ("price_min_cents", json!(1.5)),
            ("title", json!("a\nb")),
            ("description", json!("\u{0}")),
            ("condition", json!("neuf")),
            ("nonsense", json!("x")),
            ("status", json!("published")),
        ] {
            assert!(
                apply(&mut draft(), &[change(key, value.clone())]).is_err(),
                "{key}={value} has the wrong shape"
            );
        }
    }
}
