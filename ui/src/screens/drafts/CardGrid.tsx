import { VisuallyHidden } from "@mantine/core";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import { QueueIcon } from "@phosphor-icons/react/Queue";
import { StorefrontIcon } from "@phosphor-icons/react/Storefront";
import type { Icon } from "@phosphor-icons/react";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import type { RowsQuery } from "@/lib/data/rows";
import { useFormat } from "@/lib/format/useFormat";
import type { DraftRow, DraftState } from "@/lib/host";
import { useWidth } from "@/lib/useWidth";
import css from "./CardGrid.module.css";
import { ListFailure } from "./ListFailure";
import { Pick } from "./Pick";
import { useRowList } from "./useRowList";
import type { Selection } from "./useSelection";

const rowHeight = 102;
const narrowest = 176;

/** Drafts as cards: photo, title, what tells them apart, price and state. */
export function CardGrid({ query, selection }: { query: RowsQuery; selection: Selection }) {
  const { t } = useTranslation();
  const [measure, width] = useWidth();
  const columns = Math.max(1, Math.floor((width + 8) / (narrowest + 8)));
  const list = useRowList({ query, selection, rowHeight, columns });
  if (list.rows.isError) return <ListFailure rows={list.rows} />;
  if (list.rows.isPending) {
    return (
      <div className={css.loading} role="status" aria-label={t("common.loading")}>
        {[0, 1, 2, 3, 4, 5].map((place) => (
          <div key={place} className={css.placeholder} />
        ))}
      </div>
    );
  }
  return (
    <div className={css.scroller} ref={list.scroller} data-picking={selection.ids.size > 0 || undefined}>
      <div ref={measure}>
        <ul className={css.inner} style={{ height: list.virtual.getTotalSize() }} onKeyDown={list.onKeyDown}>
          {list.items.flatMap((line) =>
            Array.from({ length: Math.min(columns, list.rows.total - line.index * columns) }, (_, column) => {
              const place = line.index * columns + column;
              const row = list.rows.at(place);
              return (
                <li
                  key={row?.id ?? place}
                  className={css.cell}
                  aria-posinset={place + 1}
                  aria-setsize={list.rows.total}
                  style={{ transform: `translate(${column * 100}%, ${line.start}px)`, width: `${100 / columns}%` }}
                  onClickCapture={row && list.onClickCapture(row, place)}
                >
                  {row ? (
                    <Card row={row} place={place} picked={selection.ids.has(row.id)} onPick={() => list.toggle(row)} />
                  ) : (
                    <div className={css.placeholder} />
                  )}
                </li>
              );
            }),
          )}
        </ul>
      </div>
    </div>
  );
}

/** How a state is told: never by colour alone. */
export const states: Record<DraftState, { icon: Icon; yours: boolean }> = {
  unknown: { icon: QuestionIcon, yours: true },
  open: { icon: HandPointingIcon, yours: true },
  ready: { icon: CheckCircleIcon, yours: false },
  queued: { icon: QueueIcon, yours: false },
  published: { icon: StorefrontIcon, yours: false },
  archived: { icon: CheckCircleIcon, yours: false },
};

const Card = memo(
  function Card({ row, place, picked, onPick }: { row: DraftRow; place: number; picked: boolean; onPick: () => void }) {
    const { t } = useTranslation();
    const format = useFormat();
    const { icon: Glyph, yours } = states[row.state];
    const facts = [row.brand, row.size === "unknown" ? null : row.size].filter((fact) => fact !== null).join(" · ");
    const title = withoutCondition(row.title) || t("drafts.withoutTitle");
    return (
      <div className={css.card} data-row data-picked={picked || undefined}>
        <Link to="/drafts/$draftId" params={{ draftId: row.id }} className={css.link} data-item={place}>
          <Picture path={row.thumb_url} alt="" className={css.photo} />
          <span className={css.words}>
            <span className={css.title}>{title}</span> <span className={css.facts}>{facts}</span>{" "}
            <span className={css.foot}>
              <strong>
                {row.price_target_cents === null ? "" : format.money(row.price_target_cents, row.currency)}
              </strong>
              <VisuallyHidden>{t(`drafts.states.${row.state}`)}</VisuallyHidden>
              <Glyph size={16} weight="fill" aria-hidden className={css.state} data-you={yours || undefined} />
            </span>
          </span>
        </Link>
        <Pick title={title} picked={picked} onPick={onPick} />
      </div>
    );
  },
  (one, other) => one.row === other.row && one.place === other.place && one.picked === other.picked,
);

/** The title up to its dash: the condition behind it is the same for most and would hide what differs. */
function withoutCondition(title: string): string {
  return (title.split(" – ")[0] ?? title).trim();
}
