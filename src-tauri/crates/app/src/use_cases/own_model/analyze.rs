//! Drafts filled from what the model says of their photos: one question a draft, two at a time.

use std::{
    collections::HashSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use contract::{Code, DraftView, Failure, ModelAnalysisView, ModelFailureView};
use domain::{Draft, Language, catalogue::Catalogue};
use futures::{StreamExt, stream};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{
    answer::{Judge, Judged},
    ask::{Asked, Claim},
    question::{EDGE, about_item, hash},
    setup::{Ready, money},
};
use crate::{
    App, fail,
    ports::{ModelQuestion, PhotoRefusal},
    use_cases::change_draft::draft_id,
};

/// Most drafts of one run.
const MAX_DRAFTS: usize = 500;
/// Questions on their way at once.
const AT_ONCE: usize = 2;
/// After so many unusable answers one after another the rest is not paid for.
const MAX_UNUSABLE: u32 = 3;

/// How long to wait before it is looked again whether another's question was answered.
const ELSEWHERE: Duration = Duration::from_millis(500);

/// What a run has done so far.
#[derive(Default)]
struct Tally {
    done: AtomicU32,
    asked: AtomicU32,
    reused: AtomicU32,
    micros: AtomicU64,
    /// Unusable answers since the last usable one.
    unusable: AtomicU32,
    /// Why the run ends before its drafts do.
    stopped: Mutex<Option<Failure>>,
}

/// One run over drafts.
struct Run<'a> {
    ready: Ready,
    language: Language,
    tally: Tally,
    total: usize,
    cancel: &'a CancellationToken,
    progress: &'a (dyn Fn(u32) + Send + Sync),
}

impl Tally {
    fn stop(&self, failure: Failure) {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        // The first reason is the one; the others follow from it.
        stopped.get_or_insert(failure);
    }

    fn is_stopped(&self) -> bool {
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        stopped.is_some()
    }

    /// The failure ends the run: what it says is true of every further question.
    fn ends_run(&self, failure: &Failure) -> bool {
        match failure.code {
            Code::ModelAnswerInvalid | Code::ModelRefused => {
                self.unusable.fetch_add(1, Ordering::Relaxed) + 1 >= MAX_UNUSABLE
            }
            // Of this draft or its photos.
            Code::NotFound
            | Code::DraftChanged
            | Code::MissingPhotos
            | Code::CorruptImage
            | Code::FileUnreadable
            | Code::FileTooLarge
            | Code::ImageTooLarge
            | Code::NotAnImage
            | Code::UnsupportedFormat
            | Code::DecodeLimit => false,
            _ => true,
        }
    }
}

impl App {
    /// Fills drafts from what the person's model says of their photos. `progress` is told how many hundredths of the
    /// drafts are done.
    ///
    /// A run that was stopped or killed goes on by being started again: answers are kept, and none is paid twice.
    ///
    /// # Errors
    /// Before anything is sent: `not_found`, `model_not_set`, `model_consent_missing`. In the middle: what ended the
    /// run, with `details.done` and `details.total`; what was filled stays.
    pub async fn analyze_with_model(
        &self,
        ids: &[String],
        cancel: &CancellationToken,
        progress: &(dyn Fn(u32) + Send + Sync),
    ) -> Result<ModelAnalysisView, Failure> {
        let mut seen = HashSet::new();
        // One id in two spellings is one draft.
        let mut named = Vec::with_capacity(ids.len());
        for id in ids {
            let id = draft_id(id)?;
            if seen.insert(id) {
                named.push(id.to_string());
            }
        }
        let ids = named;
        if ids.len() > MAX_DRAFTS {
            return Err(Failure::new(
                Code::InvalidField,
                format!("More than {MAX_DRAFTS} drafts at once. Choose fewer."),
            ));
        }
        let ready = self.ready_model().await?;
        self.require_model_consent(&ready.address).await?;
        for id in &ids {
            let there = self.parts.drafts.get(draft_id(id)?).await;
            there.map_err(fail::record("reading the draft"))?;
        }
        progress(0);
        let run = Run {
            ready,
            language: self.own_means().await?.language(),
            tally: Tally::default(),
            total: ids.len(),
            cancel,
            progress,
        };
        // The first question alone: what a photo costs is known after it, and the budget holds for the others.
        let alone = usize::from(!self.photo_cost_known(&run.ready).await?).min(ids.len());
        let mut results = Vec::new();
        for id in &ids[..alone] {
            results.push(self.one_of_run(id.to_string(), &run).await);
        }
        let rest: Vec<_> = ids[alone..]
            .iter()
            .map(|id| self.one_of_run(id.to_string(), &run))
            .collect();
        results.extend(
            stream::iter(rest)
                .buffered(AT_ONCE)
                .collect::<Vec<_>>()
                .await,
        );
        let tally = run.tally;
        let mut view = ModelAnalysisView {
            drafts: Vec::new(),
            failed: Vec::new(),
            asked: tally.asked.load(Ordering::Relaxed),
            reused: tally.reused.load(Ordering::Relaxed),
            cost: money(tally.micros.load(Ordering::Relaxed)),
        };
        for result in results.into_iter().flatten() {
            match result {
                Ok(draft) => view.drafts.push(draft),
                Err(failed) => view.failed.push(failed),
            }
        }
        let stopped = tally
            .stopped
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        match stopped {
            None if view.drafts.is_empty() && !view.failed.is_empty() => {
                // Nothing came of it: the reason is the answer.
                let failed = view.failed.swap_remove(0);
                Err(failed.failure.and("draft_id", failed.draft_id.into()))
            }
            None => Ok(view),
            Some(failure) => Err(failure
                .and("done", view.drafts.len().into())
                .and("total", ids.len().into())),
        }
    }

    /// None where the run ended before this draft or at it.
    async fn one_of_run(
        &self,
        id: String,
        run: &Run<'_>,
    ) -> Option<Result<DraftView, ModelFailureView>> {
        if run.tally.is_stopped() {
            return None;
        }
        let result = match self.analyze_one(&id, run).await {
            Ok(draft) => Ok(draft),
            Err(failure) if run.tally.ends_run(&failure) => {
                run.tally.stop(failure);
                return None;
            }
            Err(failure) => Err(ModelFailureView {
                draft_id: id,
                failure,
            }),
        };
        let done = run.tally.done.fetch_add(1, Ordering::Relaxed) + 1;
        (run.progress)(hundredths(done, run.total));
        Some(result)
    }

    async fn analyze_one(&self, id: &str, run: &Run<'_>) -> Result<DraftView, Failure> {
        if run.cancel.is_cancelled() {
            return Err(stopped());
        }
        let draft = self.parts.drafts.get(draft_id(id)?).await;
        let draft = draft.map_err(fail::record("reading the draft"))?;
        let photos = draft.site_photos();
        if photos.is_empty() {
            return Err(Failure::new(
                Code::MissingPhotos,
                "The draft has no photo, so there is nothing to ask.",
            ));
        }
        let access = &run.ready.access;
        let question = about_item(run.language, draft.currency, Catalogue::starter());
        let key = hash(access, &question, photos.iter().map(|p| p.sha256.as_str()));
        let (judged, at) = self.judged_answer(&draft, question, &key, run).await?;
        // What was seen on photos that are not the draft's any more says nothing of it.
        let now = self.parts.drafts.get(draft.id).await;
        let now = now.map_err(fail::record("reading the draft"))?;
        let shas = |draft: &Draft| -> Vec<String> {
            let photos = draft.site_photos().iter();
            photos.map(|p| p.sha256.clone()).collect()
        };
        if shas(&now) != shas(&draft) {
            return Err(Failure::new(
                Code::DraftChanged,
                "Its photos changed while your model looked at them. Nothing was filled in; ask again.",
            ));
        }
        run.tally.unusable.store(0, Ordering::Relaxed);
        let of = (access.address.as_str(), access.model.as_str());
        self.fill_draft(id, judged.suggestions(&draft, of, at))
            .await
    }

    /// The answer that is kept, or a new one. Where the same is being asked, here or in another process, its answer is
    /// waited for: nobody pays twice.
    async fn judged_answer(
        &self,
        draft: &Draft,
        mut question: ModelQuestion,
        key: &str,
        run: &Run<'_>,
    ) -> Result<(Judged, DateTime<Utc>), Failure> {
        let refused = |refusal: PhotoRefusal| Failure::new(refusal.code, refusal.message);
        let mut waited = false;
        loop {
            if let Some(kept) = self.kept_answer(key).await? {
                run.tally.reused.fetch_add(1, Ordering::Relaxed);
                return Ok(kept);
            }
            if question.photos.is_empty() {
                for photo in draft.site_photos() {
                    let path = self.parts.files.picture(&photo.sha256);
                    let bytes = self.parts.pipeline.read(&path).await.map_err(refused)?;
                    let small = self.parts.pipeline.shrink(bytes, EDGE).await;
                    question.photos.push(small.map_err(refused)?);
                }
            }
            let made = self.answer_about(&question, key, run, waited).await?;
            if let Some(made) = made {
                return Ok(made);
            }
            waited = true;
            tokio::select! {
                () = run.cancel.cancelled() => return Err(stopped()),
                () = tokio::time::sleep(ELSEWHERE) => {}
            }
        }
    }

    /// An answer from before, unless it was written by a version that said it otherwise.
    pub(super) async fn kept_answer(
        &self,
        key: &str,
    ) -> Result<Option<(Judged, DateTime<Utc>)>, Failure> {
        let kept = self.parts.model_records.answer(key).await;
        let kept = kept.map_err(fail::record("reading your model's answers"))?;
        Ok(kept.and_then(|(answer, at)| Some((serde_json::from_value(answer).ok()?, at))))
    }

    /// None: the same question is under way. Whoever waited for it asks no second time by itself.
    async fn answer_about(
        &self,
        question: &ModelQuestion,
        key: &str,
        run: &Run<'_>,
        waited: bool,
    ) -> Result<Option<(Judged, DateTime<Utc>)>, Failure> {
        // The last thing before photos leave: the person may have taken their word back meanwhile, forgotten the key,
        // or set another address, price or budget.
        let ready = &self.ready_model().await?;
        if ready.access.address != run.ready.access.address
            || ready.access.model != run.ready.access.model
        {
            return Err(Failure::new(
                Code::Cancelled,
                "Another model was set meanwhile. What was answered before is kept; start again to go on with the new one.",
            ));
        }
        self.require_model_consent(&ready.address).await?;
        let claim = Claim { key, waited };
        let asked = self
            .ask_model(ready, question, Some(claim), run.cancel)
            .await;
        match asked {
            Ok(Asked::Elsewhere) => return Ok(None),
            Ok(Asked::Before) => {
                run.tally.reused.fetch_add(1, Ordering::Relaxed);
                return match self.kept_answer(key).await? {
                    Some(kept) => Ok(Some(kept)),
                    None => Err(Failure::new(
                        Code::ModelAnswerInvalid,
                        "The same photos were asked about just now, and no answer came that can be used. Ask again if you \
                         want to.",
                    )),
                };
            }
            _ => {}
        }
        run.tally.asked.fetch_add(1, Ordering::Relaxed);
        let Asked::Answered(answered) = asked? else {
            return Ok(None);
        };
        run.tally
            .micros
            .fetch_add(answered.micros, Ordering::Relaxed);
        let judge = Judge {
            catalogue: Catalogue::starter(),
            language: run.language,
            photos: question.photos.len(),
        };
        let Some(judged) = judge.judge(&answered.json) else {
            self.settle_model_call(&answered, None).await?;
            return Err(Failure::new(
                Code::ModelAnswerInvalid,
                format!(
                    "{} answered something else than was asked. Nothing of it was used. Try again, or choose another model.",
                    ready.address.host
                ),
            ));
        };
        let kept = serde_json::to_value(&judged).unwrap_or(Value::Null);
        // An answer without anything in it is not kept: who asks again wants to know anew.
        let kept = (judged != Judged::default()).then_some((key, &kept));
        self.settle_model_call(&answered, kept).await?;
        Ok(Some((judged, self.parts.clock.now())))
    }

    async fn photo_cost_known(&self, ready: &Ready) -> Result<bool, Failure> {
        if ready.prices.micros(1, 1) == 0 {
            return Ok(true);
        }
        let records = &self.parts.model_records;
        let known = records
            .tokens_per_photo(&ready.access.address, &ready.access.model)
            .await;
        Ok(known
            .map_err(fail::record("reading what your model cost"))?
            .is_some())
    }
}

fn stopped() -> Failure {
    Failure::new(
        Code::Cancelled,
        "Stopped. What was answered before is kept, and is not paid again.",
    )
}

fn hundredths(done: u32, total: usize) -> u32 {
    let total = u32::try_from(total.max(1)).unwrap_or(u32::MAX);
    u32::try_from(u64::from(done) * 100 / u64::from(total))
        .unwrap_or(100)
        .min(100)
}
