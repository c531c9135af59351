// What crosses between the page and the engine, in the shapes of the contract.

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

export type Code =
  | "not_an_image"
  | "unsupported_format"
  | "file_too_large"
  | "image_too_large"
  | "corrupt_image"
  | "decode_limit"
  | "file_unreadable"
  | "too_many_files"
  | "not_found"
  | "invalid_field"
  | "title_too_long"
  | "title_form"
  | "description_lines"
  | "hashtags_invalid"
  | "emoji_found"
  | "marketing_phrase"
  | "superlative_found"
  | "missing_title"
  | "missing_description"
  | "missing_brand"
  | "missing_size"
  | "missing_condition"
  | "missing_category"
  | "missing_price"
  | "price_order"
  | "price_out_of_bounds"
  | "missing_photos"
  | "too_many_photos"
  | "too_many_colors"
  | "too_many_materials"
  | "description_too_long"
  | "unknown_category"
  | "ambiguous_category"
  | "unknown_color"
  | "unknown_material"
  | "draft_changed"
  | "already_published"
  | "not_ready"
  | "session_missing"
  | "session_expired"
  | "wrong_account"
  | "vault_unavailable"
  | "vault_key_lost"
  | "captcha_or_verification"
  | "field_not_found"
  | "form_changed"
  | "token_expired"
  | "token_invalid"
  | "token_used"
  | "duplicate_publish"
  | "site_refused"
  | "outcome_unknown"
  | "readback_mismatch"
  | "readback_unavailable"
  | "under_review"
  | "photo_upload_failed"
  | "rate_limited"
  | "site_unreachable"
  | "site_error"
  | "browser_not_found"
  | "browser_crashed"
  | "no_display"
  | "storage_full"
  | "storage_unavailable"
  | "data_newer"
  | "illegal_transition"
  | "not_available"
  | "cancelled"
  | "internal";

export interface Failure {
  code: Code;
  message: string;
  details: JsonValue;
  retry_at?: string | null;
}

export type Grouping = "auto" | "one" | "none";

export interface PhotoView {
  id: string;
  sha256: string;
  filename: string;
  url: string;
  thumb_url: string;
  width: number;
  height: number;
  mime: string;
  order_index: number;
}

export interface DraftView {
  id: string;
  title: string;
  description: string;
  price_min_cents: number | null;
  price_target_cents: number | null;
  price_max_cents: number | null;
  currency: string;
  brand: string | null;
  size: string;
  condition: string | null;
  category: string | null;
  color: string | null;
  material: string | null;
  package_size: string | null;
  photos: PhotoView[];
  flags: { publish_ready: boolean };
  missing_fields: string[];
  warnings: string[];
  confidence: number | null;
  status: string;
  listing_url: string | null;
  unknown_outcome: boolean;
  revision: number;
  created_at: string;
  updated_at: string;
}

export interface DraftChange {
  key: string;
  value: JsonValue;
}

export interface DraftFilter {
  ready: boolean;
  search: string;
}

export interface DraftList {
  drafts: DraftView[];
}

export interface GateView {
  code: Code;
  ok: boolean;
  warning: boolean;
  field: string;
  facts: JsonValue;
  repair: DraftChange[];
}

export interface DraftCheck {
  publish_ready: boolean;
  missing_fields: string[];
  warnings: string[];
  gates: GateView[];
}

export interface RejectedFile {
  path: string;
  code: Code;
  message: string;
}

export interface ImportCounts {
  total: number;
  stored: number;
  duplicates: number;
}

export interface ImportResult {
  drafts: DraftView[];
  rejected: RejectedFile[];
  photos: ImportCounts;
  stopped: boolean;
  groups: PhotoGroupView[];
}

export interface PhotoGroupView {
  draft_id: string;
  reason: string;
  seconds: number | null;
  confidence: number;
}

export interface ImportedPhoto {
  id: string;
  filename: string;
  thumb_url: string;
  duplicate: boolean;
}

export interface ImportProgress {
  import_id: string;
  total: number;
  done: number;
  photo: ImportedPhoto | null;
  rejected: RejectedFile | null;
}

export interface JobView {
  id: string;
  item_id: string;
  title: string;
  thumb_url: string | null;
  price_cents: number | null;
  currency: string;
  planned_at: string;
  status: string;
  mode: string;
  live: boolean;
  attempt: number;
  created_at: string;
  updated_at: string;
  duration_ms: number | null;
  last_error: string | null;
  listing_url: string | null;
}

export interface JobList {
  jobs: JobView[];
}

export interface QueueRequest {
  draft_ids: string[];
  live: boolean;
  at: string | null;
  between: [string, string] | null;
}

export interface FieldView {
  state: string;
  value: string | null;
  reason: string | null;
}

export interface PrepareView {
  draft_id: string;
  confirm_token: string | null;
  expires_at: string | null;
  preview_url: string | null;
  fields: { [key: string]: FieldView };
  field_order: string[];
  needs_manual: boolean;
  reason: string | null;
  warnings: string[];
  account: string | null;
  price_cents: number | null;
  currency: string;
  publishable: boolean;
}

export interface ReadbackView {
  sent: string | null;
  stored: string | null;
  same: boolean;
}

export interface PublishView {
  dry_run: boolean;
  listing_id: string | null;
  listing_url: string | null;
  needs_manual: boolean;
  reason: string | null;
  readback: { [key: string]: ReadbackView };
  warnings: string[];
  replayed: boolean;
}

export type Resolution = { outcome: "published"; listing_id: string } | { outcome: "not_published" };

export interface SessionView {
  authenticated: boolean;
  username: string | null;
  user_id: string | null;
}

export interface AccountView {
  id: string;
  name: string;
  site_url: string;
  username: string | null;
  has_session: boolean;
  checked_at: string | null;
}

export interface SettingsView {
  settings: { [key: string]: JsonValue };
}

export interface AboutView {
  version: string;
  practice: boolean;
  site_url: string;
  data_dir: string;
  components: { [key: string]: string };
}

export interface DoctorReport {
  checks: { name: string; ok: boolean; detail: string }[];
}

export type Event =
  | { type: "import"; progress: ImportProgress }
  | { type: "draft_changed"; id: string }
  | { type: "job_update"; job: JobView }
  | { type: "job_log"; job_id: string; line: string }
  | { type: "step"; draft_id: string; code: string }
  | { type: "session_changed"; account: string };

export interface Vocabulary {
  colors: TermView[];
  materials: TermView[];
  conditions: TermView[];
  package_sizes: TermView[];
  categories: CategoryView[];
  brands: string[];
}

export interface TermView {
  value: string;
  fr: string;
  en: string;
  hex: string | null;
}

export interface CategoryView {
  path: string;
  path_en: string | null;
  sized: boolean;
}
