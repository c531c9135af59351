import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { InfoIcon } from "@phosphor-icons/react/Info";
import { WarningOctagonIcon } from "@phosphor-icons/react/WarningOctagon";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { rowOf, type Severity } from "@/lib/errors/table";
import { useFormat } from "@/lib/format/useFormat";
import { HostError, type Failure } from "@/lib/host";
import css from "./Notice.module.css";

interface NoticeProps {
  severity: Severity;
  title: string;
  text?: ReactNode;
  actions?: ReactNode;
  /** Must not be missed: amber fill, on top of the screen. */
  banner?: boolean;
}

const icons = { you: HandPointingIcon, bad: WarningOctagonIcon, note: InfoIcon } as const;

/** Something stopped or needs the person: the fact, what is safe, the remedy. */
export function Notice({ severity, title, text, actions, banner = false }: NoticeProps) {
  const Glyph = icons[severity];
  return (
    <section
      className={css.notice}
      data-severity={severity}
      data-banner={banner || undefined}
      role={severity === "note" ? "status" : "alert"}
    >
      <span className={css.icon} aria-hidden>
        <Glyph size={20} weight="fill" />
      </span>
      <div className={css.words}>
        <strong className={css.title}>{title}</strong>
        {text !== undefined && <div className={css.text}>{text}</div>}
      </div>
      {actions !== undefined && <div className={css.actions}>{actions}</div>}
    </section>
  );
}

/** A refusal of the engine in the person's words. `context` names what was being done. */
export function FailureNotice({
  failure,
  context,
  actions,
  banner,
}: {
  failure: Failure;
  context?: string;
  actions?: ReactNode;
  banner?: boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { code, severity } = rowOf(failure.code);
  const incident = incidentOf(failure);
  return (
    <Notice
      severity={severity}
      title={context ? `${context} · ${t(`codes.${code}.title`)}` : t(`codes.${code}.title`)}
      text={
        <>
          {t(`codes.${code}.text`)}
          {failure.retry_at && <> {t("errors.retryAt", { time: format.moment(failure.retry_at) })}</>}
          {incident && <> {t("errors.incident", { incident })}</>}
        </>
      }
      actions={actions}
      banner={banner}
    />
  );
}

/** The `Failure` in whatever a call rejected with. */
export function failureOf(error: unknown): Failure {
  return error instanceof HostError ? error.failure : { code: "internal", message: String(error), details: null };
}

function incidentOf({ details }: Failure): string | null {
  if (typeof details !== "object" || details === null || Array.isArray(details)) return null;
  return typeof details.incident === "string" ? details.incident : null;
}
