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

/** For comparing what people type: without case and accents. */
export function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replace(/[’ʼ`]/g, "'")
    .trim();
}
