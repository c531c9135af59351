import { queryOptions, useQuery } from "@tanstack/react-query";
import { useHost, type DraftFilter, type Host } from "@/lib/host";

// One place for the names of cached answers: events and writes refresh by these keys.
export const keys = {
  about: ["about"],
  settings: ["settings"],
  accounts: ["accounts"],
  drafts: ["drafts"],
  draftList: (filter: DraftFilter) => ["drafts", "list", filter],
  draft: (id: string) => ["drafts", "one", id],
  check: (id: string) => ["drafts", "check", id],
  prepared: (id: string) => ["prepared", id],
  published: (id: string) => ["published", id],
  jobs: ["jobs"],
  queuePaused: ["queuePaused"],
  vocabulary: ["vocabulary"],
} as const;

/** Every draft, or those that match. */
export function draftListQuery(host: Host, filter: DraftFilter) {
  return queryOptions({
    queryKey: keys.draftList(filter),
    queryFn: async () => (await host.listDrafts(filter)).drafts,
    placeholderData: (previous) => previous,
  });
}

export function useDrafts(filter: DraftFilter = { ready: false, search: "" }) {
  return useQuery(draftListQuery(useHost(), filter));
}

export function useDraft(id: string) {
  const host = useHost();
  return useQuery({ queryKey: keys.draft(id), queryFn: () => host.showDraft(id) });
}

export function useCheck(id: string) {
  const host = useHost();
  return useQuery({
    queryKey: keys.check(id),
    queryFn: async () => (await host.checkDraft(id)).gates ?? [],
    placeholderData: (previous) => previous,
  });
}

export function useJobs() {
  const host = useHost();
  return useQuery({ queryKey: keys.jobs, queryFn: async () => (await host.queueList()).jobs });
}

export function useAbout() {
  const host = useHost();
  return useQuery({ queryKey: keys.about, queryFn: () => host.about() });
}

/** The account that the app works on; null where none was linked. */
export function useAccount() {
  const host = useHost();
  return useQuery({ queryKey: keys.accounts, queryFn: async () => (await host.accounts())[0] ?? null });
}

export function useSettings() {
  const host = useHost();
  return useQuery({ queryKey: keys.settings, queryFn: async () => (await host.settings()).settings });
}

/** What the site offers for the closed fields; it does not change while the window is open. */
export function useVocabulary() {
  const host = useHost();
  return useQuery({ queryKey: keys.vocabulary, queryFn: () => host.vocabulary(), staleTime: Number.POSITIVE_INFINITY });
}
