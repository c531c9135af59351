import { commands } from "../commands";
import { HostError, type Host } from "../host";
import { invokeBy } from "../invoke";
import { callsThrough } from "./call";
import { Door, type Ask } from "./door";
import { Events } from "./events";
import { choose, Files, onFiles } from "./files";

const photos = "image/*,.heic,.heif,.avif,.tif,.tiff";

/** A running `studio serve --page`, from a browser tab. What is of the window only is refused by the engine. */
export function httpHost(ask: Ask): Host {
  const door = new Door(ask);
  invokeBy(callsThrough(door));
  const files = new Files(door);
  const events = new Events(door, () => void catchUp());
  const stopped = new Set<string>();

  /** After a gap in the events: everything that is shown may have changed. */
  async function catchUp(): Promise<void> {
    events.tell({ type: "drafts_changed", count: 0 });
    events.tell({ type: "session_changed", account: "" });
    const jobs = await commands.queueList().then(
      (list) => list.jobs,
      () => [],
    );
    for (const job of jobs) events.tell({ type: "job_update", job });
  }

  /** Sends one file that a command names; refused like the command where that is refused. */
  async function sent(path: string): Promise<string> {
    const { there, refused } = await files.send([path], always, nothing);
    const [failure] = refused;
    if (failure) throw new HostError({ code: failure.code, message: failure.message, details: null });
    return there[0] ?? path;
  }

  const importPhotos: Host["importPhotos"] = async (importId, paths, grouping) => {
    let done = 0;
    const progress = () =>
      events.tell({
        type: "import",
        progress: { import_id: importId, total: paths.length, done: 0, photo: null, rejected: null },
      });
    progress();
    const { there, refused } = await files.send(
      paths,
      () => !stopped.has(importId),
      () => {
        done += 1;
        if (done % 20 === 0) progress();
      },
    );
    const cut = stopped.delete(importId);
    if (there.length === 0) {
      const photos = { total: refused.length, stored: 0, duplicates: 0 };
      return { drafts: [], rejected: refused, photos, stopped: cut, groups: [], plans: [] };
    }
    const result = await commands.importPhotos(importId, there, grouping);
    if (!cut && !result.stopped) files.forget(paths);
    return {
      ...result,
      rejected: [...refused, ...result.rejected],
      photos: { ...result.photos, total: result.photos.total + refused.length },
      stopped: cut || result.stopped,
    };
  };

  return {
    ...commands,
    inTab: true,

    importPhotos,
    stopImport: (importId) => {
      stopped.add(importId);
      return commands.stopImport(importId);
    },
    addDraftPhotos: async (id, paths) => {
      const { there, refused } = await files.send(paths, always, nothing);
      const draft = there.length > 0 ? await commands.addDraftPhotos(id, there) : await commands.showDraft(id);
      files.forget(paths);
      // The others were added; the first refusal is told.
      const [failure] = refused;
      if (failure) throw new HostError({ code: failure.code, message: failure.message, details: null });
      return draft;
    },
    pickPhotos: async () => files.name(await choose({ accept: photos, many: true })),
    pickFolder: async () => files.name(await choose({ folder: true })),
    pickTable: async () => files.name(await choose({ accept: ".csv,.txt" }))[0] ?? null,
    importTable: async (path, request) => commands.importTable(await sent(path), request),
    openExternal: async (url) => {
      // The engine knows which addresses are the site's.
      await commands.openExternal(url);
      window.open(url, "_blank", "noopener,noreferrer");
      return null;
    },
    saveProblemReport: (name, text) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
      link.download = name;
      link.click();
      URL.revokeObjectURL(link.href);
      return Promise.resolve(true);
    },

    // Served here; the cookie of the tab opens them.
    mediaUrl: (path) => path,
    onEvent: (listener) => events.listen(listener),
    onDrop: (listener) => onFiles(listener, (given) => files.name(given)),
    // A tab has no tray, and its browser closes it.
    onNavigate: () => nothing,
    onCloseAsked: () => nothing,
  };
}

const always = () => true;
const nothing = () => undefined;
