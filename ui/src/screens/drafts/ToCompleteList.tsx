import { Button } from "@mantine/core";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { PlusIcon } from "@phosphor-icons/react/Plus";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import { Pill } from "@/components/Pill";
import { act } from "@/lib/act";
import { useChangeDraft } from "@/lib/data/change-draft";
import { useCheck } from "@/lib/data/queries";
import { useFormat } from "@/lib/format/useFormat";
import { lacksOf } from "@/lib/gates/lacks";
import { checklist } from "@/lib/gates/view";
import type { DraftView } from "@/lib/host";
import { listKeys } from "./list-keys";
import css from "./ToCompleteList.module.css";

const rowHeight = 76;
const shownLacks = 4;

/** Drafts that lack something, each with what it lacks and the repairs that one click makes. */
export function ToCompleteList({ drafts, loading }: { drafts: readonly DraftView[]; loading: boolean }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: drafts.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    getItemKey: (place) => drafts[place]?.id ?? place,
  });
  if (loading)
    return (
      <div className={css.list} role="status" aria-label={t("common.loading")}>
        {[0, 1, 2, 3].map((place) => (
          <div key={place} className={css.placeholder} />
        ))}
      </div>
    );
  return (
    <div className={css.list} ref={scroller}>
      <ul className={css.inner} style={{ height: virtual.getTotalSize() }} onKeyDown={listKeys(virtual, drafts.length)}>
        {virtual.getVirtualItems().map((item) => {
          const draft = drafts[item.index];
          return (
            draft && (
              <li key={item.key} className={css.item} style={{ transform: `translateY(${item.start}px)` }}>
                <Row draft={draft} place={item.index} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

function Row({ draft, place }: { draft: DraftView; place: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const change = useChangeDraft();
  const check = useCheck(draft.id);
  const lacks = lacksOf(draft.missing_fields);
  const title = draft.title.trim() || t("drafts.withoutTitle");
  const repairs = check.data
    ? checklist(check.data.gates ?? [], draft.currency, t, format)
        .failing.filter((line) => line.repair !== null)
        .slice(0, 2)
    : [];
  return (
    <div className={css.row}>
      <Picture path={draft.photos[0]?.thumb_url} alt="" className={css.photo} />
      <div className={css.words}>
        <Link
          to="/drafts/$draftId"
          params={{ draftId: draft.id }}
          className={css.title}
          data-item={place}
          data-untitled={draft.title.trim() === "" || undefined}
        >
          {title}
        </Link>
        <div className={css.lacks}>
          {draft.unknown_outcome && (
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
              onClick={() => act(change(draft, line.gate.repair, line.repairShort ?? ""))}
            >
              {line.repairShort}
            </Button>
          ))}
        </div>
      </div>
      <div className={css.right}>
        <strong>
          {draft.price_target_cents === null
            ? t("drafts.noPrice")
            : format.money(draft.price_target_cents, draft.currency)}
        </strong>
        <span>{conditionLabel(draft.condition, t)}</span>
      </div>
    </div>
  );
}

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
