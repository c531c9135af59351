import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { keys } from "@/lib/data/queries";
import type { PrepareView, PublishView } from "@/lib/host";
import { FakeHost } from "@/lib/host/fake";
import { FormRuns } from "./run-store";

const prepared: PrepareView = {
  draft_id: "d",
  confirm_token: "token",
  expires_at: null,
  preview_url: null,
  fields: {},
  field_order: [],
  needs_manual: false,
  reason: null,
  warnings: [],
  account: null,
  price_cents: 4200,
  currency: "EUR",
  publishable: true,
};

const answered: PublishView = {
  dry_run: false,
  listing_id: "1",
  listing_url: "http://127.0.0.1/items/1",
  needs_manual: false,
  reason: null,
  readback: {},
  warnings: [],
  replayed: false,
};

async function filled() {
  const host = new FakeHost({ replies: { prepare: { value: prepared } } });
  const runs = new FormRuns(host, new QueryClient());
  await runs.prepare("d", 3, null);
  return { host, runs };
}

describe("the two steps", () => {
  it("publish once, with the token of the filled form", async () => {
    const { host, runs } = await filled();
    host.reply("publish", { value: answered });
    await Promise.all([runs.publish("d", true), runs.publish("d", true)]);
    const calls = host.calls.filter((call) => call.command === "publish");
    expect(
      calls.map((call) => call.args),
      "a double click publishes once",
    ).toEqual([["token", true]]);
    expect(runs.of("d").published?.listing_id, "and shows the listing").toBe("1");
  });

  it("keep the filled form after a dry run", async () => {
    const { host, runs } = await filled();
    host.reply("publish", { value: { ...answered, dry_run: true, listing_id: null, listing_url: null } });
    await runs.publish("d", false);
    expect(runs.of("d").tried, "the dry run is said").toBe(true);
    expect(runs.of("d").prepared?.confirm_token, "the review stays valid").toBe("token");
    expect(runs.of("d").published, "nothing is said to be published").toBeNull();
  });

  it("let the token go after a refused publish, so that nobody presses twice", async () => {
    const { host, runs } = await filled();
    host.reply("publish", { failure: { code: "outcome_unknown", message: "", details: null } });
    await runs.publish("d", true);
    expect(runs.of("d").prepared, "the form must be filled anew").toBeNull();
    expect(runs.of("d").failure?.code, "and why is said").toBe("outcome_unknown");
  });

  it("read the draft and the evidence anew where nobody knows what became of it", async () => {
    const host = new FakeHost({ replies: { prepare: { value: prepared } } });
    const cache = new QueryClient();
    const runs = new FormRuns(host, cache);
    await runs.prepare("d", 3, null);
    const unknown = { failure: { code: "outcome_unknown", message: "", details: null } } as const;
    const stale = () => [keys.draft("d"), keys.evidence("d")].map((key) => cache.getQueryState(key)?.isInvalidated);
    const read = () => [keys.draft("d"), keys.evidence("d")].forEach((key) => cache.setQueryData(key, {}));
    read();
    host.reply("publish", unknown);
    await runs.publish("d", true);
    expect(stale()).toEqual([true, true]);
    read();
    host.reply("resolvePublish", unknown);
    await expect(runs.resolve("d", { outcome: "not_published" })).rejects.toThrow();
    expect(stale()).toEqual([true, true]);
    expect(runs.of("d").failure?.code).toBe("outcome_unknown");
  });

  it("keep the filled form when the person did not press the site's button", async () => {
    const { host, runs } = await filled();
    host.reply("publishByHand", { failure: { code: "cancelled", message: "", details: null } });
    await runs.publishByHand("d");
    expect(runs.of("d").prepared?.confirm_token, "nothing left, so the review holds").toBe("token");
    host.reply("publishByHand", { failure: { code: "outcome_unknown", message: "", details: null } });
    await runs.publishByHand("d");
    expect(runs.of("d").prepared, "after a press whose answer was lost it does not").toBeNull();
  });

  it("show the listing that a person published by hand", async () => {
    const { host, runs } = await filled();
    host.reply("publishByHand", { value: answered });
    await Promise.all([runs.publishByHand("d"), runs.publish("d", true)]);
    expect(runs.of("d").published?.listing_id, "as of any other way").toBe("1");
    expect(
      host.calls.filter((call) => call.command === "publish"),
      "and the other way is closed meanwhile",
    ).toEqual([]);
  });

  it("go on from the form that was checked afresh after a challenge", () => {
    const host = new FakeHost({});
    const runs = new FormRuns(host, new QueryClient());
    runs.take("d", prepared);
    expect(runs.of("d").prepared?.confirm_token, "its token is the one that counts").toBe("token");
  });

  it("never publish without a filled form", async () => {
    const host = new FakeHost({});
    const runs = new FormRuns(host, new QueryClient());
    await runs.publish("d", true);
    expect(host.calls, "no token, no call").toEqual([]);
  });

  it("show a challenge instead of an address", async () => {
    const { host, runs } = await filled();
    host.reply("publish", {
      value: {
        ...answered,
        listing_id: null,
        listing_url: null,
        needs_manual: true,
        reason: "captcha_or_verification",
      },
    });
    await runs.publish("d", true);
    expect(runs.of("d").published?.needs_manual, "the person is asked").toBe(true);
    expect(runs.of("d").prepared, "the used form is gone").toBeNull();
  });
});
