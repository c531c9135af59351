import { expect, it } from "vitest";
import { withStretch } from "./useSelection";

const order = ["a", "b", "c", "d", "e"];

it("takes a stretch from either end beside what was there", () => {
  expect([...withStretch(new Set(["e"]), order, "b", "c")], "downwards").toEqual(["e", "b", "c"]);
  expect([...withStretch(new Set(["c"]), order, "c", "a")], "upwards, each once").toEqual(["c", "a", "b"]);
});

it("goes by drafts, not by places: the list changes under the hands", () => {
  const later = ["x", "y", ...order];
  expect([...withStretch(new Set(["b"]), later, "b", "d")], "as the person saw it").toEqual(["b", "c", "d"]);
  expect([...withStretch(new Set(["z"]), order, "z", "d")], "an end that is gone").toEqual(["z", "d"]);
  expect([...withStretch(new Set(["a"]), order, "a", "z")], "a row that is gone").toEqual(["a"]);
});
