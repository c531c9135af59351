import { NumberInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { keys } from "@/lib/data/queries";
import { useHost, type AccountView } from "@/lib/host";
import css from "./AccountBudgets.module.css";

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
    <div className={css.budgets}>
      <h4 className={css.title}>{t("settings.budgets.title")}</h4>
      {(["hour", "day"] as const).map((which) => {
        const label = t(`settings.budgets.${which}`);
        const used = which === "hour" ? budget.hour_used : budget.day_used;
        return (
          <div key={which} className={css.row}>
            <span className={css.label} aria-hidden>
              {label}
            </span>
            <NumberInput
              // A figure that came from elsewhere begins anew.
              key={budget[which]}
              aria-label={`${label}, ${account.username ?? account.name}`}
              defaultValue={budget[which]}
              min={1}
              max={ceilings[which]}
              clampBehavior="strict"
              allowDecimal={false}
              className={css.number}
              onBlur={(event) => {
                const value = Number(event.currentTarget.value);
                if (value >= 1 && value !== budget[which]) act(save(which, value));
              }}
            />
            <span className={css.fact}>
              {t("settings.budgets.used", { used, left: Math.max(budget[which] - used, 0) })}
            </span>
          </div>
        );
      })}
      <p className={css.why}>{t("settings.budgets.why", ceilings)}</p>
    </div>
  );
}
