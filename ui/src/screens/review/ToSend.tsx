import { Button } from "@mantine/core";
import { BrowserIcon } from "@phosphor-icons/react/Browser";
import { PencilSimpleIcon } from "@phosphor-icons/react/PencilSimple";
import { StopIcon } from "@phosphor-icons/react/Stop";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { AccountSelect } from "@/components/AccountSelect";
import { Picture } from "@/components/Picture";
import { act } from "@/lib/act";
import { useSellingAccount } from "@/lib/data/selling-account";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type DraftView } from "@/lib/host";
import { fieldName, formFields, sentValue } from "./fields";
import report from "./FieldReport.module.css";
import type { FormRun } from "./run-store";
import { Steps } from "./Steps";
import css from "./ToSend.module.css";

interface ToSendProps {
  draft: DraftView;
  run: FormRun;
  /** A notice above has the next step; then the button here is a plain one. */
  stepAbove: boolean;
  onFill: () => void;
}

/** Before the form is filled: the values as they stand, and the one button on. While it is filled: the steps. */
export function ToSend({ draft, run, stepAbove, onFill }: ToSendProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const host = useHost();
  const { known } = useSellingAccount();
  const blocked = draft.unknown_outcome || draft.status === "published";
  return (
    <section className={report.card} aria-labelledby="to-send">
      <header className={report.head}>
        <Picture path={draft.photos[0]?.thumb_url} alt="" className={report.photo} />
        <div className={report.words}>
          <h2 id="to-send" className={report.title}>
            {run.doing === null ? t("review.toSend") : t("review.filling")}
          </h2>
          <span className={report.account}>{t("review.notFilledText")}</span>
        </div>
      </header>
      {run.doing === null ? (
        <>
          <dl>
            {formFields.map((name) => {
              const value = sentValue(name, draft, t, format.money);
              return (
                <div key={name} className={css.row}>
                  <dt>{fieldName(name, t)}</dt>
                  <dd data-selectable data-empty={value === null || undefined}>
                    {value ?? t("review.nothingToSend")}
                  </dd>
                </div>
              );
            })}
          </dl>
          <footer className={css.foot}>
            <AccountSelect disabled={blocked} />
            <Button
              leftSection={<PencilSimpleIcon size={16} aria-hidden />}
              onClick={() => void navigate({ to: "/drafts/$draftId", params: { draftId: draft.id } })}
            >
              {t("review.edit")}
            </Button>
            <Button
              variant={stepAbove ? "default" : "stitched"}
              leftSection={<BrowserIcon size={18} aria-hidden />}
              disabled={blocked || !known}
              onClick={onFill}
            >
              {run.failure || run.settledOffline ? t("review.fillAgain") : t("review.fill")}
            </Button>
          </footer>
        </>
      ) : (
        <>
          <Steps steps={run.steps} plan="filling" />
          <footer className={css.foot}>
            <Button
              leftSection={<StopIcon size={15} weight="fill" aria-hidden />}
              onClick={() => act(host.stop("form"))}
            >
              {t("common.stop")}
            </Button>
          </footer>
        </>
      )}
    </section>
  );
}
