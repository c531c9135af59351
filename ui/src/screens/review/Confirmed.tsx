import { Button } from "@mantine/core";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { ClockIcon } from "@phosphor-icons/react/Clock";
import { CursorClickIcon } from "@phosphor-icons/react/CursorClick";
import { PaperPlaneTiltIcon } from "@phosphor-icons/react/PaperPlaneTilt";
import { QueueIcon } from "@phosphor-icons/react/Queue";
import { RepeatIcon } from "@phosphor-icons/react/Repeat";
import type { Icon } from "@phosphor-icons/react";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "@/components/Notice";
import { act } from "@/lib/act";
import { useAbout, useAccounts } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type DraftView, type PrepareView } from "@/lib/host";
import { toast } from "@/lib/toast";
import { PlanDialog } from "@/screens/queue/PlanDialog";
import { afterQueueing, takeOut } from "@/screens/queue/queueing";
import { ByHand } from "./ByHand";
import css from "./Confirmed.module.css";
import { useFormRuns, type FormRun } from "./run-store";
import { Steps } from "./Steps";
import { useSecondsUntil } from "./useSecondsUntil";

/** The ways on from a filled form: a dry run, the queue, or publishing now. */
export function Confirmed({
  draft,
  run,
  prepared,
  onRefill,
}: {
  draft: DraftView;
  run: FormRun;
  prepared: PrepareView;
  onRefill: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const runs = useFormRuns();
  const accounts = useAccounts().data ?? [];
  const practice = useAbout().data?.practice ?? false;
  const left = useSecondsUntil(prepared.expires_at);
  const price = format.money(prepared.price_cents ?? draft.price_target_cents ?? 0, prepared.currency);

  const [planning, setPlanning] = useState(false);

  if (run.doing === "by_hand") return <ByHand steps={run.steps} />;
  if (run.doing === "publishing" || run.doing === "trying") {
    return (
      <section
        className={css.running}
        aria-label={t(run.doing === "publishing" ? "review.publishing" : "review.trying")}
      >
        <h2 className={css.title}>{t(run.doing === "publishing" ? "review.publishing" : "review.trying")}</h2>
        <Steps steps={run.steps} plan={run.doing === "publishing" ? "publishing" : "filling"} />
      </section>
    );
  }
  if (left === 0) {
    return (
      <Notice
        severity="you"
        title={t("review.expiredTitle")}
        text={t("review.expiredText")}
        actions={
          <Button variant="stitched" onClick={onRefill}>
            {t("review.fillAgain")}
          </Button>
        }
      />
    );
  }
  // The one in whose session the form was filled, also where another window began it.
  const account = accounts.find((each) => each.username === prepared.account)?.name ?? run.account;
  const enqueue = async () => {
    const { jobs } = await host.queueAdd({
      draft_ids: [draft.id],
      live: true,
      at: null,
      between: null,
      account,
    });
    await afterQueueing(cache);
    toast({
      icon: <QueueIcon size={17} aria-hidden />,
      text: t("review.queued", { title: draft.title }),
      undo: () => act(takeOut(host, cache, jobs)),
    });
  };
  return (
    <div className={css.ways}>
      <Way icon={RepeatIcon} title={t("review.dryTitle")} text={t("review.dryText")}>
        <Button disabled={!prepared.confirm_token} onClick={() => void runs.publish(draft.id, false)}>
          {t("review.dryAction")}
        </Button>
        {run.tried && (
          <span className={css.tried} role="status">
            <CheckCircleIcon size={16} weight="fill" aria-hidden />
            {t("review.dryDone")}
          </span>
        )}
      </Way>
      <Way icon={QueueIcon} title={t("review.laterTitle")} text={t("review.laterText")}>
        <Button disabled={!draft.flags.publish_ready} onClick={() => act(enqueue())}>
          {t("review.laterAction")}
        </Button>
        <Button
          disabled={!draft.flags.publish_ready}
          leftSection={<ClockIcon size={16} aria-hidden />}
          onClick={() => setPlanning(true)}
        >
          {t("review.laterTime")}
        </Button>
        {planning && <PlanDialog drafts={[draft]} onClose={() => setPlanning(false)} />}
      </Way>
      <Way icon={CursorClickIcon} title={t("review.handWay")} text={t("review.handWayText")}>
        <Button
          disabled={!prepared.publishable || !prepared.confirm_token}
          onClick={() => void runs.publishByHand(draft.id)}
        >
          {t("review.handAction")}
        </Button>
      </Way>
      <Way
        icon={PaperPlaneTiltIcon}
        title={t("review.publishTitle")}
        text={practice ? t("review.publishTextPractice") : t("review.publishText", { account: prepared.account ?? "" })}
        main
      >
        <Button
          variant="stitched"
          disabled={!prepared.publishable || !prepared.confirm_token}
          onClick={() => void runs.publish(draft.id, true)}
        >
          {t("review.publishAction", { price })}
        </Button>
      </Way>
    </div>
  );
}

function Way({
  icon: Glyph,
  title,
  text,
  main = false,
  children,
}: {
  icon: Icon;
  title: string;
  text: string;
  main?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={css.way} data-main={main || undefined}>
      <h2 className={css.title}>
        <Glyph size={19} aria-hidden />
        {title}
      </h2>
      <p className={css.text}>{text}</p>
      <div className={css.buttons}>{children}</div>
    </section>
  );
}
