import { Button } from "@mantine/core";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { MinusCircleIcon } from "@phosphor-icons/react/MinusCircle";
import { PencilSimpleIcon } from "@phosphor-icons/react/PencilSimple";
import { ShieldCheckIcon } from "@phosphor-icons/react/ShieldCheck";
import { WarningOctagonIcon } from "@phosphor-icons/react/WarningOctagon";
import { useNavigate } from "@tanstack/react-router";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import { SitePrice } from "@/components/SitePrice";
import { isCode } from "@/lib/errors/table";
import { useFormat } from "@/lib/format/useFormat";
import type { DraftView, PrepareView } from "@/lib/host";
import css from "./FieldReport.module.css";
import { absentWords, fieldName, sentValue, shownValue } from "./fields";
import { Validity } from "./Validity";

const glyphs = { filled: CheckCircleIcon, absent: MinusCircleIcon, failed: WarningOctagonIcon } as const;
type State = keyof typeof glyphs;

/** Field by field what became of it on the form. */
export function FieldReport({ draft, prepared }: { draft: DraftView; prepared: PrepareView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const order = [...new Set([...prepared.field_order, ...Object.keys(prepared.fields)])];
  const rows = order.flatMap((name) => {
    const field = prepared.fields[name];
    return field ? [{ name, field, state: stateOf(field.state) }] : [];
  });
  const count = (state: State) => rows.filter((row) => row.state === state).length;
  const summary = (["filled", "failed", "absent"] as const)
    .filter((state) => state === "filled" || count(state) > 0)
    .map((state) => t(`review.${state}`, { count: count(state) }))
    .join(", ");
  return (
    <section aria-labelledby="report">
      <div className={css.card}>
        <header className={css.head}>
          <Picture path={draft.photos[0]?.thumb_url} alt="" className={css.photo} />
          <div className={css.words}>
            <h2 id="report" className={css.title}>
              {summary}
            </h2>
            {prepared.account !== null && (
              <span className={css.account}>{t("review.account", { account: prepared.account })}</span>
            )}
          </div>
          <Validity expiresAt={prepared.expires_at} />
        </header>
        <ol>
          {rows.map(({ name, field, state }, place) => {
            const Glyph = glyphs[state];
            const value =
              field.value === null
                ? sentValue(name, draft, t, format.money)
                : shownValue(name, field.value, t, format.money);
            return (
              <Fragment key={name}>
                <li className={css.row} data-state={state}>
                  <span className={css.number} aria-hidden>
                    {place + 1}
                  </span>
                  <span className={css.name}>{fieldName(name, t)}</span>
                  <span className={css.value} data-selectable data-quiet={state !== "filled" || undefined}>
                    {value ?? t("review.nothingToSend")}
                  </span>
                  <span className={css.state}>
                    <Glyph size={16} weight={state === "absent" ? "regular" : "fill"} aria-hidden />
                    {state === "absent" ? absentWords(field.reason ?? null, t) : t(`review.state.${state}`)}
                  </span>
                </li>
                {state === "failed" && (
                  <li className={css.failed}>
                    <span>
                      {field.reason && isCode(field.reason)
                        ? t(`codes.${field.reason}.title`)
                        : t("codes.field_not_found.title")}
                    </span>
                    <Button
                      size="xs"
                      leftSection={<PencilSimpleIcon size={14} aria-hidden />}
                      onClick={() => void navigate({ to: "/drafts/$draftId", params: { draftId: draft.id } })}
                    >
                      {t("review.edit")}
                    </Button>
                  </li>
                )}
              </Fragment>
            );
          })}
        </ol>
        {prepared.suggested_price && (
          <div className={css.site}>
            <SitePrice price={prepared.suggested_price} />
          </div>
        )}
      </div>
      <p className={css.safe}>
        <ShieldCheckIcon size={16} aria-hidden />
        {t("review.nothingYet")}
      </p>
    </section>
  );
}

function stateOf(text: string): State {
  return text === "filled" || text === "absent" ? text : "failed";
}
