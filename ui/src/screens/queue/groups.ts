import { standingAccount } from "@/lib/data/selling-account";
import type { AccountView, JobView } from "@/lib/host";

/** The parts of the queue, in the order of what matters to the person. */
export const groups = ["needsYou", "running", "planned", "failed", "done"] as const;
export type JobGroup = (typeof groups)[number];

/** Where a job is shown. A paused one waits like a planned one, for the person's word. */
export function groupOf(job: JobView): JobGroup {
  switch (job.status) {
    case "needs_manual":
    case "unknown":
      return "needsYou";
    case "running":
      return "running";
    case "failed":
      return "failed";
    case "success":
      return "done";
    default:
      return "planned";
  }
}

/** `last_error` is a code, a colon and a sentence; the code is what this page translates. */
export function errorCode(lastError: string | null): string | null {
  return /^([a-z_]+)(?::|$)/.exec(lastError ?? "")?.[1] ?? null;
}

/** The jobs of an account. One that names none is that of the one that is used where nobody named one. */
export function jobsOf(
  account: AccountView,
  accounts: readonly AccountView[],
  jobs: readonly JobView[],
): readonly JobView[] {
  const standing = standingAccount(accounts);
  return jobs.filter((job) => (job.account ?? standing) === account.name);
}

/** How many listings go out within a span (ms) from now. */
export function plannedWithin(jobs: readonly JobView[], span: number, now = Date.now()): number {
  return jobs.filter((job) => job.live && job.status === "queued" && Date.parse(job.planned_at) <= now + span).length;
}

/** Jobs of one day of the wall clock, in the order of their times. */
export interface Day {
  jobs: JobView[];
  first: string;
  last: string;
}

/** Planned jobs, day by day. */
export function byDay(jobs: readonly JobView[]): Day[] {
  const days = new Map<string, Day>();
  for (const job of jobs.toSorted((one, other) => one.planned_at.localeCompare(other.planned_at))) {
    const date = new Date(job.planned_at).toDateString();
    const day = days.get(date);
    if (day) {
      day.jobs.push(job);
      day.last = job.planned_at;
    } else days.set(date, { jobs: [job], first: job.planned_at, last: job.planned_at });
  }
  return [...days.values()];
}
