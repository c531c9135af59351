import type { Shape } from "../../shape";
import type { palette as source } from "../fr/palette";

export const palette = {
  open: "Search",
  label: "Screen, draft or command",
  placeholder: "Screen, draft, command…",
  screens: "Screens",
  commands: "Commands",
  drafts: "Drafts",
  nothing: "Nothing for “{{search}}”",
  pause: "Pause the queue",
  resume: "Resume the queue",
  light: "Light theme",
  dark: "Dark theme",
  system: "The system’s theme",
  french: "Français",
  english: "English",
  report: "Report a problem",
  quit: "Quit VintedBot Studio",
  settings: "Settings: {{section}}",
} as const satisfies Shape<typeof source>;
