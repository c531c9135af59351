//! From the rules' types to the views of the contract.

use std::collections::HashMap;

use contract::{
    Code, DraftChange, DraftCheck, DraftFlags, DraftView, Failure, GateView, PhotoView,
};
use domain::{
    Draft, DraftId, DraftStatus,
    attempt::AttemptState,
    catalogue::Catalogue,
    gates::{self, GateContext, GateReport, Repair},
    language::Language,
    listing::Listing,
    suggestion::SuggestedValue,
};
use serde_json::{Value, json};

use crate::{App, fail};

/// What the gates look at: the tree that ships with the app.
pub(crate) fn gate_context() -> GateContext<'static> {
    GateContext {
        catalogue: Catalogue::starter(),
        language: Language::Fr,
    }
}

/// The verdict only; repairs are worked out where a person looks at one draft.
pub(crate) fn gate_report(draft: &Draft) -> GateReport {
    gates::judge(draft, &gate_context())
}

/// Codes of the gates that a draft fails, as lists show them: what `store` keeps beside the draft.
#[must_use]
pub fn failing_gates(draft: &Draft) -> Vec<&'static str> {
    gate_report(draft)
        .missing
        .iter()
        .map(|g| g.code())
        .collect()
}

/// What is known of a draft beside its row.
#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) listing: Option<Listing>,
    pub(crate) unknown_outcome: bool,
    /// A job that publishes waits for it or works on it.
    pub(crate) queued: bool,
}

pub(crate) fn draft_view(draft: Draft, beside: Beside) -> DraftView {
    let report = gate_report(&draft);
    DraftView {
        id: draft.id.to_string(),
        flags: DraftFlags {
            publish_ready: report.publish_ready(),
        },
        missing_fields: report.missing.iter().map(|g| g.code().to_owned()).collect(),
        warnings: report
            .warnings
            .iter()
            .map(|g| g.code().to_owned())
            .collect(),
        title: draft.title,
        description: draft.description,
        price_min_cents: draft.price_min_cents,
        price_target_cents: draft.price_target_cents,
        price_max_cents: draft.price_max_cents,
        currency: draft.currency.code().to_owned(),
        brand: draft.brand.map(|b| b.as_text().to_owned()),
        size: draft.size.as_text().to_owned(),
        condition: draft.condition.map(|c| c.code().to_owned()),
        category: draft.category,
        color: joined(&draft.colors),
        material: joined(&draft.materials),
        package_size: draft.package_size.map(|p| p.code().to_owned()),
        photos: draft
            .photos
            .into_iter()
            .enumerate()
            .map(|(index, photo)| PhotoView {
                id: photo.id.to_string(),
                edits: edit_count(&photo),
                url: media_url(&photo.sha256),
                thumb_url: thumb_url(&photo.sha256),
                sha256: photo.sha256,
                filename: photo.filename,
                width: photo.width,
                height: photo.height,
                mime: "image/jpeg".to_owned(),
                order_index: u32::try_from(index).unwrap_or(u32::MAX),
            })
            .collect(),
        confidence: draft.confidence,
        status: match draft.status {
            DraftStatus::Draft if beside.queued => DraftStatus::Queued,
            stored => stored,
        }
        .code()
        .to_owned(),
        listing_pending: beside.listing.as_ref().is_some_and(|l| l.under_review),
        listing_url: beside.listing.map(|l| l.url),
        unknown_outcome: beside.unknown_outcome,
        revision: draft.revision,
        created_at: contract::time(draft.created_at),
        updated_at: contract::time(draft.updated_at),
    }
}

pub(crate) fn edit_count(photo: &domain::Photo) -> u32 {
    u32::try_from(photo.edits().len()).unwrap_or(u32::MAX)
}

pub(crate) fn media_url(sha256: &str) -> String {
    format!("/media/{sha256}.jpg")
}

pub(crate) fn thumb_url(sha256: &str) -> String {
    format!("/media/{sha256}.thumb.jpg")
}

fn joined(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(", "))
}

pub(crate) fn check_view(draft: &Draft) -> DraftCheck {
    let report = gates::check(draft, &gate_context());
    let mut gates: Vec<GateView> = report
        .lines
        .iter()
        .filter_map(|line| {
            Some(GateView {
                code: Code::parse(line.code.code())?,
                ok: line.ok,
                warning: !line.code.blocks(),
                field: line.field.code().to_owned(),
                facts: serde_json::to_value(&line.detail).unwrap_or(Value::Null),
                repair: line.repair.as_ref().map(changes).unwrap_or_default(),
            })
        })
        .collect();
    gates.sort_by_key(|g| (g.ok, g.warning));
    DraftCheck {
        publish_ready: report.publish_ready(),
        preparable: gates::site_refusals(draft, &gate_context()).is_empty(),
        missing_fields: report.missing.iter().map(|g| g.code().to_owned()).collect(),
        warnings: report
            .warnings
            .iter()
            .map(|g| g.code().to_owned())
            .collect(),
        gates,
    }
}

pub(crate) fn changes(repair: &Repair) -> Vec<DraftChange> {
    let change = |key: &str, value: Value| DraftChange {
        key: key.to_owned(),
        value,
    };
    match repair {
        Repair::Title { title } => vec![change("title", json!(title))],
        Repair::Description { description } => vec![change("description", json!(description))],
        Repair::Brand { brand } => vec![change("brand", json!(brand.as_text()))],
        Repair::Condition { condition } => vec![change("condition", json!(condition.code()))],
        Repair::Category { category } => vec![change("category", json!(category))],
        Repair::Prices { min, target, max } => vec![
            change("price_min_cents", json!(min)),
            change("price_target_cents", json!(target)),
            change("price_max_cents", json!(max)),
        ],
        Repair::PriceRange { min, max } => vec![
            change("price_min_cents", json!(min)),
            change("price_max_cents", json!(max)),
        ],
        Repair::Colors { colors } => vec![change("color", json!(colors.join(", ")))],
        Repair::Materials { materials } => vec![change("material", json!(materials.join(", ")))],
    }
}

/// What `drafts set` takes to make a suggested value the draft's.
pub(crate) fn suggested(value: &SuggestedValue) -> Vec<DraftChange> {
    let one = |value: Value, key: &str| {
        vec![DraftChange {
            key: key.to_owned(),
            value,
        }]
    };
    match value {
        SuggestedValue::Title { title } => one(json!(title), "title"),
        SuggestedValue::Description { description } => one(json!(description), "description"),
        SuggestedValue::Category { category } => one(json!(category), "category"),
        SuggestedValue::Brand { brand } => one(json!(brand), "brand"),
        SuggestedValue::Size { label, .. } => one(json!(label), "size"),
        SuggestedValue::Condition { condition } => one(json!(condition.code()), "condition"),
        SuggestedValue::Color { colors } => one(json!(colors.join(", ")), "color"),
        SuggestedValue::Material { materials, .. } => one(json!(materials.join(", ")), "material"),
        SuggestedValue::Price { min, target, max } => changes(&Repair::Prices {
            min: *min,
            target: *target,
            max: *max,
        }),
        SuggestedValue::PackageSize { package_size } => {
            one(json!(package_size.code()), "package_size")
        }
    }
}

impl App {
    /// The view of one draft with what is known of its listing.
    pub(crate) async fn view_of(&self, draft: Draft) -> Result<DraftView, Failure> {
        let listing = self
            .parts
            .listings
            .of_draft(draft.id)
            .await
            .map_err(fail::record("reading the draft's listing"))?;
        let attempt = self
            .parts
            .publish_log
            .latest_of_draft(draft.id)
            .await
            .map_err(fail::record("reading the draft's attempts"))?;
        let beside = Beside {
            listing,
            unknown_outcome: attempt.is_some_and(|a| a.state == AttemptState::Unknown),
            queued: self.is_queued(draft.id).await?,
        };
        Ok(draft_view(draft, beside))
    }

    /// Views of many drafts with two further reads in all.
    pub(crate) async fn views_of(&self, drafts: Vec<Draft>) -> Result<Vec<DraftView>, Failure> {
        let ids: Vec<DraftId> = drafts.iter().map(|d| d.id).collect();
        let mut listings: HashMap<DraftId, Listing> = self
            .parts
            .listings
            .newest_of(&ids)
            .await
            .map_err(fail::record("reading the listings"))?
            .into_iter()
            .map(|listing| (listing.draft_id, listing))
            .collect();
        let unknown = self
            .parts
            .publish_log
            .drafts_with_unknown_outcome()
            .await
            .map_err(fail::record("reading the attempts"))?;
        let queued = self.queued_drafts().await?;
        Ok(drafts
            .into_iter()
            .map(|draft| {
                let beside = Beside {
                    listing: listings.remove(&draft.id),
                    unknown_outcome: unknown.contains(&draft.id),
                    queued: queued.contains(&draft.id.to_string()),
                };
                draft_view(draft, beside)
            })
            .collect())
    }
}
