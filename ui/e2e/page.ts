import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";
import type { Command, Reply, Setup } from "../src/lib/host/fake/index";
import { emptyWorld, type World } from "../src/lib/host/fake/world";
import type { Event } from "../src/lib/host/bindings";
import { now } from "./evening";

export { expect };

/** How a page is opened. */
export interface Opening {
  at?: string;
  world?: World;
  replies?: Partial<Record<Command, Reply>>;
  language?: "fr" | "en";
  theme?: "light" | "dark";
  size?: { width: number; height: number };
}

/** The policy that the desktop sets; the tests hold the page to it. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'";

const photos = fileURLToPath(new URL("./photos/", import.meta.url));

/** A page on the fake host, with pictures, a fixed evening, and nothing that moves. */
export class Studio {
  readonly page: Page;
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
  }

  async open({
    at = "/photos",
    world = emptyWorld(),
    replies = {},
    language = "fr",
    theme = "light",
    size,
  }: Opening = {}) {
    const { page } = this;
    if (size) await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.clock.setFixedTime(now);
    await page.route(/\/(media|previews)\//, (route) => {
      const name = new URL(route.request().url()).pathname.split("/").at(-1)?.replace(".thumb", "") ?? "";
      return route.fulfill({
        body: readFileSync(photos + name),
        contentType: name.endsWith(".png") ? "image/png" : "image/jpeg",
      });
    });
    await page.route("/", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": policy } });
    });
    const setup: Setup = { world: { ...world, settings: { ...world.settings, language } }, replies };
    await page.addInitScript((text) => {
      window.fakeSetup = JSON.parse(text) as Setup;
    }, JSON.stringify(setup));
    await page.goto(`/#${at}`);
    await page.waitForFunction(() => document.fonts.status === "loaded" && document.querySelector("h1") !== null);
  }

  emit(event: Event) {
    return this.page.evaluate((sent) => window.fakeHost?.emit(sent), event);
  }

  reply(command: Command, reply: Reply) {
    return this.page.evaluate(([name, answer]) => window.fakeHost?.reply(name, JSON.parse(answer) as Reply), [
      command,
      JSON.stringify(reply),
    ] as const);
  }

  /** Brings a screen up as the tray does: without opening the page anew. */
  async go(to: string) {
    await this.page.evaluate((path) => window.fakeHost?.navigate(path), to);
  }

  drop(paths: string[]) {
    return this.page.evaluate((dropped) => window.fakeHost?.drop({ kind: "drop", paths: dropped }), paths);
  }

  calls(command: Command) {
    return this.page.evaluate(
      (name) => window.fakeHost?.calls.filter((call) => call.command === name).map((call) => call.args) ?? [],
      command,
    );
  }

  /** A small picture of the window, as WebP: the browser makes it itself, Playwright knows only larger kinds. */
  async shoot(path: string) {
    const session = await this.page.context().newCDPSession(this.page);
    const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 82 });
    await session.detach();
    writeFileSync(path, Buffer.from(data, "base64"));
  }

  /** Light or dark as the system changes; the page follows without being opened anew. */
  theme(theme: "light" | "dark") {
    return this.page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  }

  /** Nothing that axe can find. Colours alone for a theme whose structure was looked at in the other. */
  async expectAccessible(only?: "colours") {
    // The page has no frames: without looking for some, axe needs no second page.
    const axe = new AxeBuilder({ page: this.page }).setLegacyMode(true);
    const { violations } = await (only ? axe.withRules(["color-contrast"]) : axe).analyze();
    const told = violations.map(
      (rule) => `${rule.id}: ${rule.nodes.map((node) => `${node.html} ${node.failureSummary ?? ""}`).join("\n  ")}`,
    );
    expect(told, "axe finds nothing").toEqual([]);
  }

  /** Not a word of complaint from the browser, content security policy included. */
  expectQuiet() {
    expect(this.complaints, "the browser complains of nothing").toEqual([]);
  }
}

export const test = base.extend<{ studio: Studio }>({
  studio: async ({ page }, use) => {
    await use(new Studio(page));
  },
});
