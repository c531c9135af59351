import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useHost, type DraftChange, type DraftView, type JsonValue } from "@/lib/host";
import { toast } from "@/lib/toast";
import { keys } from "./queries";

/** A changed draft into every list that shows it, and its checks asked anew. The function stays the same. */
export function useKeepDraft() {
  const cache = useQueryClient();
  return useCallback(
    (draft: DraftView) => {
      cache.setQueryData(keys.draft(draft.id), draft);
      cache.setQueriesData<DraftView[]>({ queryKey: ["drafts", "list"] }, (drafts) =>
        drafts?.map((each) => (each.id === draft.id ? draft : each)),
      );
      void cache.invalidateQueries({ queryKey: keys.check(draft.id) });
    },
    [cache],
  );
}

/** Makes a change outside the editor and offers the way back. `said` names it. */
export function useChangeDraft() {
  const host = useHost();
  const keep = useKeepDraft();
  const { t } = useTranslation();
  return async (draft: DraftView, changes: DraftChange[], said: string) => {
    const changed = await host.changeDraft(draft.id, null, changes);
    keep(changed);
    const before = changes.map(({ key }) => ({ key, value: valueOf(draft, key) }));
    toast({
      text: t("editor.repaired", { title: draft.title || t("drafts.withoutTitle"), repair: said }),
      undo: async () => keep(await host.changeDraft(draft.id, null, before)),
    });
  };
}

function valueOf(draft: DraftView, key: string): JsonValue {
  const value = (draft as unknown as Record<string, JsonValue | undefined>)[key];
  return value ?? null;
}
