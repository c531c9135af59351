import type { Shape } from "../../shape";
import type { errors as source } from "../fr/errors";

export const errors = {
  retryAt: "Another try is possible {{time}}.",
  incident: "Reference: {{incident}}.",
  startFailed: "The app cannot start",
  loadFailed: "This screen cannot be shown",
} as const satisfies Shape<typeof source>;
