//! The seller's own items, newest first: the baseline before a click, the evidence after it.

use app::ports::SiteStop;
use domain::listing::OwnItem;

use crate::{answers, visit::Visit};

/// Pages of 96 that are read: a click makes one item, and what is newest stands first.
const PAGES: usize = 2;

/// Reads the list in the page's session.
pub(crate) async fn own_items(visit: &Visit, user_id: &str) -> Result<Vec<OwnItem>, SiteStop> {
    visit.step("read_own_items");
    let mut items = Vec::new();
    for page in 1..=PAGES {
        let path = visit
            .profile()
            .endpoints
            .wardrobe
            .replace("{id}", user_id)
            .replace("{page}", &page.to_string());
        let reply = visit.get(&path).await?;
        let (rows, more) = answers::own_items(&reply.json()).ok_or_else(|| {
            SiteStop::Unreachable(format!("no list of own items (status {})", reply.status))
        })?;
        items.extend(rows);
        if !more {
            break;
        }
    }
    failpoint::reached("site.own_items_read");
    Ok(items)
}
