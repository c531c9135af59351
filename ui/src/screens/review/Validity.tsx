import { TimerIcon } from "@phosphor-icons/react/Timer";
import { useTranslation } from "react-i18next";
import { Pill } from "@/components/Pill";
import { useSecondsUntil } from "./useSecondsUntil";

/** How long the review still holds, counting down. */
export function Validity({ expiresAt }: { expiresAt: string | null }) {
  const { t } = useTranslation();
  const seconds = useSecondsUntil(expiresAt);
  if (seconds === null) return null;
  const soon = seconds < 120;
  return (
    <span role="timer">
      <Pill tone={soon ? "you" : "plain"} icon={<TimerIcon size={15} aria-hidden />}>
        {seconds <= 0
          ? t("review.expired")
          : seconds < 60
            ? t("review.validSeconds", { seconds })
            : t("review.validMinutes", { minutes: Math.floor(seconds / 60) })}
      </Pill>
    </span>
  );
}
