import { commands as generated, type Failure } from "./bindings";
import { HostError, type Commands } from "./host";

type Generated = (...args: never[]) => Promise<{ status: "ok"; data: unknown } | { status: "error"; error: unknown }>;

/** Hands back what a command answers and throws what it refuses. */
function throwing(command: Generated) {
  return async (...args: never[]) => {
    const answer = await command(...args).catch((error: unknown) => ({ status: "error" as const, error }));
    if (answer.status === "error") throw new HostError(asFailure(answer.error));
    return answer.data;
  };
}

function asFailure(error: unknown): Failure {
  if (typeof error === "object" && error !== null && "code" in error && "message" in error) return error as Failure;
  return { code: "internal", message: String(error), details: null };
}

/** Every command of the engine, asked the way that `invoke.ts` goes. */
export const commands = Object.fromEntries(
  Object.entries(generated).map(([name, command]) => [name, throwing(command as Generated)]),
) as Commands;
