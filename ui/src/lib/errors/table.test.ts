import { expect, it } from "vitest";
import { errorTable, rowOf } from "./table";

it("takes a code of a newer engine for unforeseen instead of showing nothing", () => {
  expect(rowOf("code_of_tomorrow").code, "it has words and a remedy").toBe("internal");
  expect(rowOf("constructor").code, "an inherited name is no code").toBe("internal");
});

it("never offers to retry an unknown outcome", () => {
  expect(errorTable.outcome_unknown.remedy, "only the person's word settles it").toBe("settle");
});
