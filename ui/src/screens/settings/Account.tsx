import { Button, NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import { LockKeyIcon } from "@phosphor-icons/react/LockKey";
import { NeedleIcon } from "@phosphor-icons/react/Needle";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { keys, useAbout, useAccounts } from "@/lib/data/queries";
import { accountName } from "@/lib/format/account";
import { useHost, type AccountView } from "@/lib/host";
import { toast } from "@/lib/toast";
import { AccountCard } from "./AccountCard";
import { NewAccount } from "./NewAccount";
import css from "./SettingsScreen.module.css";

/** Practice or real, and the seller's own accounts. */
export function Account() {
  const { t } = useTranslation();
  const about = useAbout().data;
  const accounts = useAccounts().data;
  if (!about || !accounts) return null;
  return (
    <>
      <h2 className={css.title}>{t("settings.account")}</h2>
      {about.practice && <PracticeCard practice />}
      {accounts.length === 0 ? (
        <AccountCard account={null} practice={about.practice} siteUrl={about.site_url} />
      ) : (
        accounts.map((account) => (
          <AccountCard key={account.id} account={account} practice={about.practice} siteUrl={about.site_url} />
        ))
      )}
      {!about.practice && accounts.length > 0 && <NewAccount />}
      {!about.practice && <PasteSession accounts={accounts} />}
      {!about.practice && <PracticeCard practice={false} />}
      <p className={css.note}>
        <LockKeyIcon size={16} aria-hidden />
        {t(about.vault === "file" ? "settings.vaultFile" : "settings.keyring")}
      </p>
    </>
  );
}

/** For those who are logged in in their own browser: its `Cookie` header, sealed at once and never shown again. */
function PasteSession({ accounts }: { accounts: readonly AccountView[] }) {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const [cookie, setCookie] = useState("");
  const [userAgent, setUserAgent] = useState("");
  const [account, setAccount] = useState<string | null>(null);
  const set = useMutation({
    mutationFn: () => host.sessionSet(cookie, userAgent, account),
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
        {accounts.length > 1 && (
          <NativeSelect
            label={t("settings.pasteAccount")}
            value={account ?? accounts[0]?.name ?? ""}
            onChange={(event) => setAccount(event.currentTarget.value)}
            data={accounts.map((each) => ({ value: each.name, label: accountName(each) }))}
          />
        )}
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
            <p className={css.text}>
              {host.inTab
                ? t(practice ? "door.practises" : "door.real")
                : t(practice ? "settings.practiceOnText" : "settings.practiceOffText")}
            </p>
          </div>
          {!host.inTab && (
            <Button loading={change.isPending} onClick={() => change.mutate()}>
              {t(practice ? "settings.toReal" : "settings.toPractice")}
            </Button>
          )}
        </div>
      </section>
      {change.isError && <FailureNotice failure={failureOf(change.error)} />}
    </>
  );
}
