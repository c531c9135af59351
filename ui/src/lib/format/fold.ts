/** For comparing what people type: without case and accents. */
export function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replace(/[’ʼ`]/g, "'")
    .trim();
}
