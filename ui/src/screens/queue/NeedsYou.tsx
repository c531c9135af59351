import { Button } from "@mantine/core";
import { ArrowClockwiseIcon } from "@phosphor-icons/react/ArrowClockwise";
import { BrowserIcon } from "@phosphor-icons/react/Browser";
import { SignInIcon } from "@phosphor-icons/react/SignIn";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FailureNotice, Notice } from "@/components/Notice";
import { act } from "@/lib/act";
import { withJob } from "@/lib/data/events";
import { keys } from "@/lib/data/queries";
import { rowOf } from "@/lib/errors/table";
import { useHost, type JobView } from "@/lib/host";
import { WaitingForAnswer } from "@/screens/review/Trouble";
import { useAnswerChallenge } from "@/screens/review/useAnswerChallenge";
import { errorCode } from "./groups";

/** A job that cannot go on without the person: what is asked, what is safe, and the way on. `first` wears the thread. */
export function NeedsYou({ job, first }: { job: JobView; first: boolean }) {
  const { t } = useTranslation();
  const host = useHost();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const challenge = useAnswerChallenge(job.item_id);
  const unknown = job.status === "unknown";
  const { code, remedy } = rowOf(
    unknown ? "outcome_unknown" : (errorCode(job.last_error) ?? "captcha_or_verification"),
  );
  const title = job.title || t("drafts.withoutTitle");
  const retry = async () => {
    const changed = await host.queueAct(job.id, "retry");
    cache.setQueryData<JobView[]>(keys.jobs, (jobs) => withJob(jobs ?? [], changed));
  };
  const next = first ? "stitched" : "default";
  const again = (
    <Button leftSection={<ArrowClockwiseIcon size={17} aria-hidden />} onClick={() => act(retry())}>
      {t("queue.resumeAfter")}
    </Button>
  );
  if (challenge.waiting && code === "captcha_or_verification")
    return <WaitingForAnswer about={title} onStop={challenge.stop} />;
  return (
    <>
      <Notice
        banner
        severity="you"
        title={t(`codes.${code}.title`)}
        text={`${title}. ${t(`codes.${code}.text`)}`}
        actions={
          unknown ? (
            <Button
              variant={next}
              onClick={() => void navigate({ to: "/review/$draftId", params: { draftId: job.item_id } })}
            >
              {t("queue.settle")}
            </Button>
          ) : remedy === "log_in" ? (
            <>
              {again}
              <Button
                variant={next}
                leftSection={<SignInIcon size={18} aria-hidden />}
                onClick={() => void navigate({ to: "/settings/$section", params: { section: "account" } })}
              >
                {t("review.logIn")}
              </Button>
            </>
          ) : (
            <>
              {again}
              <Button
                variant={next}
                leftSection={<BrowserIcon size={18} aria-hidden />}
                disabled={challenge.elsewhere}
                onClick={challenge.answer}
              >
                {t("review.showBrowser")}
              </Button>
            </>
          )
        }
      />
      {challenge.failure && <FailureNotice failure={challenge.failure} />}
    </>
  );
}
