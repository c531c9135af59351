import { Button, Progress, VisuallyHidden } from "@mantine/core";
import { StopIcon } from "@phosphor-icons/react/Stop";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { useImportStore, type ImportRun } from "./import-store";
import css from "./ImportProgressCard.module.css";

/** How far the photos of an import are looked at, and the way to stop. */
export function LookingCard({ run }: { run: ImportRun }) {
  const { t } = useTranslation();
  const store = useImportStore();
  const steps = [...run.looking.values()].filter((step) => step !== null);
  const sum = (of: (step: (typeof steps)[number]) => number) => steps.reduce((whole, step) => whole + of(step), 0);
  const [done, total] = [sum((step) => step.done), sum((step) => step.total)];
  return (
    <section className={css.card}>
      <div className={css.head}>
        {/* Said once: hundreds of counts would drown out all else. */}
        <VisuallyHidden role="status">{t("photos.lookingBegun")}</VisuallyHidden>
        <span>{t("photos.looking", { done, total })}</span>
      </div>
      <Progress
        value={total === 0 ? 0 : (done / total) * 100}
        aria-label={t("photos.lookingLabel")}
        className={css.bar}
        transitionDuration={0}
      />
      <Button
        className={css.stop}
        leftSection={<StopIcon size={15} weight="fill" aria-hidden />}
        onClick={() => act(store.stopLooking(run))}
      >
        {t("common.stop")}
      </Button>
    </section>
  );
}
