import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, type MouseEvent } from "react";
import { useRows, type RowsQuery } from "@/lib/data/rows";
import type { DraftRow } from "@/lib/host";
import { listKeys, type SelectKeys } from "./list-keys";
import type { Selection } from "./useSelection";

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
  const { look, at } = rows;
  useEffect(() => look(first), [look, first]);
  // Another search or filter begins at its top.
  const shown = useRef(query);
  useEffect(() => {
    if (shown.current === query) return;
    shown.current = query;
    scroller.current?.scrollTo({ top: 0 });
  }, [query]);
  const select = useMemo<SelectKeys>(
    () => ({
      toggle: (place) => {
        const row = at(place);
        if (row) selection.toggle(query, place, row.id);
      },
      extend: (place) => selection.extend(query, place),
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
    if (event.shiftKey) selection.extend(query, place);
    else selection.toggle(query, place, row.id);
  };
  return {
    rows,
    scroller,
    virtual,
    items,
    onKeyDown: listKeys(virtual, rows.total, columns, select),
    onClickCapture,
    toggle: (row: DraftRow, place: number) => selection.toggle(query, place, row.id),
  };
}
