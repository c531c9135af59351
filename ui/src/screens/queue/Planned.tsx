import {
  DndContext,
  DragOverlay,
  KeyboardSensor,
  PointerSensor,
  pointerWithin,
  useDroppable,
  useSensor,
  useSensors,
  type Announcements,
  type CollisionDetection,
  type DragEndEvent,
  type KeyboardCoordinateGetter,
} from "@dnd-kit/core";
import { Button } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { daysAhead } from "@/lib/format/format";
import { useFormat } from "@/lib/format/useFormat";
import type { JobView } from "@/lib/host";
import { byDay, type Day } from "./groups";
import { JobRow } from "./JobRow";
import { sameTimeOn, timeBetween } from "./move-times";
import css from "./Planned.module.css";
import { dayWords } from "./plan-words";
import { useMoveJob } from "./useMoveJob";

/** Days of the strip above the list. */
const stripDays = 7;
/** Rows drawn at once of a day; the others come when asked for. */
const shownAtOnce = 60;

/** What a place to drop on stands for. */
interface Gap {
  before: string | null;
  after: string | null;
}
type Place = { kind: "gap"; gap: Gap } | { kind: "day"; ahead: number };

/** Planned jobs day by day; each can be taken to another time or day, by pointer or by keys. */
export function Planned({ jobs }: { jobs: readonly JobView[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const move = useMoveJob();
  const [now, setNow] = useState(() => new Date());
  // A window stays open over midnight.
  useInterval(() => setNow(new Date()), 30_000, { autoInvoke: true });
  const [dragged, setDragged] = useState<JobView | null>(null);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 5 } }),
    useSensor(KeyboardSensor, { coordinateGetter: nextPlace }),
  );
  const days = byDay(jobs);
  const timeAt = (place: Place | undefined, job: JobView): Date | null => {
    if (!place) return null;
    if (place.kind === "day") return sameTimeOn(job.planned_at, place.ahead, now);
    const { before, after } = place.gap;
    // Beside itself it stays where it is.
    return before === job.planned_at || after === job.planned_at ? null : timeBetween(before, after, now);
  };
  const jobOf = (id: string | number) => jobs.find((job) => job.id === id);
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    setDragged(null);
    const job = jobOf(active.id);
    const to = job && timeAt(over?.data.current as Place | undefined, job);
    if (job && to) move(job, to);
  };
  const announcements: Announcements = {
    onDragStart: ({ active }) => t("queue.drag.taken", { title: jobOf(active.id)?.title ?? "" }),
    onDragOver: ({ active, over }) => {
      const job = jobOf(active.id);
      const to = job && timeAt(over?.data.current as Place | undefined, job);
      return to ? t("queue.drag.at", { time: format.moment(to) }) : t("queue.drag.stays");
    },
    onDragEnd: () => undefined,
    onDragCancel: () => t("queue.drag.stays"),
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={pointerOrNearest}
      onDragStart={({ active }) => setDragged(jobOf(active.id) ?? null)}
      onDragEnd={onDragEnd}
      onDragCancel={() => setDragged(null)}
      accessibility={{ announcements, screenReaderInstructions: { draggable: t("queue.drag.help") } }}
    >
      <Strip jobs={jobs} now={now} />
      {days.map((day) => (
        <PlannedDay key={new Date(day.first).toDateString()} day={day} dragged={dragged} timeAt={timeAt} />
      ))}
      <DragOverlay dropAnimation={null}>
        {dragged && (
          <div className={css.overlay}>
            <strong>{dragged.title || t("drafts.withoutTitle")}</strong>
            {dragged.price_cents !== null && <span>{format.money(dragged.price_cents, dragged.currency)}</span>}
          </div>
        )}
      </DragOverlay>
    </DndContext>
  );
}

/** The next days at a glance, each with what it holds; a job dropped on one keeps its time of day. */
function Strip({ jobs, now }: { jobs: readonly JobView[]; now: Date }) {
  const { t } = useTranslation();
  const counts = new Map<number, number>();
  for (const job of jobs) {
    const ahead = Math.max(0, daysAhead(job.planned_at, now));
    counts.set(ahead, (counts.get(ahead) ?? 0) + 1);
  }
  const most = Math.max(1, ...counts.values());
  return (
    <ol className={css.strip} aria-label={t("queue.week")}>
      {Array.from({ length: stripDays }, (_, ahead) => (
        <StripDay key={ahead} ahead={ahead} now={now} count={counts.get(ahead) ?? 0} most={most} />
      ))}
    </ol>
  );
}

function StripDay({ ahead, now, count, most }: { ahead: number; now: Date; count: number; most: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const place: Place = { kind: "day", ahead };
  const { setNodeRef, isOver } = useDroppable({ id: `day-${ahead}`, data: place });
  const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead, 12);
  return (
    <li ref={setNodeRef} className={css.stripDay} data-over={isOver || undefined} data-empty={count === 0 || undefined}>
      <span>{ahead === 0 ? t("queue.when.today") : format.shortDay(date)}</span>
      <b>{count}</b>
      <meter className={css.meter} min={0} max={most} value={count} aria-hidden />
    </li>
  );
}

function PlannedDay({
  day,
  dragged,
  timeAt,
}: {
  day: Day;
  dragged: JobView | null;
  timeAt: (place: Place | undefined, job: JobView) => Date | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const [shown, setShown] = useState(shownAtOnce);
  const words = dayWords(day.first, t, format);
  const drawn = day.jobs.slice(0, shown);
  const left = day.jobs.length - drawn.length;
  return (
    <>
      <h3 className={css.day}>
        {words.slice(0, 1).toLocaleUpperCase() + words.slice(1)}{" "}
        <span>
          {t("queue.dayCount", { count: day.jobs.length })},{" "}
          {day.jobs.length === 1
            ? format.hour(day.first)
            : t("queue.plan.span", { from: format.hour(day.first), until: format.hour(day.last) })}
        </span>
      </h3>
      <ul className={css.list}>
        {drawn.map((job, place) => (
          <JobRow
            key={job.id}
            job={job}
            draggable
            gap={
              dragged && (
                <GapLine
                  id={`before-${job.id}`}
                  gap={{ before: drawn[place - 1]?.planned_at ?? null, after: job.planned_at }}
                  dragged={dragged}
                  timeAt={timeAt}
                />
              )
            }
            gapBelow={
              dragged &&
              left === 0 &&
              place === drawn.length - 1 && (
                <GapLine
                  id={`after-${job.id}`}
                  gap={{ before: job.planned_at, after: null }}
                  dragged={dragged}
                  timeAt={timeAt}
                  below
                />
              )
            }
          />
        ))}
      </ul>
      {left > 0 && (
        <Button variant="link" size="xs" onClick={() => setShown(shown + 10 * shownAtOnce)}>
          {t("queue.others", { count: left })}
        </Button>
      )}
    </>
  );
}

/** Between two jobs, while one is dragged: where it would come to stand, and when. */
function GapLine({
  id,
  gap,
  dragged,
  timeAt,
  below = false,
}: {
  id: string;
  gap: Gap;
  dragged: JobView;
  timeAt: (place: Place | undefined, job: JobView) => Date | null;
  below?: boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const place: Place = { kind: "gap", gap };
  const { setNodeRef, isOver } = useDroppable({ id, data: place });
  const to = isOver ? timeAt(place, dragged) : null;
  return (
    <div ref={setNodeRef} className={css.gap} data-below={below || undefined} data-over={to !== null || undefined}>
      {to && <span>{t("queue.drag.drop", { time: format.clock(to) })}</span>}
    </div>
  );
}

/** Under the pointer first; else the nearest row of places, and in it the nearest place, as with keys. */
const pointerOrNearest: CollisionDetection = (args) => {
  const under = pointerWithin(args);
  if (under.length > 0) return under;
  const from = middle(args.collisionRect);
  const far = ({ id }: { id: string | number }) => {
    const rect = args.droppableRects.get(id);
    if (!rect) return Number.POSITIVE_INFINITY;
    const to = middle(rect);
    return Math.abs(to.y - from.y) * 10_000 + Math.abs(to.x - from.x);
  };
  const [nearest] = args.droppableContainers.toSorted((one, other) => far(one) - far(other));
  return nearest ? [{ id: nearest.id, data: { droppableContainer: nearest, value: far(nearest) } }] : [];
};

function middle(rect: { top: number; left: number; width: number; height: number }) {
  return { x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 };
}

/** Up and down go from line to line, left and right from day to day. */
const nextPlace: KeyboardCoordinateGetter = (event, { context: { droppableRects, collisionRect } }) => {
  if (!collisionRect) return undefined;
  const from = middle(collisionRect);
  const places = [...droppableRects.values()].map(middle);
  const beyond = (one: number, other: number) => one > other + 1;
  const nearest = (found: { x: number; y: number }[], far: (place: { x: number; y: number }) => number) =>
    found.toSorted((one, other) => far(one) - far(other))[0];
  const down = (place: { y: number }) => Math.abs(place.y - from.y);
  const across = (place: { x: number }) => Math.abs(place.x - from.x);
  const sameLine = places.filter(({ y }) => Math.abs(y - from.y) < 3);
  const next = {
    ArrowDown: () =>
      nearest(
        places.filter(({ y }) => beyond(y, from.y)),
        down,
      ),
    ArrowUp: () =>
      nearest(
        places.filter(({ y }) => beyond(from.y, y)),
        down,
      ),
    ArrowRight: () =>
      nearest(
        sameLine.filter(({ x }) => beyond(x, from.x)),
        across,
      ),
    ArrowLeft: () =>
      nearest(
        sameLine.filter(({ x }) => beyond(from.x, x)),
        across,
      ),
  }[event.code];
  if (!next) return undefined;
  event.preventDefault();
  const to = next();
  if (!to) return undefined;
  const sideways = event.code === "ArrowRight" || event.code === "ArrowLeft";
  return {
    x: sideways ? to.x - collisionRect.width / 2 : collisionRect.left,
    y: to.y - collisionRect.height / 2,
  };
};
