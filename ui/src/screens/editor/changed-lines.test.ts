import { expect, it } from "vitest";
import { changedLines } from "./changed-lines";

it("names the lines that went and came, each as often as it did", () => {
  const before = "Robe.\nCoton.\nCoton.\n\n#robe";
  const after = "Robe longue.\nCoton.\n\n\n#robe";
  expect(changedLines(before, after)).toEqual([
    { kind: "gone", text: "Robe." },
    { kind: "gone", text: "Coton." },
    { kind: "come", text: "Robe longue." },
  ]);
  expect(changedLines("a\nb", "a\nb"), "nothing differs").toEqual([]);
});
