import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useHost, type JobView } from "@/lib/host";
import { keys } from "./queries";

/** Keeps what is shown in step with what the engine tells. Mounted once. */
export function useEngineEvents() {
  const host = useHost();
  const cache = useQueryClient();
  useEffect(() => {
    let refresh = 0;
    let account = 0;
    let plans = 0;
    const states = new Map<string, string>();
    const refreshAccounts = () => {
      void cache.invalidateQueries({ queryKey: keys.accounts });
      void cache.invalidateQueries({ queryKey: keys.queueState });
    };
    const stop = host.onEvent((event) => {
      switch (event.type) {
        case "draft_changed":
        case "drafts_changed":
          // Many drafts change in one breath after an import: one refresh serves them all.
          window.clearTimeout(refresh);
          refresh = window.setTimeout(() => void cache.invalidateQueries({ queryKey: keys.drafts }), 60);
          break;
        case "job_update":
          cache.setQueryData<JobView[]>(keys.jobs, (jobs) => withJob(jobs ?? [], event.job));
          // A listing that was made counts on its account's budget; a refusal may make the account wait.
          window.clearTimeout(account);
          account = window.setTimeout(refreshAccounts, 60);
          break;
        case "plan":
          // How far it is comes with each photo; what it made, only as it goes on to another state.
          if (states.get(event.progress.plan_id) !== event.progress.state) {
            states.set(event.progress.plan_id, event.progress.state);
            window.clearTimeout(plans);
            plans = window.setTimeout(() => void cache.invalidateQueries({ queryKey: keys.plans }), 60);
          }
          break;
        case "session_changed":
        case "queue_changed":
          refreshAccounts();
          break;
        case "phones_changed":
          void cache.invalidateQueries({ queryKey: keys.phoneDoor });
          void cache.invalidateQueries({ queryKey: keys.pairedPhones });
          break;
        case "browser_download":
          cache.setQueryData(keys.browserDownload, event.progress);
          break;
        default:
          break;
      }
    });
    return () => {
      window.clearTimeout(refresh);
      window.clearTimeout(account);
      window.clearTimeout(plans);
      stop();
    };
  }, [host, cache]);
}

/** The list with one job put in or replaced. */
export function withJob(jobs: readonly JobView[], job: JobView): JobView[] {
  const place = jobs.findIndex((each) => each.id === job.id);
  return place < 0 ? [...jobs, job] : jobs.with(place, job);
}
