import { SegmentedControl } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { languages, setLanguage, type Language } from "@/i18n";
import { act } from "@/lib/act";
import { keys, useSettings } from "@/lib/data/queries";
import { useHost, type JsonValue } from "@/lib/host";
import css from "./SettingsScreen.module.css";

const themes = ["system", "light", "dark"] as const;

/** Language and light or dark, at once and kept. */
export function AppearanceAndLanguage() {
  const { t, i18n } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const stored = useSettings().data;
  const theme = themes.find((each) => each === stored?.appearance) ?? "system";
  const save = async (key: string, value: JsonValue) => {
    cache.setQueryData(keys.settings, (old: object | undefined) => ({ ...old, [key]: value }));
    const { settings } = await host.setSettings({ settings: { [key]: value } });
    cache.setQueryData(keys.settings, settings);
  };
  return (
    <>
      <h2 className={css.title}>{t("settings.appearance")}</h2>
      <section className={css.card}>
        <div className={css.row} role="group" aria-labelledby="language">
          <span id="language" className={css.label}>
            {t("settings.language")}
          </span>
          <div>
            <SegmentedControl
              value={i18n.language}
              data={languages.map((value) => ({ value, label: t(`settings.languages.${value}`) }))}
              onChange={(value) => {
                void setLanguage(value as Language);
                act(save("language", value));
              }}
            />
          </div>
        </div>
        <div className={css.row} role="group" aria-labelledby="theme">
          <span id="theme" className={css.label}>
            {t("settings.theme")}
          </span>
          <div>
            <SegmentedControl
              value={theme}
              data={themes.map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
              onChange={(value) => act(save("appearance", value))}
            />
          </div>
        </div>
      </section>
    </>
  );
}
