import type { DraftCounts, DraftKind, DraftRow, DraftRowsQuery, DraftState, DraftView } from "../bindings";

const order: readonly DraftState[] = ["unknown", "open", "ready", "queued", "published", "archived"];
/** Drafts of one import come this close one after the other (ms). */
const breath = 20_000;

function stateOf(draft: DraftView): DraftState {
  if (draft.status === "published" || draft.status === "archived") return draft.status;
  if (draft.unknown_outcome) return "unknown";
  if (draft.status === "queued") return "queued";
  return draft.flags.publish_ready ? "ready" : "open";
}

function fits(draft: DraftView, { search = "", brand = null }: DraftRowsQuery): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const texts = [draft.title, draft.description, draft.brand, draft.category].join(" ").toLowerCase();
  return (brand === null || draft.brand === brand) && words.every((word) => texts.includes(word));
}

/** Newest import first, the drafts of one import as they were made. */
function byImport(drafts: readonly DraftView[]): DraftView[] {
  const newest = drafts.toReversed().toSorted((one, other) => other.created_at.localeCompare(one.created_at));
  const imports: DraftView[][] = [];
  for (const draft of newest) {
    const before = imports.at(-1)?.at(-1);
    if (before && Math.abs(Date.parse(before.created_at) - Date.parse(draft.created_at)) <= breath)
      imports.at(-1)?.push(draft);
    else imports.push([draft]);
  }
  return imports.flatMap((one) => one.toReversed());
}

/** The drafts that the engine would list, in its order. */
export function ordered(drafts: readonly DraftView[], query: DraftRowsQuery): DraftView[] {
  const { states = [], missing = [], sort = "import" } = query;
  const found = byImport(
    drafts.filter(
      (draft) =>
        fits(draft, query) &&
        (states.length === 0 ? stateOf(draft) !== "archived" : states.includes(stateOf(draft))) &&
        (missing.length === 0 || missing.some((code) => draft.missing_fields.includes(code))),
    ),
  );
  const cents = (draft: DraftView) => draft.price_target_cents ?? -1;
  switch (sort) {
    case "changed":
      return found.toSorted((one, other) => other.updated_at.localeCompare(one.updated_at));
    case "price_down":
      return found.toSorted((one, other) => cents(other) - cents(one));
    case "price_up":
      return found.toSorted((one, other) => cents(one) - cents(other));
    case "title":
      return found.toSorted((one, other) => one.title.localeCompare(other.title));
    default:
      return found.toSorted((one, other) => order.indexOf(stateOf(one)) - order.indexOf(stateOf(other)));
  }
}

export function rowOf(draft: DraftView): DraftRow {
  return {
    id: draft.id,
    title: draft.title,
    brand: draft.brand,
    size: draft.size,
    condition: draft.condition,
    price_target_cents: draft.price_target_cents,
    currency: draft.currency,
    state: stateOf(draft),
    missing_fields: draft.missing_fields,
    thumb_url: draft.photos[0]?.thumb_url ?? null,
    photos: draft.photos.length,
    revision: draft.revision,
    updated_at: draft.updated_at,
  };
}

export function countsOf(drafts: readonly DraftView[], query: DraftRowsQuery, instead: string | null): DraftCounts {
  const kinds = new Map<string, DraftKind>();
  for (const draft of drafts) {
    const state = stateOf(draft);
    if (!fits(draft, query) || state === "archived") continue;
    const key = [state, ...draft.missing_fields].join(" ");
    const kind = kinds.get(key) ?? { state, missing: draft.missing_fields, count: 0, cents: 0 };
    kinds.set(key, { ...kind, count: kind.count + 1, cents: kind.cents + (draft.price_target_cents ?? 0) });
  }
  const brands = new Map<string, number>();
  for (const draft of drafts)
    if (draft.brand !== null && fits(draft, { ...query, brand: null }))
      brands.set(draft.brand, (brands.get(draft.brand) ?? 0) + 1);
  return {
    kinds: [...kinds.values()],
    brands: [...brands]
      .map(([brand, count]) => ({ brand, count }))
      .toSorted((one, other) => other.count - one.count || one.brand.localeCompare(other.brand)),
    instead: kinds.size === 0 ? instead : null,
  };
}
