//! The history of a draft, and back to an earlier version.

use contract::{Code, DraftVersion, DraftView, Event, Failure, VersionDifference};
use domain::{Brand, Condition, Draft, DraftId, PackageSize, form::Field};

use super::change_draft::draft_id;
use crate::{
    App, fail,
    ports::{Cause, Said, Version},
    view,
};

impl App {
    /// What is kept of a draft's past, newest first, each with what it changed. A draft that was never changed has its
    /// present state only.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn draft_versions(&self, id: &str) -> Result<Vec<DraftVersion>, Failure> {
        let key = draft_id(id)?;
        let (present, mut versions) = self.present_and_past(key).await?;
        if versions.is_empty() {
            versions.push(Version {
                cause: Cause::Made,
                began_at: present.created_at,
                saved_at: present.updated_at,
                draft: present.clone(),
            });
        }
        Ok((0..versions.len())
            .map(|at| {
                let Version {
                    draft,
                    cause,
                    began_at,
                    saved_at,
                } = &versions[at];
                DraftVersion {
                    revision: draft.revision,
                    cause: cause.code().to_owned(),
                    began_at: contract::time(*began_at),
                    saved_at: contract::time(*saved_at),
                    differences: versions
                        .get(at + 1)
                        .map(|older| differences(&older.draft, draft))
                        .unwrap_or_default(),
                    thumb_url: draft.photos.first().map(|p| view::thumb_url(&p.sha256)),
                    present: draft.revision == present.revision,
                }
            })
            .collect())
    }

    async fn present_and_past(&self, key: DraftId) -> Result<(Draft, Vec<Version>), Failure> {
        let present = self
            .parts
            .drafts
            .get(key)
            .await
            .map_err(fail::record("reading the draft"))?;
        let past = self
            .parts
            .draft_versions
            .versions(key)
            .await
            .map_err(fail::record("reading the draft's history"))?;
        Ok((present, past))
    }

    /// Gives a draft the content that it had in an earlier version. What it has now stays in the history.
    ///
    /// # Errors
    /// `not_found` for a version that is not kept, `already_published`, `draft_changed` where the draft has another
    /// revision than the one `seen`.
    pub async fn revert_draft(
        &self,
        id: &str,
        revision: u32,
        seen: u32,
    ) -> Result<DraftView, Failure> {
        let key = draft_id(id)?;
        let (present, versions) = self.present_and_past(key).await?;
        let stale = || fail::record("saving the draft")(crate::ports::RecordError::Stale);
        if present.revision != seen {
            return Err(stale());
        }
        let earlier = versions
            .into_iter()
            .find(|version| version.draft.revision == revision)
            .ok_or_else(|| {
                Failure::new(
                    Code::NotFound,
                    "This version is not kept any more. Nothing was changed.",
                )
            })?
            .draft;
        let now = self.parts.clock.now();
        let fields: Vec<Field> = changed_fields(&present, &earlier);
        if fields.is_empty() {
            return self.view_of(present).await;
        }
        let draft = Draft {
            status: present.status,
            confidence: present.confidence,
            created_at: present.created_at,
            revision: present.revision + 1,
            updated_at: now,
            ..earlier
        };
        let said = Said::In(&fields);
        let changed = self
            .parts
            .draft_versions
            .change_many(std::slice::from_ref(&draft), said, Cause::Restored, now)
            .await
            .map_err(fail::record("saving the draft"))?;
        if !changed.left.is_empty() {
            return Err(stale());
        }
        self.tell(Event::DraftChanged { id: id.to_owned() });
        self.view_of(draft).await
    }
}

fn changed_fields(before: &Draft, after: &Draft) -> Vec<Field> {
    let mut fields: Vec<Field> = differences(before, after)
        .iter()
        .filter_map(|difference| match difference.field.as_str() {
            "price_min_cents" | "price_target_cents" | "price_max_cents" | "currency" => {
                Some(Field::Price)
            }
            name => Field::parse(name),
        })
        .collect();
    fields.dedup();
    fields
}

/// Field by field, in the order of the form.
fn differences(before: &Draft, after: &Draft) -> Vec<VersionDifference> {
    let texts = |draft: &Draft| -> [(&'static str, Option<String>); 13] {
        let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let cents = |cents: Option<u32>| cents.map(|c| c.to_string());
        [
            ("photos", Some(draft.photos.len().to_string())),
            ("title", said(&draft.title)),
            ("description", said(&draft.description)),
            ("category", draft.category.clone()),
            (
                "brand",
                draft.brand.as_ref().map(Brand::as_text).and_then(said),
            ),
            ("size", said(draft.size.as_text())),
            (
                "condition",
                draft.condition.map(Condition::code).and_then(said),
            ),
            ("color", said(&draft.colors.join(", "))),
            ("material", said(&draft.materials.join(", "))),
            ("price_min_cents", cents(draft.price_min_cents)),
            ("price_target_cents", cents(draft.price_target_cents)),
            ("price_max_cents", cents(draft.price_max_cents)),
            (
                "package_size",
                draft.package_size.map(PackageSize::code).and_then(said),
            ),
        ]
    };
    let photos = |draft: &Draft| draft.photos.iter().map(|p| p.id).collect::<Vec<_>>();
    let other_photos = photos(before) != photos(after);
    texts(before)
        .into_iter()
        .zip(texts(after))
        .filter(|((field, before), (_, after))| {
            before != after || (*field == "photos" && other_photos)
        })
        .map(|((field, before), (_, after))| VersionDifference {
            field: field.to_owned(),
            before,
            after,
        })
        .collect()
}
