import { Button, TextInput } from "@mantine/core";
import { ArrowSquareOutIcon } from "@phosphor-icons/react/ArrowSquareOut";
import { QuestionIcon } from "@phosphor-icons/react/Question";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { act } from "@/lib/act";
import { useAbout } from "@/lib/data/queries";
import { useHost, type DraftView } from "@/lib/host";
import { useFormRuns } from "./run-store";
import css from "./SettleUnknown.module.css";

/** Nobody knows whether the listing was made: only the person's word settles it. */
export function SettleUnknown({ draft }: { draft: DraftView }) {
  const { t } = useTranslation();
  const host = useHost();
  const runs = useFormRuns();
  const about = useAbout().data;
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  const online = () => {
    const id = listingNumber(typed);
    if (id === null) {
      setWrong(true);
      return;
    }
    act(runs.resolve(draft.id, { outcome: "published", listing_id: id }));
  };
  return (
    <section className={css.card} role="alert">
      <span className={css.icon} aria-hidden>
        <QuestionIcon size={24} weight="bold" />
      </span>
      <div className={css.words}>
        <strong className={css.title}>{t("codes.outcome_unknown.title")}</strong>
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
      <form
        className={css.answers}
        onSubmit={(event) => {
          event.preventDefault();
          online();
        }}
      >
        <TextInput
          label={t("review.settleNumber")}
          value={typed}
          error={wrong ? t("review.settleNumberInvalid") : undefined}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setWrong(false);
          }}
          className={css.number}
        />
        <Button type="submit">{t("review.settleOnline")}</Button>
        <Button onClick={() => act(runs.resolve(draft.id, { outcome: "not_published" }))}>
          {t("review.settleOffline")}
        </Button>
      </form>
    </section>
  );
}

/** The site's number of a listing out of its address or the number itself; null where there is none. */
export function listingNumber(text: string): string | null {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return trimmed;
  return /\/items\/(\d+)/.exec(trimmed)?.[1] ?? null;
}
