//! `doctor`: what works here, and what to do where it does not.

use contract::{DoctorCheck, DoctorReport, Failure};
use tokio_util::sync::CancellationToken;

use crate::App;

impl App {
    /// Looks at the machine and, with `site`, walks the site's form without publishing.
    ///
    /// # Errors
    /// None of its own: what fails is a check that is not ok.
    pub async fn doctor(
        &self,
        site: bool,
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
        if site {
            checks.extend(self.site_checks(cancel).await);
        }
        Ok(DoctorReport { checks })
    }

    async fn site_checks(&self, cancel: CancellationToken) -> Vec<DoctorCheck> {
        let failed = |detail: String| {
            vec![DoctorCheck {
                name: "site".to_owned(),
                ok: false,
                detail,
            }]
        };
        let walked = async {
            let _turn = self.site_turn(None, &cancel).await?;
            let (account, session) = self.account_with_session(None).await?;
            let run = self.run_for(&account, session, None, cancel.clone());
            self.parts
                .site
                .check_form(run)
                .await
                .map_err(|stop| crate::fail::stop(stop, self.parts.clock.now()))
        };
        match walked.await {
            Err(failure) => failed(failure.message),
            Ok(fields) => fields
                .into_iter()
                .map(|f| DoctorCheck {
                    name: format!("site.{}", f.field.code()),
                    ok: f.hook.is_some(),
                    detail: f.hook.map_or_else(
                        || "not found on the form".to_owned(),
                        |hook| format!("found by {hook}"),
                    ),
                })
                .collect(),
        }
    }
}
