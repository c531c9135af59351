const graphemes = new Intl.Segmenter("fr", { granularity: "grapheme" });

/** Characters as a person counts them. */
export function countCharacters(text: string): number {
  return [...graphemes.segment(text)].length;
}

/** Lines of facts: neither empty nor of hashtags alone. */
export function countLines(text: string): number {
  return text.split("\n").filter((line) => line.trim() !== "" && !/^(\s*#\S+)+\s*$/.test(line)).length;
}

/** Names out of a comma-separated text. */
export function splitNames(text: string | null): string[] {
  return (text ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
