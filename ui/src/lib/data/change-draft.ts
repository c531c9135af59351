import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useHost, type DraftChange, type DraftRowsPage, type DraftView, type JsonValue } from "@/lib/host";
import { toast } from "@/lib/toast";
import { keys } from "./queries";
import { withDraft } from "./rows";

/** A changed draft into every list that shows it, and its checks asked anew. The function stays the same. */
export function useKeepDraft() {
  const cache = useQueryClient();
  return useCallback(
    (draft: DraftView) => {
      cache.setQueryData(keys.draft(draft.id), draft);
      cache.setQueriesData<DraftView[]>({ queryKey: ["drafts", "list"] }, (drafts) =>
        drafts?.map((each) => (each.id === draft.id ? draft : each)),
      );
      cache.setQueriesData<DraftRowsPage & { offset: number }>({ queryKey: ["drafts", "rows"] }, (page) =>
        page?.rows.some((row) => row.id === draft.id)
          ? { ...page, rows: page.rows.map((row) => (row.id === draft.id ? withDraft(row, draft) : row)) }
          : page,
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
  return async (id: string, changes: DraftChange[], said: string) => {
    const stood = await host.showDraft(id);
    keep(await host.changeDraft(id, null, changes));
    const before = changes.map(({ key }) => ({ key, value: valueOf(stood, key) }));
    toast({
      text: t("editor.repaired", { title: stood.title || t("drafts.withoutTitle"), repair: said }),
      undo: async () => keep(await host.changeDraft(id, null, before)),
    });
  };
}

function valueOf(draft: DraftView, key: string): JsonValue {
  const value = (draft as unknown as Record<string, JsonValue | undefined>)[key];
  return value ?? null;
}
