import { Button, Modal, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { CalendarDotsIcon } from "@phosphor-icons/react/CalendarDots";
import { QueueIcon } from "@phosphor-icons/react/Queue";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AccountSelect } from "@/components/AccountSelect";
import { failureOf, FailureNotice } from "@/components/Notice";
import { act } from "@/lib/act";
import { keys } from "@/lib/data/queries";
import { useSellingAccount } from "@/lib/data/selling-account";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type PlanView, type QueueRequest } from "@/lib/host";
import { toast } from "@/lib/toast";
import css from "./PlanDialog.module.css";
import { requestOf, type Wish } from "./plan-request";
import { dayWords, planSentence } from "./plan-words";
import { afterQueueing, takeOut } from "./queueing";

const ways = ["between", "at", "now"] as const;
/** How far ahead a day may be chosen. */
const daysOffered = 14;

/** When listings go out. What the engine makes of the wish is said before anything is queued. */
export function PlanDialog({ drafts, onClose }: { drafts: readonly { id: string }[]; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const { name: account, known } = useSellingAccount();
  const [now] = useState(() => new Date());
  const [wish, setWish] = useState<Omit<Wish, "account">>(() => ({
    way: "between",
    // Late in the evening its window is as good as over.
    day: now.getHours() >= 21 ? 1 : 0,
    from: t("queue.plan.fromDefault"),
    until: t("queue.plan.untilDefault"),
  }));
  const change = (to: Partial<typeof wish>) => setWish((before) => ({ ...before, ...to }));
  const read = (asked: typeof wish) =>
    requestOf(
      { ...asked, account },
      drafts.map((draft) => draft.id),
      now,
    );
  const asked = read(wish);
  const fault = "fault" in asked ? asked.fault : null;
  const [settled] = useDebouncedValue(wish, 150);
  const resting = read(settled);
  const request = "request" in resting && fault === null ? resting.request : null;
  const plan = useQuery({
    queryKey: keys.plan(request ?? {}),
    queryFn: () => host.queuePlan(request ?? {}),
    enabled: request !== null && known,
    staleTime: 0,
    gcTime: 0,
    placeholderData: (before) => before,
  });
  const add = useMutation({
    mutationFn: (said: QueueRequest) => host.queueAdd(said),
    onSuccess: async ({ jobs, plan: made }) => {
      onClose();
      await afterQueueing(cache);
      toast({
        icon: <QueueIcon size={17} aria-hidden />,
        text: t("queue.plan.added", { count: jobs.length, plan: planSentence(made, t, format) }),
        undo: () => act(takeOut(host, cache, jobs)),
      });
    },
  });
  const shown = request && !plan.isError ? plan.data : undefined;
  // While the next plan is made the one before is still shown; only what was asked for last may be queued.
  const current = shown !== undefined && settled === wish && !plan.isPlaceholderData;
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={t("queue.plan.title", { count: drafts.length })}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (current && request) add.mutate(request);
        }}
      >
        <SegmentedControl
          fullWidth
          aria-label={t("queue.plan.way")}
          value={wish.way}
          onChange={(way) => change({ way })}
          data={ways.map((value) => ({ value, label: t(`queue.plan.ways.${value}`) }))}
        />
        {wish.way !== "now" && (
          <div className={css.fields}>
            <NativeSelect
              label={t("queue.plan.day")}
              value={String(wish.day)}
              onChange={(event) => change({ day: Number(event.currentTarget.value) })}
              data={Array.from({ length: daysOffered }, (_, ahead) => ({
                value: String(ahead),
                label: dayLabel(ahead, now, t("queue.when.today"), t("queue.when.tomorrow"), format.day),
              }))}
            />
            <TextInput
              label={t(wish.way === "at" ? "queue.plan.at" : "queue.plan.from")}
              value={wish.from}
              error={fault === "from" ? t("queue.plan.noTime") : undefined}
              onChange={(event) => change({ from: event.currentTarget.value })}
            />
            {wish.way === "between" && (
              <TextInput
                label={t("queue.plan.until")}
                value={wish.until}
                error={fault === "until" ? t("queue.plan.noTime") : undefined}
                onChange={(event) => change({ until: event.currentTarget.value })}
              />
            )}
          </div>
        )}
        <AccountSelect />
        <div
          role="status"
          className={css.preview}
          data-shown={shown !== undefined || undefined}
          aria-busy={shown !== undefined && !current}
        >
          {fault === "past" && <p>{t("queue.plan.past")}</p>}
          {shown && <Preview plan={shown} />}
        </div>
        {request && plan.isError && <FailureNotice failure={failureOf(plan.error)} />}
        {add.isError && <FailureNotice failure={failureOf(add.error)} />}
        <footer className={css.foot}>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="stitched" type="submit" disabled={!current} loading={add.isPending}>
            {t("queue.plan.confirm", { count: drafts.length })}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}

function dayLabel(ahead: number, now: Date, today: string, tomorrow: string, name: (at: Date) => string): string {
  const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead, 12);
  const word = ahead === 0 ? today : ahead === 1 ? tomorrow : null;
  const text = word === null ? name(date) : `${word}, ${name(date)}`;
  return text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
}

function Preview({ plan }: { plan: PlanView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const why = plan.moved_by;
  return (
    <>
      <p className={css.sentence}>
        <CalendarDotsIcon size={18} aria-hidden />
        {planSentence(plan, t, format)}
      </p>
      {plan.moved > 0 && (
        <p className={css.why}>
          {t(why === "hour" || why === "day" ? `queue.plan.moved.${why}` : "queue.plan.moved.window", {
            count: plan.moved,
          })}
        </p>
      )}
      {plan.days.length > 1 && (
        <ul className={css.days}>
          {plan.days.slice(0, 7).map((day) => (
            <li key={day.date}>
              <span>{dayWords(day.first, t, format)}</span>
              <span>
                {day.count === 1
                  ? format.hour(day.first)
                  : t("queue.plan.span", { from: format.hour(day.first), until: format.hour(day.last) })}
              </span>
              <b>{day.count}</b>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
