import { describe, expect, it } from "vitest";
import type { DraftView, JsonValue, PhotoView, SuggestionView } from "@/lib/host";
import { acceptable, present, proposals, proposed } from "./view";

const photo = (id: string): PhotoView => ({
  id,
  sha256: id,
  filename: `${id}.jpg`,
  url: `/media/${id}.jpg`,
  thumb_url: `/media/${id}.thumb.jpg`,
  width: 800,
  height: 600,
  mime: "image/jpeg",
  order_index: 0,
  edits: 0,
});

function suggestion(field: string, value: JsonValue, source: JsonValue, more: Partial<SuggestionView> = {}) {
  return {
    field,
    changes: [{ key: field, value }],
    source,
    confidence: 0.8,
    stands: false,
    filled: false,
    at: "2026-11-20T08:00:00Z",
    ...more,
  } satisfies SuggestionView;
}

describe("what is filled from the photos", () => {
  const region = [
    [0.1, 0.2],
    [0.4, 0.2],
    [0.4, 0.3],
    [0.1, 0.3],
  ];
  const all = [
    suggestion("condition", "very_good", { kind: "default" }),
    suggestion("brand", "Zara", { kind: "label", photo: "b", region, text: "ZARA" }, { stands: true }),
    suggestion("size", "M", { kind: "label", photo: "gone", region: null, text: "M" }),
    suggestion("size", "L", { kind: "label", photo: "a", region: null, text: "L" }),
    suggestion("title", "Robe", { kind: "template" }),
    suggestion("color", "Bleu", { kind: "a source of tomorrow" }),
  ];
  const { offers, taken } = proposals(all, [photo("a"), photo("b")]);

  it("is offered in the order of the form, the best of each field, and what stands is told apart", () => {
    expect(offers.map(({ field }) => field)).toEqual(["size", "condition", "title"]);
    expect(taken.map(({ field }) => field)).toEqual(["brand"]);
    expect(offers.map(proposed)[0], "the first suggestion is the best").toBe("M");
  });

  it("names the photo by its place in the draft, and none that left it", () => {
    expect(taken[0]?.evidence.photo?.number, "label of photo 2").toBe(2);
    expect(taken[0]?.evidence.region).toEqual(region);
    expect(offers[0]?.evidence.photo, "the photo is not in the draft any more").toBeNull();
  });

  it("takes in one click what is empty and what the rest follows from", () => {
    const draft = { brand: null, size: "unknown", condition: null, title: "", price_target_cents: null } as DraftView;
    expect(acceptable(offers, draft)).toEqual(["size", "condition"]);
    const typed: DraftView = { ...draft, size: "S" };
    expect(acceptable(offers, typed), "what the person typed is theirs").toEqual(["condition"]);
  });

  it("shows an open field as open", () => {
    const draft = { brand: null, size: "unknown", title: "", price_target_cents: 1200 } as DraftView;
    expect(present(draft, "size")).toBeNull();
    expect(present(draft, "title")).toBeNull();
    expect(present(draft, "price")).toBe("1200");
  });
});
