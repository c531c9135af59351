import { CaretDownIcon } from "@phosphor-icons/react/CaretDown";
import { CaretUpIcon } from "@phosphor-icons/react/CaretUp";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import { Pill } from "@/components/Pill";
import type { RowsQuery } from "@/lib/data/rows";
import { useFormat } from "@/lib/format/useFormat";
import { lacksOf } from "@/lib/gates/lacks";
import type { DraftRow, DraftSort } from "@/lib/host";
import { conditionLabel } from "./BenchList";
import { states } from "./CardGrid";
import css from "./DraftTable.module.css";
import { ListFailure } from "./ListFailure";
import { Pick } from "./Pick";
import { useRowList } from "./useRowList";
import type { Selection } from "./useSelection";

const rowHeight = 48;
const shownLacks = 2;

/** Columns, and the orders that a press on their heads goes through. */
const columns: {
  name: "title" | "brand" | "size" | "condition" | "price" | "state" | "changed";
  sorts: DraftSort[];
}[] = [
  { name: "title", sorts: ["title"] },
  { name: "brand", sorts: [] },
  { name: "size", sorts: [] },
  { name: "condition", sorts: [] },
  { name: "price", sorts: ["price_down", "price_up"] },
  { name: "state", sorts: ["import"] },
  { name: "changed", sorts: ["changed"] },
];

/** Every draft on one line: to compare, sort and change many. */
export function DraftTable({
  query,
  selection,
  onSort,
}: {
  query: RowsQuery;
  selection: Selection;
  onSort: (sort: DraftSort) => void;
}) {
  const { t } = useTranslation();
  const list = useRowList({ query, selection, rowHeight });
  if (list.rows.isError) return <ListFailure rows={list.rows} />;
  return (
    <div
      className={css.table}
      role="table"
      aria-label={t("drafts.title")}
      aria-rowcount={list.rows.total + 1}
      aria-busy={list.rows.isPending}
      data-picking={selection.ids.size > 0 || undefined}
    >
      <div role="rowgroup" className={css.head}>
        <div role="row" aria-rowindex={1} className={css.line}>
          {columns.map(({ name, sorts }) => {
            const sorted = sorts.includes(query.sort);
            const up = query.sort === "price_up" || query.sort === "title";
            const next = sorts[(sorts.indexOf(query.sort) + 1) % sorts.length];
            return (
              <div
                key={name}
                role="columnheader"
                className={css.cell}
                data-column={name}
                aria-sort={sorted ? (up ? "ascending" : "descending") : undefined}
              >
                {next ? (
                  <button type="button" className={css.sort} onClick={() => onSort(next)}>
                    {t(`drafts.columns.${name}`)}
                    {sorted &&
                      (up ? (
                        <CaretUpIcon size={12} weight="bold" aria-hidden />
                      ) : (
                        <CaretDownIcon size={12} weight="bold" aria-hidden />
                      ))}
                  </button>
                ) : (
                  t(`drafts.columns.${name}`)
                )}
              </div>
            );
          })}
        </div>
      </div>
      <div className={css.scroller} ref={list.scroller}>
        <div
          role="rowgroup"
          className={css.inner}
          style={{ height: list.virtual.getTotalSize() }}
          onKeyDown={list.onKeyDown}
        >
          {list.items.map((item) => {
            const row = list.rows.at(item.index);
            return (
              <div
                key={row?.id ?? item.key}
                role="row"
                aria-rowindex={item.index + 2}
                className={css.line}
                data-row
                data-picked={(row && selection.ids.has(row.id)) || undefined}
                style={{ transform: `translateY(${item.start}px)` }}
                onClickCapture={row && list.onClickCapture(row, item.index)}
              >
                {row ? (
                  <Cells
                    row={row}
                    place={item.index}
                    picked={selection.ids.has(row.id)}
                    onPick={() => list.toggle(row)}
                  />
                ) : (
                  <div role="cell" className={css.waiting} />
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

const Cells = memo(
  function Cells({
    row,
    place,
    picked,
    onPick,
  }: {
    row: DraftRow;
    place: number;
    picked: boolean;
    onPick: () => void;
  }) {
    const { t } = useTranslation();
    const format = useFormat();
    const title = row.title.trim() || t("drafts.withoutTitle");
    const { icon: Glyph, yours } = states[row.state];
    const lacks = lacksOf(row.missing_fields);
    return (
      <>
        <div role="cell" className={css.cell} data-column="title">
          <Pick title={title} picked={picked} onPick={onPick} />
          <Picture path={row.thumb_url} alt="" className={css.photo} />
          <Link to="/drafts/$draftId" params={{ draftId: row.id }} className={css.title} data-item={place}>
            {title}
          </Link>
        </div>
        <div role="cell" className={css.cell} data-column="brand">
          {row.brand}
        </div>
        <div role="cell" className={css.cell} data-column="size">
          {row.size === "unknown" ? "" : row.size}
        </div>
        <div role="cell" className={css.cell} data-column="condition">
          {conditionLabel(row.condition, t)}
        </div>
        <div role="cell" className={css.cell} data-column="price">
          {row.price_target_cents === null ? "" : format.money(row.price_target_cents, row.currency)}
        </div>
        <div role="cell" className={css.cell} data-column="state">
          <Pill
            tone={yours ? "you" : row.state === "ready" ? "ok" : "plain"}
            icon={<Glyph size={13} weight="bold" aria-hidden />}
          >
            {row.state === "open"
              ? lacks
                  .slice(0, shownLacks)
                  .map((lack) => t(`drafts.lacks.${lack}`))
                  .join(", ") + (lacks.length > shownLacks ? ` +${lacks.length - shownLacks}` : "")
              : t(`drafts.states.${row.state}`)}
          </Pill>
        </div>
        <div role="cell" className={css.cell} data-column="changed">
          {format.moment(row.updated_at)}
        </div>
      </>
    );
  },
  (one, other) => one.row === other.row && one.place === other.place && one.picked === other.picked,
);
