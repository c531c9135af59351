import { Button } from "@mantine/core";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import { SignInIcon } from "@phosphor-icons/react/SignIn";
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice, Notice } from "@/components/Notice";
import { Pill } from "@/components/Pill";
import { act } from "@/lib/act";
import { keys } from "@/lib/data/queries";
import { accountName } from "@/lib/format/account";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type AccountView } from "@/lib/host";
import { toast } from "@/lib/toast";
import { AccountBudgets } from "./AccountBudgets";
import { AccountHealth } from "./AccountHealth";
import css from "./SettingsScreen.module.css";

/** One account: its session, how it fares on the site, what it may publish. Without one: the way to link the first. */
export function AccountCard({
  account,
  practice,
  siteUrl,
}: {
  account: AccountView | null;
  practice: boolean;
  siteUrl: string;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const own = account?.name ?? null;
  const refresh = () => {
    void cache.invalidateQueries({ queryKey: keys.queueState });
    return cache.invalidateQueries({ queryKey: keys.accounts });
  };
  const check = useMutation({ mutationFn: () => host.sessionCheck(own), onSettled: refresh });
  const logIn = useMutation({ mutationFn: () => host.sessionLogin(own), onSettled: refresh });
  const forget = async () => {
    await host.sessionForget(own);
    check.reset();
    logIn.reset();
    await refresh();
    toast({ text: t("settings.forgotten") });
  };
  const linked = account?.has_session === true;
  const refused =
    (check.data?.authenticated === false && !check.data.reason) ||
    (check.isError && failureOf(check.error).code === "session_expired") ||
    (account?.health.session === "expired" && check.data?.authenticated !== true);
  const state = refused ? "expired" : account?.checked_at || check.data?.authenticated === true ? "valid" : "unchecked";
  const name = check.data?.username ?? (account && accountName(account));
  const failure = check.error ?? logIn.error;
  const site = account?.site_url.length ? account.site_url : siteUrl;

  return (
    <>
      {logIn.isPending && (
        <Notice
          banner
          severity="you"
          title={t("settings.logIn")}
          text={t("settings.loggingIn")}
          actions={<Button onClick={() => act(host.stop("session"))}>{t("common.stop")}</Button>}
        />
      )}
      {failure !== null && <FailureNotice failure={failureOf(failure)} />}
      {check.data?.reason && <FailureNotice failure={{ code: check.data.reason, message: "", details: null }} />}
      <section
        className={css.card}
        data-you={(linked && state === "expired") || undefined}
        aria-label={name ?? undefined}
      >
        <div className={css.head}>
          <span className={css.badge} aria-hidden>
            {name ? name.slice(0, 1).toUpperCase() : <QuestionIcon size={20} weight="bold" />}
          </span>
          <div className={css.words}>
            <h3 className={css.name}>
              {name ?? t("settings.none")}
              {linked ? (
                <Pill
                  tone={state === "valid" ? "ok" : state === "expired" ? "you" : "plain"}
                  icon={
                    state === "valid" ? (
                      <CheckCircleIcon size={14} weight="fill" aria-hidden />
                    ) : (
                      <HandPointingIcon size={14} weight="bold" aria-hidden />
                    )
                  }
                >
                  {t(`settings.${state}`)}
                </Pill>
              ) : (
                account && (
                  <Pill tone="you" icon={<HandPointingIcon size={14} weight="bold" aria-hidden />}>
                    {t("settings.notLinked")}
                  </Pill>
                )
              )}
            </h3>
            <p className={css.text}>
              {linked
                ? account.checked_at
                  ? t("settings.checkedAt", { time: format.moment(account.checked_at) })
                  : t(practice ? "settings.sessionTitlePractice" : "settings.sessionTitle")
                : t("settings.noneText")}
            </p>
          </div>
          <div className={css.buttons}>
            {linked && state !== "expired" && (
              <Button loading={check.isPending} onClick={() => check.mutate()}>
                {t("settings.check")}
              </Button>
            )}
            {(!linked || state === "expired") && (
              <Button
                variant="stitched"
                leftSection={<SignInIcon size={18} aria-hidden />}
                disabled={logIn.isPending}
                onClick={() => logIn.mutate()}
              >
                {t(linked ? "settings.logInAgain" : "settings.logIn")}
              </Button>
            )}
          </div>
        </div>
        {!linked && !practice && (
          <p className={css.warning}>
            <WarningIcon size={16} aria-hidden />
            {t("settings.terms")}
          </p>
        )}
        {account && (
          <>
            <dl className={`${css.part} ${css.facts}`}>
              <div>
                <dt>{t("settings.country")}</dt>
                <dd>{`${format.country(account.country)}, ${account.currency}`}</dd>
              </div>
              <div>
                <dt>{t("settings.site")}</dt>
                <dd data-selectable>{site}</dd>
              </div>
              <div>
                <dt>{t("settings.name")}</dt>
                <dd data-selectable>{account.username ?? t("settings.unknownName")}</dd>
              </div>
            </dl>
            <AccountHealth account={account} />
            <AccountBudgets account={account} />
          </>
        )}
        {linked && (
          <div className={css.forget}>
            <Button variant="link" size="xs" onClick={() => act(forget())}>
              {t("settings.forget")}
            </Button>
          </div>
        )}
      </section>
    </>
  );
}
