import { Button, SegmentedControl, Tabs, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue, useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { CoatHangerIcon } from "@phosphor-icons/react/CoatHanger";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { KanbanIcon } from "@phosphor-icons/react/Kanban";
import { ListChecksIcon } from "@phosphor-icons/react/ListChecks";
import { MagnifyingGlassIcon } from "@phosphor-icons/react/MagnifyingGlass";
import { SquaresFourIcon } from "@phosphor-icons/react/SquaresFour";
import { TableIcon } from "@phosphor-icons/react/Table";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Screen } from "@/app/Screen";
import { EmptyState } from "@/components/EmptyState";
import { failureOf, FailureNotice } from "@/components/Notice";
import { Pill } from "@/components/Pill";
import { SearchField } from "@/components/SearchField";
import { act } from "@/lib/act";
import { countIn, everyDraft, finished, toComplete, useDraftCounts, type RowsQuery } from "@/lib/data/rows";
import { useFormat } from "@/lib/format/useFormat";
import { allLacks, lacksOf, type Lack } from "@/lib/gates/lacks";
import { useHost, type DraftCounts, type DraftSort, type DraftState } from "@/lib/host";
import { useImports } from "@/screens/photos/import-store";
import { LookingCard } from "@/screens/photos/LookingCard";
import { PlanReady } from "@/screens/queue/PlanReady";
import { BenchList } from "./BenchList";
import { BulkBar } from "./BulkBar";
import { CardGrid } from "./CardGrid";
import css from "./DraftsScreen.module.css";
import { DraftTable } from "./DraftTable";
import { FilterMenu } from "./FilterMenu";
import { useSelection } from "./useSelection";

type Filter = "all" | "ready" | Lack;
const views = ["bench", "table", "grid"] as const;
type View = (typeof views)[number];

const listed: readonly DraftState[] = [...toComplete, ...finished];

/** Drafts: on the bench what is to be completed stands left of what is ready; all of them in a table or as cards. */
export function DraftsScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const host = useHost();
  const format = useFormat();
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const [brand, setBrand] = useState<string | null>(null);
  const [account, setAccount] = useState<string | null>(null);
  const [sort, setSort] = useState<DraftSort>("import");
  const [tab, setTab] = useState<string | null>(null);
  const [view, setView] = useLocalStorage<View>({ key: "drafts-view", defaultValue: "bench" });
  const [sought] = useDebouncedValue(search.trim(), 120);
  const selection = useSelection();
  // Who comes here before the photos were looked at sees why fields are still empty.
  const looking = useImports().runs.find((run) => run.looking.size > 0);
  const narrow = useMediaQuery("(max-width: 1099px)", undefined, { getInitialValueInEffect: false });

  const base = useMemo<RowsQuery>(() => ({ ...everyDraft, search: sought, brand, account }), [sought, brand, account]);
  const counted = useDraftCounts(base);
  const everything = useDraftCounts().data;
  const counts = counted.data;
  // The codes that a filter stands for are those that occur: the engine knows no groups.
  const lackCodes =
    filter === "all" || filter === "ready"
      ? ""
      : [...new Set((counts?.kinds ?? []).flatMap((kind) => kind.missing))]
          .filter((code) => lacksOf([code]).includes(filter))
          .toSorted()
          .join(" ");
  // Counts come anew with every change of a draft; the lists stay the same as long as what they are asked for does.
  const missing = useMemo(() => (lackCodes === "" ? [] : lackCodes.split(" ")), [lackCodes]);
  const shownStates = filter === "all" ? listed : filter === "ready" ? finished : toComplete;
  const open = useMemo<RowsQuery>(() => ({ ...base, states: [...toComplete], missing }), [base, missing]);
  const ready = useMemo<RowsQuery>(() => ({ ...base, states: [...finished] }), [base]);
  const flat = useMemo<RowsQuery>(
    () => ({ ...base, states: [...shownStates], missing: filter === "ready" ? [] : missing, sort }),
    [base, shownStates, filter, missing, sort],
  );

  const lacking = useMemo(() => countLacks(counts), [counts]);
  const openCount = countIn(counts, toComplete);
  const reviewable = countIn(counts, ["ready"]);
  const queued = countIn(counts, ["queued"]);
  const published = countIn(counts, ["published"]);
  const narrowed = filter === "all" || filter === "ready" ? openCount : (lacking.get(filter) ?? 0);
  const total = filter === "ready" ? countIn(counts, finished) : filter === "all" ? countIn(counts, listed) : narrowed;
  const sum = (counts?.kinds ?? []).reduce((cents, kind) => cents + (kind.state === "ready" ? kind.cents : 0), 0);

  const reviewFirst = async () => {
    const [first] = await host.draftIds({ ...ready, states: ["ready"] });
    if (first) await navigate({ to: "/review/$draftId", params: { draftId: first } });
  };
  const review = reviewable > 0 && (
    <Button
      variant="stitched"
      leftSection={<ListChecksIcon size={18} aria-hidden />}
      onClick={() => act(reviewFirst())}
    >
      {t("drafts.review", { count: reviewable })}
    </Button>
  );

  if (counted.isError) {
    return (
      <Screen title={t("drafts.title")}>
        <FailureNotice
          failure={failureOf(counted.error)}
          context={t("errors.loadFailed")}
          actions={<Button onClick={() => void counted.refetch()}>{t("common.retry")}</Button>}
        />
      </Screen>
    );
  }
  if (everything?.kinds.length === 0) {
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

  const left = (
    <section className={css.side} aria-label={t("drafts.toComplete")}>
      {!narrow && (
        <SideHead title={t("drafts.toComplete")}>
          <Pill tone={narrowed > 0 ? "you" : "plain"} icon={<HandPointingIcon size={14} weight="bold" aria-hidden />}>
            {narrowed}
          </Pill>
        </SideHead>
      )}
      {narrowed === 0 && counted.isSuccess ? (
        <p className={css.note}>{openCount === 0 ? t("drafts.allReady") : t("drafts.nothingInFilter")}</p>
      ) : (
        <BenchList query={open} selection={selection} />
      )}
    </section>
  );
  const right = (
    <section className={css.side} aria-label={t("drafts.ready")}>
      {!narrow && (
        <SideHead title={t("drafts.ready")}>
          <Pill tone={reviewable > 0 ? "ok" : "plain"} icon={<CheckCircleIcon size={14} weight="fill" aria-hidden />}>
            {reviewable}
          </Pill>
          {queued > 0 && <Pill tone="active">{t("drafts.countQueued", { count: queued })}</Pill>}
          {published > 0 && <Pill tone="plain">{t("drafts.countPublished", { count: published })}</Pill>}
          {sum > 0 && <span className={css.sum}>{t("drafts.total", { sum: format.money(sum, "EUR") })}</span>}
          <span className={css.next}>{review}</span>
        </SideHead>
      )}
      {countIn(counts, finished) === 0 && counted.isSuccess ? (
        <p className={css.note}>{narrow ? t("drafts.noneReadyNarrow") : t("drafts.noneReady")}</p>
      ) : (
        <CardGrid query={ready} selection={selection} />
      )}
    </section>
  );
  const onSort = (next: DraftSort) => setSort(next);

  return (
    <Screen
      title={t("drafts.title")}
      detail={everything ? t("drafts.detail", { count: countIn(everything, ["unknown", "open", "ready"]) }) : undefined}
      actions={
        <>
          <PlanReady />
          {(narrow || view !== "bench") && review}
        </>
      }
      fixed
    >
      <div className={css.page}>
        {looking && <LookingCard run={looking} />}
        <div className={css.toolbar}>
          <SearchField
            className={css.search}
            value={search}
            onChange={setSearch}
            placeholder={t("drafts.search")}
            label={t("drafts.searchLabel")}
          />
          <div className={css.chips} role="group" aria-label={t("drafts.filters")}>
            <Chip
              active={filter === "all"}
              onClick={() => setFilter("all")}
              label={t("drafts.all")}
              count={countIn(counts, ["unknown", "open", "ready"])}
            />
            {allLacks
              .filter((lack) => (lacking.get(lack) ?? 0) > 0 || filter === lack)
              .map((lack) => (
                <Chip
                  key={lack}
                  active={filter === lack}
                  onClick={() => setFilter(filter === lack ? "all" : lack)}
                  label={t(`drafts.lacks.${lack}`)}
                  count={lacking.get(lack) ?? 0}
                />
              ))}
            <Chip
              active={filter === "ready"}
              onClick={() => setFilter(filter === "ready" ? "all" : "ready")}
              label={t("drafts.ready")}
              count={reviewable}
            />
            <FilterMenu
              brand={brand}
              brands={counts?.brands ?? []}
              account={account}
              onBrand={setBrand}
              onAccount={setAccount}
            />
          </div>
          <SegmentedControl
            className={css.views}
            value={view}
            onChange={(next) => setView(next)}
            aria-label={t("drafts.view")}
            data={views.map((name) => {
              const Glyph = glyphs[name];
              return {
                value: name,
                label: (
                  <span className={css.viewName} title={t(`drafts.views.${name}`)}>
                    <Glyph size={16} aria-hidden />
                    <VisuallyHidden>{t(`drafts.views.${name}`)}</VisuallyHidden>
                  </span>
                ),
              };
            })}
          />
        </div>
        {counts?.kinds.length === 0 && !counted.isPlaceholderData ? (
          <NothingFound
            search={sought}
            instead={counts.instead}
            onSearch={setSearch}
            onClear={() => {
              setSearch("");
              setBrand(null);
              setAccount(null);
            }}
          />
        ) : view !== "bench" && total === 0 && counted.isSuccess ? (
          <EmptyState
            icon={MagnifyingGlassIcon}
            title={t("drafts.nothingInFilter")}
            text={t("drafts.nothingFoundText")}
          />
        ) : view === "table" ? (
          <DraftTable query={flat} selection={selection} onSort={onSort} />
        ) : view === "grid" ? (
          <div className={css.single}>
            <CardGrid query={flat} selection={selection} />
          </div>
        ) : filter === "ready" ? (
          <div className={css.single}>{right}</div>
        ) : filter !== "all" ? (
          <div className={css.single}>{left}</div>
        ) : narrow ? (
          <Tabs
            value={tab ?? (openCount > 0 || counted.isPending ? "open" : "ready")}
            onChange={setTab}
            className={css.tabs}
            keepMounted={false}
          >
            <Tabs.List>
              <Tabs.Tab value="open">
                {t("drafts.toComplete")} <Pill tone={openCount > 0 ? "you" : "plain"}>{openCount}</Pill>
              </Tabs.Tab>
              <Tabs.Tab value="ready">
                {t("drafts.ready")} <Pill tone={reviewable > 0 ? "ok" : "plain"}>{reviewable}</Pill>
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
        <BulkBar selection={selection} total={total} onAll={() => selection.all(flat)} />
      </div>
    </Screen>
  );
}

const glyphs = { bench: KanbanIcon, table: TableIcon, grid: SquaresFourIcon } as const;

/** Nothing fits: the words that were probably meant, or the way back. */
function NothingFound({
  search,
  instead,
  onSearch,
  onClear,
}: {
  search: string;
  instead: string | null;
  onSearch: (search: string) => void;
  onClear: () => void;
}) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={MagnifyingGlassIcon}
      title={search ? t("drafts.nothingFound", { search }) : t("drafts.nothingInFilter")}
      text={t("drafts.nothingFoundText")}
      action={
        instead ? (
          <Button onClick={() => onSearch(instead)}>{t("drafts.searchInstead", { search: instead })}</Button>
        ) : (
          <Button onClick={onClear}>{search ? t("drafts.clearSearch") : t("drafts.clearFilters")}</Button>
        )
      }
    />
  );
}

function countLacks(counts: DraftCounts | undefined): Map<Lack, number> {
  const lacking = new Map<Lack, number>();
  for (const kind of counts?.kinds ?? [])
    if (toComplete.includes(kind.state))
      for (const lack of lacksOf(kind.missing)) lacking.set(lack, (lacking.get(lack) ?? 0) + kind.count);
  return lacking;
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
