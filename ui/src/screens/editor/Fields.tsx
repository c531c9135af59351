import { Autocomplete, MultiSelect, Select, type ComboboxParsedItem } from "@mantine/core";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { memo, useId, useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { BrandPicker } from "@/components/BrandPicker";
import { useVocabulary } from "@/lib/data/queries";
import { fold } from "@/lib/format/fold";
import { useFormat } from "@/lib/format/useFormat";
import type { DraftView, TermView } from "@/lib/host";
import { CategoryPicker } from "./CategoryPicker";
import { splitNames } from "./counting";
import css from "./Fields.module.css";
import type { Editing } from "./useEditing";

const conditions = ["new_with_tags", "new_without_tags", "very_good", "good", "satisfactory"] as const;
const packages = ["small", "medium", "large"] as const;
const maxColors = 2;
const maxMaterials = 3;

type Chosen = Pick<DraftView, "category" | "brand" | "size" | "condition" | "color" | "material" | "package_size">;

interface FieldsProps extends Chosen {
  /** Names of the fields that a gate finds at fault, with spaces between. */
  failing: string;
  edit: Editing["edit"];
}

/** The fields of the site's form that are chosen rather than written. */
export const Fields = memo(function Fields(props: FieldsProps) {
  const { t } = useTranslation();
  const { language } = useFormat();
  const vocabulary = useVocabulary().data;
  const { edit } = props;
  const yours = new Set(props.failing.split(" "));
  const category = vocabulary?.categories.find((each) => each.path === props.category);
  const sized = category?.sized ?? true;
  const colors = splitNames(props.color);
  const materials = splitNames(props.material);
  const hexes = useMemo(() => new Map(vocabulary?.colors.map((color) => [color.value, color.hex])), [vocabulary]);
  const named = (terms: readonly TermView[] | undefined, present: readonly string[]) => {
    const known = (terms ?? []).map((term) => ({ value: term.value, label: term[language] }));
    const others = present.filter((name) => !known.some((entry) => entry.value === name));
    return [...known, ...others.map((name) => ({ value: name, label: name }))];
  };

  return (
    <div className={css.fields}>
      <Field label={t("editor.category")} yours={yours.has("category")}>
        {(id) => (
          <CategoryPicker
            id={id}
            value={props.category}
            categories={vocabulary?.categories ?? []}
            onChange={(path) => edit("category", path)}
          />
        )}
      </Field>
      <Field label={t("editor.brand")} yours={yours.has("brand")}>
        {(id) => <BrandPicker labelledBy={id} value={props.brand} onChange={(brand) => edit("brand", brand)} />}
      </Field>
      <Field
        label={t("editor.size")}
        yours={yours.has("size")}
        hint={props.size === "unknown" ? (sized ? t("editor.sizeUnknown") : t("editor.sizeNotAsked")) : undefined}
      >
        {(id) => (
          <Autocomplete
            aria-labelledby={id}
            value={props.size === "unknown" ? "" : props.size}
            placeholder={t("editor.chooseSize")}
            onChange={(value) => edit("size", value === "" ? "unknown" : value)}
          />
        )}
      </Field>
      <Field label={t("editor.condition")} yours={yours.has("condition")}>
        {(id) => (
          <Select
            aria-labelledby={id}
            value={props.condition}
            placeholder={t("editor.chooseCondition")}
            data={conditions.map((value) => ({ value, label: t(`editor.conditions.${value}`) }))}
            allowDeselect={false}
            onChange={(value) => edit("condition", value)}
          />
        )}
      </Field>
      <Field
        label={t("editor.color")}
        yours={yours.has("color")}
        hint={t("editor.atMost", { count: colors.length, max: maxColors })}
      >
        {(id) => (
          <MultiSelect
            aria-labelledby={id}
            value={colors}
            placeholder={colors.length === 0 ? t("editor.chooseColors") : undefined}
            data={named(vocabulary?.colors, colors)}
            maxValues={maxColors}
            searchable
            hidePickedOptions
            filter={bestFirst}
            nothingFoundMessage={t("editor.nothingFound")}
            renderOption={({ option }) => (
              <span className={css.swatchLine}>
                <Swatch hex={hexes.get(option.value)} />
                {option.label}
              </span>
            )}
            onChange={(value) => edit("color", value.length === 0 ? null : value.join(", "))}
          />
        )}
      </Field>
      <Field
        label={t("editor.material")}
        yours={yours.has("material")}
        hint={t("editor.atMost", { count: materials.length, max: maxMaterials })}
      >
        {(id) => (
          <MultiSelect
            aria-labelledby={id}
            value={materials}
            placeholder={materials.length === 0 ? t("editor.chooseMaterials") : undefined}
            data={named(vocabulary?.materials, materials)}
            maxValues={maxMaterials}
            searchable
            hidePickedOptions
            filter={bestFirst}
            nothingFoundMessage={t("editor.nothingFound")}
            onChange={(value) => edit("material", value.length === 0 ? null : value.join(", "))}
          />
        )}
      </Field>
      <Field label={t("editor.package_size")} yours={yours.has("package_size")}>
        {(id) => (
          <Select
            aria-labelledby={id}
            value={props.package_size}
            placeholder={t("editor.choosePackage")}
            data={packages.map((value) => ({ value, label: t(`editor.packages.${value}`) }))}
            clearable
            clearButtonProps={{ "aria-label": t("editor.clear") }}
            onChange={(value) => edit("package_size", value)}
          />
        )}
      </Field>
    </div>
  );
});

/** Names that contain what was typed; the name itself first, then those that begin with it. */
function bestFirst({ options, search }: { options: ComboboxParsedItem[]; search: string }): ComboboxParsedItem[] {
  const sought = fold(search);
  const rank = (label: string) => (label === sought ? 0 : label.startsWith(sought) ? 1 : 2);
  return options
    .flatMap((option) => ("label" in option ? [{ option, label: fold(option.label) }] : []))
    .filter(({ label }) => label.includes(sought))
    .sort((one, other) => (sought === "" ? 0 : rank(one.label) - rank(other.label)))
    .map(({ option }) => option);
}

function Field({
  label,
  yours,
  hint,
  children,
}: {
  label: string;
  yours: boolean;
  hint?: string | undefined;
  children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className={css.field}>
      <span id={id} className={css.label}>
        {yours && <HandPointingIcon size={15} weight="bold" aria-hidden className={css.hand} />}
        {label}
      </span>
      {children(id)}
      <span className={css.hint}>{hint}</span>
    </div>
  );
}

function Swatch({ hex }: { hex: string | null | undefined }) {
  return <span className={css.swatch} style={hex ? { background: hex } : undefined} aria-hidden />;
}
