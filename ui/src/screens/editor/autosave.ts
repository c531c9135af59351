import { HostError, type DraftChange, type DraftView, type Failure, type JsonValue } from "@/lib/host";

/** Where the person's edits are. */
export type SaveState =
  { kind: "saved"; at: Date | null } | { kind: "unsaved" } | { kind: "saving" } | { kind: "failed"; failure: Failure };

/** What autosave needs of the engine. */
export interface SaveTo {
  save(revision: number, changes: DraftChange[]): Promise<DraftView>;
  /** The draft as it is stored, after someone else changed it. */
  reload(): Promise<DraftView>;
}

/** Is told how saving goes. */
export interface Listener {
  onState(state: SaveState): void;
  onSaved(draft: DraftView): void;
}

/** An edit reaches the engine at most this much later; the promise to the person is 300 ms. */
export const saveAfterMs = 250;
const retryAfterMs = 2000;

/**
 * Sends edits soon after they are made, one call at a time, newest value of each field. Nothing typed is dropped: what
 * could not be saved is kept and tried again, and an edit on top of a changed draft is made again on the new one.
 */
export class Autosave {
  private readonly pending = new Map<string, JsonValue>();
  private revision: number;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private readonly to: SaveTo;
  private listener: Listener | null = null;
  private state: SaveState = { kind: "saved", at: null };

  constructor(revision: number, to: SaveTo) {
    this.revision = revision;
    this.to = to;
  }

  /** Who is told; null while the draft is not on the screen. */
  attach(listener: Listener | null): void {
    this.listener = listener;
  }

  /** Where the edits are now. */
  get saveState(): SaveState {
    return this.state;
  }

  /** The fields whose newest value is not stored yet. */
  get unsaved(): ReadonlyMap<string, JsonValue> {
    return this.pending;
  }

  /** Takes an edit. The first one starts the clock, so that steady typing is saved too. */
  edit(key: string, value: JsonValue): void {
    this.pending.set(key, value);
    this.setState({ kind: "unsaved" });
    this.schedule(saveAfterMs);
  }

  /** Another call changed the draft: later saves build on its revision. */
  follow(revision: number): void {
    this.revision = Math.max(this.revision, revision);
  }

  /** Saves now and waits until everything typed so far is stored or has failed. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.running) await this.running;
    if (this.pending.size === 0) return;
    this.running = this.send().finally(() => {
      this.running = null;
    });
    await this.running;
  }

  private setState(state: SaveState): void {
    this.state = state;
    this.listener?.onState(state);
  }

  private schedule(delay: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, delay);
  }

  private async send(): Promise<void> {
    const taken = new Map(this.pending);
    this.pending.clear();
    const changes = [...taken].map(([key, value]) => ({ key, value }));
    this.setState({ kind: "saving" });
    try {
      const draft = await this.saveOnTop(changes);
      this.revision = draft.revision;
      this.listener?.onSaved(draft);
      this.setState(this.pending.size === 0 ? { kind: "saved", at: new Date() } : { kind: "unsaved" });
    } catch (error) {
      for (const [key, value] of taken) if (!this.pending.has(key)) this.pending.set(key, value);
      const failure: Failure =
        error instanceof HostError ? error.failure : { code: "internal", message: String(error), details: null };
      this.setState({ kind: "failed", failure });
      // A refused value stays as typed until the person corrects it; everything else may pass by itself.
      if (failure.code !== "invalid_field") this.schedule(retryAfterMs);
    }
  }

  private async saveOnTop(changes: DraftChange[]): Promise<DraftView> {
    try {
      return await this.to.save(this.revision, changes);
    } catch (error) {
      if (!(error instanceof HostError) || error.code !== "draft_changed") throw error;
      this.revision = (await this.to.reload()).revision;
      return this.to.save(this.revision, changes);
    }
  }
}
