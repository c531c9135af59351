import { ActionIcon, Tooltip } from "@mantine/core";
import { BrowserIcon } from "@phosphor-icons/react/Browser";
import { CameraIcon } from "@phosphor-icons/react/Camera";
import { MagnifyingGlassMinusIcon } from "@phosphor-icons/react/MagnifyingGlassMinus";
import { MagnifyingGlassPlusIcon } from "@phosphor-icons/react/MagnifyingGlassPlus";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import type { PrepareView } from "@/lib/host";
import css from "./FormPicture.module.css";

/** The picture of the site's form as it was filled. */
export function FormPicture({ prepared }: { prepared: PrepareView | null }) {
  const { t } = useTranslation();
  const [large, setLarge] = useState(false);
  const path = prepared?.preview_url ?? null;
  return (
    <section className={css.pane} aria-labelledby="picture">
      <header className={css.head}>
        <CameraIcon size={16} aria-hidden />
        <h2 id="picture" className={css.title}>
          {t("review.picture")}
        </h2>
        {path !== null && (
          <span className={css.zoom}>
            <Tooltip label={t("review.zoomOut")}>
              <ActionIcon size="xs" aria-label={t("review.zoomOut")} disabled={!large} onClick={() => setLarge(false)}>
                <MagnifyingGlassMinusIcon size={17} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t("review.zoomIn")}>
              <ActionIcon size="xs" aria-label={t("review.zoomIn")} disabled={large} onClick={() => setLarge(true)}>
                <MagnifyingGlassPlusIcon size={17} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </span>
        )}
      </header>
      {/* A scrolled region must be reachable by keyboard. */}
      <div
        className={css.frame}
        tabIndex={path === null ? undefined : 0}
        role={path === null ? undefined : "group"}
        aria-label={path === null ? undefined : t("review.picture")}
      >
        {path === null ? (
          <div className={css.waiting}>
            <BrowserIcon size={30} aria-hidden />
            {t("review.pictureWaiting")}
          </div>
        ) : (
          <Picture path={path} alt={t("review.pictureAlt")} className={large ? css.large : css.picture} whole />
        )}
      </div>
    </section>
  );
}
