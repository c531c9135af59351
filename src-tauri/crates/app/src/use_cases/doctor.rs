//! `doctor`: what works here, and what to do where it does not.

use contract::{DoctorCheck, DoctorReport, Failure, SiteCheckView, SiteFieldView};
use tokio_util::sync::CancellationToken;

use super::SiteCheckRequest;
use crate::App;

impl App {
    /// Looks at the machine and, with `site`, walks the site's form without publishing.
    ///
    /// # Errors
    /// None of its own: what fails is a check that is not ok.
    pub async fn doctor(
        &self,
        site: Option<SiteCheckRequest>,
        cancel: CancellationToken,
    ) -> Result<DoctorReport, Failure> {
        let mut checks: Vec<DoctorCheck> = self
            .parts
            .machine
            .checks()
            .await
            .into_iter()
            .map(|c| DoctorCheck {
                name: c.name.to_owned(),
                ok: c.ok,
                detail: c.detail,
            })
            .collect();
        let (session, detail) = match self.account_with_session(None).await {
            Ok((account, _)) => (true, format!("stored for account {}", account.name)),
            Err(failure) => (false, failure.message),
        };
        checks.push(DoctorCheck {
            name: "session".to_owned(),
            ok: session,
            detail,
        });
        let mut walked = None;
        if let Some(request) = site {
            checks.extend(match self.site_check(request, cancel).await {
                Ok(view) => {
                    let checks = site_checks(&view);
                    walked = Some(view);
                    checks
                }
                Err(failure) => vec![DoctorCheck {
                    name: "site".to_owned(),
                    ok: false,
                    detail: failure.message,
                }],
            });
        }
        Ok(DoctorReport {
            checks,
            site: walked,
        })
    }
}

/// The site check as lines of the doctor.
fn site_checks(view: &SiteCheckView) -> Vec<DoctorCheck> {
    let profile = DoctorCheck {
        name: "site_profile".to_owned(),
        ok: view.profile.problem.is_none(),
        detail: view.profile.problem.clone().unwrap_or_else(|| {
            let from = view.profile.file.as_deref().unwrap_or("shipped");
            format!(
                "of {} ({from}), page in {}",
                view.profile.date, view.language
            )
        }),
    };
    let fields = view.fields.iter().map(|f| DoctorCheck {
        name: format!("site.{}", f.field),
        ok: f.way.is_some(),
        detail: match f.found_by.split_first() {
            Some((used, [])) => format!("found by {used}, and by nothing else"),
            Some((used, others)) => format!("found by {used}, and by {} other ways", others.len()),
            None => not_found(f),
        },
    });
    let publish = DoctorCheck {
        name: "site.publish".to_owned(),
        ok: view.publish_button.is_some(),
        detail: view.publish_button.as_ref().map_or_else(
            || "the button was not found".to_owned(),
            |hook| format!("found by {hook}; not pressed"),
        ),
    };
    std::iter::once(profile)
        .chain(fields)
        .chain([publish])
        .collect()
}

fn not_found(field: &SiteFieldView) -> String {
    let left = if field.optional {
        ", so it is left to you"
    } else {
        ""
    };
    let worked = field.worked.first().map_or_else(String::new, |w| {
        format!("; {} {} last worked {}", w.way, w.hook, w.last_worked)
    });
    format!(
        "not found on the form{left}; tried {}{worked}",
        field.tried.join(", ")
    )
}
