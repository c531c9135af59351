import { convertFileSrc } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import type { Event } from "./bindings";
import { commands } from "./commands";
import type { DropEvent, Host } from "./host";

/** Hears an event until told to stop, even when told before the desktop has answered. */
function until(listening: Promise<() => void>): () => void {
  const stop = listening.catch(() => () => undefined);
  return () => void stop.then((end) => end());
}

/** The desktop. */
export const tauriHost: Host = {
  ...commands,
  inTab: false,

  // `photo://localhost/…`, on Windows `http://photo.localhost/…`.
  mediaUrl: (path) => convertFileSrc("", "photo").replace(/\/$/, "") + path,
  onEvent: (listener) => until(listen<Event>("studio-event", ({ payload }) => listener(payload))),
  onNavigate: (listener) => until(listen<string>("studio-navigate", ({ payload }) => listener(payload))),
  onCloseAsked: (listener) => until(listen("studio-close-asked", () => listener())),
  onDrop: (listener) =>
    until(
      getCurrentWebview().onDragDropEvent(({ payload }) => {
        const event = dropEvent(payload);
        if (event) listener(event);
      }),
    ),
};

type Payload = Parameters<Parameters<ReturnType<typeof getCurrentWebview>["onDragDropEvent"]>[0]>[0]["payload"];

function dropEvent(payload: Payload): DropEvent | null {
  switch (payload.type) {
    case "enter":
      // Something dragged inside the page carries no files.
      return payload.paths.length > 0 ? { kind: "over" } : null;
    case "drop":
      return payload.paths.length > 0 ? { kind: "drop", paths: payload.paths } : { kind: "leave" };
    case "leave":
      return { kind: "leave" };
    default:
      return null;
  }
}
