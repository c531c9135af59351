import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import {
  useHost,
  type DraftCounts,
  type DraftRow,
  type DraftRowsQuery,
  type DraftState,
  type DraftView,
} from "@/lib/host";
import { keys } from "./queries";

/** Which drafts, in which order; every part said. */
export type RowsQuery = Required<DraftRowsQuery>;

/** Every draft that was not put away. */
export const everyDraft: RowsQuery = {
  search: "",
  states: [],
  missing: [],
  brand: null,
  account: null,
  sort: "import",
};

/** What waits for the person on the bench. */
export const toComplete: readonly DraftState[] = ["unknown", "open"];
/** What has left it. */
export const finished: readonly DraftState[] = ["ready", "queued", "published"];

/** Rows that one question gives, and how far the start of what is asked for moves at a time. */
const block = 200;
const step = 50;
/** Rows beside those that are looked at. */
const margin = 40;

/** A list of drafts of any length: only a stretch around what is looked at is ever here. */
export interface Rows {
  total: number;
  /** The row at a place; undefined while it is on its way. */
  at: (place: number) => DraftRow | undefined;
  /** Says which rows are looked at, from the first to the last. */
  look: (first: number, last: number) => void;
  isPending: boolean;
  isError: boolean;
  error: Error | null;
  refetch: () => void;
}

/** Where the questions for these rows begin, and how many cover them: a large screen shows more than one gives. */
export function stretchAround(first: number, last: number): { offset: number; blocks: number } {
  const offset = Math.max(0, Math.floor((first - margin) / step) * step);
  return { offset, blocks: Math.max(1, Math.ceil((last + margin - offset) / block)) };
}

export function useRows(query: RowsQuery): Rows {
  const host = useHost();
  const [[first, last], setSeen] = useState<readonly [number, number]>([0, 0]);
  const { offset, blocks } = stretchAround(first, last);
  const result = useQuery({
    queryKey: keys.rows(query, offset, blocks),
    queryFn: async () => {
      const starts = Array.from({ length: blocks }, (_, place) => offset + place * block);
      const pages = await Promise.all(starts.map((start) => host.draftRows({ query, offset: start, limit: block })));
      return { offset, rows: pages.flatMap((page) => page.rows), total: pages.at(-1)?.total ?? 0 };
    },
    // What was there stays until the next stretch, or the next search, has its answer.
    placeholderData: (before) => before,
    gcTime: 30_000,
  });
  const { data } = result;
  return {
    total: data?.total ?? 0,
    at: useCallback((place) => data?.rows[place - data.offset], [data]),
    look: useCallback((from, to) => setSeen((seen) => (seen[0] === from && seen[1] === to ? seen : [from, to])), []),
    isPending: result.isPending,
    isError: result.isError,
    error: result.error,
    refetch: () => void result.refetch(),
  };
}

/** How many drafts there are for each filter; states, gates and order of the query are left aside. */
export function useDraftCounts(query: RowsQuery = everyDraft) {
  const host = useHost();
  const asked: RowsQuery = { ...query, states: [], missing: [], sort: "import" };
  return useQuery({
    queryKey: keys.counts(asked),
    queryFn: () => host.draftCounts(asked),
    placeholderData: (before) => before,
  });
}

/** How many are in these states. */
export function countIn(counts: DraftCounts | undefined, states: readonly DraftState[]): number {
  return (counts?.kinds ?? []).reduce((sum, kind) => sum + (states.includes(kind.state) ? kind.count : 0), 0);
}

/** The ids of all drafts in these states, in the order of the bench. */
export function useDraftIds(states: readonly DraftState[]) {
  const host = useHost();
  const query: RowsQuery = { ...everyDraft, states: [...states] };
  return useQuery({
    queryKey: keys.ids(query),
    queryFn: () => host.draftIds(query),
    placeholderData: (before) => before,
  });
}

/** Where a draft stands on the bench. */
export function usePlace(id: string) {
  const host = useHost();
  return useQuery({
    queryKey: keys.place(id),
    queryFn: () => host.draftPlace(id),
    placeholderData: (before) => before,
  });
}

/** A row with what a changed draft holds now. */
export function withDraft(row: DraftRow, draft: DraftView): DraftRow {
  return {
    ...row,
    title: draft.title,
    brand: draft.brand,
    size: draft.size,
    condition: draft.condition,
    price_target_cents: draft.price_target_cents,
    currency: draft.currency,
    missing_fields: draft.missing_fields,
    thumb_url: draft.photos[0]?.thumb_url ?? null,
    photos: draft.photos.length,
    revision: draft.revision,
    updated_at: draft.updated_at,
  };
}
