import { expect, it } from "vitest";
import { plans, remaining } from "./plans";

it("says what is still ahead of the furthest step", () => {
  expect(remaining(["a", "b", "c"], ["a"]), "the next ones").toEqual(["b", "c"]);
  expect(remaining(["a", "b", "c"], ["c", "b"]), "a step told again takes nothing back").toEqual([]);
  expect(remaining(["a", "b"], ["renewed", "a"]), "a step outside the plan changes nothing").toEqual(["b"]);
  expect(remaining(plans.publishing, []), "before the first step all are ahead").toEqual([...plans.publishing]);
});
