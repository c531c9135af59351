import { DndContext, PointerSensor, closestCenter, useSensor, useSensors, type DragEndEvent } from "@dnd-kit/core";
import { SortableContext, arrayMove, rectSortingStrategy, useSortable } from "@dnd-kit/sortable";
import { ActionIcon, Button, Modal, Tooltip } from "@mantine/core";
import { ArrowClockwiseIcon } from "@phosphor-icons/react/ArrowClockwise";
import { ArrowCounterClockwiseIcon } from "@phosphor-icons/react/ArrowCounterClockwise";
import { ArrowUUpLeftIcon } from "@phosphor-icons/react/ArrowUUpLeft";
import { ArrowsOutIcon } from "@phosphor-icons/react/ArrowsOut";
import { CaretLeftIcon } from "@phosphor-icons/react/CaretLeft";
import { CaretRightIcon } from "@phosphor-icons/react/CaretRight";
import { CropIcon } from "@phosphor-icons/react/Crop";
import { ImageSquareIcon } from "@phosphor-icons/react/ImageSquare";
import { PlusIcon } from "@phosphor-icons/react/Plus";
import { StarIcon } from "@phosphor-icons/react/Star";
import { TrashIcon } from "@phosphor-icons/react/Trash";
import type { Icon } from "@phosphor-icons/react";
import { lazy, memo, Suspense, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import { act } from "@/lib/act";
import { useHost, type EditedPhotoView, type PhotoView } from "@/lib/host";
import { toast, withdraw } from "@/lib/toast";
import css from "./PhotosPane.module.css";
import type { Editing } from "./useEditing";

const siteTakes = 20;

// Fetched from the app itself when a photo is first cropped.
const CropDialog = lazy(async () => ({ default: (await import("./CropDialog")).CropDialog }));

interface PhotosPaneProps extends Pick<Editing, "take" | "saveNow"> {
  draftId: string;
  stored: readonly PhotoView[];
}

/** The photos in the order of the listing; the first is the cover. */
export const PhotosPane = memo(function PhotosPane({ draftId, stored, take, saveNow }: PhotosPaneProps) {
  const { t } = useTranslation();
  const host = useHost();
  // The order that was asked for is shown at once, until the engine has answered.
  const [asked, setAsked] = useState<readonly PhotoView[] | null>(null);
  const photos = asked ?? stored;
  const [chosen, setChosen] = useState<string | null>(null);
  const [large, setLarge] = useState(false);
  const [cropping, setCropping] = useState(false);
  const [working, setWorking] = useState(false);
  const [said, setSaid] = useState("");
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 5 } }));
  const at = Math.max(
    photos.findIndex((photo) => photo.id === chosen),
    0,
  );
  const photo = photos[at];

  const arrange = async (order: readonly PhotoView[]) => {
    setAsked(order);
    try {
      const ids = order.map((each) => each.id);
      take(await host.setDraftPhotos(draftId, ids));
    } finally {
      setAsked(null);
    }
  };
  const move = (from: number, to: number) => {
    const moved = photos[from];
    if (!moved || to < 0 || to >= photos.length || from === to) return;
    setChosen(moved.id);
    setSaid(t("editor.moved", { number: to + 1, total: photos.length }));
    act(arrange(arrayMove([...photos], from, to)));
  };
  const remove = (gone: PhotoView) => {
    const place = photos.indexOf(gone);
    // Into the photos as they are then: others may have come or been moved meanwhile.
    const putBack = async () => {
      const { photos: present } = await host.showDraft(draftId);
      await arrange(present.toSpliced(place, 0, gone));
    };
    act(
      arrange(photos.filter((each) => each.id !== gone.id)).then(() =>
        toast({ text: t("editor.photoRemoved"), undo: () => act(putBack()) }),
      ),
    );
  };
  // Each change is made anew from the master, so that none costs quality; the newest can be taken back.
  const edit = async (id: string, change: () => Promise<EditedPhotoView>, done: string, undoable = true) => {
    setWorking(true);
    withdraw(id);
    try {
      await saveNow();
      await change();
      take(await host.showDraft(draftId));
      setSaid(done);
      if (undoable) toast({ text: done, about: id, undo: () => takeBack(id) });
    } finally {
      setWorking(false);
    }
  };
  const takeBack = (id: string) => act(edit(id, () => host.undoPhotoEdit(id), t("editor.editUndone"), false));
  const turn = ({ id }: PhotoView, quarters: number) =>
    act(edit(id, () => host.turnPhoto(id, quarters), t("editor.turned")));
  const add = async () => {
    const paths = await host.pickPhotos();
    if (paths.length === 0) return;
    await saveNow();
    try {
      take(await host.addDraftPhotos(draftId, paths));
    } catch (error) {
      // Those that could be read are in; the first refusal is told.
      take(await host.showDraft(draftId));
      throw error;
    }
  };
  const addButton = (
    <Button leftSection={<PlusIcon size={15} weight="bold" aria-hidden />} onClick={() => act(add())}>
      {t("editor.addPhotos")}
    </Button>
  );
  const onKey = (event: KeyboardEvent, place: number) => {
    const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
    if (event.altKey && event.key === "ArrowLeft") move(place, place - 1);
    else if (event.altKey && event.key === "ArrowRight") move(place, place + 1);
    else if (event.key === " ") setLarge(true);
    else if (plain && event.key.toLowerCase() === "r") {
      const turned = photos[place];
      if (turned && !working) turn(turned, event.shiftKey ? -1 : 1);
    } else if (plain && event.key.toLowerCase() === "c") {
      if (!working) setCropping(true);
    } else if (event.key === "Delete") {
      const gone = photos[place];
      if (gone) remove(gone);
    } else return;
    event.preventDefault();
  };
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    const from = photos.findIndex((each) => each.id === active.id);
    const to = photos.findIndex((each) => each.id === over?.id);
    if (from >= 0 && to >= 0) move(from, to);
  };

  if (!photo) {
    return (
      <section className={css.pane} aria-label={t("editor.photos")}>
        <div className={css.none}>
          <ImageSquareIcon size={28} aria-hidden />
          {t("editor.noPhotos")}
          {addButton}
        </div>
      </section>
    );
  }
  return (
    <section className={css.pane} aria-label={t("editor.photos")}>
      <div className={css.stage}>
        <Picture
          path={photo.url}
          alt={t("editor.photoThumb", { number: at + 1, total: photos.length })}
          className={css.big}
        />
        {at === 0 && (
          <span className={css.cover}>
            <StarIcon size={13} weight="fill" aria-hidden />
            {t("editor.cover")}
          </span>
        )}
        <div className={css.tools}>
          <Tool
            icon={CaretLeftIcon}
            label={t("editor.moveEarlier")}
            disabled={at === 0}
            onClick={() => move(at, at - 1)}
          />
          <Tool icon={StarIcon} label={t("editor.makeCover")} active={at === 0} onClick={() => move(at, 0)} />
          <Tool
            icon={ArrowCounterClockwiseIcon}
            label={`${t("editor.turnLeft")} (${t("editor.shift")} R)`}
            name={t("editor.turnLeft")}
            disabled={working}
            onClick={() => turn(photo, -1)}
          />
          <Tool
            icon={ArrowClockwiseIcon}
            label={`${t("editor.turnRight")} (R)`}
            name={t("editor.turnRight")}
            disabled={working}
            onClick={() => turn(photo, 1)}
          />
          <Tool
            icon={CropIcon}
            label={`${t("editor.crop")} (C)`}
            name={t("editor.crop")}
            disabled={working}
            onClick={() => setCropping(true)}
          />
          <Tool
            icon={ArrowUUpLeftIcon}
            label={photo.edits > 0 ? t("editor.undoEdit", { count: photo.edits }) : t("editor.noEdit")}
            disabled={working || photo.edits === 0}
            onClick={() => takeBack(photo.id)}
          />
          <Tool icon={ArrowsOutIcon} label={t("editor.viewLarge")} onClick={() => setLarge(true)} />
          <Tool icon={TrashIcon} label={t("editor.removePhoto")} onClick={() => remove(photo)} />
          <Tool
            icon={CaretRightIcon}
            label={t("editor.moveLater")}
            disabled={at === photos.length - 1}
            onClick={() => move(at, at + 1)}
          />
        </div>
      </div>
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        onDragEnd={onDragEnd}
        accessibility={{
          screenReaderInstructions: { draggable: t("editor.dragHelp") },
          announcements: {
            onDragStart: () => undefined,
            onDragOver: () => undefined,
            onDragEnd: () => undefined,
            onDragCancel: () => undefined,
          },
        }}
      >
        <SortableContext items={photos.map((each) => each.id)} strategy={rectSortingStrategy}>
          <ul className={css.strip}>
            {photos.map((each, place) => (
              <Thumb
                key={each.id}
                photo={each}
                place={place}
                total={photos.length}
                chosen={place === at}
                onChoose={() => setChosen(each.id)}
                onKey={(event) => onKey(event, place)}
              />
            ))}
          </ul>
        </SortableContext>
      </DndContext>
      <div className={css.foot}>
        {addButton}
        <p className={css.help}>
          {t(photos.length > siteTakes ? "editor.photoCountMany" : "editor.photoCount", { count: photos.length })}{" "}
          <kbd>{t("editor.photoKeys")}</kbd>
        </p>
      </div>
      <span role="status" className={css.said}>
        {said}
      </span>
      {cropping && (
        <Suspense fallback={null}>
          <CropDialog
            photo={photo}
            onClose={() => setCropping(false)}
            onCrop={(part) => {
              setCropping(false);
              act(edit(photo.id, () => host.cropPhoto(photo.id, part), t("editor.cropped")));
            }}
          />
        </Suspense>
      )}
      <Modal
        opened={large}
        onClose={() => setLarge(false)}
        size="auto"
        title={t("editor.photoThumb", { number: at + 1, total: photos.length })}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <Picture
          path={photo.url}
          alt={t("editor.photoThumb", { number: at + 1, total: photos.length })}
          className={css.large}
          whole
        />
      </Modal>
    </section>
  );
});

/** A tool over the photo. One that is of no use for now keeps the focus: it may be of use again in a moment. */
function Tool({
  icon: Glyph,
  label,
  name = label,
  onClick,
  active = false,
  disabled = false,
}: {
  icon: Icon;
  label: string;
  /** What it is called where its key is not said. */
  name?: string;
  onClick: () => void;
  active?: boolean;
  disabled?: boolean;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        className={css.tool}
        aria-label={name}
        aria-pressed={active || undefined}
        aria-disabled={disabled}
        data-disabled={disabled || undefined}
        onClick={disabled ? undefined : onClick}
      >
        <Glyph size={17} weight={active ? "fill" : "regular"} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

interface ThumbProps {
  photo: PhotoView;
  place: number;
  total: number;
  chosen: boolean;
  onChoose: () => void;
  onKey: (event: KeyboardEvent) => void;
}

function Thumb({ photo, place, total, chosen, onChoose, onKey }: ThumbProps) {
  const { t } = useTranslation();
  const { setNodeRef, listeners, transform, transition, isDragging } = useSortable({ id: photo.id });
  const label = t(place === 0 ? "editor.photoThumbCover" : "editor.photoThumb", { number: place + 1, total });
  return (
    <li
      ref={setNodeRef}
      className={css.slot}
      data-dragging={isDragging || undefined}
      style={{ transform: transform ? `translate(${transform.x}px, ${transform.y}px)` : undefined, transition }}
    >
      <button
        type="button"
        className={css.thumb}
        aria-label={label}
        aria-pressed={chosen}
        onClick={onChoose}
        onKeyDown={onKey}
        onPointerDown={listeners?.onPointerDown as React.PointerEventHandler | undefined}
      >
        <Picture path={photo.thumb_url} alt="" className={css.small} />
        <span className={css.number} aria-hidden>
          {place + 1}
        </span>
      </button>
    </li>
  );
}
