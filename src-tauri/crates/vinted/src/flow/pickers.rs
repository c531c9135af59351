//! The component that all pickers share (vinted-facts A2 "Panels"): a read-only field that opens a panel, inline
//! in a wide window, in a modal in a narrow one. Sources disagree on what closes it, so the state decides: choose
//! the option, press Done where there is one, then the field must show the label and the panel must be gone.

use std::time::Duration;

use app::ports::SiteStop;
use browser::BrowserError;
use domain::{form::Field, values::fold};

use crate::{
    page::{Choice, Place},
    profile::{Hook, How},
    stop,
    visit::Visit,
};

/// A panel that closes by itself does so at once.
const CLOSES_ITSELF: Duration = Duration::from_millis(900);
/// For the options of an open panel to be drawn.
const DRAWN: Duration = Duration::from_secs(8);
/// For the field to show what was chosen.
const TAKEN: Duration = Duration::from_secs(3);

/// A field with its panel.
#[derive(Clone, Copy)]
pub(crate) struct Picker {
    pub(crate) field: Field,
    pub(crate) input: Hook,
    pub(crate) panel: Hook,
}

impl Picker {
    pub(crate) const CATEGORY: Self = Self {
        field: Field::Category,
        input: Hook::Category,
        panel: Hook::CategoryPanel,
    };
    pub(crate) const BRAND: Self = Self {
        field: Field::Brand,
        input: Hook::Brand,
        panel: Hook::BrandPanel,
    };
    pub(crate) const SIZE: Self = Self {
        field: Field::Size,
        input: Hook::Size,
        panel: Hook::SizePanel,
    };
    pub(crate) const CONDITION: Self = Self {
        field: Field::Condition,
        input: Hook::Condition,
        panel: Hook::ConditionPanel,
    };
    pub(crate) const COLOR: Self = Self {
        field: Field::Color,
        input: Hook::Color,
        panel: Hook::ColorPanel,
    };
    pub(crate) const MATERIAL: Self = Self {
        field: Field::Material,
        input: Hook::Material,
        panel: Hook::MaterialPanel,
    };

    fn error(&self, visit: &Visit) -> impl Fn(BrowserError) -> SiteStop {
        let field = self.field;
        let profile = std::sync::Arc::clone(&visit.page.profile);
        move |error| stop::of_field(field, &profile, error)
    }

    /// Opens the panel unless it is open.
    pub(crate) async fn open(&self, visit: &Visit) -> Result<(), SiteStop> {
        let input = visit.page.at(&Place::of(self.input));
        let open = visit.page.there(&Place::of(self.panel));
        if visit
            .page
            .click_until(input, &open)
            .await
            .map_err(self.error(visit))?
        {
            Ok(())
        } else {
            Err(self.by_hand(visit, "its panel does not open"))
        }
    }

    /// A field that was found by its place only may be another one: most of what its open panel offers must be `of`
    /// the field's kind, else nothing in it is chosen.
    pub(crate) async fn verify(
        &self,
        visit: &Visit,
        choices: &[Choice],
        of: impl Fn(&Choice) -> bool,
    ) -> Result<(), SiteStop> {
        if !self.is_by_position(visit).await? {
            return Ok(());
        }
        let fitting = choices.iter().filter(|c| of(c)).count();
        if fitting > 0 && fitting * 2 >= choices.len() {
            return Ok(());
        }
        self.close(visit, false).await?;
        Err(self.by_hand(visit, "the field in its place offers something else"))
    }

    /// Whether nothing but its place finds the field now.
    pub(crate) async fn is_by_position(&self, visit: &Visit) -> Result<bool, SiteStop> {
        let way = visit
            .page
            .way(&Place::of(self.input))
            .await
            .map_err(self.error(visit))?;
        let ways = visit.profile().ways(self.input);
        Ok(way
            .and_then(|w| ways.get(w))
            .is_some_and(|w| w.how == How::Position))
    }

    /// The options of the open panel, once there are any.
    pub(crate) async fn choices(&self, visit: &Visit) -> Result<Vec<Choice>, SiteStop> {
        let end = tokio::time::Instant::now() + DRAWN;
        loop {
            let choices = visit
                .page
                .choices(self.panel)
                .await
                .map_err(self.error(visit))?;
            match choices {
                Some(choices) if !choices.is_empty() => return Ok(choices),
                _ if tokio::time::Instant::now() >= end => return Ok(Vec::new()),
                _ => {}
            }
            if let Some(stop) = visit.lookout.trouble() {
                return Err(stop);
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// Chooses one option of the open panel and closes it.
    pub(crate) async fn choose(&self, visit: &Visit, choice: &Choice) -> Result<(), SiteStop> {
        self.click(visit, choice).await?;
        self.close(visit, true).await?;
        self.shows(visit, |shown| fold(shown) == fold(&choice.name))
            .await
    }

    /// Clicks one option of the open panel.
    pub(crate) async fn click(&self, visit: &Visit, choice: &Choice) -> Result<(), SiteStop> {
        let at = visit.page.choice(self.panel, choice);
        // Taken: the option is checked, or the panel went with the click.
        let checked = visit.page.choice_is(self.panel, choice, true);
        let gone = visit.page.gone(&Place::of(self.panel));
        let taken = format!("{checked} || {gone}");
        if visit
            .page
            .click_until(at, &taken)
            .await
            .map_err(self.error(visit))?
        {
            Ok(())
        } else {
            Err(self.by_hand(visit, "the option does not take the click"))
        }
    }

    /// Checks exactly these options of the open panel and closes it. What was checked and is not wanted is
    /// taken away first: past the limit the site drops the oldest without a word (vinted-facts A2, H).
    pub(crate) async fn choose_all(
        &self,
        visit: &Visit,
        wanted: &[Choice],
    ) -> Result<(), SiteStop> {
        let is_wanted = |c: &Choice| wanted.iter().any(|w| fold(&w.name) == fold(&c.name));
        let unwanted: Vec<Choice> = self
            .choices(visit)
            .await?
            .into_iter()
            .filter(|c| c.checked && !is_wanted(c))
            .collect();
        let changes = unwanted
            .iter()
            .map(|c| (c, false))
            .chain(wanted.iter().map(|c| (c, true)));
        for (choice, checked) in changes {
            let at = visit.page.choice(self.panel, choice);
            let taken = visit.page.choice_is(self.panel, choice, checked);
            if !visit
                .page
                .click_until(at, &taken)
                .await
                .map_err(self.error(visit))?
            {
                return Err(self.by_hand(visit, "an option does not take the click"));
            }
        }
        let count = self
            .choices(visit)
            .await?
            .iter()
            .filter(|c| c.checked && is_wanted(c))
            .count();
        if count < wanted.len() {
            return Err(self.by_hand(visit, "the site keeps fewer options than were chosen"));
        }
        self.close(visit, false).await?;
        self.shows(visit, |shown| {
            let mut shown: Vec<String> = shown.split(',').map(fold).collect();
            let mut names: Vec<String> = wanted.iter().map(|w| fold(&w.name)).collect();
            shown.sort();
            names.sort();
            shown == names
        })
        .await
    }

    /// Closes the panel so that what was chosen is kept: Done where there is one, else by itself, else by the
    /// field's toggle. Never by its X, which discards.
    pub(crate) async fn close(&self, visit: &Visit, closes_itself: bool) -> Result<(), SiteStop> {
        let panel = Place::of(self.panel);
        let gone = visit.page.gone(&panel);
        let done = Place::of(Hook::PanelDone);
        let done_there = visit.page.there(&done);
        let wait = if closes_itself {
            CLOSES_ITSELF
        } else {
            Duration::ZERO
        };
        let either = format!("{gone} || {done_there}");
        let error = self.error(visit);
        if !visit.page.is(&either).await.map_err(&error)? && !wait.is_zero() {
            visit.page.holds(&either, wait).await.map_err(&error)?;
        }
        if visit.page.is(&gone).await.map_err(&error)? {
            return Ok(());
        }
        let closer = if visit.page.is(&done_there).await.map_err(&error)? {
            visit.page.at(&done)
        } else {
            visit.page.toggle(self.input)
        };
        match visit.page.click_until(closer, &gone).await {
            Ok(true) => Ok(()),
            // It closed by itself while its button was looked for.
            Err(e) if e.is_about_element() && visit.page.is(&gone).await.map_err(&error)? => Ok(()),
            Ok(false) => Err(self.by_hand(visit, "its panel does not close")),
            Err(e) => Err(error(e)),
        }
    }

    /// Waits until the field shows the right text.
    pub(crate) async fn shows(
        &self,
        visit: &Visit,
        right: impl Fn(&str) -> bool,
    ) -> Result<(), SiteStop> {
        let end = tokio::time::Instant::now() + TAKEN;
        loop {
            let shown = self.value(visit).await?;
            if right(&shown) {
                return Ok(());
            }
            if tokio::time::Instant::now() >= end {
                return Err(self.by_hand(visit, &format!("it shows {shown:?}")));
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// What the field shows now.
    pub(crate) async fn value(&self, visit: &Visit) -> Result<String, SiteStop> {
        let at = visit.page.at(&Place::of(self.input));
        visit.page.tab.value(at).await.map_err(self.error(visit))
    }

    /// The field is there but cannot be worked: it is left to the person, with what went wrong.
    pub(crate) fn by_hand(&self, visit: &Visit, why: &str) -> SiteStop {
        match stop::not_found(self.field, visit.profile(), None) {
            SiteStop::FieldNotFound { field, mut tried } => {
                tried.push(why.to_owned());
                SiteStop::FieldNotFound { field, tried }
            }
            other => other,
        }
    }
}
