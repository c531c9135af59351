//! The queue.

use contract::{
    JobAction, JobList, JobQuery, JobView, JobsPage, LogChunk, PlanView, QueueAdded, QueueRequest,
    QueueState,
};

use crate::{Answer, Engine};

/// Puts drafts into the queue.
pub async fn queue_add(engine: &Engine, request: QueueRequest) -> Answer<QueueAdded> {
    engine.app.queue_add(&request).await
}

/// When drafts would be published, without putting them into the queue.
pub async fn queue_plan(engine: &Engine, request: QueueRequest) -> Answer<PlanView> {
    engine.app.plan_queue(&request).await
}

/// A page of jobs.
pub async fn queue_page(engine: &Engine, query: JobQuery) -> Answer<JobsPage> {
    engine.app.queue_page(&query).await
}

/// Whether the queue goes on, and which accounts wait for what.
pub async fn queue_state(engine: &Engine) -> Answer<QueueState> {
    engine.app.queue_state().await
}

/// Pauses the jobs of one account, or lets them go on.
pub async fn queue_pause_account(engine: &Engine, account: String, paused: bool) -> Answer<()> {
    engine.app.queue_pause_account(&account, paused).await
}

/// Every job.
pub async fn queue_list(engine: &Engine) -> Answer<JobList> {
    engine.app.queue_list().await
}

/// Runs, pauses, retries or cancels a job.
pub async fn queue_act(engine: &Engine, job_id: String, action: JobAction) -> Answer<JobView> {
    engine.app.queue_act(&job_id, action).await
}

/// A job's log from a byte on.
pub async fn queue_logs(engine: &Engine, job_id: String, offset: u32) -> Answer<LogChunk> {
    engine.app.queue_logs(&job_id, offset).await
}

/// Pauses the queue, or lets it go on.
pub async fn queue_pause_all(engine: &Engine, paused: bool) -> Answer<()> {
    engine.app.queue_pause_all(paused).await
}

/// Moves a planned job to another time.
pub async fn queue_move(engine: &Engine, job_id: String, at: String) -> Answer<JobView> {
    engine.app.queue_move(&job_id, &at).await
}
