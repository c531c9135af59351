import type { Failure } from "../bindings";

/** What a person is asked at the door of a tab; answered when the tab is in. */
export interface Question {
  /** `key`: the tab is not let in (any more). `gone`: nobody answers. */
  why: "key" | "gone";
  /** The link that could not be tried to its end; empty where there is none. */
  link: string;
  /** Why that was not it, null where it was: a link for `key`, nothing for `gone`. */
  answer: (link: string) => Promise<Failure | null>;
}

/** Nobody answered. Whether the call was heard is not known. */
export class Unanswered extends Error {}

/** Puts a question to the person; resolves once it was answered rightly. */
export type Ask = (question: Question) => Promise<void>;

/** Where a tab keeps its key: for itself alone, and over a reload. A cookie would go to every port of this machine. */
const place = "studio.key";
const entering = /^#enter=([0-9a-f]+)$/;
const silent: Failure = { code: "not_available", message: "`studio serve` does not answer.", details: null };
const noLink: Failure = { code: "token_invalid", message: "This is no link of this server.", details: null };

/**
 * How a tab comes in and stays in: by a link that carries a secret behind `#`, good once, opened or pasted. It is
 * changed at once for a key of this tab, and for a cookie that opens pictures. The API's token is never asked for: at
 * the address of a server that went there may be another program.
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
    if (this.link !== null && (await this.enter(this.link)) === null) return;
    await this.ask({
      why: "key",
      link: this.link === null ? "" : `${window.location.origin}/#enter=${this.link}`,
      answer: (typed) => {
        const secret = secretOf(typed);
        return secret === null ? Promise.resolve(noLink) : this.enter(secret);
      },
    });
  }

  /** Why not; null: the tab is in. The link is kept until it was answered. */
  private async enter(link: string): Promise<Failure | null> {
    try {
      const answer = await fetch("/window/enter", post({ link }));
      const told = (await answer.json()) as { key?: string; error?: Failure };
      if (answer.ok || answer.status === 401) this.link = null;
      if (told.key === undefined) return told.error ?? silent;
      window.sessionStorage.setItem(place, told.key);
      return null;
    } catch {
      return silent;
    }
  }

  /** Whether a call that nobody answered was heard is not known: it is never made again by itself. */
  private async reach(path: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(path, request);
    } catch {
      this.asking ??= this.ask({ why: "gone", link: "", answer: isThere }).finally(() => {
        this.asking = null;
      });
      throw new Unanswered();
    }
  }
}

/** A request that carries JSON. */
export function post(body: unknown): RequestInit {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** Of a pasted link, or of what stands behind its `=`. A link of another address is none: its secret stays here. */
function secretOf(typed: string): string | null {
  if (/^[0-9a-f]{64}$/.test(typed)) return typed;
  const parsed = URL.canParse(typed) ? new URL(typed) : null;
  if (parsed?.origin !== window.location.origin) return null;
  return entering.exec(parsed.hash)?.[1] ?? null;
}

async function isThere(): Promise<Failure | null> {
  return fetch("/health").then(
    (answer) => (answer.ok ? null : silent),
    () => silent,
  );
}
