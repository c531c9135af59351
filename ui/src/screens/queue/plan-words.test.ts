import { expect, it } from "vitest";
import { i18next } from "@/i18n";
import { day, hour } from "@/lib/format/format";
import type { PlanView } from "@/lib/host";
import { planSentence } from "./plan-words";

const now = new Date(2026, 10, 20, 18, 30);
const at = (date: number, hours: number, minutes = 0) => new Date(2026, 10, date, hours, minutes).toISOString();
const times = { hour: (time: string) => hour(time, "fr"), day: (time: string) => day(time, "fr") };

function sentence(...days: [count: number, first: string, last: string][]): string {
  const plan = { days: days.map(([count, first, last]) => ({ date: first.slice(0, 10), count, first, last })) };
  return planSentence(plan as PlanView, i18next.t, times, now).replace(/[\u00a0\u202f]/g, " ");
}

it("says a plan before it starts", () => {
  expect(sentence([28, at(20, 19), at(20, 21, 55)]), "all in one evening").toBe("28 ce soir, de 19 h à 21 h 55");
  expect(sentence([22, at(20, 19), at(20, 22)], [6, at(21, 19), at(21, 19, 40)]), "two evenings").toBe(
    "22 ce soir, les 6 dernières demain dès 19 h",
  );
  expect(sentence([1, at(23, 8, 30), at(23, 8, 30)]), "a single one").toBe("lundi 23 novembre à 8 h 30");
  expect(
    sentence([10, at(20, 9), at(20, 10)], [10, at(21, 9), at(21, 10)], [1, at(22, 9), at(22, 9)]),
    "three days, by day",
  ).toBe("10 aujourd’hui, 10 demain dès 9 h, la dernière dimanche 22 novembre à 9 h");
  expect(
    sentence(
      [30, at(20, 19), at(20, 22)],
      [30, at(21, 19), at(21, 22)],
      [30, at(22, 19), at(22, 22)],
      [5, at(23, 19), at(23, 20)],
    ),
    "more days end with the last",
  ).toBe("30 ce soir, puis 65 jusqu’à lundi 23 novembre");
});
