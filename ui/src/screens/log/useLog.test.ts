import { expect, it } from "vitest";
import type { LogLine } from "@/lib/host";
import { mostLines, step } from "./useLog";

const line = (n: number) => ({ cursor: `2026-11-20:${String(n).padStart(12, "0")}`, message: `${n}` }) as LogLine;
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => line(from + at));

it("keeps the newest lines and the way to the others", () => {
  const begun = step(
    { lines: [], older: null, newest: null, pending: true, failure: null },
    { type: "first", page: { lines: lines(0, 300), older: null, newest: "a" } },
  );
  const grown = step(begun, { type: "newer", page: { lines: lines(300, mostLines + 10), older: null, newest: "b" } });
  expect(grown.lines.length, "no screen holds a whole log").toBe(mostLines);
  expect(grown.lines.at(-1)?.message, "the newest is there").toBe(`${mostLines + 9}`);
  expect(grown.older, "what went can be asked for again").toBe(line(10).cursor);
  const quiet = step(grown, { type: "newer", page: { lines: [], older: null, newest: "b" } });
  expect(quiet, "nothing new draws nothing").toBe(grown);
});
