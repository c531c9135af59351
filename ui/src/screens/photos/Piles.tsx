import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { CircleHalfIcon } from "@phosphor-icons/react/CircleHalf";
import { HourglassMediumIcon } from "@phosphor-icons/react/HourglassMedium";
import { HandPointingIcon } from "@phosphor-icons/react/HandPointing";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import { StackIcon } from "@phosphor-icons/react/Stack";
import { TShirtIcon } from "@phosphor-icons/react/TShirt";
import { TimerIcon } from "@phosphor-icons/react/Timer";
import { Link } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import { Pill } from "@/components/Pill";
import { useFormat } from "@/lib/format/useFormat";
import type { DraftView, PhotoGroupView } from "@/lib/host";
import type { ImportRun } from "./import-store";
import css from "./Piles.module.css";

/** Capture times alone reach 0.7; garments compared reach more. Below a half the pile asks for a look. */
const sureFrom = 0.85;
const doubtfulBelow = 0.5;

/** A pile of photos, which is a draft: why it was made, how sure, and what it lacks. */
export const PileCard = memo(function PileCard({
  number,
  group,
  draft,
}: {
  number: number;
  group: PhotoGroupView;
  draft: DraftView;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const byPerson = group.reason === "by_person";
  const sure = byPerson ? null : group.confidence;
  const doubtful = sure !== null && sure < doubtfulBelow;
  // A photo that the person moved since is sure.
  const unsure = (group.unsure ?? []).filter((id) => draft.photos.some((photo) => photo.id === id));
  const photos = t("common.photos", { count: draft.photos.length });
  const state = draft.flags.publish_ready
    ? t("photos.ready")
    : t("photos.toSettle", { count: draft.missing_fields.length });
  return (
    <Link
      to="/drafts/$draftId"
      params={{ draftId: draft.id }}
      className={css.pile}
      data-doubtful={doubtful || undefined}
      // As wide as its photos ask, and no row is left ragged.
      style={{ flex: `${draft.photos.length} 1 ${Math.max(228, draft.photos.length * 72 + 20)}px` }}
    >
      <span className={css.head}>
        <strong className={css.name}>{t("photos.pile", { number })}</strong> <span className={css.count}>{photos}</span>{" "}
        <span className={css.sure}>{sure !== null && <SureMark sure={sure} />}</span>
      </span>
      <span className={css.row}>
        {draft.photos.map((photo) => (
          <span key={photo.id} className={css.place}>
            <Picture path={photo.thumb_url} alt="" className={css.photo} />
            {unsure.includes(photo.id) && (
              <span className={css.unsure} title={t("photos.unsure")} role="img" aria-label={t("photos.unsure")}>
                <QuestionIcon size={12} weight="bold" aria-hidden />
              </span>
            )}
          </span>
        ))}
      </span>
      <span className={css.foot}>
        {byPerson ? (
          <StackIcon size={15} aria-hidden />
        ) : group.reason === "same_garment" ? (
          <TShirtIcon size={15} aria-hidden />
        ) : (
          <TimerIcon size={15} aria-hidden />
        )}
        <span>
          {why(group, t, format.share)}
          {unsure.length > 0 && ` · ${t("photos.unsureCount", { count: unsure.length })}`}
        </span>{" "}
        <span className={css.state} data-ready={draft.flags.publish_ready || undefined}>
          {draft.flags.publish_ready ? (
            <CheckCircleIcon size={14} weight="fill" aria-hidden />
          ) : (
            <HandPointingIcon size={14} aria-hidden />
          )}
          {state}
        </span>
      </span>
    </Link>
  );
});

/** How sure the photos of a pile are one garment. */
export function SureMark({ sure }: { sure: number }) {
  const { t } = useTranslation();
  const share = useFormat().share(sure);
  if (sure < doubtfulBelow) {
    return (
      <Pill tone="you" icon={<QuestionIcon size={14} weight="bold" aria-hidden />}>
        {t("photos.doubtful", { share })}
      </Pill>
    );
  }
  return sure < sureFrom ? (
    <Pill tone="plain" icon={<CircleHalfIcon size={14} weight="bold" aria-hidden />}>
      {t("photos.likely", { share })}
    </Pill>
  ) : (
    <Pill tone="ok" icon={<CheckCircleIcon size={14} weight="fill" aria-hidden />}>
      {t("photos.sure", { share })}
    </Pill>
  );
}

/** Why the photos stand together, in a few words. */
export function why(
  { reason, seconds, look, labels, copies }: Pick<PhotoGroupView, "reason" | "seconds" | "look" | "labels" | "copies">,
  t: TFunction,
  share: (part: number) => string,
): string {
  switch (reason) {
    case "same_garment": {
      const same =
        typeof look === "number"
          ? t("photos.why.same_garment_look", { share: share(look) })
          : t("photos.why.same_garment");
      const also = [
        ...(labels ? [t("photos.why.labels", { count: labels })] : []),
        ...(copies ? [t("photos.why.copies", { count: copies })] : []),
      ];
      return [same, ...also].join(", ");
    }
    case "taken_within":
      if (seconds === null) return t("photos.why.near");
      return seconds < 120
        ? t("photos.why.seconds", { seconds })
        : t("photos.why.minutes", { minutes: Math.round(seconds / 60) });
    case "no_times":
      return t("photos.why.no_times");
    case "single":
      return t("photos.why.single");
    default:
      return t("photos.why.by_person");
  }
}

/** The photos of a running import, as they become ready. */
export function Arriving({ run }: { run: ImportRun }) {
  const { t } = useTranslation();
  const missing = Math.min(Math.max(run.total - run.photos.length - run.fresh.length - run.rejected.length, 0), 24);
  return (
    <ul className={css.arriving} aria-label={t("photos.arriving")}>
      {run.photos.map((photo) => (
        <li key={photo.id}>
          <Picture path={photo.thumb_url} alt={photo.filename} className={css.arrived} />
        </li>
      ))}
      {run.fresh.map((thumb) => (
        <li key={thumb.path} className={css.working}>
          <Picture path={thumb.thumb_url} alt={t("photos.working", { name: thumb.filename })} className={css.arrived} />
          <HourglassMediumIcon size={13} weight="fill" aria-hidden />
        </li>
      ))}
      {Array.from({ length: missing }, (_, place) => (
        <li key={place} className={css.placeholder} aria-hidden />
      ))}
    </ul>
  );
}
