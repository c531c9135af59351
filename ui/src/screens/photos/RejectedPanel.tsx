import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { WarningOctagonIcon } from "@phosphor-icons/react/WarningOctagon";
import { XIcon } from "@phosphor-icons/react/X";
import { useTranslation } from "react-i18next";
import { fileName } from "@/lib/format/format";
import { rowOf } from "@/lib/errors/table";
import { act } from "@/lib/act";
import { useHost, type RejectedFile } from "@/lib/host";
import { useImportStore } from "./import-store";
import { useGrouping } from "./useGrouping";
import css from "./RejectedPanel.module.css";

/** What was refused and why, in plain words. */
export function RejectedPanel({ files }: { files: readonly RejectedFile[] }) {
  const { t } = useTranslation();
  const host = useHost();
  const store = useImportStore();
  const [grouping] = useGrouping();
  return (
    <section className={css.panel} aria-labelledby="rejected">
      <header className={css.head}>
        <WarningOctagonIcon size={18} weight="fill" aria-hidden />
        <h2 id="rejected" className={css.title}>
          {t("photos.rejectedTitle", { count: files.length })}
        </h2>
        <Tooltip label={t("photos.dismiss")}>
          <ActionIcon size="xs" aria-label={t("photos.dismiss")} onClick={() => store.dismissRejected()}>
            <XIcon size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </header>
      {/* Can be scrolled by keyboard. */}
      <ul className={css.list} tabIndex={0} aria-labelledby="rejected">
        {files.map((file) => {
          const { code } = rowOf(file.code);
          return (
            <li key={file.path} className={css.file}>
              <strong className={css.name} title={file.path}>
                {fileName(file.path)}
              </strong>
              <span>{`${t(`codes.${code}.title`)}. ${t(`codes.${code}.text`)}`}</span>
            </li>
          );
        })}
      </ul>
      <Button
        variant="link"
        size="xs"
        onClick={() => act(host.pickPhotos().then((paths) => store.add(paths, grouping)))}
      >
        {t("photos.chooseAgain")}
      </Button>
    </section>
  );
}
