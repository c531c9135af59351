import { useIsMutating, useMutation, useQueryClient } from "@tanstack/react-query";
import { failureOf } from "@/components/Notice";
import { keys } from "@/lib/data/queries";
import { useShowBrowser } from "@/lib/data/show-browser";
import { useHost } from "@/lib/host";
import { useFormRuns } from "./run-store";

const mutationKey = ["answerChallenge"];

/**
 * Brings the very page at which the site asks for the person to the front and waits there: once it is answered the
 * engine goes on by itself. Where no page is held, the site opens in the person's own browser.
 */
export function useAnswerChallenge() {
  const host = useHost();
  const cache = useQueryClient();
  const runs = useFormRuns();
  const show = useShowBrowser();
  const answer = useMutation({
    mutationKey,
    mutationFn: async () => {
      try {
        return await host.answerChallenge();
      } catch (error) {
        if (failureOf(error).code !== "not_found") throw error;
        await show();
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
  // Also where another screen began it.
  const waiting = useIsMutating({ mutationKey }) > 0;
  return {
    waiting,
    failure: answer.error === null ? null : failureOf(answer.error),
    answer: () => answer.mutate(),
    stop: () => host.stop("challenge"),
  };
}
