import type { ImportResult } from "../src/lib/host/bindings";
import {
  draftCalled,
  drafts,
  evening,
  evidenceOf,
  imported,
  jobs,
  pilesOf,
  prepared,
  published,
  siteCheck,
} from "./evening";
import { expect, test } from "./page";

const robe = draftCalled("Robe feuillage");
const millet = draftCalled("Veste sans manches");
const jean = draftCalled("Jean droit");

const result: ImportResult = {
  drafts: imported,
  rejected: [],
  photos: { total: 20, stored: 20, duplicates: 0 },
  stopped: false,
  groups: imported.map((draft) => ({ draft_id: draft.id, reason: "taken_within", seconds: 12, confidence: 0.9 })),
};

test("the policy of the desktop is in force", async ({ studio, page }) => {
  await studio.open();
  const applied = await page.evaluate(() => {
    const style = document.createElement("style");
    style.textContent = "body { opacity: 0.5 }";
    document.head.append(style);
    return getComputedStyle(document.body).opacity;
  });
  expect(applied, "an inline style does nothing").toBe("1");
  expect(studio.complaints.join(" "), "and the browser says why").toContain("Content Security Policy");
});

test("from dropped photos to a published listing", async ({ studio, page }) => {
  await studio.open({
    world: evening(),
    replies: {
      importPhotos: { value: result },
      prepare: { value: prepared(robe, false) },
      publish: { value: published(robe) },
    },
  });
  await studio.drop(["/home/ana/vide-dressing"]);
  await expect(page.getByText("10 brouillons créés")).toBeVisible();
  await page.getByRole("button", { name: "Compléter 6 brouillons" }).click();
  await page.getByRole("button", { name: "Vérifier les 17 annonces prêtes" }).click();
  await page.getByRole("button", { name: "Remplir le formulaire" }).click();
  await page.getByRole("button", { name: /Publier à 42/ }).click();
  await expect(page.getByRole("heading", { name: "L’annonce est en ligne" })).toBeVisible();
  await expect(page.getByText("http://127.0.0.1:4873/items/5012345678-robe-feuillage-bleue")).toBeVisible();
  await expect(page.getByRole("row", { name: /Couleurs .* Différent/ })).toBeVisible();
  expect(await studio.calls("publish"), "one live publish with the token of the form").toEqual([
    ["v4.local.example", true],
  ]);
});

test("undo takes an import back", async ({ studio, page }) => {
  await studio.open({ world: evening(), replies: { importPhotos: { value: result } } });
  await studio.drop(["/home/ana/vide-dressing"]);
  await page.getByRole("button", { name: "Annuler" }).click();
  await expect(page.getByRole("link", { name: /^Pile 1/ })).toHaveCount(0);
  expect(await studio.calls("removeDraft"), "each draft of the import").toHaveLength(10);
});

test("a drop on another screen leads to the photos", async ({ studio, page }) => {
  await studio.open({ at: "/queue", replies: { importPhotos: { pending: true } } });
  await studio.drop(["/home/ana/IMG_1.HEIC"]);
  await expect(page.getByRole("heading", { level: 1, name: "Photos" })).toBeVisible();
  expect((await studio.calls("importPhotos"))[0]?.slice(1), "with its paths").toEqual([
    ["/home/ana/IMG_1.HEIC"],
    "auto",
  ]);
});

test("stop ends an import", async ({ studio, page }) => {
  await studio.open({ replies: { importPhotos: { pending: true } } });
  await studio.drop(["/home/ana/a"]);
  await page.getByRole("button", { name: "Arrêter" }).click();
  const [started] = await studio.calls("importPhotos");
  expect(await studio.calls("stopImport"), "the running one").toEqual([[started?.[0]]]);
});

test("typing is saved on its way and the checks follow", async ({ studio, page }) => {
  await studio.open({ at: `/drafts/${millet.id}`, world: evening() });
  await page.getByRole("combobox", { name: "Taille" }).fill("L");
  await expect(page.getByText("Enregistré à 21:42")).toBeVisible();
  expect((await studio.calls("changeDraft")).at(-1), "the field, on the revision that was shown").toEqual([
    millet.id,
    3,
    [{ key: "size", value: "L" }],
  ]);
  expect((await studio.calls("checkDraft")).length, "the gates were asked again").toBeGreaterThan(1);
});

test("a repair is one click and can be seen before", async ({ studio, page }) => {
  await studio.open({ at: `/drafts/${millet.id}`, world: evening() });
  await page.getByRole("button", { name: /Mettre «\sVeste sans manches bleue Millet L – Très bon état/ }).click();
  await expect(page.getByRole("textbox", { name: "Titre" })).toHaveValue(
    "Veste sans manches bleue Millet L – Très bon état",
  );
});

test("a draft is reviewed without its style where the site takes it", async ({ studio, page }) => {
  const { checks } = evening();
  const check = checks[jean.id];
  if (!check) throw new Error("no check");
  await studio.open({
    at: `/drafts/${millet.id}`,
    world: { ...evening(), checks: { ...checks, [jean.id]: { ...check, preparable: true } } },
  });
  await expect(page.getByText("Encore 2 points avant la vérification.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Vérifier quand même" }), "the site wants a size").toHaveCount(0);
  await studio.go(`/drafts/${jean.id}`);
  await page.getByRole("button", { name: "Vérifier quand même" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Vérification" })).toBeVisible();
});

test("a repair from the bench can be undone with the keyboard", async ({ studio, page }) => {
  await studio.open({ at: "/drafts", world: evening() });
  await page.getByRole("button", { name: "Raccourcir le titre" }).click();
  await expect(page.getByRole("link", { name: "Jean droit bleu Levi’s W29 – Bon état" })).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("link", { name: jean.title })).toBeVisible();
});

test("what could not be saved is still there when the editor is opened again", async ({ studio, page }) => {
  await studio.open({
    at: `/drafts/${robe.id}`,
    world: evening(),
    replies: { changeDraft: { failure: { code: "storage_full", message: "", details: null } } },
  });
  await page.getByRole("textbox", { name: "Titre" }).fill("Robe verte");
  await expect(page.getByRole("button", { name: /Pas encore enregistré/ })).toBeVisible();
  await page.getByRole("link", { name: /^File/ }).click();
  await page.goBack();
  await expect(page.getByRole("textbox", { name: "Titre" })).toHaveValue("Robe verte");
});

test("a draft is removed and comes back", async ({ studio, page }) => {
  await studio.open({ at: `/drafts/${robe.id}`, world: evening() });
  await page.getByRole("button", { name: "Détails" }).click();
  await page.getByRole("menuitem", { name: "Retirer le brouillon" }).click();
  await expect(page.getByRole("link", { name: /Robe feuillage/ })).toHaveCount(0);
  await page.getByRole("button", { name: "Annuler" }).click();
  await expect(page.getByRole("link", { name: /Robe feuillage/ })).toBeVisible();
});

test("photos are put in order by keys", async ({ studio, page }) => {
  await studio.open({ at: `/drafts/${robe.id}`, world: evening() });
  await page.getByRole("button", { name: "Photo 1 sur 3, couverture" }).focus();
  await page.keyboard.press("Alt+ArrowRight");
  await expect(page.getByText("Photo en place 2 sur 3.")).toBeAttached();
  const ids = robe.photos.map((photo) => photo.id);
  expect((await studio.calls("setDraftPhotos")).at(-1), "first and second have changed places").toEqual([
    robe.id,
    [ids[1], ids[0], ids[2]],
  ]);
});

test("photos are put in order by the mouse", async ({ studio, page }) => {
  await studio.open({ at: `/drafts/${robe.id}`, world: evening() });
  const from = await page.getByRole("button", { name: "Photo 3 sur 3" }).boundingBox();
  const to = await page.getByRole("button", { name: "Photo 1 sur 3, couverture" }).boundingBox();
  if (!from || !to) throw new Error("the photos are not there");
  await page.mouse.move(from.x + 20, from.y + 20);
  await page.mouse.down();
  await page.mouse.move(to.x + 30, to.y + 20, { steps: 8 });
  await page.mouse.move(to.x + 10, to.y + 20, { steps: 4 });
  await page.mouse.up();
  const ids = robe.photos.map((photo) => photo.id);
  await expect
    .poll(() => studio.calls("setDraftPhotos"), "the last is the cover now")
    .toEqual([[robe.id, [ids[2], ids[0], ids[1]]]]);
});

test("a photo that is put back leaves those that came meanwhile", async ({ studio, page }) => {
  const [first, second, third] = robe.photos;
  if (!first || !second || !third) throw new Error("the dress has three photos");
  await studio.open({ at: `/drafts/${robe.id}`, world: evening() });
  await page.getByRole("button", { name: "Photo 1 sur 3, couverture" }).focus();
  await page.keyboard.press("Delete");
  await page.getByRole("button", { name: "Photo 1 sur 2, couverture" }).focus();
  await page.keyboard.press("Alt+ArrowRight");
  await expect(page.getByText("Photo en place 2 sur 2.")).toBeAttached();
  await page.getByRole("button", { name: "Annuler" }).click();
  await expect
    .poll(async () => (await studio.calls("setDraftPhotos")).at(-1), "in its place, and the others as they are now")
    .toEqual([robe.id, [first.id, third.id, second.id]]);
});

test("the bench is walked with arrow keys, and Enter opens", async ({ studio, page }) => {
  await studio.open({ at: "/drafts", world: evening() });
  await page.getByRole("link", { name: /^Blouson polaire/ }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("link", { name: /^Veste sans manches/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: /Veste sans manches/ })).toBeVisible();
});

test("five thousand drafts draw only those that are seen", async ({ studio, page }) => {
  const many = Array.from({ length: 5000 }, (_, place) => ({ ...robe, id: `draft-${place}`, title: `Robe ${place}` }));
  await studio.open({ at: "/drafts", world: { ...evening(), drafts: many } });
  await expect(page.getByRole("link", { name: /^Robe 0 / })).toBeVisible();
  expect(await page.getByRole("listitem").count(), "the list is virtual").toBeLessThan(120);
  await page.getByRole("link", { name: /^Robe 0 / }).focus();
  await page.keyboard.press("End");
  await expect(page.getByRole("link", { name: /^Robe 4999/ })).toBeFocused();
});

test("the search asks the engine and a filter narrows", async ({ studio, page }) => {
  await studio.open({ at: "/drafts", world: evening() });
  await page.getByRole("button", { name: /^Marque 2/ }).click();
  await expect(page.getByRole("link", { name: /Chaussures rouges/ })).toHaveCount(0);
  await expect(page.getByRole("link", { name: /^Blouson polaire/ })).toBeVisible();
  await page.getByRole("button", { name: /^Tous/ }).click();
  await page.getByRole("searchbox").fill("mango");
  await expect(page.getByRole("link", { name: /^Blouson polaire/ })).toHaveCount(0);
  expect((await studio.calls("draftCounts")).at(-1), "what was typed").toMatchObject([{ search: "mango" }]);
});

test("a word that nobody wrote leads to the one that was meant", async ({ studio, page }) => {
  await studio.open({ at: "/drafts", world: { ...evening(), instead: "robe" } });
  await page.getByRole("searchbox").fill("ropbe");
  await page.getByRole("button", { name: "Chercher « robe »" }).click();
  await expect(page.getByRole("link", { name: /^Robe feuillage/ })).toBeVisible();
});

test("many are selected by keys and mouse, changed together and put back", async ({ studio, page }) => {
  await studio.open({ at: "/drafts", world: evening() });
  await page.getByRole("link", { name: /^Blouson polaire/ }).focus();
  await page.keyboard.press("Space");
  await page.getByRole("link", { name: /^Jean droit/ }).click({ modifiers: ["Shift"] });
  await expect(page.getByText("3 choisis"), "the stretch").toBeVisible();
  await page.getByRole("link", { name: /^Robe feuillage/ }).click({ modifiers: ["Control"] });
  await expect(page.getByText("4 choisis"), "and one of the other list").toBeVisible();
  await page.getByRole("button", { name: "Prix", exact: true }).click();
  await page.getByRole("button", { name: "Baisser de 10 %" }).click();
  await expect(page.getByText(/Prix de 4 brouillons baissés de 10/)).toBeVisible();
  const [[change]] = (await studio.calls("changeMany")) as [[{ ids: string[]; price_percent: number }]];
  expect(change.price_percent).toBe(-10);
  expect(change.ids, "those that were selected, and no other").toHaveLength(4);
  await expect(page.getByRole("link", { name: /^Robe feuillage.*38/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("link", { name: /^Robe feuillage.*42/ }), "exactly what stood").toBeVisible();
  await page.getByRole("link", { name: /^Blouson polaire/ }).focus();
  await page.keyboard.press("Control+a");
  await expect(page.getByText(/^\d+ choisis/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText(/choisis/)).toHaveCount(0);
});

test("an earlier version comes back, and the way forward again", async ({ studio, page }) => {
  await studio.open({ at: `/drafts/${millet.id}`, world: evening() });
  await page.getByRole("button", { name: "Versions" }).click();
  await page.getByRole("button", { name: /^Revenir à cette version.*21:31/ }).click();
  await expect(page.getByText(/version de 21:31 reprise/)).toBeVisible();
  expect(await studio.calls("revertDraft")).toEqual([[millet.id, 2, 3]]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("textbox", { name: "Titre" })).toHaveValue("Veste bleue");
});

test("a planned job is taken to another time by keys, and back", async ({ studio, page }) => {
  await studio.open({
    at: "/queue",
    world: { ...evening(), jobs },
    replies: { queueLogs: { value: { chunk: "", offset: 0 } } },
  });
  await page.getByRole("button", { name: /^Déplacer : Pantalon/ }).focus();
  await page.keyboard.press("Space");
  await expect(page.getByText("Reste où elle est")).toBeAttached();
  // The list may have to scroll first.
  await expect(async () => {
    await page.keyboard.press("ArrowDown");
    await expect(page.getByText(/^déposer à/)).toBeVisible({ timeout: 400 });
  }).toPass();
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Annuler" })).toBeVisible();
  const [[moved, at]] = (await studio.calls("queueMove")) as [[string, string]];
  expect(moved).toBe(jobs.find((job) => job.title.startsWith("Pantalon"))?.id);
  expect(at, "by the wall clock").toMatch(/^2026-11-\d\d \d\d:\d\d$/);
  await page.getByRole("button", { name: "Annuler" }).click();
  expect((await studio.calls("queueMove")).at(-1)?.[1], "back where it was").toBe("2026-11-20T20:40:00Z");
});

test("Ctrl+K finds screens, commands and drafts", async ({ studio, page }) => {
  await studio.open({ at: "/photos", world: evening() });
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /Écran, brouillon/ }).fill("file");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "File" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /Écran, brouillon/ }).fill("promod");
  await expect(page.getByRole("option", { name: /^Robe dentelle/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: /^Robe dentelle/ })).toBeVisible();
});

test("the log shows what is written now, and a report is read before it is saved", async ({ studio, page }) => {
  await studio.open({ at: "/log", world: evening() });
  await expect(page.getByText("draft prepared")).toBeVisible();
  const line = {
    cursor: "2026-11-20:000000009999",
    at: "2026-11-20T20:42:01Z",
    level: "warn",
    target: "app",
    message: "just written",
    values: [],
  };
  await studio.reply("ownLog", { value: { lines: [line], older: null, newest: "2026-11-20:000000010000" } });
  await expect(page.getByText("just written").first()).toBeVisible();
  await page.getByRole("button", { name: "Signaler un problème" }).click();
  const shown = await page.getByRole("region", { name: "Texte du rapport" }).textContent();
  await page.getByRole("button", { name: "Enregistrer le rapport" }).click();
  await expect(page.getByText("Rapport enregistré")).toBeVisible();
  const [[, saved]] = (await studio.calls("saveProblemReport")) as [[string, string]];
  expect(saved, "what was read is what is saved").toBe(shown);
});

test("a dry run publishes nothing and says so", async ({ studio, page }) => {
  await studio.open({
    at: `/review/${robe.id}`,
    world: evening(),
    replies: {
      prepare: { value: prepared(robe, false) },
      publish: {
        value: { ...published(robe), dry_run: true, listing_id: null, listing_url: null, readback: {}, warnings: [] },
      },
    },
  });
  await page.getByRole("button", { name: "Remplir le formulaire" }).click();
  await page.getByRole("button", { name: "Faire un essai à blanc" }).click();
  await expect(page.getByText(/rien n’a été publié/)).toBeVisible();
  await expect(page.getByRole("button", { name: /Publier à 42/ }), "the review stays valid").toBeEnabled();
  expect(await studio.calls("publish")).toEqual([["v4.local.example", false]]);
});

test("a review out of date cannot be published", async ({ studio, page }) => {
  await studio.open({
    at: `/review/${robe.id}`,
    world: evening(),
    replies: { prepare: { value: prepared(robe, false) } },
  });
  await page.getByRole("button", { name: "Remplir le formulaire" }).click();
  await expect(page.getByRole("button", { name: /Publier à 42/ })).toBeVisible();
  await page.clock.setFixedTime("2026-11-20T21:10:00Z");
  await expect(page.getByText("Vérification périmée")).toBeVisible();
  await expect(page.getByRole("button", { name: /Publier à 42/ })).toHaveCount(0);
});

test("a draft edited after the form was filled asks for a new filling", async ({ studio, page }) => {
  await studio.open({
    at: `/review/${robe.id}`,
    world: evening(),
    replies: { prepare: { value: prepared(robe, true) } },
  });
  await page.getByRole("button", { name: "Remplir le formulaire" }).click();
  await page.getByRole("button", { name: "Corriger dans la fiche" }).click();
  await page.getByRole("combobox", { name: "Taille" }).fill("40");
  await expect(page.getByText("Enregistré à 21:42")).toBeVisible();
  await page.getByRole("button", { name: "Vérifier cette annonce" }).click();
  await expect(page.getByText("Le brouillon a changé")).toBeVisible();
  await expect(page.getByRole("button", { name: /Publier à 42/ })).toHaveCount(0);
});

test("an unknown outcome is settled by the person's word only", async ({ studio, page }) => {
  const unknown = { ...robe, unknown_outcome: true };
  const evidence = evidenceOf(robe);
  await studio.open({
    at: `/review/${robe.id}`,
    world: {
      ...evening(),
      drafts: drafts.map((draft) => (draft.id === robe.id ? unknown : draft)),
      evidence: { [robe.id]: { ...evidence, candidates: [], looked_at: null } },
    },
    replies: { resolvePublish: { value: published(robe) } },
  });
  await expect(page.getByRole("button", { name: "Remplir le formulaire" })).toBeDisabled();
  await expect(page.getByText("n’ont pas encore pu être lues")).toBeVisible();
  await studio.reply("publishEvidence", { value: evidence });
  await page.getByRole("button", { name: "Regarder mes annonces" }).click();
  const rows = page.getByRole("table", { name: /Ce qui a été envoyé/ }).getByRole("row");
  await expect(rows, "head, what was sent, and two own items").toHaveCount(4);
  await expect(rows.nth(3).getByText("Différent")).toHaveCount(2);
  expect(await studio.calls("publishEvidence"), "the site is read only when asked to").toEqual([
    [robe.id, false],
    [robe.id, true],
  ]);
  await page.getByRole("button", { name: "En ligne, sans être dans la liste" }).click();
  await expect(page.getByRole("textbox", { name: /Numéro ou adresse/ })).toBeFocused();
  await page.getByRole("textbox", { name: /Numéro ou adresse/ }).fill("robe");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/Collez l’adresse/)).toBeVisible();
  expect(await studio.calls("resolvePublish"), "nothing was said yet").toEqual([]);
  await page.getByRole("button", { name: /^C’est celle-ci : Robe feuillage.*5012345678$/ }).click();
  await expect(page.getByRole("heading", { name: "L’annonce est en ligne" })).toBeVisible();
  expect(await studio.calls("resolvePublish")).toEqual([[robe.id, { outcome: "published", listing_id: "5012345678" }]]);
  expect(await studio.calls("publish"), "and nothing was published").toEqual([]);
});

test("a look at the own items goes on behind other screens, and nothing is answered meanwhile", async ({
  studio,
  page,
}) => {
  const evidence = evidenceOf(robe);
  await studio.open({
    at: `/review/${robe.id}`,
    world: {
      ...evening(),
      drafts: drafts.map((draft) => (draft.id === robe.id ? { ...robe, unknown_outcome: true } : draft)),
    },
    replies: { publishEvidence: { failure: { code: "storage_unavailable", message: "", details: null } } },
  });
  await expect(page.getByText("Dossier de données inutilisable"), "why nothing is shown").toBeVisible();
  await studio.reply("publishEvidence", { value: { ...evidence, not_looked: "cancelled" } });
  await page.getByRole("button", { name: "Regarder mes annonces" }).click();
  await expect(page.getByText("Tout concorde")).toBeVisible();
  await expect(page.getByText("À votre demande."), "who stopped it knows").toHaveCount(0);
  await studio.reply("publishEvidence", { pending: true });
  await page.getByRole("button", { name: "Regarder à nouveau" }).click();
  await studio.go("/queue");
  await studio.reply("publishEvidence", { value: evidence });
  await studio.go(`/review/${robe.id}`);
  for (const name of [/^C’est celle-ci : Robe feuillage/, "Elle n’est pas publiée"])
    await expect(page.getByRole("button", { name })).toBeDisabled();
  await page.getByRole("button", { name: "En ligne, sans être dans la liste" }).click();
  await expect(page.getByRole("button", { name: "Elle est en ligne" })).toBeDisabled();
  await page.getByRole("button", { name: "Arrêter" }).click();
  expect(await studio.calls("stop")).toEqual([["evidence"]]);
});

test("the person presses the site's own button, and the app notes the listing", async ({ studio, page }) => {
  await studio.open({
    at: `/review/${robe.id}`,
    world: evening(),
    replies: {
      prepare: { value: prepared(robe, false) },
      publishByHand: { failure: { code: "cancelled", message: "", details: null } },
    },
  });
  await page.getByRole("button", { name: "Remplir le formulaire" }).click();
  const open = page.getByRole("button", { name: "Ouvrir le navigateur" });
  await open.click();
  await expect(page.getByText("À votre demande.")).toBeVisible();
  await expect(open, "nobody pressed, so the review holds").toBeEnabled();
  await studio.reply("publishByHand", { value: published(robe) });
  await open.click();
  await expect(page.getByRole("heading", { name: "L’annonce est en ligne" })).toBeVisible();
  expect(await studio.calls("publish"), "the app's own click was not used").toEqual([]);
});

test("an answered challenge leads on from a form that was checked afresh", async ({ studio, page }) => {
  await studio.open({
    at: `/review/${robe.id}`,
    world: evening(),
    replies: {
      prepare: {
        value: { ...prepared(robe, false), confirm_token: null, needs_manual: true, reason: "captcha_or_verification" },
      },
      answerChallenge: { value: { draft_id: robe.id, jobs: [], prepared: prepared(robe, false) } },
    },
  });
  await page.getByRole("button", { name: "Remplir le formulaire" }).click();
  await page.getByRole("button", { name: "Ouvrir le navigateur" }).click();
  await expect(page.getByRole("button", { name: /Publier à 42/ })).toBeEnabled();
  expect(await studio.calls("prepare"), "without another press").toHaveLength(1);
});

test("only the job whose page is shown waits for the answer", async ({ studio, page }) => {
  const [first] = jobs;
  if (!first) throw new Error("no challenged job");
  const second = { ...first, id: "second", item_id: robe.id, title: robe.title };
  await studio.open({
    at: "/queue",
    world: { ...evening(), jobs: [first, second] },
    replies: { answerChallenge: { pending: true } },
  });
  await page.getByRole("button", { name: "Ouvrir le navigateur" }).last().click();
  await expect(page.getByText(/La page est ouverte devant vous/)).toHaveCount(1);
  await expect(page.getByRole("alert").filter({ hasText: "ouverte devant vous" })).toContainText(robe.title);
  await expect(page.getByRole("button", { name: "Ouvrir le navigateur" }), "one page is held").toBeDisabled();
});

test("a plan is said before anything is queued, and can be taken back", async ({ studio, page }) => {
  await studio.open({ at: "/drafts", world: evening() });
  await page.getByRole("button", { name: "Planifier les 17 prêtes" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Entre" }).fill("soir");
  await expect(dialog.getByText("Une heure, comme 19 h 30")).toBeVisible();
  await expect(dialog.getByRole("button", { name: /^Mettre 17/ })).toBeDisabled();
  await dialog.getByRole("textbox", { name: "Entre" }).fill("19h");
  await dialog.getByRole("textbox", { name: "et", exact: true }).fill("20h");
  await expect(dialog.getByText(/10 demain, les 7 dernières dimanche 22 novembre dès 19\sh/)).toBeVisible();
  await expect(dialog.getByText("La limite par heure du compte en décale 7.")).toBeVisible();
  expect(await studio.calls("queueAdd"), "nothing is queued yet").toEqual([]);
  await dialog.getByRole("button", { name: "Mettre 17 annonces dans la file" }).click();
  const [[asked]] = (await studio.calls("queueAdd")) as [[{ between: [string, string]; live: boolean }]];
  expect([asked.live, ...asked.between], "by the wall clock").toEqual([true, "2026-11-21 19:00", "2026-11-21 20:00"]);
  await expect(page.getByText("17 dans la file")).toBeVisible();
  await expect(page.getByRole("link", { name: /^Vérification/ }), "nothing is left to review").not.toContainText("17");
  await page.getByRole("button", { name: "Annuler" }).click();
  await expect(page.getByRole("button", { name: "Planifier les 17 prêtes" })).toBeVisible();
});

test("photos are turned and cropped by keys, and each change is taken back", async ({ studio, page }) => {
  await studio.open({ at: `/drafts/${robe.id}`, world: evening() });
  const first = robe.photos[0]?.id;
  await page.getByRole("button", { name: "Photo 1 sur 3, couverture" }).focus();
  await page.keyboard.press("r");
  await expect(page.getByRole("button", { name: "Revenir en arrière (1 retouche)" })).toBeVisible();
  await page.getByRole("button", { name: "Photo 1 sur 3, couverture" }).focus();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Bord gauche" }).focus();
  await page.keyboard.press("Shift+ArrowRight");
  await expect(dialog.getByText(/1440 × 1080/)).toHaveCount(0);
  await dialog.getByRole("button", { name: "Recadrer" }).click();
  await expect(page.getByRole("button", { name: "Revenir en arrière (2 retouches)" })).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("button", { name: "Revenir en arrière (1 retouche)" })).toBeVisible();
  await page.getByRole("button", { name: "Revenir en arrière (1 retouche)" }).click();
  await expect(page.getByRole("button", { name: /Revenir en arrière/ })).toHaveCount(0);
  expect([await studio.calls("turnPhoto"), (await studio.calls("undoPhotoEdit")).length]).toEqual([[[first, 1]], 2]);
});

test("the tools of a photo keep the focus while it is worked on", async ({ studio, page }) => {
  await studio.open({ at: `/drafts/${robe.id}`, world: evening() });
  const turn = page.getByRole("button", { name: "Tourner à droite" });
  await turn.click();
  await turn.click();
  await expect(page.getByRole("button", { name: "Revenir en arrière (2 retouches)" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Annuler" }), "of the newest turn only").toHaveCount(1);
  await page.getByRole("button", { name: "Annuler" }).click();
  const undo = page.getByRole("button", { name: "Revenir en arrière (1 retouche)" });
  await undo.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Aucune retouche à défaire" })).toBeFocused();
  await studio.reply("turnPhoto", { pending: true });
  await turn.click();
  await expect(turn).toBeDisabled();
  await expect(turn).toBeFocused();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Photo 1 sur 3, couverture" }).focus();
  await page.keyboard.press("c");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await studio.calls("turnPhoto"), "two turns, and the one that is made").toHaveLength(3);
});

test("an import that was cut short is gone on with", async ({ studio, page }) => {
  const unfinished = {
    id: "u",
    paths: ["/home/ana/vide-dressing"],
    grouping: "auto" as const,
    done: 312,
    total: 500,
    stopped: false,
    from_phones: false,
    started_at: "2026-11-20T20:05:00Z",
  };
  await studio.open({
    world: { ...evening(), unfinished: [unfinished] },
    replies: { resumeImport: { value: result } },
  });
  await page.getByRole("button", { name: "Continuer (188 restantes)" }).click();
  await expect(page.getByText("10 brouillons créés")).toBeVisible();
  expect((await studio.calls("resumeImport"))[0]?.[0], "the very one").toBe("u");
});

test("a newer site profile is loaded, and a download can be stopped", async ({ studio, page }) => {
  await studio.open({
    at: "/settings/site-browser",
    world: { ...evening(), siteCheck },
    replies: { pickSiteProfile: { value: "/home/ana/vinted-2026-12.toml" }, downloadBrowser: { pending: true } },
  });
  await expect(page.getByText("Profil du site"), "which one is used is not known yet").toHaveCount(0);
  await page.getByRole("button", { name: "Charger un profil plus récent" }).click();
  await expect(page.getByText("Profil du site : vinted-2026-12.toml.")).toBeVisible();
  await page.getByRole("button", { name: "Vérifier le site" }).click();
  await expect(page.getByText("celui de l’app, du"), "the one that the check went by").toBeVisible();
  await page.getByRole("button", { name: "Revenir à celui de l’app" }).click();
  expect(await studio.calls("setSettings"), "chosen, then let go").toEqual([
    [{ settings: { site_profile: "/home/ana/vinted-2026-12.toml" } }],
    [{ settings: { site_profile: null } }],
  ]);
  await page.getByRole("button", { name: "Télécharger un navigateur" }).click();
  await page.getByRole("button", { name: "Arrêter" }).click();
  expect(await studio.calls("stop"), "this, and nothing else that is under way").toEqual([["download"]]);
});

test("accounts are added, given budgets and paused", async ({ studio, page }) => {
  const about = { ...evening().about, practice: false, site_url: "https://www.vinted.fr" };
  await studio.open({ at: "/settings/account", world: { ...evening(), about, jobs } });
  const more = page.getByRole("button", { name: "Ajouter un compte" });
  await more.click();
  await page.getByRole("button", { name: "Annuler" }).click();
  await expect(more, "where it was before").toBeFocused();
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Nom" }).fill("mini.vestiaire");
  await page.getByRole("combobox", { name: "Pays" }).selectOption("BE");
  await page.getByRole("button", { name: "Ajouter", exact: true }).click();
  const card = page.getByRole("region", { name: "mini.vestiaire" });
  await expect(card.getByText("Belgique, EUR")).toBeVisible();
  await expect(more).toBeFocused();
  await card.getByRole("textbox", { name: "Par heure mini.vestiaire" }).fill("6");
  await page.keyboard.press("Tab");
  await expect(card.getByText("0 faites, reste 6.", { exact: false })).toBeVisible();
  expect((await studio.calls("accountChange"))[0], "one figure only").toEqual([
    { name: "mini.vestiaire", country: null, budget_hour: 6, budget_day: null },
  ]);
  const perDay = card.getByRole("textbox", { name: "Par jour mini.vestiaire" });
  await perDay.fill("");
  await page.keyboard.press("Tab");
  await expect(perDay, "nothing typed, nothing changed").toHaveValue("30");
  await studio.reply("accountChange", { failure: { code: "invalid_field", message: "", details: null } });
  await perDay.fill("45");
  await page.keyboard.press("Tab");
  await expect(perDay, "as it is kept").toHaveValue("30");
  await studio.go("/queue");
  await page.getByRole("button", { name: "Suspendre : mini.vestiaire" }).click();
  await expect(page.getByRole("button", { name: "Reprendre : mini.vestiaire" })).toBeVisible();
  await expect(page.getByText("Suspendu à votre demande")).toBeVisible();
});

test("the queue follows the engine and obeys", async ({ studio, page }) => {
  await studio.open({ at: "/queue", world: { ...evening(), jobs } });
  const [, , running] = jobs;
  if (!running) throw new Error("no running job");
  await expect(page.getByRole("link", { name: /^File 2/ })).toBeVisible();
  await studio.emit({
    type: "job_update",
    job: { ...running, status: "needs_manual", last_error: "session_expired: Gone." },
  });
  await expect(page.getByText("Session expirée")).toBeVisible();
  await expect(page.getByRole("link", { name: /^File 3/ })).toBeVisible();
  await page.getByRole("button", { name: /^Suspendre : Jupe droite/ }).click();
  await expect(page.getByRole("button", { name: /^Reprendre : Jupe droite/ })).toBeVisible();
  expect(await studio.calls("queueAct")).toEqual([[jobs[3]?.id, "pause"]]);
});

test("language and theme change at once and are kept", async ({ studio, page }) => {
  await studio.open({ at: "/settings/appearance", world: evening() });
  await page.getByText("English").click();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.getByText("Dark", { exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  expect(await studio.calls("setSettings")).toEqual([
    [{ settings: { language: "en" } }],
    [{ settings: { appearance: "dark" } }],
  ]);
});

test("the first start leads to sample photos in practice", async ({ studio, page }) => {
  await studio.open({ at: "/", world: { ...evening(), settings: {} }, replies: { importPhotos: { value: result } } });
  await page.getByRole("button", { name: "Continuer avec l’entraînement" }).click();
  await page.getByRole("button", { name: "Essayer avec 24 photos d’exemple" }).click();
  await expect(page.getByRole("link", { name: /^Pile 1/ }).first()).toBeVisible();
  expect(await studio.calls("setPractice"), "practice is on already").toEqual([]);
  expect(await studio.calls("setSettings")).toEqual([[{ settings: { welcomed: true } }]]);
});

test("a drop during the first start ends it", async ({ studio, page }) => {
  await studio.open({ at: "/", world: { ...evening(), settings: {} }, replies: { importPhotos: { value: result } } });
  await studio.drop(["/home/ana/vide-dressing"]);
  await expect(page.getByRole("link", { name: /^Pile 1/ }).first()).toBeVisible();
  expect(await studio.calls("setSettings")).toEqual([[{ settings: { welcomed: true } }]]);
});

test("the first start can go to a real account", async ({ studio, page }) => {
  await studio.open({ at: "/", world: { ...evening(), settings: {} } });
  await page.getByRole("radio", { name: "Relier mon compte Vinted" }).check();
  await page.getByRole("button", { name: "Continuer avec mon compte" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Déposez vos photos" })).toBeVisible();
  expect(await studio.calls("setPractice")).toEqual([[false]]);
});

test("the tray can bring a screen up", async ({ studio, page }) => {
  await studio.open({ world: evening() });
  await page.evaluate(() => window.fakeHost?.navigate("/queue"));
  await expect(page.getByRole("heading", { level: 1, name: "File" })).toBeVisible();
});

test("everything is reached by keyboard from the start of the page", async ({ studio, page }) => {
  await studio.open({ world: evening() });
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Aller au contenu" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: /^Chercher/ })).toBeFocused();
  for (const name of ["Photos", "Brouillons", "Vérification", "File", "Journal", "Réglages"]) {
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: new RegExp(`^${name}`) })).toBeFocused();
  }
});

test("strange text is shown as text", async ({ studio, page }) => {
  const strange = `"><img src=x onerror="document.title='ran'"><script>document.title='ran'</script>`;
  await studio.open({
    at: "/drafts",
    world: {
      ...evening(),
      drafts: [
        { ...robe, title: strange, brand: strange },
        { ...millet, title: strange },
      ],
    },
  });
  await expect(page.getByText(strange).first()).toBeVisible();
  expect(await page.title(), "nothing ran").not.toContain("ran");
});

test("piles are corrected by mouse and by keyboard, and each change is taken back", async ({ studio, page }) => {
  const cut = pilesOf(imported, { state: "stopped", done: 4 });
  await studio.open({ world: { ...evening(), plans: [cut] } });
  await page.getByRole("button", { name: "Continuer", exact: true }).click();
  expect(await studio.calls("resumePlan"), "a run that was stopped goes on").toEqual([[cut.id]]);
  await page.getByRole("button", { name: "Arrêter", exact: true }).click();
  await page.getByRole("button", { name: "Voir les piles" }).click();
  const pile = (number: number) => page.getByRole("region", { name: `Pile ${number}`, exact: true });
  const photos = (number: number) => pile(number).getByRole("button", { name: /^IMG_/ });
  const counts = () => Promise.all([1, 2, 3].map((number) => photos(number).count()));
  await expect(page.getByText("Limite à vérifier"), "the border at an unsure photo").toHaveCount(1);
  const before = await counts();
  const [first = 0, second = 0] = before;

  // By mouse: one photo dragged onto another pile.
  const from = await photos(1).first().boundingBox();
  const to = await pile(2).boundingBox();
  if (!from || !to) throw new Error("both piles are drawn");
  await page.mouse.move(from.x + 40, from.y + 40);
  await page.mouse.down();
  await page.mouse.move(from.x + 60, from.y + 60);
  await page.mouse.move(to.x + 60, to.y + 90, { steps: 4 });
  await page.mouse.up();
  await expect(photos(2)).toHaveCount(second + 1);
  await expect(photos(1)).toHaveCount(first - 1);
  await expect(pile(2).getByText("Faite par vous")).toBeVisible();

  // By keyboard: back into the first pile, apart, and each taken back in its turn.
  await photos(2).last().focus();
  await page.keyboard.press("Alt+ArrowUp");
  await expect(photos(1)).toHaveCount(first);
  await page.keyboard.press("n");
  await expect(photos(2), "a pile of its own").toHaveCount(1);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect(photos(1)).toHaveCount(first);
  expect(await counts(), "as it was").toEqual(before);
  await page.keyboard.press("Control+Shift+z");
  await expect(photos(2)).toHaveCount(second + 1);
  await page.getByRole("button", { name: "Annuler", exact: true }).click();

  // Two piles that were one garment.
  await page.getByRole("button", { name: "Réunir avec la pile 1" }).click();
  await expect(photos(1)).toHaveCount(first + second);
  const edits = (await studio.calls("editPiles")).map((call) => call[1]);
  expect(edits.at(-1)).toEqual([{ kind: "merge", piles: [1, 2] }]);
  await studio.expectAccessible();
  studio.expectQuiet();
});
