import { Button, Modal } from "@mantine/core";
import { FloppyDiskIcon } from "@phosphor-icons/react/FloppyDisk";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { act } from "@/lib/act";
import { useHost, type ProblemReport } from "@/lib/host";
import { toast } from "@/lib/toast";
import css from "./ReportDialog.module.css";

/** The report, whole, before anything is saved: what the person reads is what the file holds. */
export function ReportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const host = useHost();
  const query = useQuery({ queryKey: ["report"], queryFn: () => host.problemReport(), gcTime: 0, staleTime: 0 });
  const report = query.data;
  const save = async ({ name, text }: ProblemReport) => {
    if (!(await host.saveProblemReport(name, text))) return;
    onClose();
    toast({ icon: <FloppyDiskIcon size={17} aria-hidden />, text: t("log.saved") });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      title={t("log.reportTitle")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <p className={css.text}>{t("log.reportText")}</p>
      {query.isError ? (
        <FailureNotice
          failure={failureOf(query.error)}
          context={t("errors.loadFailed")}
          actions={<Button onClick={() => void query.refetch()}>{t("common.retry")}</Button>}
        />
      ) : report ? (
        <>
          <pre className={css.report} tabIndex={0} role="region" aria-label={t("log.reportLabel")} data-selectable>
            {report.text}
          </pre>
          <div className={css.foot}>
            <span>{report.taken_out === 0 ? t("log.takenNone") : t("log.taken", { count: report.taken_out })}</span>
            <Button
              variant="stitched"
              leftSection={<FloppyDiskIcon size={18} aria-hidden />}
              onClick={() => act(save(report))}
            >
              {t("log.save")}
            </Button>
          </div>
        </>
      ) : (
        <div className={css.placeholder} role="status" aria-label={t("common.loading")} />
      )}
    </Modal>
  );
}
