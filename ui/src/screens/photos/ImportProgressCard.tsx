import { Button, Progress } from "@mantine/core";
import { CopyIcon } from "@phosphor-icons/react/Copy";
import { ShieldCheckIcon } from "@phosphor-icons/react/ShieldCheck";
import { StopIcon } from "@phosphor-icons/react/Stop";
import { WarningOctagonIcon } from "@phosphor-icons/react/WarningOctagon";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { secondsLeft } from "@/lib/format/format";
import { useFormat } from "@/lib/format/useFormat";
import { useImports, useImportStore, type ImportRun } from "./import-store";
import css from "./ImportProgressCard.module.css";

/** Count, time left, what was noticed, and the way to stop. */
export function ImportProgressCard({ run }: { run: ImportRun }) {
  const { t } = useTranslation();
  const format = useFormat();
  const store = useImportStore();
  const { waiting } = useImports();
  const percent = run.total === 0 ? 0 : (run.done / run.total) * 100;
  const left = run.secondsLeft ?? secondsLeft(run.done, run.total, run.now - run.startedAt);
  return (
    <section className={css.card}>
      <div className={css.head}>
        <strong className={css.count}>
          {run.sender === null
            ? t("photos.progress", { done: run.done, total: run.total })
            : t("phone.progress", { done: run.done, total: run.total, name: run.sender })}
        </strong>
        <span className={css.left}>
          {run.sender === null && run.state === "stopping" ? t("photos.stopping") : format.left(left)}
        </span>
        <ul className={css.facts}>
          <li>
            <ShieldCheckIcon size={16} aria-hidden />
            {t("photos.placeRemoved")}
          </li>
          {run.duplicates > 0 && (
            <li>
              <CopyIcon size={16} aria-hidden />
              {t("photos.duplicates", { count: run.duplicates })}
            </li>
          )}
          {run.rejected.length > 0 && (
            <li data-bad>
              <WarningOctagonIcon size={16} weight="fill" aria-hidden />
              {t("photos.rejected", { count: run.rejected.length })}
            </li>
          )}
        </ul>
      </div>
      <Progress value={percent} aria-label={t("photos.progressLabel")} className={css.bar} transitionDuration={0} />
      {run.sender === null ? (
        <Button
          className={css.stop}
          leftSection={<StopIcon size={15} weight="fill" aria-hidden />}
          disabled={run.state === "stopping"}
          onClick={() => void store.stop()}
        >
          {t("common.stop")}
        </Button>
      ) : (
        <Button
          className={css.stop}
          disabled={run.state === "stopping" || run.done === 0}
          onClick={() => act(store.draftsNow(run))}
        >
          {t("phone.draftsNow")}
        </Button>
      )}
      {run.sender === null && waiting.length > 0 && (
        <p className={css.waiting}>{t("photos.waiting", { count: waiting.length })}</p>
      )}
    </section>
  );
}
