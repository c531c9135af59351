import type { Failure } from "../bindings";
import type { Invoke } from "../invoke";
import { post, Unanswered, type Door } from "./door";

/** Commands over HTTP: the same names, arguments and answers as through the desktop. */
export function callsThrough(door: Door): Invoke {
  return async (command, given = {}) => {
    const told = await ask(door, command, given).catch((error: unknown) => {
      throw error instanceof Unanswered ? lost(command, given) : error;
    });
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the desktop rejects with a `Failure` too
    if (told.error) throw told.error;
    return told.data;
  };
}

async function ask(door: Door, command: string, given: object): Promise<{ data?: unknown; error?: Failure }> {
  const answer = await door.send(`/window/call/${command}`, post(given));
  try {
    return (await answer.json()) as { data?: unknown; error?: Failure };
  } catch {
    // It broke off on the way.
    throw new Unanswered();
  }
}

/** What is said of a call that may have been heard: of one that may have made a listing, that nobody knows. */
function lost(command: string, given: Record<string, unknown>): Failure {
  const may =
    (command === "publish" && given.live === true) || command === "publish_by_hand" || command === "resolve_publish";
  return {
    code: may ? "outcome_unknown" : "not_available",
    message: "`studio serve` does not answer.",
    details: null,
  };
}
