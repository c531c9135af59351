import type { Shape } from "../../shape";
import type { start as source } from "../fr/start";

export const start = {
  title: "Welcome",
  slogan: "From evening photos to listings that are ready.",
  sloganText:
    "Photograph everything in one go. The app sorts by time taken, helps to fill the drafts, and publishes only on your word.",
  steps: "Steps",
  step: { account: "Account", photos: "Photos" },
  question: "Where to begin?",
  later: "You can change this at any time in Settings.",
  practice: "Practise first",
  advised: "Advised",
  practiceText: "A pretend marketplace runs on this computer, with the same fields and the same refusals.",
  practiceSafe: "Nothing goes to the Internet",
  practiceKeeps: "The same way as with a real account, from the drop to the listing",
  real: "Link my Vinted account",
  realText: "You log in in a real browser; the app never sees your password.",
  continuePractice: "Continue with practice",
  continueReal: "Continue with my account",
  skip: "Skip this step",
  photosTitle: "Drop your photos",
  photosText: "Files or folders, anywhere in the window. Or try with sample photos.",
  useSamples_one: "Try with a sample photo",
  useSamples_other: "Try with {{count}} sample photos",
  choose: "Choose my photos",
  language: "Language",
} as const satisfies Shape<typeof source>;
