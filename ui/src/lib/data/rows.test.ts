import { expect, it } from "vitest";
import { stretchAround } from "./rows";

it("asks for every row that a screen shows, however large it is", () => {
  for (const seen of [12, 34, 120, 160, 540])
    for (let first = 0; first < 600; first += 7) {
      const { offset, blocks } = stretchAround(first, first + seen);
      expect(offset, "what lies before is there too").toBeLessThanOrEqual(first);
      expect(offset + blocks * 200, `${first} to ${first + seen}`).toBeGreaterThanOrEqual(first + seen);
    }
  expect(stretchAround(0, 30), "one question is enough for most screens").toEqual({ offset: 0, blocks: 1 });
  expect(stretchAround(99, 243).blocks, "a large grid takes two").toBe(2);
});
