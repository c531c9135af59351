import { expect, it } from "vitest";
import { parseClock } from "./clock-time";

it.each([
  ["19", "19:00"],
  ["19h", "19:00"],
  ["19 h 30", "19:30"],
  ["9:05", "09:05"],
  ["7.30 pm", "19:30"],
  ["12 am", "00:00"],
  ["24", null],
  ["19:75", null],
  ["13 pm", null],
  ["ce soir", null],
  ["", null],
])("reads %j as %j", (typed, read) => {
  expect(parseClock(typed), "a time is read as typed, never guessed").toBe(read);
});
