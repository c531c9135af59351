import { TextInput } from "@mantine/core";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { SitePrice } from "@/components/SitePrice";
import { parsePrice } from "@/lib/format/format";
import { useFormat } from "@/lib/format/useFormat";
import type { DraftView, SuggestedPriceView } from "@/lib/host";
import card from "@/theme/card.module.css";
import css from "./PriceCard.module.css";
import type { Editing } from "./useEditing";

type PriceKey = "price_min_cents" | "price_target_cents" | "price_max_cents";

type PriceCardProps = Pick<DraftView, PriceKey | "currency"> & {
  edit: Editing["edit"];
  /** What the site suggested when its form was last filled here. */
  sitePrice: SuggestedPriceView | null;
};

/** The price that is shown, between the lowest and the highest. */
export const PriceCard = memo(function PriceCard({ edit, currency, sitePrice, ...prices }: PriceCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { price_min_cents: min, price_target_cents: target, price_max_cents: max } = prices;
  return (
    <section className={`${card.card} ${css.card}`} aria-labelledby="price">
      <h2 id="price" className={card.title}>
        {t("editor.price")}
      </h2>
      <div className={css.figure}>
        <strong>{target === null ? "–" : format.money(target, currency)}</strong>
        <span>{t("editor.priceShown")}</span>
      </div>
      <Track min={min} target={target} max={max} />
      <div className={css.fields}>
        <PriceField
          {...{ edit, currency }}
          name="price_min_cents"
          stored={prices.price_min_cents}
          label={t("editor.priceMin")}
        />
        <PriceField
          {...{ edit, currency }}
          name="price_target_cents"
          stored={prices.price_target_cents}
          label={t("editor.priceTarget")}
        />
        <PriceField
          {...{ edit, currency }}
          name="price_max_cents"
          stored={prices.price_max_cents}
          label={t("editor.priceMax")}
        />
      </div>
      {sitePrice && <SitePrice price={sitePrice} />}
    </section>
  );
});

/** Where the shown price lies between the two others; the fields below say it in figures. */
function Track({ min, target, max }: { min: number | null; target: number | null; max: number | null }) {
  const place =
    min !== null && target !== null && max !== null && max > min && target >= min && target <= max
      ? ((target - min) / (max - min)) * 100
      : null;
  return (
    <div className={css.track} data-unset={place === null || undefined} aria-hidden>
      {place !== null && <span className={css.knob} style={{ left: `${place}%` }} />}
    </div>
  );
}

interface PriceFieldProps {
  name: PriceKey;
  stored: number | null;
  label: string;
  currency: string;
  edit: Editing["edit"];
}

function PriceField({ name, stored, label, currency, edit }: PriceFieldProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? format.priceText(stored);
  const wrong = typed !== null && parsePrice(typed) === undefined;
  return (
    <TextInput
      label={label}
      value={text}
      inputMode="decimal"
      error={wrong ? t("editor.priceInvalid") : undefined}
      rightSectionWidth={22}
      classNames={{ input: css.amount }}
      rightSection={<span className={css.unit}>{unitOf(currency, format.language)}</span>}
      onChange={(event) => {
        const value = event.currentTarget.value;
        setTyped(value);
        const price = parsePrice(value);
        if (price !== undefined && price !== stored) edit(name, price);
      }}
      onBlur={() => {
        if (!wrong) setTyped(null);
      }}
    />
  );
}

function unitOf(currency: string, language: string): string {
  const parts = new Intl.NumberFormat(language, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
  }).formatToParts(0);
  return parts.find((part) => part.type === "currency")?.value ?? currency;
}
