import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { asProgram, drop, sample, Served, token } from "./served";

/** One evening on the real core, from the first start on: each story goes on where the one before ended. */
test.describe.configure({ mode: "serial" });

const title = "Sweat à capuche gris Levi's taille M – Très bon état";
const description = [
  "Sweat gris à capuche.",
  "Coupe droite.",
  "Taille M.",
  "Coton épais.",
  "Très bon état.",
  "#sweat #gris #homme",
].join("\n");

const studio = new Served();
const complaints: string[] = [];
let page: Page;

test.beforeAll(async ({ browser }) => {
  await studio.start();
  page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => complaints.push(error.message));
});

test.afterAll(async () => {
  await page.close();
  await studio.stop();
  studio.remove();
});

test("a link opens one tab, another link another", async ({ browser }) => {
  await page.goto(studio.link);
  await expect(page.getByRole("heading", { name: "Par quoi commencer" })).toBeVisible();
  expect(page.url(), "the secret stays in no address").not.toContain("enter");

  const other = await browser.newPage();
  await other.goto(studio.link);
  await expect(other.getByRole("heading", { name: "Ouvrir Studio dans cet onglet" })).toBeVisible();
  expect(other.url(), "used").not.toContain("enter");
  for (const wrong of [studio.link, token]) {
    await other.getByLabel("Lien").fill(wrong);
    await other.getByRole("button", { name: "Ouvrir" }).click();
    await expect(other.getByText("Ce lien n’ouvre rien ici")).toBeVisible();
  }
  for (const colorScheme of ["light", "dark"] as const) {
    await other.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page: other }).setLegacyMode(true).analyze();
    expect(violations, `axe finds nothing, ${colorScheme}`).toEqual([]);
  }
  const { url } = (await studio.ask("POST", "/auth/page-link", {})) as { url: string };
  await other.getByLabel("Lien").fill(url);
  await other.getByRole("button", { name: "Ouvrir" }).click();
  await expect(other.getByRole("heading", { name: "Par quoi commencer" })).toBeVisible();
  await other.close();
});

test("photos dropped on the first start become drafts", async () => {
  await page.getByRole("button", { name: "Continuer avec l’entraînement" }).click();
  await expect(page.getByRole("heading", { name: "Déposez vos photos" })).toBeVisible();
  await drop(page, ["IMG_2041.HEIC", "IMG_2050.JPG", "README.md"]);
  await expect(page.getByText("1 fichier refusé"), "a text is no photo, and keeps none out").toBeVisible();
  await expect(page.getByRole("link", { name: /^Pile 1/ }).first()).toBeVisible();
  await expect
    .poll(() =>
      page
        .locator("main img")
        .evaluateAll((all) => all.filter((one) => (one as HTMLImageElement).naturalWidth > 0).length),
    )
    .toBeGreaterThanOrEqual(2);
  await expect(page.getByText("rien ne part sur Vinted"), "it practises").toBeVisible();
});

test("what is typed is there after a reload", async () => {
  await page.getByRole("link", { name: /^Brouillons/ }).click();
  await page.getByRole("link", { name: "Sans titre" }).first().click();
  await page.getByRole("textbox", { name: "Titre" }).fill(title);
  await page.getByRole("textbox", { name: "Description" }).fill(description);
  await choose("Catégorie", "sweats capuche hommes", "Sweats à capuche");
  await page.getByLabel("Marque", { exact: true }).fill("Levi's");
  await page.keyboard.press("Tab");
  await page.getByLabel("Taille", { exact: true }).fill("M");
  await choose("État", "", "Très bon état");
  await choose("Couleurs", "gris", "Gris");
  await choose("Matières", "coton", "Coton");
  await choose("Colis", "", "Moyen");
  await page.getByLabel("Minimum").fill("12");
  await page.getByLabel("Prix affiché").fill("15,50");
  await page.getByLabel("Maximum").fill("18");
  await saved();
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Titre" })).toHaveValue(title);
  await expect(page.getByLabel("Prix affiché")).toHaveValue("15,50");
});

test("the filled form is reviewed and published once", async () => {
  await page.getByRole("button", { name: "Vérifier cette annonce" }).click();
  await page.getByRole("button", { name: "Remplir le formulaire" }).click();
  await expect(page.getByRole("heading", { name: "11 champs remplis" })).toBeVisible();
  const picture = page.getByRole("img", { name: /^Le formulaire du site/ });
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(600);
  expect(await listings(), "preparing publishes nothing").toEqual([]);
  await page.getByRole("button", { name: /^Publier à 15,50/ }).click();
  await expect(page.getByRole("heading", { name: "L’annonce est en ligne" })).toBeVisible();
  expect(await listings(), "once").toEqual([title]);
});

test("the queue and the log tell what happens elsewhere, as it happens", async () => {
  await page.getByRole("link", { name: /^File/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "File" })).toBeVisible();
  // Another program gives the next draft to the queue; nobody touches this tab.
  const { data } = (await studio.ask("GET", "/api/listings?status=draft")) as { data: { id: string }[] };
  const id = data[0]?.id ?? "";
  await studio.ask("PATCH", `/api/listings/${id}`, {
    title: "Robe bleue Mango 38 – Bon état",
    description: ["Robe bleue.", "Coupe droite.", "Taille 38.", "Coton.", "Bon état.", "#robe #bleu #mango"].join("\n"),
    category: "Femmes > Vêtements > Robes > Robes courtes",
    brand: "Mango",
    size: "38",
    condition: "good",
    color: "Bleu",
    material: "Coton",
    package_size: "medium",
    price_min_cents: 1000,
    price_cents: 1400,
    price_max_cents: 1800,
  });
  await studio.ask("POST", `/api/listings/${id}/publish`, {});
  await expect(page.getByText("Robe bleue Mango 38").first()).toBeVisible();
  await expect(page.getByText("Essai réussi").first(), "its end is told too").toBeVisible();
  await page.getByRole("link", { name: "Journal" }).click();
  const log = page.getByRole("log");
  await expect(log.getByText("a job ended").first()).toBeVisible();
  // So few lines fit that none makes room for another.
  await page.getByLabel("Chercher dans le journal").fill("a photo was refused");
  const told = log.getByText("a photo was refused");
  await expect(told, "of the text that was dropped").toHaveCount(1);
  const form = new FormData();
  form.append("files", new Blob(["no photo"]), "notes.jpg");
  const refused = await fetch(`${studio.url}/ingest/upload`, { method: "POST", headers: asProgram, body: form });
  expect(refused.status, "by its content").toBe(415);
  await expect(told, "as it is written").toHaveCount(2);
  expect(await listings(), "a dry run makes no listing").toEqual([title]);
  expect(complaints, "the browser complains of nothing, the policy included").toEqual([]);
});

test("what needs the window is not offered in a tab", async () => {
  await page.getByRole("link", { name: "Réglages" }).click();
  for (const [section, elsewhere] of [
    ["Téléphone et API locale", "Laisser entrer un téléphone"],
    ["Sauvegarde", "Garder tout dans un fichier et le reprendre"],
    ["Comptes", "Ce serveur s’entraîne."],
  ] as const) {
    await page.getByRole("link", { name: section }).click();
    await expect(page.getByText(elsewhere)).toBeVisible();
  }
});

test("a server that goes and comes again loses nothing of what is typed", async () => {
  await page.getByRole("link", { name: /^Photos/ }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: "Choisir des photos" }).click(),
  ]);
  await chooser.setFiles(sample("IMG_2045.JPG"));
  await page.getByRole("link", { name: /^Brouillons/ }).click();
  await page.getByRole("link", { name: "Sans titre" }).first().click();
  await page.getByRole("textbox", { name: "Titre" }).fill("Chaussures");
  await saved();
  await studio.stop();
  await expect(page.getByRole("heading", { name: "Studio ne répond pas" })).toBeVisible();
  await studio.start();
  await page.getByRole("button", { name: "Réessayer" }).click();
  await expect(
    page.getByRole("heading", { name: "Ouvrir Studio dans cet onglet" }),
    "its key went with it",
  ).toBeVisible();
  await page.getByLabel("Lien").fill(studio.link);
  await page.getByRole("button", { name: "Ouvrir" }).click();
  await expect(page.getByRole("textbox", { name: "Titre" })).toHaveValue("Chaussures");
  await page.getByRole("textbox", { name: "Titre" }).fill("Chaussures rouges");
  await saved();
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Titre" })).toHaveValue("Chaussures rouges");
});

async function choose(field: string, typed: string, entry: string) {
  const box = page.getByLabel(field, { exact: true }).first();
  await box.click();
  if (typed !== "") await box.fill(typed);
  await page.getByRole("option", { name: entry }).first().click();
  // A list of which more may be chosen lies over the next field until the field is left.
  await page.keyboard.press("Tab");
}

async function saved() {
  await expect(page.locator("[data-save=saved]")).toBeVisible();
}

/** Titles of what the practice marketplace received. */
async function listings(): Promise<string[]> {
  const { data: about } = (await studio.ask("POST", "/window/call/about", {})) as { data: { site_url: string } };
  const answer = await fetch(`${about.site_url}/practice/created`);
  const { listings: made } = (await answer.json()) as { listings: { title: string }[] };
  return made.map((listing) => listing.title);
}
