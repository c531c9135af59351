import type { Shape } from "../../shape";
import type { close as source } from "../fr/close";

export const close = {
  title: "Quit, or go on without the window?",
  waiting_one: "{{count}} listing waits in the queue. It goes out only while the app is open.",
  waiting_other: "{{count}} listings wait in the queue. They go out only while the app is open.",
  nothing: "This desktop has no tray: minimised, the window stays in the task bar.",
  quit: "Quit",
  minimise: "Minimise the window",
} as const satisfies Shape<typeof source>;
