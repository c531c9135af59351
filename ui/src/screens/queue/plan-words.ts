import type { TFunction } from "i18next";
import { daysAhead } from "@/lib/format/format";
import type { PlanView } from "@/lib/host";

/** How times are said in the window's language. */
interface Times {
  hour: (at: string) => string;
  day: (at: string) => string;
}

/** Days that are said one by one; beyond them the end is enough. */
const said = 3;

/** A plan in one sentence: "22 ce soir, les 6 dernières demain dès 19 h". */
export function planSentence(plan: PlanView, t: TFunction, times: Times, now = new Date()): string {
  const [first, ...rest] = plan.days;
  const last = rest.at(-1);
  if (!first) return "";
  const when = (at: string) => dayWords(at, t, times, now);
  if (!last) {
    return first.count === 1
      ? t("queue.plan.single", { when: when(first.first), at: times.hour(first.first) })
      : t("queue.plan.oneDay", {
          count: first.count,
          when: when(first.first),
          from: times.hour(first.first),
          until: times.hour(first.last),
        });
  }
  const opening = t("queue.plan.first", { count: first.count, when: when(first.first) });
  if (rest.length >= said) {
    const others = rest.reduce((sum, day) => sum + day.count, 0);
    return [opening, t("queue.plan.others", { count: others, when: when(last.last) })].join(", ");
  }
  const middle = rest
    .slice(0, -1)
    .map((day) => t("queue.plan.middle", { count: day.count, when: when(day.first), from: times.hour(day.first) }));
  const ending = t("queue.plan.last", { count: last.count, when: when(last.first), from: times.hour(last.first) });
  return [opening, ...middle, ending].join(", ");
}

/** "ce soir", "demain", "samedi 21 novembre". */
export function dayWords(at: string, t: TFunction, times: Times, now = new Date()): string {
  const ahead = daysAhead(at, now);
  if (ahead === 0) return t(new Date(at).getHours() >= 18 ? "queue.when.evening" : "queue.when.today");
  return ahead === 1 ? t("queue.when.tomorrow") : times.day(at);
}
