import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `--mode fake` builds the page with the fake host inside, for Playwright only. The shipped bundle (any other mode)
// does not contain it: the condition is a constant, so the import is dropped.
export default defineConfig(({ mode }) => ({
  plugins: [react()],
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
