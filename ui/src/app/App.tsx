import { MantineProvider } from "@mantine/core";
import { useColorScheme } from "@mantine/hooks";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { HostProvider, type Host } from "@/lib/host";
import { useSettings } from "@/lib/data/queries";
import { ImportProvider } from "@/screens/photos/ImportProvider";
import { FormRunsProvider } from "@/screens/review/FormRunsProvider";
import { theme } from "@/theme/theme";
import { createAppRouter } from "./router";
import css from "./App.module.css";

/** The page: providers around the routes. `firstStart` opens the welcome instead of the photos. */
export function App({ host, firstStart }: { host: Host; firstStart: boolean }) {
  const [queries] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          // The engine is on this machine: no retry hides its refusals, and its events say when to ask again.
          queries: { retry: false, staleTime: 30_000, refetchOnWindowFocus: false, networkMode: "always" },
          mutations: { retry: false, networkMode: "always" },
        },
      }),
  );
  const [router] = useState(() => createAppRouter(host, firstStart));
  return (
    <HostProvider host={host}>
      <QueryClientProvider client={queries}>
        <Appearance>
          <ImportProvider>
            <FormRunsProvider>
              <RouterProvider router={router} />
            </FormRunsProvider>
          </ImportProvider>
        </Appearance>
      </QueryClientProvider>
    </HostProvider>
  );
}

/** Light, dark or as the system has it. Mantine's run-time style elements are off: the policy forbids them. */
export function Appearance({ children }: { children: ReactNode }) {
  const choice = useSettings().data?.appearance;
  const system = useColorScheme("light", { getInitialValueInEffect: false });
  const scheme = choice === "light" || choice === "dark" ? choice : system;
  return (
    <MantineProvider theme={theme} forceColorScheme={scheme} withCssVariables={false} withGlobalClasses={false}>
      {children}
      <Notifications classNames={{ root: css.notices }} position="bottom-right" limit={4} zIndex={400} />
    </MantineProvider>
  );
}
