import { useTranslation } from "react-i18next";
import { LocalApi } from "./LocalApi";
import { PairedPhones } from "./PairedPhones";
import { PhoneDoor } from "./PhoneDoor";
import css from "./SettingsScreen.module.css";

/** Photos from a phone, the phones that may send them, and the API for programs. */
export function PhoneAndApi() {
  const { t } = useTranslation();
  return (
    <>
      <h2 className={css.title}>{t("settings.phone")}</h2>
      <PhoneDoor />
      <PairedPhones />
      <LocalApi />
    </>
  );
}
