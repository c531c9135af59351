import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAccounts } from "@/lib/data/queries";
import { accountName } from "@/lib/format/account";
import { fold } from "@/lib/format/fold";
import type { BrandCount } from "@/lib/host";
import css from "./FilterMenu.module.css";

/** Brand and account: filters with more values than fit on chips. */
export function FilterMenu({
  brand,
  brands,
  account,
  onBrand,
  onAccount,
}: {
  brand: string | null;
  brands: readonly BrandCount[];
  account: string | null;
  onBrand: (brand: string | null) => void;
  onAccount: (account: string | null) => void;
}) {
  const { t } = useTranslation();
  const accounts = useAccounts().data ?? [];
  const listed = brands.map((each) => ({ value: each.brand, label: `${each.brand} (${each.count})` }));
  const chosen = brand !== null && !brands.some((each) => each.brand === brand);
  return (
    <>
      {(brands.length > 1 || brand !== null) && (
        <Select
          className={css.filter}
          data-active={brand !== null || undefined}
          aria-label={t("drafts.byBrand")}
          placeholder={t("drafts.byBrand")}
          value={brand}
          onChange={onBrand}
          data={chosen ? [{ value: brand, label: brand }, ...listed] : listed}
          searchable
          clearable
          clearButtonProps={{ "aria-label": t("editor.clear") }}
          limit={60}
          comboboxProps={{ width: 240, position: "bottom-start" }}
          nothingFoundMessage={t("editor.nothingFound")}
          filter={({ options, search, limit }) =>
            options.filter((option) => "label" in option && fold(option.label).includes(fold(search))).slice(0, limit)
          }
        />
      )}
      {accounts.length > 1 && (
        <Select
          className={css.filter}
          data-active={account !== null || undefined}
          aria-label={t("drafts.byAccount")}
          placeholder={t("drafts.byAccount")}
          value={account}
          onChange={onAccount}
          data={accounts.map((each) => ({ value: each.name, label: accountName(each) }))}
          clearable
          clearButtonProps={{ "aria-label": t("editor.clear") }}
          comboboxProps={{ width: 220, position: "bottom-start" }}
        />
      )}
    </>
  );
}
