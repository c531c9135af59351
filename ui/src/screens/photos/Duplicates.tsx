import { CopyIcon } from "@phosphor-icons/react/Copy";
import { useTranslation } from "react-i18next";
import type { ImportedPhoto } from "@/lib/host";
import css from "./RejectedPanel.module.css";

/** Photos that were there already, by name: they were not stored again. */
export function Duplicates({ photos }: { photos: readonly ImportedPhoto[] }) {
  const { t } = useTranslation();
  return (
    <details className={css.panel}>
      <summary className={css.summary}>
        <CopyIcon size={16} aria-hidden />
        {t("photos.duplicates", { count: photos.length })}
      </summary>
      <p className={css.why}>{t("photos.duplicatesText")}</p>
      {/* Can be scrolled by keyboard. */}
      <ul className={css.list} tabIndex={0} aria-label={t("photos.duplicates", { count: photos.length })}>
        {photos.map((photo, place) => (
          <li key={`${photo.id} ${place}`} className={css.file}>
            <strong className={css.name} title={photo.filename}>
              {photo.filename}
            </strong>
          </li>
        ))}
      </ul>
    </details>
  );
}
