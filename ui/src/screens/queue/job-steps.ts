import type { JobLine } from "./useJobLog";

/** The steps of a job, in their order. */
export const steps = ["form", "checked", "pressed", "listed"] as const;
export type JobStep = (typeof steps)[number];
export type StepState = "done" | "running" | "stopped" | "ahead";

/** Beginnings of the lines that the engine writes as a step begins or is done. */
const begins: readonly [string, JobStep][] = [
  ["prepare: filling the form", "form"],
  ["publish: pressing the button", "pressed"],
];

/** How far a job has come: the newest run in its log counts. A dry run ends with its form checked. */
export function stepsOf(lines: readonly JobLine[], status: string, live: boolean): Map<JobStep, StepState> {
  const run = lines.slice(lines.findLastIndex(({ text }) => text.startsWith("prepare: filling the form")));
  const told = (beginning: string) => run.some(({ text }) => text.startsWith(beginning));
  const begun = begins.filter(([beginning]) => told(beginning)).map(([, step]) => step);
  const checked = run.some(({ text }) => /^prepare: \d+ fields read back/.test(text));
  const shown = live ? steps : steps.slice(0, 2);
  const reached = begun.includes("pressed") ? 2 : checked ? (live ? 2 : 1) : begun.includes("form") ? 0 : -1;
  return new Map(
    shown.map((step, place): [JobStep, StepState] => {
      if (status === "success") return [step, "done"];
      if (place < reached || (step === "checked" && checked)) return [step, "done"];
      if (place > reached || (step === "pressed" && !begun.includes("pressed"))) return [step, "ahead"];
      return [step, status === "running" ? "running" : "stopped"];
    }),
  );
}

/** Pictures that the log names, `/previews/….png`, oldest first, each once. */
export function picturesOf(lines: readonly JobLine[]): string[] {
  const found = lines.flatMap(({ text }) => /^picture: (\/previews\/[\w.-]+)$/.exec(text)?.[1] ?? []);
  return [...new Set(found)];
}
