//! `doctor --site` and the window's site check: does the app still find its way through the site's form?

use std::path::PathBuf;

use contract::{Failure, HookUseView, SiteCheckView, SiteFieldView, SiteProfileView};
use domain::form::{Field, FieldReport};
use tokio_util::sync::CancellationToken;

use crate::{
    App, fail,
    ports::{FieldFound, HookUse, HookWorked, SiteProfile},
};

/// The setting that names a newer site profile.
pub(crate) const PROFILE: &str = "site_profile";
/// Uses told for one field.
const WORKED: usize = 5;
/// Fields that the form can do without: they are left to the person where they are not found.
const OPTIONAL: [Field; 4] = [
    Field::Size,
    Field::Color,
    Field::Material,
    Field::PackageSize,
];

/// What to check.
#[derive(Clone, Debug, Default)]
pub struct SiteCheckRequest {
    /// The account; none: the one that there is.
    pub account: Option<String>,
    /// A site profile to check with, this once; none: the one in use.
    pub profile: Option<PathBuf>,
}

impl App {
    /// Walks the form without publishing, saving or uploading, and says for every field which way found it.
    ///
    /// # Errors
    /// No session, or why the form could not be walked. A field that was not found is no failure.
    pub async fn site_check(
        &self,
        request: SiteCheckRequest,
        cancel: CancellationToken,
    ) -> Result<SiteCheckView, Failure> {
        let account = request.account.as_deref();
        self.account_with_session(account).await?;
        let _turn = self.site_turn(None, &cancel).await?;
        let (row, session) = self.account_with_session(account).await?;
        let profile = match request.profile.clone() {
            Some(file) => self.parts.site.use_profile(Some(file)).await,
            None => self.use_site_profile().await,
        };
        let run = self.run_for(&row, session, None, cancel);
        let checked = self.parts.site.check_form(run).await;
        if request.profile.is_some() {
            self.use_site_profile().await;
        }
        let now = self.parts.clock.now();
        let check = match checked {
            Ok(check) => check,
            Err(stop) => {
                let failure = fail::stop(stop, now);
                self.note_answer(row.id, Some(&failure)).await;
                return Err(failure);
            }
        };
        let uses: Vec<HookUse> = check
            .fields
            .iter()
            .filter_map(|f| Some(HookUse::of(f.field.code(), f.hook()?)))
            .collect();
        self.note_hooks(&uses, &profile.date).await;
        let worked = self
            .parts
            .hook_uses
            .all()
            .await
            .map_err(fail::record("reading which ways worked"))?;
        let preview_url = self.keep_picture(check.picture).await?;
        let fields: Vec<SiteFieldView> = check
            .fields
            .into_iter()
            .map(|found| field_view(found, &worked))
            .collect();
        Ok(SiteCheckView {
            ok: check.publish_button.is_some() && fields.iter().all(|f| f.way.is_some()),
            profile: profile_view(profile),
            account: row.name,
            language: check.language,
            fields,
            publish_button: check.publish_button,
            preview_url,
            checked_at: contract::time(now),
        })
    }

    /// The profile of the setting, else the installation's own, from the next run on.
    pub(crate) async fn use_site_profile(&self) -> SiteProfile {
        let file = match self.parts.settings.get(PROFILE).await {
            Ok(value) => value.and_then(|v| v.as_str().map(PathBuf::from)),
            Err(error) => {
                tracing::warn!(%error, "the setting of the site profile cannot be read");
                None
            }
        };
        self.parts.site.use_profile(file).await
    }

    /// Notes which ways found the fields of a form that was filled.
    pub(crate) async fn note_filled(&self, fields: &[FieldReport]) {
        let uses: Vec<HookUse> = fields
            .iter()
            .filter_map(|f| Some(HookUse::of(f.field.code(), f.hook.as_deref()?)))
            .collect();
        let profile = self.parts.site.profile().date;
        self.note_hooks(&uses, &profile).await;
    }

    /// A note that fails costs nothing but itself.
    async fn note_hooks(&self, uses: &[HookUse], profile: &str) {
        let now = self.parts.clock.now();
        if let Err(error) = self.parts.hook_uses.worked(uses, profile, now).await {
            tracing::warn!(%error, "which ways worked is not noted");
        }
    }

    /// Keeps a picture of a page; its address.
    pub(crate) async fn keep_picture(
        &self,
        picture: Option<Vec<u8>>,
    ) -> Result<Option<String>, Failure> {
        let Some(png) = picture else { return Ok(None) };
        let name = self.parts.clock.new_id().to_string();
        self.parts
            .files
            .put_preview(&name, &png)
            .await
            .map_err(fail::disk("storing the picture of the page"))?;
        Ok(Some(format!("/previews/{name}.png")))
    }
}

fn profile_view(profile: SiteProfile) -> SiteProfileView {
    SiteProfileView {
        date: profile.date,
        file: profile.file.map(|f| f.display().to_string()),
        problem: profile.problem,
    }
}

fn field_view(found: FieldFound, worked: &[HookWorked]) -> SiteFieldView {
    let field = found.field.code().to_owned();
    let used = found.hook().map(|hook| HookUse::of(&field, hook));
    SiteFieldView {
        optional: OPTIONAL.contains(&found.field),
        way: used.as_ref().map(|u| u.way.clone()),
        hook: used.map(|u| u.hook),
        found_by: found.ways,
        tried: found.tried,
        worked: worked
            .iter()
            .filter(|w| w.used.field == field)
            .take(WORKED)
            .map(|w| HookUseView {
                way: w.used.way.clone(),
                hook: w.used.hook.clone(),
                profile: w.profile.clone(),
                last_worked: contract::time(w.last_worked),
                count: w.count,
            })
            .collect(),
        field,
    }
}
