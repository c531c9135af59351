import { StorefrontIcon } from "@phosphor-icons/react/Storefront";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/lib/format/useFormat";
import type { SuggestedPriceView } from "@/lib/host";
import css from "./SitePrice.module.css";

/** The range that the site itself suggested on its form, beside ours. */
export function SitePrice({ price }: { price: SuggestedPriceView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { min_cents, max_cents, currency } = price;
  const [min, max] = [format.money(min_cents, currency), format.money(max_cents, currency)];
  return (
    <p className={css.price} data-selectable>
      <StorefrontIcon size={16} aria-hidden />
      {min === max ? t("common.sitePriceOne", { price: min }) : t("common.sitePrice", { min, max })}
    </p>
  );
}
