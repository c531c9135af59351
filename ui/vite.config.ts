import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Refuses a shipped bundle that holds the fake host. */
function withoutFakeHost(mode: string): Plugin {
  return {
    name: "without-fake-host",
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        const fake = chunk.type === "chunk" && chunk.moduleIds.some((id) => id.includes("/lib/host/fake/"));
        if (fake && mode !== "fake") this.error(`${chunk.fileName} holds the fake host`);
      }
    },
  };
}

// `--mode fake` builds the page with the fake host inside, for Playwright only. The shipped bundle (any other mode)
// does not contain it: the condition is a constant, so the import is dropped.
export default defineConfig(({ mode }) => ({
  plugins: [react(), withoutFakeHost(mode)],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  define: { __FAKE_HOST__: JSON.stringify(mode === "fake" || mode === "test") },
  clearScreen: false,
  server: { port: 1420, strictPort: true, host: "127.0.0.1" },
  build: {
    outDir: mode === "fake" ? "node_modules/.tmp/fake-dist" : "dist",
    target: ["chrome120", "safari16.4"],
    // Nothing becomes a data: address, so that the content security policy needs no exception for fonts and images.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test-setup.ts"],
    css: false,
    restoreMocks: true,
  },
}));
