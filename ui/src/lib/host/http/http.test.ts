import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { callsThrough } from "./call";
import { Door, type Question } from "./door";
import { Files } from "./files";

/** What a server would say, call by call; null: nobody answers. */
type Answer = { status: number; told: unknown } | null;

let asked: { path: string; key: string | null; body: unknown }[] = [];
let answers: ((path: string) => Answer)[] = [];

beforeEach(() => {
  asked = [];
  answers = [];
  window.sessionStorage.clear();
  window.history.replaceState(null, "", "/");
  vi.stubGlobal("fetch", (path: string, request: RequestInit = {}) => {
    const headers = new Headers(request.headers);
    asked.push({ path, key: headers.get("Authorization"), body: request.body });
    const answer = answers.shift()?.(path) ?? null;
    if (answer === null) return Promise.reject(new TypeError("Failed to fetch"));
    return Promise.resolve(Response.json(answer.told, { status: answer.status }));
  });
});
afterEach(() => vi.unstubAllGlobals());

const ok = (told: unknown) => () => ({ status: 200, told });
const turnedAway = () => ({ status: 401, told: { error: { code: "token_invalid", message: "", details: null } } });
const nobody = () => null;

const secret = "0a1b".repeat(16);

function door(questions: Question[] = [], link = secret) {
  return new Door(async (question) => {
    questions.push(question);
    await question.answer(link);
  });
}

it("a link's secret leaves the address and opens the tab once", async () => {
  window.history.replaceState(null, "", "/#enter=0a1b");
  const questions: Question[] = [];
  const call = callsThrough(door(questions));
  expect(window.location.hash, "no history keeps it").toBe("");
  answers = [ok({ key: "k" }), ok({ data: 1 })];
  expect(await call("about")).toBe(1);
  expect(asked.map((each) => [each.path, each.key])).toEqual([
    ["/window/enter", null],
    ["/window/call/about", "Bearer k"],
  ]);
  expect(asked[0]?.body).toBe(JSON.stringify({ link: "0a1b" }));
  expect(questions, "nobody is asked").toEqual([]);
});

it("calls that are turned away wait for one answer of the person, and are then made once", async () => {
  window.sessionStorage.setItem("studio.key", "old");
  const questions: Question[] = [];
  const call = callsThrough(door(questions));
  answers = [turnedAway, turnedAway, ok({ key: "new" }), ok({ data: "a" }), ok({ data: "b" })];
  expect(await Promise.all([call("one"), call("two")])).toEqual(["a", "b"]);
  expect(questions.map((each) => each.why)).toEqual(["key"]);
  const made = asked.filter((each) => each.key === "Bearer new").map((each) => each.path);
  expect(made.sort()).toEqual(["/window/call/one", "/window/call/two"]);
});

it("a call that nobody answered may have been heard: it is never made again by itself", async () => {
  window.sessionStorage.setItem("studio.key", "k");
  const questions: Question[] = [];
  const call = callsThrough(door(questions));
  for (const [command, given, code] of [
    ["publish", { token: "t", live: true }, "outcome_unknown"],
    ["publish_by_hand", { token: "t" }, "outcome_unknown"],
    ["resolve_publish", { draftId: "d" }, "outcome_unknown"],
    ["publish", { token: "t", live: false }, "not_available"],
    ["list_drafts", {}, "not_available"],
  ] as const) {
    asked = [];
    questions.length = 0;
    answers = [nobody, ok({ ok: true })];
    await expect(call(command, given), command).rejects.toMatchObject({ code });
    await vi.waitFor(() => expect(questions.map((each) => each.why)).toEqual(["gone"]));
    expect(asked.filter((each) => each.path.startsWith("/window/call/"))).toHaveLength(1);
  }
});

it("a link is kept until it was answered, and why not is said", async () => {
  window.history.replaceState(null, "", `/#enter=${secret}`);
  const busy = () => ({ status: 429, told: { error: { code: "rate_limited", message: "", details: null } } });
  answers = [nobody, busy, turnedAway, ok({ key: "k" }), ok({ data: 1 })];
  const questions: Question[] = [];
  const said: (string | undefined)[] = [];
  const asking = new Door(async (question) => {
    questions.push(question);
    for (let tries = 0; tries < 3; tries += 1) said.push((await question.answer(question.link))?.code);
  });
  expect(await callsThrough(asking)("about")).toBe(1);
  expect(questions.map((each) => each.link)).toEqual([`${window.location.origin}/#enter=${secret}`]);
  expect(said).toEqual(["rate_limited", "token_invalid", undefined]);
  const sent = asked.filter((each) => each.path === "/window/enter").map((each) => each.body);
  expect(new Set(sent), "the same link each time").toEqual(new Set([JSON.stringify({ link: secret })]));
});

it("what is no link of this server is sent to nobody, the API's token above all", async () => {
  for (const typed of ["a-token-of-the-api", `http://127.0.0.1:1/#enter=${secret}`, ""]) {
    const said: (string | undefined)[] = [];
    let told = () => {};
    const asking = new Door(async (question) => {
      said.push((await question.answer(typed))?.code);
      told();
      await new Promise(() => undefined);
    });
    const answered = new Promise<void>((done) => (told = done));
    void callsThrough(asking)("about");
    await answered;
    expect(said, typed).toEqual(["token_invalid"]);
  }
  expect(asked).toEqual([]);
});

it("what a command refuses is thrown as the desktop throws it", async () => {
  window.sessionStorage.setItem("studio.key", "k");
  const failure = { code: "draft_changed", message: "Changed.", details: null };
  answers = [ok({ error: failure })];
  await expect(callsThrough(door())("change_draft")).rejects.toEqual(failure);
});

it("a file that is refused keeps no other out, and none is sent twice", async () => {
  window.sessionStorage.setItem("studio.key", "k");
  const files = new Files(door());
  const paths = files.name([new File(["a"], "a.jpg"), new File(["b"], "b.mov"), new File(["c"], "c.jpg")]);
  const tooMany = { status: 413, told: { error: { code: "too_many_files", message: "Too many.", details: null } } };
  const sent = (path: string) =>
    path.includes("b.mov") ? tooMany : { status: 200, told: { path: `sent:1/${path.slice(-5)}` } };
  const limit = ok({ max_bytes: 10 });
  answers = [limit, sent, sent, sent, limit, sent];
  const always = () => true;
  const first = await files.send([...paths, "sample:d.jpg"], always, () => undefined);
  expect(first.there, "in their order, with what is there already").toEqual([
    "sent:1/a.jpg",
    "sent:1/c.jpg",
    "sample:d.jpg",
  ]);
  expect(first.refused).toEqual([{ path: paths[1], code: "too_many_files", message: "Too many." }]);
  await files.send(paths, always, () => undefined);
  expect(asked, "only the refused one again").toHaveLength(6);
});

it("a file that is too large or gone is not sent, and one that is lost on the way keeps no other out", async () => {
  window.sessionStorage.setItem("studio.key", "k");
  const files = new Files(door());
  const gone = new File(["b"], "gone.jpg");
  gone.slice = () => ({ arrayBuffer: () => Promise.reject(new Error("NotReadableError")) }) as unknown as Blob;
  const paths = files.name([
    new File(["a".repeat(11)], "large.jpg"),
    gone,
    new File(["c"], "lost.jpg"),
    new File(["d"], "d.jpg"),
  ]);
  const said = (path: string) => {
    if (path.includes("lost")) return null;
    return { status: 200, told: path.includes("?") ? { path: "sent:1/d.jpg" } : { max_bytes: 10 } };
  };
  answers = [said, said, said, said];
  const { there, refused } = await files.send(
    paths,
    () => true,
    () => undefined,
  );
  expect(there).toEqual(["sent:1/d.jpg"]);
  expect(refused.map((each) => each.code).sort()).toEqual(["file_too_large", "file_unreadable", "not_available"]);
  expect(asked.filter((each) => /large|gone/.test(each.path))).toEqual([]);
});
