import type {
  Code,
  DraftCheck,
  DraftVersion,
  DraftView,
  GateView,
  AccountView,
  JobView,
  JsonValue,
  LogChunk,
  LogLine,
  PhotoPlanView,
  PhotoView,
  PrepareView,
  PublishView,
  SiteCheckView,
  SiteFieldView,
  TableReport,
  UnknownView,
} from "../src/lib/host/bindings";
import { emptyWorld, type World } from "../src/lib/host/fake/world";

/** The tests' present: an evening in November. */
export const now = "2026-11-20T20:42:00Z";

const id = (number: number) => `0197a000-0000-7000-8000-${String(number).padStart(12, "0")}`;

function photo(name: string, place: number): PhotoView {
  return {
    id: `photo-${name}-${place}`,
    sha256: name,
    filename: `IMG_${4400 + place}.HEIC`,
    url: `/media/${name}.jpg`,
    thumb_url: `/media/${name}.thumb.jpg`,
    width: 1200,
    height: 1600,
    mime: "image/jpeg",
    order_index: place,
    edits: 0,
  };
}

interface Garment {
  title: string;
  photos: string[];
  price: number | null;
  brand: string | null;
  size: string;
  condition: string | null;
  category: string | null;
  missing?: Code[];
}

const description = [
  "Robe courte à bretelles larges.",
  "Coton épais, doublée jusqu’aux hanches.",
  "Très bon état : portée une saison.",
  "Longueur 92 cm, aisselle à aisselle 44 cm.",
  "Lavée à 30 degrés, repassée.",
  "#robe #feuillage #sezane",
].join("\n");

function draft(number: number, garment: Garment): DraftView {
  const missing = garment.missing ?? [];
  const price = garment.price;
  return {
    id: id(number),
    title: garment.title,
    description: missing.includes("missing_description") ? "" : description,
    price_min_cents: price === null ? null : Math.round(price * 80),
    price_target_cents: price === null ? null : price * 100,
    price_max_cents: price === null ? null : Math.round(price * 125),
    currency: "EUR",
    brand: garment.brand,
    size: garment.size,
    condition: garment.condition,
    category: garment.category,
    color: "Bleu",
    material: "Coton",
    package_size: "medium",
    photos: garment.photos.map(photo),
    flags: { publish_ready: missing.length === 0 },
    missing_fields: missing,
    warnings: [],
    confidence: 0.93,
    status: "draft",
    listing_url: null,
    unknown_outcome: false,
    revision: 3,
    created_at: "2026-11-20T20:12:00Z",
    updated_at: "2026-11-20T20:40:00Z",
  };
}

const open: Garment[] = [
  {
    title: "Blouson polaire gris – Très bon état",
    photos: ["outwear-0", "outwear-0-b", "outwear-0-c"],
    price: 32,
    brand: null,
    size: "L",
    condition: "very_good",
    category: "Hommes > Vêtements > Manteaux et vestes > Blousons",
    missing: ["missing_brand"],
  },
  {
    title: "Veste sans manches bleue Millet L sublime – Très bon état",
    photos: ["outwear-1", "outwear-1-b"],
    price: 28,
    brand: "Millet",
    size: "unknown",
    condition: "very_good",
    category: "Hommes > Vêtements > Manteaux et vestes > Doudounes sans manches",
    missing: ["missing_size", "superlative_found"],
  },
  {
    title: "Jean droit bleu délavé W29 L32 taille haute coupe mom vintage années 90",
    photos: ["pants-1", "pants-1-b", "pants-1-c"],
    price: 24,
    brand: "Levi’s",
    size: "W29",
    condition: "good",
    category: "Femmes > Vêtements > Jeans > Jeans droits",
    missing: ["title_too_long", "title_form"],
  },
  {
    title: "",
    photos: ["t-shirt-0", "t-shirt-0-b"],
    price: null,
    brand: null,
    size: "unknown",
    condition: null,
    category: null,
    missing: [
      "missing_title",
      "missing_description",
      "missing_category",
      "missing_brand",
      "missing_size",
      "missing_condition",
      "missing_price",
    ],
  },
  {
    title: "Chaussures rouges Adidas 39 – Bon état",
    photos: ["shoes-0"],
    price: 35,
    brand: "Adidas",
    size: "39",
    condition: "good",
    category: null,
    missing: ["missing_category"],
  },
  {
    title: "Bonnet blanc – Bon état",
    photos: ["hat-0"],
    price: 7,
    brand: "Sans marque",
    size: "Unique",
    condition: "good",
    category: "Femmes > Accessoires > Bonnets",
    missing: ["hashtags_invalid"],
  },
];

const ready: Garment[] = [
  ["Robe feuillage bleue Sézane 38 – Très bon état", ["dress-1", "dress-1-b", "dress-1-c"], 42, "Sézane", "38"],
  ["Robe droite bleue COS 38 – Bon état", ["dress-0", "dress-0-b"], 26, "COS", "38"],
  ["Robe dentelle rose Promod 40 – Très bon état", ["dress-2"], 18, "Promod", "40"],
  ["Chemise rayée bleue Celio L – Très bon état", ["shirt-1", "shirt-1-b"], 17, "Celio", "L"],
  ["Blouse écrue Mango 36 – Très bon état", ["shirt-0", "shirt-0-c"], 13, "Mango", "36"],
  ["Tunique chinée bleue Kiabi 42 – Bon état", ["longsleeve-1"], 9, "Kiabi", "42"],
  ["Polaire rouge Quechua M – Bon état", ["longsleeve-0"], 12, "Quechua", "M"],
  ["Pantalon de toile vert Uniqlo S – Très bon état", ["pants-0"], 16, "Uniqlo", "S"],
  ["Jupe droite grise Mango 38 – Très bon état", ["skirt-2"], 19, "Mango", "38"],
  ["Jupe fleurie noire H&M 36 – Bon état", ["skirt-0"], 12, "H&M", "36"],
  ["Short à carreaux noir Zara S – Bon état", ["skirt-1", "skirt-1-b"], 14, "Zara", "S"],
  ["Short de sport bleu Nike M – Bon état", ["shorts-0"], 8, "Nike", "M"],
  ["Pantacourt beige Esprit 40 – Neuf avec étiquette", ["shorts-1"], 20, "Esprit", "40"],
  ["T-shirt marine Quiksilver L – Bon état", ["t-shirt-1"], 8, "Quiksilver", "L"],
  ["T-shirt rayé moutarde Levi’s M – Bon état", ["t-shirt-2"], 10, "Levi’s", "M"],
  ["Coupe-vent bordeaux Salomon L – Bon état", ["outwear-2"], 29, "Salomon", "L"],
  ["Casquette jaune Sans marque – Bon état", ["hat-1"], 6, "Sans marque", "Unique"],
].map(([title, photos, price, brand, size]) => ({
  title: title as string,
  photos: photos as string[],
  price: price as number,
  brand: brand as string,
  size: size as string,
  condition: "very_good",
  category: "Femmes > Vêtements > Robes > Robes courtes",
}));

export const drafts: DraftView[] = [...open, ...ready].map((garment, place) => draft(place + 1, garment));

/** The draft called so, by the start of its title. */
export function draftCalled(start: string): DraftView {
  const found = drafts.find((each) => each.title.startsWith(start));
  if (!found) throw new Error(`no draft called ${start}`);
  return found;
}

const gateFields: [Code, string][] = [
  ["missing_photos", "photos"],
  ["missing_title", "title"],
  ["missing_description", "description"],
  ["missing_category", "category"],
  ["missing_brand", "brand"],
  ["missing_size", "size"],
  ["missing_condition", "condition"],
  ["missing_price", "price"],
  ["price_order", "price"],
  ["title_too_long", "title"],
  ["title_form", "title"],
  ["description_lines", "description"],
  ["hashtags_invalid", "description"],
  ["emoji_found", "title"],
  ["emoji_found", "description"],
  ["marketing_phrase", "title"],
  ["marketing_phrase", "description"],
  ["superlative_found", "title"],
  ["superlative_found", "description"],
];

const factsOf: Partial<Record<Code, JsonValue>> = {
  title_too_long: { kind: "count", count: 73, min: 1, max: 70 },
  title_form: { kind: "title_form", problems: [{ problem: "no_dash" }] },
  superlative_found: { kind: "words", words: [{ text: "sublime", start: 31, end: 38 }] },
  hashtags_invalid: { kind: "hashtags", count: 2, min: 3, max: 5, invalid: [], duplicates: [], misplaced: [] },
  missing_price: { kind: "missing_prices", fields: ["price_min_cents", "price_target_cents", "price_max_cents"] },
};

const repairOf: Partial<Record<Code, GateView["repair"]>> = {
  title_too_long: [{ key: "title", value: "Jean droit bleu Levi’s W29 – Bon état" }],
  superlative_found: [{ key: "title", value: "Veste sans manches bleue Millet L – Très bon état" }],
  hashtags_invalid: [{ key: "description", value: `${description} #bonnet` }],
};

/** The gates of a draft as the engine would tell them. */
export function checkOf(view: DraftView): DraftCheck {
  const missing = new Set(view.missing_fields);
  const gates = gateFields.map(([code, field]): GateView => {
    const ok = !missing.has(code) || (code === "superlative_found" && field === "description");
    return {
      code,
      ok,
      warning: false,
      field,
      facts: ok ? null : (factsOf[code] ?? null),
      repair: ok ? [] : (repairOf[code] ?? []),
    };
  });
  gates.sort((one, other) => Number(one.ok) - Number(other.ok));
  return {
    publish_ready: missing.size === 0,
    preparable: false,
    missing_fields: view.missing_fields,
    warnings: [],
    gates,
  };
}

/** An evening's work: six drafts to complete, the others ready. */
export function evening(): World {
  return {
    ...emptyWorld(),
    about: {
      version: "0.1.0",
      practice: true,
      site_url: "http://127.0.0.1:4873",
      data_dir: "/home/ana/.local/share/vintedbot-studio/practice",
      vault: "keyring",
      components: {
        data_folder: "/home/ana/.local/share/vintedbot-studio/practice",
        database: "SQLite 3.51.3",
        vault: "the key is in the system's keyring",
        browser: "/usr/bin/chromium (Chromium 142.0.7444.59)",
        codecs: "libheif 1.23.4, libde265 1.1.3",
        isolation: "photos are decoded without files, network and programs (landlock, seccomp, rlimits)",
      },
    },
    accounts: [
      {
        id: id(900),
        name: "atelier.rue9",
        site_url: "https://www.vinted.fr",
        username: "atelier.rue9",
        has_session: true,
        checked_at: "2026-11-20T20:30:00Z",
        country: "FR",
        currency: "EUR",
        language: "fr",
        health: { session: "accepted", restriction: null, refusals: [], waiting: [] },
        budget: { hour: 10, hour_used: 2, day: 30, day_used: 6, free_at: null },
      },
    ],
    samples: Array.from({ length: 24 }, (_, place) => `/usr/share/vintedbot-studio/samples/${place}.jpg`),
    drafts,
    brands: ["Levi’s", "Mango", "Millet", "Sézane", "Zara"],
    log,
    report,
    versions: Object.fromEntries(
      drafts.filter(({ title }) => title.startsWith("Veste sans manches")).map(({ id: key }) => [key, versions]),
    ),
    earlier: Object.fromEntries(
      drafts
        .filter(({ title }) => title.startsWith("Veste sans manches"))
        .map(({ id: key }) => [`${key}@2`, { title: "Veste bleue" }]),
    ),
    checks: Object.fromEntries(drafts.map((each) => [each.id, checkOf(each)])),
    vocabulary: {
      colors: [
        { value: "Bleu", fr: "Bleu", en: "Blue", hex: "#2b5fc0" },
        { value: "Turquoise", fr: "Turquoise", en: "Turquoise", hex: "#3fc1c0" },
        { value: "Noir", fr: "Noir", en: "Black", hex: "#111111" },
        { value: "Beige", fr: "Beige", en: "Beige", hex: "#cbb898" },
      ],
      materials: [
        { value: "Coton", fr: "Coton", en: "Cotton", hex: null },
        { value: "Viscose", fr: "Viscose", en: "Viscose", hex: null },
        { value: "Laine", fr: "Laine", en: "Wool", hex: null },
      ],
      conditions: [],
      package_sizes: [],
      categories: [
        {
          path: "Femmes > Vêtements > Robes > Robes courtes",
          path_en: "Women > Clothes > Dresses > Short dresses",
          sized: true,
        },
        {
          path: "Femmes > Vêtements > Jeans > Jeans droits",
          path_en: "Women > Clothes > Jeans > Straight jeans",
          sized: true,
        },
        {
          path: "Femmes > Vêtements > Manteaux et vestes > Trenchs",
          path_en: "Women > Clothes > Coats and jackets > Trench coats",
          sized: true,
        },
        {
          path: "Hommes > Vêtements > Manteaux et vestes > Trenchs",
          path_en: "Men > Clothes > Coats and jackets > Trench coats",
          sized: true,
        },
        {
          path: "Hommes > Vêtements > Manteaux et vestes > Blousons",
          path_en: "Men > Clothes > Coats and jackets > Blousons",
          sized: true,
        },
        {
          path: "Hommes > Vêtements > Manteaux et vestes > Doudounes sans manches",
          path_en: "Men > Clothes > Coats and jackets > Gilets",
          sized: true,
        },
        { path: "Femmes > Accessoires > Bonnets", path_en: "Women > Accessories > Beanies", sized: false },
      ],
      brands: ["Adidas", "Celio", "COS", "H&M", "Levi’s", "Mango", "Millet", "Quechua", "Sézane", "Zara"],
    },
    jobs: [],
  };
}

/** The first garments as an import would have made them. */
export const imported = drafts.slice(0, 10);

/** A filled form of a draft, one field failed and one absent. */
export function prepared(view: DraftView, withFailure: boolean): PrepareView {
  const filled = (value: string) => ({ state: "filled", value, reason: null });
  return {
    draft_id: view.id,
    confirm_token: "v4.local.example",
    expires_at: "2026-11-20T21:09:30Z",
    preview_url: "/previews/form.png",
    fields: {
      photos: filled("3"),
      title: filled(view.title),
      description: filled("Robe courte à bretelles larges. Coton épais, doublée jusqu’aux hanches."),
      category: filled("Robes courtes"),
      brand: filled(view.brand ?? ""),
      size: filled(view.size),
      condition: filled("Très bon état"),
      color: withFailure ? { state: "failed", value: "Bleu", reason: "unknown_color" } : filled("Bleu"),
      material: { state: "absent", value: null, reason: null },
      price: filled("42,00 €"),
      package_size: filled("Moyen"),
    },
    field_order: [
      "photos",
      "title",
      "description",
      "category",
      "brand",
      "size",
      "condition",
      "color",
      "material",
      "price",
      "package_size",
    ],
    needs_manual: false,
    reason: null,
    warnings: [],
    account: "atelier.rue9",
    price_cents: view.price_target_cents,
    currency: "EUR",
    publishable: true,
  };
}

/** A listing that was made. */
export function published(view: DraftView): PublishView {
  return {
    dry_run: false,
    listing_id: "5012345678",
    listing_url: "http://127.0.0.1:4873/items/5012345678-robe-feuillage-bleue",
    needs_manual: false,
    reason: null,
    readback: {
      title: { sent: view.title, stored: view.title, same: true },
      price: { sent: "42,00 €", stored: "42,00 €", same: true },
      brand: { sent: "Sézane", stored: "Sézane", same: true },
      size: { sent: "38", stored: "38 / M", same: true },
      color: { sent: "Bleu, Turquoise", stored: "Bleu", same: false },
      photos: { sent: "3", stored: "3", same: true },
    },
    warnings: ["readback_mismatch"],
    replayed: false,
  };
}

function job(number: number, status: string, start: string, more: Partial<JobView> = {}): JobView {
  const view = draftCalled(start);
  return {
    id: id(500 + number),
    item_id: view.id,
    title: view.title,
    thumb_url: view.photos[0]?.thumb_url ?? null,
    price_cents: view.price_target_cents,
    currency: "EUR",
    planned_at: `2026-11-20T20:${String(30 + number * 2).padStart(2, "0")}:00Z`,
    planned_local: null,
    planned_zone: null,
    account: "atelier.rue9",
    status,
    mode: "automated",
    live: true,
    attempt: 1,
    created_at: "2026-11-20T20:20:00Z",
    updated_at: "2026-11-20T20:40:00Z",
    duration_ms: null,
    last_error: null,
    listing_url: null,
    ...more,
  };
}

/** A second account that does not fare well. */
export const poorly: AccountView = {
  id: id(901),
  name: "mini.vestiaire",
  site_url: "https://www.vinted.be",
  username: "mini.vestiaire",
  has_session: true,
  checked_at: "2026-11-20T18:10:00Z",
  country: "BE",
  currency: "EUR",
  language: "fr",
  health: {
    session: "expired",
    restriction: { code: "rate_limited", seen_at: "2026-11-20T20:31:00Z", until: "2026-11-20T21:01:00Z" },
    refusals: [
      { at: "2026-11-20T20:31:00Z", code: "rate_limited", message: "" },
      { at: "2026-11-20T20:16:00Z", code: "photo_upload_failed", message: "" },
      { at: "2026-11-19T19:02:00Z", code: "site_refused", message: "" },
      { at: "2026-11-18T19:02:00Z", code: "captcha_or_verification", message: "" },
    ],
    waiting: [],
  },
  budget: { hour: 6, hour_used: 6, day: 20, day_used: 11, free_at: "2026-11-20T21:04:00Z" },
};

/** An unknown outcome with two own items that are new since; one fits. */
export function evidenceOf(view: DraftView): UnknownView {
  const candidate = {
    url: "https://www.vinted.fr/items/5012345678",
    title: view.title,
    price_cents: view.price_target_cents,
    photos: view.photos.length,
    created_at: "2026-11-20T20:39:00Z",
    hidden: false,
    fits: true,
  };
  return {
    draft_id: view.id,
    account: "atelier.rue9",
    sent: {
      title: view.title,
      price_cents: view.price_target_cents ?? 0,
      currency: "EUR",
      photos: view.photos.length,
      at: "2026-11-20T20:38:00Z",
      by_hand: false,
    },
    candidates: [
      { ...candidate, listing_id: "5012345678" },
      {
        ...candidate,
        listing_id: "5012345601",
        title: "Robe longue bleue – Bon état",
        price_cents: 1800,
        photos: null,
        created_at: null,
        hidden: true,
        fits: false,
      },
    ],
    looked_at: "2026-11-20T20:40:00Z",
    not_looked: null,
    settled: null,
  };
}

function siteField(field: string, more: Partial<SiteFieldView> = {}): SiteFieldView {
  const hook = `${field}--input`;
  const used = { way: "test_id", hook, profile: "2026-11-01", last_worked: "2026-11-20T20:30:00Z", count: 12 };
  return {
    field,
    optional: false,
    way: "test_id",
    hook,
    found_by: ["test_id", "id", "role", "label", "position"],
    tried: ["test_id", "id", "role", "label", "position"],
    worked: [used],
    ...more,
  };
}

/** A check of the site that found all but two fields by their first way. */
export const siteCheck: SiteCheckView = {
  ok: false,
  profile: { date: "2026-11-01", file: null, problem: null },
  account: "atelier.rue9",
  language: "fr",
  fields: [
    ...["photos", "title", "description", "category", "brand", "size", "condition"].map((name) => siteField(name)),
    siteField("color", { way: "label", hook: "Couleur", found_by: ["label", "position"] }),
    siteField("material", { optional: true, way: null, hook: null, found_by: [], worked: [] }),
    siteField("price"),
    siteField("package_size", { way: null, hook: null, found_by: [] }),
  ],
  publish_button: "upload-form-save-button",
  preview_url: null,
  checked_at: "2026-11-20T20:41:00Z",
};

/** Jobs in every state. */
export const jobs: JobView[] = [
  job(1, "needs_manual", "Chemise rayée", { last_error: "captcha_or_verification: The site asks for a human." }),
  job(2, "unknown", "Robe dentelle", { last_error: "outcome_unknown: No answer." }),
  job(3, "running", "Robe droite"),
  job(4, "queued", "Jupe droite"),
  job(5, "queued", "Pantalon", { live: false }),
  job(9, "queued", "Blouse écrue", {
    attempt: 1,
    planned_at: "2026-11-20T20:57:00Z",
    last_error: "site_unreachable: No answer.",
  }),
  job(10, "queued", "Tunique", {
    account: "mini.vestiaire",
    attempt: 0,
    planned_at: "2026-11-21T18:04:00Z",
    last_error: "rate_limited: Moved by the budget.",
  }),
  job(6, "paused", "Short à", { last_error: "draft_changed: The draft was edited." }),
  job(7, "failed", "Polaire", { attempt: 2, last_error: "photo_upload_failed: Photo 1 was refused twice." }),
  job(8, "success", "Robe feuillage", { listing_url: "http://127.0.0.1:4873/items/5012345678", duration_ms: 41000 }),
];

/** What a table of 29 rows would become. */
export const ofTable: TableReport = {
  dry_run: true,
  columns: { title: "Article", price: "Prix", brand: "Marque", size: "Taille", condition: "État" },
  ignored: ["Acheté à", "Notes", "Rayon"],
  made: 26,
  here: 1,
  refused: 2,
  rows: [
    {
      line: 7,
      outcome: "refused",
      draft_id: null,
      title: "Robe portefeuille verte",
      code: "invalid_field",
      fields: { price: "invalid_field" },
      message: "price: a price such as 12.50 or 12,50 €.",
    },
    {
      line: 19,
      outcome: "refused",
      draft_id: null,
      title: "Jean 501 délavé",
      code: "already_published",
      fields: {},
      message: "This row is a listing that is on the site.",
    },
  ],
};

/** The log of a job that runs, with the picture of its form. */
export const jobLog: LogChunk = {
  chunk: [
    "2026-11-20T20:41:22.104Z prepare: filling the form",
    "2026-11-20T20:41:58.310Z picture: /previews/form.png",
    "2026-11-20T20:41:58.317Z prepare: 11 fields read back",
    "2026-11-20T20:41:59.002Z publish: pressing the button",
    "",
  ].join("\n"),
  offset: 220,
};

function line(
  number: number,
  level: LogLine["level"],
  target: string,
  message: string,
  values: string[] = [],
): LogLine {
  const at = new Date(Date.UTC(2026, 10, 20, 20, 20, number * 19)).toISOString();
  return { cursor: `2026-11-20:${String(number * 180).padStart(12, "0")}`, at, level, target, message, values };
}

/** An evening of the app's own log. */
export const log: LogLine[] = [
  line(1, "info", "assembly::assemble", "opened the data folder"),
  line(2, "info", "store::database", "migrated", ["to=19"]),
  line(3, "info", "app::use_cases::import_photos", "import began", ["files=40"]),
  line(4, "warn", "app::use_cases::import_photos", "a file is no photo", ["code=not_an_image"]),
  line(5, "info", "app::use_cases::import_photos", "import done", ["stored=24", "duplicates=2", "ms=18420"]),
  ...Array.from({ length: 24 }, (_, place) =>
    line(6 + place, "info", "app::use_cases::prepare", "field filled", [
      `field=${["title", "brand", "size"][place % 3]}`,
    ]),
  ),
  line(31, "warn", "vinted::answers", "the site's answer was not what was expected", ["status=502", "try=1"]),
  line(32, "error", "app::use_cases::publish", "internal failure", ["incident=7f3a91"]),
  line(33, "info", "app::use_cases::prepare", "draft prepared", ["fields=11", "ms=38112"]),
];

/** What a draft was before: three versions. */
export const versions: DraftVersion[] = [
  {
    revision: 3,
    cause: "edit",
    began_at: "2026-11-20T20:38:00Z",
    saved_at: "2026-11-20T20:40:00Z",
    differences: [
      { field: "title", before: "Veste bleue", after: "Veste sans manches bleue Millet L sublime – Très bon état" },
      { field: "description", before: "Veste chaude.\nPeu portée.", after: "Veste chaude.\nPeu portée, lavée." },
      { field: "price_target_cents", before: "3200", after: "2800" },
    ],
    thumb_url: "/media/outwear-1.thumb.jpg",
    present: true,
  },
  {
    revision: 2,
    cause: "filled",
    began_at: "2026-11-20T20:31:00Z",
    saved_at: "2026-11-20T20:31:00Z",
    differences: [
      { field: "brand", before: null, after: "Millet" },
      { field: "condition", before: null, after: "very_good" },
      { field: "photos", before: "1", after: "2" },
    ],
    thumb_url: "/media/outwear-1.thumb.jpg",
    present: false,
  },
  {
    revision: 1,
    cause: "made",
    began_at: "2026-11-20T20:12:00Z",
    saved_at: "2026-11-20T20:12:00Z",
    differences: [],
    thumb_url: "/media/outwear-1.thumb.jpg",
    present: false,
  },
];

/** A report without secrets, as the engine builds it. */
export const report = {
  name: "vintedbot-studio-2026-11-20-2042.txt",
  text: [
    "VintedBot Studio: report of a problem",
    "made 2026-11-20T20:42:00Z",
    "version 0.1.0",
    "system linux x86_64",
    "",
    "## What works here",
    "data_folder: ok, ~/.local/share/vintedbot-studio",
    "browser: ok, /usr/bin/chromium (Chromium 142.0.7444.59)",
    "session: ok, stored for account [account 1]",
    "",
    "## The log, newest lines",
    "2026-11-20T20:30:41Z WARN vinted::answers the site's answer was not what was expected status=502 token=[…]",
    "2026-11-20T20:31:02Z ERROR app::use_cases::publish internal failure incident=7f3a91",
    "",
  ].join("\n"),
  taken_out: 3,
};

/** A run over the photos of the import, as the window shows its piles. */
export function pilesOf(given: readonly DraftView[], more: Partial<PhotoPlanView> = {}): PhotoPlanView {
  return {
    id: id(900),
    state: "done",
    total: given.reduce((sum, each) => sum + each.photos.length, 0),
    done: given.reduce((sum, each) => sum + each.photos.length, 0),
    percent: 100,
    follows: true,
    can_undo: false,
    can_redo: false,
    refused: [],
    problem: null,
    created_at: "2026-11-20T20:12:00Z",
    piles: given.map((each, place) => ({
      number: place + 1,
      photos: each.photos.map((one, at) => ({
        id: one.id,
        filename: one.filename,
        thumb_url: one.thumb_url,
        unsure: place === 1 && at === each.photos.length - 1,
      })),
      reason: each.photos.length === 1 ? "single" : "same_garment",
      seconds: null,
      look: each.photos.length === 1 ? null : 0.93,
      colours: null,
      labels: 0,
      copies: 0,
      confidence: place === 1 ? 0.38 : 0.91,
      by_person: false,
      no_garment: false,
      draft_id: each.id,
    })),
    ...more,
  };
}
