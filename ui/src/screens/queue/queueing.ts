import type { QueryClient } from "@tanstack/react-query";
import { keys } from "@/lib/data/queries";
import type { Host, JobView } from "@/lib/host";

/** What queueing and taking out change: the jobs, and what the drafts say of themselves. */
export async function afterQueueing(cache: QueryClient): Promise<void> {
  await cache.invalidateQueries({ queryKey: keys.jobs });
  await cache.invalidateQueries({ queryKey: keys.drafts });
}

/** Takes jobs out of the queue again. One that has begun meanwhile stays, and does not keep the others in. */
export async function takeOut(host: Host, cache: QueryClient, jobs: readonly JobView[]): Promise<void> {
  const outcomes = await Promise.allSettled(jobs.map((job) => host.queueAct(job.id, "remove")));
  await afterQueueing(cache);
  const refused = outcomes.find((outcome) => outcome.status === "rejected");
  if (refused) throw refused.reason as Error;
}
