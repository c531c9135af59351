import { useQuery } from "@tanstack/react-query";
import { HostError, useHost, type AccountView, type DraftView, type QueueRequest } from "@/lib/host";
import type { RowsQuery } from "./rows";

// One place for the names of cached answers: events and writes refresh by these keys.
export const keys = {
  about: ["about"],
  settings: ["settings"],
  accounts: ["accounts"],
  drafts: ["drafts"],
  draftsOf: (ids: readonly string[]) => ["drafts", "of", ids],
  rows: (query: RowsQuery, offset: number, blocks: number) => ["drafts", "rows", query, offset, blocks],
  ids: (query: RowsQuery) => ["drafts", "ids", query],
  counts: (query: RowsQuery) => ["drafts", "counts", query],
  place: (id: string) => ["drafts", "place", id],
  versions: (id: string) => ["drafts", "versions", id],
  draft: (id: string) => ["drafts", "one", id],
  check: (id: string) => ["drafts", "check", id],
  suggestionsOf: (id: string) => ["suggestions", id],
  suggestions: (id: string, revision: number) => ["suggestions", id, revision],
  prepared: (id: string) => ["prepared", id],
  published: (id: string) => ["published", id],
  evidence: (id: string) => ["evidence", id],
  jobs: ["jobs"],
  queueState: ["queueState"],
  plan: (request: QueueRequest) => ["plan", request],
  browser: ["browser"],
  browserDownload: ["browserDownload"],
  siteCheck: ["siteCheck"],
  machine: ["machine"],
  ownModel: ["ownModel"],
  unfinishedImports: ["unfinishedImports"],
  plans: ["plans"],
  piles: (id: string) => ["plans", "piles", id],
  planList: ["plans", "list"],
  vocabulary: ["vocabulary"],
  phoneDoor: ["phoneDoor"],
  pairedPhones: ["pairedPhones"],
  localApi: ["localApi"],
} as const;

/** Whole drafts by their ids; those that were removed are left out. However many others there are, none is read. */
export function useDraftsOf(ids: readonly string[]) {
  const host = useHost();
  return useQuery({
    queryKey: keys.draftsOf(ids),
    queryFn: async () => {
      const found = await Promise.all(ids.map((id) => host.showDraft(id).catch(noneIfRemoved)));
      return new Map(found.flatMap((draft) => (draft ? [[draft.id, draft]] : [])));
    },
    placeholderData: (previous) => previous,
    enabled: ids.length > 0,
  });
}

function noneIfRemoved(error: unknown): DraftView | null {
  if (error instanceof HostError && error.code === "not_found") return null;
  throw error;
}

export function useDraft(id: string) {
  const host = useHost();
  return useQuery({ queryKey: keys.draft(id), queryFn: () => host.showDraft(id) });
}

export function useCheck(id: string) {
  const host = useHost();
  return useQuery({
    queryKey: keys.check(id),
    queryFn: () => host.checkDraft(id),
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

/** The seller's accounts, the one that the app works on first. */
export function useAccounts() {
  const host = useHost();
  return useQuery({ queryKey: keys.accounts, queryFn: () => host.accounts() });
}

/** The account that the app works on; null where none was linked. */
export function useAccount() {
  const host = useHost();
  return useQuery({ queryKey: keys.accounts, queryFn: () => host.accounts(), select: firstAccount });
}

function firstAccount(accounts: readonly AccountView[]): AccountView | null {
  return accounts[0] ?? null;
}

/** Whether the queue goes on, and which accounts wait for what. Waits end by the clock, which no event tells. */
export function useQueueState() {
  const host = useHost();
  return useQuery({ queryKey: keys.queueState, queryFn: () => host.queueState(), refetchInterval: 15_000 });
}

/** What works on this machine, part by part. */
export function useMachine() {
  const host = useHost();
  return useQuery({ queryKey: keys.machine, queryFn: async () => (await host.doctor(false)).checks });
}

export function useSettings() {
  const host = useHost();
  return useQuery({ queryKey: keys.settings, queryFn: async () => (await host.settings()).settings });
}

/** What is set of the person's own vision model, and what it cost this month. */
export function useOwnModel() {
  const host = useHost();
  return useQuery({ queryKey: keys.ownModel, queryFn: () => host.ownModel(), staleTime: 0 });
}

/** What the site offers for the closed fields; it does not change while the window is open. */
export function useVocabulary() {
  const host = useHost();
  return useQuery({ queryKey: keys.vocabulary, queryFn: () => host.vocabulary(), staleTime: Number.POSITIVE_INFINITY });
}

/** The phones' door. It closes by the clock, which no event tells beforehand. */
export function usePhoneDoor() {
  const host = useHost();
  return useQuery({ queryKey: keys.phoneDoor, queryFn: () => host.phoneDoor(), refetchInterval: 15_000 });
}

/** The phones that may add photos, the newest first. */
export function usePairedPhones() {
  const host = useHost();
  return useQuery({ queryKey: keys.pairedPhones, queryFn: () => host.pairedPhones() });
}

/** The API for programs of this computer. */
export function useLocalApi() {
  const host = useHost();
  return useQuery({ queryKey: keys.localApi, queryFn: () => host.localApi() });
}
