import type { QueryClient } from "@tanstack/react-query";
import { createContext, use, useSyncExternalStore } from "react";
import { failureOf } from "@/components/Notice";
import { keys } from "@/lib/data/queries";
import type { DraftView, Failure, Host, PrepareView, PublishView, Resolution } from "@/lib/host";

/** What goes on with one draft's form. */
export interface FormRun {
  doing: "preparing" | "publishing" | "trying" | "by_hand" | null;
  steps: readonly string[];
  prepared: PrepareView | null;
  published: PublishView | null;
  /** A dry run of the present form went through. */
  tried: boolean;
  failure: Failure | null;
  settledOffline: boolean;
  /** The revision of the draft that the form was filled with. */
  revision: number | null;
  /** The account in whose session it was filled; null: the one that is used where nobody named one. */
  account: string | null;
}

const idle: FormRun = {
  doing: null,
  steps: [],
  prepared: null,
  published: null,
  tried: false,
  failure: null,
  settledOffline: false,
  revision: null,
  account: null,
};

/** The filled forms of this window's life, by draft. Leaving the screen loses none of them. */
export class FormRuns {
  private runs: ReadonlyMap<string, FormRun> = new Map();
  private readonly listeners = new Set<() => void>();
  private readonly host: Host;
  private readonly cache: QueryClient;

  constructor(host: Host, cache: QueryClient) {
    this.host = host;
    this.cache = cache;
  }

  /** Starts hearing the engine; the answer ends it. */
  listen(): () => void {
    return this.host.onEvent((event) => {
      if (event.type === "step") this.change(event.draft_id, (run) => ({ steps: [...run.steps, event.code] }));
      // Told after a gap too: what could not be read while nobody answered is read now.
      if (event.type === "drafts_changed") {
        for (const [draftId, { failure }] of this.runs) if (failure?.code === "outcome_unknown") this.readAnew(draftId);
      }
    });
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  of(draftId: string): FormRun {
    return this.runs.get(draftId) ?? idle;
  }

  /** Fills the site's form in an account's session and stops before the button. */
  async prepare(draftId: string, revision: number, account: string | null): Promise<void> {
    if (this.of(draftId).doing) return;
    this.change(draftId, () => ({ ...idle, doing: "preparing", revision, account }));
    try {
      const prepared = await this.host.prepare(draftId, account);
      this.change(draftId, () => ({ doing: null, prepared }));
    } catch (error) {
      this.change(draftId, () => ({ doing: null, failure: failureOf(error) }));
    }
  }

  /** Publishes what was reviewed, or goes the way without the last click. */
  publish(draftId: string, live: boolean): Promise<void> {
    return this.send(draftId, live ? "publishing" : "trying", (token) => this.host.publish(token, live));
  }

  /** Leaves the site's button to the person and waits for what comes of it. */
  publishByHand(draftId: string): Promise<void> {
    return this.send(draftId, "by_hand", (token) => this.host.publishByHand(token));
  }

  /** Takes over a form that was filled and checked elsewhere, such as after a challenge. */
  take(draftId: string, prepared: PrepareView): void {
    const stored = this.cache.getQueryData<DraftView>(keys.draft(draftId));
    this.change(draftId, (run) => ({
      ...idle,
      prepared,
      revision: stored?.revision ?? run.revision,
      account: run.account,
    }));
  }

  /** A look at the own items proved that the listing exists. */
  settled(draftId: string, published: PublishView): void {
    this.change(draftId, () => ({ ...idle, published }));
    void this.cache.invalidateQueries({ queryKey: keys.drafts });
  }

  /** Settles an unknown outcome by the person's word. */
  async resolve(draftId: string, resolution: Resolution): Promise<void> {
    const published = await this.host.resolvePublish(draftId, resolution).catch((error: unknown) => {
      const failure = failureOf(error);
      // Nobody knows whether the word was heard: what is kept tells.
      if (failure.code === "outcome_unknown") {
        this.change(draftId, () => ({ failure }));
        this.readAnew(draftId);
      }
      throw error;
    });
    this.change(draftId, () =>
      resolution.outcome === "published" ? { ...idle, published } : { ...idle, settledOffline: true },
    );
    void this.cache.invalidateQueries({ queryKey: keys.drafts });
  }

  private async send(
    draftId: string,
    doing: "publishing" | "trying" | "by_hand",
    call: (token: string) => Promise<PublishView>,
  ): Promise<void> {
    const run = this.of(draftId);
    const token = run.prepared?.confirm_token;
    if (!token || run.doing) return;
    const live = doing !== "trying";
    this.change(draftId, () => ({ doing, steps: [], failure: null, tried: false }));
    try {
      const published = await call(token);
      if (live && !published.dry_run) {
        this.change(draftId, () => ({
          doing: null,
          published,
          prepared: published.needs_manual ? null : run.prepared,
        }));
        void this.cache.invalidateQueries({ queryKey: keys.drafts });
      } else {
        this.change(draftId, () => ({
          doing: null,
          tried: !published.needs_manual,
          published: published.needs_manual ? published : null,
        }));
      }
    } catch (error) {
      const failure = failureOf(error);
      // A token serves once: after a refusal the form is filled anew, so the old one is let go. Only where it is
      // proved that nobody pressed does it go on holding.
      const holds = !live || (doing === "by_hand" && failure.code === "cancelled");
      this.change(draftId, () => ({ doing: null, failure, prepared: holds ? run.prepared : null }));
      this.readAnew(draftId);
    }
  }

  /** The drafts, and what is known of this one's publishing. */
  private readAnew(draftId: string): void {
    void this.cache.invalidateQueries({ queryKey: keys.drafts });
    void this.cache.invalidateQueries({ queryKey: keys.evidence(draftId) });
  }

  private change(draftId: string, to: (run: FormRun) => Partial<FormRun>): void {
    const run = this.of(draftId);
    this.runs = new Map(this.runs).set(draftId, { ...run, ...to(run) });
    for (const listener of this.listeners) listener();
  }
}

export const FormRunsContext = createContext<FormRuns | null>(null);

/** The filled forms of this window. */
export function useFormRuns(): FormRuns {
  const runs = use(FormRunsContext);
  if (!runs) throw new Error("FormRunsContext is missing");
  return runs;
}

/** What goes on with one draft's form. */
export function useFormRun(draftId: string): FormRun {
  const runs = useFormRuns();
  return useSyncExternalStore(runs.subscribe, () => runs.of(draftId));
}
