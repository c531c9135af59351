import { Button } from "@mantine/core";
import { PlayIcon } from "@phosphor-icons/react/Play";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Notice } from "@/components/Notice";
import { act } from "@/lib/act";
import { keys } from "@/lib/data/queries";
import { fileName } from "@/lib/format/format";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type UnfinishedImport } from "@/lib/host";
import { useImportStore } from "./import-store";
import css from "./PhotosScreen.module.css";

/** Imports that were cut short: go on, or leave them at what is done. */
export function UnfinishedImports() {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const store = useImportStore();
  const unfinished = useQuery({ queryKey: keys.unfinishedImports, queryFn: () => host.unfinishedImports() }).data ?? [];
  const leave = async ({ id }: UnfinishedImport) => {
    await host.closeImport(id);
    await cache.invalidateQueries({ queryKey: keys.unfinishedImports });
    await cache.invalidateQueries({ queryKey: keys.drafts });
  };
  if (unfinished.length === 0) return null;
  const notices = unfinished.map((each) => (
    <Notice
      key={each.id}
      severity="you"
      title={
        each.from_phones
          ? t("phone.unfinished")
          : t(each.stopped ? "photos.unfinishedStopped" : "photos.unfinished", {
              name: fileName(each.paths[0] ?? ""),
            })
      }
      text={t(each.from_phones ? "phone.unfinishedText" : "photos.unfinishedText", {
        done: each.done,
        total: each.total,
        time: format.moment(each.started_at),
      })}
      actions={
        each.from_phones ? (
          <Button onClick={() => act(leave(each))}>{t("phone.makeDrafts")}</Button>
        ) : (
          <>
            <Button variant="quiet" onClick={() => act(leave(each))}>
              {t("photos.leaveIt")}
            </Button>
            <Button
              leftSection={<PlayIcon size={15} weight="fill" aria-hidden />}
              onClick={() => void store.resume(each)}
            >
              {t("photos.goOn", { count: Math.max(each.total - each.done, 0) })}
            </Button>
          </>
        )
      }
    />
  ));
  return <div className={css.unfinished}>{notices}</div>;
}
