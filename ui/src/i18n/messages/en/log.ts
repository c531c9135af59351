import type { Shape } from "../../shape";
import type { log as source } from "../fr/log";

export const log = {
  title: "Log",
  detail_one: "{{count}} line",
  detail_other: "{{count}} lines",
  search: "Text, part, value…",
  searchLabel: "Search the log",
  level: "Level",
  levels: { info: "All", warn: "Warnings", error: "Errors" },
  kinds: { trace: "Trace", debug: "Detail", info: "Information", warn: "Warning", error: "Error" },
  older: "Older lines",
  follow: "Follow new lines",
  following: "Follows new lines",
  lines: "Lines of the log",
  emptyTitle: "Nothing here",
  emptyText: "No line fits. What happens is written here as it happens.",
  report: "Report a problem",
  reportTitle: "This is the report, whole",
  reportText: "It stays on this computer: nothing is sent. Read it, then attach the file to your message.",
  taken_one: "{{count}} secret or personal detail was taken out; […] stands for it.",
  taken_other: "{{count}} secrets or personal details were taken out; […] stands for each.",
  takenNone: "It held no secret and no personal detail.",
  save: "Save the report",
  saved: "Report saved",
  reportLabel: "Text of the report",
} as const satisfies Shape<typeof source>;
