import { Button } from "@mantine/core";
import { ArrowClockwiseIcon } from "@phosphor-icons/react/ArrowClockwise";
import { ArrowSquareOutIcon } from "@phosphor-icons/react/ArrowSquareOut";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FailureNotice, Notice } from "@/components/Notice";
import { act } from "@/lib/act";
import { useAbout } from "@/lib/data/queries";
import { isCode, rowOf } from "@/lib/errors/table";
import { useHost, type DraftView, type Failure } from "@/lib/host";

/** The site wants the person: what it asks, what is safe, and the way on. */
export function ManualNotice({ reason, onResume }: { reason: string | null; onResume: () => void }) {
  const { t } = useTranslation();
  const host = useHost();
  const about = useAbout().data;
  const known = reason !== null && isCode(reason) ? reason : null;
  return (
    <Notice
      banner
      severity="you"
      title={known ? t(`codes.${known}.title`) : t("review.manualTitle")}
      text={known ? t(`codes.${known}.text`) : t("review.manualGeneric")}
      actions={
        <>
          {about && (
            <Button
              leftSection={<ArrowSquareOutIcon size={17} aria-hidden />}
              onClick={() => act(host.openExternal(about.site_url))}
            >
              {t("review.openSite")}
            </Button>
          )}
          <Button variant="stitched" leftSection={<ArrowClockwiseIcon size={17} aria-hidden />} onClick={onResume}>
            {t("review.resume")}
          </Button>
        </>
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
