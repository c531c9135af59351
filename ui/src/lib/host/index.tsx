import { createContext, use, type ReactNode } from "react";
import type { Host } from "./host";

const HostContext = createContext<Host | null>(null);

/** Gives the page its host. */
export function HostProvider({ host, children }: { host: Host; children: ReactNode }) {
  return <HostContext value={host}>{children}</HostContext>;
}

/** The machine that the page runs on. */
export function useHost(): Host {
  const host = use(HostContext);
  if (!host) throw new Error("HostProvider is missing");
  return host;
}

export { HostError } from "./host";
export type { DropEvent, Host } from "./host";
export type { Question } from "./http/door";
export type * from "./bindings";
