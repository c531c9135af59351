import { Button, Tabs, TextInput } from "@mantine/core";
import { useDebouncedValue, useMediaQuery } from "@mantine/hooks";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { CoatHangerIcon } from "@phosphor-icons/react/CoatHanger";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { ListChecksIcon } from "@phosphor-icons/react/ListChecks";
import { MagnifyingGlassIcon } from "@phosphor-icons/react/MagnifyingGlass";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Screen } from "@/app/Screen";
import { EmptyState } from "@/components/EmptyState";
import { failureOf, FailureNotice } from "@/components/Notice";
import { Pill } from "@/components/Pill";
import { useDrafts } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { allLacks, lacksOf, type Lack } from "@/lib/gates/lacks";
import type { DraftView } from "@/lib/host";
import { PlanReady } from "@/screens/queue/PlanReady";
import css from "./DraftsScreen.module.css";
import { ReadyGrid } from "./ReadyGrid";
import { ToCompleteList } from "./ToCompleteList";

type Filter = "all" | "ready" | Lack;

/** The bench: what is to be completed on the left, what is ready on the right. */
export function DraftsScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const format = useFormat();
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const [tab, setTab] = useState<string | null>(null);
  const [sought] = useDebouncedValue(search.trim(), 120);
  const query = useDrafts({ ready: false, search: sought });
  const everything = useDrafts();
  const narrow = useMediaQuery("(max-width: 1099px)", undefined, { getInitialValueInEffect: false });
  // What is queued or live has left the bench; it stays in sight behind what is ready.
  const shown = useMemo(() => (query.data ?? []).filter((draft) => draft.status !== "archived"), [query.data]);
  const onBench = useMemo(() => shown.filter((draft) => draft.status === "draft"), [shown]);
  const open = useMemo(() => onBench.filter((draft) => !draft.flags.publish_ready), [onBench]);
  const reviewable = useMemo(() => onBench.filter((draft) => draft.flags.publish_ready), [onBench]);
  const ready = useMemo(
    () => [
      ...reviewable,
      ...shown.filter((draft) => draft.status === "queued"),
      ...shown.filter((draft) => draft.status === "published"),
    ],
    [reviewable, shown],
  );
  const queued = shown.filter((draft) => draft.status === "queued").length;
  const published = shown.filter((draft) => draft.status === "published").length;
  const counts = useMemo(() => countLacks(open), [open]);
  const toComplete = useMemo(
    () =>
      filter === "all" || filter === "ready"
        ? open
        : open.filter((draft) => lacksOf(draft.missing_fields).includes(filter)),
    [open, filter],
  );
  const firstReviewable = reviewable[0];
  const review = firstReviewable && (
    <Button
      variant="stitched"
      leftSection={<ListChecksIcon size={18} aria-hidden />}
      onClick={() => void navigate({ to: "/review/$draftId", params: { draftId: firstReviewable.id } })}
    >
      {t("drafts.review", { count: reviewable.length })}
    </Button>
  );

  if (query.isError) {
    return (
      <Screen title={t("drafts.title")}>
        <FailureNotice
          failure={failureOf(query.error)}
          context={t("errors.loadFailed")}
          actions={<Button onClick={() => void query.refetch()}>{t("common.retry")}</Button>}
        />
      </Screen>
    );
  }
  if (everything.data?.length === 0) {
    return (
      <Screen title={t("drafts.title")}>
        <EmptyState
          icon={CoatHangerIcon}
          title={t("drafts.emptyTitle")}
          text={t("drafts.emptyText")}
          action={
            <Button variant="stitched" onClick={() => void navigate({ to: "/photos" })}>
              {t("drafts.emptyAction")}
            </Button>
          }
        />
      </Screen>
    );
  }

  const nothing = sought !== "" && shown.length === 0;
  const sum = reviewable.reduce((total, draft) => total + (draft.price_target_cents ?? 0), 0);
  const left = (
    <section className={css.side} aria-label={t("drafts.toComplete")}>
      {!narrow && (
        <SideHead title={t("drafts.toComplete")}>
          <Pill
            tone={toComplete.length > 0 ? "you" : "plain"}
            icon={<HandPointingIcon size={14} weight="bold" aria-hidden />}
          >
            {toComplete.length}
          </Pill>
        </SideHead>
      )}
      {toComplete.length === 0 && query.isSuccess ? (
        <p className={css.note}>{open.length === 0 ? t("drafts.allReady") : t("drafts.nothingInFilter")}</p>
      ) : (
        <ToCompleteList drafts={toComplete} loading={query.isPending} />
      )}
    </section>
  );
  const right = (
    <section className={css.side} aria-label={t("drafts.ready")}>
      {!narrow && (
        <SideHead title={t("drafts.ready")}>
          <Pill
            tone={reviewable.length > 0 ? "ok" : "plain"}
            icon={<CheckCircleIcon size={14} weight="fill" aria-hidden />}
          >
            {reviewable.length}
          </Pill>
          {queued > 0 && <Pill tone="active">{t("drafts.countQueued", { count: queued })}</Pill>}
          {published > 0 && <Pill tone="plain">{t("drafts.countPublished", { count: published })}</Pill>}
          {sum > 0 && (
            <span className={css.sum}>
              {t("drafts.total", { sum: format.money(sum, reviewable[0]?.currency ?? "EUR") })}
            </span>
          )}
          <span className={css.next}>{review}</span>
        </SideHead>
      )}
      {ready.length === 0 && query.isSuccess ? (
        <p className={css.note}>{narrow ? t("drafts.noneReadyNarrow") : t("drafts.noneReady")}</p>
      ) : (
        <ReadyGrid drafts={ready} loading={query.isPending} />
      )}
    </section>
  );

  return (
    <Screen
      title={t("drafts.title")}
      detail={
        everything.data
          ? t("drafts.detail", { count: everything.data.filter((draft) => draft.status === "draft").length })
          : undefined
      }
      actions={
        <>
          <PlanReady />
          {narrow && review}
        </>
      }
      fixed
    >
      <div className={css.page}>
        <div className={css.toolbar}>
          <TextInput
            className={css.search}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            placeholder={t("drafts.search")}
            aria-label={t("drafts.searchLabel")}
            leftSection={<MagnifyingGlassIcon size={16} aria-hidden />}
            type="search"
          />
          <div className={css.chips} role="group" aria-label={t("drafts.filters")}>
            <Chip
              active={filter === "all"}
              onClick={() => setFilter("all")}
              label={t("drafts.all")}
              count={onBench.length}
            />
            {allLacks
              .filter((lack) => (counts.get(lack) ?? 0) > 0 || filter === lack)
              .map((lack) => (
                <Chip
                  key={lack}
                  active={filter === lack}
                  onClick={() => setFilter(filter === lack ? "all" : lack)}
                  label={t(`drafts.lacks.${lack}`)}
                  count={counts.get(lack) ?? 0}
                />
              ))}
            <Chip
              active={filter === "ready"}
              onClick={() => setFilter(filter === "ready" ? "all" : "ready")}
              label={t("drafts.ready")}
              count={reviewable.length}
            />
          </div>
        </div>
        {nothing ? (
          <EmptyState
            icon={MagnifyingGlassIcon}
            title={t("drafts.nothingFound", { search: sought })}
            text={t("drafts.nothingFoundText")}
            action={<Button onClick={() => setSearch("")}>{t("drafts.clearSearch")}</Button>}
          />
        ) : filter === "ready" ? (
          <div className={css.single}>{right}</div>
        ) : filter !== "all" ? (
          <div className={css.single}>{left}</div>
        ) : narrow ? (
          <Tabs
            value={tab ?? (open.length > 0 || query.isPending ? "open" : "ready")}
            onChange={setTab}
            className={css.tabs}
            keepMounted={false}
          >
            <Tabs.List>
              <Tabs.Tab value="open">
                {t("drafts.toComplete")} <Pill tone={open.length > 0 ? "you" : "plain"}>{open.length}</Pill>
              </Tabs.Tab>
              <Tabs.Tab value="ready">
                {t("drafts.ready")} <Pill tone={reviewable.length > 0 ? "ok" : "plain"}>{reviewable.length}</Pill>
              </Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="open" className={css.panel}>
              {left}
            </Tabs.Panel>
            <Tabs.Panel value="ready" className={css.panel}>
              {right}
            </Tabs.Panel>
          </Tabs>
        ) : (
          <div className={css.bench}>
            {left}
            {right}
          </div>
        )}
      </div>
    </Screen>
  );
}

function countLacks(drafts: readonly DraftView[]): Map<Lack, number> {
  const counts = new Map<Lack, number>();
  for (const draft of drafts)
    for (const lack of lacksOf(draft.missing_fields)) counts.set(lack, (counts.get(lack) ?? 0) + 1);
  return counts;
}

function SideHead({ title, children }: { title: string; children: ReactNode }) {
  return (
    <header className={css.head}>
      <h2 className={css.title}>{title}</h2>
      {children}
    </header>
  );
}

function Chip({
  active,
  label,
  count,
  onClick,
}: {
  active: boolean;
  label: string;
  count: number;
  onClick: () => void;
}) {
  return (
    <button type="button" className={css.chip} aria-pressed={active} onClick={onClick}>
      {label} <b>{count}</b>
    </button>
  );
}
