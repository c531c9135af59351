import type { Shape } from "../../shape";
import type { fr } from "../fr";
import { backup } from "./backup";
import { close } from "./close";
import { codes } from "./codes";
import { common } from "./common";
import { door } from "./door";
import { drafts } from "./drafts";
import { editor } from "./editor";
import { errors } from "./errors";
import { fill } from "./fill";
import { gates } from "./gates";
import { history } from "./history";
import { log } from "./log";
import { nav } from "./nav";
import { phone } from "./phone";
import { palette } from "./palette";
import { photos } from "./photos";
import { piles } from "./piles";
import { queue } from "./queue";
import { review } from "./review";
import { settings } from "./settings";
import { start } from "./start";

/** English; a missing or surplus key fails the type check. */
export const en = {
  backup,
  close,
  codes,
  common,
  door,
  drafts,
  editor,
  errors,
  fill,
  gates,
  history,
  log,
  nav,
  phone,
  palette,
  photos,
  piles,
  queue,
  review,
  settings,
  start,
} as const satisfies Shape<typeof fr>;
