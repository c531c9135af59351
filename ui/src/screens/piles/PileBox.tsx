import { useDraggable, useDroppable } from "@dnd-kit/core";
import { ActionIcon, Tooltip } from "@mantine/core";
import { ArrowLineUpIcon } from "@phosphor-icons/react/ArrowLineUp";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import { SelectionPlusIcon } from "@phosphor-icons/react/SelectionPlus";
import { Link } from "@tanstack/react-router";
import type { KeyboardEvent, MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import { useFormat } from "@/lib/format/useFormat";
import type { PilePhotoView, PileView } from "@/lib/host";
import { SureMark, why } from "@/screens/photos/Piles";
import css from "./PileBox.module.css";

/** What a photo needs of the board that it lies on. */
export interface PhotoDoor {
  chosen: ReadonlySet<string>;
  dragged: ReadonlySet<string>;
  /** The one photo that Tab leads to; arrows lead on from there. */
  focusable: string | undefined;
  onFocus: (id: string) => void;
  onClick: (event: MouseEvent, id: string) => void;
  onKey: (event: KeyboardEvent, id: string) => void;
}

/** A pile with its photos: why they stand together, how sure, which of them are to check. */
export function PileBox({
  pile,
  number,
  door,
  onJoin,
}: {
  pile: PileView;
  number: number;
  door: PhotoDoor;
  /** Joins it with the pile before; not for the first. */
  onJoin: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { setNodeRef, isOver } = useDroppable({ id: String(pile.number) });
  const name = t("photos.pile", { number });
  const unsure = pile.photos.filter((photo) => photo.unsure).length;
  return (
    <section ref={setNodeRef} className={css.pile} data-over={isOver || undefined} aria-label={name}>
      <header className={css.head}>
        <strong className={css.name}>{name}</strong>
        <span className={css.count}>{t("common.photos", { count: pile.photos.length })}</span>
        {!pile.by_person && pile.confidence !== null && <SureMark sure={pile.confidence} />}
        <span className={css.why}>
          {pile.by_person ? t("piles.by_person") : why(pile, t, format.share)}
          {unsure > 0 && ` · ${t("photos.unsureCount", { count: unsure })}`}
        </span>
        {onJoin && (
          <Tooltip label={t("piles.joinBefore", { number: number - 1 })}>
            <ActionIcon aria-label={t("piles.joinBefore", { number: number - 1 })} onClick={onJoin}>
              <ArrowLineUpIcon size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
        {pile.draft_id !== null && (
          <Link to="/drafts/$draftId" params={{ draftId: pile.draft_id }} className={css.draft}>
            {t("piles.draft")}
          </Link>
        )}
      </header>
      <div className={css.photos}>
        {pile.photos.map((photo) => (
          <Photo key={photo.id} photo={photo} number={number} door={door} />
        ))}
      </div>
    </section>
  );
}

function Photo({ photo, number, door }: { photo: PilePhotoView; number: number; door: PhotoDoor }) {
  const { t } = useTranslation();
  const { setNodeRef, listeners, transform, isDragging } = useDraggable({ id: photo.id });
  const chosen = door.chosen.has(photo.id);
  return (
    <button
      ref={setNodeRef}
      type="button"
      className={css.photo}
      data-photo={photo.id}
      data-unsure={photo.unsure || undefined}
      data-dragging={isDragging || undefined}
      data-along={(!isDragging && door.dragged.has(photo.id)) || undefined}
      aria-pressed={chosen}
      aria-label={t(photo.unsure ? "piles.photoUnsure" : "piles.photo", { name: photo.filename, number })}
      tabIndex={door.focusable === photo.id ? 0 : -1}
      style={{ transform: transform ? `translate(${transform.x}px, ${transform.y}px)` : undefined }}
      onFocus={() => door.onFocus(photo.id)}
      onClick={(event) => door.onClick(event, photo.id)}
      onKeyDown={(event) => door.onKey(event, photo.id)}
      onPointerDown={listeners?.onPointerDown as React.PointerEventHandler | undefined}
    >
      <Picture path={photo.thumb_url} alt="" className={css.picture} />
      {photo.unsure && (
        <span className={css.unsure} title={t("photos.unsure")}>
          <QuestionIcon size={13} weight="bold" aria-hidden />
        </span>
      )}
      {chosen && (
        <span className={css.chosen}>
          <CheckCircleIcon size={20} weight="fill" aria-hidden />
        </span>
      )}
    </button>
  );
}

/** Where photos are dropped that belong to no pile that there is. */
export function NewPile() {
  const { t } = useTranslation();
  const { setNodeRef, isOver } = useDroppable({ id: "apart" });
  return (
    <div ref={setNodeRef} className={css.fresh} data-over={isOver || undefined}>
      <SelectionPlusIcon size={18} aria-hidden />
      {t("piles.newPile")}
    </div>
  );
}
