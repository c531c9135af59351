import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { NeedleIcon } from "@phosphor-icons/react/Needle";
import { Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAbout, useAccount } from "@/lib/data/queries";
import { accountName } from "@/lib/format/account";
import css from "./AccountCard.module.css";

/** Whose account the app works on, at the foot of the rail; leads to its settings. */
export function AccountCard() {
  const { t } = useTranslation();
  const about = useAbout();
  const account = useAccount();
  if (!about.data) return null;
  const practice = about.data.practice;
  const linked = account.data?.has_session === true;
  const name = account.data ? accountName(account.data) : null;
  const title = practice ? t("nav.accountPractice") : linked && name ? name : t("nav.accountNone");
  const detail = practice
    ? t("nav.accountPracticeDetail")
    : !linked
      ? t("nav.accountNoneDetail")
      : account.data?.checked_at
        ? t("nav.sessionValid")
        : t("nav.sessionUnknown");
  const Glyph = linked ? CheckCircleIcon : HandPointingIcon;
  return (
    <Tooltip label={`${title}, ${detail}`} position="right">
      <Link to="/settings/$section" params={{ section: "account" }} className={css.card}>
        <span className={css.initial} aria-hidden>
          {practice ? <NeedleIcon size={14} weight="bold" /> : linked ? title.slice(0, 1).toUpperCase() : "?"}
        </span>
        <span className={css.text}>
          <span className={css.name}>{title}</span>{" "}
          <span className={css.detail} data-ok={linked && !practice ? true : undefined}>
            {!practice && <Glyph size={12} weight="fill" aria-hidden />}
            {detail}
          </span>
        </span>
      </Link>
    </Tooltip>
  );
}
