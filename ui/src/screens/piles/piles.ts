import type { PileEdit, PileView } from "@/lib/host";

/** What the edits below look at. */
export type Pile = Pick<PileView, "number"> & { photos: readonly { id: string; unsure: boolean }[] };

type Chosen = ReadonlySet<string>;

const ids = (pile: Pile) => pile.photos.map((photo) => photo.id);

/** The photos of all piles, in their order. */
export function orderOf(piles: readonly Pile[]): string[] {
  return piles.flatMap(ids);
}

/** The piles that hold a chosen photo. */
export function holding(piles: readonly Pile[], chosen: Chosen): readonly Pile[] {
  return piles.filter((pile) => pile.photos.some((photo) => chosen.has(photo.id)));
}

/** Moves the chosen photos into a pile; nothing where they all stand there. */
export function moveTo(piles: readonly Pile[], chosen: Chosen, pile: number): PileEdit[] {
  const elsewhere = piles.filter((each) => each.number !== pile).flatMap(ids);
  const photos = elsewhere.filter((id) => chosen.has(id));
  return photos.length === 0 ? [] : [{ kind: "move", photos, pile }];
}

/** Gives the chosen photos a pile of their own; nothing where they are one already. */
export function apart(piles: readonly Pile[], chosen: Chosen): PileEdit[] {
  const [first, ...others] = holding(piles, chosen);
  if (!first) return [];
  const photos = orderOf(piles).filter((id) => chosen.has(id));
  const whole = ids(first).every((id) => chosen.has(id));
  const gather = others.length === 0 ? [] : moveTo(piles, chosen, first.number);
  return whole ? gather : [...gather, { kind: "split", pile: first.number, photos }];
}

/** Joins all piles that hold a chosen photo. */
export function join(piles: readonly Pile[], chosen: Chosen): PileEdit[] {
  const numbers = holding(piles, chosen).map((pile) => pile.number);
  return numbers.length < 2 ? [] : [{ kind: "merge", piles: numbers }];
}

/** Splits a pile before a photo; nothing before its first one. */
export function splitBefore(piles: readonly Pile[], photo: string): PileEdit[] {
  const pile = piles.find((each) => ids(each).includes(photo));
  const at = pile ? ids(pile).indexOf(photo) : 0;
  return pile && at > 0 ? [{ kind: "split", pile: pile.number, photos: ids(pile).slice(at) }] : [];
}

/** The border between two piles is unsure: a photo at it might as well stand on the other side. */
export function isUnsureBorder(before: Pile, after: Pile): boolean {
  return (before.photos.at(-1)?.unsure ?? false) || (after.photos[0]?.unsure ?? false);
}

/** The photos from one to another, both of them too. */
export function stretch(order: readonly string[], from: string, to: string): string[] {
  const [one, other] = [order.indexOf(from), order.indexOf(to)];
  if (one < 0 || other < 0) return [to];
  return order.slice(Math.min(one, other), Math.max(one, other) + 1);
}

/** The photo that an arrow key leads to; up and down go to the same place in the pile before or after. */
export function neighbour(piles: readonly Pile[], photo: string, key: string): string | undefined {
  const order = orderOf(piles);
  const at = order.indexOf(photo);
  const row = piles.findIndex((pile) => ids(pile).includes(photo));
  const place = ids(piles[row] ?? { number: 0, photos: [] }).indexOf(photo);
  const inRow = (to: Pile | undefined) => (to ? ids(to)[Math.min(place, to.photos.length - 1)] : undefined);
  switch (key) {
    case "ArrowLeft":
      return order[at - 1];
    case "ArrowRight":
      return order[at + 1];
    case "ArrowUp":
      return inRow(piles[row - 1]);
    case "ArrowDown":
      return inRow(piles[row + 1]);
    case "Home":
      return order[0];
    case "End":
      return order.at(-1);
    default:
      return undefined;
  }
}
