import { useTranslation } from "react-i18next";
import { useFormat } from "@/lib/format/useFormat";
import type { VersionDifference } from "@/lib/host";
import { conditionLabel } from "@/screens/drafts/BenchList";
import css from "./Difference.module.css";
import { changedLines } from "./changed-lines";

/** Fields as the reader knows them; the three prices each by its own name. */
const names = {
  photos: "editor.photos",
  title: "editor.title",
  description: "editor.description",
  category: "editor.category",
  brand: "editor.brand",
  size: "editor.size",
  condition: "editor.condition",
  color: "editor.color",
  material: "editor.material",
  package_size: "editor.package_size",
  price_target_cents: "editor.priceTarget",
  price_min_cents: "editor.priceMin",
  price_max_cents: "editor.priceMax",
} as const;
type Field = keyof typeof names;

const parcels = {
  small: "editor.packages.small",
  medium: "editor.packages.medium",
  large: "editor.packages.large",
} as const;

/** One field before and after, in words. */
export function Difference({ difference, currency }: { difference: VersionDifference; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { field, before, after } = difference;
  if (!Object.hasOwn(names, field)) return null;
  const name = t(names[field as Field]);
  if (field === "description") {
    return (
      <li className={css.lines}>
        <span className={css.name}>{name}</span>
        {changedLines(before ?? "", after ?? "").map(({ kind, text }, place) => (
          <span key={place} className={css.line} data-kind={kind}>
            <span aria-label={t(kind === "gone" ? "history.gone" : "history.come")}>{kind === "gone" ? "−" : "+"}</span>
            {text}
          </span>
        ))}
      </li>
    );
  }
  const said = (value: string | null): string => {
    if (value === null || value === "unknown") return t("history.nothing");
    switch (field) {
      case "price_target_cents":
      case "price_min_cents":
      case "price_max_cents":
        return format.money(Number(value), currency);
      case "condition":
        return conditionLabel(value, t);
      case "package_size":
        return Object.hasOwn(parcels, value) ? t(parcels[value as keyof typeof parcels]) : value;
      case "photos":
        return t("common.photos", { count: Number(value) });
      case "category":
        return value.split(" > ").at(-1) ?? value;
      default:
        return value;
    }
  };
  return (
    <li className={css.difference}>
      <span className={css.name}>{name}</span>
      {field === "photos" && before === after ? (
        <span className={css.after}>{t("history.reordered")}</span>
      ) : (
        <>
          <del className={css.before}>{said(before)}</del>
          <span aria-hidden>→</span>
          <ins className={css.after}>{said(after)}</ins>
        </>
      )}
    </li>
  );
}
