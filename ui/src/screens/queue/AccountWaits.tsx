import { Button } from "@mantine/core";
import { PlayIcon } from "@phosphor-icons/react/Play";
import { SignInIcon } from "@phosphor-icons/react/SignIn";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Notice } from "@/components/Notice";
import { act } from "@/lib/act";
import { keys, useAccounts, useJobs, useQueueState } from "@/lib/data/queries";
import { rowOf } from "@/lib/errors/table";
import { accountName } from "@/lib/format/account";
import { useFormat } from "@/lib/format/useFormat";
import { useHost, type JobView } from "@/lib/host";
import { errorCode, jobsOf } from "./groups";
import { afterQueueing } from "./queueing";

/** The job itself asks for the person, with a page to answer in. */
const isAsked = (job: JobView) =>
  job.status === "needs_manual" && errorCode(job.last_error) === "captcha_or_verification";

/** Accounts whose listings wait for the site or for a log-in. What a job itself asks of the person stands with the job. */
export function AccountWaits() {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const jobs = useJobs().data ?? [];
  const accounts = useAccounts().data ?? [];
  const host = useHost();
  const cache = useQueryClient();
  const all = useQueueState().data?.waiting ?? [];
  const waits = all.filter((each) => each.code !== "paused");
  /** Their own pause ends first, with a word of its own. */
  const pausedToo = (account: string) => all.some((each) => each.account === account && each.code === "paused");
  const goOn = async (account: string) => {
    await host.queuePauseAccount(account, false);
    await afterQueueing(cache);
    await cache.invalidateQueries({ queryKey: keys.queueState });
  };
  return waits.map((each) => {
    const { code, severity, remedy } = rowOf(each.code);
    const account = accounts.find(({ name }) => name === each.account);
    const own = account ? jobsOf(account, accounts, jobs) : [];
    const count = own.filter((job) => job.status === "queued").length;
    const asked = each.code === "captcha_or_verification";
    if (!account || count === 0 || (asked && own.some(isAsked))) return null;
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
          ) : asked && !pausedToo(account.name) ? (
            <Button
              leftSection={<PlayIcon size={15} weight="fill" aria-hidden />}
              onClick={() => act(goOn(account.name))}
            >
              {t("queue.answered")}
            </Button>
          ) : undefined
        }
      />
    );
  });
}
