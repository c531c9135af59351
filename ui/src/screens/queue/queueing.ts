import type { QueryClient } from "@tanstack/react-query";
import { keys } from "@/lib/data/queries";
import type { Host, JobView } from "@/lib/host";

/** What queueing and taking out change: the jobs, and what the drafts say of themselves. */
export async function afterQueueing(cache: QueryClient): Promise<void> {
  await cache.invalidateQueries({ queryKey: keys.jobs });
  await cache.invalidateQueries({ queryKey: keys.drafts });
}

/** Takes jobs out of the queue again. */
export async function takeOut(host: Host, cache: QueryClient, jobs: readonly JobView[]): Promise<void> {
  for (const job of jobs) await host.queueAct(job.id, "remove");
  await afterQueueing(cache);
}
