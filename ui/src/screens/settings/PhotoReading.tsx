import { NativeSelect, Switch } from "@mantine/core";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { ShieldWarningIcon } from "@phosphor-icons/react/ShieldWarning";
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { Pill } from "@/components/Pill";
import { act } from "@/lib/act";
import { useMachine, useSettings } from "@/lib/data/queries";
import { useSaveSetting } from "@/lib/data/save-setting";
import css from "./SettingsScreen.module.css";

/** Whether photos are read shut off from the person's files, and the say over those formats that ask for it. */
export function PhotoReading() {
  const { t } = useTranslation();
  const save = useSaveSetting();
  const machine = useMachine();
  const settings = useSettings().data;
  const isolation = machine.data?.find((check) => check.name === "isolation");
  const allowed = settings?.unisolated_photos === true;
  const audience = typeof settings?.audience === "string" ? settings.audience : "";
  return (
    <>
      <h2 className={css.title}>{t("settings.photos")}</h2>
      {machine.isError && <FailureNotice failure={failureOf(machine.error)} />}
      <section className={css.card} aria-labelledby="isolation">
        <div className={css.words}>
          <h3 id="isolation" className={css.name}>
            {t("settings.isolation.title")}
            {isolation && (
              <Pill
                tone={isolation.ok ? "ok" : "you"}
                icon={
                  isolation.ok ? (
                    <CheckCircleIcon size={14} weight="fill" aria-hidden />
                  ) : (
                    <ShieldWarningIcon size={14} weight="fill" aria-hidden />
                  )
                }
              >
                {t(isolation.ok ? "settings.isolation.ok" : "settings.isolation.notOk")}
              </Pill>
            )}
          </h3>
          <p className={css.text}>
            {t(isolation?.ok === false ? "settings.isolation.textNotOk" : "settings.isolation.text")}
          </p>
        </div>
        <Switch
          className={css.switch}
          checked={allowed}
          onChange={(event) => act(save("unisolated_photos", event.currentTarget.checked))}
          label={t("settings.isolation.allow")}
          description={t(isolation?.ok === false ? "settings.isolation.allowHere" : "settings.isolation.allowText")}
        />
        {allowed && (
          <p className={css.warning} role="status">
            <WarningIcon size={16} weight="fill" aria-hidden />
            {t("settings.isolation.warning")}
          </p>
        )}
      </section>
      <section className={css.card} aria-labelledby="audience">
        <div className={css.words}>
          <h3 id="audience" className={css.name}>
            {t("settings.audience.title")}
          </h3>
          <p className={css.text}>{t("settings.audience.text")}</p>
        </div>
        <NativeSelect
          className={css.switch}
          aria-labelledby="audience"
          value={audience}
          onChange={(event) => act(save("audience", event.currentTarget.value))}
          data={[
            { value: "", label: t("settings.audience.open"), disabled: true },
            { value: "women", label: t("settings.audience.women") },
            { value: "men", label: t("settings.audience.men") },
            { value: "children", label: t("settings.audience.children") },
          ]}
        />
      </section>
    </>
  );
}
