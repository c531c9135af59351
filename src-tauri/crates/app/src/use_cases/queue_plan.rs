//! `queue add --preview`, and the plan of every `queue add`: what goes out when is said before it starts.

use chrono::{DateTime, TimeDelta, Utc};
use contract::{Code, Failure, PlanDay, PlanTime, PlanView, QueueRequest};
use domain::Draft;
use jiff::tz::TimeZone;
use queue::{Reason, WallTime};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{budgets, queue_add::queue_failure};
use crate::{
    App,
    budget::Limits,
    planner::{Asked, Planned, Window, plan},
    ports::Account,
    wall_clock::{self, NoTime},
};

/// How far ahead listings without a window may be planned.
const FARTHEST: TimeDelta = TimeDelta::days(366);

/// When one job runs.
pub(crate) struct PlannedJob {
    pub(crate) at: DateTime<Utc>,
    pub(crate) wall: Option<WallTime>,
    /// Why later than was asked.
    pub(crate) waits: Option<Reason>,
}

/// A plan with what it was made of.
pub(crate) struct Plan {
    pub(crate) jobs: Vec<PlannedJob>,
    pub(crate) view: PlanView,
}

impl App {
    /// Says when the drafts would go out, without queueing any.
    ///
    /// # Errors
    /// As `queue_add`.
    pub async fn plan_queue(&self, request: &QueueRequest) -> Result<PlanView, Failure> {
        let (drafts, account) = self.drafts_to_queue(request).await?;
        let plan = self.plan_of(request, &drafts, &account).await?;
        Ok(plan.view)
    }

    pub(crate) async fn plan_of(
        &self,
        request: &QueueRequest,
        drafts: &[Draft],
        account: &Account,
    ) -> Result<Plan, Failure> {
        let zone = self.parts.clock.zone();
        let (limits, spent) = if request.live {
            (
                self.limits_of(account).await?,
                self.spent(account.id).await?.times,
            )
        } else {
            (Limits::NONE, Vec::new())
        };
        let now = self.parts.clock.now();
        let asked = wishes(request, now, &zone)?;
        let mut taken = spent;
        if request.live {
            let planned = self
                .parts
                .queue
                .planned(&account.id.to_string())
                .await
                .map_err(queue_failure)?;
            // What is overdue goes out from now on.
            taken.extend(planned.into_iter().map(|(_, at)| at.max(now)));
            taken.sort_unstable();
        }
        let planned = plan(&Asked {
            count: drafts.len(),
            windows: &asked.windows,
            spread: asked.spread,
            taken: &taken,
            limits,
            seed: seed(request),
        });
        if planned.len() < drafts.len() {
            return Err(Failure::new(
                Code::InvalidField,
                format!(
                    "Only {} of the {} drafts fit into this window within a year. Choose a longer one, or more \
                     listings a day.",
                    planned.len(),
                    drafts.len()
                ),
            )
            .with(json!({ "fields": { "between": "invalid_field" } })));
        }
        Ok(Plan {
            view: view(&planned, drafts, now, &zone),
            jobs: planned
                .iter()
                .map(|one| PlannedJob {
                    at: one.at,
                    wall: asked.by_person.then(|| wall_clock::wall_of(one.at, &zone)),
                    waits: waits(one, &limits),
                })
                .collect(),
        })
    }
}

fn waits(one: &Planned, limits: &Limits) -> Option<Reason> {
    let detail = match one.moved_by {
        Some(limit) => budgets::sentence(limits, limit, one.at),
        None if one.window > 0 => "The window is full; planned for the next one.".to_owned(),
        None => return None,
    };
    Some(Reason::new(Code::RateLimited.as_str(), detail))
}

/// When the person wants it.
struct Wishes {
    windows: Vec<Window>,
    spread: bool,
    by_person: bool,
}

fn wishes(request: &QueueRequest, now: DateTime<Utc>, zone: &TimeZone) -> Result<Wishes, Failure> {
    let from = |from: DateTime<Utc>| {
        let until = from.checked_add_signed(FARTHEST);
        vec![Window {
            from,
            until: until.unwrap_or(DateTime::<Utc>::MAX_UTC),
        }]
    };
    match (&request.at, &request.between) {
        (Some(_), Some(_)) => Err(Failure::new(
            Code::InvalidField,
            "Give one time or a window, not both.",
        )
        .with(json!({ "fields": { "at": "invalid_field" } }))),
        (Some(at), None) => {
            let at = wall_clock::moment(at, now, zone).map_err(no_time("at"))?;
            Ok(Wishes {
                windows: from(at),
                spread: false,
                by_person: true,
            })
        }
        (None, Some((begin, end))) => Ok(Wishes {
            windows: wall_clock::windows(begin, end, now, zone).map_err(no_time("between"))?,
            spread: true,
            by_person: true,
        }),
        (None, None) => Ok(Wishes {
            windows: from(now),
            spread: false,
            by_person: false,
        }),
    }
}

fn no_time(field: &'static str) -> impl Fn(NoTime) -> Failure {
    move |error| {
        let mut sentence = error.to_string();
        if let Some(first) = sentence.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        Failure::new(Code::InvalidField, format!("{sentence}."))
            .with(json!({ "fields": { field: "invalid_field" } }))
    }
}

/// The same request plans the same: what the person looked at is what is queued.
fn seed(request: &QueueRequest) -> u64 {
    let mut hash = Sha256::new();
    for id in &request.draft_ids {
        hash.update(id.as_bytes());
        hash.update([0]);
    }
    let bytes: [u8; 32] = hash.finalize().into();
    bytes
        .first_chunk::<8>()
        .map_or(0, |first| u64::from_be_bytes(*first))
}

fn view(planned: &[Planned], drafts: &[Draft], now: DateTime<Utc>, zone: &TimeZone) -> PlanView {
    let today = wall_clock::local_of(now, zone).date();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let mut days: Vec<PlanDay> = Vec::new();
    let mut later = Vec::new();
    for one in planned {
        let date = wall_clock::local_of(one.at, zone).date();
        let at = contract::time(one.at);
        if date != today {
            later.push(one.at);
        }
        match days.last_mut().filter(|day| day.date == date.to_string()) {
            Some(day) => {
                day.count += 1;
                day.last = at;
            }
            None => days.push(PlanDay {
                date: date.to_string(),
                count: 1,
                first: at.clone(),
                last: at,
            }),
        }
    }
    let moved: Vec<&Planned> = planned
        .iter()
        .filter(|one| one.moved_by.is_some() || one.window > 0)
        .collect();
    PlanView {
        zone: wall_clock::name_of(zone),
        today: number(planned.len() - later.len()),
        later: number(later.len()),
        first_of_later: later.first().copied().map(contract::time),
        fits: moved.is_empty(),
        moved: number(moved.len()),
        moved_by: moved
            .iter()
            .map(|one| one.moved_by)
            .max()
            .map(|by| by.map_or("window", crate::budget::Limit::code).to_owned()),
        days,
        times: drafts
            .iter()
            .zip(planned)
            .map(|(draft, one)| PlanTime {
                draft_id: draft.id.to_string(),
                planned_at: contract::time(one.at),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_plan_says_today_and_later_in_the_person_s_zone() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let one = |at: &str, window, moved_by| Planned {
            at: utc(at),
            window,
            moved_by,
        };
        // 23:30 in Paris is still today although it is 22:30 in UTC, and 00:10 is tomorrow.
        let planned = [
            one("2026-11-20T18:05:00Z", 0, None),
            one("2026-11-20T22:30:00Z", 0, None),
            one("2026-11-20T23:10:00Z", 0, None),
            one("2026-11-21T18:00:00Z", 1, Some(crate::budget::Limit::Day)),
        ];
        let view = view(&planned, &[], utc("2026-11-20T08:00:00Z"), &zone);
        assert_eq!(
            (view.today, view.later, view.moved, view.fits),
            (2, 2, 1, false)
        );
        assert_eq!(view.first_of_later.as_deref(), Some("2026-11-20T23:10:00Z"));
        assert_eq!(view.moved_by.as_deref(), Some("day"), "the reason is named");
        assert_eq!(
            view.days
                .iter()
                .map(|d| (d.date.as_str(), d.count))
                .collect::<Vec<_>>(),
            [("2026-11-20", 2), ("2026-11-21", 2)],
        );
    }

    #[test]
    fn one_time_or_a_window() {
        let request = QueueRequest {
            at: Some("19:30".into()),
            between: Some(("19:00".into(), "22:00".into())),
            ..QueueRequest::default()
        };
        let refused = wishes(&request, utc("2026-11-20T08:00:00Z"), &TimeZone::UTC);
        assert_eq!(refused.err().unwrap().code, Code::InvalidField);
    }
}
