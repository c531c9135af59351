import type { QueryClient } from "@tanstack/react-query";
import { createContext, use, useSyncExternalStore } from "react";
import { keys } from "@/lib/data/queries";
import {
  HostError,
  type Failure,
  type FreshThumb,
  type Grouping,
  type Host,
  type ImportedPhoto,
  type ImportProgress,
  type ImportResult,
  type PhotoGroupView,
  type PlanProgress,
  type PhotoPlanView,
  type RejectedFile,
  type UnfinishedImport,
} from "@/lib/host";

/** One drop of files, from its first event to its drafts. */
export interface ImportRun {
  id: string;
  paths: readonly string[];
  grouping: Grouping;
  /** The phone that sends; null for files of this computer. */
  sender: string | null;
  state: "running" | "stopping" | "done" | "failed";
  startedAt: number;
  now: number;
  total: number;
  done: number;
  duplicates: number;
  /** As the engine reckons; null while it cannot tell. */
  secondsLeft: number | null;
  photos: readonly ImportedPhoto[];
  /** Thumbnails of photos that are still being worked on, by path. */
  fresh: readonly FreshThumb[];
  rejected: readonly RejectedFile[];
  stopped: boolean;
  /** The drafts made and why their photos stand together, in the order of the photos. */
  groups: readonly PhotoGroupView[];
  /** The runs that look at the photos after the import, by id; null until one has told how far it is. */
  looking: ReadonlyMap<string, PlanProgress | null>;
  /** All of them, also those that are over: piles are corrected and gone on with later. */
  looks: readonly string[];
  /** Photos were not looked at, or not wholly. */
  notLooked: boolean;
  /** What else went wrong while they were looked at, such as a full disk. */
  lookFailure: Failure | null;
  failure: Failure | null;
}

interface Waiting {
  paths: string[];
  grouping: Grouping;
}

export interface ImportState {
  /** Newest last. Of this computer's files only one runs at a time; phones send beside it. */
  runs: readonly ImportRun[];
  waiting: readonly Waiting[];
}

/** What is told when an import has ended. */
export type Ended = (result: ImportResult) => void;

/** The imports of this window's life. It outlives the screens, so that one may look elsewhere meanwhile. */
export class ImportStore {
  private state: ImportState = { runs: [], waiting: [] };
  private readonly listeners = new Set<() => void>();
  private frame = 0;
  private readonly host: Host;
  private readonly cache: QueryClient;
  private readonly ended: Ended;

  constructor(host: Host, cache: QueryClient, ended: Ended) {
    this.host = host;
    this.cache = cache;
    this.ended = ended;
  }

  /** Starts hearing the engine; the answer ends it. */
  listen(): () => void {
    return this.host.onEvent((event) => {
      if (event.type === "import") this.progress(event.progress);
      if (event.type === "import_ended") {
        this.arrive(event.import_id, "");
        this.finish(event.import_id, event.result);
      }
      if (event.type === "plan") this.looked(event.progress);
    });
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = () => this.state;

  /** Imports files and folders; while another import runs they wait, none is lost. */
  async add(paths: string[], grouping: Grouping): Promise<void> {
    if (paths.length === 0) return;
    if (this.running()) {
      this.set({ ...this.state, waiting: [...this.state.waiting, { paths, grouping }] });
      return;
    }
    await this.run(paths, grouping, (id) => this.host.importPhotos(id, paths, grouping));
  }

  /** Goes on with an import that a crash or a person cut short. */
  async resume({ id: unfinished, paths, grouping }: UnfinishedImport): Promise<void> {
    if (this.running()) return;
    await this.run(paths, grouping, (id) => this.host.resumeImport(unfinished, id));
  }

  private async run(
    paths: readonly string[],
    grouping: Grouping,
    call: (id: string) => Promise<ImportResult>,
  ): Promise<void> {
    const id = crypto.randomUUID();
    this.begin(id, paths, grouping, null);
    try {
      this.finish(id, await call(id));
    } catch (error) {
      this.change(id, () => ({ state: "failed", failure: failureIn(error) }));
    }
    // Stopped or cut short, it can be gone on with; whole, it is off that list.
    void this.cache.invalidateQueries({ queryKey: keys.unfinishedImports });
    this.flush();
    const [next, ...rest] = this.state.waiting;
    if (next) {
      this.set({ ...this.state, waiting: rest });
      await this.add(next.paths, next.grouping);
    }
  }

  private begin(id: string, paths: readonly string[], grouping: Grouping, sender: string | null): void {
    const startedAt = Date.now();
    const run: ImportRun = {
      id,
      paths,
      grouping,
      sender,
      state: "running",
      startedAt,
      now: startedAt,
      total: 0,
      done: 0,
      duplicates: 0,
      secondsLeft: null,
      photos: [],
      fresh: [],
      rejected: [],
      stopped: false,
      groups: [],
      looking: new Map(),
      looks: [],
      notLooked: false,
      lookFailure: null,
      failure: null,
    };
    this.set({ ...this.state, runs: [...this.state.runs, run] });
  }

  private finish(id: string, result: ImportResult): void {
    for (const draft of result.drafts) this.cache.setQueryData(keys.draft(draft.id), draft);
    void this.cache.invalidateQueries({ queryKey: keys.drafts });
    void this.cache.invalidateQueries({ queryKey: keys.unfinishedImports });
    this.change(id, () => ({
      state: "done",
      total: result.photos.total,
      done: result.photos.total,
      fresh: [],
      duplicates: result.photos.duplicates,
      rejected: result.rejected,
      stopped: result.stopped,
      groups: result.groups,
      looking: new Map((result.plans ?? []).map((plan) => [plan, null])),
      looks: result.plans ?? [],
      notLooked: result.not_looked !== undefined && result.not_looked !== null,
    }));
    this.ended(result);
    // What it told before its name was known here.
    for (const plan of result.plans ?? []) void this.followPiles(id, plan);
  }

  /** Nobody here asked for what a phone sends: its first word begins the run. */
  private arrive(id: string, sender: string): void {
    if (!this.state.runs.some((run) => run.id === id)) this.begin(id, [], "auto", sender);
  }

  /** Makes drafts of what a phone sent until now, without waiting for more. */
  async draftsNow(run: ImportRun): Promise<void> {
    this.change(run.id, () => ({ state: "stopping" }));
    this.flush();
    // What it gave is told as for every import that nobody here asked for.
    await this.host.closePhoneImport();
  }

  /** Takes the files of a failed import up again. */
  async retry(run: ImportRun): Promise<void> {
    this.set({ ...this.state, runs: this.state.runs.filter((each) => each.id !== run.id) });
    await this.add([...run.paths], run.grouping);
  }

  /** Stops the running import after its present photo; what is done stays, what waits is let go. */
  async stop(): Promise<void> {
    const run = this.running();
    if (!run) return;
    this.set({ ...this.state, waiting: [] });
    this.change(run.id, () => ({ state: "stopping" }));
    this.flush();
    await this.host.stopImport(run.id);
  }

  /** Empties the list of refused files. */
  dismissRejected(): void {
    this.set({ ...this.state, runs: this.state.runs.map((run) => ({ ...run, rejected: [] })) });
  }

  private running(): ImportRun | undefined {
    return this.state.runs.find((run) => run.sender === null && isRunning(run));
  }

  private progress(step: ImportProgress): void {
    if (step.sender !== undefined && step.sender !== null) this.arrive(step.import_id, step.sender);
    this.change(step.import_id, (run) => ({
      now: Date.now(),
      total: step.total,
      done: step.done,
      duplicates: run.duplicates + (step.photo?.duplicate ? 1 : 0),
      secondsLeft: step.seconds_left ?? null,
      fresh: freshAfter(run.fresh, step),
      photos: step.photo ? [...run.photos, step.photo] : run.photos,
      rejected: step.rejected ? [...run.rejected, step.rejected] : run.rejected,
    }));
  }

  /** A run over the photos went on; at its end the piles are as it made them. */
  private looked(step: PlanProgress): void {
    const run = this.state.runs.find((each) => each.looks.includes(step.plan_id));
    if (!run) return;
    this.change(run.id, ({ looking }) => ({ looking: new Map(looking).set(step.plan_id, step) }));
    if (!underWay(step.state)) void this.followPiles(run.id, step.plan_id);
  }

  /** Takes over the piles of a run that is over. */
  private async followPiles(id: string, planId: string): Promise<void> {
    const [plan, problem] = await this.host.photoPlan(planId).then(
      (found) => [found, found.problem] as const,
      (error: unknown) => [null, failureIn(error)] as const,
    );
    // It is told again when it goes on.
    if (plan && underWay(plan.state)) return;
    this.change(id, ({ groups, looking, notLooked, lookFailure }) => {
      const rest = new Map(looking);
      rest.delete(planId);
      const unable = problem?.code === "not_available";
      return {
        looking: rest,
        groups: plan ? withPiles(groups, plan) : groups,
        notLooked: notLooked || unable,
        lookFailure: problem && !unable ? problem : lookFailure,
      };
    });
    void this.cache.invalidateQueries({ queryKey: keys.drafts });
  }

  /** Stops looking at the photos of a run; what was seen is kept. */
  async stopLooking(run: ImportRun): Promise<void> {
    await Promise.all([...run.looking.keys()].map((plan) => this.host.cancelPlan(plan)));
  }

  private change(id: string, to: (run: ImportRun) => Partial<ImportRun>): void {
    const runs = this.state.runs.map((run) => (run.id === id ? { ...run, ...to(run) } : run));
    this.state = { ...this.state, runs };
    // Hundreds of events a second become one paint each frame.
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.flush());
  }

  private set(state: ImportState): void {
    this.state = state;
    this.flush();
  }

  private flush(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    for (const listener of this.listeners) listener();
  }
}

function failureIn(error: unknown): Failure {
  return error instanceof HostError ? error.failure : { code: "internal", message: String(error), details: null };
}

export function isRunning(run: ImportRun): boolean {
  return run.state === "running" || run.state === "stopping";
}

/** A run over photos that is not at its end. */
function underWay(state: string): boolean {
  return state === "looking" || state === "filling";
}

/** The groups of an import with those of one plan as its piles are now; the others stay where they are. */
export function withPiles(groups: readonly PhotoGroupView[], plan: PhotoPlanView): PhotoGroupView[] {
  const made = plan.piles.flatMap((pile): PhotoGroupView[] =>
    pile.draft_id === null
      ? []
      : [
          {
            draft_id: pile.draft_id,
            reason: pile.reason,
            seconds: pile.seconds,
            confidence: pile.confidence,
            ...(pile.look === null ? {} : { look: pile.look }),
            ...(pile.labels === 0 ? {} : { labels: pile.labels }),
            ...(pile.copies === 0 ? {} : { copies: pile.copies }),
            unsure: pile.photos.filter((photo) => photo.unsure).map((photo) => photo.id),
          },
        ],
  );
  const ours = new Set(made.map((group) => group.draft_id));
  const first = groups.findIndex((group) => ours.has(group.draft_id));
  const others = (from: readonly PhotoGroupView[]) => from.filter((group) => !ours.has(group.draft_id));
  if (first < 0) return [...groups, ...made];
  return [...others(groups.slice(0, first)), ...made, ...others(groups.slice(first))];
}

/** A thumbnail stays until its photo is done or refused. Two files of one name give theirs up in their order. */
function freshAfter(fresh: readonly FreshThumb[], step: ImportProgress): readonly FreshThumb[] {
  let left = fresh;
  const gone = step.rejected
    ? left.findIndex((each) => each.path === step.rejected?.path)
    : step.photo
      ? left.findIndex((each) => each.filename === step.photo?.filename)
      : -1;
  if (gone >= 0) left = left.toSpliced(gone, 1);
  return step.thumb ? [...left, step.thumb] : left;
}

export const ImportContext = createContext<ImportStore | null>(null);

/** The imports of this window. */
export function useImportStore(): ImportStore {
  const store = use(ImportContext);
  if (!store) throw new Error("ImportContext is missing");
  return store;
}

/** What the imports look like now. */
export function useImports(): ImportState {
  const store = useImportStore();
  return useSyncExternalStore(store.subscribe, store.snapshot);
}
