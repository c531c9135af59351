import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { Profiler } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HostProvider, type AccountView, type DraftView } from "@/lib/host";
import { FakeHost } from "@/lib/host/fake";
import { PlanDialog } from "./PlanDialog";

beforeEach(() => {
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
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** The dialog for one draft, its first plan shown. */
async function opened(accounts: AccountView[] = []) {
  vi.useFakeTimers();
  const host = new FakeHost({ world: { drafts: [draft], accounts } });
  const drawn = vi.fn();
  render(
    <MantineProvider env="test" forceColorScheme="light">
      <HostProvider host={host}>
        <QueryClientProvider client={new QueryClient()}>
          <Profiler id="dialog" onRender={drawn}>
            <PlanDialog drafts={[draft]} onClose={() => null} />
          </Profiler>
        </QueryClientProvider>
      </HostProvider>
    </MantineProvider>,
  );
  await wait();
  const confirm = screen.getByRole<HTMLButtonElement>("button", { name: "Mettre l’annonce dans la file" });
  expect(confirm.disabled, "the plan is shown").toBe(false);
  return { host, drawn, confirm };
}

const draft = { id: "a", photos: [] as unknown } as DraftView;
const wait = () => act(() => vi.advanceTimersByTimeAsync(1000));

it("rests once the plan is shown", async () => {
  const { drawn } = await opened();
  drawn.mockClear();
  await wait();
  expect(drawn, "nothing changed, so nothing is drawn anew").not.toHaveBeenCalled();
});

it("queues nothing but what its plan was made for", async () => {
  const { host, confirm } = await opened();
  host.reply("queuePlan", { pending: true });
  fireEvent.change(screen.getByRole("textbox", { name: "et" }), { target: { value: "23 h" } });
  expect(confirm.disabled, "the plan is the one before").toBe(true);
  await wait();
  expect(confirm.disabled, "the new one is not there yet").toBe(true);
  const form = confirm.closest("form");
  if (form) fireEvent.submit(form);
  await wait();
  expect(
    host.calls.filter(({ command }) => command === "queueAdd"),
    "nor by the Enter key",
  ).toEqual([]);
});

it("plans for the account that it shows", async () => {
  const accounts = ["anna", "main"].map(
    (name) => ({ id: name, name, username: null, budget: { hour: 10 } }) as AccountView,
  );
  const { host } = await opened(accounts);
  const asked = () => host.calls.filter(({ command }) => command === "queuePlan").at(-1)?.args[0];
  const select = screen.getByRole<HTMLSelectElement>("combobox", { name: "Compte" });
  expect(select.value, "the one that the engine would take").toBe("main");
  expect(asked(), "and asks for").toMatchObject({ account: "main" });
  fireEvent.change(select, { target: { value: "anna" } });
  await wait();
  expect(asked(), "what is shown is what is planned").toMatchObject({ account: "anna" });
});
