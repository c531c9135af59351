import { HostError, type Commands, type DropEvent, type Host } from "../host";
import type { DraftChange, DraftCheck, DraftView, Event, Failure, JobView } from "../bindings";
import type { World } from "./world";
import { emptyWorld } from "./world";

/** Names of the calls whose reply a test may set. */
export type Command = keyof Commands;

/** What a test lets a call answer: a value, a refusal, or nothing at all. */
export type Reply = { value: unknown } | { failure: Failure } | { pending: true };

/** What a test gives before the page starts. */
export interface Setup {
  world?: Partial<World>;
  replies?: Partial<Record<Command, Reply>>;
}

declare global {
  interface Window {
    /** Set by a test before the page starts. */
    fakeSetup?: Setup;
    /** For a test to send events, change replies and read what was called. */
    fakeHost?: FakeHost;
  }
}

/** The host of a page under test: an in-memory world, and the replies that the test sets over it. */
export function fakeFromPage(): FakeHost {
  const host = new FakeHost(window.fakeSetup ?? {});
  window.fakeHost = host;
  return host;
}

/**
 * Keeps drafts, jobs and settings as a list in memory and answers everything else only as a test said: a call without
 * a reply is refused with `not_available`, so no test passes on an invented answer.
 */
export class FakeHost implements Host {
  readonly world: World;
  readonly calls: { command: Command; args: unknown[] }[] = [];
  private readonly replies: Partial<Record<Command, Reply>>;
  private readonly removed = new Map<string, DraftView>();
  private readonly events = new Set<(event: Event) => void>();
  private readonly drops = new Set<(event: DropEvent) => void>();
  private readonly ways = new Set<(to: string) => void>();

  constructor({ world = {}, replies = {} }: Setup) {
    this.world = { ...emptyWorld(), ...world };
    this.replies = { ...replies };
  }

  /** From now on, `command` answers this. */
  reply(command: Command, reply: Reply): void {
    this.replies[command] = reply;
  }

  emit(event: Event): void {
    for (const listener of this.events) listener(event);
  }

  drop(event: DropEvent): void {
    for (const listener of this.drops) listener(event);
  }

  navigate(to: string): void {
    for (const listener of this.ways) listener(to);
  }

  about: Host["about"] = () => this.answer("about", [], () => this.world.about);
  doctor: Host["doctor"] = (site) => this.answer("doctor", [site]);
  settings: Host["settings"] = () => this.answer("settings", [], () => ({ settings: this.world.settings }));
  setSettings: Host["setSettings"] = (values) =>
    this.answer("setSettings", [values], () => {
      this.world.settings = { ...this.world.settings, ...values.settings };
      return { settings: this.world.settings };
    });
  setPractice: Host["setPractice"] = (practice) =>
    this.answer("setPractice", [practice], () => {
      this.world.about = { ...this.world.about, practice };
      return null;
    });
  openExternal: Host["openExternal"] = (url) => this.answer("openExternal", [url], () => null);

  openDataDir: Host["openDataDir"] = () => this.answer("openDataDir", [], () => null);

  accounts: Host["accounts"] = () => this.answer("accounts", [], () => this.world.accounts);
  accountAdd: Host["accountAdd"] = (change) => this.answer("accountAdd", [change]);
  accountChange: Host["accountChange"] = (change) => this.answer("accountChange", [change]);
  sessionCheck: Host["sessionCheck"] = () => this.answer("sessionCheck", []);
  sessionLogin: Host["sessionLogin"] = () => this.answer("sessionLogin", []);
  sessionSet: Host["sessionSet"] = (cookie, userAgent) => this.answer("sessionSet", [cookie, userAgent]);
  stop: Host["stop"] = () => this.answer("stop", [], () => null);
  sessionForget: Host["sessionForget"] = () =>
    this.answer("sessionForget", [], () => {
      this.world.accounts = this.world.accounts.map((account) => ({
        ...account,
        has_session: false,
        checked_at: null,
      }));
      return null;
    });

  pickPhotos: Host["pickPhotos"] = () => this.answer("pickPhotos", [], () => []);
  pickFolder: Host["pickFolder"] = () => this.answer("pickFolder", [], () => []);
  samplePaths: Host["samplePaths"] = () => this.answer("samplePaths", [], () => this.world.samples);
  importPhotos: Host["importPhotos"] = (importId, paths, grouping) =>
    this.answer("importPhotos", [importId, paths, grouping]);
  stopImport: Host["stopImport"] = (importId) => this.answer("stopImport", [importId], () => null);
  unfinishedImports: Host["unfinishedImports"] = () => this.answer("unfinishedImports", [], () => []);
  resumeImport: Host["resumeImport"] = (id, importId) => this.answer("resumeImport", [id, importId]);
  closeImport: Host["closeImport"] = (id) => this.answer("closeImport", [id]);

  listDrafts: Host["listDrafts"] = (filter) =>
    this.answer("listDrafts", [filter], () => {
      const sought = (filter.search ?? "").toLowerCase();
      return {
        drafts: this.world.drafts.filter(
          (draft) =>
            (!filter.ready || draft.flags.publish_ready) &&
            [draft.title, draft.description, draft.brand, draft.category].some((text) =>
              (text ?? "").toLowerCase().includes(sought),
            ),
        ),
      };
    });
  showDraft: Host["showDraft"] = (id) => this.answer("showDraft", [id], () => this.find(id));
  changeDraft: Host["changeDraft"] = (id, revision, changes) =>
    this.answer("changeDraft", [id, revision, changes], () => {
      const draft = this.find(id);
      if (revision !== null && revision !== draft.revision) throw refusal("draft_changed");
      return this.put(changed(draft, changes));
    });
  checkDraft: Host["checkDraft"] = (id) =>
    this.answer("checkDraft", [id], (): DraftCheck => {
      const draft = this.find(id);
      return (
        this.world.checks[id] ?? {
          publish_ready: draft.flags.publish_ready,
          missing_fields: draft.missing_fields,
          warnings: draft.warnings,
          gates: [],
        }
      );
    });
  removeDraft: Host["removeDraft"] = (id) =>
    this.answer("removeDraft", [id], () => {
      this.removed.set(id, this.find(id));
      this.world.drafts = this.world.drafts.filter((draft) => draft.id !== id);
      return null;
    });
  restoreDraft: Host["restoreDraft"] = (id) =>
    this.answer("restoreDraft", [id], () => {
      const draft = this.removed.get(id);
      if (!draft) throw refusal("not_found");
      this.world.drafts = [draft, ...this.world.drafts];
      return draft;
    });
  setDraftPhotos: Host["setDraftPhotos"] = (id, photoIds) =>
    this.answer("setDraftPhotos", [id, photoIds], () => {
      const draft = this.find(id);
      const photos = photoIds.flatMap((photoId, order_index) => {
        const photo = draft.photos.find((each) => each.id === photoId) ?? this.removedPhoto(photoId);
        return photo ? [{ ...photo, order_index }] : [];
      });
      return this.put({ ...draft, photos, revision: draft.revision + 1 });
    });
  addDraftPhotos: Host["addDraftPhotos"] = (id, paths) => this.answer("addDraftPhotos", [id, paths]);
  vocabulary: Host["vocabulary"] = () => this.answer("vocabulary", [], () => this.world.vocabulary);

  showBrowser: Host["showBrowser"] = () => this.answer("showBrowser", [], () => true);

  prepare: Host["prepare"] = (draftId) => this.answer("prepare", [draftId]);
  publish: Host["publish"] = (token, live) => this.answer("publish", [token, live]);
  resolvePublish: Host["resolvePublish"] = (draftId, resolution) =>
    this.answer("resolvePublish", [draftId, resolution]);

  queueAdd: Host["queueAdd"] = (request) => this.answer("queueAdd", [request]);
  queuePlan: Host["queuePlan"] = (request) => this.answer("queuePlan", [request]);
  queuePage: Host["queuePage"] = (query) =>
    this.answer("queuePage", [query], () => ({
      jobs: this.world.jobs,
      page: 1,
      page_size: 100,
      total: this.world.jobs.length,
    }));
  queueState: Host["queueState"] = () =>
    this.answer("queueState", [], () => ({ paused: this.world.queuePaused, waiting: [] }));
  queuePauseAccount: Host["queuePauseAccount"] = (account, paused) =>
    this.answer("queuePauseAccount", [account, paused], () => null);
  queueList: Host["queueList"] = () => this.answer("queueList", [], () => ({ jobs: this.world.jobs }));
  queueAct: Host["queueAct"] = (jobId, action) =>
    this.answer("queueAct", [jobId, action], () => {
      const job = this.world.jobs.find((each) => each.id === jobId);
      if (!job) throw refusal("not_found");
      const status = { run: "running", pause: "paused", resume: "queued", retry: "queued", remove: job.status }[action];
      const next: JobView = { ...job, status };
      this.world.jobs =
        action === "remove"
          ? this.world.jobs.filter((each) => each.id !== jobId)
          : this.world.jobs.map((each) => (each.id === jobId ? next : each));
      return next;
    });

  queueLogs: Host["queueLogs"] = (jobId, offset) => this.answer("queueLogs", [jobId, offset]);
  queuePaused: Host["queuePaused"] = () => this.answer("queuePaused", [], () => this.world.queuePaused);
  queuePauseAll: Host["queuePauseAll"] = (paused) =>
    this.answer("queuePauseAll", [paused], () => {
      this.world.queuePaused = paused;
      return null;
    });

  mediaUrl = (path: string) => path;
  onEvent: Host["onEvent"] = (listener) => joined(this.events, listener);
  onDrop: Host["onDrop"] = (listener) => joined(this.drops, listener);
  onNavigate: Host["onNavigate"] = (listener) => joined(this.ways, listener);

  private answer<T>(command: Command, args: unknown[], byWorld?: () => T): Promise<T> {
    this.calls.push({ command, args });
    const reply = this.replies[command];
    if (reply && "pending" in reply) return new Promise<T>(() => null);
    if (reply && "failure" in reply) return Promise.reject(new HostError(reply.failure));
    if (reply) return Promise.resolve(structuredClone(reply.value) as T);
    if (!byWorld) return Promise.reject(refusal("not_available"));
    try {
      return Promise.resolve(structuredClone(byWorld()));
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private readonly seenPhotos = new Map<string, DraftView["photos"][number]>();

  private removedPhoto(id: string) {
    return this.seenPhotos.get(id);
  }

  private find(id: string): DraftView {
    const draft = this.world.drafts.find((each) => each.id === id);
    if (!draft) throw refusal("not_found");
    for (const photo of draft.photos) this.seenPhotos.set(photo.id, photo);
    return draft;
  }

  private put(draft: DraftView): DraftView {
    this.world.drafts = this.world.drafts.map((each) => (each.id === draft.id ? draft : each));
    return draft;
  }
}

function joined<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function changed(draft: DraftView, changes: readonly DraftChange[]): DraftView {
  return {
    ...draft,
    ...Object.fromEntries(changes.map(({ key, value }) => [key, value])),
    revision: draft.revision + 1,
    updated_at: new Date().toISOString(),
  };
}

function refusal(code: Failure["code"]): HostError {
  return new HostError({ code, message: code, details: null });
}
