/** What a draft lacks, in the words of a filter. */
export type Lack = "photos" | "title" | "text" | "category" | "brand" | "size" | "condition" | "price" | "other";

/** All, in the order in which they are offered. */
export const allLacks: readonly Lack[] = [
  "size",
  "brand",
  "category",
  "condition",
  "price",
  "title",
  "text",
  "photos",
  "other",
];

const byCode: Record<string, Lack> = {
  missing_photos: "photos",
  missing_title: "title",
  title_too_long: "title",
  title_form: "title",
  missing_description: "text",
  description_lines: "text",
  hashtags_invalid: "text",
  emoji_found: "text",
  marketing_phrase: "text",
  superlative_found: "text",
  missing_category: "category",
  missing_brand: "brand",
  missing_size: "size",
  missing_condition: "condition",
  missing_price: "price",
  price_order: "price",
  price_out_of_bounds: "price",
};

/** What the failing gates of a draft come down to, each once, in the order of `allLacks`. */
export function lacksOf(missingFields: readonly string[]): Lack[] {
  const found = new Set(missingFields.map((code) => byCode[code] ?? "other"));
  return allLacks.filter((lack) => found.has(lack));
}
