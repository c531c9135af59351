import * as z from "zod/mini";
import type { DraftView, PhotoView, SuggestionView } from "@/lib/host";

const fields = [
  "category",
  "brand",
  "size",
  "condition",
  "color",
  "material",
  "package_size",
  "price",
  "title",
  "description",
] as const;
export type FilledField = (typeof fields)[number];

const kinds = ["label", "look", "measured", "model", "default", "template", "prices"] as const;
export type SourceKind = (typeof kinds)[number];

/** Corners of a piece of a photo, clockwise from the top left of what is written, as parts of its sides. */
export type Region = readonly (readonly [number, number])[];

const corner = z.tuple([z.number(), z.number()]);
const sourceShape = z.object({
  kind: z.enum(kinds),
  photo: z.nullish(z.string()),
  region: z.nullish(z.array(corner)),
  text: z.nullish(z.string()),
  model: z.nullish(z.string()),
});

/** Where a value comes from, as it is shown. */
export interface Evidence {
  kind: SourceKind;
  /** The photo and its number in the draft; null where it is none of them any more. */
  photo: { view: PhotoView; number: number } | null;
  region: Region | null;
  /** What was read, as it stands there. */
  text: string | null;
  /** A model of the person's own, by name. */
  model: string | null;
}

/** The best suggestion of a field, beside what the draft says. */
export interface Proposal {
  field: FilledField;
  suggestion: SuggestionView;
  evidence: Evidence;
  /** It is what the draft says now. */
  stands: boolean;
}

/** What is proposed for a draft, in the order of its form: offers that are not taken yet, and what was taken. */
export interface Proposals {
  offers: Proposal[];
  taken: Proposal[];
}

/** Texts and prices follow from the other values by themselves. */
const composed: readonly SourceKind[] = ["template", "prices"];

export function proposals(suggestions: readonly SuggestionView[], photos: readonly PhotoView[]): Proposals {
  const best = fields.flatMap((field): Proposal[] => {
    const ofField = suggestions.filter((each) => each.field === field);
    const suggestion = ofField.find((each) => each.stands) ?? ofField[0];
    const source = sourceShape.safeParse(suggestion?.source);
    if (!suggestion || !source.success) return [];
    return [{ field, suggestion, evidence: evidenceOf(source.data, photos), stands: suggestion.stands }];
  });
  return {
    offers: best.filter((each) => !each.stands),
    taken: best.filter((each) => each.stands),
  };
}

/** Fields that one click takes: those that are empty, and not what follows from them. */
export function acceptable(offers: readonly Proposal[], draft: DraftView): string[] {
  return offers
    .filter(({ field, evidence }) => !composed.includes(evidence.kind) && present(draft, field) === null)
    .map(({ field }) => field);
}

function evidenceOf(source: z.infer<typeof sourceShape>, photos: readonly PhotoView[]): Evidence {
  const place = photos.findIndex((photo) => photo.id === source.photo);
  const view = photos[place];
  return {
    kind: source.kind,
    photo: view ? { view, number: place + 1 } : null,
    region: source.region ?? null,
    text: source.text ?? null,
    model: source.model ?? null,
  };
}

/** What the draft says in a field, as `drafts set` would be told. */
export function present(draft: DraftView, field: FilledField): string | null {
  if (field === "price") return draft.price_target_cents === null ? null : String(draft.price_target_cents);
  const value = draft[field];
  return value === null || value === "" || value === "unknown" ? null : value;
}

/** The proposed value, as `drafts set` would be told. */
export function proposed({ suggestion, field }: Proposal): string {
  const key = field === "price" ? "price_target_cents" : field;
  const value = suggestion.changes.find((each) => each.key === key)?.value;
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
