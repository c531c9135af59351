import { DownloadSimpleIcon } from "@phosphor-icons/react/DownloadSimple";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useHost, type DropEvent } from "@/lib/host";
import { useImportStore } from "./import-store";
import { useGrouping } from "./useGrouping";
import css from "./DropZone.module.css";

/** The whole window takes files and folders, whatever screen is shown. `onDropped` is told first. */
export function DropZone({ onDropped }: { onDropped?: () => void }) {
  const { t } = useTranslation();
  const host = useHost();
  const store = useImportStore();
  const navigate = useNavigate();
  const [grouping] = useGrouping();
  const [over, setOver] = useState(false);
  const onDrop = useEffectEvent((event: DropEvent) => {
    setOver(event.kind === "over");
    if (event.kind !== "drop") return;
    onDropped?.();
    void navigate({ to: "/photos" });
    void store.add(event.paths, grouping);
  });
  useEffect(() => host.onDrop((event) => onDrop(event)), [host]);
  if (!over) return null;
  return (
    <div className={css.veil} role="status">
      <div className={css.card}>
        <DownloadSimpleIcon size={34} aria-hidden />
        <strong className={css.title}>{t("photos.dropTitle")}</strong>
        <span>{t("photos.dropText", { grouping: t(`photos.groupings.${grouping}`).toLocaleLowerCase() })}</span>
      </div>
    </div>
  );
}
