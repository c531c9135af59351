import { Autocomplete } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useBrandChoices } from "@/lib/data/choices";
import { fold } from "@/lib/format/fold";

const none = "Sans marque"; // the engine's word, whatever the window's language

/** A brand: any name may be typed, known ones are offered as one types. `null` is no answer. */
export function BrandPicker({
  labelledBy,
  label,
  value,
  onChange,
}: {
  labelledBy?: string;
  label?: string;
  value: string | null;
  onChange: (brand: string | null) => void;
}) {
  const { t } = useTranslation();
  const shown = value === none ? t("editor.noBrand") : (value ?? "");
  const choices = useBrandChoices(value === none ? "" : shown);
  const word = fold(t("editor.noBrand"));
  const offered = [
    ...choices.filter((brand) => brand !== none),
    // Said last where something was typed that it does not fit, first where nothing was.
    ...(shown === "" || word.startsWith(fold(shown)) ? [t("editor.noBrand")] : []),
  ];
  return (
    <Autocomplete
      aria-labelledby={labelledBy}
      aria-label={label}
      value={shown}
      placeholder={t("editor.chooseBrand")}
      data={[...new Set(offered)]}
      limit={14}
      // The engine has ranked them.
      filter={({ options }) => options}
      onChange={(typed) => onChange(typed === "" ? null : fold(typed) === word ? none : typed)}
    />
  );
}
