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

function door(questions: Question[] = [], token = "right") {
  return new Door(async (question) => {
    questions.push(question);
    await question.answer(token);
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
  answers = [nobody, ok({ ok: true })];
  await expect(call("publish", { token: "t", live: true })).rejects.toMatchObject({ code: "not_available" });
  await vi.waitFor(() => expect(questions.map((each) => each.why)).toEqual(["gone"]));
  expect(asked.filter((each) => each.path.startsWith("/window/call/"))).toHaveLength(1);
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
  const tooLarge = { status: 413, told: { error: { code: "file_too_large", message: "Too large.", details: null } } };
  const sent = (path: string) =>
    path.includes("b.mov") ? tooLarge : { status: 200, told: { path: `sent:1/${path.slice(-5)}` } };
  answers = [sent, sent, sent, sent];
  const always = () => true;
  const first = await files.send([...paths, "sample:d.jpg"], always, () => undefined);
  expect(first.there, "in their order, with what is there already").toEqual([
    "sent:1/a.jpg",
    "sent:1/c.jpg",
    "sample:d.jpg",
  ]);
  expect(first.refused).toEqual([{ path: paths[1], code: "file_too_large", message: "Too large." }]);
  await files.send(paths, always, () => undefined);
  expect(asked, "only the refused one again").toHaveLength(4);
});
