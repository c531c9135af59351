import type { QueueRequest } from "@/lib/host";
import { parseClock } from "./clock-time";

/** When listings are to go out, as the dialog asks for it. */
export interface Wish {
  way: "between" | "at" | "now";
  /** Days from today. */
  day: number;
  from: string;
  until: string;
  /** The account's name; null: the one that is used where nobody named one. */
  account: string | null;
}

/** What of a wish cannot be read. */
export type WishFault = "from" | "until" | "past";

/** The engine's request for a wish, by the wall clock of this machine; or what is wrong with it. */
export function requestOf(
  wish: Wish,
  draft_ids: string[],
  now: Date,
): { request: QueueRequest } | { fault: WishFault } {
  const base: QueueRequest = { draft_ids, live: true, at: null, between: null, account: wish.account };
  if (wish.way === "now") return { request: base };
  const from = parseClock(wish.from);
  if (from === null) return { fault: "from" };
  const start = moment(now, wish.day, from);
  if (wish.way === "at") return start <= now ? { fault: "past" } : { request: { ...base, at: spoken(start) } };
  const until = parseClock(wish.until);
  if (until === null) return { fault: "until" };
  // From 22 until 1: the night.
  const end = moment(now, wish.day + (until <= from ? 1 : 0), until);
  return end <= now ? { fault: "past" } : { request: { ...base, between: [spoken(start), spoken(end)] } };
}

function moment(now: Date, days: number, clock: string): Date {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour, minute);
}

/** `2026-11-21 19:30`: the wall clock, so that the engine keeps it when the clocks change. */
export function spoken(at: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
