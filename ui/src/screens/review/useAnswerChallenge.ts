import { useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import { failureOf } from "@/components/Notice";
import { keys, useAbout } from "@/lib/data/queries";
import { useHost, type ChallengeView } from "@/lib/host";
import { useFormRuns } from "./run-store";

const mutationKey = ["answerChallenge"];

/**
 * Brings the very page at which the site asks for the person to the front and waits there: once it is answered the
 * engine goes on by itself. Where no page is held, the page that is open for them comes to the front, or else the site
 * in their own browser.
 */
export function useAnswerChallenge(draftId: string) {
  const host = useHost();
  const cache = useQueryClient();
  const runs = useFormRuns();
  const site = useAbout().data?.site_url;
  // Called with the draft, so that the waiting is shown with it alone, also where another screen began it.
  const answer = useMutation<ChallengeView | null, Error, string>({
    mutationKey,
    mutationFn: async (draft) => {
      try {
        return await host.answerChallenge(draft);
      } catch (error) {
        if (failureOf(error).code !== "not_found") throw error;
        if (!(await host.showBrowser()) && site !== undefined) await host.openExternal(site);
        return null;
      }
    },
    onSuccess: (view) => {
      if (view?.prepared) runs.take(view.draft_id, view.prepared);
    },
    onSettled: () => {
      void cache.invalidateQueries({ queryKey: keys.jobs });
      void cache.invalidateQueries({ queryKey: keys.queueState });
      void cache.invalidateQueries({ queryKey: keys.accounts });
    },
  });
  const awaited = useMutationState({
    filters: { mutationKey, status: "pending" },
    select: (mutation) => mutation.state.variables,
  });
  return {
    waiting: awaited.includes(draftId),
    /** One browser is open at most: while it is waited at, no other page can be asked for. */
    elsewhere: awaited.length > 0 && !awaited.includes(draftId),
    failure: answer.error === null ? null : failureOf(answer.error),
    answer: () => answer.mutate(draftId),
    stop: () => host.stop("challenge"),
  };
}
