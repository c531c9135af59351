import { Button, Loader } from "@mantine/core";
import { ArchiveIcon } from "@phosphor-icons/react/Archive";
import { ArrowCounterClockwiseIcon } from "@phosphor-icons/react/ArrowCounterClockwise";
import { StopIcon } from "@phosphor-icons/react/Stop";
import { TableIcon } from "@phosphor-icons/react/Table";
import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice, Notice } from "@/components/Notice";
import { act } from "@/lib/act";
import { keys } from "@/lib/data/queries";
import { useHost } from "@/lib/host";
import css from "./SettingsScreen.module.css";
import { TableDialog } from "./TableDialog";

/** Everything into one file and back, and drafts from a table. */
export function Backup() {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const refresh = () => cache.invalidateQueries({ queryKey: keys.drafts });
  const keep = useMutation({ mutationFn: () => host.exportBackup() });
  const restore = useMutation({ mutationFn: () => host.restoreBackup(), onSuccess: refresh });
  const pick = useMutation({ mutationFn: () => host.pickTable() });
  const [table, setTable] = useState<string | null>(null);
  const photos = (count: number) => t("common.photos", { count });
  const kept = keep.data;
  const restored = restore.data;
  return (
    <>
      <h2 className={css.title}>{t("backup.title")}</h2>
      {host.inTab ? (
        <Notice severity="note" title={t("door.window")} text={t("door.backup")} />
      ) : (
        <>
          <Part
            id="keep"
            icon={<ArchiveIcon size={22} />}
            title={t("backup.keep")}
            text={t("backup.keepText")}
            action={t("backup.keepAction")}
            busy={t("backup.keeping")}
            doing={keep}
            stop
          >
            {kept && (
              <Notice
                severity="note"
                title={t("backup.kept", { count: kept.drafts, photos: photos(kept.photos) })}
                text={
                  kept.missing && kept.missing.length > 0
                    ? t("backup.keptMissing", { count: kept.missing.length })
                    : undefined
                }
              />
            )}
          </Part>
          <Part
            id="restore"
            icon={<ArrowCounterClockwiseIcon size={22} />}
            title={t("backup.restore")}
            text={t("backup.restoreText")}
            action={t("backup.restoreAction")}
            busy={t("backup.restoring")}
            doing={restore}
            stop
          >
            {restored && (
              <Notice
                severity="note"
                title={t("backup.restored", { count: restored.drafts, photos: photos(restored.photos) })}
                text={
                  <>
                    {restored.skipped > 0 && t("backup.skipped", { count: restored.skipped })}{" "}
                    {restored.missing.length > 0 && t("backup.restoredMissing", { count: restored.missing.length })}
                  </>
                }
              />
            )}
          </Part>
        </>
      )}
      <Part
        id="table"
        icon={<TableIcon size={22} />}
        title={t("backup.table")}
        text={t("backup.tableText")}
        action={t("backup.tableAction")}
        busy={t("backup.tableAction")}
        doing={pick}
        onDone={setTable}
      />
      {table !== null && <TableDialog path={table} onClose={() => setTable(null)} />}
    </>
  );
}

interface PartProps<Data> {
  id: string;
  icon: ReactNode;
  title: string;
  text: string;
  action: string;
  busy: string;
  doing: UseMutationResult<Data, Error, void>;
  /** It may take long and can be stopped. */
  stop?: boolean;
  onDone?: (data: Data) => void;
  children?: ReactNode;
}

function Part<Data>({ id, icon, title, text, action, busy, doing, stop = false, onDone, children }: PartProps<Data>) {
  const { t } = useTranslation();
  const host = useHost();
  const failure = doing.isError ? failureOf(doing.error) : null;
  return (
    <section className={css.card} aria-labelledby={id}>
      <div className={css.head}>
        <span className={css.badge} aria-hidden>
          {icon}
        </span>
        <div className={css.words}>
          <h3 id={id} className={css.name}>
            {title}
          </h3>
          <p className={css.text}>{text}</p>
        </div>
        {!(stop && doing.isPending) && (
          <Button disabled={doing.isPending} onClick={() => doing.mutate(undefined, { onSuccess: onDone })}>
            {action}
          </Button>
        )}
      </div>
      {stop && doing.isPending && (
        <div className={css.progress}>
          <p role="status" className={css.path}>
            <Loader size={14} aria-hidden /> {busy}
          </p>
          <Button
            leftSection={<StopIcon size={15} weight="fill" aria-hidden />}
            onClick={() => act(host.stop("backup"))}
          >
            {t("common.stop")}
          </Button>
        </div>
      )}
      {failure && failure.code !== "cancelled" && <FailureNotice failure={failure} />}
      {children}
    </section>
  );
}
