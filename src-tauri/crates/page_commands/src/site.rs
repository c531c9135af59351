//! The site's pages: does the app still find its way?

use app::SiteCheckRequest;
use contract::{SiteCheckView, Stoppable};

use crate::{Answer, Engine};

/// Walks the form without publishing; `profile` names a site profile to check with, this once.
pub async fn site_check(
    engine: &Engine,
    account: Option<String>,
    profile: Option<String>,
) -> Answer<SiteCheckView> {
    let stop = engine.stops.of(Stoppable::SiteCheck);
    let request = SiteCheckRequest {
        account,
        profile: profile.map(|named| engine.place(&named)).transpose()?,
    };
    engine.app.site_check(request, stop).await
}
