import { expect, it } from "vitest";
import { lacksOf } from "./lacks";

it("says each lack once, in the order of the filters", () => {
  expect(lacksOf(["hashtags_invalid", "missing_size", "emoji_found"]), "two text gates are one lack").toEqual([
    "size",
    "text",
  ]);
  expect(lacksOf(["a_gate_of_tomorrow"]), "an unknown gate is not hidden").toEqual(["other"]);
  expect(lacksOf([]), "a ready draft lacks nothing").toEqual([]);
});
