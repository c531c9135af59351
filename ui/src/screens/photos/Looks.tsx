import { Button } from "@mantine/core";
import { PlayIcon } from "@phosphor-icons/react/Play";
import { StackIcon } from "@phosphor-icons/react/Stack";
import { StopIcon } from "@phosphor-icons/react/Stop";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { keys } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type PlanSummary } from "@/lib/host";
import css from "./Looks.module.css";

/** Older ones are of drafts that are long looked through. */
const mostShown = 4;

/** The latest runs over photos: on to their piles, and the way on for one that was stopped or cut short. */
export function Looks({ watched }: { watched: ReadonlyMap<string, unknown> | undefined }) {
  const { t } = useTranslation();
  const host = useHost();
  const runs = useQuery({ queryKey: keys.planList, queryFn: () => host.photoPlans() }).data ?? [];
  // Those that are looked at under a card of their own are told there.
  const shown = runs
    .filter((run) => !watched?.has(run.id) && (run.follows || run.state !== "done"))
    .slice(0, mostShown);
  if (shown.length === 0) return null;
  return (
    <section className={css.looks} aria-labelledby="looks">
      <h2 id="looks" className={css.title}>
        {t("piles.runs")}
      </h2>
      <ul className={css.list}>
        {shown.map((run) => (
          <Look key={run.id} run={run} />
        ))}
      </ul>
    </section>
  );
}

function Look({ run }: { run: PlanSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const change = async (call: Promise<unknown>) => {
    await call;
    await cache.invalidateQueries({ queryKey: keys.plans });
  };
  const underWay = run.state === "looking" || run.state === "filling";
  const cut = run.state === "stopped" || run.state === "failed";
  const counts = { done: run.done, total: run.total };
  return (
    <li className={css.look}>
      <span className={css.words}>
        {t("piles.run", {
          photos: t("common.photos", { count: run.total }),
          piles: t("piles.piles", { count: run.piles }),
          time: format.moment(run.created_at),
        })}
        {(cut || underWay) && (
          <span className={css.state} data-cut={cut || undefined}>
            {t(underWay ? "piles.underWay" : run.state === "stopped" ? "piles.stopped" : "piles.failed", counts)}
          </span>
        )}
      </span>
      {cut && (
        <Button
          size="xs"
          leftSection={<PlayIcon size={13} weight="fill" aria-hidden />}
          onClick={() => act(change(host.resumePlan(run.id)))}
        >
          {t("piles.goOn")}
        </Button>
      )}
      {underWay && (
        <Button
          size="xs"
          leftSection={<StopIcon size={13} weight="fill" aria-hidden />}
          onClick={() => act(change(host.cancelPlan(run.id)))}
        >
          {t("common.stop")}
        </Button>
      )}
      {run.piles > 0 && (
        <Button
          size="xs"
          leftSection={<StackIcon size={14} aria-hidden />}
          onClick={() => void navigate({ to: "/photos/$planId", params: { planId: run.id } })}
        >
          {t("piles.arrange")}
        </Button>
      )}
    </li>
  );
}
