import { NumberInput, VisuallyHidden } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { keys } from "@/lib/data/queries";
import { accountName } from "@/lib/format/account";
import { useHost, type AccountView } from "@/lib/host";
import css from "./AccountBudgets.module.css";
import settings from "./SettingsScreen.module.css";

/** The most that the engine allows; beyond it accounts get limited by the site. */
const ceilings = { hour: 20, day: 60 } as const;

/** How many new listings an account may have an hour and a day; kept as soon as a figure is left. */
export function AccountBudgets({ account }: { account: AccountView }) {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const { budget } = account;
  const save = async (which: "hour" | "day", value: number) => {
    const changed = await host.accountChange({
      name: account.name,
      country: null,
      budget_hour: which === "hour" ? value : null,
      budget_day: which === "day" ? value : null,
    });
    cache.setQueryData<AccountView[]>(keys.accounts, (accounts) =>
      accounts?.map((each) => (each.id === changed.id ? changed : each)),
    );
  };
  return (
    <div className={`${settings.part} ${css.budgets}`}>
      <h4 className={settings.partTitle}>{t("settings.budgets.title")}</h4>
      {(["hour", "day"] as const).map((which) => (
        <Budget
          key={which}
          label={t(`settings.budgets.${which}`)}
          account={accountName(account)}
          kept={budget[which]}
          most={ceilings[which]}
          used={which === "hour" ? budget.hour_used : budget.day_used}
          onSave={(value) => save(which, value)}
        />
      ))}
      <p className={css.why}>{t("settings.budgets.why", ceilings)}</p>
    </div>
  );
}

function Budget({
  label,
  account,
  kept,
  most,
  used,
  onSave,
}: {
  label: string;
  account: string;
  kept: number;
  most: number;
  used: number;
  onSave: (value: number) => Promise<void>;
}) {
  const { t } = useTranslation();
  const id = useId();
  // What is typed until it is kept, or given up.
  const [typed, setTyped] = useState<number | string | null>(null);
  const leave = () => {
    const value = Number(typed);
    if (typed === null || value < 1 || value === kept) setTyped(null);
    else act(onSave(value).finally(() => setTyped((now) => (now === typed ? null : now))));
  };
  return (
    <div className={css.row}>
      <label htmlFor={id} className={css.label}>
        {label} <VisuallyHidden>{account}</VisuallyHidden>
      </label>
      <NumberInput
        id={id}
        value={typed ?? kept}
        onChange={setTyped}
        onBlur={leave}
        min={1}
        max={most}
        clampBehavior="strict"
        allowDecimal={false}
        className={css.number}
      />
      <span className={css.fact}>{t("settings.budgets.used", { used, left: Math.max(kept - used, 0) })}</span>
    </div>
  );
}
