import { useDrafts, useJobs } from "./queries";

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
  const drafts = useDrafts().data ?? [];
  const jobs = useJobs().data ?? [];
  const open = drafts.filter((draft) => draft.status === "draft");
  return {
    drafts: open.length,
    ready: open.filter((draft) => draft.flags.publish_ready).length,
    jobs: jobs.filter((job) => !ended.has(job.status)).length,
    needsYou: jobs.filter((job) => job.status === "needs_manual" || job.status === "unknown").length,
  };
}
