//! `analyze`: fills what it can of drafts from their photos.

use contract::{AnalysisNote, AnalyzedDrafts, Code, Failure, Provider};
use tokio_util::sync::CancellationToken;

use super::{change_draft::draft_id, look_at_photos::not_read};
use crate::{App, fail};

/// Landscapes, pets, screenshots.
const NO_GARMENT: &str = "None of its photos shows a garment or a label, as far as can be told. Look through them, or fill \
     the draft by hand.";

impl App {
    /// Looks at the photos of these drafts and fills their open fields; values that the person typed stay.
    ///
    /// Cancelled in between, the drafts before stay filled.
    ///
    /// # Errors
    /// `not_found`; `missing_photos` for a draft without; `cancelled`; of a model of one's own what
    /// [`App::analyze_with_model`] says.
    pub async fn analyze_drafts(
        &self,
        ids: &[String],
        provider: Provider,
        cancel: CancellationToken,
    ) -> Result<AnalyzedDrafts, Failure> {
        match provider {
            Provider::Offline => {}
            Provider::Openai => return self.analyze_with_own_model(ids, &cancel).await,
        }
        // All are there before the first is looked at.
        let mut drafts = Vec::new();
        for id in ids {
            let draft = self.parts.drafts.get(draft_id(id)?).await;
            let draft = draft.map_err(fail::record("reading the draft"))?;
            if draft.photos.is_empty() {
                return Err(Failure::new(
                    Code::MissingPhotos,
                    format!("The draft {id} has no photos to look at. Add some first."),
                ));
            }
            drafts.push(draft);
        }
        let mut analyzed = AnalyzedDrafts {
            drafts: Vec::new(),
            notes: Vec::new(),
        };
        for draft in drafts {
            let (seen, unread) = self.look_at(&draft, &cancel).await?;
            failpoint::reached("analyze.looked");
            let id = draft.id.to_string();
            if let Some(message) = not_read(&unread) {
                analyzed.notes.push(AnalysisNote {
                    draft_id: id.clone(),
                    kind: "unreadable".to_owned(),
                    message,
                });
            }
            // Of photos that nobody saw, nothing can be said.
            if seen.no_garment && unread.len() < draft.photos.len() {
                analyzed.notes.push(AnalysisNote {
                    draft_id: id.clone(),
                    kind: "no_garment".to_owned(),
                    message: NO_GARMENT.to_owned(),
                });
            }
            let filled = self.fill_draft(&id, seen.suggestions).await?;
            analyzed.drafts.push(filled);
        }
        Ok(analyzed)
    }

    /// The same by the person's own model; a draft without a usable answer is told, the others are filled.
    async fn analyze_with_own_model(
        &self,
        ids: &[String],
        cancel: &CancellationToken,
    ) -> Result<AnalyzedDrafts, Failure> {
        let done = self.analyze_with_model(ids, cancel, &|_| {}).await?;
        let notes = done.failed.into_iter().map(|failed| AnalysisNote {
            draft_id: failed.draft_id,
            kind: failed.failure.code.as_str().to_owned(),
            message: failed.failure.message,
        });
        Ok(AnalyzedDrafts {
            drafts: done.drafts,
            notes: notes.collect(),
        })
    }
}
