import type { BulkAnswer, BulkChange, BulkLeft, DraftView } from "../bindings";

export type Undoable = readonly DraftView[];

/** What a change of many drafts would do, roughly as the engine does it: for pages under test. */
export function answerBulk(
  drafts: readonly DraftView[],
  { ids = [], changes = [], price_percent = null }: BulkChange,
): { answer: BulkAnswer; after: DraftView[]; before: Undoable } {
  const left: BulkLeft[] = [];
  const before: DraftView[] = [];
  const after: DraftView[] = [];
  let same = 0;
  for (const id of ids) {
    const draft = drafts.find((each) => each.id === id);
    if (!draft) left.push({ id, title: "", code: "not_found" });
    else if (draft.status === "published") left.push({ id, title: draft.title, code: "already_published" });
    else if (draft.status === "queued") left.push({ id, title: draft.title, code: "illegal_transition" });
    else if (price_percent !== null && draft.price_target_cents === null)
      left.push({ id, title: draft.title, code: "missing_price" });
    else {
      const priced = (cents: number | null) =>
        cents === null || price_percent === null ? cents : Math.round((cents * (100 + price_percent)) / 10_000) * 100;
      const next = {
        ...draft,
        ...Object.fromEntries(changes.map(({ key, value }) => [key, value])),
        price_min_cents: priced(draft.price_min_cents),
        price_target_cents: priced(draft.price_target_cents),
        price_max_cents: priced(draft.price_max_cents),
      };
      if (JSON.stringify(next) === JSON.stringify(draft)) same += 1;
      else {
        before.push(draft);
        after.push({ ...next, revision: draft.revision + 1 });
      }
    }
  }
  const answer = { undo: after.length > 0 ? crypto.randomUUID() : null, changed: after.length, same, left };
  return { answer, after, before };
}
