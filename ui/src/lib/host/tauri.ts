import { convertFileSrc, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { HostError, type DropEvent, type Host } from "./host";
import type { Event, Failure } from "./types";

/** Hears an event until told to stop, even when told before the desktop has answered. */
function until(listening: Promise<() => void>): () => void {
  const stop = listening.catch(() => () => undefined);
  return () => void stop.then((end) => end());
}

async function call<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (error) {
    throw new HostError(asFailure(error));
  }
}

function asFailure(error: unknown): Failure {
  if (typeof error === "object" && error !== null && "code" in error && "message" in error) return error as Failure;
  return { code: "internal", message: String(error), details: null };
}

/** The desktop. */
export const tauriHost: Host = {
  about: () => call("about"),
  doctor: (site) => call("doctor", { site }),
  settings: () => call("settings"),
  setSettings: (values) => call("set_settings", { values }),
  setPractice: (practice) => call("set_practice", { practice }),
  openExternal: (url) => call("open_external", { url }),
  openDataDir: () => call("open_data_dir"),

  accounts: () => call("accounts"),
  sessionCheck: () => call("session_check"),
  sessionLogin: () => call("session_login"),
  sessionSet: (cookie, userAgent) => call("session_set", { cookie, userAgent }),
  sessionForget: () => call("session_forget"),
  stop: () => call("stop"),

  pickPhotos: () => call("pick_photos"),
  pickFolder: () => call("pick_folder"),
  samplePaths: () => call("sample_paths"),
  importPhotos: (importId, paths, grouping) => call("import_photos", { importId, paths, grouping }),
  stopImport: (importId) => call("stop_import", { importId }),

  listDrafts: (filter) => call("list_drafts", { filter }),
  showDraft: (id) => call("show_draft", { id }),
  changeDraft: (id, revision, changes) => call("change_draft", { id, revision, changes }),
  checkDraft: (id) => call("check_draft", { id }),
  removeDraft: (id) => call("remove_draft", { id }),
  restoreDraft: (id) => call("restore_draft", { id }),
  setDraftPhotos: (id, photoIds) => call("set_draft_photos", { id, photoIds }),
  addDraftPhotos: (id, paths) => call("add_draft_photos", { id, paths }),
  vocabulary: () => call("vocabulary"),

  prepare: (draftId) => call("prepare", { draftId }),
  publish: (token, live) => call("publish", { token, live }),
  resolvePublish: (draftId, resolution) => call("resolve_publish", { draftId, resolution }),

  queueAdd: (request) => call("queue_add", { request }),
  queueList: () => call("queue_list"),
  queueAct: (jobId, action) => call("queue_act", { jobId, action }),
  queuePaused: () => call("queue_paused"),
  queuePauseAll: (paused) => call("queue_pause_all", { paused }),

  // `photo://localhost/…`, on Windows `http://photo.localhost/…`.
  mediaUrl: (path) => convertFileSrc("", "photo").replace(/\/$/, "") + path,
  onEvent: (listener) => until(listen<Event>("studio-event", ({ payload }) => listener(payload))),
  onNavigate: (listener) => until(listen<string>("studio-navigate", ({ payload }) => listener(payload))),
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
