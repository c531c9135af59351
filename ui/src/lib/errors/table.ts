import type { Code } from "@/lib/host";

/** How a code is shown: `you` (amber: the person's move), `bad` (red: it failed), `note` (worth knowing). */
export type Severity = "you" | "bad" | "note";

/** What the person can do about it from where it is shown. */
export type Remedy = "edit" | "retry" | "log_in" | "browser" | "settle" | "queue" | "none";

interface Row {
  severity: Severity;
  remedy: Remedy;
}

const you = (remedy: Remedy): Row => ({ severity: "you", remedy });
const bad = (remedy: Remedy): Row => ({ severity: "bad", remedy });
const note = (remedy: Remedy): Row => ({ severity: "note", remedy });

/** Every code of the contract; its texts are the messages `codes.<code>`. A code without a row fails the type check. */
export const errorTable: Record<Code, Row> = {
  not_an_image: bad("none"),
  unsupported_format: bad("none"),
  file_too_large: bad("none"),
  image_too_large: bad("none"),
  corrupt_image: bad("none"),
  decode_limit: bad("none"),
  isolation_unavailable: bad("none"),
  file_unreadable: bad("none"),
  too_many_files: bad("none"),
  not_found: bad("none"),
  invalid_field: you("edit"),
  title_too_long: you("edit"),
  title_form: you("edit"),
  description_lines: you("edit"),
  hashtags_invalid: you("edit"),
  emoji_found: you("edit"),
  marketing_phrase: you("edit"),
  superlative_found: you("edit"),
  missing_title: you("edit"),
  missing_description: you("edit"),
  missing_brand: you("edit"),
  missing_size: you("edit"),
  missing_condition: you("edit"),
  missing_category: you("edit"),
  missing_price: you("edit"),
  price_order: you("edit"),
  price_out_of_bounds: you("edit"),
  missing_photos: you("edit"),
  too_many_photos: note("edit"),
  too_many_colors: you("edit"),
  too_many_materials: you("edit"),
  description_too_long: note("edit"),
  unknown_category: note("edit"),
  ambiguous_category: note("edit"),
  unknown_color: note("edit"),
  unknown_material: note("edit"),
  draft_changed: you("retry"),
  already_published: note("none"),
  not_ready: you("edit"),
  session_missing: you("log_in"),
  session_expired: you("log_in"),
  wrong_account: you("log_in"),
  vault_unavailable: bad("retry"),
  vault_key_lost: you("log_in"),
  captcha_or_verification: you("browser"),
  field_not_found: bad("retry"),
  form_changed: you("retry"),
  token_expired: you("retry"),
  token_invalid: you("retry"),
  token_used: note("queue"),
  duplicate_publish: note("queue"),
  site_refused: bad("edit"),
  outcome_unknown: you("settle"),
  readback_mismatch: note("none"),
  readback_unavailable: note("none"),
  under_review: note("none"),
  photo_upload_failed: bad("edit"),
  rate_limited: note("retry"),
  site_unreachable: note("retry"),
  site_error: bad("retry"),
  model_not_set: you("none"),
  model_consent_missing: you("none"),
  model_unreachable: note("retry"),
  model_key_refused: you("none"),
  model_refused: bad("none"),
  model_busy: note("retry"),
  model_answer_invalid: bad("retry"),
  model_budget_reached: you("none"),
  browser_not_found: you("retry"),
  browser_too_old: you("retry"),
  browser_not_started: you("retry"),
  browser_crashed: bad("retry"),
  download_failed: note("retry"),
  download_refused: bad("none"),
  no_display: bad("none"),
  storage_full: you("retry"),
  storage_unavailable: bad("retry"),
  data_newer: bad("none"),
  illegal_transition: note("none"),
  not_available: note("none"),
  cancelled: note("retry"),
  internal: bad("retry"),
};

/** True for a code of the contract; other texts may come from a newer engine. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(errorTable, text);
}

/** The row of a code; one that this page does not know counts as unforeseen. */
export function rowOf(code: string): { code: Code } & Row {
  return isCode(code) ? { code, ...errorTable[code] } : { code: "internal", ...errorTable.internal };
}
