import type { Reply } from "../src/lib/host/fake/index";
import type { ImportResult } from "../src/lib/host/bindings";
import { draftCalled, drafts, evening, imported, jobs, prepared, published } from "./evening";
import { emptyWorld } from "../src/lib/host/fake/world";
import { expect, test, type Opening, type Studio } from "./page";

/** Where pictures go when asked for; tests do not compare them. */
const pictures = process.env.STUDIO_SCREENS;

const robe = draftCalled("Robe feuillage");
const millet = draftCalled("Veste sans manches");

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
    reason: draft.photos.length === 1 ? "single" : "taken_within",
    seconds: draft.photos.length === 1 ? null : 9 + place * 3,
    confidence: place === 1 ? 0.38 : place > 6 ? 0.7 : 0.97 - place / 100,
  })),
};

const value = (given: unknown): Reply => ({ value: given });

interface State {
  name: string;
  opening: Opening;
  /** What a person does to come to the state, and what must be seen there. */
  reach: (studio: Studio) => Promise<void>;
}

const heading = (studio: Studio, name: RegExp) =>
  expect(studio.page.getByRole("heading", { level: 1, name })).toBeVisible();

const fill = async (studio: Studio) => {
  await studio.page.getByRole("button", { name: /Remplir le formulaire|Fill the form/ }).click();
};

const states: State[] = [
  {
    name: "start",
    opening: { at: "/start", world: { ...evening(), settings: {} } },
    reach: (studio) => heading(studio, /Par quoi commencer|Where to begin/),
  },
  {
    name: "start-photos",
    opening: { at: "/start", world: { ...evening(), settings: {} } },
    reach: async ({ page }) => {
      await page.getByRole("button", { name: /Continuer avec l’entraînement|Continue with practice/ }).click();
      await expect(page.getByRole("button", { name: /24 (photos d’exemple|sample photos)/ })).toBeVisible();
    },
  },
  {
    name: "photos-empty",
    opening: { world: { ...emptyWorld(), samples: evening().samples } },
    reach: async ({ page }) => {
      await expect(page.getByRole("button", { name: /24 (photos d’exemple|sample photos)/ })).toBeVisible();
    },
  },
  {
    name: "photos-running",
    opening: { world: { ...emptyWorld() }, replies: { importPhotos: { pending: true } } },
    reach: async (studio) => {
      await studio.drop(["/home/ana/vide-dressing"]);
      const [call] = await studio.calls("importPhotos");
      const import_id = String(call?.[0]);
      const photos = imported.flatMap((draft) => draft.photos);
      await studio.page.clock.setFixedTime("2026-11-20T20:42:38Z");
      for (const [place, photo] of photos.entries()) {
        await studio.emit({
          type: "import",
          progress: {
            import_id,
            total: 40,
            done: place + 1,
            photo: { id: photo.id, filename: photo.filename, thumb_url: photo.thumb_url, duplicate: place === 3 },
            rejected: null,
          },
        });
      }
      await studio.emit({
        type: "import",
        progress: {
          import_id,
          total: 40,
          done: photos.length + 1,
          photo: null,
          rejected: { path: "/home/ana/IMG_4502.MOV", code: "not_an_image", message: "" },
        },
      });
      await expect(studio.page.getByText(/traitées sur 40|of 40 photos done/)).toBeVisible();
    },
  },
  {
    name: "photos-piles",
    opening: { world: evening(), replies: { importPhotos: value(importResult) } },
    reach: async (studio) => {
      await studio.drop(["/home/ana/vide-dressing"]);
      await expect(studio.page.getByRole("link", { name: /^Pile 10/ })).toBeVisible();
    },
  },
  {
    name: "photos-failed",
    opening: {
      replies: { importPhotos: { failure: { code: "storage_full", message: "", details: null } } },
    },
    reach: async (studio) => {
      await studio.drop(["/home/ana/vide-dressing"]);
      await expect(studio.page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "drafts",
    opening: { at: "/drafts", world: evening() },
    reach: async ({ page }) => {
      await expect(page.getByRole("button", { name: /Vérifier les 17|Review the 17/ })).toBeVisible();
    },
  },
  {
    name: "drafts-empty",
    opening: { at: "/drafts" },
    reach: ({ page }) => expect(page.getByRole("button", { name: /Aller aux photos|Go to the photos/ })).toBeVisible(),
  },
  {
    name: "drafts-nothing-found",
    opening: { at: "/drafts", world: evening() },
    reach: async ({ page }) => {
      await page.getByRole("searchbox").fill("velours");
      await expect(page.getByText(/Rien pour|Nothing for/)).toBeVisible();
    },
  },
  {
    name: "drafts-loading",
    opening: { at: "/drafts", world: evening(), replies: { listDrafts: { pending: true } } },
    reach: (studio) => heading(studio, /Brouillons|Drafts/),
  },
  {
    name: "drafts-failed",
    opening: {
      at: "/drafts",
      replies: { listDrafts: { failure: { code: "internal", message: "", details: { incident: "7f3a91" } } } },
    },
    reach: ({ page }) => expect(page.getByText("7f3a91")).toBeVisible(),
  },
  {
    name: "editor",
    opening: { at: `/drafts/${millet.id}`, world: evening() },
    reach: ({ page }) =>
      expect(page.getByText(/«\s*sublime\s*» est un superlatif|“sublime” is a superlative/)).toBeVisible(),
  },
  {
    name: "editor-ready",
    opening: { at: `/drafts/${robe.id}`, world: evening() },
    reach: ({ page }) =>
      expect(page.getByRole("button", { name: /Vérifier cette annonce|Review this listing/ })).toBeEnabled(),
  },
  {
    name: "editor-category",
    opening: { at: `/drafts/${millet.id}`, world: evening() },
    reach: async ({ page }) => {
      await page.getByRole("combobox", { name: /Catégorie|Category/ }).fill("trench");
      await expect(page.getByRole("option")).toHaveCount(2);
    },
  },
  {
    name: "editor-unsaved",
    opening: {
      at: `/drafts/${robe.id}`,
      world: evening(),
      replies: { changeDraft: { failure: { code: "storage_full", message: "", details: null } } },
    },
    reach: async ({ page }) => {
      await page.getByRole("textbox", { name: /^(Titre|Title)$/ }).fill("Robe verte");
      await expect(page.getByRole("button", { name: /Pas encore enregistré|Not saved yet/ })).toBeVisible();
    },
  },
  {
    name: "review-empty",
    opening: { at: "/review" },
    reach: ({ page }) => expect(page.getByText(/Rien à vérifier|Nothing to review/)).toBeVisible(),
  },
  {
    name: "review-to-fill",
    opening: { at: `/review/${robe.id}`, world: evening() },
    reach: ({ page }) =>
      expect(page.getByRole("button", { name: /Remplir le formulaire|Fill the form/ })).toBeEnabled(),
  },
  {
    name: "review-filling",
    opening: { at: `/review/${robe.id}`, world: evening(), replies: { prepare: { pending: true } } },
    reach: async (studio) => {
      await fill(studio);
      for (const code of ["start_browser", "open_form", "check_account", "add_photos", "fill_title"])
        await studio.emit({ type: "step", draft_id: robe.id, code });
      await expect(studio.page.getByText(/Écrire le titre|Write the title/)).toBeVisible();
    },
  },
  {
    name: "review-filled",
    opening: { at: `/review/${robe.id}`, world: evening(), replies: { prepare: value(prepared(robe, true)) } },
    reach: async (studio) => {
      await fill(studio);
      await expect(studio.page.getByRole("button", { name: /Publier à 42|Publish at €42/ })).toBeEnabled();
      await expect(studio.page.getByText(/valable 27 min|valid for 27 min/)).toBeVisible();
    },
  },
  {
    name: "review-publishing",
    opening: {
      at: `/review/${robe.id}`,
      world: evening(),
      replies: { prepare: value(prepared(robe, false)), publish: { pending: true } },
    },
    reach: async (studio) => {
      await fill(studio);
      await studio.page.getByRole("button", { name: /Publier à 42|Publish at €42/ }).click();
      for (const code of ["read_own_items", "publish"]) await studio.emit({ type: "step", draft_id: robe.id, code });
      await expect(studio.page.getByRole("heading", { name: /Publication en cours|Publishing/ })).toBeVisible();
    },
  },
  {
    name: "review-challenge",
    opening: {
      at: `/review/${robe.id}`,
      world: evening(),
      replies: {
        prepare: value({
          ...prepared(robe, false),
          confirm_token: null,
          needs_manual: true,
          reason: "captcha_or_verification",
        }),
      },
    },
    reach: async (studio) => {
      await fill(studio);
      await expect(studio.page.getByText(/que vous êtes humain|that you are human/)).toBeVisible();
    },
  },
  {
    name: "review-published",
    opening: {
      at: `/review/${robe.id}`,
      world: evening(),
      replies: { prepare: value(prepared(robe, false)), publish: value(published(robe)) },
    },
    reach: async (studio) => {
      await fill(studio);
      await studio.page.getByRole("button", { name: /Publier à 42|Publish at €42/ }).click();
      await expect(studio.page.getByText(/L’annonce est en ligne|The listing is live/).first()).toBeVisible();
    },
  },
  {
    name: "review-unknown",
    opening: {
      at: `/review/${robe.id}`,
      world: {
        ...evening(),
        drafts: drafts.map((draft) => (draft.id === robe.id ? { ...draft, unknown_outcome: true } : draft)),
      },
    },
    reach: ({ page }) => expect(page.getByRole("button", { name: /Elle n’y est pas|It is not there/ })).toBeVisible(),
  },
  {
    name: "review-session-expired",
    opening: {
      at: `/review/${robe.id}`,
      world: evening(),
      replies: { prepare: { failure: { code: "session_expired", message: "", details: null } } },
    },
    reach: async (studio) => {
      await fill(studio);
      await expect(studio.page.getByText(/Session expirée|Session expired/)).toBeVisible();
    },
  },
  {
    name: "queue",
    opening: { at: "/queue", world: { ...evening(), jobs } },
    reach: ({ page }) => expect(page.getByRole("heading", { name: /À vous|Your move/ })).toBeVisible(),
  },
  {
    name: "queue-empty",
    opening: { at: "/queue" },
    reach: ({ page }) => expect(page.getByText(/La file est vide|The queue is empty/)).toBeVisible(),
  },
  {
    name: "settings-account-practice",
    opening: { at: "/settings/account", world: evening() },
    reach: ({ page }) =>
      expect(
        page.getByRole("button", { name: /Passer à un vrai compte|Switch to a real account/ }).first(),
      ).toBeVisible(),
  },
  {
    name: "settings-account-none",
    opening: {
      at: "/settings/account",
      world: {
        ...evening(),
        about: { ...evening().about, practice: false, site_url: "https://www.vinted.fr" },
        accounts: [],
      },
    },
    reach: ({ page }) => expect(page.getByRole("button", { name: /Se connecter|Log in/ })).toBeVisible(),
  },
  {
    name: "settings-account-expired",
    opening: {
      at: "/settings/account",
      world: { ...evening(), about: { ...evening().about, practice: false, site_url: "https://www.vinted.fr" } },
      replies: { sessionCheck: value({ authenticated: false, username: "atelier.rue9", user_id: "1" }) },
    },
    reach: async ({ page }) => {
      await page.getByRole("button", { name: /^(Vérifier|Check)$/ }).click();
      await expect(page.getByRole("button", { name: /Se reconnecter|Log in again/ })).toBeVisible();
    },
  },
  {
    name: "settings-appearance",
    opening: { at: "/settings/appearance", world: evening() },
    reach: ({ page }) => expect(page.getByText("English")).toBeVisible(),
  },
  {
    name: "settings-about",
    opening: { at: "/settings/about", world: evening() },
    reach: ({ page }) => expect(page.getByText("Chromium 142")).toBeVisible(),
  },
  {
    name: "start-failed",
    opening: { replies: { settings: { failure: { code: "data_newer", message: "", details: null } } } },
    reach: ({ page }) => expect(page.getByRole("alert")).toBeVisible(),
  },
];

for (const { name, opening, reach } of states) {
  // Light in French and dark in English cover every text and every colour of each state.
  for (const [theme, language] of [
    ["light", "fr"],
    ["dark", "en"],
  ] as const) {
    test(`${name}, ${theme}, ${language}`, async ({ studio }) => {
      await studio.open({ ...opening, theme, language });
      await reach(studio);
      if (pictures) await studio.page.screenshot({ path: `${pictures}/${name}-${theme}-${language}.png` });
      await studio.expectSound();
    });
  }
}

test.describe("at the smallest size", () => {
  for (const name of [
    "photos-piles",
    "drafts",
    "editor",
    "review-filled",
    "review-published",
    "queue",
    "settings-account-practice",
    "start",
  ]) {
    test(name, async ({ studio }) => {
      const state = states.find((each) => each.name === name);
      if (!state) throw new Error(`no state ${name}`);
      await studio.open({ ...state.opening, size: { width: 1024, height: 700 } });
      await state.reach(studio);
      if (pictures) await studio.page.screenshot({ path: `${pictures}/${name}-1024.png` });
      const overflow = await studio.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, "nothing sticks out of the window").toBeLessThanOrEqual(0);
      await studio.expectSound();
    });
  }
});
