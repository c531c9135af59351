import type { Shape } from "../../shape";
import type { history as source } from "../fr/history";

export const history = {
  open: "Versions",
  title: "Versions of the draft",
  note: "The last 40 versions are kept. Going back adds one; nothing is lost.",
  present: "Now",
  revert: "Go back to this version",
  revertTo: "Go back to this version: {{time}}",
  reverted: "“{{title}}”: back to the version of {{time}}",
  nothing: "nothing",
  reordered: "another order",
  gone: "Removed",
  come: "Added",
  causes: {
    made: "Made",
    edit: "Edited",
    photos: "Photos changed",
    filled: "Filled from the photos",
    bulk: "Changed with others",
    undone: "Change undone",
    restored: "Version brought back",
  },
} as const satisfies Shape<typeof source>;
