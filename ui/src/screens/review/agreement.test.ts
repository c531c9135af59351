import { expect, it } from "vitest";
import type { CandidateView, SentView } from "@/lib/host";
import { agreement } from "./agreement";

const sent: SentView = {
  title: "Robe droite COS 38 – Bon état",
  price_cents: 2600,
  currency: "EUR",
  photos: 2,
  at: "2026-11-20T20:38:00Z",
  by_hand: false,
};
const item = (more: Partial<CandidateView>): CandidateView => ({
  listing_id: "1",
  url: "",
  title: sent.title,
  price_cents: 2600,
  photos: 2,
  created_at: null,
  hidden: false,
  fits: true,
  ...more,
});

it("compares an own item with what was sent", () => {
  expect(agreement(sent, item({})), "all alike").toEqual({ title: "same", price: "same", photos: "same" });
  expect(agreement(sent, item({ title: "Robe  droite COS 38\u00a0– Bon état" })).title, "spaces do not count").toBe(
    "same",
  );
  expect(agreement(sent, item({ price_cents: 0 })).price, "a price stored as 0 is another").toBe("different");
  expect(agreement(sent, item({ photos: null })).photos, "what the site does not say is no verdict").toBe("untold");
});
