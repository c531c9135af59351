import { useTranslation } from "react-i18next";
import { Notice } from "@/components/Notice";
import { useHost } from "@/lib/host";
import { LocalApi } from "./LocalApi";
import { PairedPhones } from "./PairedPhones";
import { PhoneDoor } from "./PhoneDoor";
import css from "./SettingsScreen.module.css";

/** Photos from a phone, the phones that may send them, and the API for programs. */
export function PhoneAndApi() {
  const { t } = useTranslation();
  const host = useHost();
  return (
    <>
      <h2 className={css.title}>{t("settings.phone")}</h2>
      {host.inTab ? <Notice severity="note" title={t("door.window")} text={t("door.phone")} /> : <PhoneDoor />}
      <PairedPhones />
      {!host.inTab && <LocalApi />}
    </>
  );
}
