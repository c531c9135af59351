import { Button, VisuallyHidden } from "@mantine/core";
import { ArrowSquareOutIcon } from "@phosphor-icons/react/ArrowSquareOut";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { EqualsIcon } from "@phosphor-icons/react/Equals";
import { NotEqualsIcon } from "@phosphor-icons/react/NotEquals";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/components/Picture";
import { Pill } from "@/components/Pill";
import { act } from "@/lib/act";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type CandidateView, type UnknownView } from "@/lib/host";
import { agreement, type Agreement } from "./agreement";
import css from "./EvidenceTable.module.css";

/** What was sent on top; below it each own item that is new since, value under value. */
export function EvidenceTable({
  evidence,
  cover,
  disabled,
  onChoose,
}: {
  evidence: UnknownView;
  cover: string | null;
  /** It is being looked at anew: nothing is answered meanwhile. */
  disabled: boolean;
  onChoose: (listingId: string) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { sent, candidates } = evidence;
  return (
    <table className={css.table}>
      <caption>
        <VisuallyHidden>{t("review.evidence.caption")}</VisuallyHidden>
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <VisuallyHidden>{t("review.evidence.what")}</VisuallyHidden>
          </th>
          <th scope="col">{t("review.fields.title")}</th>
          <th scope="col">{t("review.fields.price")}</th>
          <th scope="col">{t("review.fields.photos")}</th>
          <th scope="col">{t("review.evidence.time")}</th>
          <th scope="col">
            <VisuallyHidden>{t("review.evidence.answer")}</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody>
        <tr className={css.sent}>
          <th scope="row">
            <span className={css.what}>
              <Picture path={cover} alt="" className={css.photo} />
              {t(sent.by_hand ? "review.evidence.sentByHand" : "review.evidence.sent")}
            </span>
          </th>
          <td data-selectable>{sent.title}</td>
          <td>{format.money(sent.price_cents, sent.currency)}</td>
          <td>{sent.photos}</td>
          <td>{format.moment(sent.at)}</td>
          <td className={css.account}>{t("review.account", { account: evidence.account })}</td>
        </tr>
        {candidates.map((candidate) => (
          <Candidate
            key={candidate.listing_id}
            candidate={candidate}
            evidence={evidence}
            disabled={disabled}
            onChoose={onChoose}
          />
        ))}
      </tbody>
    </table>
  );
}

function Candidate({
  candidate,
  evidence,
  disabled,
  onChoose,
}: {
  candidate: CandidateView;
  evidence: UnknownView;
  disabled: boolean;
  onChoose: (listingId: string) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost();
  const { sent } = evidence;
  const agrees = agreement(sent, candidate);
  const untold = <span className={css.untold}>{t("review.evidence.untold")}</span>;
  return (
    <tr data-fits={candidate.fits || undefined}>
      <th scope="row">
        <span className={css.what}>
          <span>
            {t("review.evidence.onSite")}
            <span className={css.number}>{candidate.listing_id}</span>
            {candidate.hidden && <span className={css.number}>{t("review.evidence.hidden")}</span>}
          </span>
        </span>
      </th>
      <td data-selectable>
        <Compared how={agrees.title}>{candidate.title}</Compared>
        {candidate.fits && (
          <Pill tone="ok" icon={<CheckCircleIcon size={14} weight="fill" aria-hidden />}>
            {t("review.evidence.fits")}
          </Pill>
        )}
      </td>
      <td>
        <Compared how={agrees.price}>
          {candidate.price_cents === null ? untold : format.money(candidate.price_cents, sent.currency)}
        </Compared>
      </td>
      <td>
        <Compared how={agrees.photos}>{candidate.photos ?? untold}</Compared>
      </td>
      <td>{candidate.created_at === null ? untold : format.moment(candidate.created_at)}</td>
      <td>
        <span className={css.buttons}>
          <Button
            variant="quiet"
            size="xs"
            leftSection={<ArrowSquareOutIcon size={14} aria-hidden />}
            aria-label={`${t("review.evidence.see")} ${candidate.listing_id}`}
            onClick={() => act(host.openExternal(candidate.url))}
          >
            {t("review.evidence.see")}
          </Button>
          <Button
            size="xs"
            aria-label={t("review.evidence.thisOneNamed", { title: candidate.title, number: candidate.listing_id })}
            disabled={disabled}
            onClick={() => onChoose(candidate.listing_id)}
          >
            {t("review.evidence.thisOne")}
          </Button>
        </span>
      </td>
    </tr>
  );
}

/** A value with its verdict beside it; nothing where the site does not say. */
function Compared({ how, children }: { how: Agreement; children: ReactNode }) {
  const { t } = useTranslation();
  const Glyph = how === "same" ? EqualsIcon : NotEqualsIcon;
  return (
    <span className={css.compared} data-how={how}>
      {children}
      {how !== "untold" && (
        <>
          <Glyph size={13} weight="bold" aria-hidden />
          <VisuallyHidden>{t(how === "same" ? "review.same" : "review.different")}</VisuallyHidden>
        </>
      )}
    </span>
  );
}
