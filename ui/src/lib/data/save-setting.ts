import { useQueryClient } from "@tanstack/react-query";
import { i18next, setLanguage, type Language } from "@/i18n";
import { useHost, type JsonValue } from "@/lib/host";
import { keys } from "./queries";

type Settings = Record<string, JsonValue>;

/** Keeps a setting: shown at once, and as it was where the engine refuses it. */
export function useSaveSetting() {
  const host = useHost();
  const cache = useQueryClient();
  return async (key: string, value: JsonValue) => {
    const before = cache.getQueryData<Settings>(keys.settings)?.[key] ?? null;
    // One key only: another one may be on its way at the same time.
    const show = (shown: JsonValue) => cache.setQueryData<Settings>(keys.settings, (old) => ({ ...old, [key]: shown }));
    show(value);
    try {
      const { settings } = await host.setSettings({ settings: { [key]: value } });
      show(settings[key] ?? null);
    } catch (error) {
      show(before);
      throw error;
    }
  };
}

/** Speaks another language at once and keeps it; speaks the one before where the engine refuses it. */
export function useSaveLanguage() {
  const save = useSaveSetting();
  return async (language: Language) => {
    const before = i18next.language as Language;
    await setLanguage(language);
    try {
      await save("language", language);
    } catch (error) {
      await setLanguage(before);
      throw error;
    }
  };
}
