import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { CaretLeftIcon } from "@phosphor-icons/react/CaretLeft";
import { CaretRightIcon } from "@phosphor-icons/react/CaretRight";
import { ListChecksIcon } from "@phosphor-icons/react/ListChecks";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Screen } from "@/app/Screen";
import { EmptyState } from "@/components/EmptyState";
import { failureOf, FailureNotice, Notice } from "@/components/Notice";
import { useDraft } from "@/lib/data/queries";
import { useDraftIds } from "@/lib/data/rows";
import { useSellingAccount } from "@/lib/data/selling-account";
import { rowOf } from "@/lib/errors/table";
import type { DraftView, Failure } from "@/lib/host";
import { Confirmed } from "./Confirmed";
import { FieldReport } from "./FieldReport";
import { FormPicture } from "./FormPicture";
import { Published } from "./Published";
import css from "./ReviewScreen.module.css";
import { useFormRun, useFormRuns } from "./run-store";
import { SettleUnknown } from "./SettleUnknown";
import { ToSend } from "./ToSend";
import { ManualNotice, RunFailure } from "./Trouble";

/** What will be sent beside the filled form, and the ways on. Without a draft named: the first that is ready. */
export function ReviewScreen() {
  const { draftId } = useParams({ strict: false });
  const { t } = useTranslation();
  const navigate = useNavigate();
  const drafts = useDraftIds(["unknown", "ready"]);
  const ready = drafts.data ?? [];
  const shown = draftId ?? ready[0] ?? null;
  if (shown === null && drafts.isError) {
    return (
      <Screen title={t("review.title")}>
        <FailureNotice
          failure={failureOf(drafts.error)}
          context={t("errors.loadFailed")}
          actions={<Button onClick={() => void drafts.refetch()}>{t("common.retry")}</Button>}
        />
      </Screen>
    );
  }
  if (shown === null) {
    return (
      <Screen title={t("review.title")}>
        {drafts.isSuccess && (
          <EmptyState
            icon={ListChecksIcon}
            title={t("review.emptyTitle")}
            text={t("review.emptyText")}
            action={
              <Button variant="stitched" onClick={() => void navigate({ to: "/drafts" })}>
                {t("review.emptyAction")}
              </Button>
            }
          />
        )}
      </Screen>
    );
  }
  return <ReviewOne key={shown} draftId={shown} ready={ready} />;
}

function ReviewOne({ draftId, ready }: { draftId: string; ready: readonly string[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const query = useDraft(draftId);
  const run = useFormRun(draftId);
  const runs = useFormRuns();
  const selling = useSellingAccount();
  if (query.isError) {
    return (
      <Screen title={t("review.title")}>
        <FailureNotice failure={failureOf(query.error)} context={t("errors.loadFailed")} />
      </Screen>
    );
  }
  const draft = query.data;
  if (!draft) {
    return (
      <Screen title={t("review.title")}>
        <div className={css.placeholder} role="status" aria-label={t("common.loading")} />
      </Screen>
    );
  }
  const at = ready.indexOf(draftId);
  const go = (id: string | undefined) => {
    if (id) void navigate({ to: "/review/$draftId", params: { draftId: id } });
  };
  const fillOn = (account: string | null) => void runs.prepare(draftId, draft.revision, account);
  // What was filled once goes on where it was; the choice of an account stands beside the first filling.
  const fill = () => fillOn(run.account ?? selling.name);
  const stale = run.prepared !== null && run.doing === null && run.revision !== draft.revision;
  const stepAbove =
    draft.unknown_outcome ||
    run.prepared?.needs_manual === true ||
    run.published?.needs_manual === true ||
    (run.failure !== null && rowOf(run.failure.code).remedy === "log_in");
  const nextReady = ready.find((each) => each !== draftId);
  const done = run.published && !run.published.needs_manual && run.published.listing_url;
  return (
    <Screen
      title={t("review.title")}
      detail={
        <>
          <span className={css.name}>
            {at >= 0 ? t("review.detail", { title: draft.title, place: at + 1, total: ready.length }) : draft.title}
          </span>
          {ready.length > 1 && (
            <span className={css.moves}>
              <Move
                label={t("review.previous")}
                icon={CaretLeftIcon}
                onClick={() => go(ready[at - 1])}
                disabled={at <= 0}
              />
              <Move
                label={t("review.next")}
                icon={CaretRightIcon}
                onClick={() => go(ready[at + 1])}
                disabled={at < 0 || at >= ready.length - 1}
              />
            </span>
          )}
        </>
      }
    >
      <div className={css.page}>
        {draft.unknown_outcome && !done && <SettleUnknown draft={draft} />}
        {run.failure && !isSettled(run.failure, draft) && (
          <RunFailure draft={draft} failure={run.failure} onRetry={fill} />
        )}
        {run.prepared?.needs_manual && <ManualNotice draft={draft} reason={run.prepared.reason} onResume={fill} />}
        {run.published?.needs_manual && <ManualNotice draft={draft} reason={run.published.reason} onResume={fill} />}
        {run.settledOffline && !run.prepared && <Notice severity="note" title={t("review.settledOffline")} />}
        {stale && !done && (
          <Notice
            severity="you"
            title={t("codes.draft_changed.title")}
            text={t("codes.draft_changed.text")}
            actions={
              <Button variant="stitched" onClick={fill}>
                {t("review.fillAgain")}
              </Button>
            }
          />
        )}
        {done && run.published ? (
          <Published draft={draft} result={run.published} nextId={nextReady} />
        ) : (
          <>
            <div className={css.columns}>
              {run.prepared && !run.prepared.needs_manual ? (
                <FieldReport draft={draft} prepared={run.prepared} />
              ) : (
                <ToSend draft={draft} run={run} stepAbove={stepAbove} onFill={() => fillOn(selling.name)} />
              )}
              <FormPicture prepared={run.prepared} />
            </div>
            {run.prepared && !run.prepared.needs_manual && !stale && (
              <Confirmed draft={draft} run={run} prepared={run.prepared} onRefill={fill} />
            )}
          </>
        )}
      </div>
    </Screen>
  );
}

/** Nobody knew, and what is kept of the draft says more by now: that it is to be settled, or that it is published. */
function isSettled({ code }: Failure, draft: DraftView): boolean {
  return code === "outcome_unknown" && (draft.unknown_outcome || draft.status === "published");
}

function Move({
  label,
  icon: Glyph,
  onClick,
  disabled,
}: {
  label: string;
  icon: typeof CaretLeftIcon;
  onClick: () => void;
  disabled: boolean;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon size="xs" aria-label={label} onClick={onClick} disabled={disabled}>
        <Glyph size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
