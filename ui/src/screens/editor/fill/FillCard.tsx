import { Button } from "@mantine/core";
import { CheckIcon } from "@phosphor-icons/react/Check";
import { MagicWandIcon } from "@phosphor-icons/react/MagicWand";
import { StopIcon } from "@phosphor-icons/react/Stop";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { memo, useState } from "react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { keys, useSettings } from "@/lib/data/queries";
import { rowOf } from "@/lib/errors/table";
import { useHost, type DraftView } from "@/lib/host";
import card from "@/theme/card.module.css";
import { EvidenceMark } from "./EvidenceMark";
import css from "./FillCard.module.css";
import { useValueText } from "./useValueText";
import { acceptable, present, proposals, proposed, type Proposal } from "./view";
import type { Editing } from "../useEditing";

interface FillCardProps extends Pick<Editing, "take" | "saveNow"> {
  draft: DraftView;
}

/** What the photos say: each value beside the draft's own, with where it comes from, to be taken one by one or all. */
export const FillCard = memo(function FillCard({ draft, take, saveNow }: FillCardProps) {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const own = useSettings().data?.photo_analysis === "own_model";
  const [working, setWorking] = useState(false);
  const [looking, setLooking] = useState(false);
  // What the person should know of the last look.
  const [note, setNote] = useState<string | null>(null);
  const suggestions = useQuery({
    queryKey: keys.suggestions(draft.id, draft.revision),
    queryFn: () => host.draftSuggestions(draft.id),
    placeholderData: (previous) => previous,
  });
  const { offers, taken } = proposals(suggestions.data ?? [], draft.photos);
  const all = acceptable(offers, draft);
  const looked = (suggestions.data?.length ?? 0) > 0;

  const work = async (change: () => Promise<DraftView | undefined>) => {
    setWorking(true);
    try {
      await saveNow();
      const next = await change();
      if (next) take(next);
      await cache.invalidateQueries({ queryKey: keys.suggestionsOf(draft.id) });
    } finally {
      setWorking(false);
    }
  };
  const look = () =>
    work(async () => {
      setLooking(true);
      try {
        const { drafts, notes } = await host.analyzeDraft(draft.id, own ? "openai" : "offline");
        setNote(notes[0]?.kind ?? null);
        return drafts[0];
      } finally {
        setLooking(false);
      }
    });
  const accept = (fields: string[]) => work(() => host.acceptSuggestions(draft.id, fields));

  if (draft.photos.length === 0 || draft.status === "published") return null;
  return (
    <section className={`${card.card} ${css.card}`} aria-labelledby="fill" aria-busy={working}>
      <header className={css.head}>
        <h2 id="fill" className={card.title}>
          {t("fill.title")}
        </h2>
        <Button
          size="xs"
          loading={working}
          leftSection={<MagicWandIcon size={14} aria-hidden />}
          onClick={() => act(look())}
        >
          {t(looked ? "fill.again" : "fill.look")}
        </Button>
        {looking && (
          <Button
            size="xs"
            leftSection={<StopIcon size={13} weight="fill" aria-hidden />}
            onClick={() => act(host.stop("analysis"))}
          >
            {t("common.stop")}
          </Button>
        )}
      </header>
      <p className={css.said} role="status">
        {note !== null
          ? toldOf(note, t)
          : !looked
            ? t("fill.hint")
            : offers.length > 0
              ? t("fill.offers", { count: offers.length })
              : t("fill.allTaken")}
      </p>
      {offers.length > 0 && (
        <ul className={css.lines}>
          {offers.map((each) => (
            <Row key={each.field} proposal={each} draft={draft}>
              <Button
                size="xs"
                disabled={working}
                leftSection={<CheckIcon size={14} weight="bold" aria-hidden />}
                aria-label={t("fill.acceptField", { field: t(`editor.${each.field}`) })}
                onClick={() => act(accept([each.field]))}
              >
                {t("fill.accept")}
              </Button>
            </Row>
          ))}
        </ul>
      )}
      {all.length > 1 && (
        // The engine chooses which: it knows what the person emptied.
        <Button fullWidth size="sm" className={css.all} disabled={working} onClick={() => act(accept([]))}>
          {t("fill.acceptAll", { count: all.length })}
        </Button>
      )}
      {taken.length > 0 && (
        <details className={css.taken}>
          <summary>{t("fill.taken", { count: taken.length })}</summary>
          <ul className={css.lines}>
            {taken.map((each) => (
              <Row key={each.field} proposal={each} draft={draft} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
});

/** What the person should know of a look at the photos: what was not seen, or why a model of their own gave nothing. */
function toldOf(kind: string, t: TFunction): string {
  if (kind === "no_garment") return t("fill.noGarment");
  return kind === "unreadable" ? t("fill.unreadable") : t(`codes.${rowOf(kind).code}.title`);
}

function Row({ proposal, draft, children }: { proposal: Proposal; draft: DraftView; children?: React.ReactNode }) {
  const { t } = useTranslation();
  const text = useValueText(draft.currency);
  const { field, suggestion, evidence, stands } = proposal;
  const now = present(draft, field);
  return (
    <li className={css.line}>
      <span className={css.field}>{t(`editor.${field}`)}</span>
      <span className={css.values} data-selectable>
        {!stands && (
          <>
            <span className={css.now}>{now === null ? t("fill.open") : text(field, now)}</span>
            <span aria-hidden> → </span>
          </>
        )}
        <strong>{text(field, proposed(proposal))}</strong>
      </span>
      <EvidenceMark evidence={evidence} confidence={suggestion.confidence} />
      {children}
    </li>
  );
}
