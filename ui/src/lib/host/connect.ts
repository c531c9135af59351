import { isTauri } from "@tauri-apps/api/core";
import type { Host } from "./host";

/** The host for this page. The fake one exists in test builds only: see `vite.config.ts`. */
export async function connect(): Promise<Host> {
  if (__FAKE_HOST__) {
    const { fakeFromPage } = await import("./fake");
    return fakeFromPage();
  }
  if (isTauri()) {
    const { tauriHost } = await import("./tauri");
    return tauriHost;
  }
  const [{ httpHost }, { askAtDoor }] = await Promise.all([import("./http"), import("@/app/askAtDoor")]);
  return httpHost(askAtDoor);
}
