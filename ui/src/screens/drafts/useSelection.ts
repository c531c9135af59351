import { useCallback, useMemo, useRef, useState } from "react";
import { act } from "@/lib/act";
import type { RowsQuery } from "@/lib/data/rows";
import { useHost } from "@/lib/host";

/** The drafts that the next change is for, over all lists of the screen. */
export interface Selection {
  ids: ReadonlySet<string>;
  /** Adds a row or takes it away; later stretches begin at it. */
  toggle: (query: RowsQuery, id: string) => void;
  /**
   * The stretch from the last row that was added to this one, beside what was there before it. The id may be on its way
   * still; then the row is the one at the place.
   */
  extend: (query: RowsQuery, place: number, id: string | undefined) => void;
  /** Everything that a list holds, drawn or not. */
  all: (query: RowsQuery) => void;
  clear: () => void;
}

const none: ReadonlySet<string> = new Set();

/** What tells one list from another: what it was asked for, whoever made the question. */
export function listKey(query: RowsQuery): string {
  return JSON.stringify(query);
}

/**
 * A stretch of a list beside what was selected before; from either end. The list may have changed since its first end
 * was chosen: rows are found by what they are, and one that is gone begins no stretch.
 */
export function withStretch(
  before: ReadonlySet<string>,
  order: readonly string[],
  from: string | null,
  to: string,
): ReadonlySet<string> {
  const end = order.indexOf(to);
  if (end < 0) return before;
  const start = from === null ? -1 : order.indexOf(from);
  if (start < 0) return new Set([...before, to]);
  return new Set([...before, ...order.slice(Math.min(start, end), Math.max(start, end) + 1)]);
}

export function useSelection(): Selection {
  const host = useHost();
  const [ids, setIds] = useState(none);
  const anchor = useRef<{ list: string; id: string | null; before: ReadonlySet<string> } | null>(null);
  /** Counts what the person did: an answer to anything but the last of it comes too late. */
  const turn = useRef(0);
  const answered = useCallback(
    (query: RowsQuery, select: (order: readonly string[]) => ReadonlySet<string>) => {
      turn.current += 1;
      const mine = turn.current;
      const ask = async () => {
        const order = await host.draftIds(query);
        if (turn.current === mine) setIds(select(order));
      };
      act(ask());
    },
    [host],
  );
  const toggle = useCallback((query: RowsQuery, id: string) => {
    turn.current += 1;
    setIds((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      anchor.current = { list: listKey(query), id, before: next };
      return next;
    });
  }, []);
  const extend = useCallback(
    (query: RowsQuery, place: number, id: string | undefined) => {
      const list = listKey(query);
      const start = anchor.current?.list === list ? anchor.current : { list, id: id ?? null, before: none };
      anchor.current = start;
      answered(query, (order) => {
        const to = id ?? order[place];
        return to === undefined ? start.before : withStretch(start.before, order, start.id, to);
      });
    },
    [answered],
  );
  const all = useCallback((query: RowsQuery) => answered(query, (order) => new Set(order)), [answered]);
  const clear = useCallback(() => {
    turn.current += 1;
    anchor.current = null;
    setIds(none);
  }, []);
  return useMemo(() => ({ ids, toggle, extend, all, clear }), [ids, toggle, extend, all, clear]);
}
