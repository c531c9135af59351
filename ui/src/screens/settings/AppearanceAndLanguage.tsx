import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { languages, type Language } from "@/i18n";
import { act } from "@/lib/act";
import { useSettings } from "@/lib/data/queries";
import { useSaveLanguage, useSaveSetting } from "@/lib/data/save-setting";
import css from "./SettingsScreen.module.css";

const themes = ["system", "light", "dark"] as const;

/** Language and light or dark, at once and kept. */
export function AppearanceAndLanguage() {
  const { t, i18n } = useTranslation();
  const save = useSaveSetting();
  const saveLanguage = useSaveLanguage();
  const stored = useSettings().data;
  const theme = themes.find((each) => each === stored?.appearance) ?? "system";
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
              onChange={(value) => act(saveLanguage(value as Language))}
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
