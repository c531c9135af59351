import { CloudCheckIcon } from "@phosphor-icons/react/CloudCheck";
import { CloudSlashIcon } from "@phosphor-icons/react/CloudSlash";
import { PencilSimpleIcon } from "@phosphor-icons/react/PencilSimple";
import { useTranslation } from "react-i18next";
import { rowOf } from "@/lib/errors/table";
import { useFormat } from "@/lib/format/useFormat";
import type { SaveState } from "./autosave";
import css from "./SaveMark.module.css";

/** Where the person's typing is: saved, on its way, or not saved and why. */
export function SaveMark({ state, onRetry }: { state: SaveState; onRetry: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (state.kind === "failed") {
    const { code } = rowOf(state.failure.code);
    return (
      <button type="button" className={css.failed} onClick={onRetry}>
        <CloudSlashIcon size={16} weight="bold" aria-hidden />
        {`${t("editor.unsaved")} · ${t(`codes.${code}.title`)} · ${t("common.retry")}`}
      </button>
    );
  }
  return (
    <span className={css.mark} role="status" data-save={state.kind}>
      {state.kind === "saved" ? <CloudCheckIcon size={16} aria-hidden /> : <PencilSimpleIcon size={16} aria-hidden />}
      {state.kind === "saved"
        ? state.at
          ? t("editor.savedAt", { time: format.clock(state.at) })
          : t("editor.saved")
        : t("editor.saving")}
    </span>
  );
}
