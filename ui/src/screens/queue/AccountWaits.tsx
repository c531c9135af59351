import { Button } from "@mantine/core";
import { SignInIcon } from "@phosphor-icons/react/SignIn";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Notice } from "@/components/Notice";
import { useAccounts, useJobs, useQueueState } from "@/lib/data/queries";
import { rowOf } from "@/lib/errors/table";
import { accountName } from "@/lib/format/account";
import { useFormat } from "@/lib/format/useFormat";
import { jobsOf } from "./groups";

/** Accounts whose listings wait for the site or for a log-in. What a job itself asks of the person stands with the job. */
export function AccountWaits() {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const jobs = useJobs().data ?? [];
  const accounts = useAccounts().data ?? [];
  const waits = (useQueueState().data?.waiting ?? []).filter(
    (each) => each.code !== "paused" && each.code !== "captcha_or_verification",
  );
  return waits.map((each) => {
    const { code, severity, remedy } = rowOf(each.code);
    const account = accounts.find(({ name }) => name === each.account);
    const count = account ? jobsOf(account, accounts, jobs).filter((job) => job.status === "queued").length : 0;
    if (!account || count === 0) return null;
    return (
      <Notice
        key={`${each.account} ${each.code}`}
        severity={severity}
        title={`${accountName(account)} · ${t(`codes.${code}.title`)}`}
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
