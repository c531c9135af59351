import type { AboutView, AccountView, DraftCheck, DraftView, JobView, JsonValue, Vocabulary } from "../bindings";

/** What the fake host holds in memory. */
export interface World {
  about: AboutView;
  settings: Record<string, JsonValue>;
  accounts: AccountView[];
  samples: string[];
  drafts: DraftView[];
  checks: Record<string, DraftCheck>;
  vocabulary: Vocabulary;
  jobs: JobView[];
  queuePaused: boolean;
}

/** A fresh installation in practice mode. */
export function emptyWorld(): World {
  return {
    about: {
      version: "0.1.0",
      practice: true,
      site_url: "http://127.0.0.1:4873",
      data_dir: "/home/ana/.local/share/vintedbot-studio",
      components: {},
    },
    settings: { welcomed: true },
    accounts: [],
    samples: [],
    drafts: [],
    checks: {},
    vocabulary: { colors: [], materials: [], conditions: [], package_sizes: [], categories: [], brands: [] },
    jobs: [],
    queuePaused: false,
  };
}
