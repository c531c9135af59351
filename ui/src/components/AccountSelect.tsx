import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSellingAccount } from "@/lib/data/selling-account";
import { accountName } from "@/lib/format/account";

/** On which account, where there are several. What is chosen holds for the whole window. */
export function AccountSelect({ disabled }: { disabled?: boolean }) {
  const { t } = useTranslation();
  const { name, accounts, choose } = useSellingAccount();
  if (accounts.length < 2) return null;
  return (
    <NativeSelect
      label={t("queue.plan.account")}
      disabled={disabled}
      value={name ?? ""}
      onChange={(event) => choose(event.currentTarget.value)}
      data={accounts.map((each) => ({ value: each.name, label: accountName(each) }))}
    />
  );
}
