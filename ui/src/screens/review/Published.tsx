import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { ArrowSquareOutIcon } from "@phosphor-icons/react/ArrowSquareOut";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { CopyIcon } from "@phosphor-icons/react/Copy";
import { ListChecksIcon } from "@phosphor-icons/react/ListChecks";
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Notice } from "@/components/Notice";
import { Picture } from "@/components/Picture";
import { act } from "@/lib/act";
import { rowOf } from "@/lib/errors/table";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type DraftView, type PublishView } from "@/lib/host";
import { toast } from "@/lib/toast";
import { fieldName, formFields, shownValue } from "./fields";
import css from "./Published.module.css";

/** The listing exists: its address, and what the site stored beside what was sent. */
export function Published({
  draft,
  result,
  nextId,
}: {
  draft: DraftView;
  result: PublishView;
  nextId: string | undefined;
}) {
  const { t } = useTranslation();
  const host = useHost();
  const format = useFormat();
  const navigate = useNavigate();
  const url = result.listing_url ?? "";
  const order = [
    ...formFields.filter((name) => result.readback[name]),
    ...Object.keys(result.readback).filter((name) => !formFields.some((each) => each === name)),
  ];
  return (
    <div className={css.page}>
      <section className={css.done} aria-labelledby="published">
        <Picture path={draft.photos[0]?.thumb_url} alt="" className={css.photo} />
        <div className={css.words}>
          <h2 id="published" className={css.title}>
            <CheckCircleIcon size={22} weight="fill" aria-hidden />
            {t("review.publishedTitle")}
          </h2>
          <span className={css.name}>{draft.title}</span>
          <span className={css.address}>
            <code data-selectable>{url}</code>
            <Tooltip label={t("review.copy")}>
              <ActionIcon
                size="xs"
                aria-label={t("review.copy")}
                onClick={() => act(navigator.clipboard.writeText(url).then(() => toast({ text: t("review.copied") })))}
              >
                <CopyIcon size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </span>
          {result.replayed && <span className={css.replayed}>{t("review.publishedReplayed")}</span>}
        </div>
        <div className={css.buttons}>
          <Button
            leftSection={<ArrowSquareOutIcon size={17} aria-hidden />}
            onClick={() => act(host.openExternal(url))}
          >
            {t("review.openListing")}
          </Button>
          {nextId ? (
            <Button
              variant="stitched"
              leftSection={<ListChecksIcon size={18} aria-hidden />}
              onClick={() => void navigate({ to: "/review/$draftId", params: { draftId: nextId } })}
            >
              {t("review.nextReady")}
            </Button>
          ) : (
            <Button variant="stitched" onClick={() => void navigate({ to: "/drafts" })}>
              {t("review.backToDrafts")}
            </Button>
          )}
        </div>
      </section>
      {result.warnings.map((warning) => {
        const { code, severity } = rowOf(warning);
        return (
          <Notice key={warning} severity={severity} title={t(`codes.${code}.title`)} text={t(`codes.${code}.text`)} />
        );
      })}
      {order.length > 0 && (
        <section className={css.readback} aria-labelledby="readback">
          <h2 id="readback" className={css.heading}>
            {t("review.readback")}
          </h2>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t("review.readbackField")}</th>
                <th scope="col">{t("review.readbackSent")}</th>
                <th scope="col">{t("review.readbackStored")}</th>
                <th scope="col">{t("review.readbackVerdict")}</th>
              </tr>
            </thead>
            <tbody>
              {order.map((name) => {
                const field = result.readback[name];
                return (
                  field && (
                    <tr key={name} data-different={!field.same || undefined}>
                      <th scope="row">{fieldName(name, t)}</th>
                      <td data-selectable>
                        {field.sent === null ? "–" : shownValue(name, field.sent, t, format.money)}
                      </td>
                      <td data-selectable>
                        {field.stored === null ? "–" : shownValue(name, field.stored, t, format.money)}
                      </td>
                      <td className={css.verdict}>
                        {field.same ? (
                          <CheckCircleIcon size={15} weight="fill" aria-hidden />
                        ) : (
                          <WarningIcon size={15} weight="fill" aria-hidden />
                        )}
                        {t(field.same ? "review.same" : "review.different")}
                      </td>
                    </tr>
                  )
                );
              })}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}
