import type { JobView } from "@/lib/host";

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
