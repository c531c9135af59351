// What the page knows, and what it keeps for the time after a reload.

/** Photos at once. */
export const MOST = 100;

/** @type {{name: string, size: number, type: string, file: File|null, mark: string, state: string, sent: number, why: string, row: object|null}[]} */
export const photos = [];

export const page = {
  token: kept("token"),
  maxBytes: 15 * 1024 * 1024,
  /** The name of its words. */
  screen: "connecting",
  offline: false,
  /** Photos that were chosen past the most. */
  tooMany: 0,
  /** When sending began, and bytes since: how long the rest takes. */
  begunAt: 0,
  sentSince: 0,
};

export function byId(id) {
  return document.getElementById(id);
}

export const isOpen = (photo) => photo.state === "waiting" || photo.state === "sending" || photo.state === "checking";
export const left = () => photos.filter(isOpen).length;

// A private window may refuse to keep anything: then pairing lasts as long as the page.
function kept(name) {
  try {
    return localStorage.getItem(name) || "";
  } catch {
    return "";
  }
}
export function keep(name, value) {
  try {
    if (value === "") localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // As above.
  }
}

/** What is not finished, for the page after a reload. */
export function remember() {
  const open = photos.filter((photo) => isOpen(photo) || photo.state === "again");
  keep("photos", open.length === 0 ? "" : JSON.stringify(open.map(({ name, size }) => ({ name, size }))));
}
export function recall() {
  let list = [];
  try {
    list = JSON.parse(kept("photos") || "[]");
  } catch {
    // Of another version.
  }
  if (!Array.isArray(list)) return;
  for (const { name, size } of list.slice(0, MOST)) {
    photos.push({ name: String(name), size: Number(size), type: "", file: null, mark: "", state: "again", sent: 0, why: "", row: null });
  }
}
