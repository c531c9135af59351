import { HostError, type Commands, type DropEvent, type Host } from "../host";
import type {
  AccountView,
  DraftChange,
  DraftCheck,
  DraftView,
  EditedPhotoView,
  Event,
  Failure,
  JobView,
  OwnModelView,
  PhotoPlanView,
  PhotoView,
  PileView,
} from "../bindings";
import { answerBulk } from "./bulk";
import { editedPiles, summaryOf, type Steps } from "./piles";
import { planOf } from "./plan";
import { countsOf, ordered, rowOf } from "./rows";
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
  readonly inTab = false;
  readonly world: World;
  readonly calls: { command: Command; args: unknown[] }[] = [];
  private readonly replies: Partial<Record<Command, Reply>>;
  private readonly removed = new Map<string, DraftView>();
  private readonly events = new Set<(event: Event) => void>();
  private readonly drops = new Set<(event: DropEvent) => void>();
  private readonly ways = new Set<(to: string) => void>();
  private readonly closings = new Set<() => void>();

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

  /** As when the cross of a window is pressed that no tray could bring back. */
  askClose(): void {
    for (const listener of this.closings) listener();
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
  answerClose: Host["answerClose"] = (answer) => this.answer("answerClose", [answer], () => null);
  openExternal: Host["openExternal"] = (url) => this.answer("openExternal", [url], () => null);

  openDataDir: Host["openDataDir"] = () => this.answer("openDataDir", [], () => null);

  accounts: Host["accounts"] = () => this.answer("accounts", [], () => this.world.accounts);
  accountAdd: Host["accountAdd"] = (change) =>
    this.answer("accountAdd", [change], () => {
      if (this.world.accounts.some((each) => each.name === change.name)) throw refusal("invalid_field");
      const account = newAccount(change.name ?? "", change.country ?? "FR");
      this.world.accounts = [...this.world.accounts, account];
      return account;
    });
  accountChange: Host["accountChange"] = (change) =>
    this.answer("accountChange", [change], () => {
      const account = this.world.accounts.find((each) => each.name === change.name);
      if (!account) throw refusal("not_found");
      const budget = {
        ...account.budget,
        hour: change.budget_hour ?? account.budget.hour,
        day: change.budget_day ?? account.budget.day,
      };
      const next = { ...account, country: change.country ?? account.country, budget };
      this.world.accounts = this.world.accounts.map((each) => (each.id === next.id ? next : each));
      return next;
    });
  sessionCheck: Host["sessionCheck"] = (account) => this.answer("sessionCheck", [account]);
  sessionLogin: Host["sessionLogin"] = (account) => this.answer("sessionLogin", [account]);
  sessionSet: Host["sessionSet"] = (cookie, userAgent, account) =>
    this.answer("sessionSet", [cookie, userAgent, account]);
  stop: Host["stop"] = (what) => this.answer("stop", [what], () => null);
  sessionForget: Host["sessionForget"] = (name) =>
    this.answer("sessionForget", [name], () => {
      this.world.accounts = this.world.accounts.map((account) =>
        name === null || account.name === name ? { ...account, has_session: false, checked_at: null } : account,
      );
      return null;
    });

  exportBackup: Host["exportBackup"] = () => this.answer("exportBackup", []);
  restoreBackup: Host["restoreBackup"] = () => this.answer("restoreBackup", []);
  pickTable: Host["pickTable"] = () => this.answer("pickTable", [], () => null);
  importTable: Host["importTable"] = (path, request) => this.answer("importTable", [path, request]);
  ownModel: Host["ownModel"] = () => this.answer("ownModel", [], () => this.world.ownModel);
  setModelKey: Host["setModelKey"] = (address, key) =>
    this.answer("setModelKey", [address, key], () => this.changeModel({ key: key === null ? "none" : "stored" }));
  consentToModel: Host["consentToModel"] = (address) =>
    this.answer("consentToModel", [address], () => {
      if (this.world.ownModel.address !== address) throw refusal("model_consent_missing");
      return this.changeModel({ consent_at: new Date().toISOString() });
    });
  withdrawModelConsent: Host["withdrawModelConsent"] = () =>
    this.answer("withdrawModelConsent", [], () => this.changeModel({ consent_at: null }));
  testModel: Host["testModel"] = () => this.answer("testModel", []);
  analyzeWithModel: Host["analyzeWithModel"] = (ids) => this.answer("analyzeWithModel", [ids]);

  browserStatus: Host["browserStatus"] = () => this.answer("browserStatus", [], () => this.world.browser);
  downloadBrowser: Host["downloadBrowser"] = () => this.answer("downloadBrowser", []);
  pickSiteProfile: Host["pickSiteProfile"] = () => this.answer("pickSiteProfile", [], () => null);
  siteCheck: Host["siteCheck"] = (account, profile) =>
    this.answer("siteCheck", [account, profile], () => {
      if (!this.world.siteCheck) throw refusal("site_unreachable");
      return this.world.siteCheck;
    });

  localApi: Host["localApi"] = () => this.answer("localApi", [], () => this.world.localApi);
  setLocalApi: Host["setLocalApi"] = (on) =>
    this.answer("setLocalApi", [on], () => {
      this.world.localApi = { ...this.world.localApi, on };
      return this.world.localApi;
    });
  localApiToken: Host["localApiToken"] = () => this.answer("localApiToken", []);
  phoneDoor: Host["phoneDoor"] = () => this.answer("phoneDoor", [], () => this.world.phoneDoor);
  openPhoneDoor: Host["openPhoneDoor"] = (address, encrypted) => this.answer("openPhoneDoor", [address, encrypted]);
  closePhoneDoor: Host["closePhoneDoor"] = () => this.answer("closePhoneDoor", [], () => null);
  phoneCode: Host["phoneCode"] = (byName) => this.answer("phoneCode", [byName]);
  hidePhoneCode: Host["hidePhoneCode"] = () => this.answer("hidePhoneCode", [], () => null);
  pairedPhones: Host["pairedPhones"] = () => this.answer("pairedPhones", [], () => this.world.phones);
  shutPhoneOut: Host["shutPhoneOut"] = (id) =>
    this.answer("shutPhoneOut", [id], () => {
      this.world.phones = this.world.phones.filter((phone) => phone.id !== id);
      return null;
    });
  closePhoneImport: Host["closePhoneImport"] = () => this.answer("closePhoneImport", [], () => null);

  pickPhotos: Host["pickPhotos"] = () => this.answer("pickPhotos", [], () => []);
  pickFolder: Host["pickFolder"] = () => this.answer("pickFolder", [], () => []);
  samplePaths: Host["samplePaths"] = () => this.answer("samplePaths", [], () => this.world.samples);
  importPhotos: Host["importPhotos"] = (importId, paths, grouping) =>
    this.answer("importPhotos", [importId, paths, grouping]);
  stopImport: Host["stopImport"] = (importId) => this.answer("stopImport", [importId], () => null);
  unfinishedImports: Host["unfinishedImports"] = () =>
    this.answer("unfinishedImports", [], () => this.world.unfinished);
  resumeImport: Host["resumeImport"] = (id, importId) => this.answer("resumeImport", [id, importId]);
  closeImport: Host["closeImport"] = (id) =>
    this.answer("closeImport", [id], () => {
      this.world.unfinished = this.world.unfinished.filter((each) => each.id !== id);
      return {
        drafts: [],
        rejected: [],
        photos: { total: 0, stored: 0, duplicates: 0 },
        stopped: true,
        groups: [],
        plans: [],
      };
    });

  startPlan: Host["startPlan"] = (photoIds) => this.answer("startPlan", [photoIds]);
  photoPlan: Host["photoPlan"] = (id) => this.answer("photoPlan", [id], () => this.plan(id));
  photoPlans: Host["photoPlans"] = () => this.answer("photoPlans", [], () => this.world.plans.map(summaryOf));
  cancelPlan: Host["cancelPlan"] = (id) =>
    this.answer("cancelPlan", [id], () => this.putPlan({ ...this.plan(id), state: "stopped" }));
  resumePlan: Host["resumePlan"] = (id) =>
    this.answer("resumePlan", [id], () => this.putPlan({ ...this.plan(id), state: "looking" }));
  editPiles: Host["editPiles"] = (id, edits) =>
    this.answer("editPiles", [id, edits], () => {
      const plan = this.plan(id);
      this.piles.done.push(plan.piles);
      this.piles.undone = [];
      return this.withPiles(plan, editedPiles(plan.piles, edits));
    });
  undoPiles: Host["undoPiles"] = (id, redo) =>
    this.answer("undoPiles", [id, redo], () => {
      const plan = this.plan(id);
      const piles = (redo ? this.piles.undone : this.piles.done).pop();
      if (!piles) throw refusal("illegal_transition");
      (redo ? this.piles.done : this.piles.undone).push(plan.piles);
      return this.withPiles(plan, piles);
    });
  makePlanDrafts: Host["makePlanDrafts"] = (id, minimal, skipValidation) =>
    this.answer("makePlanDrafts", [id, minimal, skipValidation]);
  analyzeDraft: Host["analyzeDraft"] = (id, provider) => this.answer("analyzeDraft", [id, provider]);
  acceptSuggestions: Host["acceptSuggestions"] = (id, fields) => this.answer("acceptSuggestions", [id, fields]);

  listDrafts: Host["listDrafts"] = (filter) =>
    this.answer("listDrafts", [filter], () => {
      const sought = (filter.search ?? "").toLowerCase();
      return {
        // Newest first, as the engine lists them; the world holds them as they were made.
        drafts: this.world.drafts
          .filter(
            (draft) =>
              (!filter.ready || draft.flags.publish_ready) &&
              [draft.title, draft.description, draft.brand, draft.category].some((text) =>
                (text ?? "").toLowerCase().includes(sought),
              ),
          )
          .reverse()
          .sort((one, other) => other.created_at.localeCompare(one.created_at)),
      };
    });
  showDraft: Host["showDraft"] = (id) => this.answer("showDraft", [id], () => this.find(id));
  changeDraft: Host["changeDraft"] = (id, revision, changes) =>
    this.answer("changeDraft", [id, revision, changes], () => {
      const draft = this.find(id);
      if (revision !== null && revision !== draft.revision) throw refusal("draft_changed");
      return this.put(changed(draft, changes));
    });
  draftRows: Host["draftRows"] = (request) =>
    this.answer("draftRows", [request], () => {
      const drafts = ordered(this.world.drafts, request.query ?? {});
      const offset = request.offset ?? 0;
      return {
        rows: drafts.slice(offset, offset + (request.limit || 100)).map(rowOf),
        total: drafts.length,
      };
    });
  draftIds: Host["draftIds"] = (query) =>
    this.answer("draftIds", [query], () => ordered(this.world.drafts, query).map((draft) => draft.id));
  draftCounts: Host["draftCounts"] = (query) =>
    this.answer("draftCounts", [query], () => countsOf(this.world.drafts, query, this.world.instead));
  draftPlace: Host["draftPlace"] = (id) =>
    this.answer("draftPlace", [id], () => {
      const bench = ordered(this.world.drafts, { states: ["unknown", "open", "ready"] }).map((draft) => draft.id);
      const at = bench.indexOf(id);
      return {
        place: at + 1,
        total: bench.length,
        previous: bench[at - 1] ?? null,
        next: at < 0 ? null : (bench[at + 1] ?? null),
      };
    });
  changeMany: Host["changeMany"] = (change) =>
    this.answer("changeMany", [change], () => {
      const { answer, after, before } = answerBulk(this.world.drafts, change);
      for (const draft of after) this.put(draft);
      this.undoable.set(answer.undo ?? "", before);
      return answer;
    });
  undoMany: Host["undoMany"] = (undo) =>
    this.answer("undoMany", [undo], () => {
      const before = this.undoable.get(undo);
      if (!before) throw refusal("not_found");
      this.undoable.delete(undo);
      for (const draft of before) this.put({ ...draft, revision: draft.revision + 2 });
      return { undo: null, changed: before.length, same: 0, left: [] };
    });
  draftVersions: Host["draftVersions"] = (id) =>
    this.answer("draftVersions", [id], () => this.world.versions[id] ?? []);
  revertDraft: Host["revertDraft"] = (id, revision, seen) =>
    this.answer("revertDraft", [id, revision, seen], () => {
      const draft = this.find(id);
      const changes = this.world.earlier[`${id}@${revision}`] ?? {};
      return this.put({ ...draft, ...changes, revision: draft.revision + 1 });
    });
  findBrands: Host["findBrands"] = (typed) =>
    this.answer("findBrands", [typed], () =>
      this.world.brands.filter((brand) => brand.toLowerCase().includes(typed.toLowerCase())),
    );
  findCategories: Host["findCategories"] = (typed, language) =>
    this.answer("findCategories", [typed, language], () =>
      this.world.vocabulary.categories.filter(({ path, path_en }) =>
        `${path} ${path_en ?? ""}`.toLowerCase().includes(typed.toLowerCase()),
      ),
    );
  checkDraft: Host["checkDraft"] = (id) =>
    this.answer("checkDraft", [id], (): DraftCheck => {
      const draft = this.find(id);
      return (
        this.world.checks[id] ?? {
          publish_ready: draft.flags.publish_ready,
          preparable: draft.flags.publish_ready,
          missing_fields: draft.missing_fields,
          warnings: draft.warnings,
          gates: [],
        }
      );
    });
  draftSuggestions: Host["draftSuggestions"] = (id) => this.answer("draftSuggestions", [id], () => []);
  draftProposals: Host["draftProposals"] = (id) => this.answer("draftProposals", [id], () => []);
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
  turnPhoto: Host["turnPhoto"] = (id, quarterTurns) =>
    this.answer("turnPhoto", [id, quarterTurns], () =>
      this.edited(id, (photo) => ({ ...photo, width: photo.height, height: photo.width, edits: photo.edits + 1 })),
    );
  cropPhoto: Host["cropPhoto"] = (id, part) =>
    this.answer("cropPhoto", [id, part], () =>
      this.edited(id, (photo) => ({ ...photo, width: part.width, height: part.height, edits: photo.edits + 1 })),
    );
  undoPhotoEdit: Host["undoPhotoEdit"] = (id) =>
    this.answer("undoPhotoEdit", [id], () =>
      this.edited(id, (photo) => ({ ...photo, edits: Math.max(photo.edits - 1, 0) })),
    );
  addDraftPhotos: Host["addDraftPhotos"] = (id, paths) => this.answer("addDraftPhotos", [id, paths]);
  vocabulary: Host["vocabulary"] = () => this.answer("vocabulary", [], () => this.world.vocabulary);

  showBrowser: Host["showBrowser"] = () => this.answer("showBrowser", [], () => true);

  prepare: Host["prepare"] = (draftId, account) => this.answer("prepare", [draftId, account]);
  publish: Host["publish"] = (token, live) => this.answer("publish", [token, live]);
  publishByHand: Host["publishByHand"] = (token) => this.answer("publishByHand", [token]);
  publishEvidence: Host["publishEvidence"] = (draftId, look) =>
    this.answer("publishEvidence", [draftId, look], () => {
      const known = this.world.evidence[draftId];
      if (!known) throw refusal("illegal_transition");
      return known;
    });
  answerChallenge: Host["answerChallenge"] = (draftId) => this.answer("answerChallenge", [draftId]);
  resolvePublish: Host["resolvePublish"] = (draftId, resolution) =>
    this.answer("resolvePublish", [draftId, resolution]);

  queueAdd: Host["queueAdd"] = (request) =>
    this.answer("queueAdd", [request], () => {
      const plan = planOf(request, this.world.accounts[0]?.budget.hour ?? 10);
      const jobs = plan.times.map(({ draft_id, planned_at }) => newJob(this.find(draft_id), planned_at));
      this.world.jobs = [...this.world.jobs, ...jobs];
      this.world.drafts = this.world.drafts.map((draft) =>
        request.draft_ids?.includes(draft.id) ? { ...draft, status: "queued" } : draft,
      );
      return { jobs, plan };
    });
  queuePlan: Host["queuePlan"] = (request) =>
    this.answer("queuePlan", [request], () => planOf(request, this.world.accounts[0]?.budget.hour ?? 10));
  queuePage: Host["queuePage"] = (query) =>
    this.answer("queuePage", [query], () => ({
      jobs: this.world.jobs,
      page: 1,
      page_size: 100,
      total: this.world.jobs.length,
    }));
  queueState: Host["queueState"] = () =>
    this.answer("queueState", [], () => ({ paused: this.world.queuePaused, waiting: this.world.waiting }));
  queuePauseAccount: Host["queuePauseAccount"] = (account, paused) =>
    this.answer("queuePauseAccount", [account, paused], () => {
      const others = this.world.waiting.filter((each) => each.account !== account || each.code !== "paused");
      this.world.waiting = paused ? [...others, { account, code: "paused", message: "", until: null }] : others;
      return null;
    });
  queueList: Host["queueList"] = () => this.answer("queueList", [], () => ({ jobs: this.world.jobs }));
  queueAct: Host["queueAct"] = (jobId, action) =>
    this.answer("queueAct", [jobId, action], () => {
      const job = this.world.jobs.find((each) => each.id === jobId);
      if (!job) throw refusal("not_found");
      const status = { run: "running", pause: "paused", resume: "queued", retry: "queued", remove: job.status }[action];
      const next: JobView = { ...job, status };
      if (action === "remove")
        this.world.drafts = this.world.drafts.map((draft) =>
          draft.id === job.item_id && draft.status === "queued" ? { ...draft, status: "draft" } : draft,
        );
      this.world.jobs =
        action === "remove"
          ? this.world.jobs.filter((each) => each.id !== jobId)
          : this.world.jobs.map((each) => (each.id === jobId ? next : each));
      return next;
    });

  queueMove: Host["queueMove"] = (jobId, at) =>
    this.answer("queueMove", [jobId, at], () => {
      const job = this.world.jobs.find((each) => each.id === jobId);
      if (!job) throw refusal("not_found");
      const next: JobView = { ...job, planned_at: new Date(at.replace(" ", "T")).toISOString(), last_error: null };
      this.world.jobs = this.world.jobs
        .map((each) => (each.id === jobId ? next : each))
        .toSorted((one, other) => one.planned_at.localeCompare(other.planned_at));
      return next;
    });

  ownLog: Host["ownLog"] = (query) =>
    this.answer("ownLog", [query], () => {
      const levels = ["trace", "debug", "info", "warn", "error"];
      const lines = this.world.log.filter(
        (line) =>
          levels.indexOf(line.level) >= levels.indexOf(query.level ?? "info") &&
          [line.message, line.target, ...line.values].some((text) =>
            text.toLowerCase().includes((query.search ?? "").toLowerCase()),
          ) &&
          (!query.after || line.cursor >= query.after),
      );
      return { lines, older: null, newest: `${this.world.log.at(-1)?.cursor ?? ""}~` };
    });
  problemReport: Host["problemReport"] = () => this.answer("problemReport", [], () => this.world.report);
  saveProblemReport: Host["saveProblemReport"] = (name, text) =>
    this.answer("saveProblemReport", [name, text], () => true);

  queueLogs: Host["queueLogs"] = (jobId, offset) => this.answer("queueLogs", [jobId, offset]);
  queuePauseAll: Host["queuePauseAll"] = (paused) =>
    this.answer("queuePauseAll", [paused], () => {
      this.world.queuePaused = paused;
      return null;
    });

  mediaUrl = (path: string) => path;
  onEvent: Host["onEvent"] = (listener) => joined(this.events, listener);
  onDrop: Host["onDrop"] = (listener) => joined(this.drops, listener);
  onNavigate: Host["onNavigate"] = (listener) => joined(this.ways, listener);
  onCloseAsked: Host["onCloseAsked"] = (listener) => joined(this.closings, listener);

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

  private readonly undoable = new Map<string, readonly DraftView[]>();
  private readonly seenPhotos = new Map<string, DraftView["photos"][number]>();

  private removedPhoto(id: string) {
    return this.seenPhotos.get(id);
  }

  private readonly piles: Steps = { done: [], undone: [] };

  private plan(id: string): PhotoPlanView {
    const plan = this.world.plans.find((each) => each.id === id);
    if (!plan) throw refusal("not_found");
    return plan;
  }

  private putPlan(next: PhotoPlanView): PhotoPlanView {
    this.world.plans = this.world.plans.map((plan) => (plan.id === next.id ? next : plan));
    return next;
  }

  private withPiles(plan: PhotoPlanView, piles: PileView[]): PhotoPlanView {
    const { done, undone } = this.piles;
    return this.putPlan({ ...plan, piles, can_undo: done.length > 0, can_redo: undone.length > 0 });
  }

  private find(id: string): DraftView {
    const draft = this.world.drafts.find((each) => each.id === id);
    if (!draft) throw refusal("not_found");
    for (const photo of draft.photos) this.seenPhotos.set(photo.id, photo);
    return draft;
  }

  private edited(id: string, edit: (photo: PhotoView) => PhotoView): EditedPhotoView {
    const photo = this.world.drafts.flatMap((draft) => draft.photos).find((each) => each.id === id);
    if (!photo) throw refusal("not_found");
    const next = edit(photo);
    this.world.drafts = this.world.drafts.map((draft) => ({
      ...draft,
      photos: draft.photos.map((each) => (each.id === id ? { ...each, ...next } : each)),
    }));
    return next;
  }

  private changeModel(change: Partial<OwnModelView>): OwnModelView {
    this.world.ownModel = { ...this.world.ownModel, ...change };
    return this.world.ownModel;
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

function newAccount(name: string, country: string): AccountView {
  return {
    id: `account-${name}`,
    name,
    site_url: "https://www.vinted.fr",
    username: null,
    has_session: false,
    checked_at: null,
    country,
    currency: "EUR",
    language: "fr",
    health: { session: "missing", restriction: null, refusals: [], waiting: [] },
    budget: { hour: 10, hour_used: 0, day: 30, day_used: 0, free_at: null },
  };
}

function newJob(draft: DraftView, planned_at: string): JobView {
  return {
    id: `job-${draft.id}`,
    item_id: draft.id,
    title: draft.title,
    thumb_url: draft.photos[0]?.thumb_url ?? null,
    price_cents: draft.price_target_cents,
    currency: draft.currency,
    planned_at,
    planned_local: null,
    planned_zone: null,
    account: null,
    status: "queued",
    mode: "automated",
    live: true,
    attempt: 0,
    created_at: planned_at,
    updated_at: planned_at,
    duration_ms: null,
    last_error: null,
    listing_url: null,
  };
}

function refusal(code: Failure["code"]): HostError {
  return new HostError({ code, message: code, details: null });
}
