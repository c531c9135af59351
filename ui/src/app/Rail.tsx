import { Tooltip, VisuallyHidden } from "@mantine/core";
import { CoatHangerIcon } from "@phosphor-icons/react/CoatHanger";
import { GearSixIcon } from "@phosphor-icons/react/GearSix";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { ImagesIcon } from "@phosphor-icons/react/Images";
import { ListChecksIcon } from "@phosphor-icons/react/ListChecks";
import { QueueIcon } from "@phosphor-icons/react/Queue";
import { ScrollIcon } from "@phosphor-icons/react/Scroll";
import type { Icon } from "@phosphor-icons/react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PocketMark } from "@/components/PocketMark";
import { useCounts } from "@/lib/data/counts";
import { AccountCard } from "./AccountCard";
import { PaletteButton } from "./Palette";
import css from "./Rail.module.css";

interface Entry {
  to: "/photos" | "/drafts" | "/review" | "/queue" | "/log" | "/settings";
  name: string;
  icon: Icon;
  count?: number;
  needsYou?: number;
}

/** The way to the screens. Sections without anything to show are not in it. */
export function Rail() {
  const { t } = useTranslation();
  const counts = useCounts();
  return (
    <header className={css.rail} data-on-rail>
      <div className={css.brand}>
        <PocketMark />
        <span className={css.wide}>{t("common.app")}</span>
      </div>
      <PaletteButton />
      <nav aria-label={t("nav.label")} className={css.nav}>
        <Group name={t("nav.prepare")}>
          <Item to="/photos" name={t("nav.photos")} icon={ImagesIcon} />
          <Item to="/drafts" name={t("nav.drafts")} icon={CoatHangerIcon} count={counts.drafts} />
          <Item to="/review" name={t("nav.review")} icon={ListChecksIcon} count={counts.ready} />
        </Group>
        <Group name={t("nav.publish")}>
          <Item to="/queue" name={t("nav.queue")} icon={QueueIcon} count={counts.jobs} needsYou={counts.needsYou} />
        </Group>
        <ul className={css.foot}>
          <Item to="/log" name={t("nav.log")} icon={ScrollIcon} />
          <Item to="/settings" name={t("nav.settings")} icon={GearSixIcon} />
        </ul>
      </nav>
      <AccountCard />
    </header>
  );
}

function Group({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <div className={css.groupName} aria-hidden>
        {name}
      </div>
      <ul aria-label={name}>{children}</ul>
    </div>
  );
}

function Item({ to, name, icon: Glyph, count = 0, needsYou = 0 }: Entry) {
  const { t } = useTranslation();
  return (
    <li>
      <Tooltip label={name} position="right">
        <Link to={to} className={css.item} activeOptions={{ exact: false }}>
          {({ isActive }) => (
            <>
              <Glyph size={18} weight={isActive ? "fill" : "regular"} aria-hidden />
              <span className={css.wide}>{name}</span>{" "}
              {needsYou > 0 ? (
                <span className={css.needsYou}>
                  <HandPointingIcon size={12} weight="fill" aria-hidden />
                  {needsYou} <VisuallyHidden>{t("nav.needsYou")}</VisuallyHidden>
                </span>
              ) : (
                count > 0 && <span className={css.count}>{count}</span>
              )}
            </>
          )}
        </Link>
      </Tooltip>
    </li>
  );
}
