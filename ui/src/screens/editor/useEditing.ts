import { useCallback, useEffect, useState } from "react";
import { useKeepDraft } from "@/lib/data/change-draft";
import { useHost, type DraftChange, type DraftView, type Host, type JsonValue } from "@/lib/host";
import { withdraw } from "@/lib/toast";
import { Autosave, type SaveState } from "./autosave";

/**
 * A draft being edited: what is shown, where it stands with saving, and the ways to change it. The ways stay the same
 * functions, so that parts of the editor are drawn anew only for the values that they show.
 */
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

/** What the toast about bringing an earlier version of a draft back is about. */
export const revertOf = (draftId: string) => `revert:${draftId}`;

/**
 * Drafts with edits that are not stored yet. One that could not be saved stays here when its editor is left: it is
 * tried again, and shown as typed when the editor is opened again.
 */
const unsaved = new Map<string, Autosave>();

function autosaveOf(draft: DraftView, host: Host): Autosave {
  const known = unsaved.get(draft.id);
  if (known) return known;
  const fresh = new Autosave(draft.revision, {
    save: (revision, changes) => host.changeDraft(draft.id, revision, changes),
    reload: () => host.showDraft(draft.id),
  });
  unsaved.set(draft.id, fresh);
  return fresh;
}

function withUnsaved(draft: DraftView, autosave: Autosave): DraftView {
  return { ...draft, ...Object.fromEntries(autosave.unsaved) };
}

/** Edits `stored`, saving as the person types. Fields that are not saved yet keep what was typed. */
export function useEditing(stored: DraftView): Editing {
  const host = useHost();
  const keep = useKeepDraft();
  const [autosave] = useState(() => autosaveOf(stored, host));
  const [draft, setDraft] = useState(() => withUnsaved(stored, autosave));
  const [saveState, setSaveState] = useState<SaveState>(autosave.saveState);

  const show = useCallback(
    (next: DraftView) => {
      keep(next);
      setDraft(withUnsaved(next, autosave));
    },
    [keep, autosave],
  );

  useEffect(() => {
    autosave.attach({ onState: setSaveState, onSaved: show });
    const save = () => void autosave.flush();
    window.addEventListener("pagehide", save);
    window.addEventListener("blur", save);
    return () => {
      window.removeEventListener("pagehide", save);
      window.removeEventListener("blur", save);
      void autosave.flush().then(() => {
        if (autosave.unsaved.size === 0) unsaved.delete(stored.id);
      });
    };
  }, [autosave, show, stored.id]);

  const edit = useCallback<Editing["edit"]>(
    (key, value) => {
      // Going back from here would take this away.
      withdraw(revertOf(stored.id));
      setDraft((old) => ({ ...old, [key]: value }));
      autosave.edit(key, value);
    },
    [autosave, stored.id],
  );
  const apply = useCallback<Editing["apply"]>(
    (changes) => {
      for (const { key, value } of changes) edit(key as keyof DraftView, value);
    },
    [edit],
  );
  const take = useCallback<Editing["take"]>(
    (next) => {
      autosave.follow(next.revision);
      show(next);
    },
    [autosave, show],
  );
  const saveNow = useCallback(() => autosave.flush(), [autosave]);
  return { draft, saveState, edit, apply, take, saveNow };
}
