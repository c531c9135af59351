import type { Language } from "@/i18n";

const locales: Record<Language, string> = { fr: "fr-FR", en: "en-GB" };

/** Minor units as money: `2800` is "28 €" in French; cents are shown only where there are some. */
export function money(minor: number, currency: string, language: Language): string {
  return new Intl.NumberFormat(locales[language], {
    style: "currency",
    currency,
    minimumFractionDigits: minor % 100 === 0 ? 0 : 2,
    maximumFractionDigits: 2,
  }).format(minor / 100);
}

/** Minor units as typed in a field: `2850` is "28,50". */
export function priceText(minor: number | null, language: Language): string {
  if (minor === null) return "";
  const digits = minor % 100 === 0 ? 0 : 2;
  return new Intl.NumberFormat(locales[language], {
    useGrouping: false,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(minor / 100);
}

/** What a person typed as a price, in minor units; null for nothing, undefined for what is no price. */
export function parsePrice(text: string): number | null | undefined {
  const plain = text.replace(/[\s\u00a0\u202f€$£]/g, "").replace(",", ".");
  if (plain === "") return null;
  if (!/^\d{1,8}(\.\d{0,2})?$/.test(plain)) return undefined;
  return Math.round(Number(plain) * 100);
}

/** A time of day: "21:42". */
export function clock(at: Date | string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** A time of day to the second: "21:42:07". */
export function second(at: Date | string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(
    new Date(at),
  );
}

/** A day and time as short as it is clear: the time alone today, else with the day. */
export function moment(at: Date | string, language: Language, now = new Date()): string {
  const date = new Date(at);
  if (date.toDateString() === now.toDateString()) return clock(date, language);
  return new Intl.DateTimeFormat(locales[language], {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(date);
}

/** A time of day as it is said: "19 h", "19 h 30"; in English as on a clock. */
export function hour(at: Date | string, language: Language): string {
  const date = new Date(at);
  if (language === "en") return clock(date, language);
  const minutes = date.getMinutes();
  return minutes === 0
    ? `${date.getHours()}\u00a0h`
    : `${date.getHours()}\u00a0h\u00a0${String(minutes).padStart(2, "0")}`;
}

/** A day: "samedi 21 novembre". */
export function day(at: Date | string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { weekday: "long", day: "numeric", month: "long" }).format(
    new Date(at),
  );
}

/** A day as short as it is clear: "sam. 21". */
export function shortDay(at: Date | string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { weekday: "short", day: "numeric" }).format(new Date(at));
}

/** Whole days from `now`'s day to that of `at`, by the wall clock. */
export function daysAhead(at: Date | string, now = new Date()): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return (midnight(new Date(at)) - midnight(now)) / 86_400_000;
}

/** A number of bytes in megabytes: "168 Mo". */
export function megabytes(bytes: number, language: Language): string {
  return new Intl.NumberFormat(locales[language], {
    style: "unit",
    unit: "megabyte",
    maximumFractionDigits: 0,
  }).format(bytes / 1_000_000);
}

/** The name of a country from its two letters. */
export function country(code: string, language: Language): string {
  return new Intl.DisplayNames(locales[language], { type: "region" }).of(code) ?? code;
}

/** A share of 1 with two digits: "0,93". */
export function share(value: number, language: Language): string {
  return new Intl.NumberFormat(locales[language], { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
}

/** An amount in a currency that is not known here: "0,0312", "4,20". */
export function amount(value: number, language: Language): string {
  return new Intl.NumberFormat(locales[language], { minimumFractionDigits: 2, maximumFractionDigits: 4 }).format(value);
}

/** A list of words: "Bleu et Turquoise". */
export function list(words: readonly string[], language: Language): string {
  return new Intl.ListFormat(locales[language], { type: "conjunction" }).format(words);
}

/** Seconds until all is done at the pace so far; null while there is too little to tell. */
export function secondsLeft(done: number, total: number, elapsedMs: number): number | null {
  if (done < 2 || elapsedMs < 1000 || total <= done) return null;
  return Math.ceil(((total - done) * elapsedMs) / done / 1000);
}

/** The last part of a path, on any system. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
