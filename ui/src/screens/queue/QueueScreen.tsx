import { Button } from "@mantine/core";
import { QueueIcon } from "@phosphor-icons/react/Queue";
import { PauseIcon } from "@phosphor-icons/react/Pause";
import { PlayIcon } from "@phosphor-icons/react/Play";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Screen } from "@/app/Screen";
import { EmptyState } from "@/components/EmptyState";
import { failureOf, FailureNotice } from "@/components/Notice";
import { act } from "@/lib/act";
import { keys, useJobs, useQueueState } from "@/lib/data/queries";
import { useHost, type JobView } from "@/lib/host";
import { AccountWaits } from "./AccountWaits";
import { Budgets } from "./Budgets";
import { JobRow } from "./JobRow";
import { NeedsYou } from "./NeedsYou";
import { PlanReady } from "./PlanReady";
import { groupOf, groups, type JobGroup } from "./groups";
import { Planned } from "./Planned";
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
      <Screen title={t("queue.title")} actions={<PlanReady />}>
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
      actions={
        <>
          <PlanReady />
          <PauseAll />
        </>
      }
      detail={t("queue.detail", { running: count("running"), planned: count("planned"), done: published })}
    >
      <div className={css.page}>
        <AccountWaits />
        {count("needsYou") > 0 && (
          <Group group="needsYou" count={count("needsYou")}>
            <div className={css.banners}>
              {byGroup.get("needsYou")?.map((job, place) => (
                <NeedsYou key={job.id} job={job} first={place === 0} />
              ))}
            </div>
          </Group>
        )}
        <div className={css.columns}>
          <div className={css.main}>
            {groups.map((group) => {
              const members = byGroup.get(group) ?? [];
              if (members.length === 0 || group === "needsYou") return null;
              return (
                <Group key={group} group={group} count={members.length}>
                  {group === "planned" ? <Planned jobs={members} /> : <Rows jobs={members} />}
                </Group>
              );
            })}
          </div>
          <aside className={css.side} aria-label={t("queue.budgets.title")}>
            <Budgets jobs={jobs} />
          </aside>
        </div>
      </div>
    </Screen>
  );
}

function Group({ group, count, children }: { group: JobGroup; count: number; children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby={`queue-${group}`} className={css.group} data-group={group}>
      <h2 id={`queue-${group}`} className={css.title}>
        {t(`queue.${group}`)} <span>{count}</span>
      </h2>
      {children}
    </section>
  );
}

/** Rows drawn at once; the others come when asked for. */
const shownAtOnce = 60;

function Rows({ jobs }: { jobs: readonly JobView[] }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(shownAtOnce);
  const left = jobs.length - shown;
  return (
    <>
      <ul className={css.list}>
        {jobs.slice(0, shown).map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
      {left > 0 && (
        <Button variant="link" size="xs" onClick={() => setShown(shown + 10 * shownAtOnce)}>
          {t("queue.others", { count: left })}
        </Button>
      )}
    </>
  );
}

/** Holds every planned job back, or lets them go on; what runs comes to its end. */
function PauseAll() {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const paused = useQueueState().data?.paused ?? false;
  const change = async () => {
    await host.queuePauseAll(!paused);
    await cache.invalidateQueries({ queryKey: keys.queueState });
  };
  const Glyph = paused ? PlayIcon : PauseIcon;
  return (
    <Button leftSection={<Glyph size={16} weight="fill" aria-hidden />} onClick={() => act(change())}>
      {t(paused ? "queue.resumeAll" : "queue.pauseAll")}
    </Button>
  );
}
