//! `studio doctor --site`: the walk through the site's form.

use std::path::PathBuf;

use app::{App, SiteCheckRequest};
use contract::{Failure, SiteCheckView, SiteFieldView};
use tokio_util::sync::CancellationToken;

use crate::output::Output;

pub(super) async fn site(
    app: &App,
    profile: Option<PathBuf>,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let request = SiteCheckRequest {
        account: None,
        profile,
    };
    output.view(&app.site_check(request, stop).await?, text)
}

fn text(view: &SiteCheckView) -> String {
    let from = view.profile.file.as_deref().unwrap_or("shipped");
    let mut lines = vec![format!(
        "site profile of {} ({from}), page in {}, account {}",
        view.profile.date, view.language, view.account
    )];
    lines.extend(view.profile.problem.iter().map(|p| format!("note: {p}")));
    lines.extend(view.fields.iter().map(field));
    lines.push(match &view.publish_button {
        Some(hook) => format!("ok   publish: {hook} (not pressed)"),
        None => "FAIL publish: the button was not found".to_owned(),
    });
    lines.join("\n")
}

fn field(field: &SiteFieldView) -> String {
    let last = field.worked.first().map_or_else(String::new, |w| {
        format!(" (last worked {} by {} {})", w.last_worked, w.way, w.hook)
    });
    match field.found_by.split_first() {
        Some((used, [])) => format!("ok   {}: {used}, and nothing else", field.field),
        Some((used, others)) => format!(
            "ok   {}: {used}, and {} other ways",
            field.field,
            others.len()
        ),
        None if field.optional => format!(
            "FAIL {}: not found, left to you; tried {}{last}",
            field.field,
            field.tried.join(", ")
        ),
        None => format!(
            "FAIL {}: not found; tried {}{last}",
            field.field,
            field.tried.join(", ")
        ),
    }
}
