import { CalendarCheckIcon } from "@phosphor-icons/react/CalendarCheck";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { withJob } from "@/lib/data/events";
import { keys } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type JobView } from "@/lib/host";
import { toast } from "@/lib/toast";
import { spoken } from "./plan-request";

/** Moves a planned job: shown at once, said, and back again where the person wants it. */
export function useMoveJob() {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  return useCallback(
    (job: JobView, to: Date) => {
      const show = (shown: JobView) => cache.setQueryData<JobView[]>(keys.jobs, (jobs) => withJob(jobs ?? [], shown));
      const move = async () => {
        // A row that jumps back first and away again looks as if the drop had failed.
        show({ ...job, planned_at: to.toISOString() });
        try {
          show(await host.queueMove(job.id, spoken(to)));
        } catch (error) {
          show(job);
          throw error;
        }
        toast({
          icon: <CalendarCheckIcon size={17} aria-hidden />,
          text: t("queue.moved", { title: job.title || t("drafts.withoutTitle"), time: format.moment(to) }),
          undo: async () => {
            show(await host.queueMove(job.id, job.planned_at));
          },
        });
      };
      act(move());
    },
    [t, format, host, cache],
  );
}
