import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Language } from "@/i18n";
import {
  amount,
  clock,
  country,
  day,
  hour,
  list,
  megabytes,
  moment,
  money,
  priceText,
  second,
  share,
  shortDay,
} from "./format";

/** The formats in the window's language. */
export function useFormat() {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === "en" ? "en" : "fr";
  return useMemo(
    () => ({
      language,
      money: (minor: number, currency: string) => money(minor, currency, language),
      priceText: (minor: number | null) => priceText(minor, language),
      clock: (at: Date | string) => clock(at, language),
      second: (at: Date | string) => second(at, language),
      moment: (at: Date | string) => moment(at, language),
      hour: (at: Date | string) => hour(at, language),
      shortDay: (at: Date | string) => shortDay(at, language),
      day: (at: Date | string) => day(at, language),
      megabytes: (bytes: number) => megabytes(bytes, language),
      country: (code: string) => country(code, language),
      amount: (value: number) => amount(value, language),
      share: (value: number) => share(value, language),
      list: (words: readonly string[]) => list(words, language),
      /** "encore 1 min 50 s". */
      left: (seconds: number | null) => {
        if (seconds === null) return t("common.estimating");
        if (seconds < 60) return t("common.secondsLeft", { seconds });
        const minutes = Math.floor(seconds / 60);
        if (minutes < 60) return t("common.minutesLeft", { minutes, seconds: seconds % 60 });
        return t("common.hoursLeft", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
      },
    }),
    [language, t],
  );
}
