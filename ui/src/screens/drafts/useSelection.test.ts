import { expect, it } from "vitest";
import { withStretch } from "./useSelection";

const order = ["a", "b", "c", "d", "e"];

it("takes a stretch from either end beside what was there", () => {
  expect([...withStretch(new Set(["e"]), order, 1, 2)], "downwards").toEqual(["e", "b", "c"]);
  expect([...withStretch(new Set(["c"]), order, 2, 0)], "upwards, each once").toEqual(["c", "a", "b"]);
});
