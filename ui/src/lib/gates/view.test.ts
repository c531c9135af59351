import { describe, expect, it } from "vitest";
import { i18next } from "@/i18n";
import type { Code, GateView, JsonValue } from "@/lib/host";
import { checklist } from "./view";

const format = {
  money: (minor: number) => `${minor / 100} €`,
  list: (words: readonly string[]) => words.join(" et "),
};

function gate(code: Code, ok: boolean, more: Partial<GateView> = {}): GateView {
  return { code, ok, warning: false, field: "title", facts: null, repair: [], ...more };
}

const lines = (gates: GateView[]) => checklist(gates, "EUR", i18next.t, format);
const fact = (code: Code, facts: JsonValue) =>
  lines([gate(code, false, { facts })]).failing[0]?.fact.replace(/[\u00a0\u202f]/g, " ");

describe("the checklist", () => {
  it("puts what fails first and counts rules, not advice", () => {
    const list = lines([
      gate("missing_title", true),
      gate("missing_size", false, { field: "size" }),
      gate("too_many_photos", false, { warning: true }),
    ]);
    expect(
      list.failing.map((line) => line.gate.code),
      "what stops",
    ).toEqual(["missing_size"]);
    expect(
      list.advice.map((line) => line.gate.code),
      "what is worth knowing",
    ).toEqual(["too_many_photos"]);
    expect([list.passed, list.total], "advice is no rule").toEqual([1, 2]);
  });

  it("shows a gate that looks at two fields once where both hold, and not at all as held where one fails", () => {
    const both = lines([gate("emoji_found", true), gate("emoji_found", true, { field: "description" })]);
    expect(both.holding, "one line is enough").toHaveLength(1);
    const one = lines([gate("emoji_found", true), gate("emoji_found", false, { field: "description" })]);
    expect(one.holding, "a tick beside its own failure would confuse").toHaveLength(0);
  });

  it.each<[Code, JsonValue, string]>([
    ["title_too_long", { kind: "count", count: 73, min: 1, max: 70 }, "Titre : 73 signes sur 70"],
    ["description_lines", { kind: "count", count: 3, min: 5, max: 8 }, "3 lignes, il en faut de 5 à 8"],
    [
      "superlative_found",
      { kind: "words", words: [{ text: "sublime", start: 0, end: 7 }] },
      "« sublime » est un superlatif",
    ],
    [
      "hashtags_invalid",
      { kind: "hashtags", count: 2, min: 3, max: 5, misplaced: [{ text: "#robe" }] },
      "Hashtag avant la fin : #robe",
    ],
    [
      "missing_price",
      { kind: "missing_prices", fields: ["price_min_cents", "price_max_cents"] },
      "Il manque : le minimum et le maximum",
    ],
    ["price_out_of_bounds", { kind: "bounds", min: 100, max: 3000000, fields: [] }, "Le site accepte de 1 € à 30000 €"],
  ])("says the facts of %s", (code, facts, sentence) => {
    expect(fact(code, facts), "the fact with its figures").toBe(sentence);
  });

  it("falls back on the code's own words where facts are missing or strange", () => {
    expect(fact("title_too_long", null), "no facts").toBe("Titre trop long");
    expect(fact("title_too_long", { count: "many" }), "facts of another shape").toBe("Titre trop long");
  });

  it("names what a repair would set", () => {
    const repaired = (code: Code, repair: GateView["repair"], facts: JsonValue = null) =>
      lines([gate(code, false, { repair, facts })]).failing[0];
    expect(repaired("title_too_long", [{ key: "title", value: "Robe" }])?.repair, "a title in full").toContain("Robe");
    expect(
      repaired("price_order", [
        { key: "price_min_cents", value: 2200 },
        { key: "price_max_cents", value: 3400 },
      ])?.repair,
      "a range",
    ).toBe("Mettre de 22 € à 34 €");
    expect(
      repaired("emoji_found", [{ key: "title", value: "Robe" }], { words: [{ text: "👗" }] })?.repairShort,
      "short in lists",
    ).toContain("👗");
    expect(repaired("missing_size", [])?.repair, "none where the engine offers none").toBeNull();
  });
});
