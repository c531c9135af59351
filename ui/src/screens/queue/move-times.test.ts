import { expect, it } from "vitest";
import { sameTimeOn, timeBetween } from "./move-times";

const now = new Date("2026-11-20T20:42:30Z");
const at = (clock: string) => `2026-11-20T${clock}:00Z`;

it("puts a job between two others, or a little before or after one", () => {
  expect(timeBetween(at("21:00"), at("21:20"), now)).toEqual(new Date(at("21:10")));
  expect(timeBetween(null, at("21:20"), now), "before the first").toEqual(new Date(at("21:13")));
  expect(timeBetween(at("21:20"), null, now), "after the last").toEqual(new Date(at("21:27")));
});

it("plans nothing for the past", () => {
  expect(timeBetween(null, at("20:44"), now)).toEqual(new Date(at("20:44")));
  expect(timeBetween(at("20:10"), at("20:20"), now)).toEqual(new Date(at("20:44")));
  expect(sameTimeOn("2026-11-25T10:00:00Z", 0, now) > now, "this morning is over").toBe(true);
});

it("keeps the time of day on another day", () => {
  const planned = "2026-11-20T21:30:00Z";
  expect(sameTimeOn(planned, 2, now).toISOString()).toBe("2026-11-22T21:30:00.000Z");
});
