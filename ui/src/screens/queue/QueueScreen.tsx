import { Button } from "@mantine/core";
import { QueueIcon } from "@phosphor-icons/react/Queue";
import { PauseIcon } from "@phosphor-icons/react/Pause";
import { PlayIcon } from "@phosphor-icons/react/Play";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Screen } from "@/app/Screen";
import { EmptyState } from "@/components/EmptyState";
import { failureOf, FailureNotice } from "@/components/Notice";
import { act } from "@/lib/act";
import { keys, useJobs } from "@/lib/data/queries";
import { useHost, type JobView } from "@/lib/host";
import { JobRow } from "./JobRow";
import { NeedsYou } from "./NeedsYou";
import { groupOf, groups, type JobGroup } from "./groups";
import css from "./QueueScreen.module.css";

/** What needs the person first, then running, planned, failed, done. */
export function QueueScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const query = useJobs();
  const jobs = query.data ?? [];
  const byGroup = new Map<JobGroup, JobView[]>(groups.map((group) => [group, []]));
  for (const job of jobs) byGroup.get(groupOf(job))?.push(job);
  const count = (group: JobGroup) => byGroup.get(group)?.length ?? 0;
  const published = jobs.filter((job) => job.status === "success" && job.live).length;
  if (query.isError) {
    return (
      <Screen title={t("queue.title")}>
        <FailureNotice
          failure={failureOf(query.error)}
          context={t("errors.loadFailed")}
          actions={<Button onClick={() => void query.refetch()}>{t("common.retry")}</Button>}
        />
      </Screen>
    );
  }
  if (query.isPending) {
    return (
      <Screen title={t("queue.title")}>
        <div className={css.placeholder} role="status" aria-label={t("common.loading")} />
      </Screen>
    );
  }
  if (jobs.length === 0) {
    return (
      <Screen title={t("queue.title")}>
        <EmptyState
          icon={QueueIcon}
          title={t("queue.emptyTitle")}
          text={t("queue.emptyText")}
          action={
            <Button variant="stitched" onClick={() => void navigate({ to: "/review" })}>
              {t("queue.emptyAction")}
            </Button>
          }
        />
      </Screen>
    );
  }
  return (
    <Screen
      title={t("queue.title")}
      actions={<PauseAll />}
      detail={t("queue.detail", { running: count("running"), planned: count("planned"), done: published })}
    >
      <div className={css.page}>
        {groups.map((group) => {
          const members = byGroup.get(group) ?? [];
          if (members.length === 0) return null;
          return (
            <section key={group} aria-labelledby={`queue-${group}`} className={css.group} data-group={group}>
              <h2 id={`queue-${group}`} className={css.title}>
                {t(`queue.${group}`)} <span>{members.length}</span>
              </h2>
              {group === "needsYou" ? (
                <div className={css.banners}>
                  {members.map((job, place) => (
                    <NeedsYou key={job.id} job={job} first={place === 0} />
                  ))}
                </div>
              ) : (
                <ul className={css.list}>
                  {members.map((job) => (
                    <JobRow key={job.id} job={job} />
                  ))}
                </ul>
              )}
            </section>
          );
        })}
      </div>
    </Screen>
  );
}

/** Holds every planned job back, or lets them go on; what runs comes to its end. */
function PauseAll() {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const paused = useQuery({ queryKey: keys.queuePaused, queryFn: () => host.queuePaused() }).data ?? false;
  const change = async () => {
    await host.queuePauseAll(!paused);
    cache.setQueryData(keys.queuePaused, !paused);
  };
  const Glyph = paused ? PlayIcon : PauseIcon;
  return (
    <Button leftSection={<Glyph size={16} weight="fill" aria-hidden />} onClick={() => act(change())}>
      {t(paused ? "queue.resumeAll" : "queue.pauseAll")}
    </Button>
  );
}
