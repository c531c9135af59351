//! Title, description and price: typed, left with Tab, read back.

use app::ports::SiteStop;
use browser::{BrowserError, Key};
use domain::{form::Field, money::major_units};

use super::{Expected, MOUNT};
use crate::{answers::shown_cents, page::Place, profile::Hook, stop, visit::Visit};

/// Longer texts are put in at one go (browser-notes 8: 2,050 characters 6.1 s by keys, 78 ms so; the page's
/// state keeps both).
const BY_KEYS: usize = 150;
const TRIES: usize = 2;

/// Fills title or description. What the field shows in the end is read by the caller.
pub(crate) async fn text(visit: &Visit, field: Field, text: &str) -> Result<Expected, SiteStop> {
    put(
        visit,
        field,
        text,
        text.chars().count() <= BY_KEYS,
        |shown| same_text(shown, text),
    )
    .await?;
    Ok(Expected::Text(text.to_owned()))
}

/// Fills the price with real keys: a price set in any other way is shown and stored as 0 (vinted-facts A3, H).
pub(crate) async fn price(visit: &Visit, cents: u32) -> Result<Expected, SiteStop> {
    if !visit.appears(&Place::of(Hook::Price), MOUNT).await? {
        visit.clear().await?;
        return Err(stop::not_found(Field::Price, visit.profile(), None));
    }
    let mark = decimal_mark(visit).await?;
    let typed = major_units(cents, mark);
    put(visit, Field::Price, &typed, true, |shown| {
        shown_cents(shown) == Some(cents)
    })
    .await?;
    Ok(Expected::Cents(cents))
}

async fn put(
    visit: &Visit,
    field: Field,
    text: &str,
    by_keys: bool,
    right: impl Fn(&str) -> bool,
) -> Result<(), SiteStop> {
    let failed = |error| stop::of_field(field, visit.profile(), error);
    let tab = &visit.page.tab;
    let place = Place::of(Hook::of(field));
    let mut shown = String::new();
    for again in 0..TRIES {
        let at = visit.page.at(&place);
        shown = tab.value(at.clone()).await.map_err(failed)?;
        if right(&shown) && field != Field::Price {
            return Ok(());
        }
        if shown.is_empty() {
            tab.focus(at.clone()).await.map_err(failed)?;
        } else {
            // A prefilled field is formatted: all of it is replaced.
            tab.clear(at.clone()).await.map_err(failed)?;
        }
        if by_keys || again > 0 {
            tab.type_text(at.clone(), text).await.map_err(failed)?;
        } else {
            tab.insert_text(at.clone(), text).await.map_err(failed)?;
        }
        tab.press_key(Key::Tab).await.map_err(failed)?;
        shown = read_settled(visit, &place, &right).await.map_err(failed)?;
        if right(&shown) {
            return Ok(());
        }
    }
    Err(SiteStop::InvalidField {
        field,
        value: text.to_owned(),
        candidates: vec![shown],
    })
}

/// The field's value once the page has taken it over (it may be drawn anew, formatted).
async fn read_settled(
    visit: &Visit,
    place: &Place,
    right: &impl Fn(&str) -> bool,
) -> Result<String, BrowserError> {
    let mut shown = String::new();
    for _ in 0..10 {
        shown = visit.page.tab.value(visit.page.at(place)).await?;
        if right(&shown) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    Ok(shown)
}

/// Equal but for line ends and blanks at the ends.
pub(crate) fn same_text(a: &str, b: &str) -> bool {
    let lines = |t: &str| t.replace("\r\n", "\n").trim().to_owned();
    lines(a) == lines(b)
}

/// What parts the cents in the page's language.
async fn decimal_mark(visit: &Visit) -> Result<char, SiteStop> {
    let language: String = visit
        .page
        .tab
        .eval("(document.documentElement.lang || '').toLowerCase()")
        .await
        .map_err(stop::of_browser)?;
    Ok(if language.starts_with("en") { '.' } else { ',' })
}

#[cfg(test)]
mod tests {
    use super::same_text;

    #[test]
    fn texts_are_compared_by_what_a_person_reads() {
        assert!(
            same_text("a\r\nb\n", "a\nb"),
            "line ends and the last break do not matter"
        );
        assert!(!same_text("a\nb", "a b"), "a lost line break does");
        assert!(!same_text("Robe", "robe"), "so does every letter");
    }
}
