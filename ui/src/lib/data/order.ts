import type { DraftView } from "@/lib/host";

/** Drafts of one import come this close one after the other (ms); a longer pause between two begins another. */
const breath = 20_000;

/**
 * Newest import first, as the engine lists them; the drafts of one import in the order of its photos, as their piles
 * stand on the Photos screen.
 */
export function inOrderOfPiles(newestFirst: readonly DraftView[]): DraftView[] {
  const ordered: DraftView[] = [];
  let batch: DraftView[] = [];
  for (const draft of newestFirst) {
    const before = batch.at(-1);
    if (before && Math.abs(Date.parse(before.created_at) - Date.parse(draft.created_at)) > breath) {
      ordered.push(...batch.reverse());
      batch = [];
    }
    batch.push(draft);
  }
  return [...ordered, ...batch.reverse()];
}
