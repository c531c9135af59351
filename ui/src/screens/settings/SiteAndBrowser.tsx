import { useTranslation } from "react-i18next";
import { BrowserCard } from "./BrowserCard";
import css from "./SettingsScreen.module.css";
import { SiteCheckCard } from "./SiteCheckCard";

/** Whether the app still finds its way on the site's pages, and which browser it drives. */
export function SiteAndBrowser() {
  const { t } = useTranslation();
  return (
    <>
      <h2 className={css.title}>{t("settings.site-browser")}</h2>
      <SiteCheckCard />
      <BrowserCard />
    </>
  );
}
