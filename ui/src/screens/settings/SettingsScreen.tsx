import { ArchiveIcon } from "@phosphor-icons/react/Archive";
import { BrowserIcon } from "@phosphor-icons/react/Browser";
import { DeviceMobileIcon } from "@phosphor-icons/react/DeviceMobile";
import { EyeIcon } from "@phosphor-icons/react/Eye";
import { ImagesIcon } from "@phosphor-icons/react/Images";
import { InfoIcon } from "@phosphor-icons/react/Info";
import { PaletteIcon } from "@phosphor-icons/react/Palette";
import { UserCircleIcon } from "@phosphor-icons/react/UserCircle";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Screen } from "@/app/Screen";
import { About } from "./About";
import { Account } from "./Account";
import { AppearanceAndLanguage } from "./AppearanceAndLanguage";
import { Backup } from "./Backup";
import { PhoneAndApi } from "./PhoneAndApi";
import { PhotoAnalysis } from "./PhotoAnalysis";
import { PhotoReading } from "./PhotoReading";
import css from "./SettingsScreen.module.css";
import { SiteAndBrowser } from "./SiteAndBrowser";

const sections = [
  { id: "account", icon: UserCircleIcon, content: Account },
  { id: "site-browser", icon: BrowserIcon, content: SiteAndBrowser },
  { id: "photos", icon: ImagesIcon, content: PhotoReading },
  { id: "analysis", icon: EyeIcon, content: PhotoAnalysis },
  { id: "phone", icon: DeviceMobileIcon, content: PhoneAndApi },
  { id: "backup", icon: ArchiveIcon, content: Backup },
  { id: "appearance", icon: PaletteIcon, content: AppearanceAndLanguage },
  { id: "about", icon: InfoIcon, content: About },
] as const;

/** Settings by section. */
export function SettingsScreen() {
  const { section } = useParams({ strict: false });
  const { t } = useTranslation();
  const shown = sections.find((each) => each.id === section) ?? sections[0];
  const Content = shown.content;
  return (
    <Screen title={t("settings.title")}>
      <div className={css.page}>
        <nav aria-label={t("settings.sections")}>
          <ul className={css.menu}>
            {sections.map(({ id, icon: Glyph }) => (
              <li key={id}>
                <Link
                  to="/settings/$section"
                  params={{ section: id }}
                  className={css.entry}
                  aria-current={id === shown.id ? "page" : undefined}
                >
                  <Glyph size={18} weight={id === shown.id ? "fill" : "regular"} aria-hidden />
                  {t(`settings.${id}`)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className={css.content}>
          <Content />
        </div>
      </div>
    </Screen>
  );
}
