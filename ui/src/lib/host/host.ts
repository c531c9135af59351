import type {
  AboutView,
  AccountView,
  Code,
  DoctorReport,
  DraftChange,
  DraftCheck,
  DraftFilter,
  DraftList,
  DraftView,
  Event,
  Failure,
  Grouping,
  ImportResult,
  JobList,
  JobView,
  JsonValue,
  PrepareView,
  PublishView,
  QueueRequest,
  Resolution,
  SessionView,
  SettingsView,
  Vocabulary,
} from "./types";

/** Files over the window, as the desktop reports them: browsers hide the paths, the desktop does not. */
export type DropEvent = { kind: "over" } | { kind: "leave" } | { kind: "drop"; paths: string[] };

/** What may be done with a job. */
export type JobAction = "run" | "pause" | "resume" | "retry" | "remove";

/**
 * Everything the page may ask of the machine it runs on. The desktop answers through Tauri, tests through a fake.
 * Every call rejects with a `HostError` that carries the engine's `Failure`.
 */
export interface Host {
  about(): Promise<AboutView>;
  doctor(site: boolean): Promise<DoctorReport>;
  settings(): Promise<SettingsView>;
  setSettings(values: Record<string, JsonValue>): Promise<SettingsView>;
  /** Moves the app to the practice marketplace or to the real site; the page loads anew on the other's data. */
  setPractice(practice: boolean): Promise<void>;
  /** Opens an address in the system's browser: the site's own pages and the project's only. */
  openExternal(url: string): Promise<void>;
  /** Shows the data folder in the system's file manager. */
  openDataDir(): Promise<void>;

  accounts(): Promise<AccountView[]>;
  sessionCheck(): Promise<SessionView>;
  /** Opens a visible browser in which the person logs in; answers when they are done. */
  sessionLogin(): Promise<SessionView>;
  /** Takes over a session from a browser's raw `Cookie` header; the user agent is compared, never imitated. */
  sessionSet(cookie: string, userAgent: string): Promise<SessionView>;
  sessionForget(): Promise<void>;
  /** Ends the log-in or the filling under way. Publishing is never cut short. */
  stop(): Promise<void>;

  /** The system's own file chooser; empty when the person closed it. */
  pickPhotos(): Promise<string[]>;
  pickFolder(): Promise<string[]>;
  samplePaths(): Promise<string[]>;
  /** Imports files and folders and makes drafts; progress comes as `import` events under the same id. */
  importPhotos(importId: string, paths: string[], grouping: Grouping): Promise<ImportResult>;
  stopImport(importId: string): Promise<void>;

  listDrafts(filter: DraftFilter): Promise<DraftList>;
  showDraft(id: string): Promise<DraftView>;
  /** Saves changes. A revision that is not the stored one is refused with `draft_changed`; null overwrites. */
  changeDraft(id: string, revision: number | null, changes: DraftChange[]): Promise<DraftView>;
  checkDraft(id: string): Promise<DraftCheck>;
  removeDraft(id: string): Promise<void>;
  restoreDraft(id: string): Promise<DraftView>;
  /** The draft's photos: their order, the first being the cover; one left out is removed from the draft. */
  setDraftPhotos(id: string, photoIds: string[]): Promise<DraftView>;
  addDraftPhotos(id: string, paths: string[]): Promise<DraftView>;
  /** What the site offers for the closed fields. */
  vocabulary(): Promise<Vocabulary>;

  prepare(draftId: string): Promise<PrepareView>;
  publish(token: string, live: boolean): Promise<PublishView>;
  resolvePublish(draftId: string, resolution: Resolution): Promise<PublishView>;

  queueAdd(request: QueueRequest): Promise<JobList>;
  queueList(): Promise<JobList>;
  queueAct(jobId: string, action: JobAction): Promise<JobView>;
  queuePaused(): Promise<boolean>;
  queuePauseAll(paused: boolean): Promise<void>;

  /** The address of a picture for an `img`, from the path that the engine gave. */
  mediaUrl(path: string): string;
  /** Hears what the engine tells; the answer ends it. */
  onEvent(listener: (event: Event) => void): () => void;
  onDrop(listener: (event: DropEvent) => void): () => void;
  /** Hears where the tray or a notification wants the window to be, such as `/queue`. */
  onNavigate(listener: (to: string) => void): () => void;
}

/** A refusal of the engine, thrown by every call of `Host`. */
export class HostError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = "HostError";
    this.failure = failure;
  }

  get code(): Code {
    return this.failure.code;
  }
}
