//! Who is logged in: asked before anything is typed (vinted-facts A3: wrong account, M-H).

use app::ports::{CurrentUser, SiteStop};

use crate::{answers, page::Place, profile::Hook, visit::Visit};

/// The person whose session the page has; the login that was expected, where one was.
pub(crate) async fn current_user(visit: &Visit) -> Result<CurrentUser, SiteStop> {
    visit.step("check_account");
    let reply = visit
        .get(&visit.profile().endpoints.current_user.clone())
        .await?;
    let user = answers::current_user(&reply.json()).ok_or(SiteStop::SessionGone)?;
    if let Some(expected) = &visit.run.expected_login
        && !expected.eq_ignore_ascii_case(&user.login)
    {
        return Err(SiteStop::WrongAccount {
            expected: expected.clone(),
            found: user.login,
        });
    }
    failpoint::reached("site.account_checked");
    // The page's own word, where it has one: a difference is worth a line in the log, the site's answer decides.
    if let Ok(Some(alt)) = visit
        .page
        .tab
        .eval::<Option<String>>(&visit.page.attribute(&Place::of(Hook::UserMenu), "alt"))
        .await
        && !alt.is_empty()
        && !alt.eq_ignore_ascii_case(&user.login)
    {
        tracing::info!("the page's menu does not name the login that the site's answer names");
    }
    Ok(user)
}
