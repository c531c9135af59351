import type { Shape } from "../../shape";
import type { nav as source } from "../fr/nav";

export const nav = {
  label: "Screens",
  prepare: "Prepare",
  publish: "Publish",
  photos: "Photos",
  drafts: "Drafts",
  review: "Review",
  queue: "Queue",
  log: "Log",
  settings: "Settings",
  needsYou: "for you",
  accountPractice: "Practice",
  accountPracticeDetail: "Pretend marketplace",
  accountNone: "No account",
  accountNoneDetail: "To be linked",
  sessionValid: "Session valid",
  sessionUnknown: "Session to be checked",
} as const satisfies Shape<typeof source>;
