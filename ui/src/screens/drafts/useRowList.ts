import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, type MouseEvent } from "react";
import { useRows, type RowsQuery } from "@/lib/data/rows";
import type { DraftRow } from "@/lib/host";
import { listKeys, type SelectKeys } from "./list-keys";
import { listKey, type Selection } from "./useSelection";

/** A virtual list or grid of drafts over the engine's rows, with its keys and its selection. */
export function useRowList({
  query,
  selection,
  rowHeight,
  columns = 1,
}: {
  query: RowsQuery;
  selection: Selection;
  rowHeight: number;
  columns?: number;
}) {
  const rows = useRows(query);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: Math.ceil(rows.total / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const first = (items[0]?.index ?? 0) * columns;
  const last = ((items.at(-1)?.index ?? 0) + 1) * columns;
  const { look, at } = rows;
  useEffect(() => look(first, last), [look, first, last]);
  // Another search or filter begins at its top; the same one, made anew, stays where it is.
  const asked = listKey(query);
  const shown = useRef(asked);
  useEffect(() => {
    if (shown.current === asked) return;
    shown.current = asked;
    scroller.current?.scrollTo({ top: 0 });
  }, [asked]);
  const select = useMemo<SelectKeys>(
    () => ({
      toggle: (place) => {
        const row = at(place);
        if (row) selection.toggle(query, row.id);
      },
      extend: (place) => selection.extend(query, place, at(place)?.id),
      all: () => selection.all(query),
      clear: () => {
        if (selection.ids.size === 0) return false;
        selection.clear();
        return true;
      },
    }),
    [at, query, selection],
  );
  /** A click with Ctrl or Shift selects instead of opening. */
  const onClickCapture = (row: DraftRow, place: number) => (event: MouseEvent) => {
    if (!event.shiftKey && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) selection.extend(query, place, row.id);
    else selection.toggle(query, row.id);
  };
  return {
    rows,
    scroller,
    virtual,
    items,
    onKeyDown: listKeys(virtual, rows.total, columns, select),
    onClickCapture,
    toggle: (row: DraftRow) => selection.toggle(query, row.id),
  };
}
