import { useCallback, useMemo, useRef, useState } from "react";
import { act } from "@/lib/act";
import type { RowsQuery } from "@/lib/data/rows";
import { useHost } from "@/lib/host";

/** The drafts that the next change is for, over all lists of the screen. */
export interface Selection {
  ids: ReadonlySet<string>;
  /** Adds a row or takes it away; later stretches begin at it. */
  toggle: (query: RowsQuery, place: number, id: string) => void;
  /** The stretch from the last row that was added to this one, beside what was there before it. */
  extend: (query: RowsQuery, place: number) => void;
  /** Everything that a list holds, drawn or not. */
  all: (query: RowsQuery) => void;
  clear: () => void;
}

const none: ReadonlySet<string> = new Set();

/** A stretch of a list beside what was selected before; from either end. */
export function withStretch(
  before: ReadonlySet<string>,
  order: readonly string[],
  from: number,
  to: number,
): ReadonlySet<string> {
  return new Set([...before, ...order.slice(Math.min(from, to), Math.max(from, to) + 1)]);
}

export function useSelection(): Selection {
  const host = useHost();
  const [ids, setIds] = useState(none);
  const anchor = useRef<{ query: RowsQuery; place: number; before: ReadonlySet<string> } | null>(null);
  const toggle = useCallback((query: RowsQuery, place: number, id: string) => {
    setIds((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      anchor.current = { query, place, before: next };
      return next;
    });
  }, []);
  const extend = useCallback(
    (query: RowsQuery, place: number) => {
      const start = anchor.current?.query === query ? anchor.current : { query, place, before: none };
      anchor.current = start;
      const stretch = async () => {
        const order = await host.draftIds(query);
        setIds(withStretch(start.before, order, start.place, place));
      };
      act(stretch());
    },
    [host],
  );
  const all = useCallback(
    (query: RowsQuery) => {
      const take = async () => setIds(new Set(await host.draftIds(query)));
      act(take());
    },
    [host],
  );
  const clear = useCallback(() => {
    anchor.current = null;
    setIds(none);
  }, []);
  return useMemo(() => ({ ids, toggle, extend, all, clear }), [ids, toggle, extend, all, clear]);
}
