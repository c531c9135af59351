import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

/** The system's own browser: nothing is downloaded. */
const browser = [
  process.env.STUDIO_BROWSER,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && path !== "" && existsSync(path));
const port = Number(process.env.STUDIO_UI_PORT ?? 4719);

// Figures are no tests: they run alone, when asked for.
const measures = process.env.STUDIO_MEASURE === "1";
// The stories on the real core need no page with the fake host.
const coreAlone = process.env.STUDIO_CORE_ALONE === "1";

export default defineConfig({
  testDir: measures ? "measure" : "e2e",
  workers: measures ? 1 : 2,
  projects: measures
    ? [{ name: "measure" }]
    : [
        {
          name: "core",
          testMatch: "core/*.spec.ts",
          // A browser is started and a form filled in it, beside other tests.
          timeout: 240_000,
          expect: { timeout: 60_000 },
        },
        { name: "fake", testIgnore: "core/**" },
      ],
  fullyParallel: true,
  forbidOnly: process.env.CI === "true",
  reporter: [["list"]],
  timeout: 90_000,
  // A limit, not a pace: on a machine under load a screen may be slow without being wrong.
  expect: { timeout: 15_000 },
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1440, height: 900 },
    timezoneId: "Europe/Paris",
    locale: "fr-FR",
    launchOptions: {
      ...(browser === undefined ? {} : { executablePath: browser }),
      args: [
        "--no-sandbox",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
  webServer: coreAlone
    ? undefined
    : {
        command: `vite preview --mode fake --outDir node_modules/.tmp/fake-dist --host 127.0.0.1 --port ${port} --strictPort`,
        url: `http://127.0.0.1:${port}`,
        reuseExistingServer: false,
      },
});
