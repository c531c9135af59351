import { useEffect, useRef, useState } from "react";
import { useKeepDraft } from "@/lib/data/change-draft";
import { useHost, type DraftChange, type DraftView, type JsonValue } from "@/lib/host";
import { Autosave, type SaveState } from "./autosave";

/** A draft being edited: what is shown, where it stands with saving, and the ways to change it. */
export interface Editing {
  draft: DraftView;
  saveState: SaveState;
  edit: (key: keyof DraftView, value: JsonValue) => void;
  /** Several fields at once, as a repair makes them. */
  apply: (changes: readonly DraftChange[]) => void;
  /** Takes over what another call of the engine answered, such as a new order of photos. */
  take: (draft: DraftView) => void;
  saveNow: () => Promise<void>;
}

/** Edits `stored`, saving as the person types. Fields that are not saved yet keep what was typed. */
export function useEditing(stored: DraftView): Editing {
  const host = useHost();
  const keep = useKeepDraft();
  const keepRef = useRef(keep);
  useEffect(() => {
    keepRef.current = keep;
  });
  const [draft, setDraft] = useState(stored);
  const [saveState, setSaveState] = useState<SaveState>({ kind: "saved", at: null });
  const [autosave] = useState(
    () =>
      new Autosave(
        stored.revision,
        {
          save: (revision, changes) => host.changeDraft(stored.id, revision, changes),
          reload: () => host.showDraft(stored.id),
        },
        setSaveState,
        (saved) => {
          keepRef.current(saved);
          setDraft({ ...saved, ...Object.fromEntries(autosave.unsaved) });
        },
      ),
  );

  useEffect(() => {
    const leave = () => void autosave.flush();
    window.addEventListener("pagehide", leave);
    window.addEventListener("blur", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      window.removeEventListener("blur", leave);
      leave();
    };
  }, [autosave]);

  const edit = (key: keyof DraftView, value: JsonValue) => {
    setDraft((old) => ({ ...old, [key]: value }));
    autosave.edit(key, value);
  };
  return {
    draft,
    saveState,
    edit,
    apply: (changes) => {
      for (const { key, value } of changes) edit(key as keyof DraftView, value);
    },
    take: (next) => {
      autosave.follow(next.revision);
      keep(next);
      setDraft({ ...next, ...Object.fromEntries(autosave.unsaved) });
    },
    saveNow: () => autosave.flush(),
  };
}
