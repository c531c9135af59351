import type { Failure } from "../bindings";

/** What a person is asked at the door of a tab; answered when the tab is in. */
export interface Question {
  /** `key`: the tab is not let in (any more). `gone`: nobody answers. */
  why: "key" | "gone";
  /** Whether that was it: the token for `key`, nothing for `gone`. */
  answer: (token: string) => Promise<boolean>;
}

/** Puts a question to the person; resolves once it was answered rightly. */
export type Ask = (question: Question) => Promise<void>;

/** Where a tab keeps its key: for itself alone, and over a reload. A cookie would go to every port of this machine. */
const place = "studio.key";
const entering = /^#enter=([0-9a-f]+)$/;

/**
 * How a tab comes in and stays in. A link that opens it carries a secret behind `#`, good once; else the person types
 * the token. Either is changed at once for a key of this tab, and for a cookie that opens pictures.
 */
export class Door {
  private readonly ask: Ask;
  private link: string | null;
  private asking: Promise<void> | null = null;

  constructor(ask: Ask) {
    this.ask = ask;
    this.link = entering.exec(window.location.hash)?.[1] ?? null;
    // Neither a reload nor the history finds it again.
    if (this.link !== null) window.history.replaceState(null, "", "/");
  }

  /** Asks the engine. A call that is turned away at the door waits until the tab is in, and is then made once. */
  async send(path: string, request: RequestInit): Promise<Response> {
    for (;;) {
      const key = window.sessionStorage.getItem(place);
      if (key !== null) {
        const headers = new Headers(request.headers);
        headers.set("Authorization", `Bearer ${key}`);
        const answer = await this.reach(path, { ...request, headers });
        if (answer.status !== 401) return answer;
        if (window.sessionStorage.getItem(place) === key) window.sessionStorage.removeItem(place);
      }
      await this.letIn();
    }
  }

  /** One question for all calls that wait. */
  private letIn(): Promise<void> {
    this.asking ??= this.comeIn().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async comeIn(): Promise<void> {
    if (window.sessionStorage.getItem(place) !== null) return;
    const { link } = this;
    this.link = null;
    if (link !== null && (await this.enter({ link }))) return;
    await this.ask({ why: "key", answer: (token) => this.enter({ token }) });
  }

  private async enter(by: { link: string } | { token: string }): Promise<boolean> {
    const answer = await fetch("/window/enter", post(by)).catch(() => null);
    if (!answer?.ok) return false;
    const { key } = (await answer.json()) as { key: string };
    window.sessionStorage.setItem(place, key);
    return true;
  }

  /** Whether a call that nobody answered was heard is not known: it is never made again by itself. */
  private async reach(path: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(path, request);
    } catch {
      this.asking ??= this.ask({ why: "gone", answer: isThere }).finally(() => {
        this.asking = null;
      });
      const failure: Failure = { code: "not_available", message: "`studio serve` does not answer.", details: null };
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- what a refused command rejects with
      throw failure;
    }
  }
}

/** A request that carries JSON. */
export function post(body: unknown): RequestInit {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function isThere(): Promise<boolean> {
  return fetch("/health").then(
    (answer) => answer.ok,
    () => false,
  );
}
