import type { TFunction } from "i18next";
import { conditionLabel } from "@/screens/drafts/BenchList";
import { countLines } from "@/screens/editor/counting";
import type { DraftView } from "@/lib/host";

const names = [
  "photos",
  "title",
  "description",
  "category",
  "brand",
  "size",
  "condition",
  "color",
  "material",
  "price",
  "package_size",
] as const;
type FieldName = (typeof names)[number];

/** The fields of the form in its order. */
export const formFields: readonly FieldName[] = names;

/** The name of a field in the window's language; a field that this page does not know keeps the engine's. */
export function fieldName(name: string, t: TFunction): string {
  const known = names.find((each) => each === name);
  return known ? t(`review.fields.${known}`) : t("review.fields.other", { name });
}

/** Why a field was left alone. */
export function absentWords(reason: string | null, t: TFunction): string {
  if (reason === "nothing_to_send") return t("review.absentReason.nothing_to_send");
  if (reason === "recommended") return t("review.absentReason.recommended");
  return t("review.state.absent");
}

/** What the engine read, in the person's words: `small` is "Petit", `28.00 EUR` is "28 €". */
export function shownValue(
  name: string,
  value: string,
  t: TFunction,
  money: (minor: number, currency: string) => string,
): string {
  if (name === "package_size" && (value === "small" || value === "medium" || value === "large"))
    return t(`editor.packages.${value}`);
  const price = name === "price" ? /^(\d+)(?:\.(\d{2}))? ([A-Z]{3})$/.exec(value) : null;
  if (price) return money(Number(price[1]) * 100 + Number(price[2] ?? 0), price[3] ?? "EUR");
  return value;
}

/** What the draft would send for a field; null for nothing. */
export function sentValue(
  name: string,
  draft: DraftView,
  t: TFunction,
  money: (minor: number, currency: string) => string,
): string | null {
  switch (name) {
    case "photos":
      return draft.photos.length === 0 ? null : t("common.photos", { count: Math.min(draft.photos.length, 20) });
    case "title":
      return draft.title || null;
    case "description": {
      const [first = ""] = draft.description.split("\n");
      const lines = countLines(draft.description);
      return draft.description === "" ? null : lines > 1 ? `${first} …` : first;
    }
    case "category":
      return draft.category;
    case "brand":
      return draft.brand;
    case "size":
      return draft.size === "unknown" ? null : draft.size;
    case "condition":
      return conditionLabel(draft.condition, t) || null;
    case "color":
      return draft.color;
    case "material":
      return draft.material;
    case "price":
      return draft.price_target_cents === null ? null : money(draft.price_target_cents, draft.currency);
    case "package_size":
      return draft.package_size === "small" || draft.package_size === "medium" || draft.package_size === "large"
        ? t(`editor.packages.${draft.package_size}`)
        : null;
    default:
      return null;
  }
}
