import { VisuallyHidden } from "@mantine/core";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { QueueIcon } from "@phosphor-icons/react/Queue";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import { StorefrontIcon } from "@phosphor-icons/react/Storefront";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import { useFormat } from "@/lib/format/useFormat";
import type { DraftView } from "@/lib/host";
import { useWidth } from "@/lib/useWidth";
import { listKeys } from "./list-keys";
import css from "./ReadyGrid.module.css";

const rowHeight = 102;
const narrowest = 176;

/** Drafts whose gates all hold, and those that are queued or published. */
export function ReadyGrid({ drafts, loading }: { drafts: readonly DraftView[]; loading: boolean }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const [measure, width] = useWidth();
  const columns = Math.max(1, Math.floor((width + 8) / (narrowest + 8)));
  const rows = Math.ceil(drafts.length / columns);
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 4,
  });
  if (loading) {
    return (
      <div className={css.loading} role="status" aria-label={t("common.loading")}>
        {[0, 1, 2, 3, 4, 5].map((place) => (
          <div key={place} className={css.placeholder} />
        ))}
      </div>
    );
  }
  return (
    <div className={css.scroller} ref={scroller}>
      <div ref={measure}>
        <ul
          className={css.inner}
          style={{ height: virtual.getTotalSize() }}
          onKeyDown={listKeys(virtual, drafts.length, columns)}
        >
          {virtual.getVirtualItems().flatMap((row) =>
            drafts.slice(row.index * columns, (row.index + 1) * columns).map((draft, column) => (
              <li
                key={draft.id}
                className={css.cell}
                style={{ transform: `translate(${column * 100}%, ${row.start}px)`, width: `${100 / columns}%` }}
              >
                <Card draft={draft} place={row.index * columns + column} />
              </li>
            )),
          )}
        </ul>
      </div>
    </div>
  );
}

function Card({ draft, place }: { draft: DraftView; place: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const state = draft.unknown_outcome
    ? t("drafts.unknownOutcome")
    : draft.status === "published"
      ? t("drafts.published")
      : draft.status === "queued"
        ? t("drafts.queued")
        : t("photos.ready");
  const Glyph = draft.unknown_outcome
    ? QuestionIcon
    : draft.status === "published"
      ? StorefrontIcon
      : draft.status === "queued"
        ? QueueIcon
        : CheckCircleIcon;
  const facts = [draft.brand, draft.size === "unknown" ? null : draft.size].filter((fact) => fact !== null).join(" · ");
  return (
    <Link to="/drafts/$draftId" params={{ draftId: draft.id }} className={css.card} data-item={place}>
      <Picture path={draft.photos[0]?.thumb_url} alt="" className={css.photo} />
      <span className={css.words}>
        <span className={css.title}>{withoutCondition(draft.title)}</span> <span className={css.facts}>{facts}</span>{" "}
        <span className={css.foot}>
          <strong>
            {draft.price_target_cents === null ? "" : format.money(draft.price_target_cents, draft.currency)}
          </strong>
          <VisuallyHidden>{state}</VisuallyHidden>
          <Glyph
            size={16}
            weight="fill"
            aria-hidden
            className={css.state}
            data-you={draft.unknown_outcome || undefined}
          />
        </span>
      </span>
    </Link>
  );
}

/** The title up to its dash: the condition behind it is the same for most and would hide what differs. */
function withoutCondition(title: string): string {
  return title.split(" – ")[0] ?? title;
}
