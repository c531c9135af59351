import { Button } from "@mantine/core";
import { CheckIcon } from "@phosphor-icons/react/Check";
import { MagicWandIcon } from "@phosphor-icons/react/MagicWand";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { keys, useSettings } from "@/lib/data/queries";
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
  const [nothing, setNothing] = useState(false);
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
      const { drafts, notes } = await host.analyzeDraft(draft.id, own ? "openai" : "offline");
      setNothing(notes.length > 0);
      return drafts[0];
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
      </header>
      <p className={css.said} role="status">
        {nothing
          ? t("fill.noGarment")
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
