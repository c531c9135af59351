import type { PhotoPlanView, PileEdit, PileView, PlanSummary } from "../bindings";

/** Piles as they were before each change, and after those that were taken back. */
export interface Steps {
  done: PileView[][];
  undone: PileView[][];
}

/** What a person's edits make of piles, roughly as the engine does it: for pages under test. */
export function editedPiles(before: readonly PileView[], edits: readonly PileEdit[]): PileView[] {
  return edits.reduce<PileView[]>(
    (piles, edit) => edited(piles, edit).filter((pile) => pile.photos.length > 0),
    [...before],
  );
}

function edited(piles: PileView[], edit: PileEdit): PileView[] {
  const named = edit.kind === "merge" ? [] : edit.photos;
  const photos = piles.flatMap((pile) =>
    pile.photos.filter(
      (photo) => named.includes(photo.id) || (edit.kind === "merge" && edit.piles.slice(1).includes(pile.number)),
    ),
  );
  const without = piles.map((pile) => ({ ...pile, photos: pile.photos.filter((photo) => !photos.includes(photo)) }));
  if (edit.kind === "split") {
    const at = without.findIndex((pile) => pile.number === edit.pile);
    const number = Math.max(...piles.map((pile) => pile.number)) + 1;
    return without.flatMap((pile, place) =>
      place === at ? [byPerson(pile), byPerson({ ...pile, number, photos, draft_id: `draft-${number}` })] : [pile],
    );
  }
  const into = edit.kind === "merge" ? edit.piles[0] : edit.pile;
  return without.map((pile) =>
    pile.number === into ? byPerson({ ...pile, photos: [...pile.photos, ...photos] }) : pile,
  );
}

function byPerson(pile: PileView): PileView {
  return {
    ...pile,
    by_person: true,
    reason: "by_person",
    confidence: 1,
    photos: pile.photos.map((photo) => ({ ...photo, unsure: false })),
  };
}

/** A run as a list shows it. */
export function summaryOf(plan: PhotoPlanView): PlanSummary {
  const { id, state, total, done, percent, follows, problem, created_at } = plan;
  return { id, state, total, done, percent, follows, problem, created_at, piles: plan.piles.length };
}
