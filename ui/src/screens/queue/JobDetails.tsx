import { Button, Modal } from "@mantine/core";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { CircleIcon } from "@phosphor-icons/react/Circle";
import { CircleHalfIcon } from "@phosphor-icons/react/CircleHalf";
import { CopyIcon } from "@phosphor-icons/react/Copy";
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { FailureNotice } from "@/components/Notice";
import { Picture } from "@/components/Picture";
import { act } from "@/lib/act";
import { useFormat } from "@/lib/format/useFormat";
import type { JobView } from "@/lib/host";
import { picturesOf, stepsOf, type StepState } from "./job-steps";
import css from "./JobDetails.module.css";
import { useJobLog } from "./useJobLog";

const looks = {
  done: CheckCircleIcon,
  running: CircleHalfIcon,
  stopped: WarningIcon,
  ahead: CircleIcon,
} as const satisfies Record<StepState, unknown>;

/** A job opened: its steps, its log as it is written, and the pictures of what was on the screen. */
export function JobDetails({ job }: { job: JobView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { lines, pending, failure } = useJobLog(job.id);
  const [seen, setSeen] = useState<string | null>(null);
  const panel = useRef<HTMLDivElement>(null);
  const pictures = picturesOf(lines);
  const told = lines.filter(({ text }) => !text.startsWith("picture: "));
  // Follows what is written as long as the person is at the end.
  useEffect(() => {
    const box = panel.current;
    if (box && box.scrollHeight - box.scrollTop - box.clientHeight < 80) box.scrollTop = box.scrollHeight;
  }, [lines.length]);
  const copy = () => navigator.clipboard.writeText(lines.map(({ at, text }) => `${at} ${text}`).join("\n"));
  return (
    <div className={css.details}>
      <ol className={css.steps} aria-label={t("queue.steps.label")}>
        {[...stepsOf(lines, job.status, job.live)].map(([step, state]) => {
          const Glyph = looks[state];
          return (
            <li
              key={step}
              className={css.step}
              data-state={state}
              aria-current={state === "running" ? "step" : undefined}
            >
              <Glyph size={17} weight={state === "ahead" ? "regular" : "fill"} aria-hidden />
              {t(`queue.steps.${step}`)}
            </li>
          );
        })}
      </ol>
      {failure ? (
        <FailureNotice failure={failure} context={t("errors.loadFailed")} />
      ) : (
        <div className={css.log} ref={panel} role="log" aria-label={t("queue.log")} tabIndex={0} data-selectable>
          {told.length === 0 && <p className={css.none}>{pending ? t("common.loading") : t("queue.noLog")}</p>}
          {told.map(({ at, text }, place) => (
            <p key={place} className={css.line}>
              <time dateTime={at}>{format.second(at)}</time>
              {text}
            </p>
          ))}
        </div>
      )}
      <div className={css.foot}>
        {pictures.map((path, place) => (
          <button
            key={path}
            type="button"
            className={css.picture}
            aria-label={t("queue.picture", { number: place + 1, total: pictures.length })}
            onClick={() => setSeen(path)}
          >
            <Picture path={path} alt="" className={css.thumb} />
          </button>
        ))}
        {told.length > 0 && (
          <Button size="xs" variant="link" leftSection={<CopyIcon size={14} aria-hidden />} onClick={() => act(copy())}>
            {t("queue.copyLog")}
          </Button>
        )}
      </div>
      {seen && (
        <Modal
          opened
          onClose={() => setSeen(null)}
          size="auto"
          title={t("queue.pictureTitle")}
          closeButtonProps={{ "aria-label": t("common.close") }}
        >
          <Picture path={seen} alt={t("queue.pictureAlt")} className={css.whole} whole />
        </Modal>
      )}
    </div>
  );
}
