import { useTranslation } from "react-i18next";
import { useVocabulary } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import type { FilledField } from "./view";

const conditions = ["new_with_tags", "new_without_tags", "very_good", "good", "satisfactory"] as const;
const packages = ["small", "medium", "large"] as const;
const noBrand = "Sans marque"; // the engine's word, whatever the window's language

/** A value of a field in the words of the window. */
export function useValueText(currency: string): (field: FilledField, value: string) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const vocabulary = useVocabulary().data;
  const named = (terms: readonly { value: string; fr: string; en: string }[] | undefined, names: string) =>
    names
      .split(", ")
      .map((name) => terms?.find((term) => term.value === name)?.[format.language] ?? name)
      .join(", ");
  return (field, value) => {
    switch (field) {
      case "condition": {
        const known = conditions.find((each) => each === value);
        return known ? t(`editor.conditions.${known}`) : value;
      }
      case "package_size": {
        const known = packages.find((each) => each === value);
        return known ? t(`editor.packages.${known}`) : value;
      }
      case "brand":
        return value === noBrand ? t("editor.noBrand") : value;
      case "color":
        return named(vocabulary?.colors, value);
      case "material":
        return named(vocabulary?.materials, value);
      case "category": {
        const known = vocabulary?.categories.find((each) => each.path === value);
        return format.language === "en" ? (known?.path_en ?? value) : value;
      }
      case "price":
        return format.money(Number(value), currency);
      default:
        return value;
    }
  };
}
