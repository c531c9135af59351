import type { Shape } from "../../shape";
import type { door as source } from "../fr/door";

export const door = {
  title: "Open Studio in this tab",
  text: "Paste the link that studio serve --page shows in its terminal. It opens one tab, within ten minutes. Used, or too old? Start studio serve --page again: it shows another.",
  link: "Link",
  open: "Open",
  wrong: "This link opens nothing here: used, too old, or of another server.",
  often: "Too many tries. Wait a minute, then try again.",
  goneTitle: "Studio does not answer",
  goneText: "Start studio serve --page again, then try again. What is shown here stays.",
  stillGone: "Studio still does not answer.",
  window: "In the app’s window",
  phone:
    "Letting a phone in and the switch of the local API are in the window, or in a terminal: studio serve --phone.",
  backup:
    "Keeping everything in a file and taking it back are in the window, or in a terminal: studio export, studio restore.",
  practises: "This server practises. For your real account, start it again without --practice.",
  real: "This server works on your account. To practise, start it again with --practice.",
} as const satisfies Shape<typeof source>;
