import {
  DndContext,
  PointerSensor,
  useSensor,
  useSensors,
  type DragEndEvent,
  type DragStartEvent,
} from "@dnd-kit/core";
import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import { ArrowLeftIcon } from "@phosphor-icons/react/ArrowLeft";
import { ArrowUUpLeftIcon } from "@phosphor-icons/react/ArrowUUpLeft";
import { ArrowUUpRightIcon } from "@phosphor-icons/react/ArrowUUpRight";
import { ArrowsMergeIcon } from "@phosphor-icons/react/ArrowsMerge";
import { CaretUpIcon } from "@phosphor-icons/react/CaretUp";
import { CoatHangerIcon } from "@phosphor-icons/react/CoatHanger";
import { ScissorsIcon } from "@phosphor-icons/react/Scissors";
import { SelectionPlusIcon } from "@phosphor-icons/react/SelectionPlus";
import { XIcon } from "@phosphor-icons/react/X";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Fragment, useEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import { Screen } from "@/app/Screen";
import { failureOf, FailureNotice, Notice } from "@/components/Notice";
import { act } from "@/lib/act";
import { keys } from "@/lib/data/queries";
import { useHost, type PhotoPlanView, type PileEdit } from "@/lib/host";
import { toast } from "@/lib/toast";
import { NewPile, PileBox, type PhotoDoor } from "./PileBox";
import css from "./PilesScreen.module.css";
import { apart, holding, isUnsureBorder, join, moveTo, neighbour, orderOf, splitBefore, stretch } from "./piles";

const none: ReadonlySet<string> = new Set();

/** The piles of a run over photos, corrected by hand: moved, put apart, joined; each change can be taken back. */
export function PilesScreen() {
  const { planId = "" } = useParams({ strict: false });
  const { t } = useTranslation();
  const host = useHost();
  const query = useQuery({ queryKey: keys.piles(planId), queryFn: () => host.photoPlan(planId) });
  if (query.data) return <Board key={planId} plan={query.data} />;
  return (
    <Screen title={t("piles.title")} before={<Back />}>
      {query.isError && <FailureNotice failure={failureOf(query.error)} context={t("errors.loadFailed")} />}
    </Screen>
  );
}

function Board({ plan }: { plan: PhotoPlanView }) {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 5 } }));
  const [selected, setSelected] = useState(none);
  const [at, setAt] = useState<string | null>(null);
  const [dragged, setDragged] = useState(none);
  const [said, setSaid] = useState("");
  const anchor = useRef<string | null>(null);
  const board = useRef<HTMLDivElement>(null);
  // One change after the other: each is made on the piles that the one before it left.
  const last = useRef<Promise<unknown>>(Promise.resolve());
  const { piles } = plan;
  const order = orderOf(piles);
  // Photos that went elsewhere meanwhile are not chosen any more.
  const chosen: ReadonlySet<string> = new Set(order.filter((id) => selected.has(id)));
  const focusable = at !== null && order.includes(at) ? at : order[0];
  const made = !plan.follows && piles.some((pile) => pile.draft_id !== null);
  const holders = holding(piles, chosen);
  const numberOf = (number: number) => piles.findIndex((pile) => pile.number === number) + 1;

  // A photo that changed its pile is drawn anew there: whoever works by keyboard stays on it.
  useEffect(() => {
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (at !== null && lost) focusOn(board.current, at);
  }, [at, plan]);

  const take = (call: () => Promise<PhotoPlanView>, words: string) => {
    const work = last.current
      .catch(() => undefined)
      .then(call)
      .then((next) => {
        cache.setQueryData(keys.piles(plan.id), next);
        void cache.invalidateQueries({ queryKey: keys.drafts });
        setSaid(words);
      });
    last.current = work;
    act(work);
  };
  const edit = (edits: PileEdit[], words: string) => {
    if (edits.length === 0 || made) return;
    anchor.current = null;
    take(() => host.editPiles(plan.id, edits), words);
  };
  const move = (ids: ReadonlySet<string>, pile: number) => {
    const edits = moveTo(piles, ids, pile);
    edit(edits, t("piles.moved", { count: ids.size, number: numberOf(pile) }));
  };
  const part = (ids: ReadonlySet<string>) => edit(apart(piles, ids), t("piles.parted", { count: ids.size }));
  const joined = (edits: PileEdit[]) => edit(edits, t("piles.joined"));
  const takeBack = (redo: boolean) => {
    if (redo ? plan.can_redo : plan.can_undo)
      take(() => host.undoPiles(plan.id, redo), t(redo ? "piles.redone" : "piles.undone"));
  };

  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    anchor.current = id;
    setSelected(next);
  };
  const extend = (id: string) => {
    const from = anchor.current ?? at ?? id;
    anchor.current = from;
    setSelected(new Set([...chosen, ...stretch(order, from, id)]));
  };
  /** The chosen photos, or the one that is pointed at where none is. */
  const meant = (id: string): ReadonlySet<string> => (chosen.has(id) ? chosen : new Set([id]));

  const door: PhotoDoor = {
    chosen,
    dragged,
    focusable,
    onFocus: setAt,
    onClick: (event: MouseEvent, id: string) => {
      setAt(id);
      if (event.shiftKey) extend(id);
      else toggle(id);
    },
    onKey: (event: KeyboardEvent, id: string) => {
      const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
      const beside = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
      if (event.altKey && beside !== 0) {
        const pile = piles[piles.findIndex((each) => each.photos.some((photo) => photo.id === id)) + beside];
        if (pile) move(meant(id), pile.number);
      } else if (plain && event.key.toLowerCase() === "n") part(meant(id));
      else if (plain && event.key === "Escape") setSelected(none);
      else if (plain) {
        const next = neighbour(piles, id, event.key);
        if (next === undefined) return;
        if (event.shiftKey) extend(next);
        focusOn(board.current, next);
      } else return;
      event.preventDefault();
    },
  };
  const onKeys = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const redo = (key === "z" && event.shiftKey) || key === "y";
    if (!redo && key !== "z") return;
    // A toast of another screen has its own.
    event.stopPropagation();
    event.preventDefault();
    takeBack(redo);
  };
  const onDragStart = ({ active }: DragStartEvent) => setDragged(meant(String(active.id)));
  const onDragEnd = ({ over }: DragEndEvent) => {
    setDragged(none);
    if (!over) return;
    if (over.id === "apart") part(dragged);
    else move(dragged, Number(over.id));
  };
  const makeDrafts = async () => {
    const answer = await host.makePlanDrafts(plan.id, false, false);
    await cache.invalidateQueries({ queryKey: keys.drafts });
    await cache.invalidateQueries({ queryKey: keys.plans });
    if (answer.failed > 0) toast({ text: t("piles.withheld", { count: answer.failed }) });
    if (answer.draft_ids.length > 0) await navigate({ to: "/drafts" });
  };

  return (
    <Screen
      title={t("piles.title")}
      before={<Back />}
      detail={t("photos.detail", { count: piles.length })}
      actions={
        <>
          <Tool icon={ArrowUUpLeftIcon} label={t("piles.undo")} off={!plan.can_undo} onClick={() => takeBack(false)} />
          <Tool icon={ArrowUUpRightIcon} label={t("piles.redo")} off={!plan.can_redo} onClick={() => takeBack(true)} />
          {plan.state === "ready" && (
            <Button
              variant="stitched"
              leftSection={<CoatHangerIcon size={18} aria-hidden />}
              onClick={() => act(makeDrafts())}
            >
              {t("piles.makeDrafts", { count: piles.length })}
            </Button>
          )}
        </>
      }
    >
      <div className={css.page} ref={board} onKeyDown={onKeys}>
        {plan.state === "looking" && <Notice severity="note" title={t("piles.looking", { percent: plan.percent })} />}
        {made && <Notice severity="note" title={t("piles.made")} />}
        <p className={css.help}>
          {t("piles.help")} <kbd className={css.keys}>{t("piles.keys")}</kbd>
        </p>
        <DndContext
          sensors={sensors}
          onDragStart={onDragStart}
          onDragEnd={onDragEnd}
          onDragCancel={() => setDragged(none)}
          accessibility={{
            screenReaderInstructions: { draggable: t("piles.keys") },
            announcements: {
              onDragStart: () => undefined,
              onDragOver: () => undefined,
              onDragEnd: () => undefined,
              onDragCancel: () => undefined,
            },
          }}
        >
          <div className={css.piles}>
            {piles.map((pile, place) => {
              const before = piles[place - 1];
              const both = before ? [before.number, pile.number] : [];
              return (
                <Fragment key={pile.number}>
                  {before && isUnsureBorder(before, pile) && (
                    <div className={css.border}>
                      <span>{t("piles.border")}</span>
                      <Button size="xs" onClick={() => joined([{ kind: "merge", piles: both }])}>
                        {t("piles.joinBoth")}
                      </Button>
                    </div>
                  )}
                  <PileBox
                    pile={pile}
                    number={place + 1}
                    door={door}
                    onJoin={before && (() => joined([{ kind: "merge", piles: both }]))}
                  />
                </Fragment>
              );
            })}
            {dragged.size > 0 && <NewPile />}
          </div>
        </DndContext>
        <span role="status" className={css.said}>
          {said}
        </span>
      </div>
      {chosen.size > 0 && (
        <section className={css.bar} aria-label={t("piles.selection")} onKeyDown={onKeys}>
          <strong className={css.count} aria-live="polite">
            {t("piles.selected", { count: chosen.size })}
          </strong>
          <Menu position="top" withinPortal>
            <Menu.Target>
              <Button size="xs" rightSection={<CaretUpIcon size={12} weight="bold" aria-hidden />}>
                {t("piles.move")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown className={css.menu}>
              {piles.map((pile, place) => (
                <Menu.Item key={pile.number} onClick={() => move(chosen, pile.number)}>
                  {t("photos.pile", { number: place + 1 })}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
          <Button
            size="xs"
            leftSection={<SelectionPlusIcon size={14} aria-hidden />}
            disabled={apart(piles, chosen).length === 0}
            onClick={() => part(chosen)}
          >
            {t("piles.apart")}
          </Button>
          {chosen.size === 1 && (
            <Button
              size="xs"
              leftSection={<ScissorsIcon size={14} aria-hidden />}
              disabled={splitBefore(piles, [...chosen][0] ?? "").length === 0}
              onClick={() => edit(splitBefore(piles, [...chosen][0] ?? ""), t("piles.parted", { count: 1 }))}
            >
              {t("piles.splitHere")}
            </Button>
          )}
          {holders.length > 1 && (
            <Button
              size="xs"
              leftSection={<ArrowsMergeIcon size={14} aria-hidden />}
              onClick={() => joined(join(piles, chosen))}
            >
              {t("piles.join")}
            </Button>
          )}
          <Tool icon={XIcon} label={t("piles.clear")} onClick={() => setSelected(none)} />
        </section>
      )}
    </Screen>
  );
}

function focusOn(within: HTMLElement | null, photo: string) {
  within?.querySelector<HTMLElement>(`[data-photo="${CSS.escape(photo)}"]`)?.focus();
}

function Tool({
  icon: Glyph,
  label,
  off = false,
  onClick,
}: {
  icon: typeof XIcon;
  label: string;
  off?: boolean;
  onClick: () => void;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={label}
        // It keeps the focus: it may be of use again in a moment.
        aria-disabled={off}
        data-disabled={off || undefined}
        onClick={off ? undefined : onClick}
      >
        <Glyph size={17} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function Back() {
  const { t } = useTranslation();
  return (
    <Link to="/photos" className={css.back}>
      <ArrowLeftIcon size={16} aria-hidden />
      {t("piles.back")}
    </Link>
  );
}
