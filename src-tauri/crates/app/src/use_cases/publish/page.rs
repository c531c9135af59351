//! The filled form that a confirmation stands for.

use contract::{Code, Failure};
use domain::{
    Draft,
    form::{FieldReport, FieldState, FormContent},
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{
    App, fail,
    held::HeldKind,
    ports::{Confirmation, FilledPage, SiteStop, Stopped},
};

pub(super) enum Page {
    Ready(Box<dyn FilledPage>),
    NeedsPerson(Option<HeldKind>),
}

impl App {
    /// The page that was filled for the confirmation, or a new one that shows the very same.
    pub(super) async fn confirmed_page(
        &self,
        confirmation: &Confirmation,
        draft: &Draft,
        content: &FormContent,
        stop: &CancellationToken,
    ) -> Result<Page, Failure> {
        let kept = self.pages.lock().await.remove(&confirmation.id);
        if let Some(mut kept) = kept {
            match kept.page.reread().await {
                Ok(fields) if same_form(&confirmation.fields, &fields) => {
                    return Ok(Page::Ready(kept.page));
                }
                Err(SiteStop::Challenge(_)) => {
                    return Ok(Page::NeedsPerson(Some(HeldKind::Filled(kept.page))));
                }
                // The page was touched, reloaded or closed: fill it anew, below.
                Ok(_) | Err(_) => kept.page.close().await,
            }
        }
        let account = self.account_by_id(confirmation.account_id).await?;
        let (account, session) = self.session_in(account).await?;
        if account.site_url != confirmation.site_url {
            return Err(Failure::new(
                Code::TokenInvalid,
                format!(
                    "This was prepared for {}, but the account is on {} now. Prepare the draft again.",
                    confirmation.site_url, account.site_url
                ),
            ));
        }
        // The page outlives its filling: what stops the filling must not reach into the press.
        let filling = CancellationToken::new();
        let mut run = self.run_for(&account, session, Some(draft.id), filling.clone());
        // The person looked at this login's form; nobody else publishes it.
        run.expected_login = Some(confirmation.login.clone());
        let fill = self.parts.site.fill(run, content.clone());
        tokio::pin!(fill);
        let filled = tokio::select! {
            filled = &mut fill => filled,
            () = stop.cancelled() => {
                filling.cancel();
                fill.await
            }
        };
        match filled {
            Ok(filled) if same_form(&confirmation.fields, &filled.fields) => {
                Ok(Page::Ready(filled.page))
            }
            Ok(filled) => {
                let differing = differing(&confirmation.fields, &filled.fields);
                filled.page.close().await;
                Err(Failure::new(
                    Code::FormChanged,
                    "The form shows something else than what you confirmed. Nothing was published; prepare the draft again.",
                )
                .with(json!({ "fields": differing })))
            }
            Err(Stopped {
                stop: SiteStop::Challenge(kind),
                page,
                ..
            }) => {
                tracing::warn!(kind = kind.code(), draft = %draft.id, "the site wants the person");
                Ok(Page::NeedsPerson(page.map(HeldKind::Stopped)))
            }
            Err(Stopped { stop, .. }) => Err(fail::stop(stop, self.parts.clock.now())),
        }
    }
}

/// Same states and same shown values; which hook found a field does not matter.
fn same_form(confirmed: &[FieldReport], now: &[FieldReport]) -> bool {
    differing(confirmed, now).is_empty()
}

fn differing(confirmed: &[FieldReport], now: &[FieldReport]) -> Vec<&'static str> {
    let shown = |f: &FieldReport| {
        (
            f.state,
            if f.state == FieldState::Filled {
                f.value.clone()
            } else {
                None
            },
        )
    };
    let mut fields: Vec<&'static str> = confirmed
        .iter()
        .filter(|c| {
            now.iter()
                .find(|n| n.field == c.field)
                .is_none_or(|n| shown(n) != shown(c))
        })
        .chain(
            now.iter()
                .filter(|n| confirmed.iter().all(|c| c.field != n.field)),
        )
        .map(|f| f.field.code())
        .collect();
    fields.dedup();
    fields
}
