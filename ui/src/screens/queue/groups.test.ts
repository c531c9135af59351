import { expect, it } from "vitest";
import type { AccountView, JobView } from "@/lib/host";
import { byDay, errorCode, groupOf, jobsOf, plannedWithin } from "./groups";

it("shows what waits for the person first", () => {
  const group = (status: string) => groupOf({ status } as JobView);
  expect(group("needs_manual"), "a challenge").toBe("needsYou");
  expect(group("unknown"), "an outcome that only the person can settle").toBe("needsYou");
  expect(group("paused"), "a paused job still waits for its turn").toBe("planned");
});

it("reads the code before the sentence", () => {
  expect(errorCode("rate_limited: The site asks to wait."), "code, colon, sentence").toBe("rate_limited");
  expect(errorCode("rate_limited"), "the code alone").toBe("rate_limited");
  expect(errorCode("Something else"), "a sentence is no code").toBeNull();
  expect(errorCode(null), "nothing").toBeNull();
});

it("lists planned jobs by day, and counts what goes out soon", () => {
  const planned = (hours: number, more: Partial<JobView> = {}) =>
    ({ live: true, status: "queued", planned_at: new Date(2026, 10, 20, hours).toISOString(), ...more }) as JobView;
  const jobs = [planned(43), planned(21), planned(20), planned(20, { live: false })];
  expect(
    byDay(jobs).map((day) => day.jobs.length),
    "this evening's three, tomorrow's one",
  ).toEqual([3, 1]);
  const now = new Date(2026, 10, 20, 19, 30).getTime();
  expect(plannedWithin(jobs, 3_600_000, now), "a dry run takes nothing of the budget").toBe(1);
});

it("gives a job that names no account to the first one, and to no other", () => {
  const [first, second] = [{ name: "first" } as AccountView, { name: "second" } as AccountView];
  const jobs = [null, "first", "second"].map((account) => ({ account }) as JobView);
  const accounts = [first, second];
  expect(jobsOf(first, accounts, jobs), "its own, and the one without a name").toEqual(jobs.slice(0, 2));
  expect(jobsOf(second, accounts, jobs), "its own").toEqual(jobs.slice(2));
});
