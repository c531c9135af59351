import type { Failure, RejectedFile } from "../bindings";
import type { DropEvent } from "../host";
import type { Door } from "./door";

/** Files on their way at once. */
const atOnce = 3;

/** What became of files that were to be sent. */
export interface Sent {
  /** As the engine names them, in their order. */
  there: string[];
  refused: RejectedFile[];
}

/**
 * Files that the person gave this tab. The page names them like paths; the engine never sees a path, only what is sent.
 */
export class Files {
  private readonly door: Door;
  private readonly given = new Map<string, File>();
  /** Those that were sent already, by the page's name for them. */
  private readonly sent = new Map<string, string>();
  private count = 0;

  constructor(door: Door) {
    this.door = door;
  }

  /** Names files for the page. */
  name(files: readonly File[]): string[] {
    return files.map((file) => {
      this.count += 1;
      const path = `tab:${this.count}/${file.name}`;
      this.given.set(path, file);
      return path;
    });
  }

  /** Sends those that are not there yet; what the engine can read by itself (a sample) is passed on. */
  async send(paths: readonly string[], goesOn: () => boolean, told: () => void): Promise<Sent> {
    const refused = new Map<string, RejectedFile>();
    const left = paths.filter((path) => this.given.has(path) && !this.sent.has(path));
    const most = left.length > 0 ? await this.mostBytes() : 0;
    const work = async () => {
      for (let path = left.shift(); path !== undefined && goesOn(); path = left.shift()) {
        const file = this.given.get(path);
        if (!file) continue;
        const failure = await this.sendOne(path, file, most).catch(failed);
        if (failure) refused.set(path, { path, code: failure.code, message: failure.message });
        told();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    const there = paths.flatMap((path) => (this.given.has(path) ? (this.sent.get(path) ?? []) : path));
    return { there, refused: [...refused.values()] };
  }

  /** The engine is done with them. */
  forget(paths: readonly string[]): void {
    for (const path of paths) {
      this.given.delete(path);
      this.sent.delete(path);
    }
  }

  /** What the engine takes of one file; it says so itself where this could not be read. */
  private async mostBytes(): Promise<number> {
    const answer = await this.door.send("/window/files", { method: "GET" });
    const { max_bytes } = (await answer.json()) as { max_bytes?: number };
    return max_bytes ?? Infinity;
  }

  private async sendOne(path: string, file: File, most: number): Promise<Failure | null> {
    if (file.size > most) return { code: "file_too_large", message: `${file.name} is too large.`, details: null };
    // One that was removed since looks like a server that went, if it is found out while it is sent.
    const readable = await file.slice(0, 1).arrayBuffer().then(always, never);
    if (!readable) return { code: "file_unreadable", message: `${file.name} cannot be read.`, details: null };
    const answer = await this.door.send(`/window/files?name=${encodeURIComponent(file.name)}`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    });
    const told = (await answer.json()) as { path?: string; error?: Failure };
    if (told.path !== undefined) this.sent.set(path, told.path);
    return told.error ?? null;
  }
}

const always = () => true;
const never = () => false;

/** One file that did not arrive keeps no other out. */
function failed(error: unknown): Failure {
  return { code: "not_available", message: String(error), details: null };
}

/** Lets the person choose files; none where they chose none. */
export function choose(what: { accept?: string; folder?: boolean; many?: boolean }): Promise<File[]> {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = what.accept ?? "";
  input.multiple = what.many ?? false;
  input.webkitdirectory = what.folder ?? false;
  return new Promise((resolve) => {
    input.onchange = () => resolve([...(input.files ?? [])].filter((file) => !isHidden(file.name)));
    input.oncancel = () => resolve([]);
    input.click();
  });
}

/** Hears files over this tab and dropped on it; the answer ends it. */
export function onFiles(listener: (event: DropEvent) => void, name: (files: File[]) => string[]): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  // Entering a child comes before leaving its parent.
  let inside = 0;
  const withFiles = (event: DragEvent, then: () => void) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    then();
  };
  window.addEventListener(
    "dragenter",
    (event) =>
      withFiles(event, () => {
        inside += 1;
        if (inside === 1) listener({ kind: "over" });
      }),
    { signal },
  );
  window.addEventListener("dragover", (event) => withFiles(event, () => undefined), { signal });
  window.addEventListener(
    "dragleave",
    (event) =>
      withFiles(event, () => {
        inside = Math.max(0, inside - 1);
        if (inside === 0) listener({ kind: "leave" });
      }),
    { signal },
  );
  window.addEventListener(
    "drop",
    (event) =>
      withFiles(event, () => {
        inside = 0;
        // The list is emptied as soon as this returns.
        const dropped = [...(event.dataTransfer?.items ?? [])].map(
          (item) => item.webkitGetAsEntry() ?? item.getAsFile(),
        );
        void Promise.all(dropped.map(filesOf)).then(
          (found) => {
            const paths = name(found.flat());
            listener(paths.length > 0 ? { kind: "drop", paths } : { kind: "leave" });
          },
          () => listener({ kind: "leave" }),
        );
      }),
    { signal },
  );
  return () => ending.abort();
}

/** A file, or all of a folder in the order of their names, hidden ones left out. */
async function filesOf(dropped: FileSystemEntry | File | null): Promise<File[]> {
  if (dropped === null || dropped instanceof File) return dropped ? [dropped] : [];
  if (dropped.isFile) {
    return [await new Promise<File>((resolve, reject) => (dropped as FileSystemFileEntry).file(resolve, reject))];
  }
  const reader = (dropped as FileSystemDirectoryEntry).createReader();
  const entries: FileSystemEntry[] = [];
  // Told in parts, until there is nothing more.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) break;
    entries.push(...part);
  }
  const shown = entries.filter((entry) => !isHidden(entry.name));
  shown.sort((one, other) => (one.name < other.name ? -1 : 1));
  return (await Promise.all(shown.map(filesOf))).flat();
}

function isHidden(name: string): boolean {
  return name.startsWith(".");
}
