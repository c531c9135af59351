import { expect, it } from "vitest";
import { picturesOf, stepsOf } from "./job-steps";
import { lineOf } from "./useJobLog";

const log = (...texts: string[]) => texts.map((text) => lineOf(`2026-11-20T20:42:00.000Z ${text}`));
const filling = "prepare: filling the form";
const checked = "prepare: 11 fields read back";
const pressing = "publish: pressing the button";

it("says how far a job has come", () => {
  const states = (texts: string[], status: string, live = true) => [...stepsOf(log(...texts), status, live).values()];
  expect(states([], "queued")).toEqual(["ahead", "ahead", "ahead", "ahead"]);
  expect(states([filling], "running")).toEqual(["running", "ahead", "ahead", "ahead"]);
  expect(states([filling, checked], "running"), "between two steps").toEqual(["done", "done", "ahead", "ahead"]);
  expect(states([filling, checked, pressing], "running")).toEqual(["done", "done", "running", "ahead"]);
  expect(states([filling, checked, pressing], "unknown")).toEqual(["done", "done", "stopped", "ahead"]);
  expect(states([filling, checked, pressing, filling], "running"), "a second try").toEqual([
    "running",
    "ahead",
    "ahead",
    "ahead",
  ]);
  expect(states([filling, checked], "success", false), "a dry run has two steps").toEqual(["done", "done"]);
});

it("finds the pictures that the log names", () => {
  const lines = log(filling, "picture: /previews/a.png", "picture: /previews/a.png", "picture: /etc/passwd");
  expect(picturesOf(lines), "each once, and nothing else").toEqual(["/previews/a.png"]);
});
