import { Checkbox } from "@mantine/core";
import { useTranslation } from "react-i18next";
import css from "./Pick.module.css";

/** The box that adds a draft to the selection. Seen where the row is pointed at, focused or selected. */
export function Pick({ title, picked, onPick }: { title: string; picked: boolean; onPick: () => void }) {
  const { t } = useTranslation();
  return (
    <Checkbox
      size="xs"
      radius={5}
      className={css.pick}
      data-picked={picked || undefined}
      checked={picked}
      onChange={onPick}
      // The row itself takes Space; a box of each row would double the stops of the Tab key.
      tabIndex={-1}
      aria-label={t("drafts.pick", { title })}
    />
  );
}
