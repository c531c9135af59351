import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, it } from "vitest";
import { HostProvider, type DraftView } from "@/lib/host";
import { FakeHost } from "@/lib/host/fake";
import { useDraftsOf } from "./queries";

afterEach(cleanup);

const draft = (id: string) => ({ id, photos: [] as DraftView["photos"] }) as DraftView;

it("reads the drafts that are asked for, and leaves out one that was removed", async () => {
  const host = new FakeHost({ world: { drafts: [draft("a"), draft("b"), draft("c")] } });
  const cache = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <HostProvider host={host}>
      <QueryClientProvider client={cache}>{children}</QueryClientProvider>
    </HostProvider>
  );
  const { result } = renderHook(() => useDraftsOf(["c", "gone", "a"]), { wrapper });
  await waitFor(() => expect([...(result.current.data ?? new Map()).keys()]).toEqual(["c", "a"]));
  expect(
    host.calls.map((call) => [call.command, ...call.args]),
    "and no other",
  ).toEqual([
    ["showDraft", "c"],
    ["showDraft", "gone"],
    ["showDraft", "a"],
  ]);
});
