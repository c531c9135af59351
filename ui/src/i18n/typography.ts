/**
 * French spacing, so that message files keep plain spaces: narrow no-break spaces before ; ! ? % € and in numbers,
 * no-break spaces before a colon and inside « ».
 */
export function frenchSpacing(text: string): string {
  return text
    .replace(/ ([;!?%€])/g, "\u202f$1")
    .replace(/« /g, "«\u00a0")
    .replace(/ »/g, "\u00a0»")
    .replace(/ :/g, "\u00a0:")
    .replace(/(\d) (\d{3})\b/g, "$1\u202f$2");
}

/** The same tree with every text passed through `change`. */
export function mapTexts<T>(tree: T, change: (text: string) => string): T {
  if (typeof tree === "string") return change(tree) as T;
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, mapTexts(value as unknown, change)])) as T;
}
