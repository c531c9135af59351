import { useQueryClient } from "@tanstack/react-query";
import { CoatHangerIcon } from "@phosphor-icons/react/CoatHanger";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useHost, type ImportResult } from "@/lib/host";
import { keys } from "@/lib/data/queries";
import { toast } from "@/lib/toast";
import { ImportContext, ImportStore } from "./import-store";

/** Holds the imports above the screens and says what each one made, with the way back. */
export function ImportProvider({ children }: { children: ReactNode }) {
  const host = useHost();
  const cache = useQueryClient();
  // Not its `t`: that one keeps the language of the first drawing, and an import may end after a change.
  const { i18n } = useTranslation();
  const [store] = useState(() => {
    const undo = async (result: ImportResult) => {
      for (const draft of result.drafts) await host.removeDraft(draft.id);
      await cache.invalidateQueries({ queryKey: keys.drafts });
    };
    return new ImportStore(host, cache, (result) => {
      const count = result.drafts.length;
      toast({
        icon: <CoatHangerIcon size={17} aria-hidden />,
        text: count === 0 ? i18n.t("photos.nothingNew") : i18n.t("photos.made", { count }),
        undo: count === 0 ? undefined : () => undo(result),
      });
    });
  });
  useEffect(() => store.listen(), [store]);
  return <ImportContext value={store}>{children}</ImportContext>;
}
