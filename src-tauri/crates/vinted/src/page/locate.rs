//! From the profile's ways to one JavaScript expression that tries them in order.

use std::fmt;

use browser::Locator;
use domain::values::fold;
use serde_json::{Value, json};

use crate::profile::{Hook, How, Profile};

/// An expression whose value is the object of functions of `page.js`.
pub(super) const SCRIPT: &str = include_str!("page.js");

/// A call of one of its functions.
pub(super) fn call(function: &str, arguments: &[Value]) -> String {
    let arguments: Vec<String> = arguments.iter().map(Value::to_string).collect();
    format!("{}.{function}({})", SCRIPT.trim_end(), arguments.join(", "))
}

/// What is looked for: a hook, with what its `{id}` and text stand for, perhaps inside another.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    hook: Hook,
    id: Option<String>,
    text: Option<String>,
    within: Option<Hook>,
    hidden: bool,
}

impl Place {
    /// A hook, anywhere in the page.
    pub(crate) fn of(hook: Hook) -> Self {
        Self {
            hook,
            id: None,
            text: None,
            within: None,
            hidden: hook == Hook::Photos,
        }
    }

    /// With the site's id for `{id}`.
    pub(crate) fn id(mut self, id: impl ToString) -> Self {
        self.id = Some(id.to_string());
        self
    }

    /// With an accessible name for `text = true`.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.text = Some(text.to_owned());
        self
    }

    /// Inside what another hook finds.
    pub(crate) fn within(mut self, outer: Hook) -> Self {
        self.within = Some(outer);
        self
    }

    /// Also where it cannot be seen.
    pub(crate) fn even_hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    pub(super) fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// The ways as `page.js` takes them. Ways that lack their id or text stay as ways that find nothing, so
    /// that an index into them is an index into the profile's.
    pub(super) fn ways(&self, profile: &Profile) -> Value {
        profile
            .ways(self.hook)
            .iter()
            .map(|way| self.way(profile, &way.how))
            .collect()
    }

    fn way(&self, profile: &Profile, how: &How) -> Value {
        let nothing = json!({ "by": "nothing" });
        let fill = |text: &str| match &self.id {
            Some(id) => Some(text.replace("{id}", id)),
            None => (!text.contains("{id}")).then(|| text.to_owned()),
        };
        let css = |css: Option<String>, nth: usize| match css {
            Some(css) => json!({ "by": "css", "css": css, "nth": nth }),
            None => nothing.clone(),
        };
        let attribute = |name: &str, operator: &str, value: &str| {
            css(
                fill(value).map(|v| format!("[{name}{operator}{}]", quoted(&v))),
                0,
            )
        };
        let names = |label: &str| {
            fill(label).map(|l| profile.label(&l).into_iter().map(fold).collect::<Vec<_>>())
        };
        match how {
            How::TestId(v) => attribute("data-testid", "=", v),
            How::TestIdPrefix(v) => attribute("data-testid", "^=", v),
            How::Id(v) => attribute("id", "=", v),
            How::IdPrefix(v) => attribute("id", "^=", v),
            How::Name(v) => attribute("name", "=", v),
            How::Css(v, nth) => css(fill(v), *nth),
            How::Saying(v, label) => match (fill(v), names(label)) {
                (Some(v), Some(words)) => {
                    json!({ "by": "css", "css": v, "nth": 0, "words": words })
                }
                _ => nothing,
            },
            How::Role(role, label) => match names(label) {
                Some(names) => json!({ "by": "role", "role": role, "names": names }),
                None => nothing,
            },
            How::RoleAndText(role) => match &self.text {
                Some(text) => json!({
                    "by": "role",
                    "role": role,
                    "names": [fold(text)],
                    // Branches are not suggested; the heading over suggestions may stand over them too.
                    "suggested": if role == "button" { None } else { names("suggested") },
                }),
                None => nothing,
            },
            How::Label(label) => match names(label) {
                Some(names) => json!({ "by": "label", "names": names }),
                None => nothing,
            },
            How::Position => self.position(profile),
            How::PanelOf(field) => {
                json!({ "by": "panel", "of": Self::of(*field).ways(profile) })
            }
        }
    }

    /// The form's order with the other ways of each field in it: what these find is not for a position to take.
    fn position(&self, profile: &Profile) -> Value {
        let order = &profile.order.fields;
        let fields: Vec<Value> = order
            .iter()
            .map(|field| {
                let ways: Vec<Value> = profile
                    .ways(field.hook)
                    .iter()
                    .filter(|way| way.how != How::Position)
                    .map(|way| Self::of(field.hook).way(profile, &way.how))
                    .collect();
                json!({ "shape": field.shape, "ways": ways })
            })
            .collect();
        match order.iter().position(|field| field.hook == self.hook) {
            Some(at) => json!({ "by": "position", "at": at, "fields": fields }),
            None => json!({ "by": "nothing" }),
        }
    }

    /// An expression around the hit `{el, way}` or null. It begins with the hook's name: errors show no more.
    pub(super) fn js(&self, profile: &Profile, around: impl Fn(&str) -> String) -> String {
        let scope = self
            .within
            .map_or(Value::Null, |outer| Self::of(outer).ways(profile));
        let hit = call("among", &[scope, self.ways(profile), json!(self.hidden)]);
        format!("/* {self} */ {}", around(&hit))
    }

    pub(super) fn locator(&self, profile: &Profile) -> Locator {
        Locator::js(self.js(profile, |hit| format!("({hit}?.el ?? null)")))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.hook)?;
        if let Some(id) = &self.id {
            write!(f, " {}", id.replace("*/", ""))?;
        }
        Ok(())
    }
}

/// A CSS string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(place: &Place) -> Value {
        place.ways(&Profile::load(None).unwrap())
    }

    #[test]
    fn ways_keep_their_order_and_fill_in_ids() {
        let row = ways(
            &Place::of(Hook::CategoryBranch)
                .id(221)
                .text("T-shirts à pois"),
        );
        assert_eq!(row[0]["css"], "[id=\"catalog-221\"]", "the id is filled in");
        assert_eq!(
            row[2]["names"][0], "t-shirts a pois",
            "names are compared folded"
        );
        assert_eq!(
            row.as_array().map(Vec::len),
            Some(
                Profile::load(None)
                    .unwrap()
                    .ways(Hook::CategoryBranch)
                    .len()
            ),
            "every way keeps its place"
        );
    }

    #[test]
    fn a_way_without_what_it_needs_finds_nothing() {
        let row = ways(&Place::of(Hook::CategoryBranch).text("Robes"));
        assert_eq!(
            row[0]["by"], "nothing",
            "without an id no element is found by id"
        );
    }

    #[test]
    fn parcel_labels_follow_the_id() {
        let cell = ways(&Place::of(Hook::PackageCell).id(2));
        let names = cell[2]["names"].as_array().unwrap();
        assert!(
            names.contains(&json!("moyen")),
            "{names:?} are the words for medium"
        );
        assert!(
            !names.contains(&json!("petit")),
            "{names:?} are for medium only"
        );
    }

    #[test]
    fn quotes_cannot_leave_the_selector() {
        assert_eq!(
            quoted(r#"a"]b\"#),
            r#""a\"]b\\""#,
            "quotes and backslashes are escaped"
        );
    }
}
