import { useJobs } from "./queries";
import { countIn, useDraftCounts } from "./rows";

/** Figures of the rail. */
export interface Counts {
  drafts: number;
  ready: number;
  jobs: number;
  needsYou: number;
}

const ended = new Set(["success", "failed"]);

/** How much waits on each screen. */
export function useCounts(): Counts {
  const drafts = useDraftCounts().data;
  const jobs = useJobs().data ?? [];
  return {
    drafts: countIn(drafts, ["unknown", "open", "ready"]),
    ready: countIn(drafts, ["ready"]),
    jobs: jobs.filter((job) => !ended.has(job.status)).length,
    needsYou: jobs.filter((job) => job.status === "needs_manual" || job.status === "unknown").length,
  };
}
