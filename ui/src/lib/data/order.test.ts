import { expect, it } from "vitest";
import type { DraftView } from "@/lib/host";
import { inOrderOfPiles } from "./order";

const made = (id: string, created_at: string) => ({ id, created_at }) as DraftView;

it("shows the newest import first, and its drafts as its piles stand", () => {
  const listed = [
    made("evening-2", "2026-11-20T20:12:01Z"),
    made("evening-1", "2026-11-20T20:12:00Z"),
    made("noon-3", "2026-11-20T12:00:02Z"),
    made("noon-2", "2026-11-20T12:00:01Z"),
    made("noon-1", "2026-11-20T12:00:00Z"),
  ];
  expect(
    inOrderOfPiles(listed).map((draft) => draft.id),
    "two imports, each in its own order",
  ).toEqual(["evening-1", "evening-2", "noon-1", "noon-2", "noon-3"]);
});
