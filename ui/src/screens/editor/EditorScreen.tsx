import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import { ArrowLeftIcon } from "@phosphor-icons/react/ArrowLeft";
import { ArrowSquareOutIcon } from "@phosphor-icons/react/ArrowSquareOut";
import { CaretLeftIcon } from "@phosphor-icons/react/CaretLeft";
import { CaretRightIcon } from "@phosphor-icons/react/CaretRight";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { DotsThreeIcon } from "@phosphor-icons/react/DotsThree";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { ListChecksIcon } from "@phosphor-icons/react/ListChecks";
import { MagicWandIcon } from "@phosphor-icons/react/MagicWand";
import { TrashIcon } from "@phosphor-icons/react/Trash";
import { ClockCounterClockwiseIcon } from "@phosphor-icons/react/ClockCounterClockwise";
import { useHotkeys } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Screen } from "@/app/Screen";
import { failureOf, FailureNotice, Notice } from "@/components/Notice";
import { Pill } from "@/components/Pill";
import { act } from "@/lib/act";
import { keys, useCheck, useDraft } from "@/lib/data/queries";
import { usePlace } from "@/lib/data/rows";
import { useFormat } from "@/lib/format/useFormat";
import { checklist } from "@/lib/gates/view";
import { useHost, type DraftVersion, type DraftView } from "@/lib/host";
import { toast } from "@/lib/toast";
import { useFormRun } from "@/screens/review/run-store";
import css from "./EditorScreen.module.css";
import { Fields } from "./Fields";
import { FillCard } from "./fill/FillCard";
import { GatesCard } from "./GatesCard";
import { History } from "./History";
import { PhotosPane } from "./PhotosPane";
import { PriceCard } from "./PriceCard";
import { SaveMark } from "./SaveMark";
import { Texts } from "./Texts";
import { revertOf, useEditing } from "./useEditing";

/** One draft: photos, texts, fields, price, and the checks that follow the typing. */
export function EditorScreen() {
  const { draftId = "" } = useParams({ strict: false });
  return <EditorOf key={draftId} draftId={draftId} />;
}

function EditorOf({ draftId }: { draftId: string }) {
  const { t } = useTranslation();
  const query = useDraft(draftId);
  // One that went while it is open stays: what is typed brings it back.
  if (query.isError && !query.data) {
    return (
      <Screen title={t("drafts.title")} before={<Back />}>
        <FailureNotice failure={failureOf(query.error)} context={t("errors.loadFailed")} />
      </Screen>
    );
  }
  if (!query.data) {
    return (
      <Screen title={t("common.loading")} before={<Back />}>
        <div className={css.page} aria-busy>
          <div className={css.placeholder} />
          <div className={css.placeholder} />
          <div className={css.placeholder} />
        </div>
      </Screen>
    );
  }
  return <Editor stored={query.data} />;
}

function Editor({ stored }: { stored: DraftView }) {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const format = useFormat();
  const editing = useEditing(stored);
  const { draft } = editing;
  const check = useCheck(draft.id);
  const sitePrice = useFormRun(draft.id).prepared?.suggested_price ?? null;
  const list = useMemo(
    () => (check.data ? checklist(check.data.gates ?? [], draft.currency, t, format) : null),
    [check.data, draft.currency, t, format],
  );
  const failing = list?.failing.length ?? draft.missing_fields.length;
  const repairs = list?.failing.filter((line) => line.repair !== null) ?? [];
  const ready = list !== null && failing === 0;
  // Style gates are the person's to set aside.
  const preparable = check.data?.preparable === true;
  const title = draft.title.trim() || t("drafts.withoutTitle");
  const neighbours = useNeighbours(draft.id);

  const go = (id: string | undefined) => {
    if (id) void navigate({ to: "/drafts/$draftId", params: { draftId: id } });
  };
  useHotkeys(
    [
      ["alt+ArrowDown", () => go(neighbours.next)],
      ["alt+ArrowUp", () => go(neighbours.previous)],
    ],
    [],
  );

  const remove = async () => {
    await editing.saveNow();
    await host.removeDraft(draft.id);
    await navigate({ to: "/drafts" });
    void cache.invalidateQueries({ queryKey: keys.drafts });
    toast({
      icon: <TrashIcon size={17} aria-hidden />,
      text: t("drafts.removed", { title }),
      undo: async () => {
        await host.restoreDraft(draft.id);
        await cache.invalidateQueries({ queryKey: keys.drafts });
      },
    });
  };

  const [history, setHistory] = useState(false);
  const openHistory = async () => {
    await editing.saveNow();
    setHistory(true);
  };
  const revert = async (version: DraftVersion) => {
    await editing.saveNow();
    const back = (await host.draftVersions(draft.id)).find((each) => each.present);
    if (!back) return;
    const reverted = await host.revertDraft(draft.id, version.revision, back.revision);
    editing.take(reverted);
    toast({
      icon: <ClockCounterClockwiseIcon size={17} aria-hidden />,
      text: t("history.reverted", { title, time: format.moment(version.saved_at) }),
      about: revertOf(draft.id),
      undo: async () => editing.take(await host.revertDraft(draft.id, back.revision, reverted.revision)),
    });
  };

  const review = async () => {
    await editing.saveNow();
    await navigate({ to: "/review/$draftId", params: { draftId: draft.id } });
  };

  return (
    <Screen
      title={title}
      before={<Back />}
      keepDetail
      detail={
        <>
          {draft.status === "published" ? (
            <Pill tone="ok" icon={<CheckCircleIcon size={14} weight="fill" aria-hidden />}>
              {t("drafts.published")}
            </Pill>
          ) : ready ? (
            <Pill tone="ok" icon={<CheckCircleIcon size={14} weight="fill" aria-hidden />}>
              {t("editor.ready")}
            </Pill>
          ) : (
            failing > 0 && (
              <Pill tone="you" icon={<HandPointingIcon size={14} weight="bold" aria-hidden />}>
                {t("editor.toSettle", { count: failing })}
              </Pill>
            )
          )}
          <SaveMark state={editing.saveState} onRetry={() => act(editing.saveNow())} />
        </>
      }
      actions={
        <>
          {neighbours.total > 1 && (
            <div className={css.position}>
              <Tooltip label={`${t("editor.previousDraft")} (Alt ↑)`}>
                <ActionIcon
                  size="xs"
                  aria-label={t("editor.previousDraft")}
                  disabled={!neighbours.previous}
                  onClick={() => go(neighbours.previous)}
                >
                  <CaretLeftIcon size={16} aria-hidden />
                </ActionIcon>
              </Tooltip>
              <span>{t("editor.position", { place: neighbours.place, total: neighbours.total })}</span>
              <Tooltip label={`${t("editor.nextDraft")} (Alt ↓)`}>
                <ActionIcon
                  size="xs"
                  aria-label={t("editor.nextDraft")}
                  disabled={!neighbours.next}
                  onClick={() => go(neighbours.next)}
                >
                  <CaretRightIcon size={16} aria-hidden />
                </ActionIcon>
              </Tooltip>
            </div>
          )}
          <Button
            variant="quiet"
            leftSection={<ClockCounterClockwiseIcon size={17} aria-hidden />}
            onClick={() => act(openHistory())}
          >
            {t("history.open")}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={t("common.showMore")}>
                <DotsThreeIcon size={20} weight="bold" aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<TrashIcon size={16} aria-hidden />} onClick={() => act(remove())}>
                {t("editor.removeDraft")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
      footer={
        <>
          <span className={css.footText}>
            {draft.status === "published"
              ? t("editor.footPublished")
              : draft.status === "queued"
                ? t("editor.footQueued")
                : list === null
                  ? t("editor.checking")
                  : failing === 0
                    ? t("editor.footReady")
                    : t("editor.footToSettle", { count: failing })}
          </span>
          <span className={css.footButtons}>
            {!ready && preparable && draft.status === "draft" && (
              <Button variant="quiet" onClick={() => act(review())}>
                {t("editor.reviewAnyway")}
              </Button>
            )}
            {neighbours.next && (
              <Button onClick={() => go(neighbours.next)} rightSection={<kbd className={css.key}>{"Alt ↓"}</kbd>}>
                {t("editor.nextDraft")}
              </Button>
            )}
            {draft.status === "published" ? (
              draft.listing_url && (
                <Button
                  variant="stitched"
                  leftSection={<ArrowSquareOutIcon size={18} aria-hidden />}
                  onClick={() => act(host.openExternal(draft.listing_url ?? ""))}
                >
                  {t("editor.openListing")}
                </Button>
              )
            ) : repairs.length > 0 ? (
              <Button
                variant="stitched"
                leftSection={<MagicWandIcon size={18} aria-hidden />}
                onClick={() => editing.apply(repairs.flatMap((line) => line.gate.repair))}
              >
                {t("gates.fixAll", { count: repairs.length })}
              </Button>
            ) : (
              <Button
                variant="stitched"
                leftSection={<ListChecksIcon size={18} aria-hidden />}
                disabled={!ready}
                onClick={() => act(review())}
              >
                {t("editor.review")}
              </Button>
            )}
          </span>
        </>
      }
    >
      {history && (
        <History
          draftId={draft.id}
          currency={draft.currency}
          onRevert={(version) => act(revert(version))}
          onClose={() => setHistory(false)}
        />
      )}
      {draft.unknown_outcome && (
        <div className={css.banner}>
          <Notice
            banner
            severity="you"
            title={t("codes.outcome_unknown.title")}
            text={t("codes.outcome_unknown.text")}
            actions={
              <Button onClick={() => void navigate({ to: "/review/$draftId", params: { draftId: draft.id } })}>
                {t("review.settle")}
              </Button>
            }
          />
        </div>
      )}
      <div className={css.page}>
        <PhotosPane draftId={draft.id} stored={draft.photos} take={editing.take} saveNow={editing.saveNow} />
        <div className={css.form}>
          <Texts title={draft.title} description={draft.description} edit={editing.edit} />
          <Fields
            category={draft.category}
            brand={draft.brand}
            size={draft.size}
            condition={draft.condition}
            color={draft.color}
            material={draft.material}
            package_size={draft.package_size}
            failing={(list?.failing ?? []).map((line) => line.gate.field).join(" ")}
            edit={editing.edit}
          />
        </div>
        <div className={css.side}>
          <GatesCard list={list} onRepair={editing.apply} />
          <FillCard draft={draft} take={editing.take} saveNow={editing.saveNow} />
          <PriceCard
            price_min_cents={draft.price_min_cents}
            price_target_cents={draft.price_target_cents}
            price_max_cents={draft.price_max_cents}
            currency={draft.currency}
            sitePrice={sitePrice}
            edit={editing.edit}
          />
        </div>
      </div>
    </Screen>
  );
}

function Back() {
  const { t } = useTranslation();
  return (
    <Link to="/drafts" className={css.back}>
      <ArrowLeftIcon size={16} aria-hidden />
      {t("editor.back")}
    </Link>
  );
}

/** The drafts beside this one in the order of the bench: what is to be completed, then what is ready. */
function useNeighbours(id: string) {
  const found = usePlace(id).data;
  return {
    place: found?.place ?? 0,
    total: found && found.place > 0 ? found.total : 0,
    previous: found?.previous ?? undefined,
    next: found?.next ?? undefined,
  };
}
