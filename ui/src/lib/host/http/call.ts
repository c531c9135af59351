import type { Failure } from "../bindings";
import type { Invoke } from "../invoke";
import { post, type Door } from "./door";

/** Commands over HTTP: the same names, arguments and answers as through the desktop. */
export function callsThrough(door: Door): Invoke {
  return async (command, given = {}) => {
    const answer = await door.send(`/window/call/${command}`, post(given));
    const told = (await answer.json()) as { data?: unknown; error?: Failure };
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the desktop rejects with a `Failure` too
    if (told.error) throw told.error;
    return told.data;
  };
}
