import { invoke as byDesktop } from "@tauri-apps/api/core";

/** Carries a command to the engine and its answer back. Refused, it rejects with a `Failure`. */
export type Invoke = (command: string, given?: Record<string, unknown>) => Promise<unknown>;

let way: Invoke = byDesktop;

/** From now on, the generated commands go this way instead of through the desktop. */
export function invokeBy(other: Invoke): void {
  way = other;
}

/** What `bindings.ts` calls. */
export function invoke<Answer>(command: string, given?: Record<string, unknown>): Promise<Answer> {
  return way(command, given) as Promise<Answer>;
}
