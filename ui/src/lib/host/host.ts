import type { Code, commands, Event, Failure } from "./bindings";

/** Files over the window, as the desktop reports them: browsers hide the paths, the desktop does not. */
export type DropEvent = { kind: "over" } | { kind: "leave" } | { kind: "drop"; paths: string[] };

/** A generated command with its refusal thrown as a `HostError` instead of handed back. */
type Call<Command> = Command extends (...args: infer Args) => Promise<infer Answer>
  ? (...args: Args) => Promise<Answer extends { status: "ok"; data: infer Data } ? Data : never>
  : never;

/** The commands of the engine; `bindings.ts` says what each one does. */
export type Commands = { [Name in keyof typeof commands]: Call<(typeof commands)[Name]> };

/**
 * Everything the page may ask of the machine it runs on. The desktop answers through Tauri, `studio serve` over HTTP,
 * a test's fake by itself.
 */
export interface Host extends Commands {
  /** A browser tab: what needs the window itself is not offered. */
  readonly inTab: boolean;
  /** The address of a picture for an `img`, from the path that the engine gave. */
  mediaUrl(path: string): string;
  /** Hears what the engine tells; the answer ends it. */
  onEvent(listener: (event: Event) => void): () => void;
  onDrop(listener: (event: DropEvent) => void): () => void;
  /** Hears where the tray or a notification wants the window to be, such as `/queue`. */
  onNavigate(listener: (to: string) => void): () => void;
  /** Hears that the window is to be closed where no tray could bring it back; `answerClose` answers. */
  onCloseAsked(listener: () => void): () => void;
}

/** A refusal of the engine, thrown by every call of `Host`. */
export class HostError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = "HostError";
    this.failure = failure;
  }

  get code(): Code {
    return this.failure.code;
  }
}
