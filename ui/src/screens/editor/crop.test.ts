import { expect, it } from "vitest";
import { partOf } from "./crop";

const photo = { width: 1200, height: 1600 };

it("turns a frame into whole pixels of the photo", () => {
  expect(partOf({ x: 25, y: 10, width: 50, height: 80 }, photo), "a part").toEqual({
    left: 300,
    top: 160,
    width: 600,
    height: 1280,
  });
  expect(partOf({ x: 66.67, y: 0, width: 33.34, height: 100.01 }, photo), "never beyond its edges").toEqual({
    left: 800,
    top: 0,
    width: 400,
    height: 1600,
  });
  expect(partOf({ x: 10, y: 10, width: 1, height: 50 }, photo), "a sliver is no photo").toBeNull();
});
