import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./messages/en";
import { fr } from "./messages/fr";
import { frenchSpacing, mapTexts } from "./typography";

/** The languages of the window. French is the first language of the product. */
export const languages = ["fr", "en"] as const;
export type Language = (typeof languages)[number];

/** The window's language for a person's choice; without one, the system's, else French. */
export function chooseLanguage(choice: string | null | undefined, system: readonly string[]): Language {
  for (const tag of [choice ?? "", ...system]) {
    const found = languages.find((language) => tag.toLowerCase().startsWith(language));
    if (found) return found;
  }
  return "fr";
}

/** Starts i18next in a language. Both languages are in the bundle, so switching is immediate and works offline. */
export async function startI18n(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: "app",
    resources: { fr: { app: mapTexts(fr, frenchSpacing) }, en: { app: en } },
    interpolation: { escapeValue: false }, // React escapes what it renders
    returnNull: false,
  });
  document.documentElement.lang = language;
}

/** Switches the window's language. */
export async function setLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export { i18next };
