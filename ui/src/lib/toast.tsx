import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { i18next } from "@/i18n";
import css from "./toast.module.css";

interface Toast {
  text: string;
  icon?: ReactNode;
  /** Takes back what was done; also Ctrl+Z while the toast is there. */
  undo?: () => void | Promise<void>;
  /** What it tells of, such as a photo: `withdraw` takes it back once that is no longer the newest. */
  about?: string;
}

const shown: (Required<Pick<Toast, "undo">> & Pick<Toast, "about"> & { id: string })[] = [];

/** Says what was done, bottom right, for 8 seconds (paused while pointed at or focused). */
export function toast({ text, icon, undo, about }: Toast) {
  const id = crypto.randomUUID();
  if (undo) shown.push({ id, undo, about });
  notifications.show({
    id,
    autoClose: 8000,
    withCloseButton: false,
    role: "status",
    onClose: () => forget(id),
    message: (
      <span className={css.line}>
        {icon}
        <span className={css.text}>{text}</span>
        {undo && (
          <Button size="xs" className={css.undo} onClick={() => void takeBack(id)}>
            {i18next.t("common.undo")}
          </Button>
        )}
      </span>
    ),
  });
}

/** Undoes the newest toast that can be undone; false where there is none. */
export function undoLast(): boolean {
  const last = shown.at(-1);
  if (!last) return false;
  void takeBack(last.id);
  return true;
}

/** Hides the toasts that offer to undo an earlier change of the same thing: they would undo a newer one. */
export function withdraw(about: string) {
  for (const { id } of shown.filter((each) => each.about === about)) {
    forget(id);
    notifications.hide(id);
  }
}

async function takeBack(id: string) {
  const entry = shown.find((each) => each.id === id);
  forget(id);
  notifications.hide(id);
  await entry?.undo();
}

function forget(id: string) {
  const place = shown.findIndex((each) => each.id === id);
  if (place >= 0) shown.splice(place, 1);
}
