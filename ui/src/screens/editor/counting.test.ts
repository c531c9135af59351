import { expect, it } from "vitest";
import { fold } from "@/lib/format/fold";
import { countCharacters, countLines, splitNames } from "./counting";

it("counts characters as a person does", () => {
  expect(countCharacters("Été"), "accents are one each").toBe(3);
  expect(countCharacters("👗👩‍👧"), "a family is one sign").toBe(2);
});

it("counts lines of facts only", () => {
  expect(countLines("Robe.\n\nCoton.\n#robe #coton"), "blank lines and hashtags are no facts").toBe(2);
  expect(countLines("Robe #bleue portée"), "a hashtag inside a sentence does not hide it").toBe(1);
});

it("compares without case, accents and apostrophes", () => {
  expect(fold("Levi’s É"), "as people type").toBe("levi's e");
});

it("splits names and drops blanks", () => {
  expect(splitNames("Bleu, Noir ,"), "commas").toEqual(["Bleu", "Noir"]);
  expect(splitNames(null), "nothing").toEqual([]);
});
