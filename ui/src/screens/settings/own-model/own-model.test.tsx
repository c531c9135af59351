import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { setLanguage } from "@/i18n";
import { HostProvider, type OwnModelView } from "@/lib/host";
import { FakeHost } from "@/lib/host/fake";
import { OwnModel } from "./OwnModel";

beforeAll(async () => {
  // What jsdom has not and the controls ask for.
  vi.stubGlobal("matchMedia", () => new EventTarget());
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe = () => null;
      unobserve = () => null;
      disconnect = () => null;
    },
  );
  await setLanguage("en");
});
afterEach(cleanup);

function shown(model: Partial<OwnModelView>): FakeHost {
  const host = new FakeHost({});
  host.world.ownModel = { ...host.world.ownModel, ...model };
  render(
    <MantineProvider env="test" forceColorScheme="light">
      <HostProvider host={host}>
        <QueryClientProvider client={new QueryClient()}>
          <OwnModel />
        </QueryClientProvider>
      </HostProvider>
    </MantineProvider>,
  );
  return host;
}

const elsewhere = {
  address: "https://api.example.test/v1",
  address_from: "settings",
  host: "api.example.test",
  place: "elsewhere",
  encrypted: true,
};

it("asks before photos leave, for the very address that is shown", async () => {
  const user = userEvent.setup();
  const host = shown(elsewhere);
  await user.click(await screen.findByRole("button", { name: "Allow photos to go to api.example.test" }));
  expect(
    host.calls.some(({ command }) => command === "consentToModel"),
    "one click is no consent",
  ).toBe(false);
  const dialog = await screen.findByRole("dialog", { name: "Allow photos to leave?" });
  expect(dialog.textContent, "what goes where").toContain("to api.example.test over the internet");
  const allow = [...dialog.querySelectorAll("button")].find((each) => each.textContent.startsWith("Allow"));
  if (!allow) throw new Error("the dialog has its button");
  await user.click(allow);
  await screen.findByRole("button", { name: "No longer allow it" });
  const given = host.calls.filter(({ command }) => command === "consentToModel");
  expect(given.map(({ args }) => args)).toEqual([["https://api.example.test/v1"]]);
});

it("takes a key and shows it no more", async () => {
  const user = userEvent.setup();
  const host = shown(elsewhere);
  const field = await screen.findByLabelText<HTMLInputElement>("Key", { selector: "input" });
  await user.type(field, "sk-canary");
  await user.click(screen.getByRole("button", { name: "Keep this key" }));
  await waitFor(() => expect(field.value, "the field is empty again").toBe(""));
  expect(host.calls.at(-1)?.args, "it went to the vault").toEqual(["https://api.example.test/v1", "sk-canary"]);
  expect(document.body.innerHTML, "and stands nowhere").not.toContain("sk-canary");
});

it("keeps the form where the address in use is none", async () => {
  const problem = { code: "invalid_field" as const, message: "OPENAI_BASE_URL must be an address.", details: null };
  shown({ address: "", address_from: "environment", address_problem: problem });
  expect(await screen.findByLabelText(/^Address/), "another one can be typed").toBeTruthy();
  expect(screen.getByRole("alert").textContent).toContain("OPENAI_BASE_URL");
});

it("says on this computer that photos stay there", async () => {
  shown({ ...elsewhere, host: "127.0.0.1:11434", place: "this_machine", encrypted: false });
  const words = await screen.findByText(/They go to the program at 127.0.0.1:11434 on this computer, and stay on it/);
  expect(words).toBeTruthy();
});
