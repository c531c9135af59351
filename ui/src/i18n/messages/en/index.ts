import type { Shape } from "../../shape";
import type { fr } from "../fr";
import { backup } from "./backup";
import { codes } from "./codes";
import { common } from "./common";
import { drafts } from "./drafts";
import { editor } from "./editor";
import { errors } from "./errors";
import { fill } from "./fill";
import { gates } from "./gates";
import { nav } from "./nav";
import { phone } from "./phone";
import { photos } from "./photos";
import { queue } from "./queue";
import { review } from "./review";
import { settings } from "./settings";
import { start } from "./start";

/** English; a missing or surplus key fails the type check. */
export const en = {
  backup,
  codes,
  common,
  drafts,
  editor,
  errors,
  fill,
  gates,
  nav,
  phone,
  photos,
  queue,
  review,
  settings,
  start,
} as const satisfies Shape<typeof fr>;
