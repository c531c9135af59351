import { Button } from "@mantine/core";
import { ArrowClockwiseIcon } from "@phosphor-icons/react/ArrowClockwise";
import { BrowserIcon } from "@phosphor-icons/react/Browser";
import { StopIcon } from "@phosphor-icons/react/Stop";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FailureNotice, Notice } from "@/components/Notice";
import { act } from "@/lib/act";
import { isCode, rowOf } from "@/lib/errors/table";
import type { DraftView, Failure } from "@/lib/host";
import { useAnswerChallenge } from "./useAnswerChallenge";

/** The site wants the person: what it asks, what is safe, and the way on. */
export function ManualNotice({
  draft,
  reason,
  onResume,
}: {
  draft: DraftView;
  reason: string | null;
  onResume: () => void;
}) {
  const { t } = useTranslation();
  const challenge = useAnswerChallenge(draft.id);
  const known = reason !== null && isCode(reason) ? reason : null;
  if (challenge.waiting) return <WaitingForAnswer onStop={challenge.stop} />;
  return (
    <>
      <Notice
        banner
        severity="you"
        title={known ? t(`codes.${known}.title`) : t("review.manualTitle")}
        text={known ? t(`codes.${known}.text`) : t("review.manualGeneric")}
        actions={
          <>
            <Button leftSection={<ArrowClockwiseIcon size={17} aria-hidden />} onClick={onResume}>
              {t("review.resume")}
            </Button>
            <Button
              variant="stitched"
              leftSection={<BrowserIcon size={18} aria-hidden />}
              disabled={challenge.elsewhere}
              onClick={challenge.answer}
            >
              {t("review.showBrowser")}
            </Button>
          </>
        }
      />
      {challenge.failure && <FailureNotice failure={challenge.failure} />}
    </>
  );
}

/** The page is in front of the person; the app looks on and goes on by itself. `about`: whose page, among several. */
export function WaitingForAnswer({ about, onStop }: { about?: string; onStop: () => Promise<unknown> }) {
  const { t } = useTranslation();
  return (
    <Notice
      banner
      severity="you"
      title={t("review.answerTitle")}
      text={about === undefined ? t("review.answerText") : `${about}. ${t("review.answerText")}`}
      actions={
        <Button leftSection={<StopIcon size={15} weight="fill" aria-hidden />} onClick={() => act(onStop())}>
          {t("review.answerStop")}
        </Button>
      }
    />
  );
}

/** Filling or publishing was refused: why, and the one thing to do. */
export function RunFailure({ draft, failure, onRetry }: { draft: DraftView; failure: Failure; onRetry: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { remedy } = rowOf(failure.code);
  return (
    <FailureNotice
      failure={failure}
      banner={remedy === "log_in" || remedy === "browser"}
      actions={
        remedy === "edit" ? (
          <Button onClick={() => void navigate({ to: "/drafts/$draftId", params: { draftId: draft.id } })}>
            {t("review.edit")}
          </Button>
        ) : remedy === "log_in" ? (
          <Button
            variant="stitched"
            onClick={() => void navigate({ to: "/settings/$section", params: { section: "account" } })}
          >
            {t("review.logIn")}
          </Button>
        ) : remedy === "queue" ? (
          <Button onClick={() => void navigate({ to: "/queue" })}>{t("nav.queue")}</Button>
        ) : remedy === "retry" || remedy === "browser" ? (
          <Button leftSection={<ArrowClockwiseIcon size={16} aria-hidden />} onClick={onRetry}>
            {t("common.retry")}
          </Button>
        ) : undefined
      }
    />
  );
}
