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

export default defineConfig({
  // Figures are no tests: they run alone, when asked for.
  testDir: process.env.STUDIO_MEASURE === "1" ? "measure" : "e2e",
  workers: process.env.STUDIO_MEASURE === "1" ? 1 : 2,
  fullyParallel: true,
  forbidOnly: process.env.CI === "true",
  reporter: [["list"]],
  timeout: 90_000,
  expect: { timeout: 5_000 },
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
  webServer: {
    command: `vite preview --mode fake --outDir node_modules/.tmp/fake-dist --host 127.0.0.1 --port ${port} --strictPort`,
    url: `http://127.0.0.1:${port}`,
    reuseExistingServer: false,
  },
});
