import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { ShieldWarningIcon } from "@phosphor-icons/react/ShieldWarning";
import { useTranslation } from "react-i18next";
import { rowOf } from "@/lib/errors/table";
import { useFormat } from "@/lib/format/useFormat";
import type { AccountView } from "@/lib/host";
import css from "./AccountHealth.module.css";
import settings from "./SettingsScreen.module.css";

/** Refusals that are shown at once. */
const shown = 3;

/** How an account fares on the site: what it is kept from and until when, and what was refused last. */
export function AccountHealth({ account }: { account: AccountView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { restriction, refusals } = account.health;
  const [newest, more] = [refusals.slice(0, shown), refusals.slice(shown)];
  const line = (refusal: (typeof refusals)[number]) => (
    <li key={`${refusal.at} ${refusal.code}`}>
      <span className={css.time}>{format.moment(refusal.at)}</span>
      <span>{t(`codes.${rowOf(refusal.code).code}.title`)}</span>
    </li>
  );
  return (
    <div className={`${settings.part} ${css.health}`}>
      <h4 className={settings.partTitle}>{t("settings.health.title")}</h4>
      {restriction && (
        <p className={css.restriction}>
          <ShieldWarningIcon size={17} weight="fill" aria-hidden />
          <span>
            <b>{t(`codes.${rowOf(restriction.code).code}.title`)}</b>{" "}
            {restriction.until === null
              ? t("settings.health.untilYou", { time: format.moment(restriction.seen_at) })
              : t("settings.health.until", {
                  time: format.moment(restriction.seen_at),
                  until: format.moment(restriction.until),
                })}
          </span>
        </p>
      )}
      {refusals.length === 0 ? (
        !restriction && (
          <p className={css.good}>
            <CheckCircleIcon size={16} weight="fill" aria-hidden />
            {t("settings.health.none")}
          </p>
        )
      ) : (
        <>
          <p className={css.label}>{t("settings.health.refusals")}</p>
          <ul className={css.refusals}>{newest.map(line)}</ul>
          {more.length > 0 && (
            <details>
              <summary className={css.more}>{t("settings.health.more", { count: more.length })}</summary>
              <ul className={css.refusals}>{more.map(line)}</ul>
            </details>
          )}
        </>
      )}
    </div>
  );
}
