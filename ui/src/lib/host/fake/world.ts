import type {
  AboutView,
  AccountView,
  AccountWait,
  BrowserView,
  DraftCheck,
  DraftVersion,
  DraftView,
  JobView,
  JsonValue,
  LocalApiView,
  PairedPhoneView,
  PhoneDoorView,
  OwnModelView,
  PhotoPlanView,
  LogLine,
  ProblemReport,
  SiteCheckView,
  UnfinishedImport,
  UnknownView,
  Vocabulary,
} from "../bindings";

/** What the fake host holds in memory. */
export interface World {
  about: AboutView;
  settings: Record<string, JsonValue>;
  accounts: AccountView[];
  samples: string[];
  drafts: DraftView[];
  checks: Record<string, DraftCheck>;
  /** What is proposed where a search finds nothing. */
  instead: string | null;
  /** Histories by draft, newest first. */
  versions: Record<string, DraftVersion[]>;
  /** What a return to a version (`draft@revision`) gives back. */
  earlier: Record<string, Partial<DraftView>>;
  vocabulary: Vocabulary;
  /** Brands that a search goes through. */
  brands: string[];
  /** The app's own log, oldest first. */
  log: LogLine[];
  report: ProblemReport;
  jobs: JobView[];
  queuePaused: boolean;
  /** Accounts whose jobs wait, and why. */
  waiting: AccountWait[];
  /** What is known of unknown outcomes, by draft. */
  evidence: Record<string, UnknownView>;
  unfinished: UnfinishedImport[];
  /** Runs over photos, newest first. */
  plans: PhotoPlanView[];
  browser: BrowserView;
  ownModel: OwnModelView;
  /** What a check of the site finds; null: the site does not answer. */
  siteCheck: SiteCheckView | null;
  localApi: LocalApiView;
  phoneDoor: PhoneDoorView;
  phones: PairedPhoneView[];
}

/** A fresh installation in practice mode. */
export function emptyWorld(): World {
  return {
    about: {
      version: "0.1.0",
      practice: true,
      site_url: "http://127.0.0.1:4873",
      data_dir: "/home/ana/.local/share/vintedbot-studio",
      vault: "keyring",
      components: {},
    },
    settings: { welcomed: true },
    accounts: [],
    samples: [],
    drafts: [],
    checks: {},
    instead: null,
    versions: {},
    earlier: {},
    brands: [],
    log: [],
    report: { name: "vintedbot-studio.txt", text: "", taken_out: 0 },
    vocabulary: { colors: [], materials: [], conditions: [], package_sizes: [], categories: [], brands: [] },
    jobs: [],
    queuePaused: false,
    waiting: [],
    evidence: {},
    unfinished: [],
    plans: [],
    browser: {
      found: { path: "/usr/bin/chromium", version: "Chromium 142.0.7444.59", source: "installed" },
      problem: null,
      download: {
        available: true,
        reason: null,
        version: "142.0.7444.59",
        bytes: 168_000_000,
        from: "https://storage.googleapis.com/chrome-for-testing-public",
      },
    },
    ownModel: {
      address: "",
      address_from: "none",
      address_problem: null,
      host: "",
      place: "",
      encrypted: false,
      model: "",
      key: "none",
      price_question: null,
      price_answer: null,
      consent_at: null,
      consent_text: "",
      lacks: ["address", "model", "price", "consent"],
      spending: {
        month: "2026-11",
        spent: 0,
        open: 0,
        budget: 5,
        calls: 0,
        photos: 0,
        question_tokens: 0,
        answer_tokens: 0,
      },
    },
    siteCheck: null,
    localApi: { on: false, url: "http://127.0.0.1:5000", taken: false, address_refused: false },
    phoneDoor: {
      open: false,
      url: null,
      name_url: null,
      encrypted: false,
      fingerprint: null,
      seconds_left: null,
      addresses: [{ address: "192.168.1.7", interface: "wlan0" }],
    },
    phones: [],
  };
}
