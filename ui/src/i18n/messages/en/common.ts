import type { Shape } from "../../shape";
import type { common as source } from "../fr/common";

export const common = {
  sitePrice: "The site suggests {{min}} to {{max}}.",
  sitePriceOne: "The site suggests {{price}}.",
  app: "VintedBot Studio",
  undo: "Undo",
  cancel: "Cancel",
  close: "Close",
  retry: "Try again",
  stop: "Stop",
  loading: "Loading",
  showMore: "Details",
  practiceBand: "Practice: nothing goes to Vinted",
  practiceBandAction: "Switch to a real account",
  photos_one: "{{count}} photo",
  photos_other: "{{count}} photos",
  secondsLeft: "{{seconds}} s left",
  minutesLeft: "{{minutes}} min {{seconds}} s left",
  hoursLeft: "{{hours}} h {{minutes}} min left",
  estimating: "estimating the time left",
  skipToContent: "Skip to content",
} as const satisfies Shape<typeof source>;
