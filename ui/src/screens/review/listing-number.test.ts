import { expect, it } from "vitest";
import { listingNumber } from "./SettleUnknown";

it("takes the number of a listing out of what a person pastes", () => {
  expect(listingNumber(" 5012345678 "), "the number itself").toBe("5012345678");
  expect(listingNumber("https://www.vinted.fr/items/5012345678-robe?ref=x"), "its address").toBe("5012345678");
  expect(listingNumber("https://www.vinted.fr/member/42"), "a seller is no listing").toBeNull();
  expect(listingNumber("robe bleue"), "words are no listing").toBeNull();
});
