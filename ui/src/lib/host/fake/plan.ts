import type { PlanDay, PlanView, QueueRequest } from "../bindings";

const hour = 3_600_000;

/**
 * A plan as the engine would make it: into the window that was asked for, at most `perHour` each hour, the rest into
 * the same window of the next days. For pages under test; the engine's own rules are its own.
 */
export function planOf({ draft_ids = [], at = null, between = null }: QueueRequest, perHour: number): PlanView {
  const start = between ? Date.parse(between[0].replace(" ", "T")) : at ? Date.parse(at.replace(" ", "T")) : Date.now();
  const length = between ? Date.parse(between[1].replace(" ", "T")) - start : 24 * hour;
  const holds = Math.max(Math.floor((length * perHour) / hour), 1);
  const gap = between ? length / Math.min(draft_ids.length, holds) : hour / perHour;
  const times = draft_ids.map((draft_id, place) => ({
    draft_id,
    planned_at: new Date(start + Math.floor(place / holds) * 24 * hour + (place % holds) * gap).toISOString(),
  }));
  const days: PlanDay[] = [];
  for (const { planned_at } of times) {
    const date = dayOf(planned_at);
    const day = days.find((each) => each.date === date);
    if (day) {
      day.count += 1;
      day.last = planned_at;
    } else days.push({ date, count: 1, first: planned_at, last: planned_at });
  }
  const today = days.find((each) => each.date === dayOf(new Date().toISOString()))?.count ?? 0;
  const moved = Math.max(times.length - holds, 0);
  return {
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    today,
    later: times.length - today,
    first_of_later: times[today]?.planned_at ?? null,
    fits: moved === 0,
    moved,
    moved_by: moved === 0 ? null : "hour",
    days,
    times,
  };
}

/** `2026-11-21` by the wall clock of this machine. */
function dayOf(at: string): string {
  return new Intl.DateTimeFormat("sv-SE").format(new Date(at));
}
