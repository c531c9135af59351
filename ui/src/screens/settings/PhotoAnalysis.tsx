import { Radio } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { useSettings } from "@/lib/data/queries";
import { useSaveSetting } from "@/lib/data/save-setting";
import { OwnModel } from "./own-model/OwnModel";
import css from "./SettingsScreen.module.css";

/** Who looks at photos: this computer, or a model of the person's own. */
export function PhotoAnalysis() {
  const { t } = useTranslation();
  const save = useSaveSetting();
  const own = useSettings().data?.photo_analysis === "own_model";
  return (
    <>
      <h2 className={css.title}>{t("settings.analysis")}</h2>
      <section className={css.card}>
        <Radio.Group
          label={t("settings.model.who")}
          value={own ? "own_model" : "offline"}
          onChange={(value) => act(save("photo_analysis", value))}
        >
          <Radio
            className={css.switch}
            value="offline"
            label={t("settings.model.offline")}
            description={t("settings.model.offlineText")}
          />
          <Radio
            className={css.switch}
            value="own_model"
            label={t("settings.model.own")}
            description={t("settings.model.ownText")}
          />
        </Radio.Group>
      </section>
      {own && <OwnModel />}
    </>
  );
}
