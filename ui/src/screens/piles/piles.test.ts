import { describe, expect, it } from "vitest";
import { apart, isUnsureBorder, join, moveTo, neighbour, splitBefore, stretch, type Pile } from "./piles";

const pile = (number: number, ...photos: string[]): Pile => ({
  number,
  photos: photos.map((id) => ({ id: id.replace("?", ""), unsure: id.endsWith("?") })),
});
const piles = [pile(1, "a", "b", "c"), pile(5, "d?"), pile(3, "e", "f")];
const chosen = (...ids: string[]) => new Set(ids);

describe("edits of piles", () => {
  it("move what is elsewhere, and nothing where all is there", () => {
    expect(moveTo(piles, chosen("b", "e"), 1)).toEqual([{ kind: "move", photos: ["e"], pile: 1 }]);
    expect(moveTo(piles, chosen("d"), 5)).toEqual([]);
  });

  it("give photos of one pile one of their own", () => {
    expect(apart(piles, chosen("c", "b"))).toEqual([{ kind: "split", pile: 1, photos: ["b", "c"] }]);
    expect(apart(piles, chosen("d"))).toEqual([]);
    expect(apart(piles, chosen())).toEqual([]);
  });

  it("gather photos of several piles before they part", () => {
    expect(apart(piles, chosen("c", "d"))).toEqual([
      { kind: "move", photos: ["d"], pile: 1 },
      { kind: "split", pile: 1, photos: ["c", "d"] },
    ]);
    // A pile that is chosen whole takes the others in.
    expect(apart(piles, chosen("d", "e"))).toEqual([{ kind: "move", photos: ["e"], pile: 5 }]);
  });

  it("join and split", () => {
    expect(join(piles, chosen("f", "a"))).toEqual([{ kind: "merge", piles: [1, 3] }]);
    expect(join(piles, chosen("a", "b"))).toEqual([]);
    expect(splitBefore(piles, "b")).toEqual([{ kind: "split", pile: 1, photos: ["b", "c"] }]);
    expect(splitBefore(piles, "a")).toEqual([]);
  });
});

describe("ways over the photos", () => {
  it("stretch in both directions", () => {
    expect(stretch(["a", "b", "c", "d"], "c", "a")).toEqual(["a", "b", "c"]);
    expect(stretch(["a"], "gone", "a")).toEqual(["a"]);
  });

  it("follow the arrow keys over the edges of piles", () => {
    expect(neighbour(piles, "c", "ArrowRight")).toBe("d");
    expect(neighbour(piles, "f", "ArrowUp")).toBe("d");
    expect(neighbour(piles, "d", "ArrowDown")).toBe("e");
    expect(neighbour(piles, "a", "ArrowLeft")).toBeUndefined();
    expect(neighbour(piles, "a", "End")).toBe("f");
  });

  it("know an unsure border from either side", () => {
    const [first, second, third] = piles;
    if (!first || !second || !third) throw new Error("three piles");
    expect([isUnsureBorder(first, second), isUnsureBorder(second, third)]).toEqual([true, true]);
    expect(isUnsureBorder(first, third)).toBe(false);
  });
});
