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

/** French, the source language: its keys are the keys. */
export const fr = {
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
} as const;
