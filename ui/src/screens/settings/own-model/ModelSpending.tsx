import { Progress } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/lib/format/useFormat";
import type { ModelSpendingView } from "@/lib/host";
import css from "../SettingsScreen.module.css";

/** What the model cost this month, of what it may. */
export function ModelSpending({ spending }: { spending: ModelSpendingView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { calls, photos } = spending;
  const [spent, open, budget] = [spending.spent ?? 0, spending.open ?? 0, spending.budget ?? 0];
  return (
    <div className={`${css.part} ${css.progress}`}>
      <p>
        <strong>{t("settings.model.spent")}</strong>{" "}
        <span className={css.text}>{t("settings.model.calls", { count: calls, photos })}</span>
      </p>
      <p>{t("settings.model.ofBudget", { spent: format.amount(spent), budget: format.amount(budget) })}</p>
      <Progress
        className={css.bar}
        value={budget > 0 ? Math.min((spent / budget) * 100, 100) : 0}
        aria-label={t("settings.model.spent")}
        transitionDuration={0}
      />
      {open > 0 && <p className={css.small}>{t("settings.model.open", { open: format.amount(open) })}</p>}
    </div>
  );
}
