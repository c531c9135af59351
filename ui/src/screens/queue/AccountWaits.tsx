import { Button } from "@mantine/core";
import { SignInIcon } from "@phosphor-icons/react/SignIn";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Notice } from "@/components/Notice";
import { useJobs, useQueueState } from "@/lib/data/queries";
import { rowOf } from "@/lib/errors/table";
import { useFormat } from "@/lib/format/useFormat";

/** Accounts whose listings wait for the site or for a log-in. What a job itself asks of the person stands with the job. */
export function AccountWaits() {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const jobs = useJobs().data ?? [];
  const waits = (useQueueState().data?.waiting ?? []).filter(
    (each) => each.code !== "paused" && each.code !== "captcha_or_verification",
  );
  return waits.map((each) => {
    const { code, severity, remedy } = rowOf(each.code);
    const count = jobs.filter(
      (job) => job.status === "queued" && (job.account ?? each.account) === each.account,
    ).length;
    if (count === 0) return null;
    return (
      <Notice
        key={`${each.account} ${each.code}`}
        severity={severity}
        title={`${each.account} · ${t(`codes.${code}.title`)}`}
        text={
          each.until === null
            ? t("queue.waitsForYou", { count })
            : t("queue.waitsUntil", { count, time: format.moment(each.until) })
        }
        actions={
          remedy === "log_in" ? (
            <Button
              leftSection={<SignInIcon size={17} aria-hidden />}
              onClick={() => void navigate({ to: "/settings/$section", params: { section: "account" } })}
            >
              {t("review.logIn")}
            </Button>
          ) : undefined
        }
      />
    );
  });
}
