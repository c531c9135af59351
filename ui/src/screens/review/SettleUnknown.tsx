import { Button, TextInput } from "@mantine/core";
import { ArrowSquareOutIcon } from "@phosphor-icons/react/ArrowSquareOut";
import { MagnifyingGlassIcon } from "@phosphor-icons/react/MagnifyingGlass";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import { StopIcon } from "@phosphor-icons/react/Stop";
import { useIsMutating, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf, FailureNotice } from "@/components/Notice";
import { act } from "@/lib/act";
import { keys, useAbout } from "@/lib/data/queries";
import { rowOf } from "@/lib/errors/table";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type DraftView } from "@/lib/host";
import { EvidenceTable } from "./EvidenceTable";
import { useFormRuns } from "./run-store";
import css from "./SettleUnknown.module.css";
import head from "./YourMove.module.css";

/**
 * Nobody knows whether the listing was made: what was sent beside the own items that are new since, and the person's
 * word. Nothing here publishes.
 */
export function SettleUnknown({ draft }: { draft: DraftView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const cache = useQueryClient();
  const runs = useFormRuns();
  const about = useAbout().data;
  const key = keys.evidence(draft.id);
  const known = useQuery({ queryKey: key, queryFn: () => host.publishEvidence(draft.id, false), staleTime: 0 });
  const mutationKey = ["look", draft.id];
  const look = useMutation({
    mutationKey,
    mutationFn: () => host.publishEvidence(draft.id, true),
    onSuccess: (view) => {
      cache.setQueryData(key, view);
      if (view.settled) runs.settled(draft.id, view.settled);
    },
  });
  // Also where it was begun before another screen was looked at.
  const looking = useIsMutating({ mutationKey }) > 0;
  const evidence = known.data;
  const looked = evidence?.looked_at ?? null;
  const itIs = (listing_id: string) => act(runs.resolve(draft.id, { outcome: "published", listing_id }));
  // Stopped at the person's word: nothing to tell.
  const notLooked =
    evidence?.not_looked && evidence.not_looked !== "cancelled" ? rowOf(evidence.not_looked).code : null;
  const failure = known.error ?? look.error;
  return (
    <section className={css.card} aria-labelledby="settle">
      <span className={head.icon} aria-hidden>
        <QuestionIcon size={24} weight="bold" />
      </span>
      <div className={head.words} role="alert">
        <strong id="settle" className={head.title}>
          {t("codes.outcome_unknown.title")}
        </strong>
        <p>{t("review.settleText")}</p>
      </div>
      {about && (
        <Button
          leftSection={<ArrowSquareOutIcon size={17} aria-hidden />}
          onClick={() => act(host.openExternal(about.site_url))}
        >
          {t("review.openSite")}
        </Button>
      )}
      {evidence && (
        <div className={css.evidence}>
          <EvidenceTable
            evidence={evidence}
            cover={draft.photos[0]?.thumb_url ?? null}
            disabled={looking}
            onChoose={itIs}
          />
          <p className={css.looked} role="status">
            {looking
              ? t("review.evidence.looking")
              : looked === null
                ? t("review.evidence.neverLooked")
                : evidence.candidates.length === 0
                  ? t("review.evidence.nothingNew", { time: format.moment(looked) })
                  : t("review.evidence.lookedAt", { time: format.moment(looked) })}
            {notLooked && !looking && (
              <>
                {" "}
                <b>{`${t(`codes.${notLooked}.title`)}. ${t(`codes.${notLooked}.text`)}`}</b>
              </>
            )}
          </p>
        </div>
      )}
      {failure && (
        <div className={css.evidence}>
          <FailureNotice failure={failureOf(failure)} />
        </div>
      )}
      <div className={css.answers}>
        {looking ? (
          <Button
            leftSection={<StopIcon size={15} weight="fill" aria-hidden />}
            onClick={() => act(host.stop("evidence"))}
          >
            {t("common.stop")}
          </Button>
        ) : (
          <Button leftSection={<MagnifyingGlassIcon size={16} aria-hidden />} onClick={() => look.mutate()}>
            {t(looked === null ? "review.evidence.look" : "review.evidence.lookAgain")}
          </Button>
        )}
        <Button disabled={looking} onClick={() => act(runs.resolve(draft.id, { outcome: "not_published" }))}>
          {t("review.settleOffline")}
        </Button>
        <Elsewhere onChoose={itIs} open={known.isError} disabled={looking} />
      </div>
    </section>
  );
}

/** The listing is not among those that were seen: its number or address, as the person sees it on the site. */
function Elsewhere({
  onChoose,
  open,
  disabled,
}: {
  onChoose: (listingId: string) => void;
  open: boolean;
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  if (!shown && !open) {
    return (
      <Button variant="quiet" aria-expanded={false} onClick={() => setShown(true)}>
        {t("review.settleElsewhere")}
      </Button>
    );
  }
  return (
    <form
      className={css.elsewhere}
      onSubmit={(event) => {
        event.preventDefault();
        const id = listingNumber(typed);
        if (id === null) setWrong(true);
        else onChoose(id);
      }}
    >
      <TextInput
        label={t("review.settleNumber")}
        autoFocus={shown}
        value={typed}
        disabled={disabled}
        error={wrong ? t("review.settleNumberInvalid") : undefined}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setWrong(false);
        }}
        className={css.number}
      />
      <Button type="submit" disabled={disabled}>
        {t("review.settleOnline")}
      </Button>
    </form>
  );
}

/** The site's number of a listing out of its address or the number itself; null where there is none. */
export function listingNumber(text: string): string | null {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return trimmed;
  return /\/items\/(\d+)/.exec(trimmed)?.[1] ?? null;
}
