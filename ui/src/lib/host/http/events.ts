import type { Event } from "../bindings";
import { post, type Door } from "./door";

/** Before the first new try, and at most. */
const soon = 500;
const late = 8_000;

/**
 * What the engine tells, over a WebSocket that is opened anew whenever it breaks. `missed` is told before the first
 * event after a gap: what happened in it is to be read again.
 */
export class Events {
  private readonly door: Door;
  private readonly missed: () => void;
  private readonly listeners = new Set<(event: Event) => void>();
  private begun = false;
  private wait = soon;

  constructor(door: Door, missed: () => void) {
    this.door = door;
    this.missed = missed;
  }

  listen(listener: (event: Event) => void): () => void {
    this.listeners.add(listener);
    if (!this.begun) {
      this.begun = true;
      void this.open(false);
    }
    return () => this.listeners.delete(listener);
  }

  tell(event: Event): void {
    for (const listener of this.listeners) listener(event);
  }

  private async open(again: boolean): Promise<void> {
    try {
      // A WebSocket carries no header: a ticket opens it once.
      const answer = await this.door.send("/auth/ticket", post({}));
      const { ticket } = (await answer.json()) as { ticket: string };
      const socket = new WebSocket(`ws://${window.location.host}/window/events?ticket=${ticket}`);
      socket.onopen = () => {
        this.wait = soon;
        if (again) this.missed();
      };
      socket.onmessage = ({ data }) => this.tell(JSON.parse(String(data)) as Event);
      socket.onclose = () => this.later();
    } catch {
      this.later();
    }
  }

  private later(): void {
    window.setTimeout(() => void this.open(true), this.wait);
    this.wait = Math.min(this.wait * 2, late);
  }
}
