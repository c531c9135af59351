// Sends photos in parts, two at a time. What is here already is not sent again.
import { ask, pause, Refused } from "./ask.js";
import { announce, draw, drawSmall } from "./show.js";
import { byId, isOpen, keep, left, page, photos, remember } from "./state.js";
import { say, sizeOf } from "./words.js";

const AT_ONCE = 2;
const END_BYTES = 65_536;

let active = 0;
let lock = null;

/** A checksum of the file's ends. */
async function markOf(file) {
  const ends = [file.slice(0, END_BYTES)];
  if (file.size > END_BYTES) ends.push(file.slice(Math.max(END_BYTES, file.size - END_BYTES)));
  let crc = 0xffffffff;
  for (const end of ends) {
    for (const byte of new Uint8Array(await end.arrayBuffer())) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
  }
  return (~crc >>> 0).toString(16).padStart(8, "0");
}

export function pump() {
  while (active < AT_ONCE && page.token !== "") {
    const next = photos.find((photo) => photo.state === "waiting");
    if (!next) break;
    active += 1;
    next.state = "sending";
    send(next).then(
      () => ended(next),
      (error) => {
        if (error instanceof Refused && error.status === 401) shutOut();
        else refuse(next, error instanceof Refused ? reasonOf(error.code) : say("unreadable"));
        ended(next);
      },
    );
  }
  draw();
}

function ended() {
  active -= 1;
  remember();
  if (left() === 0) {
    letSleep();
    announce(byId("title").textContent);
    page.begunAt = 0;
  }
  pump();
}

async function send(photo) {
  if (page.begunAt === 0) {
    page.begunAt = Date.now();
    page.sentSince = 0;
    stayAwake();
  }
  photo.mark = await markOf(photo.file);
  remember();
  void drawSmall(photo);
  for (let tries = 0; ; tries += 1) {
    let upload = await ask("POST", "/api/upload/init", {
      filename: photo.name,
      size: photo.size,
      mime: photo.type,
      mark: photo.mark,
      left: left(),
    });
    try {
      upload = await sendParts(photo, upload);
    } catch (error) {
      // It was given up or completed meanwhile, or its parts are gone: asked for anew.
      const changed = error instanceof Refused && (error.status === 404 || error.status === 409 || error.code === "invalid_field");
      if (changed && tries < 3) {
        await pause(1000);
        continue;
      }
      throw error;
    }
    if (upload.status === "ready") {
      photo.state = "done";
      photo.sent = photo.size;
    } else refuse(photo, reasonOf(upload.reason || ""));
    return;
  }
}

async function sendParts(photo, begun) {
  let upload = begun;
  const path = "/api/upload/" + upload.id;
  while (upload.status === "pending" || upload.status === "processing") {
    if (upload.status === "processing") {
      photo.state = "checking";
      draw();
      await pause(700);
      // Not only looked at: what a program that died was at is taken up by completing it again.
      upload = await ask("POST", path + "/complete");
      continue;
    }
    const size = upload.part_size;
    const bytesOf = (index) => Math.min(size, photo.size - index * size);
    const missing = upload.missing_parts;
    const here = photo.size - missing.reduce((sum, index) => sum + bytesOf(index), 0);
    progressTo(photo, here);
    if (missing.length === 0) {
      photo.state = "checking";
      draw();
      upload = await ask("POST", path + "/complete");
      continue;
    }
    const index = missing[0];
    const part = photo.file.slice(index * size, index * size + bytesOf(index));
    // Read first: a photo that the phone took away fails here, and is not taken for a lost connection.
    const bytes = new Blob([await part.arrayBuffer()]);
    upload = await ask("POST", path + "/part?index=" + index, bytes, (sent) =>
      progressTo(photo, here + Math.min(sent, bytes.size)),
    );
  }
  return upload;
}

function progressTo(photo, sent) {
  page.sentSince += Math.max(sent - photo.sent, 0);
  photo.sent = sent;
  draw();
}

export function refuse(photo, why) {
  photo.state = "refused";
  photo.why = why;
}

function reasonOf(code) {
  if (code === "file_too_large" || code === "image_too_large") return say("tooLarge", { max: sizeOf(page.maxBytes) });
  if (["not_an_image", "unsupported_format", "corrupt_image", "decode_limit"].includes(code)) return say("notAnImage");
  if (code === "too_many_files" || code === "rate_limited") return say("tooMany");
  if (code === "storage_full") return say("diskFull");
  return say("notTaken");
}

function shutOut() {
  page.token = "";
  keep("token", "");
  for (const photo of photos) if (isOpen(photo)) photo.state = "waiting";
  page.screen = "shutOut";
  draw();
}

/** Needs an encrypted page; elsewhere the phone may lock, and sending goes on when it wakes up. */
export async function stayAwake() {
  try {
    if ("wakeLock" in navigator && document.visibilityState === "visible") lock = await navigator.wakeLock.request("screen");
  } catch {
    // Low battery, or not allowed.
  }
}
function letSleep() {
  if (lock) lock.release().catch(() => {});
  lock = null;
}
