import { Select } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCategoryChoices } from "@/lib/data/choices";
import { fold } from "@/lib/format/fold";
import { useFormat } from "@/lib/format/useFormat";
import type { Vocabulary } from "@/lib/host";
import css from "./CategoryPicker.module.css";

const separator = " > ";
const shownAtMost = 40;

/** The leaves of the site's tree, searched by any of their words, slips forgiven: the leaf on top, its place below. */
export function CategoryPicker({
  id,
  value,
  categories,
  onChange,
}: {
  id: string;
  value: string | null;
  categories: Vocabulary["categories"];
  onChange: (path: string | null) => void;
}) {
  const { t } = useTranslation();
  const { language } = useFormat();
  const options = useMemo(() => {
    const leaves = categories.map((category) => ({
      value: category.path,
      path: language === "en" ? (category.path_en ?? category.path) : category.path,
    }));
    // A category typed elsewhere, or the site's id of one, stays as it is.
    if (value !== null && !leaves.some((leaf) => leaf.value === value)) leaves.unshift({ value, path: value });
    return leaves.map((leaf) => ({ ...leaf, label: shortName(leaf.path) }));
  }, [categories, value, language]);
  const [typed, setTyped] = useState("");
  const label = options.find((option) => option.value === value)?.label;
  // What stands in the field when it is opened is the present choice, not a search.
  const choices = useCategoryChoices(typed === label ? "" : typed, language);
  const folded = useMemo(() => new Map(options.map((option) => [option.value, fold(option.path)])), [options]);
  const paths = useMemo(() => new Map(options.map((option) => [option.value, option.path])), [options]);
  return (
    <Select
      aria-labelledby={id}
      value={value}
      placeholder={t("editor.chooseCategory")}
      data={options}
      searchable
      allowDeselect={false}
      limit={shownAtMost}
      maxDropdownHeight={320}
      comboboxProps={{ width: 380, position: "bottom-start" }}
      nothingFoundMessage={t("editor.nothingFound")}
      onSearchChange={setTyped}
      filter={({ options: all, search, limit }) => {
        const leaves = all.filter((option) => "value" in option);
        if (search === label || search.trim() === "") return leaves.slice(0, limit);
        if (choices) {
          const byPath = new Map(leaves.map((option) => [option.value, option]));
          return choices.flatMap((path) => byPath.get(path) ?? []).slice(0, limit);
        }
        // Until the engine has answered.
        const words = fold(search).split(/[\s>]+/);
        return leaves
          .filter((option) => words.every((word) => folded.get(option.value)?.includes(word)))
          .slice(0, limit);
      }}
      renderOption={({ option }) => {
        const parts = (paths.get(option.value) ?? option.label).split(separator);
        return (
          <span className={css.option}>
            <strong>{parts.at(-1)}</strong>
            <span>{parts.slice(0, -1).join(", ")}</span>
          </span>
        );
      }}
      onChange={(path) => onChange(path)}
    />
  );
}

/** "Trenchs · Femmes": what tells a leaf apart in a narrow field. */
function shortName(path: string): string {
  const parts = path.split(separator);
  const [root] = parts;
  const leaf = parts.at(-1);
  return parts.length > 1 && leaf !== undefined && root !== undefined ? `${leaf} · ${root}` : path;
}
