import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HostError, type Code, type DraftChange, type DraftView } from "@/lib/host";
import { Autosave, saveAfterMs, type SaveState } from "./autosave";

/** A store that takes one change at a time and refuses an old revision, as the engine does. */
class Store {
  revision = 1;
  values: Record<string, unknown> = {};
  saves = 0;
  running = 0;
  mostAtOnce = 0;
  refuse: Code | null = null;
  delay = 0;

  async save(revision: number, changes: DraftChange[]): Promise<DraftView> {
    this.saves += 1;
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    await new Promise((resolve) => setTimeout(resolve, this.delay));
    this.running -= 1;
    if (this.refuse) throw refusal(this.refuse);
    if (revision !== this.revision) throw refusal("draft_changed");
    this.revision += 1;
    for (const { key, value } of changes) this.values[key] = value;
    return this.view();
  }

  reload = () => Promise.resolve(this.view());

  private view() {
    return { id: "1", revision: this.revision, ...this.values } as unknown as DraftView;
  }
}

function refusal(code: Code) {
  return new HostError({ code, message: code, details: null });
}

describe("autosave", () => {
  let store: Store;
  let states: SaveState["kind"][];
  let autosave: Autosave;

  beforeEach(() => {
    vi.useFakeTimers();
    store = new Store();
    states = [];
    autosave = new Autosave(1, {
      save: (revision, changes) => store.save(revision, changes),
      reload: () => store.reload(),
    });
    autosave.attach({ onState: (state) => states.push(state.kind), onSaved: () => undefined });
  });
  afterEach(() => vi.useRealTimers());

  it("stores what was typed within 300 ms", async () => {
    autosave.edit("title", "R");
    await vi.advanceTimersByTimeAsync(300);
    expect(store.values.title, "the promise of 300 ms").toBe("R");
    expect(states.at(-1), "and says so").toBe("saved");
  });

  it("does not wait for the typing to end", async () => {
    for (const title of ["R", "Ro", "Rob", "Robe", "Robe ", "Robe b"]) {
      autosave.edit("title", title);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(store.saves, "steady typing is saved on its way").toBeGreaterThanOrEqual(2);
    await autosave.flush();
    expect(store.values.title, "and the last letter too").toBe("Robe b");
  });

  it("has one save under way at a time and loses none", async () => {
    store.delay = 1000;
    autosave.edit("title", "a");
    await vi.advanceTimersByTimeAsync(saveAfterMs + 10);
    autosave.edit("title", "b");
    autosave.edit("brand", "Mango");
    await vi.advanceTimersByTimeAsync(5000);
    expect(store.mostAtOnce, "two saves at once would refuse each other").toBe(1);
    expect(store.values, "both fields hold their newest value").toEqual({ title: "b", brand: "Mango" });
  });

  it("lets everyone who asks wait for the last letter", async () => {
    store.delay = 1000;
    autosave.edit("title", "a");
    const first = autosave.flush();
    autosave.edit("title", "b");
    const both = Promise.all([autosave.flush(), autosave.flush()]);
    await vi.advanceTimersByTimeAsync(5000);
    await first;
    await both;
    expect(store.values.title, "whoever goes on after saving finds it stored").toBe("b");
  });

  it("keeps what could not be saved and tries again", async () => {
    store.refuse = "storage_full";
    autosave.edit("title", "Robe");
    await vi.advanceTimersByTimeAsync(300);
    expect(states.at(-1), "the person is told").toBe("failed");
    expect(autosave.unsaved.get("title"), "nothing typed is dropped").toBe("Robe");
    store.refuse = null;
    await vi.advanceTimersByTimeAsync(5000);
    expect(store.values.title, "it is stored as soon as it can be").toBe("Robe");
  });

  it("does not hammer the engine with a value that it refuses", async () => {
    store.refuse = "invalid_field";
    autosave.edit("condition", "?");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.saves, "only the person can mend it").toBe(1);
  });

  it("makes an edit again on top of a draft that changed meanwhile", async () => {
    store.revision = 5;
    store.values.brand = "Mango";
    autosave.edit("title", "Robe");
    await vi.advanceTimersByTimeAsync(300);
    expect(store.values, "the other change and the person's own both stand").toEqual({ brand: "Mango", title: "Robe" });
  });

  it("lets a newer value win over one that failed", async () => {
    store.refuse = "storage_full";
    store.delay = 100;
    autosave.edit("title", "old");
    await vi.advanceTimersByTimeAsync(saveAfterMs + 10);
    autosave.edit("title", "new");
    await vi.advanceTimersByTimeAsync(200);
    store.refuse = null;
    await vi.advanceTimersByTimeAsync(5000);
    expect(store.values.title, "the last word is the person's last").toBe("new");
  });
});
