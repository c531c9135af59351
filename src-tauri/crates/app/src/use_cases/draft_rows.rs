//! Lists of drafts that stay quick with thousands: rows, ids, counts, and a draft's place among the others.

use std::collections::{HashMap, HashSet};

use contract::{
    BrandCount, DraftCounts, DraftKind, DraftPlace, DraftRow, DraftRowsPage, DraftRowsQuery,
    DraftRowsRequest, DraftState, Failure,
};
use domain::{Draft, DraftId, brand::max_edits, gates::RULES, values::fold};
use queue::{JobFilter, JobStatus};

use super::change_draft::draft_id;
use crate::{
    App, fail,
    ports::{DraftRowQuery, StoredRow},
    view,
};

/// Rows of a part where nobody said how many, and at most.
const ROWS: u32 = 100;
const MAX_ROWS: u32 = 200;
/// Brands that are counted.
const BRANDS: u32 = 200;
/// Drafts that are judged in one breath after the rules changed.
const JUDGED_AT_ONCE: u32 = 250;
/// Words of the index that are looked at for one that was probably meant.
const TERMS: u32 = 5_000;

impl App {
    /// A part of a list of drafts.
    ///
    /// # Errors
    /// `not_found` for an account that does not exist.
    pub async fn draft_rows(&self, request: &DraftRowsRequest) -> Result<DraftRowsPage, Failure> {
        let query = self.row_query(&request.query).await?;
        let order = self.row_order(&query).await?;
        let limit = match request.limit {
            0 => ROWS,
            limit => limit.min(MAX_ROWS),
        };
        let shown: Vec<DraftId> = order
            .iter()
            .copied()
            .skip(request.offset as usize)
            .take(limit as usize)
            .collect();
        let rows = self
            .parts
            .draft_rows
            .rows(&shown)
            .await
            .map_err(fail::record("reading the drafts"))?;
        let queued: HashSet<DraftId> = query.queued.iter().copied().collect();
        let mut by_id: HashMap<DraftId, StoredRow> =
            rows.into_iter().map(|row| (row.id, row)).collect();
        Ok(DraftRowsPage {
            rows: shown
                .iter()
                .filter_map(|id| by_id.remove(id))
                .map(|row| {
                    let state = if query.unknown.contains(&row.id) {
                        DraftState::Unknown
                    } else if queued.contains(&row.id) {
                        DraftState::Queued
                    } else if row.missing.is_empty() {
                        DraftState::Ready
                    } else {
                        DraftState::Open
                    };
                    row_view(row, state)
                })
                .collect(),
            total: number(order.len()),
        })
    }

    /// The ids of a whole list in its order, to select a stretch or all of it.
    ///
    /// # Errors
    /// `not_found` for an account that does not exist.
    pub async fn draft_ids(&self, query: &DraftRowsQuery) -> Result<Vec<String>, Failure> {
        let query = self.row_query(query).await?;
        let order = self.row_order(&query).await?;
        Ok(order.iter().map(ToString::to_string).collect())
    }

    /// How many drafts there are for each filter. The query's states, failing gates and order are left aside, and for
    /// the brands its brand.
    ///
    /// # Errors
    /// `not_found` for an account that does not exist.
    pub async fn draft_counts(&self, query: &DraftRowsQuery) -> Result<DraftCounts, Failure> {
        let counting = || fail::record("counting the drafts");
        let query = self.row_query(query).await?;
        self.judge_anew().await?;
        let rows = &self.parts.draft_rows;
        let kinds = rows.kinds(&query).await.map_err(counting())?;
        let brands = rows.brands(&query, BRANDS).await.map_err(counting())?;
        let instead = if kinds.is_empty() && !query.search.is_empty() {
            self.probably_meant(&query).await?
        } else {
            None
        };
        Ok(DraftCounts {
            kinds: kinds
                .into_iter()
                .map(|kind| DraftKind {
                    state: kind.state,
                    missing: kind.missing,
                    count: kind.count,
                    cents: u32::try_from(kind.cents).unwrap_or(u32::MAX),
                })
                .collect(),
            brands: brands
                .into_iter()
                .map(|(brand, count)| BrandCount { brand, count })
                .collect(),
            instead,
        })
    }

    /// Where a draft stands on the bench: what is to be completed, then what is ready.
    ///
    /// # Errors
    /// `not_found` where the id is none.
    pub async fn draft_place(&self, id: &str) -> Result<DraftPlace, Failure> {
        let id = draft_id(id)?;
        let query = self
            .row_query(&DraftRowsQuery {
                states: vec![DraftState::Unknown, DraftState::Open, DraftState::Ready],
                ..DraftRowsQuery::default()
            })
            .await?;
        let order = self.row_order(&query).await?;
        let at = order.iter().position(|each| *each == id);
        let near = |at: Option<usize>| at.and_then(|at| order.get(at)).map(ToString::to_string);
        Ok(DraftPlace {
            place: at.map_or(0, |at| number(at + 1)),
            total: number(order.len()),
            previous: near(at.and_then(|at| at.checked_sub(1))),
            next: near(at.map(|at| at + 1)),
        })
    }

    async fn row_order(&self, query: &DraftRowQuery) -> Result<Vec<DraftId>, Failure> {
        self.judge_anew().await?;
        self.parts
            .draft_rows
            .order(query)
            .await
            .map_err(fail::record("reading the drafts"))
    }

    /// Verdicts that other rules gave, of an older version of the app, are given anew. Almost always there are none.
    async fn judge_anew(&self) -> Result<(), Failure> {
        let judging = || fail::record("judging the drafts");
        let rows = &self.parts.draft_rows;
        loop {
            let drafts: Vec<Draft> = rows
                .judged_by_others(RULES, JUDGED_AT_ONCE)
                .await
                .map_err(judging())?;
            if drafts.is_empty() {
                return Ok(());
            }
            rows.judged(&drafts).await.map_err(judging())?;
        }
    }

    async fn row_query(&self, query: &DraftRowsQuery) -> Result<DraftRowQuery, Failure> {
        let account = match &query.account {
            None => None,
            Some(name) => {
                let account = self.named_account(name).await?;
                let jobs = self
                    .all_jobs(JobFilter {
                        lane: Some(account.id.to_string()),
                        statuses: vec![
                            JobStatus::Queued,
                            JobStatus::Running,
                            JobStatus::Paused,
                            JobStatus::NeedsManual,
                            JobStatus::Unknown,
                        ],
                        ..JobFilter::default()
                    })
                    .await?;
                let waiting = jobs.iter().filter_map(|job| job.subject.parse().ok());
                Some((account.id, waiting.collect()))
            }
        };
        let queued = self.queued_drafts().await?;
        let unknown = self
            .parts
            .publish_log
            .drafts_with_unknown_outcome()
            .await
            .map_err(fail::record("reading the attempts"))?;
        Ok(DraftRowQuery {
            unknown,
            search: query.search.trim().to_owned(),
            states: query.states.clone(),
            missing: query.missing.clone(),
            brand: query.brand.clone(),
            account,
            queued: queued.iter().filter_map(|id| id.parse().ok()).collect(),
            sort: query.sort,
        })
    }

    /// Each word of a search that nothing begins with, replaced by the nearest word that some draft has.
    async fn probably_meant(&self, query: &DraftRowQuery) -> Result<Option<String>, Failure> {
        let mut meant = Vec::new();
        let mut replaced = false;
        for word in query.search.split_whitespace().take(8) {
            let folded = fold(word);
            let terms = |beginning: String, most: u32| async move {
                self.parts
                    .draft_rows
                    .terms(&beginning, most)
                    .await
                    .map_err(fail::record("reading the words"))
            };
            if !terms(folded.clone(), 1).await?.is_empty() {
                meant.push(word.to_owned());
                continue;
            }
            // A slip is seldom in the first letter; where it is, no word is proposed.
            let Some(first) = folded.chars().next() else {
                continue;
            };
            let most = max_edits(folded.chars().count() + 1);
            let near = terms(first.to_string(), TERMS)
                .await?
                .into_iter()
                .map(|(term, drafts)| (edits(&folded, &term), std::cmp::Reverse(drafts), term))
                .filter(|(edits, ..)| *edits <= most)
                .min();
            let Some((.., term)) = near else {
                return Ok(None);
            };
            replaced = true;
            meant.push(term);
        }
        if !replaced {
            return Ok(None);
        }
        // The index has words of drafts that were removed too: proposed is what finds something.
        let proposed = DraftRowQuery {
            search: meant.join(" "),
            ..query.clone()
        };
        let kinds = self.parts.draft_rows.kinds(&proposed).await;
        let kinds = kinds.map_err(fail::record("counting the drafts"))?;
        Ok((!kinds.is_empty()).then_some(proposed.search))
    }
}

/// Edits between two words, the end of a longer second one left aside: it may be typed to the end later.
fn edits(typed: &str, term: &str) -> usize {
    let beginning: String = term.chars().take(typed.chars().count()).collect();
    domain::choices::slips(typed, term).min(domain::choices::slips(typed, &beginning))
}

/// `unlisted`: its state where no listing exists and it is not put away.
fn row_view(row: StoredRow, unlisted: DraftState) -> DraftRow {
    DraftRow {
        id: row.id.to_string(),
        state: match row.status.as_str() {
            "published" => DraftState::Published,
            "archived" => DraftState::Archived,
            _ => unlisted,
        },
        title: row.title,
        brand: row.brand,
        size: row.size,
        condition: row.condition,
        price_target_cents: row.price_target_cents,
        currency: row.currency,
        missing_fields: row.missing,
        thumb_url: row.cover_sha256.as_deref().map(view::thumb_url),
        photos: row.photos,
        revision: row.revision,
        updated_at: contract::time(row.updated_at),
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
