import { NeedleIcon } from "@phosphor-icons/react/Needle";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useAbout } from "@/lib/data/queries";
import css from "./Screen.module.css";

interface ScreenProps {
  title: string;
  /** Beside the title: what there is, in figures. */
  detail?: ReactNode;
  /** Before the title, such as the way back. */
  before?: ReactNode;
  /** The detail keeps its width and a long title gives way. */
  keepDetail?: boolean;
  actions?: ReactNode;
  /** A bar at the foot with the next step. */
  footer?: ReactNode;
  /** The screen lays out and scrolls its content itself. */
  fixed?: boolean;
  children: ReactNode;
}

/** The frame of every screen: top bar, practice band, content, foot bar. */
export function Screen({
  title,
  detail,
  before,
  keepDetail = false,
  actions,
  footer,
  fixed = false,
  children,
}: ScreenProps) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t("common.app")}`;
  }, [title, t]);
  return (
    <main className={css.screen} id="content" tabIndex={-1}>
      <header className={css.top}>
        {before}
        <h1 className={css.title}>{title}</h1>
        {detail !== undefined && (
          <div className={css.detail} data-keep={keepDetail || undefined}>
            {detail}
          </div>
        )}
        <div className={css.actions}>{actions}</div>
      </header>
      <PracticeBand />
      <div className={css.content} data-fixed={fixed || undefined}>
        {children}
      </div>
      {footer !== undefined && <footer className={css.footer}>{footer}</footer>}
    </main>
  );
}

function PracticeBand() {
  const { t } = useTranslation();
  const about = useAbout();
  const navigate = useNavigate();
  if (!about.data?.practice) return null;
  return (
    <aside className={css.band} aria-label={t("common.practiceBand")}>
      <NeedleIcon size={15} weight="bold" aria-hidden />
      <span>{t("common.practiceBand")}</span>
      <button
        type="button"
        className={css.bandAction}
        onClick={() => void navigate({ to: "/settings/$section", params: { section: "account" } })}
      >
        {t("common.practiceBandAction")}
      </button>
    </aside>
  );
}
