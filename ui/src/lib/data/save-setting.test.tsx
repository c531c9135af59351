import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, it } from "vitest";
import { i18next } from "@/i18n";
import { HostProvider } from "@/lib/host";
import { FakeHost } from "@/lib/host/fake";
import { keys } from "./queries";
import { useSaveLanguage, useSaveSetting } from "./save-setting";

afterEach(cleanup);

function on<T>(host: FakeHost, hook: () => T) {
  const cache = new QueryClient();
  cache.setQueryData(keys.settings, host.world.settings);
  const wrapper = ({ children }: { children: ReactNode }) => (
    <HostProvider host={host}>
      <QueryClientProvider client={cache}>{children}</QueryClientProvider>
    </HostProvider>
  );
  return { save: renderHook(hook, { wrapper }).result.current, shown: () => cache.getQueryData(keys.settings) };
}

const refused = { failure: { code: "storage_full", message: "", details: null } } as const;

it("shows a setting at once, and as it was where it cannot be kept", async () => {
  const host = new FakeHost({ world: { settings: { unisolated_photos: false, appearance: "dark" } } });
  host.reply("setSettings", refused);
  const { save, shown } = on(host, useSaveSetting);
  const saved = save("unisolated_photos", true);
  expect(shown(), "at once").toEqual({ unisolated_photos: true, appearance: "dark" });
  await expect(saved, "the refusal is told").rejects.toThrow();
  expect(shown(), "a guard that is still up does not look open").toEqual({
    unisolated_photos: false,
    appearance: "dark",
  });
});

it("speaks the language before where the new one cannot be kept", async () => {
  const host = new FakeHost({});
  const { save } = on(host, useSaveLanguage);
  await save("en");
  expect(i18next.language, "kept").toBe("en");
  host.reply("setSettings", refused);
  await expect(save("fr"), "the refusal is told").rejects.toThrow();
  expect(i18next.language, "as it is kept").toBe("en");
});
