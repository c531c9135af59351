import { Button } from "@mantine/core";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { PlusIcon } from "@phosphor-icons/react/Plus";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import { Link } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { memo, type MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import { Pill } from "@/components/Pill";
import { act } from "@/lib/act";
import { useChangeDraft } from "@/lib/data/change-draft";
import { useCheck } from "@/lib/data/queries";
import type { RowsQuery } from "@/lib/data/rows";
import { useFormat } from "@/lib/format/useFormat";
import { lacksOf } from "@/lib/gates/lacks";
import { checklist } from "@/lib/gates/view";
import type { DraftRow } from "@/lib/host";
import css from "./BenchList.module.css";
import { ListFailure } from "./ListFailure";
import { Pick } from "./Pick";
import { useRowList } from "./useRowList";
import type { Selection } from "./useSelection";

const rowHeight = 76;
const shownLacks = 4;

/** Drafts that lack something, each with what it lacks and the repairs that one click makes. */
export function BenchList({ query, selection }: { query: RowsQuery; selection: Selection }) {
  const { t } = useTranslation();
  const list = useRowList({ query, selection, rowHeight });
  if (list.rows.isError) return <ListFailure rows={list.rows} />;
  if (list.rows.isPending)
    return (
      <div className={css.list} role="status" aria-label={t("common.loading")}>
        {[0, 1, 2, 3].map((place) => (
          <div key={place} className={css.placeholder} />
        ))}
      </div>
    );
  return (
    <div className={css.list} ref={list.scroller} data-picking={selection.ids.size > 0 || undefined}>
      <ul className={css.inner} style={{ height: list.virtual.getTotalSize() }} onKeyDown={list.onKeyDown}>
        {list.items.map((item) => {
          const row = list.rows.at(item.index);
          return (
            <li
              key={row?.id ?? item.key}
              className={css.item}
              aria-posinset={item.index + 1}
              aria-setsize={list.rows.total}
              style={{ transform: `translateY(${item.start}px)` }}
              onClickCapture={row && list.onClickCapture(row, item.index)}
            >
              {row ? (
                <Row row={row} place={item.index} picked={selection.ids.has(row.id)} onPick={() => list.toggle(row)} />
              ) : (
                <div className={css.placeholder} />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface RowProps {
  row: DraftRow;
  place: number;
  picked: boolean;
  onPick: (event?: MouseEvent) => void;
}

const Row = memo(
  function Row({ row, place, picked, onPick }: RowProps) {
    const { t } = useTranslation();
    const format = useFormat();
    const change = useChangeDraft();
    const check = useCheck(row.id);
    const lacks = lacksOf(row.missing_fields);
    const title = row.title.trim() || t("drafts.withoutTitle");
    const repairs = check.data
      ? checklist(check.data.gates ?? [], row.currency, t, format)
          .failing.filter((line) => line.repair !== null)
          .slice(0, 2)
      : [];
    return (
      <div className={css.row} data-row data-picked={picked || undefined}>
        <Pick title={title} picked={picked} onPick={onPick} />
        <Picture path={row.thumb_url} alt="" className={css.photo} />
        <div className={css.words}>
          <Link
            to="/drafts/$draftId"
            params={{ draftId: row.id }}
            className={css.title}
            data-item={place}
            data-untitled={row.title.trim() === "" || undefined}
          >
            {title}
          </Link>
          <div className={css.lacks}>
            {row.state === "unknown" && (
              <Pill tone="you" icon={<QuestionIcon size={13} weight="bold" aria-hidden />}>
                {t("drafts.unknownOutcome")}
              </Pill>
            )}
            {lacks.slice(0, shownLacks).map((lack) => (
              <Pill key={lack} tone="you" icon={<HandPointingIcon size={13} weight="bold" aria-hidden />}>
                {t(`drafts.lacks.${lack}`)}
              </Pill>
            ))}
            {lacks.length > shownLacks && <Pill tone="you">{`+${lacks.length - shownLacks}`}</Pill>}
            {repairs.map((line) => (
              <Button
                key={line.gate.code + line.gate.field}
                size="xs"
                variant="value"
                className={css.repair}
                leftSection={<PlusIcon size={13} weight="bold" aria-hidden />}
                title={line.repair ?? undefined}
                onClick={() => act(change(row.id, line.gate.repair, line.repairShort ?? ""))}
              >
                {line.repairShort}
              </Button>
            ))}
          </div>
        </div>
        <div className={css.right}>
          <strong>
            {row.price_target_cents === null ? t("drafts.noPrice") : format.money(row.price_target_cents, row.currency)}
          </strong>
          <span>{conditionLabel(row.condition, t)}</span>
        </div>
      </div>
    );
  },
  (one, other) => one.row === other.row && one.place === other.place && one.picked === other.picked,
);

/** The site's word for a condition. */
export function conditionLabel(condition: string | null, t: TFunction): string {
  switch (condition) {
    case "new_with_tags":
    case "new_without_tags":
    case "very_good":
    case "good":
    case "satisfactory":
      return t(`editor.conditions.${condition}`);
    default:
      return "";
  }
}
