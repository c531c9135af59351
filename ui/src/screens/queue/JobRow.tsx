import { useDraggable } from "@dnd-kit/core";
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { ArrowClockwiseIcon } from "@phosphor-icons/react/ArrowClockwise";
import { ArrowSquareOutIcon } from "@phosphor-icons/react/ArrowSquareOut";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { CaretDownIcon } from "@phosphor-icons/react/CaretDown";
import { CircleDashedIcon } from "@phosphor-icons/react/CircleDashed";
import { ClockIcon } from "@phosphor-icons/react/Clock";
import { DotsSixVerticalIcon } from "@phosphor-icons/react/DotsSixVertical";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { PauseIcon } from "@phosphor-icons/react/Pause";
import { PlayIcon } from "@phosphor-icons/react/Play";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import { TrashIcon } from "@phosphor-icons/react/Trash";
import { WarningOctagonIcon } from "@phosphor-icons/react/WarningOctagon";
import type { Icon } from "@phosphor-icons/react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import { Pill, type Tone } from "@/components/Pill";
import { act } from "@/lib/act";
import { withJob } from "@/lib/data/events";
import { keys, useAccounts } from "@/lib/data/queries";
import { rowOf } from "@/lib/errors/table";
import { nameOfAccount } from "@/lib/format/account";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type JobAction, type JobView } from "@/lib/host";
import { errorCode } from "./groups";
import { JobDetails } from "./JobDetails";
import css from "./JobRow.module.css";

type Status = "queued" | "running" | "success" | "failed" | "paused" | "needs_manual" | "unknown";

const looks: Record<Status, { tone: Tone; icon: Icon }> = {
  queued: { tone: "plain", icon: ClockIcon },
  running: { tone: "active", icon: CircleDashedIcon },
  success: { tone: "ok", icon: CheckCircleIcon },
  failed: { tone: "bad", icon: WarningOctagonIcon },
  paused: { tone: "plain", icon: PauseIcon },
  needs_manual: { tone: "you", icon: HandPointingIcon },
  unknown: { tone: "you", icon: QuestionIcon },
};

/** What the person may do with a job in each state. */
const actions: Record<Status, readonly JobAction[]> = {
  queued: ["run", "pause", "remove"],
  running: ["pause"],
  success: ["remove"],
  failed: ["retry", "remove"],
  paused: ["resume", "remove"],
  needs_manual: ["retry", "remove"],
  unknown: [],
};

const glyphs: Record<JobAction, Icon> = {
  run: PlayIcon,
  pause: PauseIcon,
  resume: PlayIcon,
  retry: ArrowClockwiseIcon,
  remove: TrashIcon,
};

/**
 * One job: what, when, where it stands, and what may be done; opened to its steps, log and pictures. A draggable one
 * stands inside a `DndContext`; `gap` lies above it and `gapBelow` under it.
 */
export function JobRow({
  job,
  draggable = false,
  gap = null,
  gapBelow = null,
}: {
  job: JobView;
  draggable?: boolean;
  gap?: ReactNode;
  gapBelow?: ReactNode;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const accounts = useAccounts().data ?? [];
  const status: Status = Object.hasOwn(looks, job.status) ? (job.status as Status) : "queued";
  const look = looks[status];
  const code = errorCode(job.last_error);
  const row = code === null ? null : rowOf(code);
  const title = job.title || t("drafts.withoutTitle");
  const [open, setOpen] = useState(job.status === "running");
  const apply = async (action: JobAction) => {
    const changed = await host.queueAct(job.id, action);
    cache.setQueryData<JobView[]>(keys.jobs, (jobs) =>
      action === "remove" ? jobs?.filter((each) => each.id !== job.id) : withJob(jobs ?? [], changed),
    );
    if (action === "remove") void cache.invalidateQueries({ queryKey: keys.drafts });
  };
  return (
    <li className={css.row} data-status={status}>
      {gap}
      <span className={css.time}>{format.clock(job.planned_at)}</span>
      <Picture path={job.thumb_url} alt="" className={css.photo} />
      <div className={css.words}>
        <Link to="/drafts/$draftId" params={{ draftId: job.item_id }} className={css.title}>
          {title}
        </Link>
        {row !== null && status !== "success" && (
          <span className={css.error}>
            {status === "queued"
              ? // It goes on by itself: why not yet, and when.
                job.attempt === 0
                ? t("queue.movedByBudget")
                : t("queue.nextTry", { why: t(`codes.${row.code}.title`), time: format.moment(job.planned_at) })
              : `${t(`codes.${row.code}.title`)}. ${t(`codes.${row.code}.text`)}`}
          </span>
        )}
        {status === "failed" && row !== null && <Remedy job={job} remedy={row.remedy} title={title} />}
        <span className={css.facts}>
          {[
            job.live ? null : t("queue.dryRun"),
            job.account ? nameOfAccount(job.account, accounts) : null,
            job.attempt > 1 ? t("queue.attempt", { count: job.attempt }) : null,
          ]
            .filter((fact) => fact !== null)
            .join(" · ")}
        </span>
      </div>
      <span className={css.price}>{job.price_cents === null ? "" : format.money(job.price_cents, job.currency)}</span>
      <span className={css.state}>
        <Pill
          tone={look.tone}
          icon={
            <look.icon size={14} weight={status === "running" || status === "queued" ? "bold" : "fill"} aria-hidden />
          }
        >
          {t(`queue.status.${status === "success" && !job.live ? "tried" : status}`)}
        </Pill>
      </span>
      <span className={css.actions}>
        {job.listing_url !== null && (
          <RowAction
            icon={ArrowSquareOutIcon}
            label={t("queue.open")}
            title={title}
            onClick={() => act(host.openExternal(job.listing_url ?? ""))}
          />
        )}
        {actions[status].map((action) => (
          <RowAction
            key={action}
            icon={glyphs[action]}
            label={t(`queue.${action}`)}
            title={title}
            onClick={() => act(apply(action))}
          />
        ))}
        <Tooltip label={t("queue.details")}>
          <ActionIcon
            size="xs"
            aria-label={t("queue.actionOn", { action: t("queue.details"), title })}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <CaretDownIcon size={15} aria-hidden className={css.caret} data-open={open || undefined} />
          </ActionIcon>
        </Tooltip>
        {draggable && <Handle job={job} title={title} />}
      </span>
      {open && <JobDetails job={job} />}
      {gapBelow}
    </li>
  );
}

/** Where a planned job is taken hold of: by the pointer, or with Space and the arrow keys. */
function Handle({ job, title }: { job: JobView; title: string }) {
  const { t } = useTranslation();
  const { attributes, listeners, setNodeRef, isDragging } = useDraggable({ id: job.id });
  return (
    <button
      type="button"
      ref={setNodeRef}
      className={css.handle}
      data-dragging={isDragging || undefined}
      {...attributes}
      {...listeners}
      aria-label={t("queue.actionOn", { action: t("queue.drag.move"), title })}
    >
      <DotsSixVerticalIcon size={17} weight="bold" aria-hidden />
    </button>
  );
}

/** What helps a job that failed, beside trying again as it is. */
function Remedy({ job, remedy, title }: { job: JobView; remedy: ReturnType<typeof rowOf>["remedy"]; title: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (remedy !== "edit" && remedy !== "log_in") return null;
  const label = t(remedy === "edit" ? "review.edit" : "review.logIn");
  return (
    <span className={css.remedy}>
      <Button
        size="xs"
        aria-label={t("queue.actionOn", { action: label, title })}
        onClick={() =>
          void (remedy === "edit"
            ? navigate({ to: "/drafts/$draftId", params: { draftId: job.item_id } })
            : navigate({ to: "/settings/$section", params: { section: "account" } }))
        }
      >
        {label}
      </Button>
    </span>
  );
}

function RowAction({
  icon: Glyph,
  label,
  title,
  onClick,
}: {
  icon: Icon;
  label: string;
  title: string;
  onClick: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Tooltip label={label}>
      <ActionIcon
        size="xs"
        variant="default"
        aria-label={t("queue.actionOn", { action: label, title })}
        onClick={onClick}
      >
        <Glyph size={15} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
