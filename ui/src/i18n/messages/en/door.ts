import type { Shape } from "../../shape";
import type { door as source } from "../fr/door";

export const door = {
  title: "Open Studio in this tab",
  text: "Paste the token that studio serve shows in its terminal. It opens this tab alone, for 12 hours.",
  token: "Token",
  open: "Open",
  wrong: "This is not the token of this server.",
  goneTitle: "Studio does not answer",
  goneText: "Start studio serve --page again, then try again. What is shown here stays.",
  stillGone: "Studio still does not answer.",
} as const satisfies Shape<typeof source>;
