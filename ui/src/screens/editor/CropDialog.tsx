import { Button, Modal } from "@mantine/core";
import "react-image-crop/dist/ReactCrop.css";
import { useState } from "react";
import ReactCrop, { type PercentCrop } from "react-image-crop";
import { useTranslation } from "react-i18next";
import { useHost, type PhotoPart, type PhotoView } from "@/lib/host";
import css from "./CropDialog.module.css";
import { partOf } from "./crop";

const whole: PercentCrop = { unit: "%", x: 0, y: 0, width: 100, height: 100 };
/** A little inside, so that its handles can be seen and taken. */
const start: PercentCrop = { unit: "%", x: 5, y: 5, width: 90, height: 90 };

/** The part of a photo that is kept: dragged, or by arrow keys on the frame (moves it) and on its handles (size). */
export function CropDialog({
  photo,
  onClose,
  onCrop,
}: {
  photo: PhotoView;
  onClose: () => void;
  onCrop: (part: PhotoPart) => void;
}) {
  const { t } = useTranslation();
  const host = useHost();
  const [crop, setCrop] = useState<PercentCrop>(start);
  const part = partOf(crop, photo);
  return (
    <Modal
      opened
      onClose={onClose}
      size="auto"
      title={t("editor.cropTitle")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (part) onCrop(part);
        }}
      >
        <ReactCrop
          crop={crop}
          onChange={(_, percent) => setCrop(percent)}
          keepSelection
          ruleOfThirds
          minWidth={24}
          minHeight={24}
          className={css.crop}
          ariaLabels={{
            cropArea: t("editor.cropArea"),
            nwDragHandle: t("editor.cropHandle.nw"),
            nDragHandle: t("editor.cropHandle.n"),
            neDragHandle: t("editor.cropHandle.ne"),
            eDragHandle: t("editor.cropHandle.e"),
            seDragHandle: t("editor.cropHandle.se"),
            sDragHandle: t("editor.cropHandle.s"),
            swDragHandle: t("editor.cropHandle.sw"),
            wDragHandle: t("editor.cropHandle.w"),
          }}
        >
          <img src={host.mediaUrl(photo.url)} alt="" className={css.photo} draggable={false} />
        </ReactCrop>
        <p className={css.help}>
          <span role="status">
            {part === null
              ? t("editor.cropTooSmall")
              : t("editor.cropSize", { width: part.width, height: part.height })}
          </span>{" "}
          {t("editor.cropKeys")}
        </p>
        <footer className={css.foot}>
          <Button variant="quiet" onClick={() => setCrop(whole)}>
            {t("editor.cropWhole")}
          </Button>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="stitched" type="submit" disabled={part === null || isWhole(part, photo)}>
            {t("editor.cropAction")}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}

function isWhole(part: PhotoPart, photo: PhotoView): boolean {
  return part.width === photo.width && part.height === photo.height;
}
