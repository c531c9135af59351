import { expect, test } from "../e2e/page";
import { draftCalled, evening } from "../e2e/evening";

const many = 5000;
const robe = draftCalled("Robe feuillage");
const jean = draftCalled("Jean droit");

interface Figures {
  /** Key presses from the press to the frame that shows it (ms). */
  keys: number[];
  /** Stretches during which nothing else could happen (ms). */
  tasks: number[];
}

declare global {
  interface Window {
    figures?: Figures;
  }
}

/** Key presses and long tasks with 5,000 drafts. The fake engine works on the page's own thread: the figures are bounds. */
test("five thousand drafts", async ({ studio, page }) => {
  const drafts = Array.from({ length: many }, (_, place) => {
    const made = new Date(Date.UTC(2026, 10, 20) - place * 60_000).toISOString();
    const source = place % 2 === 0 ? robe : jean;
    return { ...source, id: `draft-${place}`, title: `${source.title.split(" ")[0] ?? ""} ${place}`, created_at: made };
  });
  await page.addInitScript(() => {
    const figures: Figures = { keys: [], tasks: [] };
    window.figures = figures;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === "keydown") figures.keys.push(entry.duration);
    }).observe({ type: "event", buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) figures.tasks.push(entry.duration);
    }).observe({ type: "longtask", buffered: true });
  });
  await studio.open({ at: "/drafts", world: { ...evening(), drafts } });
  await expect(page.getByRole("link", { name: /^Robe / }).first()).toBeVisible();
  await page.waitForTimeout(2000);
  await page.evaluate(() => {
    if (window.figures) window.figures.tasks = [];
  });
  await page.getByRole("searchbox").pressSequentially("robe 12 jean 4", { delay: 90 });
  await page.getByRole("searchbox").fill("");
  await page
    .getByRole("link", { name: /^(Robe|Jean) / })
    .first()
    .hover();
  for (let turn = 0; turn < 60; turn += 1) {
    await page.mouse.wheel(0, 900);
    await page.waitForTimeout(30);
  }
  await page.waitForTimeout(1000);
  const figures = await page.evaluate(() => window.figures);
  const highest = (values: readonly number[]) => Math.round(Math.max(0, ...values));
  console.log(
    `${many} drafts: slowest key press ${highest(figures?.keys ?? [])} ms (below 16 ms none is told), ` +
      `longest task ${highest(figures?.tasks ?? [])} ms of ${figures?.tasks.length ?? 0} above 50 ms`,
  );
  expect(figures, "the browser measures").toBeDefined();
});
