import { describe, expect, it } from "vitest";
import { chooseLanguage } from "./index";
import { en } from "./messages/en";
import { fr } from "./messages/fr";
import { frenchSpacing } from "./typography";

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[`${path}${key}`, value] as [string, string]] : leaves(value, `${path}${key}.`),
  );
}

const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe("messages", () => {
  const english = new Map(leaves(en));

  it("take the same values in both languages", () => {
    const different = leaves(fr).filter(([key, text]) => holes(english.get(key) ?? "").join() !== holes(text).join());
    expect(different, "a value that one language drops is a sentence with a gap").toEqual([]);
  });

  it("use typographic apostrophes and no full words in capitals", () => {
    const straight = leaves(fr).filter(([, text]) => text.includes("'"));
    expect(straight, "French uses ’").toEqual([]);
  });

  it("have both plural forms wherever they have one", () => {
    for (const tree of [fr, en]) {
      const keys = new Set(leaves(tree).map(([key]) => key));
      const lonely = [...keys].filter((key) => key.endsWith("_one") && !keys.has(key.replace(/_one$/, "_other")));
      expect(lonely, "a plural without its many").toEqual([]);
    }
  });
});

describe("language", () => {
  it.each([
    ["en", ["fr-FR"], "en"],
    [null, ["de-DE", "en-US"], "en"],
    [null, ["fr-CA"], "fr"],
    [null, ["de-DE"], "fr"],
    ["xx", [], "fr"],
  ])("for the choice %j and the system %j is %s", (choice, system, language) => {
    expect(chooseLanguage(choice, system), "the choice, then the system, then French").toBe(language);
  });
});

it("sets French spaces that do not break", () => {
  expect(frenchSpacing("Par quoi commencer ?"), "narrow before a question mark").toBe("Par quoi commencer\u202f?");
  expect(frenchSpacing("Titre : « sublime »"), "colon and guillemets").toBe("Titre\u00a0: «\u00a0sublime\u00a0»");
  expect(frenchSpacing("2 000 signes"), "thousands").toBe("2\u202f000 signes");
});
