import { describe, expect, it } from "vitest";
import { daysAhead, fileName, hour, money, moment, parsePrice, priceText, secondsLeft } from "./format";

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("money", () => {
  it("shows cents only where there are some", () => {
    expect(plain(money(2800, "EUR", "fr")), "whole euros have no decimals").toBe("28 €");
    expect(plain(money(2850, "EUR", "fr")), "cents are shown to two digits").toBe("28,50 €");
    expect(money(2800, "GBP", "en"), "English puts the sign first").toBe("£28");
  });

  it.each([
    ["28", 2800],
    ["28,5", 2850],
    ["28.50 €", 2850],
    ["1 200", 120000],
    ["", null],
    ["abc", undefined],
    ["12,345", undefined],
    ["-3", undefined],
  ])("reads %j as %j", (typed, minor) => {
    expect(parsePrice(typed), "a price is read as typed, never guessed").toBe(minor);
  });

  it("reads back what it shows", () => {
    for (const minor of [0, 5, 100, 1999, 3000000]) {
      expect(parsePrice(priceText(minor, "fr")), `${minor} survives the field`).toBe(minor);
      expect(parsePrice(priceText(minor, "en")), `${minor} survives the field in English`).toBe(minor);
    }
  });
});

describe("time left", () => {
  it("follows the pace so far", () => {
    expect(secondsLeft(10, 30, 5000), "ten in five seconds: twenty more take ten").toBe(10);
    expect(secondsLeft(1, 30, 5000), "one file tells too little").toBeNull();
    expect(secondsLeft(10, 30, 200), "nor does a fifth of a second").toBeNull();
    expect(secondsLeft(30, 30, 5000), "nothing is left at the end").toBeNull();
  });
});

describe("moment", () => {
  it("names the day only when it is another", () => {
    const now = new Date(2026, 10, 20, 21, 0);
    expect(moment(new Date(2026, 10, 20, 9, 5), "fr", now), "today is the time alone").toBe("09:05");
    expect(moment(new Date(2026, 10, 21, 9, 5), "fr", now), "tomorrow has its day").toMatch(/sam.*21.*nov.*09:05/);
  });
});

it("says an hour as people do, and counts days by the wall clock", () => {
  expect(plain(hour(new Date(2026, 10, 20, 19, 0), "fr")), "a full hour").toBe("19 h");
  expect(plain(hour(new Date(2026, 10, 20, 9, 5), "fr")), "with minutes").toBe("9 h 05");
  expect(hour(new Date(2026, 10, 20, 19, 0), "en"), "in English").toBe("19:00");
  const night = new Date(2026, 10, 20, 23, 50);
  expect(daysAhead(new Date(2026, 10, 21, 0, 10), night), "twenty minutes later is tomorrow").toBe(1);
  expect(daysAhead(new Date(2026, 10, 20, 0, 10), night), "the same day").toBe(0);
});

it("takes the last part of a path on any system", () => {
  expect(fileName("/home/ana/IMG 1.HEIC"), "slashes").toBe("IMG 1.HEIC");
  expect(fileName("C:\\Users\\Ana\\b.jpg"), "backslashes").toBe("b.jpg");
});
