//! The site's page: elements found by the profile's ways, and reads in the page's own session.

mod api;
mod click;
mod locate;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use browser::{BrowserError, Condition, Locator, Page};
use domain::values::fold;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;

pub(crate) use api::Reply;
pub(crate) use click::Quickness;
pub(crate) use locate::Place;

use crate::profile::{Hook, Profile};

/// One option of an open panel, as the page shows it now.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Choice {
    /// `id` or test id of the element; empty where it has neither.
    pub(crate) id: String,
    /// Its accessible name.
    pub(crate) name: String,
    pub(crate) checked: bool,
    /// The heading or tab it stands under; empty without one.
    pub(crate) group: String,
    /// Offered on top of the list, and again in its own place.
    #[serde(skip)]
    pub(crate) suggested: bool,
}

/// A tab of an open panel.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Tab {
    pub(crate) name: String,
    pub(crate) chosen: bool,
}

impl Choice {
    /// The site's id at the end of the element's id, such as 12 of `color-12`.
    pub(crate) fn site_id(&self) -> Option<u32> {
        self.id.rsplit(['-', '_']).next()?.parse().ok()
    }
}

/// What `signs` of `page.js` tells.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Signs {
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) frames: Vec<String>,
    pub(crate) said: Vec<String>,
}

/// A field's value as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Shown {
    /// Which way found it, an index into the hook's ways.
    pub(crate) way: usize,
    pub(crate) value: String,
}

/// A tab with the profile that finds things in it. Clones are the same tab.
#[derive(Clone)]
pub(crate) struct SitePage {
    pub(crate) tab: Page,
    pub(crate) profile: Arc<Profile>,
    /// The site's origin: nothing is asked of another one in its session.
    pub(crate) origin: String,
    pub(crate) quickness: Arc<Quickness>,
}

impl SitePage {
    /// Where something is, for the actions of [`Page`].
    pub(crate) fn at(&self, place: &Place) -> Locator {
        place.locator(&self.profile)
    }

    /// Waits until an expression is true; whether it became true.
    pub(crate) async fn holds(&self, js: &str, within: Duration) -> Result<bool, BrowserError> {
        match self
            .tab
            .wait_for(Condition::Js(js.to_owned()), within)
            .await
        {
            Ok(()) => Ok(true),
            Err(BrowserError::Timeout { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether an expression is true now.
    pub(crate) async fn is(&self, js: &str) -> Result<bool, BrowserError> {
        self.tab.holds(&Condition::Js(js.to_owned())).await
    }

    /// True while something can be found.
    pub(crate) fn there(&self, place: &Place) -> String {
        place.js(&self.profile, |hit| format!("!!{hit}"))
    }

    /// True while something cannot be found.
    pub(crate) fn gone(&self, place: &Place) -> String {
        place.js(&self.profile, |hit| format!("!{hit}"))
    }

    /// Which way finds something now, an index into the hook's ways.
    pub(crate) async fn way(&self, place: &Place) -> Result<Option<usize>, BrowserError> {
        self.tab
            .eval(&place.js(&self.profile, |hit| format!("({hit}?.way ?? null)")))
            .await
    }

    /// All ways that find something now, best first, as indices into the hook's ways.
    pub(crate) async fn ways_that_find(&self, place: &Place) -> Result<Vec<usize>, BrowserError> {
        self.call(
            "waysThatFind",
            &[place.ways(&self.profile), json!(place.is_hidden())],
        )
        .await
    }

    /// True once an option is checked, or gone with the panel that held it.
    pub(crate) fn checked_or_gone(&self, place: &Place) -> String {
        self.about(place, |el| {
            format!("!{el} || {}.isChecked({el})", locate::SCRIPT.trim_end())
        })
    }

    /// True while an option is checked.
    pub(crate) fn checked(&self, place: &Place) -> String {
        self.about(place, |el| {
            format!("{}.isChecked({el})", locate::SCRIPT.trim_end())
        })
    }

    fn about(&self, place: &Place, test: impl Fn(&str) -> String) -> String {
        let test = test("el");
        place.js(&self.profile, |hit| {
            format!("((el) => {test})({hit}?.el ?? null)")
        })
    }

    /// Values of several hooks at once; none where a hook is not in the page.
    pub(crate) async fn read(
        &self,
        hooks: &[(&str, Place)],
    ) -> Result<BTreeMap<String, Option<Shown>>, BrowserError> {
        let fields: BTreeMap<&str, serde_json::Value> = hooks
            .iter()
            .map(|(key, place)| (*key, place.ways(&self.profile)))
            .collect();
        self.call("read", &[json!(fields)]).await
    }

    /// The texts of everything that a hook shows now.
    pub(crate) async fn texts(&self, hook: Hook) -> Result<Vec<String>, BrowserError> {
        self.call("texts", &[Place::of(hook).ways(&self.profile)])
            .await
    }

    /// How many elements a hook shows, and the way that found them.
    pub(crate) async fn count(&self, hook: Hook) -> Result<(usize, Option<usize>), BrowserError> {
        #[derive(Deserialize)]
        struct Count {
            n: usize,
            way: Option<usize>,
        }
        let count: Count = self
            .call("count", &[Place::of(hook).ways(&self.profile)])
            .await?;
        Ok((count.n, count.way))
    }

    /// The options of an open panel; none where no panel is open.
    pub(crate) async fn choices(&self, panel: Hook) -> Result<Option<Vec<Choice>>, BrowserError> {
        let choices: Option<Vec<Choice>> = self
            .call("options", &[Place::of(panel).ways(&self.profile)])
            .await?;
        let words: Vec<String> = self
            .profile
            .label("suggested")
            .into_iter()
            .map(fold)
            .collect();
        Ok(choices.map(|mut choices| {
            for choice in &mut choices {
                let heading = fold(&choice.group);
                choice.suggested = choice.id.starts_with("suggested-")
                    || choice.id.contains("-suggest")
                    || words.iter().any(|w| heading.starts_with(w));
            }
            choices
        }))
    }

    /// The tabs of an open panel, in their order.
    pub(crate) async fn tabs(&self, panel: Hook) -> Result<Vec<Tab>, BrowserError> {
        self.call("tabs", &[Place::of(panel).ways(&self.profile)])
            .await
    }

    /// Brings a tab of an open panel to the front; whether it came.
    pub(crate) async fn open_tab(&self, panel: Hook, name: &str) -> Result<bool, BrowserError> {
        let tab = locate::call("tab", &[Place::of(panel).ways(&self.profile), json!(name)]);
        let chosen = format!("{}.isChosen({tab})", locate::SCRIPT.trim_end());
        self.click_until(Locator::js(format!("/* tab */ {tab}")), &chosen)
            .await
    }

    /// One option of an open panel.
    pub(crate) fn choice(&self, panel: Hook, choice: &Choice) -> Locator {
        Locator::js(self.choice_js(panel, choice))
    }

    /// True while the option is checked.
    pub(crate) fn choice_is(&self, panel: Hook, choice: &Choice, checked: bool) -> String {
        let element = self.choice_js(panel, choice);
        format!(
            "(() => {{ const el = {element}; return !!el && {}.isChecked(el) === {checked} }})()",
            locate::SCRIPT.trim_end()
        )
    }

    fn choice_js(&self, panel: Hook, choice: &Choice) -> String {
        // Only sizes have the same label under several headings; those of a search come and go.
        let group = (panel == Hook::SizePanel).then_some(&choice.group);
        let wanted = json!({ "id": choice.id, "name": choice.name, "group": group });
        let option = locate::call("option", &[Place::of(panel).ways(&self.profile), wanted]);
        // Errors show the beginning only.
        format!("/* option */ {option}")
    }

    /// The control that opens and closes a field's panel, beside the field.
    pub(crate) fn toggle(&self, field: Hook) -> Locator {
        let toggle = Place::of(Hook::PanelToggle).ways(&self.profile);
        let toggle = locate::call("toggle", &[Place::of(field).ways(&self.profile), toggle]);
        Locator::js(format!("/* toggle of {field:?} */ {toggle}"))
    }

    /// An attribute of something; null where it is not there.
    pub(crate) fn attribute(&self, place: &Place, name: &str) -> String {
        place.js(&self.profile, |hit| {
            format!("({hit}?.el?.getAttribute({}) ?? null)", json!(name))
        })
    }

    /// Signs of a challenge in the page.
    pub(crate) async fn signs(&self, words: &[&str]) -> Result<Signs, BrowserError> {
        self.call("signs", &[json!(words)]).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        function: &str,
        arguments: &[serde_json::Value],
    ) -> Result<T, BrowserError> {
        self.tab.eval(&locate::call(function, arguments)).await
    }
}
