import type { ReactNode } from "react";
import css from "./Pill.module.css";

/** Tone of a pill: `you` (your move), `ok`, `bad`, `active` (selected or running), `plain`. Never the only sign. */
export type Tone = "you" | "ok" | "bad" | "active" | "plain";

/** A small state: icon and words. */
export function Pill({ tone, icon, children }: { tone: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span className={css.pill} data-tone={tone}>
      {icon}
      {children}
    </span>
  );
}
