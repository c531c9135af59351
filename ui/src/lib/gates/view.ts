import type { TFunction } from "i18next";
import * as z from "zod/mini";
import { errorTable } from "@/lib/errors/table";
import type { DraftChange, GateView } from "@/lib/host";

/** The formats that the sentences need. */
export interface GateFormat {
  money: (minor: number, currency: string) => string;
  list: (words: readonly string[]) => string;
}

const found = z.union([
  z.string(),
  z.pipe(
    z.object({ text: z.string() }),
    z.transform((each) => each.text),
  ),
]);
const number = z.optional(z.number());
const texts = z.optional(z.array(z.string()));
const pieces = z.optional(z.array(found));

/** What a gate saw. Every part may be missing: the engine grows, and a line without facts still says its name. */
const factsShape = z.object({
  count: number,
  min: number,
  max: number,
  words: pieces,
  invalid: pieces,
  duplicates: pieces,
  misplaced: pieces,
  fields: texts,
  names: texts,
  paths: texts,
  problems: z.optional(z.array(z.object({ problem: z.string() }))),
});

type Facts = z.infer<typeof factsShape>;

/** A line of the checklist, ready to be shown. */
export interface GateLine {
  gate: GateView;
  /** The fact. */
  fact: string;
  /** Where it is, or what would be right. */
  place: string;
  /** What the one click would do; null where the engine offers none. */
  repair: string | null;
  /** The same in two or three words, for lists. */
  repairShort: string | null;
}

/** The checklist of a draft. */
export interface Checklist {
  failing: GateLine[];
  advice: GateLine[];
  holding: GateLine[];
  passed: number;
  total: number;
}

/** Orders the gates for the reader: what fails, what is worth knowing, what holds. Advice that holds is left out. */
export function checklist(gates: readonly GateView[], currency: string, t: TFunction, format: GateFormat): Checklist {
  const line = (gate: GateView) => gateLine(gate, currency, t, format);
  const rules = gates.filter((gate) => !gate.warning);
  const passing = rules.filter((gate) => gate.ok);
  const failing = rules.filter((gate) => !gate.ok);
  return {
    failing: failing.map(line),
    advice: gates.filter((gate) => gate.warning && !gate.ok).map(line),
    holding: onePerCode(passing.filter((gate) => !failing.some((other) => other.code === gate.code))).map(line),
    passed: passing.length,
    total: rules.length,
  };
}

/** A gate on words has a line for title and one for description: where both hold, one is enough. */
function onePerCode(gates: readonly GateView[]): GateView[] {
  return gates.filter((gate, place) => gates.findIndex((other) => other.code === gate.code) === place);
}

function gateLine(gate: GateView, currency: string, t: TFunction, format: GateFormat): GateLine {
  const facts = factsShape.safeParse(gate.facts).data ?? {};
  return {
    gate,
    fact: gate.ok ? holds(gate, t) : fails(gate, facts, currency, t, format),
    place: gate.ok ? "" : place(gate, t),
    repair: gate.ok ? null : repair(gate, facts, currency, t, format),
    repairShort: gate.ok ? null : repairShort(gate, facts, currency, t, format),
  };
}

function holds(gate: GateView, t: TFunction): string {
  const key = `gates.holds.${gate.code}`;
  return t(key as "gates.holds.other", { defaultValue: t("gates.holds.other") });
}

function quoted(words: readonly string[], t: TFunction, format: GateFormat): string {
  return format.list(words.slice(0, 4).map((word) => t("gates.word", { word })));
}

function fails(gate: GateView, facts: Facts, currency: string, t: TFunction, format: GateFormat): string {
  const { count, min, max } = facts;
  const words = facts.words ?? [];
  switch (gate.code) {
    case "title_too_long":
      if (count !== undefined && max !== undefined) return t("gates.fails.title_too_long", { count, max });
      break;
    case "title_form":
      if (facts.problems?.some((each) => each.problem === "no_dash")) return t("gates.fails.noDash");
      break;
    case "description_lines":
      if (count !== undefined && min !== undefined && max !== undefined)
        return t("gates.fails.lines", { count, min, max });
      break;
    case "hashtags_invalid":
      if (facts.misplaced?.length) return t("gates.fails.hashtagsMisplaced", { words: facts.misplaced.join(" ") });
      if (facts.invalid?.length) return t("gates.fails.hashtagsInvalid", { words: facts.invalid.join(" ") });
      if (facts.duplicates?.length) return t("gates.fails.hashtagsDouble", { words: facts.duplicates.join(" ") });
      if (count !== undefined && min !== undefined && max !== undefined)
        return t("gates.fails.hashtags", { count, min, max });
      break;
    case "emoji_found":
      if (words.length > 0) return t("gates.fails.emoji", { words: words.slice(0, 6).join(" ") });
      break;
    case "marketing_phrase":
      if (words.length > 0) return t("gates.fails.marketing", { words: quoted(words, t, format) });
      break;
    case "superlative_found":
      if (words.length > 0) return t("gates.fails.superlative", { words: quoted(words, t, format) });
      break;
    case "missing_price":
      if (facts.fields?.length)
        return t("gates.fails.prices", { prices: format.list(facts.fields.map((field) => priceName(field, t))) });
      break;
    case "price_out_of_bounds":
      if (min !== undefined && max !== undefined)
        return t("gates.fails.bounds", { min: format.money(min, currency), max: format.money(max, currency) });
      break;
    case "too_many_photos":
      if (count !== undefined && max !== undefined) return t("gates.fails.photos", { count, max });
      break;
    case "too_many_colors":
    case "too_many_materials":
      if (count !== undefined && max !== undefined) return t("gates.fails.count", { count, max });
      break;
    case "unknown_color":
    case "unknown_material":
      if (facts.names?.length) return t("gates.fails.names", { names: format.list(facts.names) });
      break;
    case "ambiguous_category":
      if (facts.paths?.length) return t("gates.fails.candidates", { names: format.list(facts.paths.slice(0, 3)) });
      break;
    default:
      break;
  }
  return t(`codes.${gate.code}.title`);
}

function place(gate: GateView, t: TFunction): string {
  const onWords = ["emoji_found", "marketing_phrase", "superlative_found"].includes(gate.code);
  if (onWords && gate.field === "title") return t("gates.inTitle");
  if (onWords && gate.field === "description") return t("gates.inDescription");
  return Object.hasOwn(errorTable, gate.code) ? t(`codes.${gate.code}.text`) : "";
}

function priceName(field: string, t: TFunction): string {
  return field === "price_min_cents" || field === "price_target_cents" || field === "price_max_cents"
    ? t(`gates.price.${field}`)
    : field;
}

function repair(gate: GateView, facts: Facts, currency: string, t: TFunction, format: GateFormat): string | null {
  const [first] = gate.repair;
  if (!first) return null;
  const price = (key: string) => numberOf(gate.repair.find((change) => change.key === key));
  const min = price("price_min_cents");
  const max = price("price_max_cents");
  if (min !== null && max !== null)
    return t("gates.repairs.prices", { min: format.money(min, currency), max: format.money(max, currency) });
  if (first.key === "description") {
    if (gate.code === "hashtags_invalid") return t("gates.repairs.description_hashtags");
    const words = facts.words ?? [];
    if (words.length > 0) return t("gates.repairs.description_words", { words: quoted(words, t, format) });
    return t("gates.repairs.description");
  }
  const value = textOf(first);
  if (first.key === "title") return t("gates.repairs.title", { value });
  return t("gates.repairs.values", { value });
}

function repairShort(gate: GateView, facts: Facts, currency: string, t: TFunction, format: GateFormat): string | null {
  const [first] = gate.repair;
  const words = facts.words ?? [];
  if (words.length > 0 && first) return t("gates.repairs.description_words", { words: quoted(words, t, format) });
  if (first?.key !== "title") return repair(gate, facts, currency, t, format);
  return t(gate.code === "title_too_long" ? "gates.repairs.titleShorter" : "gates.repairs.titleForm");
}

function numberOf(change: DraftChange | undefined): number | null {
  return typeof change?.value === "number" ? change.value : null;
}

function textOf(change: DraftChange): string {
  const { value } = change;
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return Array.isArray(value) ? value.filter((each) => typeof each === "string").join(", ") : "";
}
