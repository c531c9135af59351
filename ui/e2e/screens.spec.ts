import type { Reply } from "../src/lib/host/fake/index";
import type { Code, ImportResult, JsonValue, SuggestionView } from "../src/lib/host/bindings";
import type { World } from "../src/lib/host/fake/world";
import {
  draftCalled,
  drafts,
  evening,
  evidenceOf,
  imported,
  jobLog,
  jobs,
  ofTable,
  pilesOf,
  poorly,
  prepared,
  published,
  siteCheck,
} from "./evening";
import { emptyWorld } from "../src/lib/host/fake/world";
import { expect, test, type Opening, type Studio } from "./page";

/** Where pictures go when asked for; tests do not compare them. Of the states with `picture` only, unless all are. */
const pictures = process.env.STUDIO_SCREENS;
const allPictures = process.env.STUDIO_SCREENS_ALL === "1";

const robe = draftCalled("Robe feuillage");
const millet = draftCalled("Veste sans manches");
const jean = draftCalled("Jean droit");

const importResult: ImportResult = {
  drafts: imported,
  rejected: [
    { path: "/home/ana/IMG_4471.HEIC", code: "corrupt_image", message: "" },
    { path: "/home/ana/IMG_4502.MOV", code: "not_an_image", message: "" },
    { path: "/home/ana/panorama.jpg", code: "image_too_large", message: "" },
  ],
  photos: { total: 29, stored: 24, duplicates: 2 },
  stopped: false,
  groups: imported.map((draft, place) => ({
    draft_id: draft.id,
    reason: draft.photos.length === 1 ? "single" : place === 2 ? "same_garment" : "taken_within",
    seconds: draft.photos.length === 1 ? null : 9 + place * 3,
    confidence: place === 1 ? 0.38 : place > 6 ? 0.7 : 0.97 - place / 100,
    ...(place === 2 ? { look: 0.93, labels: 1, unsure: draft.photos.slice(-1).map((photo) => photo.id) } : {}),
  })),
};

/** What was found on the photos of a draft: read, seen, measured, usual. */
const suggestions: SuggestionView[] = [
  { kind: "label", photo: millet.photos[0]?.id ?? "", region: corners(0.3, 0.1, 0.6, 0.2), text: "LEVI'S" },
  { kind: "look", photo: millet.photos[0]?.id ?? "" },
  { kind: "measured", photo: null },
  { kind: "default" },
].map((source, place) => {
  const [field, given] = (
    [
      ["brand", "Levi's"],
      ["category", "Femmes > Vêtements > Robes > Robes midi"],
      ["color", "Bleu, Blanc"],
      ["condition", "very_good"],
    ] as const
  )[place] ?? ["title", ""];
  return {
    field,
    changes: [{ key: field, value: given }],
    source: source as JsonValue,
    confidence: 0.93 - place / 10,
    stands: false,
    filled: false,
    at: "2026-11-20T20:05:00Z",
  };
});

function corners(left: number, top: number, right: number, bottom: number) {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

const value = (given: unknown): Reply => ({ value: given });
const refused = (code: Code): Reply => ({ failure: { code, message: "", details: null } });

/** A state of a screen: what a person does to come to it from the one before, and what must be seen there. */
interface State {
  name: string;
  reach: (studio: Studio) => Promise<void>;
  /** Looked at in the smallest window too. */
  small?: boolean;
  /** Stands for its screen in docs/screens. */
  picture?: boolean;
}

/** States that follow from each other on one page. */
interface Journey {
  name: string;
  opening: Opening;
  states: State[];
}

const real = (more: Partial<World> = {}): World => ({
  ...evening(),
  about: { ...evening().about, practice: false, site_url: "https://www.vinted.fr" },
  ...more,
});

const iphone = {
  id: "p1",
  name: "iPhone",
  paired_at: "2026-11-20T19:58:00Z",
  last_seen: "2026-11-20T20:21:00Z",
};
const openDoor = {
  open: true,
  url: "http://192.168.1.7:5180",
  name_url: "http://studio-1a2b3c.local:5180",
  encrypted: false,
  fingerprint: null,
  seconds_left: 1620,
  addresses: [{ address: "192.168.1.7", interface: "wlan0" }],
};
/** Three corners of a code: enough to be seen. */
const phoneCode = {
  seconds: 120,
  modules: 41,
  path: ["M4 4", "M30 4", "M4 30"].map((at) => `${at}h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z`).join(""),
};

const bleue = draftCalled("Robe droite");
const rose = draftCalled("Robe dentelle");
const rayee = draftCalled("Chemise");
const ecrue = draftCalled("Blouse");

const fill = ({ page }: Studio) => page.getByRole("button", { name: /^(Remplir|Fill)/ }).click();
const button = ({ page }: Studio, name: RegExp) => page.getByRole("button", { name });

async function startImport(studio: Studio) {
  await studio.drop(["/home/ana/vide-dressing"]);
  const [call] = await studio.calls("importPhotos");
  const step = { import_id: String(call?.[0]), total: 40, photo: null, rejected: null };
  const photos = imported.flatMap((draft) => draft.photos);
  for (const [place, photo] of photos.entries()) {
    const made = { id: photo.id, filename: photo.filename, thumb_url: photo.thumb_url, duplicate: place === 3 };
    await studio.emit({ type: "import", progress: { ...step, done: place + 1, photo: made } });
  }
  for (const name of ["shorts-0", "hat-1"]) {
    const thumb = { path: `/home/ana/${name}`, filename: `${name}.HEIC`, thumb_url: `/media/fresh/${name}.jpg` };
    await studio.emit({ type: "import", progress: { ...step, done: photos.length, thumb, seconds_left: 41 } });
  }
  const rejected = { path: "/home/ana/IMG_4502.MOV", code: "not_an_image" as const, message: "" };
  await studio.emit({
    type: "import",
    progress: { ...step, done: photos.length + 1, rejected, seconds_left: 41 },
  });
}

const journeys: Journey[] = [
  {
    name: "first start",
    opening: { at: "/start", world: { ...evening(), settings: {} } },
    states: [
      {
        name: "start",
        picture: true,
        small: true,
        reach: ({ page }) =>
          expect(page.getByRole("heading", { level: 1, name: /Par quoi commencer|Where to begin/ })).toBeVisible(),
      },
      {
        name: "start-photos",
        reach: async (studio) => {
          await button(studio, /Continuer avec l’entraînement|Continue with practice/).click();
          await expect(button(studio, /24 (photos d’exemple|sample photos)/)).toBeVisible();
        },
      },
    ],
  },
  {
    name: "an empty installation, and its first import",
    opening: {
      world: { ...emptyWorld(), samples: evening().samples },
      replies: { importPhotos: { pending: true } },
    },
    states: [
      {
        name: "photos-empty",
        reach: (studio) => expect(button(studio, /24 (photos d’exemple|sample photos)/)).toBeVisible(),
      },
      {
        name: "drafts-empty",
        reach: async (studio) => {
          await studio.go("/drafts");
          await expect(button(studio, /Aller aux photos|Go to the photos/)).toBeVisible();
        },
      },
      {
        name: "review-empty",
        reach: async (studio) => {
          await studio.go("/review");
          await expect(studio.page.getByText(/Rien à vérifier|Nothing to review/)).toBeVisible();
        },
      },
      {
        name: "queue-empty",
        reach: async (studio) => {
          await studio.go("/queue");
          await expect(studio.page.getByText(/La file est vide|The queue is empty/)).toBeVisible();
        },
      },
      {
        name: "photos-running",
        reach: async (studio) => {
          await startImport(studio);
          await expect(studio.page.getByText(/encore 41 s|41 s left/)).toBeVisible();
        },
      },
    ],
  },
  {
    name: "an import cut short, one that fails, and its piles",
    opening: {
      world: {
        ...evening(),
        unfinished: [
          {
            id: "u",
            paths: ["/home/ana/vide-dressing"],
            grouping: "auto",
            done: 312,
            total: 500,
            stopped: false,
            from_phones: false,
            started_at: "2026-11-20T20:05:00Z",
          },
        ],
      },
      replies: { importPhotos: refused("storage_full") },
    },
    states: [
      {
        name: "photos-unfinished",
        reach: (studio) => expect(button(studio, /Continuer \(188|Go on \(188/)).toBeVisible(),
      },
      {
        name: "photos-failed",
        reach: async (studio) => {
          await studio.drop(["/home/ana/vide-dressing"]);
          await expect(studio.page.getByText(/Plus de place|The disk is full/).first()).toBeVisible();
        },
      },
      {
        name: "photos-piles",
        picture: true,
        small: true,
        reach: async (studio) => {
          await button(studio, /En rester là|Leave it/).click();
          await studio.reply("importPhotos", value(importResult));
          await button(studio, /Réessayer|Try again/).click();
          await expect(studio.page.getByRole("link", { name: /^Pile 10/ })).toBeVisible();
        },
      },
    ],
  },
  {
    name: "piles, corrected by hand",
    opening: {
      world: {
        ...evening(),
        plans: [pilesOf(imported), pilesOf(imported.slice(0, 2), { id: "cut", state: "stopped" })],
      },
    },
    states: [
      {
        name: "photos-looks",
        reach: (studio) => expect(button(studio, /^(Continuer|Go on)$/)).toBeVisible(),
      },
      {
        name: "piles",
        picture: true,
        small: true,
        reach: async (studio) => {
          await button(studio, /Voir les piles|See the piles/)
            .first()
            .click();
          await expect(studio.page.getByRole("region", { name: /^Pile 10$/ })).toBeVisible();
        },
      },
      {
        name: "piles-selected",
        reach: async ({ page }) => {
          const photos = page.getByRole("region", { name: /^Pile 1$/ }).getByRole("button", { name: /^IMG_/ });
          await photos.first().click();
          await page.keyboard.press("Shift+ArrowDown");
          await expect(page.getByRole("region", { name: /Photos choisies|Chosen photos/ })).toBeVisible();
        },
      },
    ],
  },
  {
    name: "the bench",
    opening: { at: "/drafts", world: evening() },
    states: [
      {
        name: "drafts",
        picture: true,
        small: true,
        reach: (studio) => expect(button(studio, /Vérifier les 17|Review the 17/)).toBeVisible(),
      },
      {
        name: "drafts-selected",
        reach: async ({ page }) => {
          const first = page.getByRole("link", { name: /^Blouson polaire/ });
          await first.focus();
          await page.keyboard.press("Space");
          await page.keyboard.press("Shift+ArrowDown");
          await page.keyboard.press("Shift+ArrowDown");
          await expect(page.getByText(/3 (choisis|selected)/)).toBeVisible();
        },
      },
      {
        name: "drafts-bulk-price",
        reach: async (studio) => {
          await button(studio, /^(Prix|Price)$/).click();
          await expect(button(studio, /Baisser de 10|Lower by 10/)).toBeEnabled();
        },
      },
      {
        name: "drafts-left",
        reach: async (studio) => {
          await studio.page.keyboard.press("Escape");
          await button(studio, /^(Choisir les|Select all)/).click();
          await studio.reply("changeMany", {
            value: {
              undo: "a",
              changed: 21,
              same: 1,
              left: [
                { id: robe.id, title: robe.title, code: "illegal_transition" },
                { id: rose.id, title: rose.title, code: "already_published" },
                { id: jean.id, title: jean.title, code: "missing_price" },
              ],
            },
          });
          await button(studio, /^(Prix|Price)$/).click();
          await button(studio, /Baisser de 10|Lower by 10/).click();
          await expect(studio.page.getByRole("dialog", { name: /3 (brouillons laissés|drafts left)/ })).toBeVisible();
        },
      },
      {
        name: "drafts-table",
        picture: true,
        small: true,
        reach: async (studio) => {
          await studio.page.keyboard.press("Escape");
          await button(studio, /Ne plus rien choisir|Select nothing/).click();
          await studio.page.getByTitle(/^(Tableau|Table)$/).click();
          await expect(studio.page.getByRole("columnheader", { name: /Modifié|Changed/ })).toBeVisible();
        },
      },
      {
        name: "drafts-grid",
        reach: async ({ page }) => {
          await page.getByTitle(/^(Grille|Grid)$/).click();
          await expect(page.getByRole("link", { name: /^Robe feuillage/ })).toBeVisible();
          await page.getByTitle(/^(Établi|Bench)$/).click();
        },
      },
      {
        name: "palette",
        picture: true,
        reach: async ({ page }) => {
          await page.keyboard.press("Control+k");
          await page.getByRole("combobox", { name: /Écran, brouillon|Screen, draft/ }).fill("robe");
          await expect(page.getByRole("option", { name: /^Robe feuillage/ })).toBeVisible();
        },
      },
      {
        name: "plan",
        reach: async (studio) => {
          await studio.page.keyboard.press("Escape");
          await button(studio, /Planifier les 17|Plan the 17/).click();
          await expect(studio.page.getByText(/demain|tomorrow/).first()).toBeVisible();
          await expect(button(studio, /Mettre 17 annonces|Put 17 listings/)).toBeEnabled();
        },
      },
      {
        name: "drafts-nothing-found",
        reach: async ({ page }) => {
          await page.keyboard.press("Escape");
          await page.getByRole("searchbox").fill("velours");
          await expect(page.getByText(/Rien pour|Nothing for/)).toBeVisible();
        },
      },
    ],
  },
  {
    name: "drafts that are being read",
    opening: {
      at: "/drafts",
      world: evening(),
      replies: { draftRows: { pending: true }, draftCounts: { pending: true } },
    },
    states: [
      {
        name: "drafts-loading",
        reach: ({ page }) => expect(page.getByRole("heading", { level: 1, name: /Brouillons|Drafts/ })).toBeVisible(),
      },
    ],
  },
  {
    name: "drafts that cannot be read",
    opening: {
      at: "/drafts",
      replies: { draftCounts: { failure: { code: "internal", message: "", details: { incident: "7f3a91" } } } },
    },
    states: [{ name: "drafts-failed", reach: ({ page }) => expect(page.getByText("7f3a91")).toBeVisible() }],
  },
  {
    name: "the editor",
    opening: { at: `/drafts/${millet.id}`, world: evening() },
    states: [
      {
        name: "editor",
        picture: true,
        small: true,
        reach: ({ page }) =>
          expect(page.getByText(/«\s*sublime\s*» est un superlatif|“sublime” is a superlative/)).toBeVisible(),
      },
      {
        name: "editor-category",
        reach: async ({ page }) => {
          await page.getByRole("combobox", { name: /Catégorie|Category/ }).fill("trench");
          await expect(page.getByRole("option")).toHaveCount(2);
        },
      },
      {
        name: "editor-history",
        picture: true,
        reach: async (studio) => {
          await studio.page.keyboard.press("Escape");
          await button(studio, /^Versions$/).click();
          await expect(button(studio, /(Revenir à cette version|Go back to this version).*21:31/)).toBeVisible();
        },
      },
      {
        name: "editor-filled",
        small: true,
        reach: async (studio) => {
          await studio.page.keyboard.press("Escape");
          await studio.reply("draftSuggestions", value(suggestions));
          await studio.reply("analyzeDraft", value({ drafts: [millet], notes: [] }));
          await button(studio, /Regarder les photos|Look at the photos/).click();
          await button(studio, /Étiquette, photo 1|Label, photo 1/).click();
          await expect(studio.page.getByText(/On y lit|It says/)).toBeVisible();
          await expect(button(studio, /Reprendre les|Take all/), "one click replaces nothing").toHaveCount(0);
        },
      },
      {
        name: "editor-ready",
        reach: async (studio) => {
          await studio.page.keyboard.press("Escape");
          await studio.go(`/drafts/${robe.id}`);
          await expect(button(studio, /Vérifier cette annonce|Review this listing/)).toBeEnabled();
        },
      },
      {
        name: "editor-crop",
        reach: async (studio) => {
          await button(studio, /^(Recadrer|Crop)$/).click();
          await expect(studio.page.getByText(/1080 × 1440/)).toBeVisible();
        },
      },
      {
        name: "editor-unsaved",
        reach: async (studio) => {
          await studio.page.keyboard.press("Escape");
          await studio.reply("changeDraft", refused("storage_full"));
          await studio.page.getByRole("textbox", { name: /^(Titre|Title)$/ }).fill("Robe verte");
          await expect(button(studio, /Pas encore enregistré|Not saved yet/)).toBeVisible();
        },
      },
    ],
  },
  {
    name: "a form that asks for the person",
    opening: { at: `/review/${robe.id}`, world: evening(), replies: { prepare: refused("session_expired") } },
    states: [
      { name: "review-to-fill", reach: (studio) => expect(button(studio, /^(Remplir|Fill)/)).toBeEnabled() },
      {
        name: "review-session-expired",
        reach: async (studio) => {
          await fill(studio);
          await expect(studio.page.getByText(/Session expirée|Session expired/)).toBeVisible();
        },
      },
      {
        name: "review-challenge",
        reach: async (studio) => {
          const asked = { confirm_token: null, needs_manual: true, reason: "captcha_or_verification" };
          await studio.reply("prepare", value({ ...prepared(robe, false), ...asked }));
          await fill(studio);
          await expect(studio.page.getByText(/que vous êtes humain|that you are human/)).toBeVisible();
        },
      },
      {
        name: "review-answering",
        reach: async (studio) => {
          await studio.reply("answerChallenge", { pending: true });
          await button(studio, /Ouvrir le navigateur|Open the browser/).click();
          await expect(studio.page.getByText(/reprend seule|goes on by itself/)).toBeVisible();
        },
      },
      {
        name: "review-filling",
        reach: async (studio) => {
          await studio.go(`/review/${bleue.id}`);
          await studio.reply("prepare", { pending: true });
          await fill(studio);
          for (const code of ["start_browser", "open_form", "check_account", "add_photos", "fill_title"])
            await studio.emit({ type: "step", draft_id: bleue.id, code });
          await expect(studio.page.getByText(/Écrire le titre|Write the title/)).toBeVisible();
        },
      },
    ],
  },
  {
    name: "the ways on from a filled form",
    opening: {
      at: `/review/${robe.id}`,
      world: {
        ...evening(),
        drafts: drafts.map((draft) => (draft.id === ecrue.id ? { ...draft, unknown_outcome: true } : draft)),
        evidence: { [ecrue.id]: evidenceOf(ecrue) },
      },
      replies: { prepare: value(prepared(robe, true)), publish: { pending: true }, publishByHand: { pending: true } },
    },
    states: [
      {
        name: "review-filled",
        picture: true,
        small: true,
        reach: async (studio) => {
          await fill(studio);
          await expect(button(studio, /Publier à 42|Publish at €42/)).toBeEnabled();
          await expect(studio.page.getByText(/valable 27 min|valid for 27 min/)).toBeVisible();
        },
      },
      {
        name: "review-by-hand",
        reach: async (studio) => {
          await button(studio, /Ouvrir le navigateur|Open the browser/).click();
          for (const code of ["read_own_items", "await_person"])
            await studio.emit({ type: "step", draft_id: robe.id, code });
          await expect(studio.page.getByText(/À vous d’appuyer|Your turn to press/)).toBeVisible();
        },
      },
      {
        name: "review-publishing",
        reach: async (studio) => {
          await studio.go(`/review/${rose.id}`);
          await studio.reply("prepare", value(prepared(rose, false)));
          await fill(studio);
          await button(studio, /Publier à|Publish at/).click();
          for (const code of ["read_own_items", "publish"])
            await studio.emit({ type: "step", draft_id: rose.id, code });
          await expect(studio.page.getByRole("heading", { name: /Publication en cours|Publishing/ })).toBeVisible();
        },
      },
      {
        name: "review-published",
        small: true,
        reach: async (studio) => {
          await studio.go(`/review/${rayee.id}`);
          await studio.reply("prepare", value(prepared(rayee, false)));
          await studio.reply("publish", value(published(rayee)));
          await fill(studio);
          await button(studio, /Publier à|Publish at/).click();
          await expect(studio.page.getByText(/L’annonce est en ligne|The listing is live/).first()).toBeVisible();
        },
      },
      {
        name: "review-unknown",
        small: true,
        reach: async (studio) => {
          await studio.go(`/review/${ecrue.id}`);
          await expect(button(studio, /Elle n’est pas publiée|It is not published/)).toBeVisible();
          await expect(studio.page.getByText(/Tout concorde|All agrees/)).toBeVisible();
        },
      },
    ],
  },
  {
    name: "the queue",
    opening: {
      at: "/queue",
      world: real({
        jobs,
        accounts: [...evening().accounts, poorly],
        waiting: [
          { account: "mini.vestiaire", code: "rate_limited", message: "", until: "2026-11-20T21:01:00Z" },
          { account: "mini.vestiaire", code: "paused", message: "", until: null },
        ],
      }),
      replies: { answerChallenge: { pending: true }, queueLogs: value(jobLog) },
    },
    states: [
      {
        name: "queue",
        picture: true,
        small: true,
        reach: ({ page }) => expect(page.getByRole("heading", { name: /À vous|Your move/ })).toBeVisible(),
      },
      {
        name: "queue-dragging",
        reach: async ({ page }) => {
          const handle = page.getByRole("button", { name: /^(Déplacer|Move) ?: Pantalon/ });
          await handle.evaluate((element) => element.scrollIntoView({ block: "center" }));
          await handle.focus();
          await page.keyboard.press("Space");
          await expect(page.getByText(/Reste où elle est|Stays where it is/)).toBeAttached();
          // The list may have to scroll first.
          await expect(async () => {
            await page.keyboard.press("ArrowDown");
            await expect(page.getByText(/déposer à|drop at/)).toBeVisible({ timeout: 400 });
          }).toPass();
        },
      },
      {
        name: "queue-picture",
        reach: async (studio) => {
          await studio.page.keyboard.press("Escape");
          await button(studio, /^(Image|Picture) 1/).click();
          await expect(studio.page.getByRole("dialog", { name: /à l’écran|on the screen/ })).toBeVisible();
        },
      },
      {
        name: "queue-answering",
        reach: async (studio) => {
          await studio.page.keyboard.press("Escape");
          await button(studio, /Ouvrir le navigateur|Open the browser/).click();
          await expect(studio.page.getByText(/ouverte devant vous|open in front of you/)).toBeVisible();
        },
      },
    ],
  },
  {
    name: "the log",
    opening: { at: "/log", world: evening() },
    states: [
      {
        name: "log",
        picture: true,
        small: true,
        reach: ({ page }) => expect(page.getByText("the site's answer was not what was expected")).toBeVisible(),
      },
      {
        name: "log-nothing",
        reach: async ({ page }) => {
          await page.getByRole("searchbox").fill("velours");
          await expect(page.getByText(/Rien ici|Nothing here/)).toBeVisible();
          await page.getByRole("searchbox").fill("");
        },
      },
      {
        name: "log-report",
        reach: async (studio) => {
          await button(studio, /Signaler un problème|Report a problem/).click();
          await expect(studio.page.getByText("VintedBot Studio: report of a problem")).toBeVisible();
        },
      },
    ],
  },
  {
    name: "settings in practice",
    opening: {
      at: "/settings/account",
      world: { ...evening(), siteCheck },
      replies: {
        doctor: value({
          checks: [
            { name: "data_folder", ok: true, detail: "/home/ana/.local/share/vintedbot-studio" },
            { name: "isolation", ok: false, detail: "landlock is missing" },
          ],
        }),
      },
    },
    states: [
      {
        name: "settings-account-practice",
        small: true,
        reach: (studio) =>
          expect(button(studio, /Passer à un vrai compte|Switch to a real account/).first()).toBeVisible(),
      },
      {
        name: "settings-site",
        small: true,
        reach: async (studio) => {
          await studio.go("/settings/site-browser");
          await button(studio, /Vérifier le site|Check the site/).click();
          await expect(studio.page.getByText("upload-form-save-button")).toBeVisible();
        },
      },
      {
        name: "settings-browser-download",
        reach: async (studio) => {
          await studio.reply("downloadBrowser", { pending: true });
          await button(studio, /Télécharger un navigateur|Download a browser/).click();
          const progress = { stage: "fetching", received: 61_000_000, total: 168_000_000 };
          await studio.emit({ type: "browser_download", progress });
          await expect(studio.page.getByText(/61\s(Mo|MB) (sur|of) 168/)).toBeVisible();
        },
      },
      {
        name: "settings-photos",
        reach: async (studio) => {
          await studio.go("/settings/photos");
          await expect(studio.page.getByText(/pas être coupée|cannot be shut off/)).toBeVisible();
          await expect(studio.page.getByText(/ne peut rien atteindre|can reach nothing/)).toHaveCount(0);
          await studio.page.getByRole("switch").click();
          await expect(studio.page.getByText(/avec vos droits|with your rights/)).toBeVisible();
        },
      },
      {
        name: "settings-backup",
        reach: async (studio) => {
          await studio.go("/settings/backup");
          await studio.reply("exportBackup", value({ drafts: 28, photos: 144, missing: [] }));
          await button(studio, /Enregistrer un fichier|Save a file/).click();
          await expect(
            studio.page.getByText(/28 brouillons gardés, 144 photos|28 drafts kept, 144 photos/),
          ).toBeVisible();
          await studio.reply("restoreBackup", { pending: true });
          await button(studio, /Choisir un fichier|Choose a file/).click();
          await expect(button(studio, /^(Arrêter|Stop)$/)).toBeVisible();
        },
      },
      {
        name: "settings-table",
        small: true,
        reach: async (studio) => {
          await studio.go("/settings/backup");
          await studio.reply("pickTable", value("/tmp/ventes.csv"));
          await studio.reply("importTable", value(ofTable));
          await button(studio, /Choisir un tableau|Choose a table/).click();
          await expect(button(studio, /Créer 26 brouillons|Make 26 drafts/)).toBeEnabled();
        },
      },
      {
        name: "settings-appearance",
        reach: async (studio) => {
          await studio.go("/settings/appearance");
          await expect(studio.page.getByText("English")).toBeVisible();
        },
      },
      {
        name: "settings-about",
        reach: async (studio) => {
          await studio.go("/settings/about");
          await expect(studio.page.getByText("libheif 1.23.4")).toBeVisible();
        },
      },
    ],
  },
  {
    name: "photos from a phone",
    opening: {
      at: "/settings/phone",
      world: { ...evening(), phones: [iphone] },
      replies: { phoneCode: value(phoneCode), openPhoneDoor: value(openDoor), localApiToken: value("3f0c9a") },
    },
    states: [
      {
        name: "settings-phone",
        small: true,
        reach: (studio) => expect(button(studio, /^(Retirer|Remove) iPhone$/)).toBeVisible(),
      },
      {
        name: "settings-phone-open",
        small: true,
        reach: async (studio) => {
          const { page } = studio;
          await studio.reply("phoneDoor", value(openDoor));
          await page.getByRole("switch", { name: /Laisser un téléphone|Let a phone/ }).click();
          await button(studio, /Afficher un code|Show a code/).click();
          await expect(page.getByRole("img", { name: /Code à scanner|Code to scan/ })).toBeVisible();
          await expect(page.getByText(/Non chiffré|Not encrypted/)).toBeVisible();
        },
      },
      {
        name: "settings-phone-paired",
        reach: async (studio) => {
          const { page } = studio;
          await studio.reply("pairedPhones", value([{ ...iphone, id: "p2", name: "Android" }, iphone]));
          await studio.emit({ type: "phones_changed" });
          await expect(page.getByText(/Android (est associé|is paired)/)).toBeVisible();
          await page.getByRole("switch", { name: /Répondre|Answer/ }).click();
          await button(studio, /Afficher le jeton|Show the token/).click();
          await expect(page.getByRole("textbox", { name: /Pages/ })).toBeVisible();
        },
      },
      {
        name: "photos-from-phone",
        reach: async (studio) => {
          await studio.go("/photos");
          const step = { import_id: "phones", total: 12, photo: null, rejected: null, sender: "iPhone" };
          for (const [place, photo] of imported
            .flatMap((draft) => draft.photos)
            .slice(0, 6)
            .entries()) {
            const made = { id: photo.id, filename: photo.filename, thumb_url: photo.thumb_url, duplicate: false };
            await studio.emit({ type: "import", progress: { ...step, done: place + 1, photo: made } });
          }
          await expect(studio.page.getByText(/6 (photos sur|of) 12/)).toBeVisible();
          await expect(button(studio, /Créer les brouillons|Make the drafts/)).toBeVisible();
        },
      },
      {
        name: "photos-from-phone-done",
        reach: async (studio) => {
          await studio.emit({ type: "import_ended", import_id: "phones", result: importResult });
          await expect(button(studio, /Créer les brouillons|Make the drafts/)).toHaveCount(0);
        },
      },
    ],
  },
  {
    name: "settings of real accounts",
    opening: {
      at: "/settings/account",
      world: real({ accounts: [...evening().accounts, poorly] }),
      replies: { sessionCheck: value({ authenticated: false, username: "atelier.rue9", user_id: "1" }) },
    },
    states: [
      {
        name: "settings-accounts",
        picture: true,
        small: true,
        reach: ({ page }) => expect(page.getByRole("heading", { name: /mini\.vestiaire/ })).toBeVisible(),
      },
      {
        name: "settings-account-expired",
        reach: async (studio) => {
          await button(studio, /^(Vérifier|Check)$/).click();
          await expect(button(studio, /Se reconnecter|Log in again/)).toHaveCount(2);
        },
      },
      {
        name: "settings-account-new",
        reach: async (studio) => {
          await button(studio, /Ajouter un compte|Add an account/).click();
          await expect(studio.page.getByRole("combobox", { name: /Pays|Country/ })).toBeVisible();
        },
      },
    ],
  },
  {
    name: "settings without an account",
    opening: { at: "/settings/account", world: real({ accounts: [] }) },
    states: [
      { name: "settings-account-none", reach: (studio) => expect(button(studio, /Se connecter|Log in/)).toBeVisible() },
    ],
  },
  {
    name: "an engine that cannot start",
    opening: { replies: { settings: refused("data_newer") } },
    states: [{ name: "start-failed", reach: ({ page }) => expect(page.getByRole("alert")).toBeVisible() }],
  },
];

const wide = { width: 1440, height: 900 };
const small = { width: 1024, height: 700 };

// One language is enough for what axe looks at: the messages of both are complete by a test of their own. Pictures
// are made in both.
for (const language of pictures ? (["fr", "en"] as const) : (["fr"] as const)) {
  for (const { name, opening, states } of journeys) {
    test(`${name}, ${language}`, async ({ studio }) => {
      await studio.open({ ...opening, language });
      for (const state of states) {
        const shoot = (look: string) =>
          pictures && (allPictures || state.picture) ? studio.shoot(`${pictures}/${state.name}-${look}.webp`) : null;
        await test.step(state.name, async () => {
          await state.reach(studio);
          await studio.expectAccessible();
          await shoot(`light-${language}`);
          if (state.small) {
            await studio.page.setViewportSize(small);
            const overflow = await studio.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            expect(overflow, "nothing sticks out of the window").toBeLessThanOrEqual(0);
            await studio.expectAccessible();
            if (allPictures) await shoot(`small-${language}`);
            await studio.page.setViewportSize(wide);
          }
          await studio.theme("dark");
          await studio.expectAccessible("colours");
          await shoot(`dark-${language}`);
          await studio.theme("light");
        });
      }
      studio.expectQuiet();
    });
  }
}

test("every screen in English fits its words", async ({ studio, page }) => {
  await studio.open({ world: { ...evening(), jobs, siteCheck }, language: "en", size: small });
  const places = [
    ["/photos", "Photos"],
    ["/drafts", "Drafts"],
    [`/drafts/${robe.id}`, "Robe feuillage"],
    [`/review/${robe.id}`, "Review"],
    ["/queue", "Queue"],
    ["/log", "Log"],
    ["/settings/account", "Settings"],
    ["/settings/site-browser", "Settings"],
    ["/settings/phone", "Settings"],
    ["/settings/about", "Settings"],
  ] as const;
  for (const [path, title] of places) {
    await studio.go(path);
    await expect(page.getByRole("heading", { level: 1, name: new RegExp(`^${title}`) })).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `${path} stays in the window`).toBeLessThanOrEqual(0);
  }
  studio.expectQuiet();
});
