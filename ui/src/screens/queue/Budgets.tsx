import { Button, Progress } from "@mantine/core";
import { HourglassMediumIcon } from "@phosphor-icons/react/HourglassMedium";
import { PauseIcon } from "@phosphor-icons/react/Pause";
import { PlayIcon } from "@phosphor-icons/react/Play";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { keys, useAccounts, useQueueState } from "@/lib/data/queries";
import { rowOf } from "@/lib/errors/table";
import { accountName } from "@/lib/format/account";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type AccountView, type AccountWait, type JobView } from "@/lib/host";
import card from "@/theme/card.module.css";
import css from "./Budgets.module.css";
import { jobsOf, plannedWithin } from "./groups";

const hour = 3_600_000;

/** What each account may still publish, what keeps it waiting, and its pause. */
export function Budgets({ jobs }: { jobs: readonly JobView[] }) {
  const { t } = useTranslation();
  const accounts = useAccounts().data ?? [];
  const waiting = useQueueState().data?.waiting ?? [];
  if (accounts.length === 0) return null;
  return (
    <section className={`${card.card} ${css.card}`} aria-labelledby="budgets">
      <h2 id="budgets" className={`${card.title} ${css.title}`}>
        {t("queue.budgets.title")}
      </h2>
      {accounts.map((account) => (
        <AccountBudget
          key={account.id}
          account={account}
          jobs={jobsOf(account, accounts, jobs)}
          waits={waiting.filter((each) => each.account === account.name)}
        />
      ))}
    </section>
  );
}

function AccountBudget({
  account,
  jobs,
  waits,
}: {
  account: AccountView;
  jobs: readonly JobView[];
  waits: readonly AccountWait[];
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const { budget } = account;
  const paused = waits.some((each) => each.code === "paused");
  const others = waits.filter((each) => each.code !== "paused");
  const pause = async () => {
    await host.queuePauseAccount(account.name, !paused);
    await cache.invalidateQueries({ queryKey: keys.queueState });
  };
  const Glyph = paused ? PlayIcon : PauseIcon;
  return (
    <div className={css.account}>
      <div className={css.head}>
        <h3 className={css.name}>{accountName(account)}</h3>
        <Button
          size="xs"
          leftSection={<Glyph size={13} weight="fill" aria-hidden />}
          aria-label={t("queue.actionOn", {
            action: t(paused ? "queue.resume" : "queue.pause"),
            title: accountName(account),
          })}
          onClick={() => act(pause())}
        >
          {t(paused ? "queue.resume" : "queue.pause")}
        </Button>
      </div>
      <Gauge
        name={t("queue.budgets.hour")}
        used={budget.hour_used}
        limit={budget.hour}
        planned={plannedWithin(jobs, hour)}
      />
      <Gauge
        name={t("queue.budgets.day")}
        used={budget.day_used}
        limit={budget.day}
        planned={plannedWithin(jobs, 24 * hour)}
      />
      {budget.free_at !== null && (
        <p className={css.wait}>
          <HourglassMediumIcon size={14} aria-hidden />
          {t("queue.budgets.freeAt", { time: format.moment(budget.free_at) })}
        </p>
      )}
      {paused && (
        <p className={css.wait}>
          <PauseIcon size={14} weight="fill" aria-hidden />
          {t("queue.budgets.paused")}
        </p>
      )}
      {others.map((each) => (
        <p key={each.code} className={css.wait}>
          <HourglassMediumIcon size={14} aria-hidden />
          {t(`codes.${rowOf(each.code).code}.title`)}
          {each.until !== null && <> · {t("queue.budgets.until", { time: format.moment(each.until) })}</>}
        </p>
      ))}
    </div>
  );
}

/** Solid: published. Hatched: planned. The words beside say the same. */
function Gauge({ name, used, planned, limit }: { name: string; used: number; planned: number; limit: number }) {
  const { t } = useTranslation();
  const share = (count: number) => (limit === 0 ? 0 : Math.min((count / limit) * 100, 100));
  const left = Math.max(limit - used, 0);
  return (
    <div className={css.gauge}>
      <span>{name}</span>
      <span className={css.figures}>
        {t("queue.budgets.used", { used, limit })}
        <b>{t("queue.budgets.left", { count: left })}</b>
      </span>
      <Progress.Root aria-hidden className={css.bar}>
        <Progress.Section value={share(used)} className={css.done} />
        <Progress.Section value={Math.min(share(planned), 100 - share(used))} className={css.planned} />
      </Progress.Root>
    </div>
  );
}
