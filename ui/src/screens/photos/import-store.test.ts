import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";
import type { ImportResult, PhotoPlanView } from "@/lib/host";
import { FakeHost } from "@/lib/host/fake";
import { ImportStore } from "./import-store";

const nothing: ImportResult = {
  drafts: [],
  rejected: [],
  photos: { total: 0, stored: 0, duplicates: 0 },
  stopped: false,
  groups: [],
};

function setUp() {
  const host = new FakeHost({});
  const ended = vi.fn();
  const store = new ImportStore(host, new QueryClient(), ended);
  const stop = store.listen();
  return { host, store, ended, stop };
}

const imports = (host: FakeHost) =>
  host.calls.filter((call) => call.command === "importPhotos").map((call) => call.args[1]);

describe("imports", () => {
  it("let a second drop wait for the first and then import it", async () => {
    const { host, store } = setUp();
    let finish: (result: ImportResult) => void = () => undefined;
    vi.spyOn(host, "importPhotos").mockImplementationOnce((id, paths, grouping) => {
      host.calls.push({ command: "importPhotos", args: [id, paths, grouping] });
      return new Promise((resolve) => (finish = resolve));
    });
    host.reply("importPhotos", { value: nothing });
    const first = store.add(["/a"], "auto");
    await store.add(["/b"], "one");
    expect(store.snapshot().waiting, "the second drop waits").toHaveLength(1);
    finish(nothing);
    await first;
    expect(imports(host), "and none is lost").toEqual([["/a"], ["/b"]]);
  });

  it("count progress of their own events only", () => {
    const { host, store, stop } = setUp();
    host.reply("importPhotos", { pending: true });
    void store.add(["/a"], "auto");
    const id = store.snapshot().runs[0]?.id ?? "";
    const photo = { id: "p", filename: "a.jpg", thumb_url: "/media/a.thumb.jpg", duplicate: true };
    host.emit({ type: "import", progress: { import_id: id, total: 3, done: 1, photo, rejected: null } });
    host.emit({ type: "import", progress: { import_id: "another", total: 9, done: 9, photo: null, rejected: null } });
    const run = store.snapshot().runs[0];
    expect([run?.done, run?.total, run?.duplicates, run?.photos.length], "as the engine told").toEqual([1, 3, 1, 1]);
    stop();
  });

  it("show a thumbnail until its photo is done or refused", () => {
    const { host, store, stop } = setUp();
    host.reply("importPhotos", { pending: true });
    void store.add(["/a"], "auto");
    const import_id = store.snapshot().runs[0]?.id ?? "";
    const step = { import_id, total: 3, done: 0, photo: null, rejected: null };
    const thumb = (name: string) => ({ path: `/a/${name}`, filename: name, thumb_url: `/media/fresh/${name}` });
    const shown = () => store.snapshot().runs[0]?.fresh.map((each) => each.filename);
    host.emit({ type: "import", progress: { ...step, thumb: thumb("1.jpg") } });
    host.emit({ type: "import", progress: { ...step, thumb: thumb("2.jpg"), seconds_left: 40 } });
    expect(shown(), "both are seen before they are done").toEqual(["1.jpg", "2.jpg"]);
    expect(store.snapshot().runs[0]?.secondsLeft, "the engine's own reckoning").toBe(40);
    const photo = { id: "p", filename: "1.jpg", thumb_url: "/media/p.thumb.jpg", duplicate: false };
    host.emit({ type: "import", progress: { ...step, done: 1, photo } });
    expect(shown(), "the finished photo takes its place").toEqual(["2.jpg"]);
    const rejected = { path: "/a/2.jpg", code: "corrupt_image" as const, message: "" };
    host.emit({ type: "import", progress: { ...step, done: 2, rejected } });
    expect(shown(), "a refused one goes").toEqual([]);
    stop();
  });

  it("go on with one that was cut short", async () => {
    const { host, store, ended } = setUp();
    host.reply("resumeImport", { value: nothing });
    const unfinished = { id: "u", paths: ["/a"], grouping: "one" as const, done: 3, total: 9, stopped: false };
    await store.resume({ ...unfinished, from_phones: false, started_at: "2026-11-20T20:00:00Z" });
    const [call] = host.calls.filter((each) => each.command === "resumeImport");
    expect(call?.args[0], "by its own name").toBe("u");
    expect(ended, "and what it made is said").toHaveBeenCalledWith(nothing);
  });

  it("keep the files of a failed import, to try them again", async () => {
    const { host, store, ended } = setUp();
    host.reply("importPhotos", { failure: { code: "storage_full", message: "", details: null } });
    await store.add(["/a"], "auto");
    const failed = store.snapshot().runs[0];
    expect(failed?.failure?.code, "why it stopped").toBe("storage_full");
    expect(ended, "nothing is said to be made").not.toHaveBeenCalled();
    host.reply("importPhotos", { value: nothing });
    if (failed) await store.retry(failed);
    expect(imports(host), "the same files").toEqual([["/a"], ["/a"]]);
    expect(
      store.snapshot().runs.map((run) => run.state),
      "the failure is gone",
    ).toEqual(["done"]);
  });

  it("let go of what waits when the person stops", async () => {
    const { host, store } = setUp();
    host.reply("importPhotos", { pending: true });
    void store.add(["/a"], "auto");
    await store.add(["/b"], "auto");
    await store.stop();
    expect(store.snapshot().waiting, "stop means all of it").toEqual([]);
    expect(host.calls.at(-1)?.command, "the engine is told").toBe("stopImport");
  });

  it("shows what a phone sends as it comes, beside a drop, and its drafts at the end", async () => {
    const { host, store, ended } = setUp();
    const step = { import_id: "p", total: 3, photo: null, rejected: null, sender: "iPhone" };
    host.emit({ type: "import", progress: { ...step, done: 1 } });
    host.reply("importPhotos", { value: nothing });
    await store.add(["/a"], "auto");
    expect(store.snapshot().waiting, "a drop does not wait for the phone").toHaveLength(0);
    host.emit({
      type: "import_ended",
      import_id: "p",
      result: { ...nothing, photos: { total: 3, stored: 3, duplicates: 0 } },
    });
    const [phone] = store.snapshot().runs;
    expect([phone?.sender, phone?.state, phone?.done]).toEqual(["iPhone", "done", 3]);
    expect(ended, "both are told").toHaveBeenCalledTimes(2);
    host.emit({ type: "import_ended", import_id: "unseen", result: nothing });
    expect(store.snapshot().runs, "one that ended unseen is shown too").toHaveLength(3);
  });
});

const plan = (piles: { draft_id: string | null; unsure?: boolean }[]): PhotoPlanView => ({
  id: "plan",
  state: "done",
  total: 3,
  done: 3,
  percent: 100,
  follows: true,
  piles: piles.map(({ draft_id, unsure = false }, place) => ({
    number: place + 1,
    photos: [{ id: `photo-${place}`, filename: "", thumb_url: "", unsure }],
    reason: "same_garment",
    seconds: null,
    look: 0.9,
    colours: null,
    labels: 0,
    copies: 0,
    confidence: 0.9,
    by_person: false,
    no_garment: false,
    draft_id,
  })),
  can_undo: false,
  can_redo: false,
  refused: [],
  problem: null,
  created_at: "2026-11-20T08:00:00Z",
});

describe("photos that are looked at after an import", () => {
  it("take their piles over where the import had them", async () => {
    const { host, store, stop } = setUp();
    const group = (draft_id: string) => ({ draft_id, reason: "no_times", seconds: null, confidence: 0.2 });
    host.reply("importPhotos", {
      value: { ...nothing, groups: [group("a"), group("b"), group("c")], plans: ["plan"] },
    });
    host.reply("photoPlan", { value: { ...plan([]), state: "looking" } });
    await store.add(["/a"], "auto");
    const step = { plan_id: "plan", total: 3, done: 2, percent: 66 };
    host.emit({ type: "plan", progress: { ...step, state: "looking" } });
    expect(store.snapshot().runs[0]?.looking.get("plan")?.done, "real photos done").toBe(2);
    host.reply("photoPlan", { value: plan([{ draft_id: "a" }, { draft_id: "d", unsure: true }]) });
    host.emit({ type: "plan", progress: { ...step, done: 3, state: "done" } });
    await vi.waitFor(() => expect(store.snapshot().runs[0]?.looking.size, "it is over").toBe(0));
    const groups = store.snapshot().runs[0]?.groups ?? [];
    expect(
      groups.map((each) => each.draft_id),
      "the new pile beside the one that it left; what is gone has no draft to show",
    ).toEqual(["a", "d", "b", "c"]);
    expect(groups[1]?.unsure, "unsure borders are marked").toEqual(["photo-1"]);
    stop();
  });

  it("say why they were not, and end all the same", async () => {
    const { host, store, stop } = setUp();
    const full = { code: "storage_full", message: "", details: null } as const;
    host.reply("importPhotos", { value: { ...nothing, plans: ["plan"] } });
    host.reply("photoPlan", { value: { ...plan([]), state: "failed", problem: full } });
    await store.add(["/a"], "auto");
    await vi.waitFor(() => expect(store.snapshot().runs[0]?.looking.size, "it is over").toBe(0));
    expect(store.snapshot().runs[0]?.lookFailure?.code, "the person hears of the full disk").toBe("storage_full");
    expect(store.snapshot().runs[0]?.notLooked, "no file is missing").toBe(false);
    stop();
  });
});
