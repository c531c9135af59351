import { Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { DropZone } from "@/screens/photos/DropZone";
import { useEngineEvents } from "@/lib/data/events";
import { undoLast } from "@/lib/toast";
import { CloseDialog } from "./CloseDialog";
import { Palette } from "./Palette";
import { Rail } from "./Rail";
import css from "./Frame.module.css";

/** What stays while screens change: rail, drop of files anywhere, undo. */
export function Frame() {
  const { t } = useTranslation();
  useEngineEvents();
  useUndoKey();
  return (
    <div className={css.frame}>
      <a
        href="#content"
        className={css.skip}
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("content")?.focus();
        }}
      >
        {t("common.skipToContent")}
      </a>
      <Rail />
      <Outlet />
      <DropZone />
      <Palette />
      <CloseDialog />
    </div>
  );
}

/** Ctrl+Z takes back the last thing a toast told of; inside a text field it stays the field's own undo. */
function useUndoKey() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      const target = event.target as HTMLElement;
      if (target.matches("input, textarea, [contenteditable]")) return;
      if (undoLast()) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
