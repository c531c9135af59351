import { describe, expect, it } from "vitest";
import { requestOf, type Wish } from "./plan-request";

const now = new Date(2026, 10, 20, 20, 42);
const wish = (more: Partial<Wish>): Wish => ({
  way: "between",
  day: 0,
  from: "19",
  until: "22",
  account: null,
  ...more,
});
const asked = (more: Partial<Wish>) => requestOf(wish(more), ["a"], now);

describe("a wish", () => {
  it("becomes the engine's request by the wall clock", () => {
    expect(asked({}), "this evening's window, begun already").toMatchObject({
      request: { live: true, at: null, between: ["2026-11-20 19:00", "2026-11-20 22:00"] },
    });
    expect(asked({ from: "22 h", until: "1" }), "a night").toMatchObject({
      request: { between: ["2026-11-20 22:00", "2026-11-21 01:00"] },
    });
    expect(asked({ way: "at", day: 11, from: "8:30" }), "across the end of the month").toMatchObject({
      request: { at: "2026-12-01 08:30", between: null },
    });
    expect(asked({ way: "now" }), "as soon as it can be").toMatchObject({ request: { at: null, between: null } });
  });

  it("is refused where it cannot be meant", () => {
    expect(asked({ from: "soir" }), "no time").toEqual({ fault: "from" });
    expect(asked({ until: "25" }), "no time").toEqual({ fault: "until" });
    expect(asked({ from: "18", until: "20" }), "a window that is over").toEqual({ fault: "past" });
    expect(asked({ way: "at", from: "20:42" }), "a time that is over").toEqual({ fault: "past" });
  });
});
