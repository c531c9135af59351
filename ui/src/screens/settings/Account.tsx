import { Button, PasswordInput, TextInput } from "@mantine/core";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { LockKeyIcon } from "@phosphor-icons/react/LockKey";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import { NeedleIcon } from "@phosphor-icons/react/Needle";
import { SignInIcon } from "@phosphor-icons/react/SignIn";
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice, Notice } from "@/components/Notice";
import { Pill } from "@/components/Pill";
import { act } from "@/lib/act";
import { keys, useAbout, useAccount } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { useHost } from "@/lib/host";
import { toast } from "@/lib/toast";
import css from "./SettingsScreen.module.css";

/** Practice or real, and the seller's own session. */
export function Account() {
  const { t } = useTranslation();
  const about = useAbout().data;
  if (!about) return null;
  return (
    <>
      <h2 className={css.title}>{t("settings.account")}</h2>
      {about.practice && <PracticeCard practice />}
      <SessionCard practice={about.practice} siteUrl={about.site_url} />
      {!about.practice && <PasteSession />}
      {!about.practice && <PracticeCard practice={false} />}
      <p className={css.note}>
        <LockKeyIcon size={16} aria-hidden />
        {t("settings.keyring")}
      </p>
    </>
  );
}

/** For those who are logged in in their own browser: its `Cookie` header, sealed at once and never shown again. */
function PasteSession() {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const [cookie, setCookie] = useState("");
  const [userAgent, setUserAgent] = useState("");
  const set = useMutation({
    mutationFn: () => host.sessionSet(cookie, userAgent, null),
    onSuccess: ({ reason }) => {
      setCookie("");
      toast({ text: reason ? `${t("settings.pasted")}. ${t(`codes.${reason}.title`)}.` : t("settings.pasted") });
      return cache.invalidateQueries({ queryKey: keys.accounts });
    },
  });
  return (
    <details className={css.card}>
      <summary className={css.summary}>{t("settings.paste")}</summary>
      <p className={css.text}>{t("settings.pasteText")}</p>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          set.mutate();
        }}
      >
        <PasswordInput
          label={t("settings.pasteCookie")}
          value={cookie}
          onChange={(event) => setCookie(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("settings.pasteShow") }}
          autoComplete="off"
        />
        <TextInput
          label={t("settings.pasteAgent")}
          value={userAgent}
          onChange={(event) => setUserAgent(event.currentTarget.value)}
          autoComplete="off"
        />
        <div>
          <Button type="submit" loading={set.isPending} disabled={cookie.trim() === "" || userAgent.trim() === ""}>
            {t("settings.pasteAction")}
          </Button>
        </div>
        {set.isError && <FailureNotice failure={failureOf(set.error)} />}
      </form>
    </details>
  );
}

function PracticeCard({ practice }: { practice: boolean }) {
  const { t } = useTranslation();
  const host = useHost();
  const change = useMutation({ mutationFn: () => host.setPractice(!practice) });
  return (
    <>
      <section className={css.card} data-dashed>
        <div className={css.head}>
          <span className={css.badge} data-thread aria-hidden>
            <NeedleIcon size={22} />
          </span>
          <div className={css.words}>
            <h3 className={css.name}>{t(practice ? "settings.practiceOn" : "settings.practiceOff")}</h3>
            <p className={css.text}>{t(practice ? "settings.practiceOnText" : "settings.practiceOffText")}</p>
          </div>
          <Button loading={change.isPending} onClick={() => change.mutate()}>
            {t(practice ? "settings.toReal" : "settings.toPractice")}
          </Button>
        </div>
      </section>
      {change.isError && <FailureNotice failure={failureOf(change.error)} />}
    </>
  );
}

function SessionCard({ practice, siteUrl }: { practice: boolean; siteUrl: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const account = useAccount().data;
  const refresh = () => cache.invalidateQueries({ queryKey: keys.accounts });
  const check = useMutation({ mutationFn: () => host.sessionCheck(null), onSettled: refresh });
  const logIn = useMutation({ mutationFn: () => host.sessionLogin(null), onSettled: refresh });
  const forget = async () => {
    await host.sessionForget(null);
    check.reset();
    logIn.reset();
    await refresh();
    toast({ text: t("settings.forgotten") });
  };
  const linked = account?.has_session === true;
  const refused =
    (check.data?.authenticated === false && !check.data.reason) ||
    (check.isError && failureOf(check.error).code === "session_expired");
  const state = refused ? "expired" : account?.checked_at || check.data?.authenticated === true ? "valid" : "unchecked";
  const name = check.data?.username ?? account?.username ?? account?.name ?? null;
  const failure = check.error ?? logIn.error;

  return (
    <>
      {logIn.isPending && (
        <Notice
          banner
          severity="you"
          title={t("settings.logIn")}
          text={t("settings.loggingIn")}
          actions={<Button onClick={() => act(host.stop())}>{t("common.stop")}</Button>}
        />
      )}
      {failure !== null && <FailureNotice failure={failureOf(failure)} />}
      {check.data?.reason && <FailureNotice failure={{ code: check.data.reason, message: "", details: null }} />}
      <section className={css.card} data-you={(linked && state === "expired") || undefined}>
        <div className={css.head}>
          <span className={css.badge} aria-hidden>
            {linked && name ? name.slice(0, 1).toUpperCase() : <QuestionIcon size={20} weight="bold" />}
          </span>
          <div className={css.words}>
            <h3 className={css.name}>
              {linked && name ? name : t("settings.none")}
              {linked && (
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
        {linked && (
          <dl className={css.facts}>
            <div>
              <dt>{t("settings.site")}</dt>
              <dd data-selectable>{account.site_url || siteUrl}</dd>
            </div>
            <div>
              <dt>{t("settings.name")}</dt>
              <dd data-selectable>{account.username ?? t("settings.unknownName")}</dd>
            </div>
          </dl>
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
